//! What the steps of a scenario do to the world.
use crate::expect;
use crate::invariants::Violation;
use crate::node::Order;
use crate::scenario::config::reloaded;
use crate::scenario::print;
use crate::scenario::{Action, Change, Refused, Step};
use crate::world::{Happening, World};
use model::{InterfaceName, Interval};
use std::sync::Arc;

impl World {
    /// Carries a step out; gives the router whose invariants it touches.
    pub(crate) fn act(&mut self, step: &Step) -> Result<Option<usize>, Violation> {
        let scenario = self.scenario.clone();
        if let Action::Expect(all) = &step.action {
            return all.iter().try_for_each(|one| expect::check(self, step.line, one)).map(|()| None);
        }
        self.disturb();
        self.say(None, print::action(&scenario.setup, &step.action));
        match &step.action {
            Action::Kill(router) => self.die(*router, false),
            Action::Crash(router) => self.die(*router, true),
            Action::Start(router) => self.start(*router),
            Action::Stop(router) => self.stop(*router),
            Action::Link { router, interface, up } => {
                self.change_links(*router, |machine| machine.set_running(interface, *up));
            }
            Action::Interface { router, interface, exists: true } => {
                self.change_links(*router, |machine| machine.come_back(interface));
            }
            Action::Interface { router, interface, exists: false } => {
                self.change_links(*router, |machine| machine.vanish(interface));
            }
            Action::Remove { router, address } => self.change_links(*router, |machine| machine.remove(*address)),
            Action::Partition { sides, interface } => self.part(sides, interface.as_ref()),
            Action::OneWay { from, to, interface } => self.silence(from, to, interface.as_ref()),
            Action::Heal => self.lan.heal(),
            Action::Loss(loss) => self.lan.quality.loss = *loss,
            Action::Refuse { router, what, refuses } => self.refuse(*router, *what, *refuses),
            Action::Suspend(router, length) => self.freeze(*router, *length),
            Action::Pause(router, length) => self.pause(*router, *length),
            Action::Overrun(router, length) => self.overrun(*router, *length),
            Action::Replay(router) => self.replay(*router),
            Action::Reading { router, watch, reading } => self.read(*router, *watch, *reading),
            Action::Wall { router, by, ahead } => self.set_wall(*router, *by, *ahead),
            Action::Switchover { router, forced } => self.switchover(*router, *forced),
            Action::Maintain { router, on } => self.maintain(*router, *on),
            Action::Script { router, script, mood } => {
                let known = self.nodes.get_mut(*router).and_then(|node| node.moods.get_mut(*script));
                if let Some(known) = known {
                    *known = *mood;
                }
            }
            Action::Reload { router, instance, change } => self.reload(*router, *instance, change),
            Action::Expect(_) => {}
        }
        // Once more, because another configuration may run now.
        self.disturb();
        Ok(step.action.router())
    }

