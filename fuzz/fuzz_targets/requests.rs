//! What others write to us as text: requests at the control socket, saved IPVS tables, the daemon's status as our own tools
//! read it, and lists of the machine.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let _ = daemon::control::understand(&text);
    daemon::ipvs::fuzzing::read(&text);
});
