//! Which fields of two things differ. Every field is named: one that is new and not named here does not compile.
use super::FieldChange;
use crate::config::bfd::BfdInstance;
use crate::config::global::Global;
use crate::config::routing::Statics;
use crate::config::server::{Group, RealServer, VirtualServer};
use crate::config::track::{File, Process, Script};
use crate::config::vrrp::{Instance, SyncGroup};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt::Debug;

/// The comparison of two things, field by field; what stands behind `but` is compared elsewhere.
macro_rules! comparison {
    ($(#[$doc:meta])* $name:ident($type:ident): $($field:ident),+ $(; but $($other:ident),+)?) => {
        $(#[$doc])*
        pub(super) fn $name(old: &$type, new: &$type) -> Vec<FieldChange> {
            let $type { $($field: _,)+ $($($other: _,)+)? } = old;
            [$(change(stringify!($field), &old.$field, &new.$field)),+].into_iter().flatten().collect()
        }
    };
}

fn change<T: PartialEq + Debug>(field: &'static str, old: &T, new: &T) -> Option<FieldChange> {
    if old == new {
        return None;
    }
    let (before, after) = (format!("{old:?}"), format!("{new:?}"));
    // Secrets do not show what they are.
    let hidden = before == after;
    let after = if hidden { "another".to_string() } else { after };
    Some(FieldChange { field, before, after })
}

comparison!(
    /// `global_defs` and the words beside it.
    of_global(Global): router_id, instance, namespace, ipvs_namespace, namespace_ipsets, pid_directory, script_user,
    script_security, symlink_paths, fifo, vrrp_fifo, lvs_fifo, fifo_states_on_reload, vrrp_rt_priority, startup, shutdown,
    mail, webhook, vrrp, lvs, firewall, agents, processes, sockets, reading, poll_links, polled_links, link_delays
);

comparison!(
    /// What holds without a virtual router.
    of_statics(Statics): addresses, routes, rules, groups
);

comparison!(
    /// A script.
    of_script(Script): name, command, interval, timeout, weight, rise, fall, init_fail
);

comparison!(
    /// A tracked file.
    of_file(File): name, path, weight, init
);

comparison!(
    /// A tracked process.
    of_process(Process): name, program, parameters, parameter_match, full_command, weight, quorum, quorum_max,
    terminate_delay, fork_delay
);

comparison!(
    /// A BFD session.
    of_bfd(BfdInstance): name, neighbor, source, min_rx, min_tx, idle_tx, multiplier, passive, ttl, max_hops, multihop,
    weight, vrrp, checker
);

comparison!(
    /// A virtual router.
    of_instance(Instance): name, interface, vrid, family, vrf, virtual_link, vmac_for_addresses, transmit_base, version,
    priority, wants_master, advert_interval, preempt, preempt_delay, down_timer_adverts, timer_expired_backup, strict,
    accept, owner_ignore_adverts, unicast, track_source, checksum_as_v2, old_checksum, hmac, receive_buffer,
    promote_secondaries, authentication, addresses, excluded, routes, rules, source, group, track_interfaces,
    track_scripts, track_files, track_processes, track_bfd, ignore_own_link, announce, lower_prio_no_advert,
    higher_prio_send_advert, skip_check_adv_addr, notify_priority_changes, smtp_alert, notify
);

comparison!(
    /// A sync group.
    of_group(SyncGroup): name, members, track_scripts, track_interfaces, track_files, track_processes, track_bfd,
    tracking_weight, notify_priority_changes, smtp_alert, notify
);

comparison!(
    /// A group of services.
    of_server_group(Group): name, entries
);

comparison!(
    /// A virtual server without its real servers.
    of_service(VirtualServer): service, group, scheduler, persistence, persistence_engine, one_packet, scheduler_flags,
    ha_suspend, smtp_alert, snmp_name, quorum, hysteresis, alpha, omega, sorry_server, quorum_up, quorum_down;
    but real_servers
);

comparison!(
    /// A real server.
    of_real(RealServer): address, port, weight, forwarding, inhibit_on_failure, upper_threshold, lower_threshold, notify_up,
    notify_down, alpha, smtp_alert, snmp_name, virtual_host, drain, checkers
);
