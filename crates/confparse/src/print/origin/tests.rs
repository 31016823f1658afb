//! Where printed statements come from.
use super::*;
use crate::print::node::{from_text, text_with};
use crate::source::{Context, MemoryLoader};

/// Prints the statements of one text with their places in another.
fn shown(printed: &str, written: &[(&str, &str)]) -> String {
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let loader = written.iter().fold(MemoryLoader::new(), |loader, (name, text)| loader.file(name, *text));
    let arena = crate::tree::Arena::default();
    let read = crate::read("k.conf", &loader, &context, &arena);
    let nodes = from_text(printed);
    text_with(&nodes, &origins(&nodes, &read.tree, &read.sources))
}

/// The comment behind the first line that begins like this.
fn check(printed: &str, written: &[(&str, &str)], line: &str, comment: &str) {
    let text = shown(printed, written);
    let found = text.lines().find(|text| text.trim_start().starts_with(line)).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(found.split_once("# ").map(|(_, comment)| comment), Some(comment), "{text}");
}

const INSTANCE: &str = "vrrp_instance VI_1 {\n virtual_router_id 7\n priority 100\n garp_master_delay 5\n advert_int 1\n \
                        notify_priority_changes on\n}\n";

#[test]
fn what_is_written_has_its_place() {
    let written = "vrrp_instance VI_1 {\n  virtual_router_id 7\n  priority 50\n  priority 999\n}\n";
    let check = |line, comment| check(INSTANCE, &[("k.conf", written)], line, comment);
    check("vrrp_instance", "k.conf:1:1");
    check("virtual_router_id", "k.conf:2:3");
    check("priority", "k.conf:4:3, where 999 is written");
    check("advert_int", "default");
}

#[test]
fn what_is_not_written_is_taken_over_from_where_it_is() {
    let global =
        "global_defs {\n vrrp_garp_master_delay 5\n vrrp_notify_priority_changes\n}\nvrrp_instance VI_1 {\n}\n";
    check(INSTANCE, &[("k.conf", global)], "garp", "from global_defs vrrp_garp_master_delay, k.conf:2:2");
    let comment = "from global_defs vrrp_notify_priority_changes, k.conf:3:2";
    check(INSTANCE, &[("k.conf", global)], "notify", comment);
    let group = format!("{global}vrrp_sync_group G {{\n group {{\n VI_0 VI_1\n }}\n notify_priority_changes on\n}}\n");
    let comment = "from vrrp_sync_group notify_priority_changes, k.conf:11:2";
    check(INSTANCE, &[("k.conf", &group)], "notify", comment);
    let other = group.replace("VI_1\n }", "VI_2\n }");
    let comment = "from global_defs vrrp_notify_priority_changes, k.conf:3:2";
    check(INSTANCE, &[("k.conf", &other)], "notify", comment);
}

#[test]
fn checks_take_over_from_their_server_and_its_service() {
    let printed = "virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n TCP_CHECK {\n delay_loop 9\n retry 2\n }\n \
                   TCP_CHECK {\n connect_port 81\n }\n }\n}\n";
    let written = "virtual_server 10.0.0.1 080 {\n delay_loop 9\n real_server 10.0.0.2 80 {\n retry 2\n TCP_CHECK {\n }\n \
                   TCP_CHECK {\n connect_port 81\n }\n }\n}\n";
    let check = |line, comment| check(printed, &[("k.conf", written)], line, comment);
    check("delay_loop", "from virtual_server delay_loop, k.conf:2:2");
    check("retry", "from real_server retry, k.conf:4:2");
    check("connect_port", "k.conf:8:2");
    check("real_server", "k.conf:3:2");
}

#[test]
fn expansions_are_told() {
    let main = "$PRIO=120\ninclude part.conf\n~SEQ(N,1,2) vrrp_instance VI_${N} { virtual_router_id ${N} }\n";
    let part = "vrrp_instance A {\n priority $PRIO\n}\n";
    let files = [("k.conf", main), ("part.conf", part)];
    let check = |printed, line, comment| check(printed, &files, line, comment);
    check(
        "vrrp_instance A {\n priority 120\n}\n",
        "priority",
        "part.conf:2:2, included at k.conf:2:9, $PRIO of k.conf:1:1",
    );
    let printed = "vrrp_instance VI_2 {\n virtual_router_id 2\n}\n";
    check(printed, "vrrp_instance", "k.conf:3:13, N=2 of the sequence at k.conf:3:1");
    check(printed, "virtual_router_id", "k.conf:3:37, N=2 of the sequence at k.conf:3:1");
}

#[test]
fn lines_of_lists_are_found_by_their_first_word() {
    let printed = "vrrp_instance A {\n virtual_ipaddress {\n 10.0.0.1/32 dev eth0 scope global\n 10.0.0.2/24 dev eth0\n }\n}\n\
                   vrrp_sync_group G {\n group {\n A\n B\n }\n}\n";
    let written = "vrrp_instance A {\n virtual_ipaddress {\n 10.0.0.1\n }\n virtual_ipaddress { 10.0.0.2/24 }\n}\n\
                   vrrp_sync_group G {\n group {\n A B\n }\n}\n";
    let check = |line, comment| check(printed, &[("k.conf", written)], line, comment);
    check("10.0.0.1/32", "k.conf:3:2");
    check("10.0.0.2/24", "k.conf:5:22");
    check("B", "k.conf:9:4");
}

#[test]
fn old_spellings_are_found() {
    let written = "vrrp_sync_group G {\n global_tracking\n}\n";
    check(
        "vrrp_sync_group G {\n sync_group_tracking_weight\n}\n",
        &[("k.conf", written)],
        "sync_group_tr",
        "k.conf:2:2",
    );
}
