//! Tables of words and what becomes of them.
use super::*;
use crate::span::{FileId, Origin, Span};

fn word(text: &str) -> Word<'_> {
    let span = Span { file: FileId(0), start: 0, end: 0 };
    Word::new(text, Origin { span, expansion: None }, false)
}

#[test]
fn whole_numbers() {
    for (text, strict, expected) in [
        ("1", true, Ok(1)),
        ("255", true, Ok(255)),
        ("007", true, Ok(7)),
        (" 9", true, Ok(9)),
        ("+9", true, Ok(9)),
        ("0", true, Err(("number-out-of-range", None))),
        ("256", false, Err(("number-out-of-range", None))),
        ("-1", false, Err(("number-out-of-range", None))),
        ("99999999999999999999", false, Err(("number-out-of-range", None))),
        ("12x", true, Err(("trailing-characters", None))),
        ("12x", false, Err(("trailing-characters", Some(12)))),
        ("1.5", false, Err(("trailing-characters", Some(1)))),
        ("abc", false, Err(("not-a-number", None))),
        ("", false, Err(("not-a-number", None))),
        ("-", false, Err(("not-a-number", None))),
    ] {
        let read = int(&word(text), 1, 255, "s", strict).map_err(|bad| (bad.code, bad.usable));
        assert_eq!(read, expected, "{text}");
    }
    assert_eq!(int(&word("-20"), -20, 19, "", true), Ok(-20));
}

#[test]
fn decimals_are_counted_in_their_smallest_step() {
    for (text, expected) in [
        ("1", Ok(100)),
        ("0.5", Ok(50)),
        (".25", Ok(25)),
        ("2.", Ok(200)),
        ("0.015", Err(("too-many-decimals", Some(2)))),
        ("0.014", Err(("too-many-decimals", Some(1)))),
        ("1.0100000", Ok(101)),
        ("0.01", Ok(1)),
        ("0.001", Err(("number-out-of-range", None))),
        ("0", Err(("number-out-of-range", None))),
        ("255.01", Err(("number-out-of-range", None))),
        ("-1", Err(("number-out-of-range", None))),
        ("60s", Err(("trailing-characters", Some(6000)))),
        ("1.5e3", Err(("trailing-characters", Some(150)))),
        ("18446744073709551616", Err(("number-out-of-range", None))),
        ("s", Err(("not-a-number", None))),
        (".", Err(("not-a-number", None))),
    ] {
        let read = decimal(&word(text), 1, 25_500, 2, "s").map_err(|bad| (bad.code, bad.usable));
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn messages_tell_the_range_with_its_unit() {
    let text = |read: Result<i64, Bad<i64>>| read.map_err(|bad| (bad.telling.message, bad.telling.label));
    assert_eq!(text(int(&word("0"), 1, 10, "s", true)), Err(("is 1 to 10 s".into(), "this is 0".into())));
    assert_eq!(
        text(int(&word("0"), 1, i64::from(u32::MAX), "", true)),
        Err(("is at least 1".into(), "this is 0".into()))
    );
    let read = decimal(&word("300"), 1, 25_500, 2, "s").map_err(|bad| bad.telling.message);
    assert_eq!(read, Err("is 0.01 to 255 s".to_owned()));
}

#[test]
fn switches_are_small_letters() {
    for text in ["true", "on", "yes"] {
        assert_eq!(switch(&word(text)), Ok(true));
    }
    for text in ["false", "off", "no"] {
        assert_eq!(switch(&word(text)), Ok(false));
    }
    for (text, help) in [("On", Some("write it in small letters: on")), ("1", Some("write on")), ("maybe", None)] {
        let read = switch(&word(text)).map_err(|bad| bad.telling.help);
        assert_eq!(read, Err(help.map(str::to_owned)), "{text}");
    }
}

#[test]
fn choices_suggest_what_is_near() {
    const STATES: &[&str] = &["MASTER", "BACKUP"];
    assert_eq!(choice(&word("MASTER"), STATES, false), Ok("MASTER"));
    assert_eq!(choice(&word("master"), STATES, true), Ok("MASTER"));
    let bad = choice(&word("MASTR"), STATES, false).map_err(|bad| (bad.telling.message, bad.telling.help));
    assert_eq!(bad, Err(("is MASTER or BACKUP".into(), Some("did you mean MASTER?".into()))));
    assert_eq!(choice(&word("zzz"), STATES, false).map_err(|bad| bad.telling.help), Err(None));
}

#[test]
fn addresses_say_why_they_are_none() {
    assert_eq!(address(&word("10.0.0.1")), Ok(IpAddr::from([10, 0, 0, 1])));
    assert!(address(&word("fe80::1")).is_ok());
    for (text, part) in [
        ("10.0.0.300", "300 is above 255"),
        ("10.0.0", "four numbers"),
        ("10.0.00.1", "octal"),
        ("10.0..1", "missing"),
        ("10.0.0.$X", "not defined"),
        ("web.example", "not looked up"),
    ] {
        let help = address(&word(text)).err().and_then(|bad| bad.telling.help).unwrap_or_default();
        assert!(help.contains(part), "{text}: {help}");
    }
    assert_eq!(address_cut(&word("10.0.0.1-5")), Ok(IpAddr::from([10, 0, 0, 1])));
}

#[test]
fn prefixes_keep_the_address_when_the_length_is_bad() {
    let read = |text: &str| prefix(&word(text)).map(|p| p.to_string()).map_err(|bad| (bad.code, bad.usable.is_some()));
    assert_eq!(read("10.0.0.1"), Ok("10.0.0.1/32".to_owned()));
    assert_eq!(read("10.0.0.1/24"), Ok("10.0.0.1/24".to_owned()));
    assert_eq!(read("fe80::1/64"), Ok("fe80::1/64".to_owned()));
    assert_eq!(read("10.0.0.1/33"), Err(("bad-prefix-length", true)));
    assert_eq!(read("10.0.0.1/255.255.255.0"), Err(("bad-prefix-length", true)));
    assert_eq!(read("10.0.0/24"), Err(("not-an-address", false)));
}

#[test]
fn digests_and_status_codes() {
    assert_eq!(digest(&word("000102030405060708090a0b0c0d0e0F")).map(|d| d[15]), Ok(15));
    assert!(digest(&word("00")).is_err());
    assert!(digest(&word("0001020304050607+8090a0b0c0d0e0f")).is_err());
    assert!(digest(&word("00010203040506070809 a0b0c0d0e0f")).is_err());
    assert_eq!(status(&word("200")), Ok((200, 200)));
    assert_eq!(status(&word("200-299")), Ok((200, 299)));
    for text in ["99", "600", "299-200", "200-", "2xx", ""] {
        assert!(status(&word(text)).is_err(), "{text}");
    }
}
