//! Trackers, what follows them, and what is said of links.
use super::global::seconds;
use super::node::Nodes;
use model::config::bfd::BfdInstance;
use model::config::global::PollMethod;
use model::config::track::{File, ParameterMatch, Process, Script, TrackInterface, TrackScript, Tracked, Weight};
use model::config::vrrp::{Instance, SyncGroup};
use model::{Config, Interval};

/// `garp_group`, `linkbeat_interfaces` and `interface_up_down_delays`.
pub(super) fn links(config: &Config, nodes: &mut Nodes) {
    for group in &config.global.vrrp.garp_groups {
        nodes.block(["garp_group"], |nodes| {
            nodes.word("garp_interval", seconds(group.arp_spacing));
            nodes.word("gna_interval", seconds(group.na_spacing));
            nodes.block_unless_empty(["interfaces"], |nodes| {
                group.interfaces.iter().for_each(|name| nodes.line([name.to_string()]));
            });
        });
    }
    nodes.block_unless_empty(["linkbeat_interfaces"], |nodes| {
        for link in &config.global.polled_links {
            let method = link.method.map(|method| match method {
                PollMethod::Mii => "MII",
                PollMethod::Ethtool => "ETHTOOL",
                PollMethod::Ioctl => "IOCTL",
            });
            nodes.line([link.interface.to_string()].into_iter().chain(method.map(str::to_owned)));
        }
    });
    nodes.block_unless_empty(["interface_up_down_delays"], |nodes| {
        for delay in &config.global.link_delays {
            nodes.line([delay.interface.to_string(), seconds(delay.down), seconds(delay.up)]);
        }
    });
}

/// `track_group`: what static addresses, routes and rules follow.
pub(super) fn groups(config: &Config, nodes: &mut Nodes) {
    for group in &config.statics.groups {
        nodes.block(["track_group", group.name.as_str()], |nodes| {
            nodes.block(["group"], |nodes| group.members.iter().for_each(|name| nodes.line([name.to_string()])));
        });
    }
}

/// `vrrp_script`, `vrrp_track_process`, `track_file` and `bfd_instance`: what instances follow stands before them.
pub(super) fn trackers(config: &Config, nodes: &mut Nodes) {
    for script in &config.scripts {
        nodes.block(["vrrp_script", script.name.as_str()], |nodes| one_script(script, nodes));
    }
    for process in &config.processes {
        nodes.block(["vrrp_track_process", process.name.as_str()], |nodes| one_process(process, nodes));
    }
    for file in &config.files {
        nodes.block(["track_file", file.name.as_str()], |nodes| one_file(file, nodes));
    }
    for session in &config.bfd {
        nodes.block(["bfd_instance", session.name.as_str()], |nodes| one_session(session, nodes));
    }
}

fn one_script(script: &Script, nodes: &mut Nodes) {
    nodes.command_words(["script".to_owned(), script.command.line.clone()]);
    nodes.word("interval", seconds(script.interval));
    nodes.word("timeout", seconds(script.timeout));
    weight(script.weight, nodes);
    nodes.word("rise", script.rise);
    nodes.word("fall", script.fall);
    if let Some(user) = &script.command.user {
        let group = user.group.as_ref().map(ToString::to_string);
        nodes.line(["user".to_owned(), user.user.to_string()].into_iter().chain(group));
    }
    nodes.flag("init_fail", script.init_fail);
}

fn one_process(process: &Process, nodes: &mut Nodes) {
    let parameters = process.parameters.iter().cloned();
    nodes.line(["process".to_owned(), process.program.clone()].into_iter().chain(parameters));
    match process.parameter_match {
        ParameterMatch::Any => {}
        ParameterMatch::Exact => nodes.flag("param_match", true),
        ParameterMatch::Initial => nodes.word("param_match", "initial"),
        ParameterMatch::Partial => nodes.word("param_match", "partial"),
    }
    weight(process.weight, nodes);
    // None need to run where none may, which quorum_max says.
    nodes.maybe("quorum", (process.quorum > 0).then_some(process.quorum));
    nodes.maybe("quorum_max", process.quorum_max);
    let some = |delay: Interval| (!delay.is_zero()).then(|| seconds(delay));
    nodes.maybe("terminate_delay", some(process.terminate_delay));
    nodes.maybe("fork_delay", some(process.fork_delay));
    nodes.flag("full_command", process.full_command);
}

