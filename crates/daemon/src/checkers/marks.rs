//! `nftables_ipvs`: the table that marks traffic of address groups. Level-triggered like the table of IPVS.
use checkers::marking::{self, Marks};
use kernel::ports::{MarkTable, Marked, Marking, Refusal};
use model::Config;
use model::config::server::Protocol;

/// The hand.
#[derive(Default)]
pub struct MarksHand {
    wanted: Option<MarkTable>,
    made: Option<MarkTable>,
    stale: bool,
    told: Option<String>,
}

impl MarksHand {
    /// Takes a configuration.
    pub fn configure(&mut self, config: &Config) {
        let wanted = table(config);
        self.stale |= wanted != self.wanted;
        self.wanted = wanted;
    }

    /// Whether nothing waits to be applied.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        !self.stale
    }

    /// Compares with the kernel and applies the difference; gives what is news and bad.
    pub fn work(&mut self, kernel: &mut impl Marking) -> Vec<String> {
        self.stale = false;
        let (news, problem) = match self.keep(kernel) {
            Ok(true) => (Some("somebody else changed our marks in nf_tables; they are as they were".to_owned()), None),
            Ok(false) => (None, None),
            Err(refusal) => (None, Some(format!("nftables_ipvs: address groups get no traffic, no marks: {refusal}"))),
        };
        let news = news.or_else(|| problem.clone().filter(|problem| self.told.as_ref() != Some(problem)));
        self.told = problem;
        news.into_iter().collect()
    }

    /// After the last service has left: nothing of ours stays.
    pub fn release(&mut self, kernel: &mut impl Marking) -> Vec<String> {
        self.wanted = None;
        self.work(kernel)
    }

    /// Says whether somebody else's change was put right.
    fn keep(&mut self, kernel: &mut impl Marking) -> Result<bool, Refusal> {
        let name = |table: &MarkTable| table.name.clone();
        if let Some(old) =
            self.made.as_ref().map(name).filter(|old| self.wanted.as_ref().map(name).as_ref() != Some(old))
        {
            kernel.remove(&old)?;
            self.made = None;
        }
        let Some(wanted) = &self.wanted else { return Ok(false) };
        let same = self.made.as_ref() == Some(wanted);
        if same && kernel.is_intact()? {
            return Ok(false);
        }
        kernel.replace(wanted)?;
        self.made = Some(wanted.clone());
        Ok(same)
    }
}

fn table(config: &Config) -> Option<MarkTable> {
    let firewall = &config.global.firewall;
    let name = firewall.ipvs_table.clone()?;
    let marks = Marks::of(config).traffic(config).into_iter().map(marked).collect();
    Some(MarkTable { name, priority: firewall.ipvs_priority, counters: firewall.counters, marks })
}

fn marked(traffic: marking::Marked) -> Marked {
    let marking::Marked { first, last, ports, protocol, mark } = traffic;
    Marked { first, last, ports, protocol: number(protocol), mark }
}

/// Of IANA.
pub const fn number(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Tcp => 6,
        Protocol::Udp => 17,
        Protocol::Sctp => 132,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::recording::RecordingMarking;
    use model::config::server::{Group, GroupEntry, Service, VirtualServer};

    fn config(name: &str, last: u8) -> Config {
        let address = |last| std::net::IpAddr::from([10, 0, 0, last]);
        let service = Service::Address { address: address(1), port: 80, protocol: Protocol::Tcp };
        let entries = vec![GroupEntry::Addresses { first: address(1), last: address(last), port: 80 }];
        let mut config = Config {
            server_groups: vec![Group { name: "G".into(), entries }],
            virtual_servers: vec![VirtualServer { group: Some("G".into()), ..VirtualServer::plain(service) }],
            ..Config::default()
        };
        config.global.firewall.ipvs_table = (!name.is_empty()).then(|| name.to_owned());
        config
    }

    fn names(kernel: &RecordingMarking) -> Vec<(&str, usize)> {
        kernel.tables().iter().map(|table| (table.name.as_str(), table.marks.len())).collect()
    }

    #[test]
    fn the_table_follows_the_configuration() {
        let (mut hand, mut kernel) = (MarksHand::default(), RecordingMarking::default());
        for (name, last, expected) in [("", 4, &[][..]), ("a", 4, &[("a", 1)]), ("b", 9, &[("b", 1)]), ("", 9, &[])] {
            hand.configure(&config(name, last));
            assert_eq!(hand.work(&mut kernel), Vec::<String>::new());
            assert_eq!(names(&kernel), expected);
            assert!(hand.is_idle());
        }
        hand.configure(&config("a", 4));
        hand.work(&mut kernel);
        hand.configure(&config("a", 4));
        assert!(hand.is_idle());
        hand.work(&mut kernel);
        assert_eq!(kernel.transactions(), 3, "what is right is not touched");
        assert_eq!(hand.release(&mut kernel), Vec::<String>::new());
        assert_eq!(names(&kernel), []);
    }

    #[test]
    fn what_somebody_else_did_is_put_right_and_a_refusal_is_said_once() {
        let (mut hand, mut kernel) = (MarksHand::default(), RecordingMarking::default());
        hand.configure(&config("a", 4));
        hand.work(&mut kernel);
        kernel.spoil(Vec::new());
        assert_eq!((hand.work(&mut kernel).len(), names(&kernel)), (1, vec![("a", 1)]));
        kernel.refuse(Some(Refusal { errno: 93, text: "this kernel has no nf_tables".into() }));
        assert!(hand.work(&mut kernel)[0].contains("no nf_tables"));
        assert_eq!(hand.work(&mut kernel), Vec::<String>::new());
    }
}
