//! `vrrp_instance`: what one block says, as far as it says it.
mod group;
mod hooks;
mod link;
mod secret;
mod unicast;

pub(crate) use group::{GroupDraft, names};
pub(crate) use hooks::Hooks;
pub(crate) use link::{LinkDraft, LinkKind};
pub(crate) use secret::{AuthenticationDraft, HmacDraft};
pub(crate) use unicast::UnicastDraft;

use super::address::{AddressLine, addresses};
use super::futile::Futile;
use super::global::{AnnounceDraft, small};
use super::item::{Item, Value};
use super::reader::Reader;
use super::route::routes;
use super::rule::rules;
use super::track::{Trackers, Watched};
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::Word;
use model::config::routing::{Route, Rule};
use model::config::vrrp::Version;
use model::{Family, InterfaceName, Interval, Name, Priority, Vrid};
use std::net::IpAddr;

/// Something with the place where it was said.
pub(crate) type Said<T> = Option<(T, Origin)>;

/// A `vrrp_instance` as far as it was said.
pub(crate) struct InstanceDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    /// Of what it cannot do without, when that is missing.
    pub(crate) futile: Futile,
    /// What the first thing with a family says.
    pub(crate) family: Said<Family>,
    pub(crate) interface: Said<InterfaceName>,
    pub(crate) vrf: Said<InterfaceName>,
    /// `use_vmac` and `use_ipvlan`, whichever came first.
    pub(crate) link: Option<Box<LinkDraft>>,
    pub(crate) vmac_for_addresses: bool,
    pub(crate) transmit_base: bool,
    pub(crate) vrid: Said<Vrid>,
    pub(crate) version: Said<Version>,
    pub(crate) priority: Said<Priority>,
    /// Hundredths of a second.
    pub(crate) advert_interval: Said<u64>,
    /// `state MASTER`.
    pub(crate) master: Option<Origin>,
    pub(crate) nopreempt: Option<Origin>,
    pub(crate) preempt_delay: Said<Interval>,
    pub(crate) down_timer_adverts: Said<u8>,
    pub(crate) timer_expired_backup: Said<Priority>,
    pub(crate) strict: Option<bool>,
    pub(crate) accept: Option<bool>,
    pub(crate) owner_ignore_adverts: Option<bool>,
    pub(crate) unicast: UnicastDraft,
    pub(crate) track_source: Option<Origin>,
    pub(crate) checksum_as_v2: Option<bool>,
    pub(crate) hmac: Option<Box<HmacDraft>>,
    pub(crate) authentication: AuthenticationDraft,
    pub(crate) receive_buffer: Option<u32>,
    pub(crate) promote_secondaries: Option<Origin>,
    pub(crate) poll_link: Option<Origin>,
    pub(crate) addresses: Vec<AddressLine>,
    pub(crate) excluded: Vec<AddressLine>,
    pub(crate) routes: Vec<Route>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) no_addresses: bool,
    pub(crate) source: Said<IpAddr>,
    pub(crate) group: Said<IpAddr>,
    pub(crate) trackers: Trackers,
    pub(crate) ignore_own_link: bool,
    pub(crate) announce: AnnounceDraft,
    pub(crate) lower_prio_no_advert: Option<bool>,
    pub(crate) higher_prio_send_advert: Said<bool>,
    pub(crate) skip_check_adv_addr: Option<bool>,
    pub(crate) notify_priority_changes: Option<bool>,
    pub(crate) smtp_alert: Option<bool>,
    pub(crate) sync_daemon_interface: Said<InterfaceName>,
    pub(crate) hooks: Hooks,
}

impl InstanceDraft {
    fn new(name: &Word) -> Self {
        Self {
            name: Name::new(name.text()),
            place: name.origin(),
            futile: Futile::default(),
            family: None,
            interface: None,
            vrf: None,
            link: None,
            vmac_for_addresses: false,
            transmit_base: false,
            vrid: None,
            version: None,
            priority: None,
            advert_interval: None,
            master: None,
            nopreempt: None,
            preempt_delay: None,
            down_timer_adverts: None,
            timer_expired_backup: None,
            strict: None,
            accept: None,
            owner_ignore_adverts: None,
            unicast: UnicastDraft::default(),
            track_source: None,
            checksum_as_v2: None,
            hmac: None,
            authentication: AuthenticationDraft::default(),
            receive_buffer: None,
            promote_secondaries: None,
            poll_link: None,
            addresses: Vec::new(),
            excluded: Vec::new(),
            routes: Vec::new(),
            rules: Vec::new(),
            no_addresses: false,
            source: None,
            group: None,
            trackers: Trackers::default(),
            ignore_own_link: false,
            announce: AnnounceDraft::default(),
            lower_prio_no_advert: None,
            higher_prio_send_advert: None,
            skip_check_adv_addr: None,
            notify_priority_changes: None,
            smtp_alert: None,
            sync_daemon_interface: None,
            hooks: Hooks::default(),
        }
    }