fn one_file(file: &File, nodes: &mut Nodes) {
    nodes.word("file", &file.path);
    weight(file.weight, nodes);
    if let Some(init) = file.init {
        let overwrite = init.overwrite.then(|| "overwrite".to_owned());
        nodes.line(["init_file".to_owned(), init.value.to_string()].into_iter().chain(overwrite));
    }
}

fn one_session(session: &BfdInstance, nodes: &mut Nodes) {
    nodes.maybe("source_ip", session.source);
    nodes.word("neighbor_ip", session.neighbor);
    nodes.word("min_rx", millis(session.min_rx));
    nodes.word("min_tx", millis(session.min_tx));
    nodes.word("idle_tx", millis(session.idle_tx));
    nodes.word("multiplier", session.multiplier);
    nodes.flag("passive", session.passive);
    nodes.word("ttl", session.ttl);
    nodes.word("max_hops", session.max_hops.unwrap_or(255));
    nodes.switch("multihop", session.multihop);
    weight(session.weight, nodes);
    nodes.flag("vrrp", session.vrrp);
    nodes.flag("checker", session.checker);
}

/// Milliseconds with up to three decimals.
fn millis(interval: Interval) -> String {
    seconds(Interval::from_nanos(interval.as_nanos().saturating_mul(1_000)))
}

fn weight(weight: Weight, nodes: &mut Nodes) {
    nodes.line(["weight".to_owned()].into_iter().chain(points(weight)));
}

/// `N [reverse]`.
fn points(weight: Weight) -> impl Iterator<Item = String> {
    [weight.points.to_string()].into_iter().chain(weight.reverse.then(|| "reverse".to_owned()))
}

/// What an instance or a group follows.
pub(super) struct Lists<'a> {
    interfaces: &'a [TrackInterface],
    scripts: &'a [TrackScript],
    files: &'a [Tracked],
    processes: &'a [Tracked],
    bfd: &'a [Tracked],
}

impl<'a> Lists<'a> {
    /// Those of an instance.
    pub(super) fn of_instance(instance: &'a Instance) -> Self {
        Self {
            interfaces: &instance.track_interfaces,
            scripts: &instance.track_scripts,
            files: &instance.track_files,
            processes: &instance.track_processes,
            bfd: &instance.track_bfd,
        }
    }

    /// Those of a group.
    pub(super) fn of_group(group: &'a SyncGroup) -> Self {
        Self {
            interfaces: &group.track_interfaces,
            scripts: &group.track_scripts,
            files: &group.track_files,
            processes: &group.track_processes,
            bfd: &group.track_bfd,
        }
    }
}

/// The lists, each line with its weight.
pub(super) fn lists(lists: &Lists<'_>, nodes: &mut Nodes) {
    let interfaces = lists.interfaces.iter().map(|line| (line.interface.as_str(), line.weight));
    list("track_interface", false, interfaces, nodes);
    list("track_script", true, lists.scripts.iter().map(|line| (line.script.as_str(), line.weight)), nodes);
    for (keyword, lines) in [("track_file", lists.files), ("track_process", lists.processes), ("track_bfd", lists.bfd)]
    {
        list(keyword, true, lines.iter().map(|line| (line.name.as_str(), line.weight)), nodes);
    }
}

/// What is followed may be turned round by itself, so that a line which is not says so, where it can.
fn list<'a>(keyword: &str, noreverse: bool, lines: impl Iterator<Item = (&'a str, Weight)>, nodes: &mut Nodes) {
    nodes.block_unless_empty([keyword], |nodes| {
        for (name, weight) in lines {
            let turned = (noreverse && !weight.reverse).then(|| "noreverse".to_owned());
            let words = [name.to_owned(), "weight".to_owned()];
            nodes.line(words.into_iter().chain(points(weight)).chain(turned));
        }
    });
}
