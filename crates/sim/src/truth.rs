//! What the routers ought to make of their surroundings, worked out from the world itself and not from what they say.
use crate::node::Node;
use crate::scenario::{Mood, Scenario};
use crate::world::{RETRY_GRACE, World};
use model::config::track::{TrackInterface, TrackScript, Weight};
use model::config::vrrp::{Instance, SyncGroup, Version};
use model::{Interval, Name, Priority, limits};

/// What an instance ought to be able to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// It can be master.
    pub(crate) eligible: bool,
    /// Its effective priority.
    pub(crate) priority: u8,
}

/// The standing of an instance on its router; in a group, of all its members.
pub(crate) fn standing(scenario: &Scenario, node: &Node, instance: &Instance) -> Standing {
    let group = node.config.groups.iter().find(|group| group.members.contains(&instance.name));
    let own = alone(scenario, node, instance, group);
    let others = group.into_iter().flat_map(|group| &group.members);
    let others = others.filter_map(|name| node.config.instances.iter().find(|i| i.name == *name));
    let all = others.fold(own.eligible, |all, other| all && alone(scenario, node, other, group).eligible);
    Standing { eligible: all && node.runs(), ..own }
}

fn alone(scenario: &Scenario, node: &Node, instance: &Instance, group: Option<&SyncGroup>) -> Standing {
    let machine = node.machine();
    let mut eligible =
        machine.is_running(&instance.interface) && machine.has_own_address(&instance.interface, instance.family);
    eligible &= !node.maintained;
    let flat = group.is_some_and(|group| !group.tracking_weight);
    let mut points = 0i32;
    let mut weigh = |weight: Weight, good: bool| match (if flat { 0 } else { weight.points }, good != weight.reverse) {
        (0, good) => eligible &= good,
        (weight, good) if (weight > 0) == good => points += i32::from(weight),
        _ => {}
    };
    let scripts = |tracked: &TrackScript| {
        let position = scenario.setup.scripts.iter().position(|script| script.name == tracked.script);
        position.and_then(|n| node.moods.get(n)).is_none_or(|mood| *mood == Mood::Succeeds)
    };
    let read = |name: &Name| {
        let position = scenario.setup.watches.iter().position(|watch| watch.name == *name);
        position.and_then(|n| node.readings.get(n)).copied().unwrap_or_default()
    };
    let links = |tracked: &TrackInterface| machine.is_running(&tracked.interface);
    let of_group = group.into_iter().flat_map(|group| &group.track_scripts);
    instance.track_scripts.iter().chain(of_group).for_each(|t| weigh(t.weight, scripts(t)));
    let of_group = group.into_iter().flat_map(|group| &group.track_interfaces);
    instance.track_interfaces.iter().chain(of_group).for_each(|t| weigh(t.weight, links(t)));
    let of_group = group.into_iter().flat_map(|group| &group.track_processes);
    instance.track_processes.iter().chain(of_group).for_each(|t| weigh(t.weight, read(&t.name) != 0));
    let of_group = group.into_iter().flat_map(|group| &group.track_files);
    for tracked in instance.track_files.iter().chain(of_group) {
        let weight = Weight { points: if flat { 0 } else { tracked.weight.points }, ..tracked.weight };
        match multiplied(weight, read(&tracked.name)) {
            Some(product) => points += product,
            None => eligible = false,
        }
    }
    Standing { eligible, priority: effective(instance.priority, points) }
}

/// Points of a file by keepalived's rule: its number times the weight; `None` is a fault, at -254 and below, and, without
/// a weight, for any number but 0.
fn multiplied(weight: Weight, number: i32) -> Option<i32> {
    let (points, sign) = (i32::from(weight.points), if weight.reverse { -1 } else { 1 });
    if points == 0 {
        return ((number == 0) != weight.reverse).then_some(0);
    }
    let product = number.saturating_mul(points).saturating_mul(sign);
    (product > -254).then_some(product.min(254))
}

/// Between 1 and 254; the owner's never changes.
fn effective(base: Priority, points: i32) -> u8 {
    if base.is_owner() {
        return 255;
    }
    u8::try_from((i32::from(base.get()) + points).clamp(1, 254)).unwrap_or(1)
}

/// How long the routers may take to settle after the last disturbance: a script that changes its mind, a full
/// master-down time, and one interval until the loser hears the winner. A delayed preemption begins when the other one
/// has become master, and its timer was restarted until the delay ended.
pub(crate) fn bound(world: &World) -> Interval {
    let setup = &world.scenario.setup;
    let scripts = setup.scripts.iter().map(|script| {
        let run = script.interval.max(script.timeout) + script.interval;
        run.scaled(script.rise.max(script.fall) + 1, 1)
    });
    let instances = || world.nodes.iter().flat_map(|node| &node.config.instances);
    let down = world.longest_down;
    let delay = instances().map(|instance| instance.preempt_delay).max().filter(|delay| !delay.is_zero());
    let delay = delay.map_or(Interval::ZERO, |delay| delay + down);
    let refused = world.nodes.iter().any(|node| node.watch.refused_at.is_some());
    let retry = if refused { RETRY_GRACE + down } else { Interval::ZERO };
    // Nobody tells a starting daemon of a link that does not exist: it waits to hear of it.
    let all = setup.interfaces();
    let missing = world.nodes.iter().any(|node| all.iter().any(|name| !node.machine().exists(name)));
    let slack = Interval::from_millis(200) + if missing { limits::LINK_WAIT } else { Interval::ZERO };
    scripts.max().unwrap_or_default() + down + delay + retry + slack
}

/// The longest master-down time of any priority.
pub(crate) fn master_down(instance: &Instance) -> Interval {
    instance.advert_interval.scaled(u32::from(instance.down_timer_adverts), 1) + longest_skew(instance)
}

/// The skew of the lowest priority, rounded up (RFC 3768 and RFC 9568, section 6.1).
pub(crate) const fn longest_skew(instance: &Instance) -> Interval {
    match instance.version {
        Version::V2 => Interval::from_secs(1),
        Version::V3 => instance.advert_interval,
    }
}

/// How long a backup of this priority waits after an advert that told this interval.
pub(crate) fn patience(instance: &Instance, interval: Interval, priority: u8) -> Interval {
    let share = 256 - u32::from(priority);
    let skew = match instance.version {
        Version::V2 => Interval::from_secs(1).scaled(share, 256),
        // In whole hundredths, as original daemons count.
        Version::V3 => Interval::from_centis(interval.as_centis() * u64::from(share) / 256),
    };
    interval.scaled(u32::from(instance.down_timer_adverts), 1) + skew
}

/// The longest master-down time of any configuration now, and the interval until a loser hears the winner.
pub(crate) fn longest_down(world: &World) -> Interval {
    let instances = world.nodes.iter().flat_map(|node| &node.config.instances);
    instances.map(|instance| master_down(instance) + instance.advert_interval).max().unwrap_or_default()
}

/// Whether an instance takes over from a lower priority: `state MASTER` and ownership rule `nopreempt` out.
pub(crate) const fn preempts(instance: &Instance) -> bool {
    instance.preempt || instance.wants_master || instance.priority.is_owner()
}

/// Whether the members of an instance's group all have one priority: else one may have to wait for another.
pub(crate) fn is_of_one_mind(node: &Node, instance: &Instance) -> bool {
    let group = node.config.groups.iter().find(|group| group.members.contains(&instance.name));
    let members = group.into_iter().flat_map(|group| &group.members);
    let mut members = members.filter_map(|name| node.config.instances.iter().find(|i| i.name == *name));
    members.all(|member| member.priority == instance.priority && preempts(member) == preempts(instance))
}
