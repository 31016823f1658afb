//! `vrrp_instance` and `vrrp_sync_group`: what one block says, as far as it says it.
use super::address::{AddressLine, addresses};
use super::global::{AnnounceDraft, small};
use super::item::{Item, Value};
use super::reader::Reader;
use super::script::Spoken;
use super::track::{self, KnownScript};
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value;
use model::config::track::{TrackInterface, TrackScript};
use model::config::vrrp::{Notify, Version};
use model::{InterfaceName, Interval, Name, Priority, Vrid};
use std::net::IpAddr;

/// Something with the place where it was said.
pub(crate) type Said<T> = Option<(T, Origin)>;

/// A `vrrp_instance` as far as it was said.
pub(crate) struct InstanceDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) interface: Said<InterfaceName>,
    pub(crate) vrid: Said<Vrid>,
    pub(crate) version: Said<Version>,
    pub(crate) priority: Said<Priority>,
    /// Hundredths of a second.
    pub(crate) advert_interval: Said<u64>,
    /// `state MASTER`.
    pub(crate) master: Option<Origin>,
    pub(crate) nopreempt: Option<Origin>,
    pub(crate) preempt_delay: Said<Interval>,
    pub(crate) down_timer_adverts: Option<u8>,
    pub(crate) authentication: AuthenticationDraft,
    pub(crate) addresses: Vec<AddressLine>,
    pub(crate) excluded: Vec<AddressLine>,
    pub(crate) no_addresses: bool,
    pub(crate) native_ipv6: bool,
    pub(crate) source: Said<IpAddr>,
    pub(crate) group: Said<IpAddr>,
    pub(crate) track_interfaces: Vec<(TrackInterface, Origin)>,
    pub(crate) track_scripts: Vec<(TrackScript, Origin)>,
    pub(crate) ignore_own_link: bool,
    pub(crate) announce: AnnounceDraft,
    pub(crate) lower_prio_no_advert: Option<bool>,
    pub(crate) higher_prio_send_advert: Option<bool>,
    pub(crate) skip_check_adv_addr: Option<bool>,
    pub(crate) notify_priority_changes: Option<bool>,
    pub(crate) strict: Option<bool>,
    /// A keyword of unicast, where one was used.
    pub(crate) unicast: Option<Origin>,
    pub(crate) peers: bool,
    pub(crate) promote_secondaries: Option<Origin>,
    /// `use_vmac`.
    pub(crate) virtual_link: bool,
    pub(crate) hooks: Hooks,
}

/// `authentication` as far as it was said.
#[derive(Default)]
pub(crate) struct AuthenticationDraft {
    /// `PASS` or `AH`.
    pub(crate) kind: Said<&'static str>,
    pub(crate) password: Said<Vec<u8>>,
    pub(crate) place: Option<Origin>,
}

impl InstanceDraft {
    fn new(name: &Word) -> Self {
        Self {
            name: Name::new(name.text()),
            place: name.origin(),
            interface: None,
            vrid: None,
            version: None,
            priority: None,
            advert_interval: None,
            master: None,
            nopreempt: None,
            preempt_delay: None,
            down_timer_adverts: None,
            authentication: AuthenticationDraft::default(),
            addresses: Vec::new(),
            excluded: Vec::new(),
            no_addresses: false,
            native_ipv6: false,
            source: None,
            group: None,
            track_interfaces: Vec::new(),
            track_scripts: Vec::new(),
            ignore_own_link: false,
            announce: AnnounceDraft::default(),
            lower_prio_no_advert: None,
            higher_prio_send_advert: None,
            skip_check_adv_addr: None,
            notify_priority_changes: None,
            strict: None,
            unicast: None,
            peers: false,
            promote_secondaries: None,
            virtual_link: false,
            hooks: Hooks::default(),
        }
    }
}

/// Reads one `vrrp_instance` block.
pub(crate) fn instance(reader: &mut Reader<'_>, item: &Item<'_>, scripts: &mut [KnownScript]) -> Option<InstanceDraft> {
    let mut draft = InstanceDraft::new(item.text()?);
    reader.block("vrrp_instance", item.body, &mut |reader, item| {
        if let Some(item) = numbers(reader, &mut draft, item)
            && let Some(item) = switches(&mut draft, item)
            && let Some(item) = blocks(reader, &mut draft, scripts, item)
        {
            draft.hooks.keyword(item);
        }
    });
    Some(draft)
}

