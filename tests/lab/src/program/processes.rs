//! The processes of a program: found by parent, frozen and killed together.
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::fs;

/// One line of the process table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent's id.
    pub parent: i32,
    /// Its name: the first fifteen characters of the program's file name.
    pub name: String,
}

/// The process and everything below it, parents before children.
pub fn tree(root: i32) -> Vec<Process> {
    let all = table();
    let mut members = BTreeSet::from([root]);
    let mut found: Vec<Process> = all.iter().filter(|process| process.pid == root).cloned().collect();
    loop {
        let next: Vec<&Process> =
            all.iter().filter(|p| members.contains(&p.parent) && !members.contains(&p.pid)).collect();
        if next.is_empty() {
            return found;
        }
        members.extend(next.iter().map(|process| process.pid));
        found.extend(next.into_iter().cloned());
    }
}

/// Ends a whole tree at once. A parent killed alone would let its children say goodbye, which no crash does:
/// all are stopped first, then all are killed.
pub fn crash(root: i32) {
    let all = tree(root);
    for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
        for process in &all {
            let _ = kill(Pid::from_raw(process.pid), signal);
        }
    }
}

fn table() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(|first: char| first.is_ascii_digit()))
        .filter_map(|entry| parse(&fs::read_to_string(entry.path().join("stat")).ok()?))
        .collect()
}

/// `pid (name) state parent ...`, where the name may contain blanks and parentheses.
fn parse(stat: &str) -> Option<Process> {
    let (pid, rest) = stat.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let parent = rest.split(' ').nth(1)?;
    Some(Process { pid: pid.parse().ok()?, parent: parent.parse().ok()?, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_the_rest() {
        let expected = Process { pid: 7, parent: 3, name: "a) S (b".into() };
        assert_eq!(parse("7 (a) S (b) R 3 7 7 0"), Some(expected));
        assert_eq!(parse("7 nonsense"), None);
    }

    #[test]
    fn the_tree_begins_with_its_root() {
        let own = std::process::id().cast_signed();
        assert_eq!(tree(own).first().map(|process| process.pid), Some(own));
    }
}
