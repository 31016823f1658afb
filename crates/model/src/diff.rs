//! What a reload would change, by identity and in words, and what that does to the running daemon; it applies nothing.
mod fields;
mod identity;
mod instances;
mod servers;

use crate::config::bfd::BfdInstance;
use crate::config::global::Global;
use crate::config::server::{Group, RealServer, Service, VirtualServer};
use crate::config::track::{File, Process, Script};
use crate::config::vrrp::SyncGroup;
use crate::{Config, Name};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

pub use identity::{Identified, InstanceKey, identify};

/// Ordered changes between two configurations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes: removals of a kind, then additions and changes in file order.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One change to one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The thing.
    pub subject: Subject,
    /// What happens to it.
    pub what: What,
    /// What that does to the running daemon, each in a line of its own: `keeps its state`.
    pub effects: Vec<String>,
}

/// A thing that a configuration holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// `global_defs` and the words beside it.
    Global,
    /// Addresses, routes and rules without a virtual router, and the groups that they follow.
    Statics,
    /// A `vrrp_script`.
    Script(Name),
    /// A `track_file`.
    File(Name),
    /// A `vrrp_track_process`.
    Process(Name),
    /// A `bfd_instance`.
    Bfd(Name),
    /// A `vrrp_instance`, by the name that it has afterwards, and the one before where that was another.
    Instance {
        /// Name.
        name: Name,
        /// Name before.
        before: Option<Name>,
    },
    /// A `vrrp_sync_group`.
    SyncGroup(Name),
    /// A `virtual_server_group`.
    ServerGroup(Name),
    /// A `virtual_server`; those of a group have its name.
    VirtualServer(Service, Option<Name>),
    /// A `real_server` of a virtual server, with its address and port.
    RealServer(Service, Option<Name>, IpAddr, u16),
}

/// In the configuration's own words: `vrrp_instance VI_1`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global_defs"),
            Self::Statics => f.write_str("static addresses, routes and rules"),
            Self::Script(name) => write!(f, "vrrp_script {name}"),
            Self::File(name) => write!(f, "track_file {name}"),
            Self::Process(name) => write!(f, "vrrp_track_process {name}"),
            Self::Bfd(name) => write!(f, "bfd_instance {name}"),
            Self::Instance { name, .. } => write!(f, "vrrp_instance {name}"),
            Self::SyncGroup(name) => write!(f, "vrrp_sync_group {name}"),
            Self::ServerGroup(name) => write!(f, "virtual_server_group {name}"),
            Self::VirtualServer(_, Some(group)) => write!(f, "virtual_server group {group}"),
            Self::VirtualServer(service, None) => write!(f, "virtual_server {service}"),
            Self::RealServer(service, group, address, port) => {
                write!(f, "{} real_server {address} {port}", Self::VirtualServer(*service, group.clone()))
            }
        }
    }
}

/// What happens to a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// These fields differ.
    Changed(Vec<FieldChange>),
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Name of the field.
    pub field: &'static str,
    /// Value that runs.
    pub before: String,
    /// Value to come.
    pub after: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Added => write!(f, "+ {}", self.subject)?,
            What::Removed => write!(f, "- {}", self.subject)?,
            What::Changed(fields) => {
                write!(f, "~ {}:", self.subject)?;
                fields.iter().enumerate().try_for_each(|(n, c)| {
                    let comma = if n == 0 { "" } else { "," };
                    write!(f, "{comma} {} {} -> {}", c.field, c.before, c.after)
                })?;
            }
        }
        self.effects.iter().try_for_each(|effect| write!(f, "\n    {effect}"))
    }
}

