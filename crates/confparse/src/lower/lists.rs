//! Blocks of lines that have no effect yet: what keepalived refuses in them is reported all the same.
use super::arguments::diagnose;
use super::item::Item;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::tree::{Statement, Word};
use crate::value::{self, shown};

/// Looks at the lines of the block `path`.
pub(crate) fn check(reader: &mut Reader<'_>, path: &str, item: &Item<'_>) {
    match path {
        "static_ipaddress" => drop(super::routing::addresses(reader, path, item.body)),
        "vrrp_instance/unicast_peer" => peers(reader, item),
        "static_rules" | "vrrp_instance/virtual_rules" => rules(reader, item.body),
        "linkbeat_interfaces" | "interface_up_down_delays" => polled(reader, item),
        "global_defs/notification_email" if item.body.is_empty() => empty(reader, item, "nobody gets mail"),
        _ => {}
    }
}

pub(crate) fn empty(reader: &mut Reader<'_>, item: &Item<'_>, meanwhile: &str) {
    reader.report(
        Diagnostic::new("empty-block", Severity::Error, format!("{} is empty", item.row.keyword))
            .at(item.origin(), "nothing stands in this block")
            .meanwhile(meanwhile),
    );
}

fn peers(reader: &mut Reader<'_>, item: &Item<'_>) {
    if item.body.is_empty() {
        empty(reader, item, "adverts go to the multicast group");
    }
    for word in item.body.iter().filter_map(|line| line.words.first()) {
        if let Err(bad) = value::address(word) {
            reader.report(diagnose("a peer", word, &bad, "the line is ignored"));
        }
    }
}

fn rules(reader: &mut Reader<'_>, lines: &[Statement]) {
    for line in lines {
        let says = |word: &Word| matches!(word.text(), "preference" | "order" | "priority");
        if !line.words.iter().any(says) {
            reader.report(
                Diagnostic::new("rule-without-preference", Severity::Error, "a rule has no preference")
                    .at(line.origin, "add preference NUMBER")
                    .meanwhile("a place among the rules is chosen for it"),
            );
        }
    }
}

fn polled(reader: &mut Reader<'_>, item: &Item<'_>) {
    for word in item.body.iter().filter_map(|line| line.words.first()) {
        if reader.host.interface_exists(word.text()) == Some(false) {
            let message = format!("{} names interface {} that does not exist", item.row.keyword, shown(word.text()));
            reader.report(
                Diagnostic::new("unknown-polled-interface", Severity::Fatal, message)
                    .at(word.origin(), "there is no such interface")
                    .meanwhile("the line is ignored"),
            );
        }
    }
}
