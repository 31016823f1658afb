//! What a real server must have for its virtual addresses, and the steps that are missing: pure.
use super::memory::{Memory, Setting};
use kernel::linux::sysctl::dotted;
use kernel::linux::tunnel::Kind;
use kernel::ports::Sysctls;
use model::config::vrrp::VirtualAddress;
use model::holdings::AddressKey;
use model::net::Link;
use model::{Family, InterfaceName, Prefix};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

/// How the director's packets arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// `lvs_method DR`.
    DirectRoute,
    /// `lvs_method TUN` with `type ipip`.
    Tunnel,
}

impl Method {
    /// As on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DirectRoute => "dr",
            Self::Tunnel => "tun",
        }
    }

    /// The method of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::DirectRoute, Self::Tunnel].into_iter().find(|method| method.word() == word)
    }
}

/// Virtual addresses, and how their packets arrive.
pub type Target = BTreeMap<IpAddr, Method>;
/// The links of this machine.
pub type Links = BTreeMap<InterfaceName, Link>;

/// One step. Shown as the command that does the same by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Make the tunnel that takes packets from everybody.
    Make(Kind),
    /// Set a kernel variable.
    Set {
        /// Its path below /proc/sys.
        name: String,
        /// The value.
        value: String,
    },
    /// Bring a link up.
    Raise(InterfaceName),
    /// Put an address on its link.
    Add(VirtualAddress),
    /// Take an address off.
    Remove(AddressKey),
    /// Take a link down.
    Lower(InterfaceName),
    /// Delete a link.
    Delete(InterfaceName),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(kind) => write!(f, "modprobe {}", kind.module()),
            Self::Set { name, value } => write!(f, "sysctl -w {}={value}", dotted(name)),
            Self::Raise(link) => write!(f, "ip link set {link} up"),
            Self::Add(address) => {
                write!(f, "ip address add {} dev {}", address.prefix, address.interface)?;
                match address.prefix.family() {
                    Family::V4 => write!(f, " scope host label {}", address.label.as_deref().unwrap_or_default()),
                    Family::V6 => f.write_str(" nodad preferred_lft 0"),
                }
            }
            Self::Remove(key) => write!(f, "ip address del {} dev {}", key.prefix, key.interface),
            Self::Lower(link) => write!(f, "ip link set {link} down"),
            Self::Delete(link) => write!(f, "ip link del {link}"),
        }
    }
}

/// The steps from how it is to the target, in order: silence first, then addresses; what was made for an earlier target and
/// is not needed any more goes in the other direction. Gives what there is to remember afterwards, too.
#[must_use]
pub fn plan(target: &Target, links: &Links, sysctls: &impl Sysctls, memory: &Memory) -> (Vec<Step>, Memory) {
    let mut next = Memory { vips: target.clone(), ..memory.clone() };
    let mut steps = Vec::new();
    need_links(target, links, &mut steps, &mut next);
    let wanted = need_settings(target, links, sysctls, &mut steps, &mut next);
    need_raised(target, links, &mut steps, &mut next);
    need_addresses(target, links, &mut steps, &mut next);
    drop_addresses(target, links, &mut steps, &mut next);
    drop_links(target, links, &mut steps, &mut next);
    drop_settings(&wanted, sysctls, &mut steps, &mut next);
    (steps, next)
}

/// The link that holds an address.
#[must_use]
pub fn holder(address: IpAddr, method: Method) -> Option<InterfaceName> {
    let name = match method {
        Method::DirectRoute => "lo",
        Method::Tunnel => kind_of(address).fallback(),
    };
    InterfaceName::new(name).ok()
}

const fn kind_of(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(_) => Kind::Ipip,
        IpAddr::V6(_) => Kind::Ip6Tunnel,
    }
}

/// The loopback link has no hardware address to tell.
pub(super) fn speaks_arp(link: &Link) -> bool {
    link.arp && !link.hardware.is_empty()
}

fn kinds(target: &Target) -> BTreeSet<Kind> {
    let tunnels = target.iter().filter(|(_, method)| **method == Method::Tunnel);
    tunnels.map(|(address, _)| kind_of(*address)).collect()
}

fn holders(target: &Target) -> BTreeSet<InterfaceName> {
    target.iter().filter_map(|(address, method)| holder(*address, *method)).collect()
}

fn need_links(target: &Target, links: &Links, steps: &mut Vec<Step>, next: &mut Memory) {
    for kind in kinds(target) {
        let Ok(name) = InterfaceName::new(kind.fallback()) else { continue };
        if !links.contains_key(&name) {
            steps.push(Step::Make(kind));
            next.made.insert(name);
        }
    }
}

/// A variable, the values that will do, and the one to be set otherwise.
struct Need {
    name: String,
    good: &'static [&'static str],
    value: &'static str,
}