/// The changes that lead from `old` to `new`; empty exactly when the two are equal up to the order of blocks.
#[must_use]
pub fn diff(old: &Config, new: &Config) -> Plan {
    // Without `..`, so that what a configuration learns to hold cannot be forgotten here.
    let Config { global, scripts, files, processes, bfd, statics, instances, groups, server_groups, virtual_servers } =
        old;
    let mut plan = Plan::default();
    plan.changed(Subject::Global, fields::of_global(global, &new.global), || effects_of_global(global, &new.global));
    plan.changed(Subject::Statics, fields::of_statics(statics, &new.statics), Vec::new);
    let kind = Kind {
        key: |s: &Script| s.name.clone(),
        subject: |s: &Script| Subject::Script(s.name.clone()),
        fields: fields::of_script,
    };
    plan.compare(scripts, &new.scripts, &kind, &instances::effects_of_script);
    let kind = Kind {
        key: |f: &File| f.name.clone(),
        subject: |f: &File| Subject::File(f.name.clone()),
        fields: fields::of_file,
    };
    plan.compare(files, &new.files, &kind, &silent);
    let kind = Kind {
        key: |p: &Process| p.name.clone(),
        subject: |p: &Process| Subject::Process(p.name.clone()),
        fields: fields::of_process,
    };
    plan.compare(processes, &new.processes, &kind, &silent);
    let kind = Kind {
        key: |b: &BfdInstance| b.name.clone(),
        subject: |b: &BfdInstance| Subject::Bfd(b.name.clone()),
        fields: fields::of_bfd,
    };
    plan.compare(bfd, &new.bfd, &kind, &silent);
    instances::compare(&mut plan, instances, &new.instances, &new.groups);
    let kind = Kind {
        key: |g: &SyncGroup| g.name.clone(),
        subject: |g: &SyncGroup| Subject::SyncGroup(g.name.clone()),
        fields: fields::of_group,
    };
    plan.compare(groups, &new.groups, &kind, &instances::effects_of_group);
    let kind = Kind {
        key: |g: &Group| g.name.clone(),
        subject: |g: &Group| Subject::ServerGroup(g.name.clone()),
        fields: fields::of_server_group,
    };
    plan.compare(server_groups, &new.server_groups, &kind, &silent);
    let kind = Kind {
        key: service,
        subject: |v: &VirtualServer| Subject::VirtualServer(v.service, v.group.clone()),
        fields: fields::of_service,
    };
    plan.compare(virtual_servers, &new.virtual_servers, &kind, &servers::effects_of_service);
    compare_real_servers(&mut plan, virtual_servers, &new.virtual_servers);
    plan
}

fn compare_real_servers(plan: &mut Plan, old: &[VirtualServer], new: &[VirtualServer]) {
    let known = first_of_each(old, service);
    for (key, after) in first_of_each(new, service) {
        let Some(before) = known.get(&key) else { continue };
        let kind = Kind {
            key: |r: &RealServer| (r.address, r.port),
            subject: |r: &RealServer| Subject::RealServer(after.service, after.group.clone(), r.address, r.port),
            fields: fields::of_real,
        };
        plan.compare(&before.real_servers, &after.real_servers, &kind, &servers::effects_of_real);
    }
}

fn service(server: &VirtualServer) -> (Service, Option<Name>) {
    (server.service, server.group.clone())
}

fn effects_of_global(old: &Global, new: &Global) -> Vec<String> {
    let mut effects = Vec::new();
    if old.script_user != new.script_user {
        effects.push("scripts that say no user run again at once".to_string());
    }
    effects
}

/// The two sides of a comparison; one is missing where a thing comes or goes.
enum Sides<'a, T> {
    Added(&'a T),
    Removed,
    Changed(&'a T, &'a T),
}

fn silent<T>(_: &Sides<'_, T>) -> Vec<String> {
    Vec::new()
}

/// How things of one kind are told apart and compared.
struct Kind<K, S, F> {
    key: K,
    subject: S,
    fields: F,
}

impl Plan {
    fn changed(&mut self, subject: Subject, fields: Vec<FieldChange>, effects: impl FnOnce() -> Vec<String>) {
        if !fields.is_empty() {
            self.changes.push(Change { subject, what: What::Changed(fields), effects: effects() });
        }
    }

    fn compare<T: PartialEq, I: Ord>(
        &mut self,
        old: &[T],
        new: &[T],
        kind: &Kind<impl Fn(&T) -> I, impl Fn(&T) -> Subject, impl Fn(&T, &T) -> Vec<FieldChange>>,
        effects: &impl Fn(&Sides<'_, T>) -> Vec<String>,
    ) {
        let (before, after) = (first_of_each(old, &kind.key), first_of_each(new, &kind.key));
        for item in old.iter().filter(|item| !after.contains_key(&(kind.key)(item))) {
            let effects = effects(&Sides::Removed);
            self.changes.push(Change { subject: (kind.subject)(item), what: What::Removed, effects });
        }
        for item in new.iter().filter(|item| is_first(&after, &(kind.key)(item), item)) {
            match before.get(&(kind.key)(item)) {
                None => {
                    let effects = effects(&Sides::Added(item));
                    self.changes.push(Change { subject: (kind.subject)(item), what: What::Added, effects });
                }
                Some(known) if **known == *item => {}
                Some(known) => self.changed((kind.subject)(item), (kind.fields)(known, item), || {
                    effects(&Sides::Changed(known, item))
                }),
            }
        }
    }
}

/// Where a configuration lists a thing twice, the daemon goes by the first.
fn first_of_each<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> BTreeMap<K, &T> {
    let mut first = BTreeMap::new();
    for item in items {
        first.entry(key(item)).or_insert(item);
    }
    first
}

/// Whether an item is the one that counts.
fn is_first<T, K: Ord>(first: &BTreeMap<K, &T>, key: &K, item: &T) -> bool {
    first.get(key).is_some_and(|known| core::ptr::eq(*known, item))
}

fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| format!("{item}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
