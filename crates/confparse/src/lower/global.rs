//! `global_defs`: the settings of the daemon, and the defaults that virtual routers and checks begin with.
use super::arguments::one;
use super::daemon::Settings;
use super::item::{Item, Value};
use super::lvs::{LvsDraft, SyncDraft};
use super::process::real_time;
use super::reader::{Reader, Seen};
use super::script::{Spoken, known_user};
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value;
use model::config::global::{DynamicInterfaces, Fifo, Global, User, Webhook};
use model::config::vrrp::{Announce, Version};
use model::{Interval, Name};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What `global_defs` came to.
pub(crate) struct Globals {
    pub(crate) global: Global,
    pub(crate) defaults: Defaults,
    /// Its instance is not known yet.
    pub(crate) sync: Option<SyncDraft>,
}

/// What a block begins with before it says anything itself.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub(crate) version: Version,
    pub(crate) announce: Announce,
    pub(crate) down_timer_adverts: u8,
    pub(crate) lower_prio_no_advert: bool,
    pub(crate) higher_prio_send_advert: bool,
    pub(crate) skip_check_adv_addr: bool,
    pub(crate) notify_priority_changes: bool,
    pub(crate) strict: bool,
    pub(crate) owner_ignore_adverts: bool,
    pub(crate) checksum_as_v2: bool,
    pub(crate) check_unicast_source: bool,
    /// `smtp_alert`.
    pub(crate) mail: Option<bool>,
    /// `smtp_alert_vrrp`, which goes before it.
    pub(crate) vrrp_mail: Option<bool>,
    /// `smtp_alert_checker`, the same for virtual and real servers.
    pub(crate) checker_mail: Option<bool>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) group4: IpAddr,
    pub(crate) group6: IpAddr,
    pub(crate) log_all_failures: bool,
    pub(crate) dynamic_interfaces: bool,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            version: Version::V2,
            announce: Announce::default(),
            down_timer_adverts: 3,
            lower_prio_no_advert: false,
            higher_prio_send_advert: true,
            skip_check_adv_addr: false,
            notify_priority_changes: false,
            strict: false,
            owner_ignore_adverts: false,
            checksum_as_v2: false,
            check_unicast_source: false,
            mail: None,
            vrrp_mail: None,
            checker_mail: None,
            webhook: None,
            group4: IpAddr::V4(Ipv4Addr::new(224, 0, 0, 18)),
            group6: IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12)),
            log_all_failures: false,
            dynamic_interfaces: false,
        }
    }
}

/// A named pipe as it was spoken.
#[derive(Default)]
struct FifoDraft {
    path: Option<(String, Option<User>)>,
    script: Option<Spoken>,
}

#[derive(Default)]
struct Draft {
    router_id: Option<String>,
    script_user: Option<User>,
    script_security: bool,
    fifos: [FifoDraft; 3],
    vrrp_rt_priority: Option<u8>,
    announce: AnnounceDraft,
    min_garp: bool,
    settings: Settings,
    lvs: LvsDraft,
    defaults: Defaults,
}

/// Announcement settings as far as they were said.
#[derive(Clone, Default)]
pub(crate) struct AnnounceDraft {
    pub(crate) repeat: Option<u32>,
    pub(crate) delay: Option<Interval>,
    pub(crate) refresh: Option<Interval>,
    pub(crate) refresh_repeat: Option<u32>,
    pub(crate) lower_prio_delay: Option<Interval>,
    pub(crate) lower_prio_repeat: Option<u32>,
    pub(crate) spacing: Option<Interval>,
    pub(crate) na_spacing: Option<Interval>,
    /// Whether also on ordinary links, and the time between refreshes.
    pub(crate) extra: Option<(bool, Interval)>,
}

impl AnnounceDraft {
    /// Takes a keyword of announcements, named as in a `vrrp_instance`; `false` when it is none of them.
    pub(crate) fn keyword(&mut self, reader: &mut Reader<'_>, name: &str, item: &Item<'_>) -> bool {
        match name {
            "garp_master_repeat" => self.repeat = at_least_one(reader, item),
            "garp_master_delay" => self.delay = item.interval(),
            "garp_master_refresh" => self.refresh = item.interval(),
            "garp_master_refresh_repeat" => self.refresh_repeat = at_least_one(reader, item),
            "garp_lower_prio_delay" => self.lower_prio_delay = item.interval(),
            "garp_lower_prio_repeat" => self.lower_prio_repeat = item.unsigned(),
            "garp_interval" => self.spacing = item.interval(),
            "gna_interval" => self.na_spacing = item.interval(),
            "garp_extra_if" | "vmac_garp_intvl" => self.extra = extra_refresh(reader, item).or(self.extra),
            _ => return false,
        }
        true
    }

