//! What a whole configuration answers.
use super::*;
use crate::source::{MemoryLoader, UnknownHost};
use proptest::prelude::*;

fn loaded(text: &[u8]) -> Loaded {
    let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false };
    load("keepalived.conf", &MemoryLoader::new().file("keepalived.conf", text), &context, &UnknownHost)
}

#[test]
fn the_exit_status_is_keepaliveds() {
    for (text, expected) in [
        ("", 0),
        ("include none.conf\n", 0),
        ("include none*.conf\n", 0),
        ("includem none.conf\n", 6),
        ("includew none*.conf\n", 6),
        ("includew none.conf\n", 6),
        ("includer none.conf\n", 0),
        ("includeb {keepalived,none}.conf\n", 6),
        ("global_defs {\ninclude_check match\n}\ninclude none.conf\n", 6),
        ("global_defs {\ninclude_check\ninclude_check -match\n}\ninclude none.conf\n", 0),
        ("global_defs {\ninclude_check readable\n}\n", 5),
        ("}\n", 5),
        ("}\nincludem none.conf\n", 6),
    ] {
        assert_eq!(loaded(text.as_bytes()).exit_status_for_t(), expected, "{text}");
    }
}

#[test]
fn every_include_check_can_be_demanded_from_outside() {
    let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: true };
    let loader = MemoryLoader::new().file("keepalived.conf", "include none*.conf\n");
    assert_eq!(load("keepalived.conf", &loader, &context, &UnknownHost).exit_status_for_t(), 6);
}

#[test]
fn a_missing_main_file_is_told_apart() {
    let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false };
    let none = load("none.conf", &MemoryLoader::new(), &context, &UnknownHost);
    assert!(none.missing_main);
    assert_eq!((none.exit_status_for_t(), none.worst()), (0, Some(Severity::Error)));
    assert_eq!(none.diagnostics.len(), 1);
    let pattern = load("none*.conf", &MemoryLoader::new(), &context, &UnknownHost);
    assert!(pattern.missing_main);
    assert!(!loaded(b"").missing_main);
}

#[test]
fn problems_are_bounded_and_the_worst_are_kept() {
    let mut text = "include none*.conf\n".repeat(2 * limits::DIAGNOSTICS);
    text.push_str("}\n");
    let loaded = loaded(text.as_bytes());
    assert_eq!(loaded.diagnostics.len(), limits::DIAGNOSTICS);
    assert_eq!(loaded.more, limits::DIAGNOSTICS + 1);
    assert_eq!(loaded.exit_status_for_t(), 5);
}

#[test]
fn problems_are_sorted_by_place() {
    let loaded = loaded(b"a {\n\"\n}\n}\nbanana {\n");
    let places: Vec<_> = loaded.diagnostics.iter().map(place).collect();
    assert!(places.len() >= 4 && places.is_sorted(), "{:#?}", loaded.diagnostics);
}

#[test]
fn what_was_loaded_can_go_to_another_thread() {
    fn check<T: Send + Sync>(_: &T) {}
    check(&loaded(b""));
    check(&read(
        "k.conf",
        &MemoryLoader::new(),
        &Context { config_id: String::new(), host_name: String::new(), all_include_checks: false },
        &Arena::default(),
    ));
}

/// Blocks and the ways in which they are written wrongly.
fn blocks() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "global_defs {\n router_id a\n}\n",
        "global_defs {\n dynamic_interfaces\n vrrp_version 3\n}\n",
        "vrrp_instance a {\n interface eth0\n virtual_router_id 7\n track_script {\n s\n }\n}\n",
        "vrrp_instance b\n interface eth0\n virtual_router_id 8\n virtual_ipaddress {\n 192.0.2.1\n }\n",
        "vrrp_script s {\n script /bin/true\n}\n",
        "track_file f {\n file /x\n}\n",
        "virtual_server 192.0.2.1 80 {\n protocol TCP\n real_server 192.0.2.2 80 {\n }\n}\n",
        "virtual_server 192.0.2.1 80 {\n",
        "{\n state MASTER\n}\n",
        "}\n",
        "priority 7\n",
        "$X=1\n",
        "router_id $X $Y\n",
        "banana {\n weight 1\n}\n",
    ]);
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn in_parts_or_at_once_a_configuration_is_the_same(text in blocks()) {
        let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false };
        let loader = MemoryLoader::new().file("k.conf", text);
        let smallest = Amount::Some { statements: 1, ends: lower::stands_alone };
        let [parts, once] = [smallest, Amount::All].map(|part| load_by(part, "k.conf", &loader, &context, &UnknownHost));
        prop_assert_eq!(parts.config, once.config);
        prop_assert_eq!(parts.diagnostics, once.diagnostics);
    }
}
