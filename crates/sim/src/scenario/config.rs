//! The configuration that a router of a scenario runs, at the start and after reloads.
use super::{Change, GroupSetup, InstanceSetup, RouterSetup, ScriptSetup, Setup, Track, Tracked, WatchSetup};
use model::config::global::Command;
use model::config::plain::{GROUP_V4, GROUP_V6};
use model::config::track::{self, File, ParameterMatch, Process, Script, TrackInterface, TrackScript, Weight};
use model::config::vrrp::{
    AntiReplay, Authentication, Hmac, HmacKey, HmacMode, Instance, Peer, SyncGroup, Unicast, VirtualAddress,
};
use model::holdings::AddressKey;
use model::{Config, Family, InterfaceName, Interval, Name, Prefix};
use vrrp::fact::Watched;

impl Setup {
    /// What this router runs at the start.
    #[must_use]
    pub fn config(&self, router: usize) -> Config {
        let Some(own) = self.routers.get(router) else { return Config::default() };
        Config {
            scripts: self.scripts.iter().map(script).collect(),
            files: self.watched(Watched::File).map(file).collect(),
            processes: self.watched(Watched::Process).map(process).collect(),
            instances: self.instances.iter().enumerate().map(|(n, i)| self.instance(router, own, n, i)).collect(),
            groups: self.groups.iter().map(|group| self.group(group)).collect(),
            ..Config::default()
        }
    }

    fn instance(&self, number: usize, router: &RouterSetup, position: usize, setup: &InstanceSetup) -> Instance {
        let family = setup.addresses.first().map_or(Family::V4, |prefix| prefix.family());
        let addresses = |list: &[Prefix]| list.iter().map(|p| address(*p, &setup.interface, setup.no_track)).collect();
        let priority = router.priorities.get(&position).copied().unwrap_or(router.priority);
        // As the configuration reader does: `state MASTER` below 255 rules out both.
        let meek = !router.wants_master;
        Instance {
            version: setup.version,
            priority,
            wants_master: router.wants_master,
            advert_interval: setup.interval,
            preempt: !(router.nopreempt && meek),
            preempt_delay: if meek { router.preempt_delay } else { Interval::ZERO },
            family,
            group: match family {
                Family::V4 => GROUP_V4.into(),
                Family::V6 => GROUP_V6.into(),
            },
            unicast: setup.unicast.then(|| self.peers(number, setup, family)),
            hmac: setup.signed.then(|| signature(setup.monotonic)),
            authentication: authentication(setup),
            addresses: addresses(&setup.addresses),
            excluded: addresses(&setup.excluded),
            track_interfaces: interfaces(&setup.tracks),
            track_scripts: self.tracked_scripts(&setup.tracks),
            track_files: self.tracked(Watched::File, &setup.tracks),
            track_processes: self.tracked(Watched::Process, &setup.tracks),
            down_timer_adverts: setup.down_adverts,
            higher_prio_send_advert: true,
            ..Instance::plain(setup.name.clone(), setup.interface.clone(), setup.vrid)
        }
    }

    /// All the others.
    fn peers(&self, number: usize, setup: &InstanceSetup, family: Family) -> Unicast {
        let address = |other| match family {
            Family::V4 => self.own_address(other, &setup.interface),
            Family::V6 => self.own_address6(other, &setup.interface),
        };
        let others = (0..self.routers.len()).filter(|other| *other != number);
        let peer = |other| Peer { address: address(other).address(), min_ttl: 0, max_ttl: 255 };
        Unicast { peers: others.map(peer).collect(), ..Unicast::default() }
    }

    fn group(&self, setup: &GroupSetup) -> SyncGroup {
        let members = setup.members.iter().filter_map(|n| self.instances.get(*n)).map(|i| i.name.clone());
        SyncGroup {
            track_scripts: self.tracked_scripts(&setup.tracks),
            track_interfaces: interfaces(&setup.tracks),
            track_files: self.tracked(Watched::File, &setup.tracks),
            track_processes: self.tracked(Watched::Process, &setup.tracks),
            tracking_weight: setup.tracking_weight,
            ..SyncGroup::plain(setup.name.clone(), members.collect())
        }
    }

    fn watched(&self, kind: Watched) -> impl Iterator<Item = &WatchSetup> {
        self.watches.iter().filter(move |watch| watch.kind == kind)
    }

    fn tracked(&self, kind: Watched, tracks: &[Track]) -> Vec<track::Tracked> {
        let watches = tracks.iter().filter_map(|track| match &track.what {
            Tracked::Watch(position) => self.watches.get(*position).map(|watch| (watch, track)),
            Tracked::Script(_) | Tracked::Interface(_) => None,
        });
        let of_kind = watches.filter(|(watch, _)| watch.kind == kind);
        of_kind.map(|(w, t)| track::Tracked { name: w.name.clone(), weight: weight(t, t.weight) }).collect()
    }