    fn die(&mut self, router: usize, with_machine: bool) {
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.power) else { return };
        if node.runs() {
            node.end();
        }
        if with_machine {
            node.machine_mut().power_off();
            node.power = false;
            node.boots += 1;
            self.note_holdings(router);
        }
    }

    fn stop(&mut self, router: usize) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs() && node.stopping_since.is_none()) else {
            return;
        };
        node.stopping_since = Some(now);
        self.order(router, Interval::ZERO, Order::Stop);
    }

    fn change_links(
        &mut self,
        router: usize,
        change: impl FnOnce(&mut crate::machine::Machine) -> Vec<kernel::ports::Event>,
    ) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.power) else { return };
        let news = change(node.machine_mut());
        node.watch.meddled(now);
        self.note_holdings(router);
        self.news(router, news);
    }

    fn part(&mut self, sides: &[Vec<usize>], interface: Option<&InterfaceName>) {
        for (position, side) in sides.iter().enumerate() {
            for (_, other) in sides.iter().enumerate().filter(|(other, _)| *other != position) {
                self.silence(side, other, interface);
            }
        }
    }

    fn silence(&mut self, from: &[usize], to: &[usize], interface: Option<&InterfaceName>) {
        for from in from {
            for to in to {
                self.lan.cut(*from, *to, interface.cloned());
            }
        }
    }

    fn refuse(&mut self, router: usize, what: Refused, refuses: bool) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(router) else { return };
        match what {
            Refused::Addresses => {
                node.machine_mut().refuse(refuses);
                node.watch.refused(now);
            }
            Refused::Adverts => {
                node.machine_mut().set_mute(refuses);
                node.watch.adverts.clear();
            }
        }
    }

    fn freeze(&mut self, router: usize, length: Interval) {
        let until = self.now + length;
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs()) else { return };
        let until = node.frozen_until.map_or(until, |known| known.max(until));
        node.frozen_until = Some(until);
        let life = node.life;
        self.put(until, Happening::Wake(router, life));
    }

    /// The machine stands still, not only its daemon.
    fn pause(&mut self, router: usize, length: Interval) {
        self.freeze(router, length);
        if let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs()) {
            node.paused = true;
        }
    }

    fn overrun(&mut self, router: usize, length: Interval) {
        let until = self.now + length;
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs()) else { return };
        let until = node.overrun_until.map_or(until, |known| known.max(until));
        node.overrun_until = Some(until);
        let life = node.life;
        self.put(until, Happening::Overrun(router, life));
    }

    fn replay(&mut self, router: usize) {
        let recorded: Vec<_> = self.recorded.iter().filter(|(from, _)| *from == router).cloned().collect();
        recorded.iter().for_each(|(from, advert)| self.broadcast(*from, advert));
    }

    fn read(&mut self, router: usize, watch: usize, reading: i32) {
        let scenario = self.scenario.clone();
        let Some(setup) = scenario.setup.watches.get(watch) else { return };
        let Some(node) = self.nodes.get_mut(router) else { return };
        if let Some(known) = node.readings.get_mut(watch) {
            *known = reading;
        }
        if node.runs() && node.stopping_since.is_none() {
            self.order(router, Interval::ZERO, Order::Read(setup.kind, setup.name.clone(), reading));
        }
    }

    fn set_wall(&mut self, router: usize, by: Interval, ahead: bool) {
        let Some(node) = self.nodes.get_mut(router) else { return };
        let nanos = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
        node.wall = if ahead { nanos } else { -nanos };
        // What was believed before may not be believed now, and the other way round.
        self.nodes.iter_mut().for_each(|node| node.watch.reloaded());
    }

    fn switchover(&mut self, router: usize, forced: bool) {
        let Some(node) = self.nodes.get_mut(router).filter(|node| node.runs() && node.stopping_since.is_none()) else {
            return;
        };
        node.yielded = true;
        node.watch.reloaded();
        // Of a group, naming one is naming all.
        let names: Vec<_> = node.config.instances.iter().map(|instance| instance.name.clone()).collect();
        for name in names {
            self.order(router, Interval::ZERO, Order::Switchover(name, forced));
        }
    }

    fn maintain(&mut self, router: usize, on: bool) {
        let Some(node) = self.nodes.get_mut(router) else { return };
        node.maintained = on;
        if node.runs() && node.stopping_since.is_none() {
            self.order(router, Interval::ZERO, Order::Maintain(on));
        }
    }

    fn reload(&mut self, router: usize, instance: Option<usize>, change: &Change) {
        let name = instance.map(|position| self.scenario.setup.instance_name(position));
        let Some(node) = self.nodes.get_mut(router) else { return };
        let config = Arc::new(reloaded(&node.file, &node.original, name.as_ref(), change));
        node.file = config.clone();
        // A daemon that is about to leave does not read its file again.
        if node.runs() && node.stopping_since.is_none() {
            node.config = config.clone();
            node.watch.reloaded();
            self.order(router, Interval::from_millis(1), Order::Configure(config));
        }
    }
}

impl Action {
    /// The router that it happens to, when it is one.
    #[must_use]
    pub const fn router(&self) -> Option<usize> {
        match self {
            Self::Kill(router)
            | Self::Crash(router)
            | Self::Start(router)
            | Self::Stop(router)
            | Self::Link { router, .. }
            | Self::Interface { router, .. }
            | Self::Remove { router, .. }
            | Self::Refuse { router, .. }
            | Self::Suspend(router, _)
            | Self::Pause(router, _)
            | Self::Overrun(router, _)
            | Self::Replay(router)
            | Self::Reading { router, .. }
            | Self::Wall { router, .. }
            | Self::Switchover { router, .. }
            | Self::Maintain { router, .. }
            | Self::Script { router, .. }
            | Self::Reload { router, .. } => Some(*router),
            Self::Partition { .. } | Self::OneWay { .. } | Self::Heal | Self::Loss(_) | Self::Expect(_) => None,
        }
    }
}
