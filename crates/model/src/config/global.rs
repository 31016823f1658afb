//! `global_defs` and the keywords beside it: what holds for the whole daemon.
use super::process::{Processes, Reading, Sockets};
use crate::{InterfaceName, Interval, Name};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// The daemon-wide settings. Defaults that instances and servers inherit are not here: they are in what inherits them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Global {
    /// `router_id`: how this director calls itself in mail and status; the host name unless written.
    pub router_id: String,
    /// `instance`: name of this daemon among several on one host.
    pub instance: Option<Name>,
    /// `net_namespace`: network namespace of the daemon.
    pub namespace: Option<Name>,
    /// `net_namespace_ipvs`: network namespace of the IPVS table.
    pub ipvs_namespace: IpvsNamespace,
    /// `namespace_with_ipsets`: use ipsets inside `net_namespace`.
    pub namespace_ipsets: bool,
    /// `use_pid_dir`: pid files under the run directory of keepalived.
    pub pid_directory: bool,
    /// `script_user`: who runs scripts that name nobody; `None` means `keepalived_script` if that user exists, else
    /// the daemon's own user.
    pub script_user: Option<User>,
    /// `enable_script_security`: refuse scripts run as root that others could change.
    pub script_security: bool,
    /// `use_symlink_paths`: run scripts by the path as written.
    pub symlink_paths: bool,
    /// `notify_fifo`: receives VRRP and LVS lines.
    pub fifo: Option<Fifo>,
    /// `vrrp_notify_fifo`: receives VRRP lines.
    pub vrrp_fifo: Option<Fifo>,
    /// `lvs_notify_fifo`: receives LVS lines.
    pub lvs_fifo: Option<Fifo>,
    /// `fifo_write_vrrp_states_on_reload`: all states again after a reload.
    pub fifo_states_on_reload: bool,
    /// `vrrp_rt_priority`: `SCHED_RR` priority of the vrrp thread, 1 to 99; `None` lets the daemon choose, `Some(0)`
    /// means none.
    pub vrrp_rt_priority: Option<u8>,
    /// `startup_script`: run once before anything else.
    pub startup: Option<LimitedCommand>,
    /// `shutdown_script`: run once after everything else.
    pub shutdown: Option<LimitedCommand>,
    /// Mail.
    pub mail: Mail,
    /// `notify_webhook` (ours alone): receives every change as JSON by HTTP POST.
    pub webhook: Option<Webhook>,
    /// VRRP beyond single instances.
    pub vrrp: VrrpGlobal,
    /// IPVS beyond single virtual servers.
    pub lvs: LvsGlobal,
    /// `nftables`, `vrrp_iptables` and what belongs to them.
    pub firewall: Firewall,
    /// SNMP and D-Bus.
    pub agents: Agents,
    /// Names, priorities and limits of the threads, as processes of keepalived had them.
    pub processes: Processes,
    /// Receive buffers of netlink sockets.
    pub sockets: Sockets,
    /// How configuration is read again and where dumps go.
    pub reading: Reading,
    /// `linkbeat_use_polling`: poll the link of every interface.
    pub poll_links: bool,
    /// `linkbeat_interfaces`: links that are polled.
    pub polled_links: Vec<PolledLink>,
    /// `interface_up_down_delays`.
    pub link_delays: Vec<LinkDelay>,
}

/// `net_namespace_ipvs [NAME]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IpvsNamespace {
    /// Not written: that of everything else.
    #[default]
    Same,
    /// Bare: the one in which the daemon was started.
    Original,
    /// This one.
    Named(Name),
}

/// Identity for a script, by name as written; numbers are accepted as names. Looked up when the script starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User {
    /// User name.
    pub user: Name,
    /// Group name; the user's own group when `None`.
    pub group: Option<Name>,
}

/// A command to run: argument vector after keepalived's own quoting rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Command {
    /// Program and arguments; never empty.
    pub argv: Vec<String>,
    /// The command as written, for messages.
    pub line: String,
    /// Identity to run as; `None` means `script_user`.
    pub user: Option<User>,
}

/// A command that must end in time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LimitedCommand {
    /// What to run.
    pub command: Command,
    /// Killed after this, 1 to 1000 seconds.
    pub timeout: Interval,
}

/// A named pipe that receives state lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fifo {
    /// Path of the pipe, made if missing.
    pub path: String,
    /// Owner of a pipe that we make; `None` means the default script user.
    pub owner: Option<User>,
    /// Started once to read the pipe, whose path is added as last argument.
    pub script: Option<Command>,
}

