//! Lines of addresses, virtual and static.
use super::global::seconds;
use super::node::Nodes;
use model::config::vrrp::VirtualAddress;
use model::{Config, Family, InterfaceName};

/// `static_ipaddress`.
pub(super) fn statics(config: &Config, nodes: &mut Nodes) {
    nodes.block_unless_empty(["static_ipaddress"], |nodes| {
        for address in &config.statics.addresses {
            let group = address.track_group.iter().flat_map(|group| ["track_group".to_owned(), group.to_string()]);
            nodes.line(words(&address.thing, None).into_iter().chain(group));
        }
    });
}

/// One line; `own` is the link that holds it when it names none. With a virtual link `dev` would mean the one below.
pub(super) fn words(address: &VirtualAddress, own: Option<&InterfaceName>) -> Vec<String> {
    let mut words = match address.peer {
        Some(peer) => vec![address.prefix.address().to_string(), "peer".to_owned(), peer.to_string()],
        None => vec![address.prefix.to_string()],
    };
    let mut say = |keyword: &str, argument: String| words.extend([keyword.to_owned(), argument]);
    if own != Some(&address.interface) {
        say("dev", address.interface.to_string());
    }
    if address.prefix.family() == Family::V4 {
        say("scope", scope(address.scope));
    }
    if let Some(broadcast) = address.broadcast {
        say("broadcast", broadcast.to_string());
    }
    if let Some(label) = &address.label {
        say("label", label.clone());
    }
    say("preferred_lft", address.preferred_lifetime.map_or_else(|| "forever".to_owned(), seconds));
    let flags = [
        ("home", address.home),
        ("-nodad", address.prefix.family() == Family::V6 && !address.nodad),
        ("mngtmpaddr", address.manage_temporary),
        ("noprefixroute", address.no_prefix_route),
        ("autojoin", address.autojoin),
        ("no_track", address.no_track),
        ("use_vmac", address.use_vmac),
    ];
    words.extend(flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned()));
    words
}

/// The name of a scope where every system has one.
fn scope(number: u8) -> String {
    match number {
        0 => "global".to_owned(),
        200 => "site".to_owned(),
        253 => "link".to_owned(),
        254 => "host".to_owned(),
        255 => "nowhere".to_owned(),
        other => other.to_string(),
    }
}
