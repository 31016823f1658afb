//! What the kernel says of links, addresses, routes, rules, firewalls and processes, and the packets that it hands on.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    kernel::linux::fuzzing::routing_messages(input);
    kernel::linux::fuzzing::others(input);
});