/// Keywords with a number, an address or a name; hands back what it does not know.
fn numbers<'t>(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: Item<'t>) -> Option<Item<'t>> {
    let place = item.place();
    match item.row.keyword {
        "state" => state(reader, draft, &item),
        "interface" => own_link(reader, draft, &item),
        "virtual_router_id" => draft.vrid = item.unsigned().and_then(|n| Vrid::new(n).ok()).map(|id| (id, place)),
        "version" => {
            let version = if item.number() == Some(3) { Version::V3 } else { Version::V2 };
            draft.version = Some((version, place));
        }
        "priority" => draft.priority = item.unsigned().and_then(|n| Priority::new(n).ok()).map(|p| (p, place)),
        "advert_int" => {
            if let Value::Steps(centis) = item.value {
                draft.advert_interval = Some((centis, place));
            }
        }
        "preempt_delay" => draft.preempt_delay = item.interval().map(|delay| (delay, place)),
        "down_timer_adverts" => draft.down_timer_adverts = small(&item),
        "mcast_src_ip" => draft.source = item.address().map(|address| (address, place)),
        "mcast_dst_ip" => draft.group = item.address().map(|address| (address, place)),
        "unicast_src_ip" => {
            draft.unicast.get_or_insert(place);
            draft.source = item.address().map(|address| (address, place));
        }
        "unicast_ttl" => {
            draft.unicast.get_or_insert(place);
        }
        name => return (!draft.announce.keyword(reader, name, &item)).then_some(item),
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

fn own_link(reader: &mut Reader<'_>, draft: &mut InstanceDraft, item: &Item<'_>) {
    let Some(name) = item.interface() else { return };
    if name.as_str() == "lo" {
        reader.report(
            Diagnostic::new(
                "loopback-interface",
                Severity::Error,
                "a vrrp_instance cannot run on the loopback interface",
            )
            .at(item.place(), "nobody else hears adverts there")
            .meanwhile("the line is ignored"),
        );
        return;
    }
    reader.expect_interface(&name, item.place(), &format!("{} waits for it", draft.name));
    draft.interface = Some((name, item.place()));
}

/// Keywords that switch something on or off.
fn switches<'t>(draft: &mut InstanceDraft, item: Item<'t>) -> Option<Item<'t>> {
    let on = Some(item.on());
    match item.row.keyword {
        "dont_track_primary" => draft.ignore_own_link = true,
        "no_virtual_ipaddress" => draft.no_addresses = true,
        "native_ipv6" => draft.native_ipv6 = true,
        "preempt" => draft.nopreempt = None,
        "nopreempt" => draft.nopreempt = Some(item.origin()),
        "lower_prio_no_advert" => draft.lower_prio_no_advert = on,
        "higher_prio_send_advert" => draft.higher_prio_send_advert = on,
        "skip_check_adv_addr" => draft.skip_check_adv_addr = on,
        "notify_priority_changes" => draft.notify_priority_changes = on,
        "strict_mode" => draft.strict = on,
        "accept" => {}
        "promote_secondaries" => draft.promote_secondaries = Some(item.origin()),
        "use_vmac" => draft.virtual_link = true,
        "check_unicast_src" | "unicast_fault_no_peer" => {
            draft.unicast.get_or_insert(item.origin());
        }
        _ => return Some(item),
    }
    None
}

/// Keywords with a block behind them.
fn blocks<'t>(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    scripts: &mut [KnownScript],
    item: Item<'t>,
) -> Option<Item<'t>> {
    match item.row.keyword {
        "virtual_ipaddress" => draft.addresses.extend(addresses(reader, ADDRESSES, item.body)),
        "virtual_ipaddress_excluded" => draft.excluded.extend(addresses(reader, EXCLUDED, item.body)),
        "track_script" => track::scripts(reader, item.body, scripts, &mut draft.track_scripts),
        "track_interface" => track::interfaces(reader, item.body, &mut draft.track_interfaces),
        "authentication" => {
            draft.authentication.place = Some(item.origin());
            reader.block("vrrp_instance/authentication", item.body, &mut |reader, item| {
                authentication(reader, &mut draft.authentication, &item);
            });
        }
        "unicast_peer" => {
            draft.unicast.get_or_insert(item.origin());
            let good = |line: &Statement| line.words.first().is_some_and(|word| value::address(word).is_ok());
            draft.peers |= item.body.iter().any(good);
        }
        _ => return Some(item),
    }
    None
}

