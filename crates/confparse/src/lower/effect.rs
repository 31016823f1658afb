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
        "unicast_peer" | "unicast_src_ip" => "adverts go to the multicast group",
        "use_vmac" | "use_ipvlan" | "use_vmac_addr" => "addresses answer with the hardware address of the interface",
        "virtual_routes" | "static_routes" => "the routes are not set",
        "virtual_rules" | "static_rules" => "the rules are not set",
        "static_ipaddress" => "the addresses are not set",
        "auth_hmac" => "adverts are not signed and signatures are not checked",
        "auth_type AH" => "adverts carry no authentication",
        "no_accept" | "strict_mode" | "vrrp_strict" => "traffic to the virtual addresses is not filtered",
        "track_file" | "track_process" | "track_bfd" => "they do not change the priority and cause no fault",
        "virtual_server_group" | "virtual_server group" => "virtual servers of a group are not set up",
        "MISC_CHECK" | "SMTP_CHECK" | "PING_CHECK" | "UDP_CHECK" | "SSL_GET" | "DNS_CHECK" | "FILE_CHECK"
        | "BFD_CHECK" => "the check is not made, and a real_server without another check counts as up",
        "lvs_sync_daemon" | "lvs_sync_daemon_interface" => "connections are not copied to the other director",
        "lvs_flush" | "lvs_flush_on_stop" => "the IPVS table is compared and corrected, never emptied",
        "net_namespace" | "net_namespace_ipvs" => "everything happens in the network namespace of the daemon",
        "startup_script" | "shutdown_script" => "the script is not run",
        "smtp_alert" | "notification_email" | "smtp_server" => "no mail is sent",
        "ha_suspend" => "checks always run",
        "peer" => "the address is added without its peer",
        "preferred_lft" => "the address is preferred for ever",
        "rise" | "fall" => "one check decides",
        "drain" => "a server that a reload removes is deleted at once",
        "method" => "the page is fetched with GET",
        "header" => "the header is not sent",
        "regex" => "the page is not compared with it",
        "persistence_engine" => "clients are told apart by address alone",
        "vrrp_startup_delay" | "vrrp_delay_after_boot" => "adverts count from the start",
        _ => return None,
    })
}
