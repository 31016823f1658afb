//! The pool against a model that is too simple to be wrong, under random configurations, verdicts and reloads.
use super::*;
use crate::effect::Effect;
use model::config::server::{Checker, SorryServer};
use proptest::prelude::*;

/// A server of the naive model: its block, and its checks by port.
#[derive(Clone, Debug)]
struct NaiveServer {
    block: RealServer,
    checks: BTreeMap<u16, NaiveCheck>,
}

#[derive(Clone, Debug)]
struct NaiveCheck {
    good: bool,
    first_counts: bool,
    failures: u32,
    retry: u32,
}

/// A service of the naive model, with its servers in file order.
#[derive(Clone, Debug, Default)]
struct NaiveService {
    block: Option<Block>,
    servers: Vec<NaiveServer>,
    up: bool,
}

impl NaiveServer {
    fn alive(&self) -> bool {
        self.checks.values().all(|c| c.good)
    }

    fn make(block: &RealServer, old: Option<&NaiveServer>) -> Self {
        let port = |c: &Checker| c.connect.port;
        let ports: BTreeSet<u16> = block.checkers.iter().map(port).collect();
        let lost_bad = old.is_some_and(|o| o.checks.iter().any(|(p, c)| !ports.contains(p) && !c.good));
        let checks = block.checkers.iter().map(|c| {
            let known = old.and_then(|o| o.checks.get(&port(c))).cloned();
            let (good, first_counts) = match old {
                None => (!c.alpha, true),
                Some(old) if old.alive() => (true, false),
                Some(_) if lost_bad => (false, true),
                Some(_) => (!c.alpha, true),
            };
            let fresh = NaiveCheck { good, first_counts, failures: 0, retry: 0 };
            (port(c), NaiveCheck { retry: c.retry, ..known.unwrap_or(fresh) })
        });
        Self { block: block.clone(), checks: checks.collect() }
    }

    fn verdict(&mut self, port: u16, passed: bool) {
        let Some(check) = self.checks.get_mut(&port) else { return };
        if passed {
            *check = NaiveCheck { good: true, first_counts: false, failures: 0, retry: check.retry };
        } else if check.good {
            check.failures += 1;
            check.good = !check.first_counts && check.failures <= check.retry;
            check.first_counts = false;
        }
    }
}

impl NaiveService {
    fn configure(&mut self, block: &Block) {
        let servers = block.real_servers.iter().map(|server| {
            let old = self.servers.iter().find(|s| s.block.port == server.port);
            NaiveServer::make(server, old)
        });
        self.servers = servers.collect();
        self.block = Some(block.clone());
    }

    fn live(&self) -> i64 {
        self.servers.iter().filter(|s| s.alive()).map(|s| i64::from(s.block.weight)).sum()
    }

    /// Judges the quorum and gives the table: port to weight.
    fn settle(&mut self) -> BTreeMap<u16, u32> {
        let block = self.block.clone().expect("a configured service");
        let (quorum, margin) = (i64::from(block.quorum), i64::from(block.hysteresis));
        let live = self.live();
        if self.up && (live == 0 || live < quorum - margin) {
            self.up = false;
        } else if !self.up && live >= quorum + margin {
            self.up = true;
        }
        let serving = self.up || block.sorry_server.is_none();
        let mut table = BTreeMap::new();
        for server in &self.servers {
            if server.alive() && serving {
                table.insert(server.block.port, server.block.weight);
            } else if server.block.inhibit_on_failure {
                table.insert(server.block.port, 0);
            }
        }
        if let Some(sorry) = &block.sorry_server {
            match (self.up, sorry.inhibit) {
                (false, _) => drop(table.insert(sorry.port, 1)),
                (true, true) => drop(table.insert(sorry.port, 0)),
                (true, false) => {}
            }
        }
        table
    }
}

/// Ports from here on are asked by checks of many servers.
const SHARED: u16 = 9_000;

/// What the test does next.
#[derive(Clone, Debug)]
enum Deed {
    Configure(Vec<Block>),
    /// Time passes, and what is due is done.
    Wait(u64),
    /// The nth running probe ends.
    End(usize, bool),
    /// All running probes end in one step, each bit a verdict.
    EndAll(u64),
    Stray(u64, u64),
    Refuse(u16),
}

