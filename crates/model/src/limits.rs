//! Every bound in the program with the reason for its size; there is no bound elsewhere.
use crate::time::Interval;

/// Files that one configuration may consist of: more is an include loop, not a site.
pub const CONFIG_FILES: usize = 10_000;
/// Depth of nested includes; each level holds its text in memory.
pub const INCLUDE_DEPTH: usize = 64;
/// Bytes of configuration text, all files together: ten times the largest generated file that we measure (17 MB).
pub const CONFIG_BYTES: usize = 256 << 20;
/// Bytes of one line before it is an error, as in keepalived (its buffer is 1,024 with the final zero).
pub const LINE_BYTES: usize = 1_023;
/// Lines that expansion (`~SEQ`, `~LST`, multi-line parameters) may produce: twice the manual's largest example, and about 1 GB of memory at the worst.
pub const EXPANDED_LINES: usize = 2_000_000;
/// Bytes that expansions may write in all: thirty times the manual's largest example, and about a second.
pub const EXPANDED_BYTES: usize = 512 << 20;
/// Bytes that one line may grow to by parameter replacement; keepalived's own buffers end long before.
pub const EXPANDED_LINE_BYTES: usize = 64 << 10;
/// Replacements in one line: a self-referring `$VAR` never ends otherwise.
pub const REPLACEMENTS_PER_LINE: usize = 1_000;
/// Depth of nested blocks; the language itself needs six.
pub const BLOCK_DEPTH: usize = 64;
/// Addresses that one line of a `virtual_server_group` may stand for: each becomes a service of its own in the kernel, and
/// a network with 16 host bits is keepalived's own largest range.
pub const GROUP_ADDRESSES: u128 = 1 << 16;
/// Diagnostics kept for one load; the rest is counted, because nobody reads the ten-thousandth.
pub const DIAGNOSTICS: usize = 1_000;
/// Names that one load compares in search of the one that was meant by an unknown one: about 10 ms.
pub const COMPARED_NAMES: usize = 10_000;

/// Lines that are read of one of iproute2's tables of names.
pub const NAMES: usize = 65_536;

/// Addresses that one advert can carry (an 8-bit count, RFC 9568 section 5.2.5).
pub const ADVERT_ADDRESSES: usize = 255;
/// Bytes of the largest packet that we read from a VRRP socket: 255 IPv6 addresses and every header fit.
pub const PACKET_BYTES: usize = 4_608;
/// Packets taken from one socket in a turn, so that a flood cannot starve timers.
pub const PACKETS_PER_TURN: usize = 64;
/// Netlink requests in flight: more than about 256 unacknowledged ones overflow the default receive buffer.
pub const NETLINK_BATCH: usize = 64;
/// How long a netlink request may stay unanswered before it counts as refused.
pub const NETLINK_TIMEOUT: Interval = Interval::from_secs(5);
/// Receive buffer of a netlink socket, in bytes: 255 instances with ten addresses each, moving at once, fit twice.
pub const NETLINK_RECEIVE_BYTES: usize = 4 << 20;
/// Dumps in a row that may be spoilt by changes going on meanwhile before the last one is taken as it is.
pub const DUMP_ATTEMPTS: u32 = 8;
/// How long to wait before a netlink connection that broke is opened again.
pub const NETLINK_REOPEN: Interval = Interval::from_secs(1);
/// Receive buffer of an advert socket, in bytes: about 1,300 adverts that wait while the daemon is stopped.
pub const ADVERT_RECEIVE_BYTES: usize = 1 << 20;
/// The largest receive buffer that may be configured, in bytes: the kernel doubles it, in a signed number.
pub const LARGEST_RECEIVE_BYTES: usize = (1 << 30) - 1;
/// Send buffer of a socket for adverts or announcements, in bytes: 255 instances with ten addresses each at once.
pub const SEND_BYTES: usize = 4 << 20;
/// Errors in a row on one advert socket before it is closed, to be opened again by the next order to listen.
pub const SOCKET_ERRORS: u32 = 16;
/// Symbolic links followed while a path is checked, as in the kernel (`MAXSYMLINKS`).
pub const SYMBOLIC_LINKS: usize = 40;
/// Times per minute that a removed VIP is put back before the master hands over to its peer: somebody means it.
pub const REPAIRS_PER_MINUTE: u32 = 10;
/// Deadlines this close together are handled together, early and never late; a millisecond is below every timer in use.
pub const COALESCE: Interval = Interval::from_millis(1);
/// How often polled links are asked for their carrier, as in keepalived.
pub const LINK_POLL: Interval = Interval::from_secs(1);
/// How long a starting instance waits to be told about its links; after that, a link nobody spoke of does not exist.
pub const LINK_WAIT: Interval = Interval::from_secs(1);
/// How long a new master waits to be told that its addresses are in the kernel before it announces them regardless.
pub const HOLD_WAIT: Interval = Interval::from_secs(1);
/// Pause before an order that the kernel refused is given again.
pub const HOLD_RETRY: Interval = Interval::from_secs(10);
/// Added to the longest skew when a stopping master waits for its successor: the successor's own wake-up and the wire.
pub const RELEASE_MARGIN: Interval = Interval::from_millis(20);
/// How long a stopping master keeps its addresses after its successor's first advert: the advert comes first, then the
/// successor's kernel takes the addresses, then the switches and clients are told.
pub const RELEASE_LINGER: Interval = Interval::from_millis(30);
/// Least time between two bursts of announcements that a second master provokes.
pub const REASSERT_PAUSE: Interval = Interval::from_secs(1);
/// Announcements of one address in one burst: more are a flood that teaches no switch anything new.
pub const ANNOUNCE_ROUNDS: u32 = 100;
/// Senders of signed multicast adverts whose last sequence number is remembered for one virtual router, as in keepalived.
pub const SIGNED_SENDERS: usize = 4;
/// Unknown virtual routers (link and VRID) that are remembered in order to complain about each only once.
pub const UNKNOWN_ROUTERS: usize = 1_024;

