//! Several files that include each other, with parameters, conditions and sequences: what comes of them is bounded, and the
//! same each time.
#![no_main]
use confparse::read;
use confparse::source::Loader;
use confparse::tree::Arena;
use evenkeel_fuzz::{context, files, is_read_twice, judge, visit};
use libfuzzer_sys::fuzz_target;
use std::io;

/// Files from memory, and the same random numbers each time.
struct Fixed<L>(L);

impl<L: Loader> Loader for Fixed<L> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        self.0.glob(pattern)
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.0.environment(name)
    }

    fn random_seed(&self) -> u64 {
        7
    }
}

/// Statements that can come of an input: each line can be cut at every brace, and 64 lines can be made (the limit while
/// fuzzing), 8 KiB in all.
const STATEMENTS: usize = 1 << 16;

fuzz_target!(|input: &[u8]| {
    let loader = Fixed(files(input));
    let (one, two) = (Arena::default(), Arena::default());
    let first = read("k.conf", &loader, &context(), &one);
    let count = visit(first.tree.statements, &first.sources, 0);
    assert!(count < STATEMENTS, "{count} statements");
    judge(&first.diagnostics, &first.sources);
    if !is_read_twice(input) {
        return;
    }
    let second = read("k.conf", &loader, &context(), &two);
    assert_eq!(first.tree, second.tree);
    assert_eq!(first.diagnostics, second.diagnostics);
});
