//! Counting: what test programs print, and the sum of it.
use crate::screen::Screen;
use std::time::Duration;

/// What came of some tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    /// What failed, by name.
    pub(crate) failed: Vec<String>,
    /// What was not tried, and why.
    pub(crate) skipped: Vec<String>,
}

impl Tally {
    pub(crate) fn passed(passed: usize) -> Self {
        Self { passed, ..Self::default() }
    }

    pub(crate) fn failed(what: String) -> Self {
        Self { failed: vec![what], ..Self::default() }
    }

    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
        self
    }

    /// From what a test program of Rust's harness printed. A test that says it was skipped has passed only in name.
    pub(crate) fn read(program: &str, output: &str, ended_well: bool) -> Self {
        let mut tally = Self { failed: failures(program, output), ..Self::default() };
        for line in output.lines() {
            let line = line.trim();
            if let Some(counts) = line.strip_prefix("test result: ") {
                tally.passed += number_before(counts, "passed");
                let ignored = number_before(counts, "ignored");
                tally.skipped.extend((0..ignored).map(|_| format!("{program}: a test marked #[ignore]")));
            } else if let Some(what) = line.strip_prefix("SKIPPED ").or_else(|| line.strip_prefix("skipped: ")) {
                tally.skipped.push(format!("{program}: {what}"));
            }
        }
        let in_name_only = tally.skipped.iter().filter(|what| !what.ends_with("#[ignore]")).count();
        tally.passed = tally.passed.saturating_sub(in_name_only);
        if !ended_well && tally.failed.is_empty() {
            tally.failed.push(format!("{program}: ended early"));
        }
        tally
    }
}

fn number_before(counts: &str, word: &str) -> usize {
    let part = counts.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
    part.and_then(|part| part.trim().parse().ok()).unwrap_or(0)
}

/// The harness ends with a list of names: `failures:`, then one per line, indented.
fn failures(program: &str, output: &str) -> Vec<String> {
    let mut failed = Vec::new();
    let mut listing = false;
    for line in output.lines() {
        let name = line.strip_prefix("    ").filter(|name| !name.contains(' ') && !name.is_empty());
        listing = line == "failures:" || (listing && name.is_some());
        failed.extend(name.filter(|_| listing).map(|name| format!("{program}: {name}")));
    }
    failed
}

/// Some tests that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) tally: Tally,
    pub(crate) took: Duration,
}

impl Stage {
    pub(crate) fn failed(name: &'static str, what: String) -> Self {
        Self { name, tally: Tally::failed(format!("{name}: {what}")), took: Duration::ZERO }
    }

    pub(crate) fn skipped(name: &'static str, programs: usize, reason: &str) -> Self {
        let skipped = vec![format!("{name} ({programs} test programs): {reason}")];
        Self { name, tally: Tally { skipped, ..Tally::default() }, took: Duration::ZERO }
    }
}

/// One row per stage.
pub(crate) fn table(screen: Screen, stages: &[Stage]) -> Vec<String> {
    let head = format!("{:40}{:>8}{:>8}{:>9}{:>9}", "", "passed", "failed", "skipped", "seconds");
    let row = |stage: &Stage| {
        let Tally { passed, failed, skipped } = &stage.tally;
        let failures = format!("{:>8}", failed.len());
        let failures = if failed.is_empty() { failures } else { screen.red(failures) };
        let seconds = stage.took.as_secs_f64();
        format!("{:40}{passed:>8}{failures}{:>9}{seconds:>9.1}", stage.name, skipped.len())
    };
    std::iter::once(screen.dim(head)).chain(stages.iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_counted() {
        let output = "running 4 tests\ntest a::b ... words\nFAILED\ntest c ... ok\n\nfailures:\n\n---- a::b stdout ----\n    \
                      words\nSKIPPED d: needs root\n\nfailures:\n    a::b\n\n\
                      test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        let tally = Tally::read("unit", output, false);
        assert_eq!(tally.passed, 2);
        assert_eq!(tally.failed, ["unit: a::b"]);
        assert_eq!(tally.skipped, ["unit: d: needs root", "unit: a test marked #[ignore]"]);
    }

    #[test]
    fn a_program_that_dies_has_failed() {
        assert_eq!(Tally::read("unit", "running 4 tests\n", false).failed, ["unit: ended early"]);
        let well = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(Tally::read("unit", well, true), Tally::passed(3));
    }
}
