//! What was accepted and has no effect yet: one note for each keyword, with the first place and how often.
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use std::collections::BTreeMap;

/// The keywords without an effect that were met.
#[derive(Default)]
pub(crate) struct Effectless(BTreeMap<&'static str, (Origin, usize)>);

impl Effectless {
    pub(crate) fn add(&mut self, keyword: &'static str, place: Origin) {
        self.0.entry(keyword).or_insert((place, 0)).1 += 1;
    }

    /// One note for each keyword.
    pub(crate) fn notes(self) -> impl Iterator<Item = Diagnostic> {
        self.0.into_iter().map(|(keyword, (place, count))| {
            let label = match count {
                1 => String::new(),
                _ => format!("first of {count} uses"),
            };
            let note = Diagnostic::new(
                "keyword-without-effect",
                Severity::Note,
                format!("{keyword} is accepted and has no effect yet"),
            );
            let note = note.at(place, label);
            match consequence(keyword) {
                Some(text) => note.meanwhile(text),
                None => note,
            }
        })
    }
}

/// What the lack of an effect means, where an operator must know it.
fn consequence(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "use_vmac" | "use_ipvlan" | "use_vmac_addr" => "addresses answer with the hardware address of the interface",
        "virtual_routes" | "static_routes" => "the routes are not set",
        "virtual_rules" | "static_rules" => "the rules are not set",
        "static_ipaddress" => "the addresses are not set",
        "no_accept" => {
            "traffic to the virtual addresses is taken as with accept: dropping it needs firewall rules, and none are made yet"
        }
        "strict_mode" | "vrrp_strict" => {
            "the protocol's rules are kept; traffic to the virtual addresses is not filtered"
        }
        "bfd_instance" | "track_bfd" => "sessions count as up",
        "snmp_name" => "it is for SNMP, which is not there yet",
        _ => return None,
    })
}