/// Ports tell all: service 1000 or 2000, server +1 to +4, check +100 and +200; from 9000 on, a check that many servers
/// have, and that is equal in all of them but for how it begins.
fn block(base: u16) -> impl Strategy<Value = Block> {
    let checks = prop::collection::btree_map(1..6u16, (any::<bool>(), 0..3u32), 0..4);
    let server = (0..4u32, any::<bool>(), checks);
    let servers = prop::collection::btree_map(1..5u16, server, 0..5);
    let sorry_server = prop::option::of(any::<bool>());
    (servers, 1..5u32, 0..2u32, sorry_server, any::<bool>(), any::<bool>()).prop_map(
        move |(servers, quorum, hysteresis, inhibit, omega, turned)| {
            let mut real_servers: Vec<_> = servers.into_iter().map(|(n, s)| server_of(base + n, s)).collect();
            if turned {
                real_servers.reverse();
            }
            let sorry_server = inhibit.map(|inhibit| SorryServer { inhibit, ..sorry().expect("a sorry server") });
            Block { quorum, hysteresis, sorry_server, omega, ..virtual_server(base, real_servers) }
        },
    )
}

fn server_of(port: u16, (weight, inhibit, checks): (u32, bool, BTreeMap<u16, (bool, u32)>)) -> RealServer {
    let check = |(n, (alpha, retry))| match n {
        1 | 2 => Checker { alpha, retry, ..tcp_check(port + 100 * n) },
        _ => Checker { alpha, retry: u32::from(n) - 3, ..tcp_check(SHARED + n - 3) },
    };
    let checkers = checks.into_iter().map(check).collect();
    RealServer { weight, inhibit_on_failure: inhibit, checkers, ..real_server(port) }
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    (prop::option::weighted(0.9, block(1_000)), prop::option::weighted(0.8, block(2_000)))
        .prop_map(|(one, two)| one.into_iter().chain(two).collect())
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => blocks().prop_map(Deed::Configure),
        8 => (1..3_000u64).prop_map(Deed::Wait),
        1 => Just(Deed::Wait(70_000)),
        16 => (any::<usize>(), any::<bool>()).prop_map(|(n, passed)| Deed::End(n, passed)),
        4 => any::<u64>().prop_map(Deed::EndAll),
        1 => (0..20u64, 0..5u64).prop_map(|(checker, run)| Deed::Stray(checker, run)),
        1 => (999..1_002u16).prop_map(Deed::Refuse),
    ]
}

struct Both {
    world: World,
    naive: BTreeMap<Service, NaiveService>,
}

impl Both {
    fn verdict(&mut self, port: u16, passed: bool) {
        self.naive.values_mut().flat_map(|s| &mut s.servers).for_each(|s| s.verdict(port, passed));
    }

    fn configure(&mut self, blocks: Vec<Block>) {
        self.naive.retain(|service, _| blocks.iter().any(|b| b.service == *service));
        for block in &blocks {
            self.naive.entry(block.service).or_default().configure(block);
        }
        let effects = self.world.say(Fact::Configured(config(blocks.clone())));
        check_order(&effects);
        assert!(self.world.say(Fact::Configured(config(blocks))).is_empty(), "an equal configuration has no effects");
    }

    /// Lets time pass; a probe that is given up has failed.
    fn wait(&mut self, millis: u64) {
        self.world.now = self.world.now + Interval::from_millis(millis);
        while self.world.pool.deadline().is_some_and(|at| at <= self.world.now) {
            let running = self.world.running.clone();
            let effects = self.world.say(Fact::DeadlineReached);
            check_order(&effects);
            for effect in &effects {
                if let Effect::Cancel(id) = effect {
                    self.verdict(running[id].1.connect.port, false);
                }
            }
        }
    }