/// Mail about changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// `notification_email`: recipients.
    pub to: Vec<String>,
    /// `notification_email_from`: sender; `user@host` of the daemon unless written.
    pub from: Option<String>,
    /// `smtp_server`: relay, port 25 unless written.
    pub server: Option<MailServer>,
    /// `smtp_helo_name`: name in HELO; the host name unless written.
    pub helo: Option<String>,
    /// `smtp_connect_timeout`: 1 s or more.
    pub timeout: Interval,
    /// `no_email_faults`: none when an instance enters FAULT.
    pub no_faults: bool,
    /// `no_checker_emails`: only for virtual servers, not for each failing check.
    pub no_checkers: bool,
}

/// A mail relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Host as written, a name or an address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// `notify_webhook URL [secret SECRET] [timeout SECONDS]` (ours alone).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Webhook {
    /// Where to post, `http://` or `https://`.
    pub url: String,
    /// Key of the HMAC-SHA256 signature in `X-Evenkeel-Signature`.
    pub secret: Option<String>,
    /// Limit for one attempt.
    pub timeout: Interval,
}

/// The secret never reaches a log.
impl core::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// What holds for all virtual routers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VrrpGlobal {
    /// `dynamic_interfaces`: links may be absent, vanish and return.
    pub dynamic_interfaces: DynamicInterfaces,
    /// `default_interface`: link of static addresses that name none; `None` is `eth0`.
    pub default_interface: Option<InterfaceName>,
    /// `disable_local_igmp`: clear the kernel's `igmp_link_local_mcast_reports`.
    pub disable_local_igmp: bool,
    /// `vrrp_startup_delay`: adverts are ignored and timers held for this long after the start.
    pub startup_delay: Interval,
    /// `vrrp_delay_after_boot`: the same, counted from the boot of the host.
    pub delay_after_boot: Interval,
    /// `log_unknown_vrids`.
    pub log_unknown_vrids: bool,
    /// `vmac_prefix`: of generated names of virtual links.
    pub vmac_prefix: String,
    /// `vmac_addr_prefix`: the same for links made for single addresses.
    pub vmac_addr_prefix: String,
    /// `vrrp_rx_bufs_policy`.
    pub receive_buffer: ReceiveBuffer,
    /// `vrrp_rx_bufs_multiplier`: factor on MTU or advert size.
    pub receive_multiplier: u32,
    /// `garp_group` blocks: links that share one pace of announcements.
    pub garp_groups: Vec<GarpGroup>,
}

/// `dynamic_interfaces [allow_if_changes]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DynamicInterfaces {
    /// Not written: a link that does not exist is an error.
    #[default]
    No,
    /// Links may come and go.
    Yes,
    /// And may come back with another type.
    AnyType,
}

/// `vrrp_rx_bufs_policy`: size of receive buffers of advert sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReceiveBuffer {
    /// The kernel's default.
    #[default]
    Kernel,
    /// `MTU` times the multiplier.
    Mtu,
    /// The size of an `ADVERT` times the multiplier.
    Advert,
    /// Bytes.
    Bytes(u32),
}

/// A `garp_group`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GarpGroup {
    /// `garp_interval`: least time between two gratuitous ARPs on its links; zero is none.
    pub arp_spacing: Interval,
    /// `gna_interval`: the same for neighbour advertisements.
    pub na_spacing: Interval,
    /// `interface`, `interfaces`.
    pub interfaces: Vec<InterfaceName>,
}

/// What holds for all virtual servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LvsGlobal {
    /// `lvs_timeouts`.
    pub timeouts: LvsTimeouts,
    /// `lvs_flush`: empty the table at the start.
    pub flush: bool,
    /// `lvs_flush_on_stop`.
    pub flush_on_stop: FlushOnStop,
    /// `lvs_sync_daemon`.
    pub sync_daemon: Option<SyncDaemon>,
    /// `rs_init_notifies`: hooks for the first state of every real server.
    pub init_notifies: bool,
    /// `check_sharing` (ours alone), on unless written: equal checks of one target run once.
    pub no_sharing: bool,
    /// The `SSL` block.
    pub ssl: Option<Ssl>,
}