const ADDRESSES: &str = "vrrp_instance/virtual_ipaddress";
const EXCLUDED: &str = "vrrp_instance/virtual_ipaddress_excluded";

fn authentication(reader: &mut Reader<'_>, draft: &mut AuthenticationDraft, item: &Item<'_>) {
    if let Some(kind) = item.word() {
        draft.kind = Some((kind, item.place()));
    }
    if let Some(word) = item.text() {
        let bytes = word.text().as_bytes();
        if bytes.len() > 8 {
            reader.report(
                Diagnostic::new("password-too-long", Severity::Error, "auth_pass has at most 8 bytes")
                    .at(word.origin(), format!("this has {}", bytes.len()))
                    .meanwhile("the first 8 bytes are used"),
            );
        }
        draft.password = Some((bytes.iter().take(8).copied().collect(), word.origin()));
    }
}

/// The hooks that instances and groups have in common, as they were spoken.
#[derive(Default)]
pub(crate) struct Hooks {
    master: Option<Spoken>,
    backup: Option<Spoken>,
    fault: Option<Spoken>,
    stop: Option<Spoken>,
    any: Option<Spoken>,
    master_rx_lower_pri: Option<Spoken>,
}

impl Hooks {
    fn keyword(&mut self, item: Item<'_>) {
        let slot = match item.row.keyword {
            "notify_master" => &mut self.master,
            "notify_backup" => &mut self.backup,
            "notify_fault" => &mut self.fault,
            "notify_stop" => &mut self.stop,
            "notify" => &mut self.any,
            "notify_master_rx_lower_pri" => &mut self.master_rx_lower_pri,
            _ => return,
        };
        *slot = item.command();
    }

    /// Those that can be run.
    pub(crate) fn judged(self, reader: &mut Reader<'_>) -> Notify {
        let mut judge = |spoken: Option<Spoken>| spoken.and_then(|spoken| reader.command(spoken));
        Notify {
            master: judge(self.master),
            backup: judge(self.backup),
            fault: judge(self.fault),
            stop: judge(self.stop),
            any: judge(self.any),
            master_rx_lower_pri: judge(self.master_rx_lower_pri),
            ..Notify::default()
        }
    }
}

/// A `vrrp_sync_group` as far as it was said.
pub(crate) struct GroupDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) members: Vec<(Name, Origin)>,
    pub(crate) track_scripts: Vec<(TrackScript, Origin)>,
    pub(crate) track_interfaces: Vec<(TrackInterface, Origin)>,
    pub(crate) tracking_weight: bool,
    pub(crate) notify_priority_changes: Option<bool>,
    pub(crate) hooks: Hooks,
}

/// Reads one `vrrp_sync_group` block.
pub(crate) fn group(reader: &mut Reader<'_>, item: &Item<'_>, scripts: &mut [KnownScript]) -> Option<GroupDraft> {
    let name = item.text()?;
    let mut draft = GroupDraft {
        name: Name::new(name.text()),
        place: name.origin(),
        members: Vec::new(),
        track_scripts: Vec::new(),
        track_interfaces: Vec::new(),
        tracking_weight: false,
        notify_priority_changes: None,
        hooks: Hooks::default(),
    };
    reader.block("vrrp_sync_group", item.body, &mut |reader, item| match item.row.keyword {
        "group" => members(&mut draft, &item),
        "track_script" => track::scripts(reader, item.body, scripts, &mut draft.track_scripts),
        "track_interface" => track::interfaces(reader, item.body, &mut draft.track_interfaces),
        "sync_group_tracking_weight" | "global_tracking" => draft.tracking_weight = true,
        "notify_priority_changes" => draft.notify_priority_changes = Some(item.on()),
        _ => draft.hooks.keyword(item),
    });
    Some(draft)
}

/// Every word of every line is a member.
fn members(draft: &mut GroupDraft, item: &Item<'_>) {
    for word in item.body.iter().flat_map(|line| line.words) {
        draft.members.push((Name::new(word.text()), word.origin()));
    }
}
