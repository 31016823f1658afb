//! Options to a synchronisation daemon, and words to timeouts.
use super::mistake::Mistake;
use super::rows::Opt;
use super::scan::Written;
use evenkeel_ipvs::{Name, SyncDaemon, SyncRole, Timeouts};
use std::net::IpAddr;
use std::str::FromStr;

/// As for ipvsadm.
const DEFAULT_INTERFACE: &str = "eth0";
/// Longest payload of a UDP datagram over IPv4, in bytes.
const MAX_MESSAGE: u16 = 65_535 - 20 - 8;
/// Longest timeout in seconds that a kernel with 1,000 ticks a second takes.
pub(super) const MAX_TIMEOUT: u32 = i32::MAX.unsigned_abs() / 1_000;

/// `master` or `backup`.
pub(super) fn role(arguments: &[String]) -> Result<SyncRole, Mistake> {
    match arguments {
        [word] if word == "master" => Ok(SyncRole::Master),
        [word] if word == "backup" => Ok(SyncRole::Backup),
        [_, second, ..] => Err(Mistake::SpareWord(second.clone())),
        _ => Err(Mistake::Role(arguments.join(" "))),
    }
}

/// The daemon to start.
pub(super) fn daemon(written: &Written) -> Result<SyncDaemon, Mistake> {
    let interface = written.value(Opt::Interface).unwrap_or(DEFAULT_INTERFACE);
    let interface = Name::new(interface).map_err(|reason| Mistake::Invalid(Opt::Interface, reason))?;
    Ok(SyncDaemon {
        max_length: number(written, Opt::SyncLength, 1, MAX_MESSAGE)?,
        group: group(written)?,
        port: number(written, Opt::GroupPort, 1, u16::MAX)?,
        ttl: number(written, Opt::Ttl, 1, u8::MAX)?,
        ..SyncDaemon::new(role(&written.arguments)?, interface, number(written, Opt::SyncId, 0, u8::MAX)?.unwrap_or(0))
    })
}

fn number<N: FromStr + PartialOrd + Into<u32> + Copy>(
    written: &Written,
    opt: Opt,
    least: N,
    most: N,
) -> Result<Option<N>, Mistake> {
    let Some(text) = written.value(opt) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    let wrong = || Mistake::Number(opt, text.to_owned(), least.into(), most.into());
    number.ok_or_else(wrong).map(Some)
}

fn group(written: &Written) -> Result<Option<IpAddr>, Mistake> {
    let Some(text) = written.value(Opt::Group) else { return Ok(None) };
    let group = text.parse().ok().filter(IpAddr::is_multicast);
    group.ok_or_else(|| Mistake::Group(text.to_owned())).map(Some)
}

/// `TCP TCPFIN UDP` in seconds.
pub(super) fn timeouts(arguments: &[String]) -> Result<Timeouts, Mistake> {
    let seconds = |text: &String| {
        let number = text.parse().ok().filter(|seconds| *seconds <= MAX_TIMEOUT);
        number.ok_or_else(|| Mistake::Timeout(text.clone()))
    };
    match arguments {
        [tcp, tcp_fin, udp] => Ok(Timeouts { tcp: seconds(tcp)?, tcp_fin: seconds(tcp_fin)?, udp: seconds(udp)? }),
        [_, _, _, fourth, ..] => Err(Mistake::SpareWord(fourth.clone())),
        _ => Err(Mistake::ThreeTimeouts),
    }
}