/// `lvs_timeouts`: idle limits of connections, 0 to 2678400 s; `None` leaves the kernel's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LvsTimeouts {
    /// Established TCP.
    pub tcp: Option<Interval>,
    /// TCP after FIN.
    pub tcp_fin: Option<Interval>,
    /// UDP.
    pub udp: Option<Interval>,
}

/// `lvs_flush_on_stop [VS]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlushOnStop {
    /// Own entries are removed one by one.
    #[default]
    No,
    /// The whole table is emptied.
    All,
    /// Own services are deleted without deleting their servers first.
    OwnServices,
}

/// `lvs_sync_daemon`: copies connections to the other director.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncDaemon {
    /// Link of the multicast.
    pub interface: InterfaceName,
    /// Instance whose state decides the role; both roles run without one.
    pub instance: Option<Name>,
    /// `id`, 0 to 255; the VRID of the instance unless written.
    pub id: u8,
    /// `maxlen`: bytes, 1 to 65507; `None` leaves the kernel's.
    pub max_length: Option<u16>,
    /// `port`: UDP; `None` leaves the kernel's 8848.
    pub port: Option<u16>,
    /// `ttl`; `None` leaves the kernel's 1.
    pub ttl: Option<u8>,
    /// `group`: multicast group; `None` leaves the kernel's 224.0.0.81.
    pub group: Option<IpAddr>,
}

/// The `SSL` block: what SSL_GET shows to servers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Ssl {
    /// `ca`: file of certificate authorities.
    pub ca: Option<String>,
    /// `certificate`: file of the client certificate.
    pub certificate: Option<String>,
    /// `key`: file of its private key.
    pub key: Option<String>,
    /// `password` of that key.
    pub password: Option<String>,
}

/// The password never reaches a log.
impl core::fmt::Debug for Ssl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ssl").field("ca", &self.ca).field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// Packet filters that the daemon may make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    /// `nftables [TABLE]`: table for `no_accept` and virtual links; `keepalived` when bare, and for `vrrp_iptables`.
    pub nftables: Option<String>,
    /// `nftables_priority`: of its chains.
    pub nftables_priority: i32,
    /// `nftables_ifindex`: match links by index.
    pub match_index: bool,
    /// `nftables_counters`.
    pub counters: bool,
    /// `nftables_ipvs [TABLE]`: table that marks packets for groups; `keepalived_ipvs` when bare.
    pub ipvs_table: Option<String>,
    /// `nftables_ipvs_priority`: of its chains.
    pub ipvs_priority: i32,
    /// `nftables_ipvs_start_fwmark`: first mark to hand out.
    pub ipvs_first_mark: u32,
}

/// SNMP and D-Bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agents {
    /// `snmp_socket`: AgentX master.
    pub snmp_socket: String,
    /// `enable_traps`.
    pub traps: bool,
    /// `enable_snmp_vrrp`, `enable_snmp_keepalived`.
    pub snmp_vrrp: bool,
    /// `enable_snmp_rfc`, `enable_snmp_rfcv2`.
    pub snmp_rfc_v2: bool,
    /// `enable_snmp_rfc`, `enable_snmp_rfcv3`.
    pub snmp_rfc_v3: bool,
    /// `enable_snmp_checker`.
    pub snmp_checker: bool,
    /// `snmp_vs_stats_update_interval`: age at which counters of virtual servers are read anew.
    pub vs_stats_age: Interval,
    /// `snmp_rs_stats_update_interval`: the same for real servers.
    pub rs_stats_age: Interval,
    /// `enable_dbus`.
    pub dbus: bool,
    /// `dbus_service_name`.
    pub dbus_name: String,
    /// `dbus_no_interface_name`.
    pub dbus_no_interface: Option<String>,
}

/// One line of `linkbeat_interfaces`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolledLink {
    /// The link.
    pub interface: InterfaceName,
    /// How it is asked first; `None` tries MII, ETHTOOL, IOCTL.
    pub method: Option<PollMethod>,
}

/// How a link is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollMethod {
    /// `MII` registers.
    Mii,
    /// `ETHTOOL`.
    Ethtool,
    /// `IOCTL`: interface flags.
    Ioctl,
}

/// One line of `interface_up_down_delays`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDelay {
    /// The link.
    pub interface: InterfaceName,
    /// How long it must be down to count as down, 0 to 255 s.
    pub down: Interval,
    /// How long it must be up to count as up, 0 to 255 s.
    pub up: Interval,
}
