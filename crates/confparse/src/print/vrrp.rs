//! Virtual routers and their groups.
use super::address;
use super::global::seconds;
use super::node::Nodes;
use super::notify;
use super::routing;
use super::track::{self, Lists};
use model::config::vrrp::{
    Announce, AntiReplay, Authentication, Hmac, HmacMode, Instance, IpvlanMode, OldChecksum, SyncGroup, Unicast,
    VirtualLink, VirtualLinkKind,
};
use model::{Config, Family};
use std::net::IpAddr;

/// What all instances have in common and none can say: words of `global_defs`.
pub(super) fn shared(config: &Config, nodes: &mut Nodes) {
    let Some(announce) = config.instances.first().map(|instance| &instance.announce) else { return };
    for (keyword, interval) in [("vrrp_garp_interval", announce.spacing), ("vrrp_gna_interval", announce.na_spacing)] {
        nodes.maybe(keyword, (!interval.is_zero()).then(|| seconds(interval)));
    }
}

/// `vrrp_sync_group`.
pub(super) fn groups(config: &Config, nodes: &mut Nodes) {
    for group in &config.groups {
        nodes.block(["vrrp_sync_group", group.name.as_str()], |nodes| one_group(group, nodes));
    }
}

fn one_group(group: &SyncGroup, nodes: &mut Nodes) {
    nodes.block(["group"], |nodes| group.members.iter().for_each(|name| nodes.line([name.to_string()])));
    track::lists(&Lists::of_group(group), nodes);
    notify::hooks(&group.notify, nodes);
    nodes.switch("smtp_alert", group.smtp_alert);
    nodes.flag("sync_group_tracking_weight", group.tracking_weight);
    nodes.switch("notify_priority_changes", group.notify_priority_changes);
}

/// `vrrp_instance`.
pub(super) fn instances(config: &Config, nodes: &mut Nodes) {
    for instance in &config.instances {
        nodes.block(["vrrp_instance", instance.name.as_str()], |nodes| {
            track::lists(&Lists::of_instance(instance), nodes);
            links(instance, nodes);
            destination(instance, nodes);
            identity(instance, nodes);
            holdings(instance, nodes);
            manners(instance, nodes);
            notify::hooks(&instance.notify, nodes);
            nodes.switch("smtp_alert", instance.smtp_alert);
            nodes.switch("notify_priority_changes", instance.notify_priority_changes);
            announce(&instance.announce, nodes);
            timers(instance, nodes);
            secrets(instance, nodes);
        });
    }
}

/// Links of its own.
fn links(instance: &Instance, nodes: &mut Nodes) {
    if let Some(link) = &instance.virtual_link {
        nodes.line(virtual_link(link));
    }
    nodes.flag("use_vmac_addr", instance.vmac_for_addresses);
    nodes.flag("vmac_xmit_base", instance.transmit_base);
}

fn virtual_link(link: &VirtualLink) -> Vec<String> {
    let keyword = match link.kind {
        VirtualLinkKind::Macvlan { .. } => "use_vmac",
        VirtualLinkKind::Ipvlan { .. } => "use_ipvlan",
    };
    let mut words = vec![keyword.to_owned()];
    if let Some(name) = &link.name {
        words.extend(["name".to_owned(), name.to_string()]);
    }
    match &link.kind {
        VirtualLinkKind::Macvlan { hardware, announce } => {
            words.extend(hardware.map(|octets| octets.map(|octet| format!("{octet:02x}")).join(":")));
            words.extend(announce.then(|| "netlink_notify_msg".to_owned()));
        }
        VirtualLinkKind::Ipvlan { address, mode } => {
            words.extend(address.map(|prefix| prefix.to_string()));
            let mode = match mode {
                IpvlanMode::Bridge => "bridge",
                IpvlanMode::Private => "private",
                IpvlanMode::Vepa => "vepa",
            };
            words.push(mode.to_owned());
        }
    }
    if let Some(group) = link.group {
        words.extend(["group".to_owned(), group.to_string()]);
    }
    words
}

/// Who gets its adverts.
fn destination(instance: &Instance, nodes: &mut Nodes) {
    if let Some(unicast) = &instance.unicast {
        nodes.block(["unicast_peer"], |nodes| peers(unicast, nodes));
        nodes.flag("unicast_fault_no_peer", unicast.fault_without_peer);
        nodes.flag("check_unicast_src", unicast.check_source);
    }
    match instance.old_checksum {
        OldChecksum::Detect => {}
        OldChecksum::Use => nodes.flag("old_unicast_checksum", true),
        OldChecksum::Never => nodes.word("old_unicast_checksum", "never"),
    }
    nodes.flag("native_ipv6", instance.family == Family::V6);
}

/// Limits of the time to live turn the check of sources on, so they are told where it is on.
fn peers(unicast: &Unicast, nodes: &mut Nodes) {
    for peer in &unicast.peers {
        let mut words = vec![peer.address.to_string()];
        if unicast.check_source {
            let limits = [("min_ttl", peer.min_ttl), ("max_ttl", peer.max_ttl)];
            words.extend(limits.into_iter().flat_map(|(word, ttl)| [word.to_owned(), ttl.to_string()]));
        }
        nodes.line(words);
    }
}

