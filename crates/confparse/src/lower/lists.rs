//! Blocks of lines that have no effect yet: what keepalived refuses in them is reported all the same.
use super::arguments::diagnose;
use super::item::Item;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Args, Block, Row};
use crate::tree::{Statement, Word};
use crate::value;

/// Whether whoever visits this row reads all of it into the model, so that nothing but its lack of effect is to be told.
pub(crate) fn is_read(block: &Block, row: &Row) -> bool {
    const ROOT: &[&str] = &[
        "SSL",
        "bfd_instance",
        "garp_group",
        "interface_up_down_delays",
        "linkbeat_interfaces",
        "static_ipaddress",
        "track_file",
        "track_group",
        "virtual_server_group",
        "vrrp_track_file",
        "vrrp_track_process",
    ];
    const BLOCKS: &[&str] = &["vrrp_", "track_", "garp_group", "bfd_instance", "virtual_server", "SSL"];
    match block.path {
        "/" => ROOT.contains(&row.keyword),
        "global_defs" => true,
        path => BLOCKS.iter().any(|root| path.starts_with(root)) && !row.keyword.starts_with("virtual_r"),
    }
}

/// Looks at the lines of the block `path`.
pub(crate) fn check(reader: &mut Reader<'_>, path: &str, item: &Item<'_>) {
    match path {
        "static_rules" | "vrrp_instance/virtual_rules" => rules(reader, item.body),
        "static_routes" | "vrrp_instance/virtual_routes" => routes(reader, item.body),
        _ => {}
    }
}

/// Looks at the numbers among the words behind a keyword.
pub(crate) fn options(reader: &mut Reader<'_>, path: &str, item: &Item<'_>) {
    let words = schema::words(path);
    let mut rest = item.words().iter();
    while let Some(word) = rest.next() {
        let Some(row) = words.option(word.text()) else { continue };
        if let (Args::Int { min, max }, Some(number)) = (row.args, rest.as_slice().first())
            && let Err(bad) = value::int(number, min, max, row.unit, row.strict)
        {
            reader.report(diagnose(row.keyword, number, &bad, "the option is ignored"));
        }
    }
}

pub(crate) fn empty(reader: &mut Reader<'_>, item: &Item<'_>, meanwhile: &str) {
    reader.report(
        Diagnostic::new("empty-block", Severity::Error, format!("{} is empty", item.row.keyword))
            .at(item.origin(), "nothing stands in this block")
            .meanwhile(meanwhile),
    );
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

fn routes(reader: &mut Reader<'_>, lines: &[Statement]) {
    for word in lines.iter().flat_map(|line| line.words) {
        let now = match word.text() {
            "gw" => "via",
            "or" => "nexthop",
            _ => continue,
        };
        reader.report(
            Diagnostic::new(
                "deprecated-keyword",
                Severity::Error,
                format!("{} in a route is an old spelling", word.text()),
            )
            .at(word.origin(), format!("today this is {now}"))
            .meanwhile("it works as before"),
        );
    }
}