fn needs(target: &Target, links: &Links, sysctls: &impl Sysctls) -> Vec<Need> {
    let need = |name: String, good, value| Need { name, good, value };
    let mut all = Vec::new();
    if target.keys().any(IpAddr::is_ipv4) {
        // Answer only for addresses of the link that asks (1, stricter 2, none at all 8), and ask as oneself.
        all.push(need("net/ipv4/conf/all/arp_announce".into(), &["2"], "2"));
        all.push(need("net/ipv4/conf/all/arp_ignore".into(), &["1", "2", "8"], "1"));
        // The greater of the two holds; what lies between is not stricter than ours.
        for (name, _) in links.iter().filter(|(_, link)| speaks_arp(link)) {
            all.push(need(format!("net/ipv4/conf/{name}/arp_ignore"), &["0", "1", "2", "8"], "1"));
        }
    }
    if kinds(target).contains(&Kind::Ipip) {
        // What comes out of the tunnel came in by another link: strict (1) drops it. The greater of this and all's holds,
        // so that loose (2) will do without touching the others.
        let strict = !sysctls.read("net/ipv4/conf/all/rp_filter").is_ok_and(|value| value == "0" || value == "2");
        let good: &[&str] = if strict { &["2"] } else { &["0", "2"] };
        all.push(need("net/ipv4/conf/tunl0/rp_filter".into(), good, "2"));
    }
    all
}

fn need_settings(
    target: &Target,
    links: &Links,
    sysctls: &impl Sysctls,
    steps: &mut Vec<Step>,
    next: &mut Memory,
) -> BTreeSet<String> {
    let needs = needs(target, links, sysctls);
    for Need { name, good, value } in &needs {
        let held = sysctls.read(name).ok();
        if held.as_deref().is_some_and(|held| good.contains(&held)) {
            continue;
        }
        steps.push(Step::Set { name: name.clone(), value: (*value).to_owned() });
        // Of a link that is yet to come nothing is known that could be put back.
        if let Some(before) = held {
            let setting = next.settings.entry(name.clone()).or_insert(Setting { before, ours: String::new() });
            (*value).clone_into(&mut setting.ours);
        }
    }
    needs.into_iter().map(|need| need.name).collect()
}

fn need_raised(target: &Target, links: &Links, steps: &mut Vec<Step>, next: &mut Memory) {
    for name in holders(target) {
        if !links.get(&name).is_some_and(|link| link.running) {
            steps.push(Step::Raise(name.clone()));
            next.raised.insert(name);
        }
    }
}

fn need_addresses(target: &Target, links: &Links, steps: &mut Vec<Step>, next: &mut Memory) {
    for (address, method) in target {
        let Some(interface) = holder(*address, *method) else { continue };
        let key = AddressKey { interface, prefix: Prefix::host(*address) };
        if !holds(links, &key) {
            steps.push(Step::Add(virtual_address(&key)));
            next.addresses.insert(key);
        }
    }
}

/// Of host scope, and deprecated in IPv6: never the source of what this machine begins itself.
fn virtual_address(key: &AddressKey) -> VirtualAddress {
    let plain = VirtualAddress::plain(key.prefix, key.interface.clone());
    match key.prefix.family() {
        Family::V4 => VirtualAddress { scope: SCOPE_HOST, label: Some(format!("{}:evenkeel", key.interface)), ..plain },
        Family::V6 => plain,
    }
}

/// `RT_SCOPE_HOST`.
const SCOPE_HOST: u8 = 254;

fn holds(links: &Links, key: &AddressKey) -> bool {
    links.get(&key.interface).is_some_and(|link| link.addresses.contains(key))
}

fn drop_addresses(target: &Target, links: &Links, steps: &mut Vec<Step>, next: &mut Memory) {
    let wanted = |key: &AddressKey| {
        let method = target.get(&key.prefix.address());
        method.is_some_and(|method| holder(key.prefix.address(), *method).as_ref() == Some(&key.interface))
    };
    let (kept, gone) = std::mem::take(&mut next.addresses).into_iter().partition(wanted);
    next.addresses = kept;
    steps.extend(gone.into_iter().filter(|key| holds(links, key)).map(Step::Remove));
}

fn drop_links(target: &Target, links: &Links, steps: &mut Vec<Step>, next: &mut Memory) {
    let wanted = holders(target);
    let take = |held: &mut BTreeSet<InterfaceName>| {
        let (kept, gone) = std::mem::take(held).into_iter().partition(|name| wanted.contains(name));
        *held = kept;
        let gone: BTreeSet<InterfaceName> = gone;
        gone.into_iter().filter(|name| links.contains_key(name)).collect::<Vec<_>>()
    };
    let lowered = take(&mut next.raised);
    let deleted = take(&mut next.made);
    // The loopback link is nothing to take down again.
    steps.extend(lowered.into_iter().filter(|name| name.as_str() != "lo").map(Step::Lower));
    steps.extend(deleted.into_iter().map(Step::Delete));
}

/// What somebody else has set since is left alone.
fn drop_settings(wanted: &BTreeSet<String>, sysctls: &impl Sysctls, steps: &mut Vec<Step>, next: &mut Memory) {
    let (kept, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
        std::mem::take(&mut next.settings).into_iter().partition(|(name, _)| wanted.contains(name));
    next.settings = kept;
    let ours = gone.into_iter().filter(|(name, setting)| sysctls.read(name).is_ok_and(|held| held == setting.ours));
    steps.extend(ours.map(|(name, setting)| Step::Set { name, value: setting.before }));
}

#[cfg(test)]
mod tests;
