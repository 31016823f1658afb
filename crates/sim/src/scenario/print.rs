//! A scenario as text, as `parse` reads it.
use super::WatchSetup;
use super::words::{of_bounds, of_condition, of_interval, of_mood, of_per_mille};
use super::{
    Action, Change, Expectation, InstanceSetup, Refused, RouterSetup, Scenario, ScriptSetup, Setup, Track, Tracked,
};
use crate::lan::Quality;
use model::{Instant, InterfaceName, Interval, Name, Prefix};
use std::fmt::{self, Write};
use vrrp::fact::Watched;

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let setup = &self.setup;
        writeln!(f, "seed {}", setup.seed)?;
        writeln!(f, "{}", lan(&setup.quality))?;
        setup.routers.iter().try_for_each(|r| writeln!(f, "{}", router(r)))?;
        setup.scripts.iter().try_for_each(|s| writeln!(f, "{}", script(s)))?;
        setup.watches.iter().try_for_each(|w| writeln!(f, "{}", watch(w)))?;
        setup.instances.iter().try_for_each(|i| writeln!(f, "{}", instance(i)))?;
        for (router, number, priority) in
            setup.routers.iter().flat_map(|r| r.priorities.iter().map(move |(n, p)| (r, n, p)))
        {
            writeln!(f, "router {} {} priority {priority}", router.name, setup.instance_name(*number))?;
        }
        for group in &setup.groups {
            let members = group.members.iter().map(|n| setup.instance_name(*n));
            let weight = if group.tracking_weight { " tracking_weight" } else { "" };
            writeln!(f, "group {}{weight} members {}", group.name, join(members))?;
        }
        let of_instances = setup.instances.iter().flat_map(|i| i.tracks.iter().map(move |t| (&i.name, t)));
        let of_groups = setup.groups.iter().flat_map(|g| g.tracks.iter().map(move |t| (&g.name, t)));
        of_instances.chain(of_groups).try_for_each(|(name, t)| writeln!(f, "track {name} {}", track(setup, t)))?;
        self.steps.iter().try_for_each(|s| writeln!(f, "at {} {}", time(s.at), action(setup, &s.action)))?;
        writeln!(f, "end {}", time(self.end))
    }
}

impl Setup {
    /// The name of a router.
    #[must_use]
    pub fn router_name(&self, position: usize) -> Name {
        self.routers.get(position).map_or_else(|| "?".into(), |r| r.name.clone())
    }

    /// The name of an instance.
    #[must_use]
    pub fn instance_name(&self, position: usize) -> Name {
        self.instances.get(position).map_or_else(|| "?".into(), |i| i.name.clone())
    }

    fn script_name(&self, position: usize) -> Name {
        self.scripts.get(position).map_or_else(|| "?".into(), |s| s.name.clone())
    }

    fn watch_name(&self, position: usize) -> Name {
        self.watches.get(position).map_or_else(|| "?".into(), |w| w.name.clone())
    }

    /// `a`, or `a.VI_1`.
    fn place(&self, router: usize, instance: Option<usize>) -> String {
        let name = self.router_name(router);
        instance.map_or_else(|| name.to_string(), |n| format!("{name}.{}", self.instance_name(n)))
    }
}

fn join<T: fmt::Display>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(|w| w.to_string()).collect::<Vec<_>>().join(" ")
}

fn time(at: Instant) -> String {
    of_interval(at.since(Instant::START))
}

fn lan(quality: &Quality) -> String {
    let (least, most) = (of_interval(quality.least_delay), of_interval(quality.most_delay));
    format!(
        "lan loss {} duplicate {} delay {least}..{most}",
        of_per_mille(quality.loss),
        of_per_mille(quality.duplicate)
    )
}

fn option(text: &mut String, said: bool, words: impl FnOnce() -> String) {
    if said {
        let _ = write!(text, " {}", words());
    }
}

