//! What a reload would change, by identity and in words; it applies nothing.
use crate::config::server::{RealServer, VirtualServer};
use crate::config::vrrp::{Instance, SyncGroup};
use crate::config::{global::Global, track::Script};
use crate::{Config, Family, InterfaceName, Vrid};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// What makes two instances the same virtual router over a reload, as in keepalived: link, id and family, not the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey {
    /// Link of the adverts.
    pub interface: InterfaceName,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// Family of the adverts.
    pub family: Family,
}

impl InstanceKey {
    /// The key of a configured instance.
    #[must_use]
    pub fn of(instance: &Instance) -> Self {
        Self { interface: instance.interface.clone(), vrid: instance.vrid, family: instance.family }
    }
}

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
    /// The thing, in the configuration's own words: `vrrp_instance VI_1`.
    pub subject: String,
    /// What happens to it.
    pub what: What,
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
            What::Added => write!(f, "+ {}", self.subject),
            What::Removed => write!(f, "- {}", self.subject),
            What::Changed(fields) => {
                write!(f, "~ {}:", self.subject)?;
                fields.iter().enumerate().try_for_each(|(n, c)| {
                    let comma = if n == 0 { "" } else { "," };
                    write!(f, "{comma} {} {} -> {}", c.field, c.before, c.after)
                })
            }
        }
    }
}

/// The changes that lead from `old` to `new`; empty exactly when the two are equal up to the order of blocks.
#[must_use]
pub fn diff(old: &Config, new: &Config) -> Plan {
    let mut plan = Plan::default();
    compare_fields(
        &mut plan,
        "global_defs".to_string(),
        &fields_of_global(&old.global),
        &fields_of_global(&new.global),
    );
    let named = |kind: &'static str, name: &dyn fmt::Display| format!("{kind} {name}");
    compare_lists(
        &mut plan,
        &old.scripts,
        &new.scripts,
        |s| s.name.clone(),
        |s| named("vrrp_script", &s.name),
        fields_of_script,
    );
    compare_lists(
        &mut plan,
        &old.instances,
        &new.instances,
        InstanceKey::of,
        |i| named("vrrp_instance", &i.name),
        fields_of_instance,
    );
    compare_lists(
        &mut plan,
        &old.groups,
        &new.groups,
        |g| g.name.clone(),
        |g| named("vrrp_sync_group", &g.name),
        fields_of_group,
    );
    compare_lists(
        &mut plan,
        &old.virtual_servers,
        &new.virtual_servers,
        |v| v.service,
        |v| named("virtual_server", &v.service),
        fields_of_service,
    );
    let known: BTreeMap<_, _> = old.virtual_servers.iter().map(|v| (v.service, v)).collect();
    for after in &new.virtual_servers {
        if let Some(before) = known.get(&after.service) {
            let subject =
                |r: &RealServer| format!("virtual_server {} real_server {} {}", after.service, r.address, r.port);
            compare_lists(
                &mut plan,
                &before.real_servers,
                &after.real_servers,
                |r| (r.address, r.port),
                subject,
                fields_of_real,
            );
        }
    }
    plan
}

type Fields = Vec<(&'static str, String)>;

macro_rules! fields {
    ($of:expr, $($field:ident),+ $(,)?) => { alloc::vec![$((stringify!($field), format!("{:?}", $of.$field))),+] };
}

fn fields_of_global(g: &Global) -> Fields {
    fields!(g, router_id, script_user, script_security, fifo, vrrp_fifo, lvs_fifo, vrrp_rt_priority)
}

fn fields_of_script(s: &Script) -> Fields {
    fields!(s, name, command, interval, timeout, weight, rise, fall, init_fail)
}

fn fields_of_instance(i: &Instance) -> Fields {
    let mut fields = fields!(
        i,
        name,
        version,
        priority,
        wants_master,
        advert_interval,
        preempt,
        preempt_delay,
        down_timer_adverts,
        authentication,
        addresses,
        excluded,
        source,
        group,
        track_interfaces,
        track_scripts,
        ignore_own_link,
        announce,
        lower_prio_no_advert,
        higher_prio_send_advert,
        skip_check_adv_addr,
        notify_priority_changes,
        notify
    );
    // The password itself is not printed, but a new one is a change.
    if let crate::config::vrrp::Authentication::Password(password) = &i.authentication {
        let sum = password.iter().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
        fields.push(("auth_pass", format!("(hidden, #{sum:08x})")));
    }
    fields
}

fn fields_of_group(g: &SyncGroup) -> Fields {
    fields!(g, members, track_scripts, track_interfaces, tracking_weight, notify)
}

fn fields_of_service(v: &VirtualServer) -> Fields {
    fields!(
        v,
        scheduler,
        persistence,
        one_packet,
        scheduler_flags,
        quorum,
        hysteresis,
        alpha,
        omega,
        sorry_server,
        quorum_up,
        quorum_down
    )
}

fn fields_of_real(r: &RealServer) -> Fields {
    fields!(
        r,
        weight,
        forwarding,
        inhibit_on_failure,
        upper_threshold,
        lower_threshold,
        notify_up,
        notify_down,
        checkers
    )
}

fn compare_lists<T: PartialEq, K: Ord>(
    plan: &mut Plan,
    old: &[T],
    new: &[T],
    key: impl Fn(&T) -> K,
    subject: impl Fn(&T) -> String,
    fields: impl Fn(&T) -> Fields,
) {
    let before: BTreeMap<K, &T> = old.iter().map(|item| (key(item), item)).collect();
    let after: BTreeMap<K, &T> = new.iter().map(|item| (key(item), item)).collect();
    let gone = old.iter().filter(|item| !after.contains_key(&key(item)));
    plan.changes.extend(gone.map(|item| Change { subject: subject(item), what: What::Removed }));
    for item in new {
        match before.get(&key(item)) {
            None => plan.changes.push(Change { subject: subject(item), what: What::Added }),
            Some(known) if **known == *item => {}
            Some(known) => compare_fields(plan, subject(item), &fields(known), &fields(item)),
        }
    }
}

fn compare_fields(plan: &mut Plan, subject: String, old: &Fields, new: &Fields) {
    let before: BTreeMap<_, _> = old.iter().map(|(field, value)| (*field, value)).collect();
    let after: BTreeMap<_, _> = new.iter().map(|(field, value)| (*field, value)).collect();
    let names = old.iter().chain(new.iter().filter(|(field, _)| !before.contains_key(field))).map(|(field, _)| *field);
    let word = |value: Option<&&String>| value.map_or_else(|| "none".to_string(), |v| (*v).clone());
    let changed: Vec<_> = names
        .filter(|field| before.get(field) != after.get(field))
        .map(|field| FieldChange { field, before: word(before.get(field)), after: word(after.get(field)) })
        .collect();
    if !changed.is_empty() {
        plan.changes.push(Change { subject, what: What::Changed(changed) });
    }
}

#[cfg(test)]
mod tests;
