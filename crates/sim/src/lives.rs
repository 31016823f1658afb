//! How daemons start and leave, what their scripts and watches tell them, how news that was lost is made good.
use crate::invariants::{self, Violation};
use crate::node::Order;
use crate::scenario::Mood;
use crate::world::{Happening, World};
use model::Interval;
use model::net::Outcome;

impl World {
    pub(crate) fn run_script(&mut self, router: usize, life: u64, script: usize) {
        let scenario = self.scenario.clone();
        let Some(setup) = scenario.setup.scripts.get(script) else { return };
        let Some(node) = self.living(router, life) else { return };
        let mood = node.moods.get(script).copied().unwrap_or_default();
        let quick = self.rng.interval(Interval::from_millis(1), Interval::from_millis(20)).min(setup.timeout);
        let (takes, outcome) = match mood {
            Mood::Succeeds => (quick, Outcome::Exited(0)),
            Mood::Fails => (quick, Outcome::Exited(1)),
            Mood::Hangs => (setup.timeout, Outcome::TimedOut),
        };
        let ended = Order::Script(setup.name.clone(), outcome);
        self.put(self.now + takes, Happening::Order(router, life, ended));
        // A run that overlaps the next start skips it.
        let mut next = setup.interval;
        while next < takes {
            next = next + setup.interval;
        }
        self.put(self.now + next, Happening::Run(router, life, script));
    }

    /// The daemon has let go of everything and exits.
    pub(crate) fn daemon_left(&mut self, router: usize) -> Result<(), Violation> {
        invariants::left(self, router)?;
        if let Some(node) = self.nodes.get_mut(router) {
            node.end();
        }
        self.disturb();
        self.say(Some(router), "the daemon has left".to_owned());
        Ok(())
    }

    /// A daemon starts on the machine, which is turned on if it was off.
    pub(crate) fn start(&mut self, router: usize) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router).filter(|node| !node.runs()) else { return };
        if !node.power {
            node.power = true;
            node.machine_mut().boot();
        }
        node.start(now);
        let (life, config, maintained) = (node.life, node.config.clone(), node.maintained);
        let dump = node.machine().dump();
        // Usually the links are known first; the contract allows the other order.
        let configured_after = self.rng.interval(Interval::from_micros(100), Interval::from_millis(10));
        let late_links = self.rng.chance(100);
        let told_after = if late_links { configured_after + Interval::from_millis(5) } else { Interval::ZERO };
        for event in dump {
            self.put(now + told_after, Happening::Tell(router, life, event));
        }
        if let Some(node) = self.nodes.get_mut(router) {
            node.news_at = now + told_after;
        }
        if maintained {
            self.order(router, configured_after, Order::Maintain(true));
        }
        self.order(router, configured_after, Order::Configure(config));
        self.read_watches(router, configured_after);
        for (position, script) in self.scenario.clone().setup.scripts.iter().enumerate() {
            let after = configured_after + self.rng.interval(Interval::ZERO, script.interval);
            self.put(now + after, Happening::Run(router, life, position));
        }
        self.say(Some(router), "a daemon starts".to_owned());
    }

    /// Control tells a daemon that starts what its watches read.
    fn read_watches(&mut self, router: usize, after: Interval) {
        let readings = self.nodes.get(router).map(|node| node.readings.clone()).unwrap_or_default();
        for (watch, reading) in self.scenario.clone().setup.watches.iter().zip(readings) {
            self.order(router, after, Order::Read(watch.kind, watch.name.clone(), reading));
        }
    }

    /// The kernel says that it lost news, and how everything is now.
    pub(crate) fn end_overrun(&mut self, router: usize, life: u64) {
        let now = self.now;
        let Some(node) = self.living(router, life) else { return };
        if node.overrun_until.is_none_or(|until| until > now) {
            return;
        }
        node.overrun_until = None;
        node.watch.meddled(now);
        let all = node.machine_mut().overrun();
        self.disturb();
        self.news(router, all);
    }
}
