//! Every state with every fact: where it leads and what it orders. The table is compared as text; a row that changes is
//! a decision that changes.
use super::desk::Desk;
use crate::fact::Fact;
use crate::sample::{self, address, instance, interface, key};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use model::config::track::{TrackScript, Weight};
use model::state::vrrp::RouterState;
use model::{Instant, Interval, Name};

const TITLE: &str = "# state | fact | state after | effects in order (see desk.rs for the words)";

type Prepare = fn() -> Desk;
type Give = fn(&mut Desk) -> Vec<String>;

fn plain() -> Desk {
    let mut tracking = instance(1, 100);
    tracking.track_scripts = vec![TrackScript { script: "chk".into(), weight: Weight::default() }];
    let mut desk = Desk::new(vec![tracking]);
    desk.config.scripts = vec![sample::script("chk")];
    desk
}

fn init() -> Desk {
    let mut desk = plain();
    desk.start();
    desk
}

fn backup() -> Desk {
    let mut desk = init();
    desk.script("chk", 0);
    desk.hear(2, 200);
    desk
}

fn resuming() -> Desk {
    let mut desk = plain();
    desk.own = vec![1, 101];
    desk.start();
    desk.script("chk", 0);
    desk
}

fn master() -> Desk {
    let mut desk = init();
    desk.script("chk", 0);
    // Between two adverts, every burst over.
    desk.pass_millis(20_000);
    desk
}

fn releasing() -> Desk {
    let mut desk = master();
    desk.give(Fact::StopRequested);
    desk
}

fn leaving() -> Desk {
    let mut desk = master();
    desk.script("chk", 1);
    desk
}

fn switching() -> Desk {
    let mut desk = master();
    desk.switchover("VI_1", false);
    desk
}

fn yielded() -> Desk {
    let mut desk = switching();
    desk.hear(2, 50);
    desk.next();
    desk
}

fn listening() -> Desk {
    let mut desk = master();
    desk.now = desk.now + Interval::from_secs(7);
    desk.give(Fact::DeadlineReached);
    desk
}

fn fault() -> Desk {
    let mut desk = init();
    desk.script("chk", 1);
    desk
}

fn stopped() -> Desk {
    let mut desk = backup();
    desk.give(Fact::StopRequested);
    desk
}

const STATES: &[(&str, Prepare)] = &[
    ("INIT", init),
    ("BACKUP", backup),
    ("RESUMING", resuming),
    ("MASTER", master),
    ("RELEASING", releasing),
    ("LEAVING", leaving),
    ("SWITCHING", switching),
    ("YIELDED", yielded),
    ("LISTENING", listening),
    ("FAULT", fault),
    ("STOPPED", stopped),
];

fn name() -> Name {
    Name::new("VI_1")
}

const FACTS: &[(&str, Give)] = &[
    ("same configuration", Desk::configure),
    ("another address", |desk| {
        desk.config.instances[0].addresses.push(address(150));
        desk.configure()
    }),
    ("removed", |desk| {
        desk.config.instances.clear();
        desk.configure()
    }),
    ("higher advert", |desk| desk.hear(2, 200)),
    ("equal, higher address", |desk| desk.hear(2, 100)),
    ("equal, lower address", |desk| desk.hear(0, 100)),
    ("equal, our address", |desk| desk.hear(1, 100)),
    ("lower advert", |desk| desk.hear(2, 50)),
    ("priority zero", |desk| desk.hear(2, 0)),
    ("malformed advert", |desk| {
        let mut other = desk.config.instances[0].clone();
        other.version = model::config::vrrp::Version::V3;
        desk.hear_as(&other, 2, 200)
    }),
    ("same link", |desk| desk.link(true)),
    ("link down", |desk| desk.link(false)),
    ("link lost", |desk| desk.give(Fact::LinkLost { interface: interface("eth0") })),
    ("address vanished", |desk| desk.give(Fact::AddressVanished(key(101)))),
    ("hold settled", |desk| desk.give(Fact::HoldSettled { owner: name() })),
    ("hold refused", |desk| {
        let problem = String::from("no such device");
        desk.give(Fact::HoldRefused { owner: name(), key: key(101), problem })
    }),
    ("script good", |desk| desk.script("chk", 0)),
    ("script bad", |desk| desk.script("chk", 1)),
    ("switchover", |desk| desk.switchover("VI_1", false)),
    ("forced switchover", |desk| desk.switchover("VI_1", true)),
    ("maintenance", |desk| desk.maintain(Some("VI_1"), Some("new disk"))),
    ("two owners", |desk| desk.hear(2, 255)),
    ("late wake-up", |desk| {
        desk.now = desk.now + Interval::from_secs(30);
        desk.give(Fact::DeadlineReached)
    }),
    ("stop", |desk| desk.give(Fact::StopRequested)),
    ("deadline too early", |desk| desk.give(Fact::DeadlineReached)),
    ("deadline", |desk| if desk.router.deadline().is_some() { desk.next() } else { Vec::new() }),
];

fn row(state: &str, prepare: Prepare, fact: &str, give: Give) -> String {
    let mut desk = prepare();
    let lines = give(&mut desk);
    let after = desk.router.snapshot().instances.first().map(|instance| instance.state);
    let mut after = after.map_or_else(|| "(gone)".to_string(), |state| format!("{state:?}").to_uppercase());
    if after == "BACKUP" && desk.see("VI_1").holds_addresses {
        after = "RESUMING".to_string();
    }
    format!("{state} | {fact} | {after} | {}", lines.join("; "))
}

#[test]
fn every_state_with_every_fact() {
    let rows: Vec<_> = STATES
        .iter()
        .flat_map(|(state, prepare)| FACTS.iter().map(|(fact, give)| row(state, *prepare, fact, *give)))
        .collect();
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/router/tests/table.txt");
        std::fs::write(path, format!("{TITLE}\n{}\n", rows.join("\n"))).expect("the table is written");
    }
    let expected: Vec<_> = include_str!("table.txt").lines().filter(|line| !line.starts_with('#')).collect();
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), expected.len());
}

#[test]
fn the_states_are_what_they_are_called() {
    for (name, prepare) in STATES {
        let expected = match *name {
            "RESUMING" | "YIELDED" => "BACKUP",
            "LEAVING" | "SWITCHING" => "RELEASING",
            "LISTENING" => "MASTER",
            name => name,
        };
        assert_eq!(format!("{:?}", prepare().state("VI_1")).to_uppercase(), expected);
    }
    assert_eq!(STATES.len() * FACTS.len(), 286);
}

/// After any fact, a deadline that fires moves on: `DeadlineReached` never asks for itself again at the same moment for
/// ever.
#[test]
fn deadlines_make_progress_from_everywhere() {
    for (state, prepare) in STATES {
        for (fact, give) in FACTS {
            let mut desk = prepare();
            give(&mut desk);
            let until: Instant = desk.now + Interval::from_secs(60);
            let mut steps = 0;
            while desk.router.deadline().is_some_and(|next| next <= until) {
                desk.next();
                steps += 1;
                assert!(steps < 200, "{state} after {fact}");
            }
            if let Some(instance) = desk.router.snapshot().instances.first() {
                assert_ne!(instance.state, RouterState::Releasing, "{state} after {fact}");
            }
        }
    }
}