fn router(setup: &RouterSetup) -> String {
    let mut text = format!("router {} priority {}", setup.name, setup.priority);
    let timed = |name: &str, length: Interval| format!("{name} {}", of_interval(length));
    option(&mut text, setup.nopreempt, || "nopreempt".to_owned());
    option(&mut text, !setup.preempt_delay.is_zero(), || timed("preempt_delay", setup.preempt_delay));
    option(&mut text, setup.wants_master, || "state MASTER".to_owned());
    option(&mut text, !setup.clock.is_zero(), || timed("clock", setup.clock));
    option(&mut text, setup.drift != 0, || format!("drift {}", setup.drift));
    option(&mut text, !setup.lateness.is_zero(), || timed("late", setup.lateness));
    option(&mut text, setup.off, || "off".to_owned());
    text
}

fn script(setup: &ScriptSetup) -> String {
    let (every, timeout) = (of_interval(setup.interval), of_interval(setup.timeout));
    let mut text = format!("script {} interval {every} timeout {timeout}", setup.name);
    option(&mut text, setup.rise != 1, || format!("rise {}", setup.rise));
    option(&mut text, setup.fall != 1, || format!("fall {}", setup.fall));
    option(&mut text, setup.weight != 0, || format!("weight {}", setup.weight));
    option(&mut text, setup.init_fail, || "init_fail".to_owned());
    text
}

fn watch(setup: &WatchSetup) -> String {
    let kind = if setup.kind == Watched::File { "file" } else { "process" };
    format!("watch {} {kind} reads {}", setup.name, setup.reading)
}

fn instance(setup: &InstanceSetup) -> String {
    let (vrid, version) = (setup.vrid, setup.version.number());
    let every = of_interval(setup.interval);
    let mut text =
        format!("instance {} vrid {vrid} version {version} interval {every} on {}", setup.name, setup.interface);
    let kind = if setup.header { "header" } else { "password" };
    option(&mut text, !setup.password.is_empty(), || format!("{kind} {}", setup.password));
    option(&mut text, setup.signed && !setup.monotonic, || "signed".to_owned());
    option(&mut text, setup.monotonic, || "monotonic".to_owned());
    option(&mut text, setup.down_adverts != 3, || format!("down_adverts {}", setup.down_adverts));
    option(&mut text, setup.unicast, || "unicast".to_owned());
    option(&mut text, setup.no_track, || "no_track".to_owned());
    option(&mut text, !setup.addresses.is_empty(), || format!("addresses {}", join(&setup.addresses)));
    option(&mut text, !setup.excluded.is_empty(), || format!("excluded {}", join(&setup.excluded)));
    text
}

fn track(setup: &Setup, track: &Track) -> String {
    let mut text = match &track.what {
        Tracked::Script(script) => format!("script {}", setup.script_name(*script)),
        Tracked::Interface(interface) => format!("interface {interface}"),
        Tracked::Watch(watch) => format!("watch {}", setup.watch_name(*watch)),
    };
    option(&mut text, track.weight.is_some(), || format!("weight {}", track.weight.unwrap_or_default()));
    option(&mut text, track.reverse, || "reverse".to_owned());
    text
}

fn on(interface: Option<&InterfaceName>) -> String {
    interface.map_or_else(String::new, |name| format!(" on {name}"))
}

