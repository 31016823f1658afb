//! `promote_secondaries` of links: on while a virtual router wants it, then as it was.
use kernel::ports::Sysctls;
use model::InterfaceName;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use tracing::{info, warn};

const ON: &str = "1";

/// The links whose variable is kept on.
#[derive(Debug)]
pub struct Promotion<S> {
    sysctls: S,
    /// With what they had before.
    before: BTreeMap<InterfaceName, String>,
}

impl<S: Sysctls> Promotion<S> {
    /// On none yet.
    #[must_use]
    pub const fn new(sysctls: S) -> Self {
        Self { sysctls, before: BTreeMap::new() }
    }

    /// Keeps it on on exactly these links. A link that went away took its variable along, and one that somebody else has
    /// changed since stays as it is.
    pub fn keep(&mut self, links: &BTreeSet<InterfaceName>) {
        let kept = std::mem::take(&mut self.before);
        let (kept, released): (BTreeMap<_, _>, BTreeMap<_, _>) =
            kept.into_iter().partition(|(link, _)| links.contains(link));
        self.before = kept;
        for (link, before) in released {
            self.restore(&link, &before);
        }
        for link in links {
            if !self.before.contains_key(link) {
                self.turn_on(link);
            }
        }
    }

    fn turn_on(&mut self, link: &InterfaceName) {
        let name = variable(link);
        let set = self.sysctls.read(&name).and_then(|before| {
            if before != ON {
                self.sysctls.write(&name, ON)?;
                info!("(promote_secondaries) on for {link}; it was {before}");
            }
            Ok(before)
        });
        match set {
            Ok(before) => drop(self.before.insert(link.clone(), before)),
            // It will be told again when it is there again.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => warn!(
                "(promote_secondaries) not set for {link}: {error}; removing a first address removes the others of its \
                 network; set {name} by sysctl"
            ),
        }
    }

    fn restore(&mut self, link: &InterfaceName, before: &str) {
        let name = variable(link);
        if before == ON || self.sysctls.read(&name).map_or(true, |now| now != ON) {
            return;
        }
        match self.sysctls.write(&name, before) {
            Ok(()) => info!("(promote_secondaries) {before} again for {link}"),
            Err(error) => warn!("(promote_secondaries) stays on for {link}: {error}"),
        }
    }
}

fn variable(link: &InterfaceName) -> String {
    format!("net/ipv4/conf/{link}/promote_secondaries")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::recording::RecordingSysctls;

    fn links(names: &[&str]) -> BTreeSet<InterfaceName> {
        names.iter().map(|name| InterfaceName::new(name).expect("a name")).collect()
    }

    fn promotion(values: &[(&str, &str)]) -> Promotion<RecordingSysctls> {
        let named: Vec<(String, &str)> =
            values.iter().map(|(link, value)| (format!("net/ipv4/conf/{link}/promote_secondaries"), *value)).collect();
        Promotion::new(RecordingSysctls::new(named.iter().map(|(name, value)| (name.as_str(), *value))))
    }

    fn value(promotion: &Promotion<RecordingSysctls>, link: &str) -> String {
        promotion.sysctls.read(&format!("net/ipv4/conf/{link}/promote_secondaries")).expect("a value")
    }

    #[test]
    fn it_is_on_while_it_is_wanted_and_then_as_it_was() {
        let mut promotion = promotion(&[("eth0", "0"), ("eth1", "1"), ("eth2", "0")]);
        promotion.keep(&links(&["eth0", "eth1", "gone"]));
        assert_eq!(["eth0", "eth1", "eth2"].map(|link| value(&promotion, link)), ["1", "1", "0"]);
        promotion.keep(&links(&["eth1", "eth2"]));
        assert_eq!(["eth0", "eth1", "eth2"].map(|link| value(&promotion, link)), ["0", "1", "1"]);
        promotion.keep(&links(&[]));
        assert_eq!(["eth0", "eth1", "eth2"].map(|link| value(&promotion, link)), ["0", "1", "0"]);
    }

    #[test]
    fn what_somebody_else_has_set_since_stays() {
        let mut promotion = promotion(&[("eth0", "0")]);
        promotion.keep(&links(&["eth0"]));
        promotion.sysctls.write("net/ipv4/conf/eth0/promote_secondaries", "2").expect("written");
        promotion.keep(&links(&[]));
        assert_eq!(value(&promotion, "eth0"), "2");
    }

    #[test]
    fn a_refusal_leaves_nothing_to_put_back() {
        let mut promotion = promotion(&[("eth0", "0")]);
        promotion.sysctls.refuse();
        promotion.keep(&links(&["eth0"]));
        assert_eq!((value(&promotion, "eth0").as_str(), promotion.before.len()), ("0", 0));
    }
}
