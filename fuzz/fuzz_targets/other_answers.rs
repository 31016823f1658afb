//! Answers to `SMTP_CHECK`, `DNS_CHECK`, `UDP_CHECK` and `PING_CHECK`: there is always a verdict, and no more is kept than may
//! be. Parts are cut at 0xfe.
#![no_main]
use checkers::effect::Question;
use checkers::fact::Verdict;
use checkers::probe::Event;
use evenkeel_fuzz::probes::{conversation, play};
use libfuzzer_sys::fuzz_target;
use model::config::server::Udp;
use model::limits::SMTP_REPLY_BYTES;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fuzz_target!(|input: &[u8]| {
    let parts = || input.split(|byte| *byte == 0xfe);
    let longest = parts().map(<[u8]>::len).max().unwrap_or_default();
    let ask =
        |address, question, limit| play(&mut conversation(address, question), parts(), Event::Closed, false, limit);
    // What comes at once is looked at before it is refused.
    ask(SERVER, Question::Mail { helo: "lb1".into() }, SMTP_REPLY_BYTES + longest);
    let id = 0x0102;
    if let Verdict::Pass(_) = ask(SERVER, Question::Name { id, name: "a.example".into(), record: 1 }, 0) {
        assert!(parts().any(|part| part.starts_with(&[1, 2])), "somebody else's answer passed");
    }
    datagram(input, &ask);
    for address in [SERVER, Ipv6Addr::LOCALHOST.into()] {
        if let Verdict::Pass(_) = ask(address, Question::Echo { sequence: 7 }, 0) {
            assert!(parts().any(|part| part.len() == 136), "a strange echo passed");
        }
    }
});

/// The first two bytes say how long the wanted reply is, and its mask.
fn datagram(input: &[u8], ask: &impl Fn(IpAddr, Question, usize) -> Verdict) {
    let [length, mask, wanted @ ..] = input else { return };
    let wanted = wanted.get(..usize::from(*length)).unwrap_or(wanted);
    let reply: Vec<(u8, u8)> = wanted.iter().map(|byte| (*byte, *mask)).collect();
    let check = Udp { require_reply: true, reply, min_reply: 2, max_reply: 64, ..Udp::default() };
    let bare = Udp { reply: Vec::new(), ..check.clone() };
    for check in [check, bare] {
        let wants = !check.reply.is_empty();
        let verdict = ask(SERVER, Question::Datagram { check, payload: b"?".to_vec() }, 0);
        let first = input.split(|byte| *byte == 0xfe).next().unwrap_or_default();
        let same = first.len() >= wanted.len() && wanted.iter().zip(first).all(|(one, two)| (one ^ two) & mask == 0);
        assert!(!wants || !verdict.passed() || same, "a reply of other bytes passed");
    }
}
