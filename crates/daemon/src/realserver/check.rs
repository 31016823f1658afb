//! What is wrong with a real server, each with what puts it right: pure.
use super::memory::Memory;
use super::plan::{self, Links, Method, Step, Target};
use kernel::linux::sysctl::dotted;
use kernel::ports::Sysctls;
use model::{Family, InterfaceName, Prefix};
use std::fmt;
use std::net::IpAddr;

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What, and what comes of it.
    pub problem: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  fix: {}", self.problem, self.fix)
    }
}

/// Everything that keeps the target from working.
#[must_use]
pub fn check(target: &Target, links: &Links, sysctls: &impl Sysctls, memory: &Memory) -> Vec<Finding> {
    let (steps, _) = plan::plan(target, links, sysctls, memory);
    let missing = steps.iter().filter_map(|step| missing(step, sysctls));
    let mut findings: Vec<Finding> = missing.collect();
    for (address, method) in target {
        findings.extend(misplaced(*address, *method, links));
        findings.extend(without_ipv6(*address, *method, sysctls));
    }
    findings
}

fn missing(step: &Step, sysctls: &impl Sysctls) -> Option<Finding> {
    let problem = match step {
        Step::Make(kind) => format!("{} is missing: packets of the director are not unpacked", kind.fallback()),
        Step::Set { name, .. } => {
            let value = sysctls.read(name).unwrap_or_else(|_| "missing".to_owned());
            format!("{} is {value}: {}", dotted(name), consequence(name))
        }
        Step::Raise(link) => format!("{link} is down: its addresses take no packets"),
        Step::Add(address) => {
            format!("{} is not on {}: packets for it are not taken", address.prefix.address(), address.interface)
        }
        Step::Remove(_) | Step::Lower(_) | Step::Delete(_) => return None,
    };
    Some(Finding { problem, fix: format!("{step}, or all at once: evenkeel realserver up") })
}

fn consequence(name: &str) -> &'static str {
    match name.rsplit('/').next() {
        Some("arp_ignore") => "this server answers ARP for virtual addresses, and takes the director's traffic",
        Some("arp_announce") => "this server's own ARP questions tell routers that a virtual address is here",
        _ => "packets that come out of the tunnel are dropped, because they came in by another link",
    }
}

/// A virtual address where it is heard of by others, or with a network that is not here.
fn misplaced(address: IpAddr, method: Method, links: &Links) -> Vec<Finding> {
    let right = (plan::holder(address, method), Prefix::host(address));
    let mut findings = Vec::new();
    for (name, link) in links {
        for held in link.addresses.iter().filter(|held| held.prefix.address() == address) {
            let here = Some(name) == right.0.as_ref();
            let problem = if here && held.prefix != right.1 {
                format!("{} on {name}: the whole network is taken to be on this machine", held.prefix)
            } else if !here && plan::speaks_arp(link) {
                format!("{address} is on {name} as well: this server answers for it in the local network")
            } else {
                continue;
            };
            findings.push(Finding { problem, fix: format!("ip address del {} dev {name}", held.prefix) });
        }
    }
    findings
}

fn without_ipv6(address: IpAddr, method: Method, sysctls: &impl Sysctls) -> Option<Finding> {
    if Family::of(address) == Family::V4 {
        return None;
    }
    let link: InterfaceName = plan::holder(address, method)?;
    let name = format!("net/ipv6/conf/{link}/disable_ipv6");
    let disabled = sysctls.read(&name).is_ok_and(|value| value == "1");
    disabled.then(|| Finding {
        problem: format!("{} is 1: {address} cannot be there", dotted(&name)),
        fix: format!("sysctl -w {}=0", dotted(&name)),
    })
}
