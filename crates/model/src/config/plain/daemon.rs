//! The settings of a daemon of which nothing is written.
use crate::Interval;
use crate::config::global::{Agents, DynamicInterfaces, Firewall, Mail, ReceiveBuffer, VrrpGlobal};
use crate::config::process::{Buffer, Process, Processes, Reading, Sockets};
use alloc::string::ToString;
use alloc::vec::Vec;

/// Nobody gets any; a relay has 30 s.
impl Default for Mail {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            from: None,
            server: None,
            helo: None,
            timeout: Interval::from_secs(30),
            no_faults: false,
            no_checkers: false,
        }
    }
}

/// Links must exist; buffers are the kernel's.
impl Default for VrrpGlobal {
    fn default() -> Self {
        Self {
            dynamic_interfaces: DynamicInterfaces::No,
            default_interface: None,
            disable_local_igmp: false,
            startup_delay: Interval::ZERO,
            delay_after_boot: Interval::ZERO,
            log_unknown_vrids: false,
            vmac_prefix: "vrrp".to_string(),
            vmac_addr_prefix: "vrrp".to_string(),
            receive_buffer: ReceiveBuffer::Kernel,
            receive_multiplier: 3,
            garp_groups: Vec::new(),
        }
    }
}

/// No table; chains just before those of others, marks from 1000.
impl Default for Firewall {
    fn default() -> Self {
        Self {
            nftables: None,
            nftables_priority: -1,
            match_index: false,
            counters: false,
            ipvs_table: None,
            ipvs_priority: -1,
            ipvs_first_mark: 1000,
        }
    }
}

/// All off, with the names and ages that hold when they are on.
impl Default for Agents {
    fn default() -> Self {
        Self {
            snmp_socket: "unix:/var/agentx/master".to_string(),
            traps: false,
            snmp_vrrp: false,
            snmp_rfc_v2: false,
            snmp_rfc_v3: false,
            snmp_checker: false,
            vs_stats_age: Interval::from_secs(5),
            rs_stats_age: Interval::from_secs(5),
            dbus: false,
            dbus_name: "org.keepalived.Vrrp1".to_string(),
            dbus_no_interface: None,
        }
    }
}

/// Names and priorities as they were; files for their owner alone; 5 s for a stop.
impl Default for Processes {
    fn default() -> Self {
        Self {
            names: false,
            name: None,
            vrrp: Process::default(),
            checker: Process::default(),
            bfd: Process::default(),
            max_auto_priority: 0,
            auto_priority_delay: Interval::from_secs(1),
            umask: 0o177,
            random_seed: None,
            stop_limit: Interval::from_secs(5),
        }
    }
}

/// Nothing but the limit of 10 ms for what has a real-time priority.
impl Default for Process {
    fn default() -> Self {
        Self {
            name: None,
            nice: 0,
            no_swap: false,
            rt_priority: 0,
            cpus: Vec::new(),
            rt_time: Interval::from_millis(10),
        }
    }
}

/// 64 KiB each, but for the processes.
impl Default for Sockets {
    fn default() -> Self {
        let usual = Buffer { size: 65_536, force: false };
        Self {
            vrrp_command: usual,
            vrrp_monitor: usual,
            lvs_command: usual,
            lvs_monitor: usual,
            processes: Buffer::default(),
        }
    }
}

/// Files at their usual places, JSON in its first layout.
impl Default for Reading {
    fn default() -> Self {
        Self {
            check_on_reload: None,
            reload_time_file: None,
            reload_repeat: false,
            reload_file: None,
            save_directory: None,
            temporary_directory: None,
            dump_by_instance: false,
            json_version: 1,
            iproute_usr: None,
            iproute_etc: None,
            state_dump: None,
            stats_dump: None,
            json_dump: None,
        }
    }
}
