//! Pairs beyond IPv4 multicast: IPv6, unicast in both families, authentication headers, signed adverts. Evenkeel with
//! itself and with keepalived on either side: the better one is master, the other one follows a planned stop and a crash.
use evenkeel_lab::journey::Who;
use evenkeel_lab::wait;
use evenkeel_lab::{Error, Lan, Options, Program, Result, Room, trial};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// A full master-down time, and a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(12);

/// What the two have in common; `$N` is this one's number, `$O` the other's.
struct Plan {
    name: &'static str,
    version: u8,
    text: &'static str,
    /// An address that the master holds, as ip(8) prints it.
    held: &'static str,
}

const IPV6: Plan = Plan {
    name: "IPv6",
    version: 3,
    text: "virtual_ipaddress {\n fe80::100/64\n 2001:db8:77::100/64\n }",
    held: "2001:db8:77::100",
};
const UNICAST4: Plan = Plan {
    name: "unicast, IPv4, version 3",
    version: 3,
    text: "unicast_src_ip 10.77.0.$N\n unicast_peer {\n 10.77.0.$O\n }\n virtual_ipaddress {\n 10.77.0.100/24\n }",
    held: "10.77.0.100",
};
const UNICAST2: Plan = Plan { name: "unicast, IPv4, version 2", version: 2, ..UNICAST4 };
const UNICAST6: Plan = Plan {
    name: "unicast, IPv6",
    version: 3,
    text: "unicast_src_ip 2001:db8:77::$N\n unicast_peer {\n 2001:db8:77::$O\n }\n \
           virtual_ipaddress {\n 2001:db8:77::100/64\n }",
    held: "2001:db8:77::100",
};
const HEADER: Plan = Plan {
    name: "authentication header",
    version: 2,
    text: "authentication {\n auth_type AH\n auth_pass secret12\n }\n virtual_ipaddress {\n 10.77.0.100/24\n }",
    held: "10.77.0.100",
};
const SIGNED: Plan = Plan {
    name: "signed",
    version: 3,
    text: "auth_hmac {\n key 1 0123456789012345678901234567890123456789\n active_key 1\n }\n \
           virtual_ipaddress {\n 10.77.0.100/24\n }",
    held: "10.77.0.100",
};

impl Plan {
    fn config(&self, number: usize, priority: u8) -> String {
        let text = self.text.replace("$N", &number.to_string()).replace("$O", &(3 - number).to_string());
        format!(
            "global_defs {{\n router_id lab{number}\n vrrp_version {}\n}}\nvrrp_instance A {{\n interface eth0\n \
             virtual_router_id 51\n priority {priority}\n advert_int 1\n {text}\n}}\n",
            self.version
        )
    }
}

struct Pair {
    /// The cables; gone with it.
    _lan: Lan,
    programs: [Program; 2],
    held: &'static str,
}

impl Pair {
    fn build(plan: &Plan, who: [Who; 2]) -> Result<Self> {
        let lan = Lan::new()?;
        let director = |number: usize, who: Who, priority: u8| {
            let room = Arc::new(Room::new(&format!("director{number}"))?);
            let own = u8::try_from(number).unwrap_or(u8::MAX);
            lan.plug(&room, Ipv4Addr::new(10, 77, 0, own), 24)?;
            room.ip(&[format!("address add 2001:db8:77::{number}/64 dev eth0 nodad")])?;
            Program::new(who.kind()?, &room, &plan.config(number, priority), Options::default())
        };
        let [first, second] = who;
        let programs = [director(1, first, 150)?, director(2, second, 100)?];
        Ok(Self { _lan: lan, programs, held: plan.held })
    }

    fn holds(&self, which: usize) -> bool {
        let listed =
            self.programs.get(which).map(|p| p.room().command(&["ip", "-o", "address", "show", "dev", "eth0"]));
        let wanted = format!(" {}/", self.held);
        listed.is_some_and(|listed| listed.is_ok_and(|text| text.contains(&wanted)))
    }

    /// Waits until this one, and no other that runs, has the address.
    fn expect(&mut self, holder: usize, when: &str) -> Result<()> {
        let running: Vec<bool> = self.programs.iter_mut().map(Program::running).collect();
        let right = || {
            let all = running.iter().enumerate().filter(|(_, runs)| **runs);
            let wrong = all.filter(|(which, _)| self.holds(*which) != (*which == holder)).count();
            (wrong == 0).then_some(())
        };
        let logs = || self.programs.iter().map(|p| p.log_tail(12)).collect::<Vec<_>>().join("\n");
        let problem = || Error::new(format!("{when}: director{} should hold {}\n{}", holder + 1, self.held, logs()));
        wait::until(PATIENCE, right).ok_or_else(problem)
    }
}

fn travel(plan: &Plan, first: Who, second: Who) -> Result<()> {
    trial::in_namespaces(plan.name, || {
        let mut pair = Pair::build(plan, [first, second])?;
        pair.programs[1].start()?;
        pair.expect(1, "alone")?;
        pair.programs[0].start()?;
        pair.expect(0, "the better one has come")?;
        pair.programs[0].stop()?;
        pair.expect(1, "the better one was stopped")?;
        pair.programs[0].start()?;
        pair.expect(0, "it has come back")?;
        pair.programs[0].crash();
        pair.expect(1, "it was killed")
    })
}

fn in_all_pairs(plan: &Plan) -> Result<()> {
    travel(plan, Who::Evenkeel, Who::Evenkeel)?;
    travel(plan, Who::Evenkeel, Who::Keepalived)?;
    travel(plan, Who::Keepalived, Who::Evenkeel)
}

#[test]
fn ipv6() -> Result<()> {
    in_all_pairs(&IPV6)
}

#[test]
fn unicast_over_ipv4() -> Result<()> {
    in_all_pairs(&UNICAST4)
}

#[test]
fn unicast_in_version_2() -> Result<()> {
    in_all_pairs(&UNICAST2)
}

#[test]
fn unicast_over_ipv6() -> Result<()> {
    in_all_pairs(&UNICAST6)
}

#[test]
fn authentication_headers() -> Result<()> {
    in_all_pairs(&HEADER)
}

/// keepalived 2.2.7 does not know signatures; the format is held by the vectors of tests/wire.
#[test]
fn signed_adverts() -> Result<()> {
    travel(&SIGNED, Who::Evenkeel, Who::Evenkeel)
}