/// What it is on the wire.
fn identity(instance: &Instance, nodes: &mut Nodes) {
    nodes.word("state", if instance.wants_master { "MASTER" } else { "BACKUP" });
    match &instance.vrf {
        Some(name) => nodes.word("vrf", name),
        None => nodes.word("interface", &instance.interface),
    }
    nodes.flag("dont_track_primary", instance.ignore_own_link);
    let source: Option<IpAddr> = instance.source;
    match &instance.unicast {
        Some(_) => nodes.maybe("unicast_src_ip", source),
        None => {
            nodes.maybe("mcast_src_ip", source);
            nodes.word("mcast_dst_ip", instance.group);
        }
    }
    nodes.flag("track_src_ip", instance.track_source);
    nodes.word("virtual_router_id", instance.vrid);
    nodes.maybe("unicast_ttl", instance.unicast.as_ref().and_then(|unicast| unicast.ttl));
    nodes.word("version", instance.version.number());
    nodes.word("priority", instance.priority);
    nodes.word("advert_int", seconds(instance.advert_interval));
}

/// What it holds as master.
fn holdings(instance: &Instance, nodes: &mut Nodes) {
    for (keyword, addresses) in
        [("virtual_ipaddress", &instance.addresses), ("virtual_ipaddress_excluded", &instance.excluded)]
    {
        nodes.block_unless_empty([keyword], |nodes| {
            addresses.iter().for_each(|address| nodes.line(address::words(address, Some(&instance.interface))));
        });
    }
    nodes.flag("no_virtual_ipaddress", instance.addresses.is_empty());
    nodes.flag("promote_secondaries", instance.promote_secondaries);
    nodes.switch("v3_checksum_as_v2", instance.checksum_as_v2);
    routing::virtual_routes(&instance.routes, nodes);
    routing::virtual_rules(&instance.rules, nodes);
}

fn manners(instance: &Instance, nodes: &mut Nodes) {
    nodes.flag(if instance.accept { "accept" } else { "no_accept" }, true);
    nodes.switch("skip_check_adv_addr", instance.skip_check_adv_addr);
    nodes.switch("strict_mode", instance.strict);
    nodes.flag(if instance.preempt { "preempt" } else { "nopreempt" }, true);
    nodes.word("preempt_delay", seconds(instance.preempt_delay));
}

fn announce(announce: &Announce, nodes: &mut Nodes) {
    nodes.word("garp_master_delay", seconds(announce.delay));
    nodes.word("garp_master_refresh", seconds(announce.refresh));
    nodes.word("garp_master_repeat", announce.repeat);
    nodes.word("garp_master_refresh_repeat", announce.refresh_repeat);
    nodes.word("garp_lower_prio_delay", seconds(announce.lower_prio_delay));
    nodes.word("garp_lower_prio_repeat", announce.lower_prio_repeat);
}

fn timers(instance: &Instance, nodes: &mut Nodes) {
    nodes.word("down_timer_adverts", instance.down_timer_adverts);
    nodes.maybe("timer_expired_backup", instance.timer_expired_backup);
    let all = instance.announce.extra_all.then(|| "all".to_owned());
    let extra = seconds(instance.announce.extra_refresh);
    nodes.line(["garp_extra_if".to_owned()].into_iter().chain(all).chain([extra]));
    nodes.switch("lower_prio_no_advert", instance.lower_prio_no_advert);
    nodes.switch("higher_prio_send_advert", instance.higher_prio_send_advert);
    nodes.switch("owner_ignore_adverts", instance.owner_ignore_adverts);
    nodes.maybe("kernel_rx_buf_size", instance.receive_buffer);
}

fn secrets(instance: &Instance, nodes: &mut Nodes) {
    let said = match &instance.authentication {
        Authentication::None => None,
        Authentication::Password(password) => Some(("PASS", password)),
        Authentication::Header(password) => Some(("AH", password)),
    };
    if let Some((kind, password)) = said {
        let end = password.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let password = String::from_utf8_lossy(password.get(..end).unwrap_or_default());
        nodes.block(["authentication"], |nodes| {
            nodes.word("auth_type", kind);
            nodes.word("auth_pass", &password);
        });
    }
    if let Some(hmac) = &instance.hmac {
        nodes.block(["auth_hmac"], |nodes| signatures(hmac, nodes));
    }
}

fn signatures(hmac: &Hmac, nodes: &mut Nodes) {
    for key in &hmac.keys {
        let digits: String = key.secret.iter().map(|byte| format!("{byte:02x}")).collect();
        nodes.line(["key".to_owned(), key.id.to_string(), format!("hex:{digits}")]);
    }
    nodes.word("active_key", hmac.active);
    nodes.word("time_window", seconds(hmac.window));
    let replay = match hmac.replay {
        AntiReplay::Time => "time",
        AntiReplay::Monotonic => "monotonic",
    };
    nodes.word("anti_replay", replay);
    let mode = match hmac.mode {
        HmacMode::Enforce => "enforce",
        HmacMode::Permissive => "permissive",
        HmacMode::ReceiveOnly => "receive-only",
    };
    nodes.word("mode", mode);
}