    /// Something of this family was said; the first such thing decides.
    fn is_of(&mut self, family: Family, place: Origin) {
        self.family.get_or_insert((family, place));
    }

    fn address(&mut self, item: &Item<'_>) -> Said<IpAddr> {
        let address = item.address()?;
        self.is_of(Family::of(address), item.place());
        Some((address, item.place()))
    }
}

/// Reads one `vrrp_instance` block.
pub(crate) fn instance(reader: &mut Reader<'_>, item: &Item<'_>, watched: &Watched) -> Option<InstanceDraft> {
    let mut draft = InstanceDraft::new(item.text()?);
    reader.block("vrrp_instance", item.body, &mut |reader, item| {
        if let Some(item) = numbers(reader, &mut draft, item)
            && let Some(item) = switches(reader, &mut draft, item)
            && let Some(item) = blocks(reader, &mut draft, watched, item)
            && !draft.announce.keyword(reader, item.row.keyword, &item)
        {
            draft.hooks.keyword(reader, item);
        }
    });
    if draft.vrid.is_none() || draft.interface.is_none() {
        draft.futile = Futile::of(item.body, &["virtual_router_id", "interface"]);
    }
    Some(draft)
}

/// Reads one `vrrp_sync_group` block.
pub(crate) fn group(reader: &mut Reader<'_>, item: &Item<'_>, watched: &Watched) -> Option<GroupDraft> {
    group::group(reader, item, watched)
}

/// Keywords with a number, an address or a name; hands back what it does not know.
fn numbers<'t>(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: Item<'t>) -> Option<Item<'t>> {
    let place = item.place();
    match item.row.keyword {
        "state" => state(reader, draft, &item),
        "interface" => link::own(reader, draft, &item),
        "vrf" => link::vrf(reader, draft, &item),
        "use_vmac" => link::vmac(reader, draft, &item),
        "use_ipvlan" => link::ipvlan(reader, draft, &item),
        "virtual_router_id" => draft.vrid = item.unsigned().and_then(|n| Vrid::new(n).ok()).map(|id| (id, place)),
        "version" => version(reader, draft, &item),
        "priority" => draft.priority = item.unsigned().and_then(|n| Priority::new(n).ok()).map(|p| (p, place)),
        "advert_int" => {
            if let Value::Steps(centis) = item.value {
                draft.advert_interval = Some((centis, place));
            }
        }
        "preempt_delay" => draft.preempt_delay = item.interval().map(|delay| (delay, place)),
        "down_timer_adverts" => draft.down_timer_adverts = small(&item).map(|adverts| (adverts, place)),
        "timer_expired_backup" | "thread_timer_expired" => {
            let peer = item.unsigned().map_or(Some(Priority::MAX_NOT_OWNER), |peer| Priority::new(peer).ok());
            draft.timer_expired_backup = peer.map(|peer| (peer, place));
        }
        "kernel_rx_buf_size" => draft.receive_buffer = item.unsigned(),
        "mcast_src_ip" => draft.source = draft.address(&item).or(draft.source),
        "mcast_dst_ip" => draft.group = draft.address(&item).or(draft.group),
        "unicast_src_ip" => {
            draft.unicast.wished.get_or_insert(place);
            draft.source = draft.address(&item).or(draft.source);
        }
        "unicast_ttl" => {
            draft.unicast.wished.get_or_insert(place);
            draft.unicast.ttl = small(&item);
        }
        "lvs_sync_daemon_interface" => draft.sync_daemon_interface = item.interface().map(|name| (name, place)),
        _ => return Some(item),
    }
    None
}

fn state(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    match (item.word(), draft.master) {
        (Some("MASTER"), _) => draft.master = Some(item.place()),
        (_, Some(before)) => reader.report(
            Diagnostic::new("state-twice", Severity::Error, "state BACKUP after state MASTER")
                .at(item.place(), "second state")
                .with(before, "first state")
                .meanwhile("the state is MASTER"),
        ),
        _ => {}
    }
}

/// The first version that was said stays.
fn version(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let version = if item.number() == Some(3) { Version::V3 } else { Version::V2 };
    let Some((first, before)) = draft.version.filter(|(first, _)| *first != version) else {
        draft.version = Some((version, item.place()));
        return;
    };
    let (first, second) = (first.number(), version.number());
    reader.report(
        Diagnostic::new("version-twice", Severity::Error, format!("version {second} after version {first}"))
            .at(item.place(), "second version")
            .with(before, "first version")
            .meanwhile(format!("{} uses version {first}", draft.name)),
    );
}

