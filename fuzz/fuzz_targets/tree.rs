//! One file to its tree: nothing panics, nothing is deeper than allowed, every place is where something was written.
#![no_main]
use confparse::read;
use confparse::source::MemoryLoader;
use confparse::tree::Arena;
use evenkeel_fuzz::{context, judge, visit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let arena = Arena::default();
    let read = read("k.conf", &MemoryLoader::new().file("k.conf", text), &context(), &arena);
    visit(read.tree.statements, &read.sources, 0);
    judge(&read.diagnostics, &read.sources);
});
