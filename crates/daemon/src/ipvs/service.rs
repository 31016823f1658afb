//! Options to a virtual service.
use super::endpoint;
use super::mistake::Mistake;
use super::names::Names;
use super::rows::Opt;
use super::scan::Written;
use evenkeel_ipvs::{Family, Flags, Name, Netmask, Protocol, Service, ServiceKey};
use std::net::Ipv4Addr;

/// As for ipvsadm.
const DEFAULT_SCHEDULER: &str = "wlc";
/// As for ipvsadm, in seconds.
const DEFAULT_PERSISTENCE: u32 = 360;

/// The scheduler's own names of its flags.
const FLAG_NAMES: &[(&str, &str, Flags)] = &[
    ("sh", "sh-fallback", Flags::SCHEDULER_1),
    ("sh", "sh-port", Flags::SCHEDULER_2),
    ("mh", "mh-fallback", Flags::SCHEDULER_1),
    ("mh", "mh-port", Flags::SCHEDULER_2),
];

/// The names that every scheduler has.
const NUMBERED_FLAGS: &[(&str, Flags)] =
    &[("flag-1", Flags::SCHEDULER_1), ("flag-2", Flags::SCHEDULER_2), ("flag-3", Flags::SCHEDULER_3)];

/// The service that is meant, where one is.
pub(super) fn key(written: &Written, names: &dyn Names) -> Result<Option<ServiceKey>, Mistake> {
    let v6 = written.has(Opt::V6);
    if let Some(text) = written.value(Opt::Fwmark) {
        let family = if v6 { Family::V6 } else { Family::V4 };
        return mark(text, family).map(Some);
    }
    if v6 {
        return Err(Mistake::V6NeedsMark);
    }
    for (opt, protocol) in [(Opt::Tcp, Protocol::TCP), (Opt::Udp, Protocol::UDP), (Opt::Sctp, Protocol::SCTP)] {
        if let Some(text) = written.value(opt) {
            let (address, port) = endpoint::read(text, protocol, names)?;
            return Ok(Some(ServiceKey::Address { protocol, address, port }));
        }
    }
    Ok(None)
}

/// Marks above 2147483647 are printed by ipvsadm as negative numbers, and read here so.
fn mark(text: &str, family: Family) -> Result<ServiceKey, Mistake> {
    let number = text.parse::<u32>().or_else(|_| text.parse::<i32>().map(i32::cast_unsigned));
    let key = number.ok().and_then(|number| ServiceKey::fwmark(number, family).ok());
    key.ok_or_else(|| Mistake::Number(Opt::Fwmark, text.to_owned(), 1, u32::MAX))
}

/// The service with its settings.
pub(super) fn service(written: &Written, names: &dyn Names) -> Result<Service, Mistake> {
    let key = key(written, names)?.ok_or(Mistake::NoService(written.verb))?;
    let scheduler = match written.value(Opt::Scheduler) {
        None | Some("") => DEFAULT_SCHEDULER,
        Some(name) => name,
    };
    let mut service = Service::new(key, name(Opt::Scheduler, scheduler)?);
    if let Some(text) = written.value(Opt::SchedulerFlags) {
        service = service.with_flags(flags(scheduler, text)?);
    }
    if let Some(text) = written.value(Opt::Engine) {
        service = service.with_engine(name(Opt::Engine, text)?);
    }
    if written.has(Opt::OnePacket) {
        let takes_datagrams =
            matches!(key, ServiceKey::Fwmark { .. } | ServiceKey::Address { protocol: Protocol::UDP, .. });
        service = if takes_datagrams {
            service.with_flags(Flags::ONE_PACKET)
        } else {
            return Err(Mistake::OnePacketNeedsUdp);
        };
    }
    persistence(service, written)
}

fn persistence(service: Service, written: &Written) -> Result<Service, Mistake> {
    let family = service.key().family();
    let netmask = match written.value(Opt::Netmask) {
        Some(text) => netmask(text, family)?,
        None => Netmask::host(family),
    };
    let Some(text) = written.value(Opt::Persistent) else {
        return match service.key() {
            ServiceKey::Address { port: 0, .. } => Err(Mistake::PortZeroNeedsPersistence),
            // A netmask without persistence has no meaning for the kernel either.
            _ => Ok(service),
        };
    };
    let most = evenkeel_ipvs::MAX_PERSISTENCE_SECONDS;
    let seconds = if text.is_empty() { Some(DEFAULT_PERSISTENCE) } else { text.parse().ok() };
    let seconds = seconds.ok_or_else(|| Mistake::Number(Opt::Persistent, text.to_owned(), 1, most))?;
    service.with_persistence(seconds, netmask).map_err(|reason| Mistake::Invalid(Opt::Persistent, reason))
}

/// A dotted mask, or a prefix length.
fn netmask(text: &str, family: Family) -> Result<Netmask, Mistake> {
    let dotted = text.parse::<Ipv4Addr>().ok().filter(|_| family == Family::V4).map(Netmask::V4);
    let length = || text.parse().ok().and_then(|length| Netmask::prefix(family, length).ok());
    dotted.or_else(length).ok_or_else(|| Mistake::Netmask(text.to_owned()))
}

fn flags(scheduler: &str, text: &str) -> Result<Flags, Mistake> {
    let mut flags = Flags::NONE;
    for word in text.split(',').filter(|word| !word.is_empty()) {
        let named = FLAG_NAMES.iter().find(|(of, name, _)| *of == scheduler && *name == word).map(|(_, _, flag)| *flag);
        let numbered = || NUMBERED_FLAGS.iter().find(|(name, _)| *name == word).map(|(_, flag)| *flag);
        let wrong = || Mistake::SchedulerFlag(word.to_owned(), scheduler.to_owned());
        flags = flags | named.or_else(numbered).ok_or_else(wrong)?;
    }
    Ok(flags)
}

fn name(opt: Opt, text: &str) -> Result<Name, Mistake> {
    Name::new(text).map_err(|reason| Mistake::Invalid(opt, reason))
}

/// Whether any scheduler flag is set.
pub(super) fn has_flags(flags: Flags) -> bool {
    NUMBERED_FLAGS.iter().any(|(_, flag)| flags.contains(*flag))
}

/// The names of the scheduler flags that are set: the scheduler's own, else their numbers.
pub(super) fn flag_names(scheduler: &str, flags: Flags) -> Vec<&'static str> {
    let own =
        |flag| FLAG_NAMES.iter().find(|(of, _, named)| *of == scheduler && *named == flag).map(|(_, name, _)| *name);
    let set = NUMBERED_FLAGS.iter().filter(|(_, flag)| flags.contains(*flag));
    set.map(|(number, flag)| own(*flag).unwrap_or(number)).collect()
}
