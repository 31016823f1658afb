//! FULLNAT: what it takes beside the IPVS table, so that servers answer the director: connection tracking in IPVS, and our
//! own address on what is redirected to them. Level-triggered like the table.
use super::marks::number;
use checkers::effect::{Destination, Target};
use kernel::linux::sysctl::dotted;
use kernel::ports::{Masked, SourceNat, Sysctls};
use model::Family;
use model::config::server::{Forwarding, Service};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Lets the kernel track what IPVS redirects; there once IPVS is.
const TRACKING: &str = "net/ipv4/vs/conntrack";

/// The hand.
#[derive(Default)]
pub struct FullNatHand {
    wanted: BTreeMap<Service, BTreeSet<Masked>>,
    /// What the kernel was last told.
    made: BTreeSet<Masked>,
    /// Whether the kernel was ever looked at: an earlier run may have left something.
    looked: bool,
    /// Whether tracking was off before us.
    switched_on: bool,
    stale: bool,
    told: Vec<String>,
}

impl FullNatHand {
    /// Takes the target of a service.
    pub fn hold(&mut self, service: Service, target: Option<&Target>) {
        let destinations = target.map(|target| target.destinations.as_slice()).unwrap_or_default();
        let masked: BTreeSet<Masked> = destinations.iter().filter_map(|server| masked(service, server)).collect();
        let before = if masked.is_empty() { self.wanted.remove(&service) } else { self.wanted.insert(service, masked) };
        self.stale |= before.as_ref() != self.wanted.get(&service);
    }

    /// Whether nothing waits to be applied.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        !self.stale
    }

    /// Compares with the kernel and applies the difference; gives what is news and bad.
    pub fn work(&mut self, nat: &mut impl SourceNat, sysctls: &mut impl Sysctls) -> Vec<String> {
        self.stale = false;
        let wanted: BTreeSet<Masked> = self.wanted.values().flatten().copied().collect();
        if wanted.is_empty() && self.made.is_empty() && self.looked {
            return Vec::new();
        }
        let (mut problems, mut repairs) = (Vec::new(), Vec::new());
        match self.keep_rules(nat, &wanted) {
            Ok(repaired) if repaired => {
                repairs.push("somebody else changed our table of nf_tables; it is as it was".to_owned());
            }
            Ok(_) => {}
            Err(problem) => problems.push(format!("FULLNAT: source NAT is not in place: {problem}")),
        }
        if wanted.is_empty() {
            problems.extend(self.release_tracking(sysctls));
        } else {
            problems.extend(self.keep_tracking(sysctls));
            problems.extend(forwarding(&wanted, sysctls));
        }
        let news = problems.iter().filter(|problem| !self.told.contains(problem)).cloned().collect::<Vec<_>>();
        self.told = problems;
        repairs.into_iter().chain(news).collect()
    }

    /// After the last service has left: nothing of ours stays.
    pub fn release(&mut self, nat: &mut impl SourceNat, sysctls: &mut impl Sysctls) -> Vec<String> {
        self.wanted.clear();
        self.work(nat, sysctls)
    }

    /// Says whether somebody else's change was put right.
    fn keep_rules(&mut self, nat: &mut impl SourceNat, wanted: &BTreeSet<Masked>) -> Result<bool, String> {
        let refused = |refusal: kernel::ports::Refusal| refusal.to_string();
        if wanted.is_empty() && self.made.is_empty() {
            self.looked = true;
            // A kernel without nf_tables has nothing of ours either.
            if nat.exists().unwrap_or(false) {
                nat.replace(wanted).map_err(refused)?;
            }
            return Ok(false);
        }
        let same = *wanted == self.made;
        if same && nat.is_intact().map_err(refused)? {
            return Ok(false);
        }
        nat.replace(wanted).map_err(refused)?;
        self.made.clone_from(wanted);
        self.looked = true;
        Ok(same)
    }

    fn keep_tracking(&mut self, sysctls: &mut impl Sysctls) -> Option<String> {
        match sysctls.read(TRACKING) {
            Ok(value) if value == "1" => None,
            Ok(_) => match sysctls.write(TRACKING, "1") {
                Ok(()) => {
                    self.switched_on = true;
                    None
                }
                Err(error) => Some(format!("FULLNAT: {} cannot be set to 1: {error}", dotted(TRACKING))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(format!(
                "FULLNAT: this kernel's IPVS cannot track connections ({} is missing, CONFIG_IP_VS_NFCT); clients get no answers",
                dotted(TRACKING)
            )),
            Err(error) => Some(format!("FULLNAT: {} cannot be read: {error}", dotted(TRACKING))),
        }
    }

    fn release_tracking(&mut self, sysctls: &mut impl Sysctls) -> Option<String> {
        if !std::mem::take(&mut self.switched_on) {
            return None;
        }
        let error = sysctls.write(TRACKING, "0").err()?;
        Some(format!("FULLNAT: {} cannot be set back to 0: {error}", dotted(TRACKING)))
    }
}

/// Answers come back to us and go on to the client: that is forwarding. Whether a machine is a router is not ours to
/// decide, but somebody should know.
fn forwarding(wanted: &BTreeSet<Masked>, sysctls: &impl Sysctls) -> Vec<String> {
    let families: BTreeSet<Family> = wanted.iter().map(|server| Family::of(server.address)).collect();
    let off = families.into_iter().filter_map(|family| {
        let name = match family {
            Family::V4 => "net/ipv4/ip_forward",
            Family::V6 => "net/ipv6/conf/all/forwarding",
        };
        let off = sysctls.read(name).is_ok_and(|value| value == "0");
        off.then(|| {
            format!("FULLNAT: {family} is not forwarded here, so that answers end here: set {}=1", dotted(name))
        })
    });
    off.collect()
}

/// What gets our address on its way to this server. Without a port of its own a server is called by the client's.
fn masked(service: Service, server: &Destination) -> Option<Masked> {
    if server.forwarding != Forwarding::FullNat {
        return None;
    }
    let port = match service {
        Service::Address { protocol, .. } if server.port != 0 => Some((number(protocol), server.port)),
        Service::Address { .. } | Service::Fwmark { .. } => None,
    };
    Some(Masked { address: server.address, port })
}

#[cfg(test)]
mod tests;