    fn end(&mut self, which: &[(ProbeId, bool)]) {
        let mut ended = Vec::new();
        for (id, passed) in which {
            let (_, probe) = self.world.running.remove(id).expect("a running probe");
            self.verdict(probe.connect.port, *passed);
            let verdict = if *passed { Verdict::Pass("yes".to_string()) } else { Verdict::Fail("no".to_string()) };
            ended.push((*id, verdict));
        }
        let effects = self.world.say(Fact::ProbesEnded(ended));
        check_order(&effects);
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Configure(blocks) => self.configure(blocks),
            Deed::Wait(millis) => self.wait(millis),
            Deed::End(n, passed) => {
                let n = n.checked_rem(self.world.running.len()).unwrap_or(0);
                if let Some(id) = self.world.running.keys().nth(n).copied() {
                    self.end(&[(id, passed)]);
                }
            }
            Deed::EndAll(bits) => {
                let ids = self.world.running.keys().enumerate();
                let which: Vec<_> = ids.map(|(n, id)| (*id, bits >> (n % 64) & 1 == 1)).collect();
                self.end(&which);
            }
            Deed::Stray(checker, run) => {
                let probe = ProbeId { checker, run };
                if !self.world.running.contains_key(&probe) {
                    assert!(
                        self.world.say(Fact::ProbeEnded { probe, verdict: Verdict::Pass(String::new()) }).is_empty()
                    );
                }
            }
            Deed::Refuse(port) => {
                self.world.say(Fact::ServiceRefused { service: service(port), problem: "no".to_string() });
            }
        }
    }

    fn compare(&mut self) {
        let kernel: Vec<_> = self.world.kernel.keys().copied().collect();
        assert_eq!(kernel, self.naive.keys().copied().collect::<Vec<_>>());
        let snapshot = self.world.pool.snapshot();
        for (service, naive) in &mut self.naive {
            let table = naive.settle();
            let held = &self.world.kernel[service].destinations;
            assert_eq!(held.len(), table.len(), "each place once");
            assert_eq!(held.iter().map(|d| (d.port, d.weight)).collect::<BTreeMap<_, _>>(), table);
            let state = snapshot.iter().find(|s| s.service == *service).expect("a state");
            assert_eq!((state.up, i64::try_from(state.live_weight)), (naive.up, Ok(naive.live())));
            let servers = state.real_servers.iter().map(|s| (s.port, s.alive, s.in_table, s.effective_weight));
            let expected = naive.servers.iter().map(|s| {
                let weight = table.get(&s.block.port).copied();
                (s.block.port, s.alive(), weight.is_some(), weight.unwrap_or(0))
            });
            assert_eq!(servers.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
        let wanted = |id: &ProbeId| self.world.pool.homes.contains_key(&id.checker);
        assert!(self.world.running.keys().all(wanted), "a probe runs for a check that is gone");
        let shared = self.world.running.values().map(|(_, probe)| probe.connect.port).filter(|port| *port >= SHARED);
        let shared: Vec<_> = shared.collect();
        assert_eq!(shared.iter().collect::<BTreeSet<_>>().len(), shared.len(), "equal checks are one probe");
        let checks = snapshot.iter().flat_map(|s| &s.real_servers).map(|s| s.checkers.len()).sum::<usize>();
        assert_eq!((self.world.pool.homes.len(), self.world.pool.deadlines.len()), (checks, checks));
    }
}

/// Cancels, holds (one for each service), reports, starts.
fn check_order(effects: &[Effect]) {
    let rank = |effect: &Effect| match effect {
        Effect::Cancel(_) => 0,
        Effect::Hold { .. } => 1,
        Effect::Report(_) => 2,
        Effect::Start(_) => 3,
    };
    assert!(effects.is_sorted_by_key(rank), "{effects:?}");
    let held: Vec<_> = effects
        .iter()
        .filter_map(|e| if let Effect::Hold { service, .. } = e { Some(service) } else { None })
        .collect();
    assert_eq!(held.iter().collect::<BTreeSet<_>>().len(), held.len(), "one hold for each service");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_kernel_always_holds_what_the_healths_say(first in blocks(), deeds in prop::collection::vec(deed(), 1..120)) {
        let mut both = Both { world: World::new(), naive: BTreeMap::new() };
        both.configure(first);
        both.compare();
        for deed in deeds {
            both.act(deed);
            both.compare();
        }
        both.world.say(Fact::StopRequested);
        prop_assert!(both.world.kernel.is_empty() && both.world.running.is_empty());
    }
}