    /// What was said, and where nothing was said the defaults.
    pub(crate) fn over(&self, defaults: &Announce) -> Announce {
        Announce {
            repeat: self.repeat.unwrap_or(defaults.repeat),
            delay: self.delay.unwrap_or(defaults.delay),
            refresh: self.refresh.unwrap_or(defaults.refresh),
            refresh_repeat: self.refresh_repeat.unwrap_or(defaults.refresh_repeat),
            lower_prio_delay: self.lower_prio_delay.unwrap_or(defaults.lower_prio_delay),
            lower_prio_repeat: self.lower_prio_repeat.unwrap_or(defaults.lower_prio_repeat),
            spacing: self.spacing.unwrap_or(defaults.spacing),
            na_spacing: self.na_spacing.unwrap_or(defaults.na_spacing),
            extra_refresh: self.extra.map_or(defaults.extra_refresh, |(_, time)| time),
            extra_all: self.extra.map_or(defaults.extra_all, |(all, _)| all),
        }
    }
}

/// `[all] SECONDS`; in `global_defs` at least 1.
fn extra_refresh(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<(bool, Interval)> {
    let (all, rest) = match item.words().split_first() {
        Some((first, rest)) if first.text() == "all" => (true, rest),
        _ => (false, item.words()),
    };
    let Some(word) = rest.first() else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Error, format!("{} has no time", item.row.keyword))
                .at(item.origin(), "a number of seconds must follow")
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    let least = i64::from(item.row.keyword.starts_with("vrrp_"));
    let seconds = one(reader, item.row, word, value::int(word, least, 86_400, "s", false))?;
    Some((all, Interval::from_secs(u64::try_from(seconds).ok()?)))
}