/// Least time between two lines about one unknown virtual router (`log_unknown_vrids`).
pub const UNKNOWN_ROUTER_LOG: Interval = Interval::from_secs(60);
/// Least time between two lines about weaker routers that a master hears: whoever floods it must not fill the disk.
pub const LOWER_PRIORITY_LOG: Interval = Interval::from_secs(10);

/// Facts waiting for the vrrp thread; when full, the sender waits, and only scripts and reloads send there.
pub const VRRP_QUEUE: usize = 1_024;
/// Orders waiting for the checkers thread.
pub const CHECKERS_QUEUE: usize = 1_024;
/// Reports waiting for the control thread; when full the oldest states are merged, never lost (last state wins).
pub const REPORT_QUEUE: usize = 65_536;
/// Ends of threads that control has not heard of yet: one for each start within a minute, and some.
pub const END_QUEUE: usize = 16;
/// Notifications waiting for one instance's scripts; beyond it only the last state is kept.
pub const NOTIFY_QUEUE: usize = 256;
/// How long a notify script may run before its process group is killed.
pub const NOTIFY_TIMEOUT: Interval = Interval::from_secs(60);
/// How long STOP scripts may run while the daemon waits for them at exit.
pub const STOP_SCRIPT_TIMEOUT: Interval = Interval::from_secs(1);
/// Notify scripts running at the same time, over all instances.
pub const NOTIFY_PARALLEL: usize = 64;
/// From TERM to KILL for a script that overran its time.
pub const KILL_GRACE: Interval = Interval::from_secs(2);
/// Bytes kept of the FIFO backlog while its reader sleeps; beyond it only the last line of each subject is kept.
pub const FIFO_BACKLOG_BYTES: usize = 1 << 20;
/// Messages waiting for a mail relay or a webhook; beyond it the oldest are given up.
pub const OUTBOX_QUEUE: usize = 1_024;
/// First pause before a message is tried again; each further one is twice as long.
pub const OUTBOX_PAUSE: Interval = Interval::from_secs(1);
/// Longest pause between two tries.
pub const OUTBOX_LONGEST_PAUSE: Interval = Interval::from_secs(60);
/// How long one message is tried: a relay that is away for longer has an administrator who knows.
pub const OUTBOX_PATIENCE: Interval = Interval::from_secs(900);
/// Ways to the outside that `status` remembers.
pub const DELIVERIES: usize = 16_384;

/// Clients connected to the control socket at once.
pub const CONTROL_CLIENTS: usize = 32;
/// Bytes of one control request.
pub const CONTROL_REQUEST_BYTES: usize = 64 << 10;
/// How long a control client may take to send its request or to read its answer.
pub const CONTROL_TIMEOUT: Interval = Interval::from_secs(5);

