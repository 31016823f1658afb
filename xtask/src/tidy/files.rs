//! Rules on single files: the head, the length, unsafe code, unfinished work.
use super::Finding;
use lab::{Doing, Result};
use std::fs;
use std::path::Path;

/// Lines of a file, its tests not counted.
const LONGEST: usize = 500;
/// The only file that may contain unsafe code.
const UNSAFE_HOME: &str = "crates/kernel/src/linux/sys.rs";
/// Crates that decide: what the compiler keeps out of them, it keeps out by these two attributes.
const PURE: &[&str] = &["model", "vrrp", "checkers"];
/// Directories that hold sources of ours, or none.
const SKIPPED: &[&str] = &["target", ".git", "corpus", "artifacts"];
const KINDS: &[&str] = &["rs", "toml", "md", "sh", "conf", "yml", "yaml", "scn"];

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Is it Rust?
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The lines before the tests: these stand last in a file, under `#[cfg(test)]` and `mod tests`.
    pub(crate) fn lines(&self) -> Vec<&str> {
        let all: Vec<&str> = self.text.lines().collect();
        if self.is_test() {
            return Vec::new();
        }
        let tests = all.windows(2).position(|pair| matches!(pair, ["#[cfg(test)]", next] if next.starts_with("mod ")));
        all.into_iter().take(tests.unwrap_or(usize::MAX)).collect()
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

/// All text files of the project.
pub(crate) fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<Source>) -> Result<()> {
    let entries = fs::read_dir(directory).doing(format!("reading {}", directory.display()))?;
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            collect(root, &path, found)?;
        } else if kind.is_file() && KINDS.iter().any(|kind| name.ends_with(&format!(".{kind}"))) {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            // Goldens may hold bytes that are no text; such a file has no rule to break here.
            found.extend(fs::read_to_string(&path).ok().map(|text| Source { path: shown, text }));
        }
    }
    Ok(())
}

/// The rules of one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let finding = |line, what: String, why| Finding { file: source.path.clone(), line, what, why };
    let mut findings = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let elsewhere = concat!("..", "/shared");
        if line.contains(elsewhere) {
            findings.push(finding(
                number + 1,
                format!("{elsewhere} is mentioned"),
                "a clone of the project has no such directory",
            ));
        }
    }
    if !source.is_rust() {
        return findings;
    }
    if !source.text.starts_with("//!") {
        findings.push(finding(1, "the file does not begin with a //! line".into(), "it says what lives there"));
    }
    for (number, line) in source.text.lines().enumerate() {
        findings.extend(
            unfinished(line)
                .map(|word| finding(number + 1, format!("{word} in the code"), "unfinished work belongs in an issue")),
        );
        if is_unsafe(line) && source.path != UNSAFE_HOME {
            findings.push(finding(
                number + 1,
                "unsafe code".into(),
                "all of it lives in crates/kernel/src/linux/sys.rs",
            ));
        }
    }
    let length = source.lines().len();
    if length > LONGEST {
        findings.push(finding(
            0,
            format!("{length} lines without tests, at most {LONGEST}"),
            "a long file holds two subjects",
        ));
    }
    findings
}

/// Rules on directories.
pub(crate) fn check_crates(root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE {
        let file = format!("crates/{name}/src/lib.rs");
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            if !text.lines().any(|line| line == attribute) {
                let what = format!("{attribute} is missing");
                findings.push(Finding {
                    file: file.clone(),
                    line: 0,
                    what,
                    why: "a crate that decides has no clock, socket, file or thread",
                });
            }
        }
    }
    if fs::read_dir(root.join("changelog.d")).is_ok_and(|mut entries| entries.next().is_none())
        || !root.join("changelog.d").is_dir()
    {
        let what = "it is missing or empty".into();
        findings.push(Finding {
            file: "changelog.d".into(),
            line: 0,
            what,
            why: "a change that a user sees is told there",
        });
    }
    findings
}

/// The words are put together here, so that this file does not find itself.
fn unfinished(line: &str) -> Option<&'static str> {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimple", "mented!(")];
    words
        .into_iter()
        .find(|word| line.split_once(word).is_some_and(|(before, after)| stands_alone(before, word, after)))
}

/// A word of its own, not a part of another one.
fn stands_alone(before: &str, word: &str, after: &str) -> bool {
    let letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let goes_on = letter(word.chars().next_back()) && letter(after.chars().next());
    !letter(before.chars().next_back()) && !goes_on
}

/// The keyword followed by what it can stand before; not in a comment, a string or the name of a lint.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let keyword = concat!("un", "safe");
    ["{", "fn ", "impl ", "extern ", "trait "].iter().any(|next| {
        code.split_once(&format!("{keyword} {next}")).is_some_and(|(before, _)| before.matches('"').count() % 2 == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        check(&Source { path: path.into(), text: text.into() }).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_good_file_has_no_complaints() {
        let text = "//! Head.\n// a todo list of deadlines\n#![forbid(unsafe_code)]\nfn a() {}\n";
        assert_eq!(complaints("crates/vrrp/src/a.rs", text), Vec::<String>::new());
    }

    #[test]
    fn every_rule_is_found_broken() {
        assert_eq!(complaints("a.rs", "fn a() {}\n"), ["the file does not begin with a //! line"]);
        let word = concat!("TO", "DO");
        assert_eq!(complaints("a.rs", &format!("//! x\n// {word}: later\n")), [format!("{word} in the code")]);
        let text = concat!("//! x\nfn a() { un", "safe { b() } }\n");
        assert_eq!(complaints("a.rs", text), ["unsafe code"]);
        assert_eq!(complaints(UNSAFE_HOME, text), Vec::<String>::new());
        let text = concat!("see ..", "/shared\n");
        assert_eq!(complaints("README.md", text).len(), 1);
        let long = "//! x\n".to_owned() + &"fn a() {}\n".repeat(LONGEST);
        assert_eq!(complaints("a.rs", &long), ["501 lines without tests, at most 500"]);
    }

    #[test]
    fn tests_do_not_make_a_file_long() {
        let long = "//! x\n".to_owned() + "#[cfg(test)]\nmod tests {\n" + &"    // x\n".repeat(LONGEST) + "}\n";
        assert_eq!(complaints("a.rs", &long), Vec::<String>::new());
    }
}
