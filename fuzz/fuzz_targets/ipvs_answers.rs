//! What the kernel says of IPVS: netlink datagrams in answer to every request, and the connection table of procfs. Datagrams
//! are cut at 0xfe 0xfe; then the socket has nothing more.
#![no_main]
use ipvs::ConnectionTable;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    ipvs::fuzzing::answers(input);
    for with_origin in [false, true] {
        let table = if with_origin { ConnectionTable::with_origin(input) } else { ConnectionTable::new(input) };
        let lines = input.split(|byte| *byte == b'\n').count();
        let look = |entry: &Result<ipvs::Connection, _>| {
            let _ = entry.as_ref().map(ipvs::Connection::mark);
        };
        let entries = table.inspect(look).count();
        assert!(entries <= lines, "{entries} entries in {lines} lines");
    }
});