fn at_least_one(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<u32> {
    if item.unsigned() == Some(0) {
        reader.report(
            Diagnostic::new("number-out-of-range", Severity::Error, format!("{} is at least 1", item.row.keyword))
                .at(item.place(), "this is 0")
                .meanwhile("1 is used"),
        );
        return Some(1);
    }
    item.unsigned()
}

/// Reads every `global_defs` block among the root statements.
pub(crate) fn lower(reader: &mut Reader<'_>, blocks: &[&[Statement]]) -> Globals {
    let mut draft = Draft::default();
    let mut seen = Seen::default();
    for block in blocks {
        reader.walk("global_defs", block, &mut seen, &mut |reader, item| keyword(reader, &mut draft, item));
    }
    finish(reader, draft)
}

fn keyword(reader: &mut Reader<'_>, draft: &mut Draft, item: Item<'_>) {
    let name = item.row.keyword;
    if let Some(name) = name.strip_prefix("vrrp_")
        && draft.announce.keyword(reader, name, &item)
    {
        return;
    }
    let Some(item) = draft.lvs.keyword(reader, item) else { return };
    let defaults = &mut draft.defaults;
    match name {
        "router_id" => draft.router_id = item.text().map(|word| word.text().to_owned()),
        "enable_script_security" => draft.script_security = true,
        "vrrp_version" => defaults.version = if item.number() == Some(3) { Version::V3 } else { Version::V2 },
        "vrrp_down_timer_adverts" => defaults.down_timer_adverts = small(&item).unwrap_or(3),
        "vrrp_lower_prio_no_advert" => defaults.lower_prio_no_advert = item.on(),
        "vrrp_higher_prio_send_advert" => defaults.higher_prio_send_advert = item.on(),
        "vrrp_skip_check_adv_addr" => defaults.skip_check_adv_addr = item.on(),
        "vrrp_notify_priority_changes" => defaults.notify_priority_changes = item.on(),
        "vrrp_strict" => defaults.strict = item.on(),
        "vrrp_owner_ignore_adverts" => defaults.owner_ignore_adverts = item.on(),
        "v3_checksum_as_v2" => defaults.checksum_as_v2 = true,
        "vrrp_check_unicast_src" => defaults.check_unicast_source = true,
        "smtp_alert" => defaults.mail = Some(item.on()),
        "smtp_alert_checker" => defaults.checker_mail = Some(item.on()),
        "smtp_alert_vrrp" => defaults.vrrp_mail = Some(item.on()),
        "notify_webhook" => defaults.webhook = super::webhook::webhook(reader, &item).or(defaults.webhook.take()),
        "checker_log_all_failures" => defaults.log_all_failures = item.on(),
        "check_sharing" => draft.lvs.said.no_sharing = !item.on(),
        "dynamic_interfaces" => {
            draft.settings.global.vrrp.dynamic_interfaces = dynamic_interfaces(reader, &item);
            defaults.dynamic_interfaces = true;
        }
        "vrrp_min_garp" => draft.min_garp = item.on(),
        "vrrp_mcast_group4" => defaults.group4 = item.address().unwrap_or(defaults.group4),
        "vrrp_mcast_group6" => defaults.group6 = group6(reader, &item).unwrap_or(defaults.group6),
        "vrrp_rt_priority" => draft.vrrp_rt_priority = real_time(reader, &item),
        _ => {
            if let Some(item) = draft.settings.keyword(reader, item) {
                scripts(reader, draft, item);
            }
        }
    }
}

/// A number that its row keeps below 256.
pub(crate) fn small(item: &Item<'_>) -> Option<u8> {
    item.number().and_then(|number| u8::try_from(number).ok())
}

fn dynamic_interfaces(reader: &mut Reader<'_>, item: &Item<'_>) -> DynamicInterfaces {
    let Some(word) = item.words().first() else { return DynamicInterfaces::Yes };
    if word.text() == "allow_if_changes" {
        return DynamicInterfaces::AnyType;
    }
    reader.report(
        Diagnostic::new("unknown-word", Severity::Error, "dynamic_interfaces takes allow_if_changes or nothing")
            .at(word.origin(), "this is something else")
            .meanwhile("the word is ignored, interfaces may come and go"),
    );
    DynamicInterfaces::Yes
}

/// A group of IPv6, which should be of link-local scope (RFC 9568 section 5.1.2.2).
fn group6(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<IpAddr> {
    let IpAddr::V6(group) = item.address()? else { return None };
    if group.octets().get(1).is_some_and(|flags_and_scope| flags_and_scope & 0xf != 2) {
        reader.report(
            Diagnostic::new("group-not-link-local", Severity::Warning, "vrrp_mcast_group6 is not of link-local scope")
                .at(item.place(), "this may pass routers")
                .meanwhile("it is used"),
        );
    }
    Some(IpAddr::V6(group))
}

/// The keywords that name users, scripts and pipes.
fn scripts(reader: &mut Reader<'_>, draft: &mut Draft, item: Item<'_>) {
    let fifo = match item.row.keyword {
        "notify_fifo" | "notify_fifo_script" => 0,
        "vrrp_notify_fifo" | "vrrp_notify_fifo_script" => 1,
        "lvs_notify_fifo" | "lvs_notify_fifo_script" => 2,
        "script_user" => {
            if let Value::User(user) = item.value {
                draft.script_user = Some(user);
            }
            return;
        }
        _ => return,
    };
    let Some(fifo) = draft.fifos.get_mut(fifo) else { return };
    match item.value {
        Value::Command(spoken) => fifo.script = Some(spoken),
        Value::Words([path, rest @ ..]) => {
            fifo.path = Some((path.text().to_owned(), owner(reader, item.row.keyword, rest)));
        }
        _ => {}
    }
}

fn owner(reader: &mut Reader<'_>, keyword: &str, words: &[Word]) -> Option<User> {
    let (user, rest) = words.split_first()?;
    let found = User { user: Name::new(user.text()), group: rest.first().map(|word| Name::new(word.text())) };
    known_user(reader, keyword, &found, user.origin(), "the default script user owns the pipe").then_some(found)
}

fn finish(reader: &mut Reader<'_>, draft: Draft) -> Globals {
    let mut defaults = draft.defaults;
    defaults.announce = announce(&draft.announce, draft.min_garp, &defaults.announce);
    let mut global = Global {
        router_id: draft.router_id.unwrap_or_else(|| reader.context.host_name.clone()),
        script_user: draft.script_user,
        script_security: draft.script_security,
        vrrp_rt_priority: draft.vrrp_rt_priority,
        webhook: defaults.webhook.clone(),
        lvs: draft.lvs.said,
        ..draft.settings.global.clone()
    };
    reader.dynamic_interfaces = defaults.dynamic_interfaces;
    reader.routing.etc.clone_from(&global.reading.iproute_etc);
    reader.routing.usr.clone_from(&global.reading.iproute_usr);
    reader.scripts_run_under(&global);
    let [both, vrrp, lvs] = draft.fifos;
    draft.settings.finish(reader, &mut global);
    global.fifo = pipe(reader, both);
    global.vrrp_fifo = pipe(reader, vrrp);
    global.lvs_fifo = pipe(reader, lvs);
    Globals { global, defaults, sync: draft.lvs.sync }
}

/// With `vrrp_min_garp` what was not said becomes the least possible; what follows a weaker router is as on becoming
/// master unless said.
fn announce(said: &AnnounceDraft, least: bool, defaults: &Announce) -> Announce {
    let mut found = said.over(defaults);
    if least {
        found.repeat = said.repeat.unwrap_or(1);
        found.delay = said.delay.unwrap_or(Interval::ZERO);
    }
    found.lower_prio_delay = said.lower_prio_delay.unwrap_or(found.delay);
    found.lower_prio_repeat = said.lower_prio_repeat.unwrap_or(found.repeat);
    found
}

fn pipe(reader: &mut Reader<'_>, draft: FifoDraft) -> Option<Fifo> {
    let place = draft.script.as_ref().map(|spoken| spoken.origin);
    let script = draft.script.and_then(|spoken| reader.command(spoken));
    let Some((path, owner)) = draft.path else {
        if let Some(place) = place {
            reader.report(script_without_pipe(place));
        }
        return None;
    };
    Some(Fifo { path, owner, script })
}

fn script_without_pipe(place: Origin) -> Diagnostic {
    Diagnostic::new("fifo-script-without-fifo", Severity::Warning, "a script is to read a pipe that is not named")
        .at(place, "no pipe for this script")
        .meanwhile("the script is not started")
        .help("name the pipe with the same keyword without _script")
}
