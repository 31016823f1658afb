//! How the daemon runs as processes of a host: names, priorities, limits, buffers, files of its own.
use crate::Interval;
use alloc::string::String;
use alloc::vec::Vec;

/// Settings that keepalived gives to each of its processes; here they go to the thread that does the same work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processes {
    /// `process_names`: children are named after their work.
    pub names: bool,
    /// `process_name`: at most 15 bytes.
    pub name: Option<String>,
    /// The `vrrp_` settings.
    pub vrrp: Process,
    /// The `checker_` settings.
    pub checker: Process,
    /// The `bfd_` settings.
    pub bfd: Process,
    /// `max_auto_priority`: -1 to 99; raise the real-time priority up to this when timers are late. 0 does not and hints
    /// at it, -1 does not.
    pub max_auto_priority: i8,
    /// `min_auto_priority_delay`: lateness that counts, 1 us to 10 s.
    pub auto_priority_delay: Interval,
    /// `umask`: file mode bits that are cleared.
    pub umask: u32,
    /// `random_seed`.
    pub random_seed: Option<u32>,
    /// `child_wait_time`: how long a stop may take, whole seconds.
    pub stop_limit: Interval,
}

/// What one process of keepalived may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// `_process_name`: at most 15 bytes.
    pub name: Option<String>,
    /// `_priority`: nice value, -20 to 19; 0 leaves it as it was.
    pub nice: i8,
    /// `_no_swap`: lock the process in memory.
    pub no_swap: bool,
    /// `_rt_priority`: `SCHED_RR` priority, 0 is none; the vrrp one stands in `Global::vrrp_rt_priority`.
    pub rt_priority: u8,
    /// `_cpu_affinity`: CPUs that may be used, ascending; empty is all.
    pub cpus: Vec<u32>,
    /// `_rlimit_rttime`: real-time CPU between two system calls, whole microseconds.
    pub rt_time: Interval,
}

/// Receive buffers of netlink sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sockets {
    /// `vrrp_netlink_cmd_rcv_bufs`.
    pub vrrp_command: Buffer,
    /// `vrrp_netlink_monitor_rcv_bufs`.
    pub vrrp_monitor: Buffer,
    /// `lvs_netlink_cmd_rcv_bufs`.
    pub lvs_command: Buffer,
    /// `lvs_netlink_monitor_rcv_bufs`.
    pub lvs_monitor: Buffer,
    /// `process_monitor_rcv_bufs`.
    pub processes: Buffer,
}

/// One receive buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buffer {
    /// Bytes; 0 leaves the kernel's.
    pub size: u32,
    /// `_force`: beyond the limit of the host.
    pub force: bool,
}

/// How configuration is read again, and where dumps go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// `reload_check_config [LOGFILE]`: where the complaints of a refused reload are written; empty when bare.
    pub check_on_reload: Option<String>,
    /// `reload_time_file`: says when to reload.
    pub reload_time_file: Option<String>,
    /// `reload_repeat`: keep that file.
    pub reload_repeat: bool,
    /// `reload_file [PATH]`: exists while configuration is read; empty when bare.
    pub reload_file: Option<String>,
    /// `config_save_dir`: copies of each configuration read.
    pub save_directory: Option<String>,
    /// `tmp_config_directory`.
    pub temporary_directory: Option<String>,
    /// `data_use_instance`: namespace and instance in names of dumps.
    pub dump_by_instance: bool,
    /// `json_version`: 1 or 2.
    pub json_version: u8,
    /// `iproute_usr_dir`: default tables of iproute2.
    pub iproute_usr: Option<String>,
    /// `iproute_etc_dir`: tables of the host.
    pub iproute_etc: Option<String>,
    /// `state_dump_file`.
    pub state_dump: Option<String>,
    /// `stats_dump_file`.
    pub stats_dump: Option<String>,
    /// `json_dump_file`.
    pub json_dump: Option<String>,
}
