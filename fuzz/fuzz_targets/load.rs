//! Text to the typed configuration: nothing panics, every message has its place and its page, and a second reading says the
//! same.
#![no_main]
use confparse::load;
use confparse::source::UnknownHost;
use evenkeel_fuzz::{context, files, is_read_twice, judge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // Random numbers differ from reading to reading.
    let is_random = input.windows(7).any(|word| word == b"_RANDOM");
    let loader = files(input);
    let first = load("k.conf", &loader, &context(), &UnknownHost);
    judge(&first.diagnostics, &first.sources);
    let _ = first.exit_status_for_t();
    if is_random || !is_read_twice(input) {
        return;
    }
    let second = load("k.conf", &loader, &context(), &UnknownHost);
    assert_eq!(first.config, second.config);
    assert_eq!(first.diagnostics, second.diagnostics);
});