    fn tracked_scripts(&self, tracks: &[Track]) -> Vec<TrackScript> {
        let scripts = tracks.iter().filter_map(|track| match &track.what {
            Tracked::Script(position) => self.scripts.get(*position).map(|script| (script, track)),
            Tracked::Interface(_) | Tracked::Watch(_) => None,
        });
        scripts
            .map(|(s, t)| TrackScript { script: s.name.clone(), weight: weight(t, t.weight.or(Some(s.weight))) })
            .collect()
    }
}

fn script(setup: &ScriptSetup) -> Script {
    Script {
        name: setup.name.clone(),
        command: Command { argv: vec![setup.name.to_string()], line: setup.name.to_string(), user: None },
        interval: setup.interval,
        timeout: setup.timeout,
        weight: Weight { points: setup.weight, reverse: false },
        rise: setup.rise,
        fall: setup.fall,
        init_fail: setup.init_fail,
    }
}

fn file(setup: &WatchSetup) -> File {
    File { name: setup.name.clone(), path: setup.name.to_string(), weight: Weight::default(), init: None }
}

fn process(setup: &WatchSetup) -> Process {
    Process {
        name: setup.name.clone(),
        program: setup.name.to_string(),
        parameters: Vec::new(),
        parameter_match: ParameterMatch::default(),
        full_command: false,
        weight: Weight::default(),
        quorum: 1,
        quorum_max: None,
        terminate_delay: Interval::ZERO,
        fork_delay: Interval::ZERO,
    }
}

fn interfaces(tracks: &[Track]) -> Vec<TrackInterface> {
    let named = tracks.iter().filter_map(|track| match &track.what {
        Tracked::Interface(name) => Some((name.clone(), track)),
        Tracked::Script(_) | Tracked::Watch(_) => None,
    });
    named.map(|(interface, track)| TrackInterface { interface, weight: weight(track, track.weight) }).collect()
}

fn weight(track: &Track, points: Option<i16>) -> Weight {
    Weight { points: points.unwrap_or_default(), reverse: track.reverse }
}

/// The window of time in which signatures are believed.
pub const WINDOW: Interval = Interval::from_secs(5);

fn signature(monotonic: bool) -> Hmac {
    Hmac {
        keys: vec![HmacKey { id: 1, secret: vec![0x5a; 32] }],
        active: 1,
        window: WINDOW,
        replay: if monotonic { AntiReplay::Monotonic } else { AntiReplay::Time },
        mode: HmacMode::Enforce,
    }
}

fn authentication(setup: &InstanceSetup) -> Authentication {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(setup.password.bytes()).for_each(|(to, from)| *to = from);
    match (setup.password.is_empty(), setup.header) {
        (true, _) => Authentication::None,
        (false, true) => Authentication::Header(bytes),
        (false, false) => Authentication::Password(bytes),
    }
}

fn address(prefix: Prefix, interface: &InterfaceName, no_track: bool) -> VirtualAddress {
    VirtualAddress { no_track, ..VirtualAddress::plain(prefix, interface.clone()) }
}

/// The identities of all addresses of an instance.
pub fn keys(instance: &Instance) -> impl Iterator<Item = AddressKey> + '_ {
    instance.addresses.iter().chain(&instance.excluded).map(AddressKey::of)
}

/// The configuration after a reload: `original` is what the router started with, for an instance that comes back.
#[must_use]
pub fn reloaded(running: &Config, original: &Config, instance: Option<&Name>, change: &Change) -> Config {
    let mut next = running.clone();
    let concerned = |candidate: &Instance| instance.is_none_or(|name| candidate.name == *name);
    if let Change::Present(present) = change {
        next.instances.retain(|known| !concerned(known));
        if *present {
            next.instances.extend(original.instances.iter().filter(|known| concerned(known)).cloned());
        }
        // A group names only instances that are there, as the configuration reader sees to it.
        next.groups.clone_from(&original.groups);
        for group in &mut next.groups {
            group.members.retain(|member| next.instances.iter().any(|known| known.name == *member));
        }
        next.groups.retain(|group| !group.members.is_empty());
    }
    for known in next.instances.iter_mut().filter(|known| concerned(known)) {
        apply(known, change);
    }
    next
}

fn apply(instance: &mut Instance, change: &Change) {
    match change {
        Change::Nothing | Change::Present(_) => {}
        Change::Priority(priority) => instance.priority = *priority,
        Change::Interval(interval) => instance.advert_interval = *interval,
        Change::Delay(delay) if !instance.wants_master => instance.preempt_delay = *delay,
        Change::Delay(_) => {}
        Change::Preempt(preempt) => instance.preempt = *preempt,
        Change::Addresses(list) => {
            let no_track = instance.addresses.first().is_some_and(|a| a.no_track);
            instance.addresses = list.iter().map(|p| address(*p, &instance.interface, no_track)).collect();
        }
    }
}
