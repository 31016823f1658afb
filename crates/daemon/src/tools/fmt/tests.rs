//! Files of a directory of their own, written in place, checked and printed.
use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

/// A directory that goes when the test ends.
struct Room(PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("evenkeel-fmt-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(files: &[&str], mode: FmtMode, stdin: &str) -> (String, Vec<String>, u8) {
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    let outcome = fmt(&files, mode, &mut stdin.as_bytes());
    (String::from_utf8(outcome.text).unwrap(), outcome.problems, outcome.status)
}

#[test]
fn printing_changes_no_file() {
    let room = Room::new("print");
    let file = room.file("a.conf", "a{b}");
    assert_eq!(run(&[&file, "-"], FmtMode::Print, "c   d"), ("a {\n    b\n}\nc d\n".to_owned(), vec![], 0));
    assert_eq!(fs::read_to_string(&file).unwrap(), "a{b}");
}

#[test]
fn checking_names_what_would_change() {
    let room = Room::new("check");
    let (good, bad) = (room.file("good.conf", "a\n"), room.file("bad.conf", " a"));
    assert_eq!(run(&[&good], FmtMode::Check, ""), (String::new(), vec![], 0));
    assert_eq!(run(&[&good, &bad], FmtMode::Check, ""), (format!("{bad}\n"), vec![], 1));
    assert_eq!(fs::read_to_string(&bad).unwrap(), " a");
}

#[test]
fn writing_keeps_mode_and_links_and_leaves_nothing_behind() {
    let room = Room::new("write");
    let file = room.file("a.conf", " a\n");
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let link = room.0.join("link.conf");
    symlink("a.conf", &link).unwrap();
    let link = link.to_string_lossy().into_owned();
    assert_eq!(run(&[&link], FmtMode::Write, ""), (format!("{link}\n"), vec![], 0));
    assert_eq!(run(&[&link], FmtMode::Write, ""), (String::new(), vec![], 0));
    assert_eq!(fs::read_to_string(&file).unwrap(), "a\n");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(room.names(), ["a.conf", "link.conf"]);
}

#[test]
fn a_problem_with_one_file_does_not_stop_the_others() {
    let room = Room::new("problem");
    let (open, good, none) = (room.file("open.conf", "\na {"), room.file("good.conf", " a"), room.0.join("none"));
    let (text, problems, status) = run(&[&open, &none.to_string_lossy(), &good, "-"], FmtMode::Write, " x");
    assert_eq!((text, status), (format!("{good}\n"), 2));
    assert!(problems[0].contains("open.conf: not formatted: nothing closes the { of line 2"), "{problems:?}");
    assert!(problems[1].contains("none: cannot be read: No such file"), "{problems:?}");
    assert!(problems[2].contains("-: standard input cannot be written to"), "{problems:?}");
    assert_eq!(fs::read_to_string(&open).unwrap(), "\na {");
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let room = Room::new("meanwhile");
    let file = room.file("a.conf", "now\n");
    let error = replace(Path::new(&file), b"then\n", b"new\n").unwrap_err();
    assert_eq!(error.to_string(), "somebody else changed it meanwhile");
    assert_eq!(
        (fs::read_to_string(&file).unwrap().as_str(), room.names().as_slice()),
        ("now\n", &["a.conf".to_owned()][..])
    );
}