/// Keywords that switch something on or off.
fn switches<'t>(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: Item<'t>) -> Option<Item<'t>> {
    let on = Some(item.on());
    match item.row.keyword {
        "dont_track_primary" => draft.ignore_own_link = true,
        "no_virtual_ipaddress" => draft.no_addresses = true,
        "native_ipv6" => native_ipv6(reader, draft, &item),
        "use_vmac_addr" => draft.vmac_for_addresses = true,
        "vmac_xmit_base" => draft.transmit_base = true,
        "preempt" => draft.nopreempt = None,
        "nopreempt" => draft.nopreempt = Some(item.origin()),
        "accept" => draft.accept = Some(true),
        "no_accept" => draft.accept = Some(false),
        "lower_prio_no_advert" => draft.lower_prio_no_advert = on,
        "higher_prio_send_advert" => draft.higher_prio_send_advert = Some((item.on(), item.origin())),
        "skip_check_adv_addr" => draft.skip_check_adv_addr = on,
        "owner_ignore_adverts" => draft.owner_ignore_adverts = on,
        "v3_checksum_as_v2" => draft.checksum_as_v2 = on,
        "notify_priority_changes" => draft.notify_priority_changes = on,
        "smtp_alert" => draft.smtp_alert = on,
        "strict_mode" => draft.strict = on,
        "promote_secondaries" => draft.promote_secondaries = Some(item.origin()),
        "linkbeat_use_polling" => draft.poll_link = Some(item.origin()),
        "track_src_ip" => draft.track_source = Some(item.origin()),
        "check_unicast_src" => draft.unicast.check_source = Some(item.origin()),
        "unicast_fault_no_peer" => draft.unicast.fault_without_peer = Some(item.origin()),
        "old_unicast_checksum" => unicast::old_checksum(reader, &mut draft.unicast, &item),
        _ => return Some(item),
    }
    None
}

fn native_ipv6(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    match draft.family {
        Some((Family::V4, because)) => reader.report(
            Diagnostic::new("mixed-families", Severity::Error, format!("{} is IPv4 already", draft.name))
                .at(item.origin(), "this would make it IPv6")
                .with(because, "this is IPv4")
                .meanwhile("the line is ignored"),
        ),
        _ => draft.is_of(Family::V6, item.origin()),
    }
}

/// Keywords with a block behind them.
fn blocks<'t>(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    watched: &Watched,
    item: Item<'t>,
) -> Option<Item<'t>> {
    match item.row.keyword {
        "virtual_ipaddress" => {
            let found = addresses(reader, ADDRESSES, item.body);
            if let Some(first) = found.first() {
                draft.is_of(first.prefix.family(), first.place);
            }
            append(&mut draft.addresses, found);
        }
        "virtual_ipaddress_excluded" => append(&mut draft.excluded, addresses(reader, EXCLUDED, item.body)),
        "virtual_routes" => draft.routes.extend(routes(reader, ROUTES, item.body).into_iter().map(|route| route.thing)),
        "virtual_rules" => draft.rules.extend(rules(reader, RULES, item.body).into_iter().map(|rule| rule.thing)),
        "authentication" => secret::authentication(reader, &mut draft.authentication, &item),
        "auth_hmac" => {
            let hmac = draft.hmac.get_or_insert_with(|| Box::new(HmacDraft::new(item.origin())));
            secret::hmac(reader, hmac, &item);
        }
        "unicast_peer" => {
            let before = draft.unicast.peers.len();
            unicast::peers(reader, &mut draft.unicast, &item);
            if let Some(first) = draft.unicast.peers.get(before) {
                draft.is_of(Family::of(first.peer.address), first.place);
            }
        }
        _ if draft.trackers.keyword(reader, watched, &item) => {}
        _ => return Some(item),
    }
    None
}

/// A block is rarely written twice; the first list is kept as it is, without room for more.
fn append(all: &mut Vec<AddressLine>, found: Vec<AddressLine>) {
    if all.is_empty() {
        *all = found;
    } else {
        all.extend(found);
    }
}

const ADDRESSES: &str = "vrrp_instance/virtual_ipaddress";
const ROUTES: &str = "vrrp_instance/virtual_routes";
const RULES: &str = "vrrp_instance/virtual_rules";
const EXCLUDED: &str = "vrrp_instance/virtual_ipaddress_excluded";