/// One action in a scenario's words.
#[must_use]
pub fn action(setup: &Setup, action: &Action) -> String {
    let name = |router: &usize| setup.router_name(*router);
    let side = |side: &Vec<usize>| join(side.iter().map(name));
    match action {
        Action::Kill(router) => format!("kill {}", name(router)),
        Action::Crash(router) => format!("crash {}", name(router)),
        Action::Start(router) => format!("start {}", name(router)),
        Action::Stop(router) => format!("stop {}", name(router)),
        Action::Link { router, interface, up } => {
            format!("link {} {interface} {}", name(router), if *up { "up" } else { "down" })
        }
        Action::Interface { router, interface, exists } => {
            format!("interface {} {interface} {}", name(router), if *exists { "return" } else { "vanish" })
        }
        Action::Remove { router, address } => format!("remove {} {address}", name(router)),
        Action::Partition { sides, interface } => {
            let sides: Vec<_> = sides.iter().map(side).collect();
            format!("partition {}{}", sides.join(" | "), on(interface.as_ref()))
        }
        Action::OneWay { from, to, interface } => {
            format!("partition {} > {}{}", side(from), side(to), on(interface.as_ref()))
        }
        Action::Heal => "heal".to_owned(),
        Action::Loss(loss) => format!("loss {}", of_per_mille(*loss)),
        Action::Refuse { router, what, refuses } => {
            let what = if *what == Refused::Adverts { " adverts" } else { "" };
            format!("{} {}{what}", if *refuses { "refuse" } else { "allow" }, name(router))
        }
        Action::Suspend(router, length) => format!("suspend {} {}", name(router), of_interval(*length)),
        Action::Pause(router, length) => format!("pause {} {}", name(router), of_interval(*length)),
        Action::Overrun(router, length) => format!("overrun {} {}", name(router), of_interval(*length)),
        Action::Replay(router) => format!("replay {}", name(router)),
        Action::Reading { router, watch, reading } => {
            format!("read {} {} {reading}", name(router), setup.watch_name(*watch))
        }
        Action::Wall { router, by, ahead } => {
            let side = if *ahead { "ahead" } else { "behind" };
            format!("wall {} {side} {}", name(router), of_interval(*by))
        }
        Action::Switchover { router, forced } => {
            format!("switchover {}{}", name(router), if *forced { " forced" } else { "" })
        }
        Action::Maintain { router, on } => format!("{} {}", if *on { "maintain" } else { "resume" }, name(router)),
        Action::Script { router, script, mood } => {
            format!("script {} {} {}", name(router), setup.script_name(*script), of_mood(*mood))
        }
        Action::Reload { router, instance, change } => {
            format!("reload {} {}", setup.place(*router, *instance), reload(change))
        }
        Action::Expect(all) => format!("expect {}", join(all.iter().map(|e| expectation(setup, e)))),
    }
}

fn reload(change: &Change) -> String {
    match change {
        Change::Nothing => "unchanged".to_owned(),
        Change::Priority(priority) => format!("priority {priority}"),
        Change::Interval(interval) => format!("interval {}", of_interval(*interval)),
        Change::Delay(delay) => format!("preempt_delay {}", of_interval(*delay)),
        Change::Addresses(list) => format!("addresses {}", join::<&Prefix>(list)),
        Change::Preempt(true) => "preempt".to_owned(),
        Change::Preempt(false) => "nopreempt".to_owned(),
        Change::Present(true) => "present".to_owned(),
        Change::Present(false) => "absent".to_owned(),
    }
}

/// One expectation in a scenario's words.
#[must_use]
pub fn expectation(setup: &Setup, expectation: &Expectation) -> String {
    let name = |router: &usize| setup.router_name(*router);
    match expectation {
        Expectation::State { router, instance, state, holds } => {
            let holds = match holds {
                Some(true) => " holds",
                Some(false) => " bare",
                None => "",
            };
            format!("{} {}{holds}", setup.place(*router, *instance), of_condition(*state))
        }
        Expectation::Priority { router, instance, priority } => {
            format!("priority {} {priority}", setup.place(*router, *instance))
        }
        Expectation::Gap(most, since) => format!("gap {} since {}", of_interval(*most), time(*since)),
        Expectation::Overlap(most, since) => format!("overlap {} since {}", of_interval(*most), time(*since)),
        Expectation::Overlapped(since) => format!("overlapped since {}", time(*since)),
        Expectation::Kept(router, since) => format!("kept {} since {}", name(router), time(*since)),
        Expectation::Announced(router, since) => format!("announced {} since {}", name(router), time(*since)),
        Expectation::Moves(router, times, since) => {
            format!("moves {} {} since {}", name(router), of_bounds(*times), time(*since))
        }
        Expectation::Changes(router, times, since) => {
            format!("changes {} {} since {}", name(router), of_bounds(*times), time(*since))
        }
        Expectation::Adverts(router, times, since) => {
            format!("adverts {} {} since {}", name(router), of_bounds(*times), time(*since))
        }
    }
}
