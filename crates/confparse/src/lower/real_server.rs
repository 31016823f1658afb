//! `real_server`: what one block says, as far as it says it.
use super::check::{self, CheckDraft, Timing};
use super::forwarding::forwarding;
use super::item::Item;
use super::reader::Reader;
use super::script::Spoken;
use super::server::{endpoint, one_name};
use super::track::Watched;
use super::vrrp::Said;
use crate::span::Origin;
use model::Interval;
use model::config::server::Forwarding;
use std::net::IpAddr;

/// A `real_server` as far as it was said.
pub(crate) struct RealDraft {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) place: Origin,
    pub(crate) weight: Option<u32>,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) inhibit: Option<bool>,
    /// `uthreshold`.
    pub(crate) upper: u32,
    /// `lthreshold`.
    pub(crate) lower: Said<u32>,
    pub(crate) notify_up: Option<Box<Spoken>>,
    pub(crate) notify_down: Option<Box<Spoken>>,
    pub(crate) alpha: Option<bool>,
    pub(crate) smtp_alert: Option<bool>,
    pub(crate) snmp_name: Option<String>,
    pub(crate) timing: Timing,
    pub(crate) virtual_host: Option<String>,
    pub(crate) drain: Option<Interval>,
    pub(crate) checks: Vec<CheckDraft>,
}

/// Reads one `real_server` block; `None` when it must be skipped, which has been reported.
pub(super) fn real_server(reader: &mut Reader<'_>, item: &Item<'_>, watched: &mut Watched) -> Option<RealDraft> {
    let (address, port) = endpoint(reader, "real_server", item.words(), "the real_server is skipped")?;
    let mut draft = RealDraft::new(address, port, item.place());
    reader.block("virtual_server/real_server", item.body, &mut |reader, item| {
        if let Some(item) = draft.timing.keyword(item)
            && let Some(item) = keyword(reader, &mut draft, item)
        {
            let found = check::checks(reader, &item, watched, &draft.checks);
            if draft.checks.is_empty() {
                // A list of one would have room for four, and there are a hundred thousand.
                draft.checks.reserve_exact(1);
            }
            draft.checks.extend(found);
        }
    });
    draft.checks.shrink_to_fit();
    Some(draft)
}

impl RealDraft {
    fn new(address: IpAddr, port: Option<u16>, place: Origin) -> Self {
        Self {
            address,
            port,
            place,
            weight: None,
            forwarding: None,
            inhibit: None,
            upper: 0,
            lower: None,
            notify_up: None,
            notify_down: None,
            alpha: None,
            smtp_alert: None,
            snmp_name: None,
            timing: Timing::default(),
            virtual_host: None,
            drain: None,
            checks: Vec::new(),
        }
    }
}

/// Keywords about the server itself; hands back what it does not know.
fn keyword<'t>(reader: &mut Reader<'_>, draft: &mut RealDraft, item: Item<'t>) -> Option<Item<'t>> {
    match item.row.keyword {
        "weight" => draft.weight = item.unsigned(),
        "lvs_method" => draft.forwarding = forwarding(reader, &item).or(draft.forwarding),
        "uthreshold" => draft.upper = item.unsigned().unwrap_or(0),
        "lthreshold" => draft.lower = item.unsigned().map(|count| (count, item.place())),
        "inhibit_on_failure" => draft.inhibit = Some(item.on()),
        "alpha" => draft.alpha = Some(item.on()),
        "smtp_alert" => draft.smtp_alert = Some(item.on()),
        "snmp_name" => draft.snmp_name = one_name(reader, &item).or(draft.snmp_name.take()),
        "drain" => draft.drain = item.interval(),
        "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
        "notify_up" => draft.notify_up = item.hook(),
        "notify_down" => draft.notify_down = item.hook(),
        _ => return Some(item),
    }
    None
}