/// Probes running at once; beyond it they wait their turn, because each holds a descriptor.
pub const PROBES_IN_FLIGHT: usize = 4_096;
/// Bytes taken from a probe's connection at once: what is not kept by a limit below is gone with the next.
pub const PROBE_READ_BYTES: usize = 16 << 10;
/// Bytes of the largest datagram that there is (a 16-bit length, RFC 768); what a probe gets is one, looked at and forgotten.
pub const DATAGRAM_BYTES: usize = 64 << 10;
/// Bytes of an HTTP response head (status line and headers) before the answer is called garbage.
pub const HTTP_HEAD_BYTES: usize = 64 << 10;
/// Bytes of an HTTP body in which a pattern is looked for; what comes behind is not searched.
pub const HTTP_SEARCH_BYTES: usize = 1 << 20;
/// Bytes that a search for a pattern takes at most, unless `regex_stack` allows more: honest patterns need a few thousand.
pub const REGEX_BYTES: u64 = 32 << 20;
/// Bytes of one reply of a mail server before it is called garbage (RFC 5321 section 4.5.3.1.5 allows 512 to a line).
pub const SMTP_REPLY_BYTES: usize = 4 << 10;
/// Headers of an HTTP response.
pub const HTTP_HEADERS: usize = 128;
/// Bytes of an HTTP body that a digest is made of: health pages are small, and an endless body must end somewhere.
pub const HTTP_BODY_BYTES: u64 = 64 << 20;
/// Times `connect_timeout` that one page may take altogether: an answer that drips a byte at a time is never silent,
/// and would otherwise keep its server up for days.
pub const PROBE_TIMEOUTS: u32 = 12;
/// Servers of which an operator may change something at once over the file: more belongs into the file.
pub const OVERLAY_CHANGES: usize = 10_000;
/// Services whose real servers one glance reads; the next glance goes on behind them, so that a large table costs a look no
/// more than a small one.
pub const IPVS_GLANCE_SERVICES: usize = 64;
/// Shortest `delay_loop` as used: probe timers have whole milliseconds.
pub const PROBE_INTERVAL: Interval = Interval::from_millis(1);
/// Different refusals of the kernel that are told for one service until its target changes; the rest is counted.
pub const REFUSALS_TOLD: usize = 16;
/// Requests in one send towards IPVS; measured flat beyond it.
pub const IPVS_BATCH: usize = 64;
/// Bytes that `evenkeel ipvs restore` reads: three million servers at 80 bytes a line.
pub const IPVS_RESTORE_BYTES: u64 = 256 << 20;
/// Bytes of /etc/services that are read: Debian's has 13 thousand, the registry of IANA one million.
pub const SERVICES_FILE_BYTES: u64 = 4 << 20;
/// Names of hosts that one listing remembers; the resolver is asked again for the others.
pub const HOST_NAMES: usize = 65_536;
/// How often the services in the IPVS table are compared with what they should be, besides after every change.
pub const IPVS_AUDIT: Interval = Interval::from_secs(2);
/// How long a round over the real servers of all services is to take.
pub const IPVS_ROUND: Interval = Interval::from_secs(4);
/// A glance takes at most one part in so many of the thread's time: on a slow machine a round takes longer instead.
pub const IPVS_GLANCE_SHARE: u32 = 50;
/// Shortest time between two glances of such a round: with more than 1,024 services a round takes longer.
pub const IPVS_GLANCE: Interval = Interval::from_millis(250);

/// Steps that one turn may take to settle: every step moves one machine, so a longer chain is a bug that must end.
pub const SETTLE_STEPS: usize = 100_000;
/// How long a stop may take altogether, beyond skew, before the daemon leaves regardless.
pub const STOP_GRACE: Interval = Interval::from_secs(5);
/// Restarts of the checkers thread per minute before the daemon leaves in good order.
pub const CHECKERS_RESTARTS_PER_MINUTE: u32 = 3;
/// Transitions remembered for each instance.
pub const HISTORY: usize = 16;
/// Calls, adverts and announcements that a recording kernel remembers of each; a simulation that never takes them keeps the
/// last ones.
pub const RECORDED: usize = 100_000;
