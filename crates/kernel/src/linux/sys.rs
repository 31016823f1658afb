//! Every unsafe block of the project: calls to the C library that nix and socket2 do not offer.
#![allow(
    unsafe_code,
    reason = "the one file where the workspace's ban on unsafe is lifted; each block says why it is sound"
)]
use libc::{c_int, c_void};
use nix::sys::epoll::Epoll;
use nix::sys::timerfd::TimerFd;
use socket2::{SockAddr, SockAddrStorage};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr::NonNull;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Something whose descriptor the runtime watches.
#[derive(Debug)]
pub(super) struct Watched<T>(pub(super) T);

impl AsRawFd for Watched<TimerFd> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

impl AsRawFd for Watched<Epoll> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.0.as_raw_fd()
    }
}

/// Has the runtime watch a timer. Panics outside a tokio runtime, which is a mistake of the caller's.
///
/// # Errors
/// When the runtime's own poller is full.
pub(super) fn watch_timer(timer: TimerFd) -> io::Result<AsyncFd<Watched<TimerFd>>> {
    // SAFETY: a `TimerFd` owns one open descriptor for its whole life and always answers with that.
    unsafe { AsyncFd::register_with_interest(Watched(timer), Interest::READABLE) }.map_err(Into::into)
}

/// Has the runtime watch a poller. Panics outside a tokio runtime, which is a mistake of the caller's.
///
/// # Errors
/// When the runtime's own poller is full.
pub(super) fn watch_epoll(epoll: Epoll) -> io::Result<AsyncFd<Watched<Epoll>>> {
    // SAFETY: an `Epoll` owns one open descriptor, which nobody here replaces, and always answers with that.
    unsafe { AsyncFd::register_with_interest(Watched(epoll), Interest::READABLE) }.map_err(Into::into)
}

/// One datagram and where it goes.
pub(super) struct Datagram<'a> {
    /// All its bytes, headers included.
    pub(super) bytes: &'a [u8],
    /// The receiver.
    pub(super) to: &'a SockAddr,
}

/// Sends datagrams with one system call, never waiting; tells how many of the first ones went out (at most 1,024 in a
/// call).
///
/// # Errors
/// The error of the first datagram when not even that went out.
pub(super) fn send_many(socket: BorrowedFd<'_>, datagrams: &[Datagram<'_>]) -> io::Result<usize> {
    let mut vectors: Vec<libc::iovec> = datagrams
        .iter()
        .map(|d| libc::iovec { iov_base: d.bytes.as_ptr().cast_mut().cast::<c_void>(), iov_len: d.bytes.len() })
        .collect();
    let mut headers: Vec<libc::mmsghdr> = Vec::with_capacity(datagrams.len());
    for (datagram, vector) in datagrams.iter().zip(vectors.iter_mut()) {
        // SAFETY: all-zero bytes are a valid `mmsghdr`: null pointers with zero lengths.
        let mut header: libc::mmsghdr = unsafe { std::mem::zeroed() };
        header.msg_hdr.msg_name = datagram.to.as_ptr().cast_mut().cast::<c_void>();
        header.msg_hdr.msg_namelen = datagram.to.len();
        header.msg_hdr.msg_iov = vector;
        header.msg_hdr.msg_iovlen = 1;
        headers.push(header);
    }
    let count = libc::c_uint::try_from(headers.len()).unwrap_or(libc::c_uint::MAX);
    // SAFETY: `headers` holds `count` entries whose pointers lead to `vectors` and to what `datagrams` borrows, all of
    // which live until the call returns; the kernel only reads through them.
    let sent = unsafe {
        libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), count, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
    };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// The address of packet(7) for a frame to `destination` on the link with this index.
pub(super) fn packet_address(index: u32, ethertype: u16, destination: [u8; 6]) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: `sockaddr_ll` fits in the storage and every bit pattern of it is valid.
    let address = unsafe { storage.view_as::<libc::sockaddr_ll>() };
    address.sll_family = libc::AF_PACKET as libc::sa_family_t;
    address.sll_protocol = ethertype.to_be();
    address.sll_ifindex = c_int::try_from(index).unwrap_or(0);
    address.sll_halen = 6;
    for (to, from) in address.sll_addr.iter_mut().zip(destination) {
        *to = from;
    }
    let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
    // SAFETY: family and length are those of the `sockaddr_ll` that was just filled in.
    unsafe { SockAddr::new(storage, length) }
}

/// Sends multicast of this socket out of the link with this index (`IP_MULTICAST_IF` with `ip_mreqn`, ip(7)).
///
/// # Errors
/// What setsockopt(2) says.
pub(super) fn set_multicast_link(socket: BorrowedFd<'_>, index: u32) -> io::Result<()> {
    let request = libc::ip_mreqn {
        imr_multiaddr: libc::in_addr { s_addr: 0 },
        imr_address: libc::in_addr { s_addr: 0 },
        imr_ifindex: c_int::try_from(index).map_err(|_| io::Error::from_raw_os_error(libc::ENODEV))?,
    };
    // SAFETY: the pointer and the length describe `request`, which outlives the call.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_IP,
            libc::IP_MULTICAST_IF,
            (&raw const request).cast::<c_void>(),
            size_of::<libc::ip_mreqn>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Requests of linux/sockios.h.
const SIOCGIFFLAGS: libc::Ioctl = 0x8913;
const SIOCETHTOOL: libc::Ioctl = 0x8946;
const SIOCGMIIPHY: libc::Ioctl = 0x8947;
const SIOCGMIIREG: libc::Ioctl = 0x8948;
/// `ETHTOOL_GLINK` of linux/ethtool.h.
const ETHTOOL_GLINK: u32 = 0x0000_000a;
/// `MII_BMSR` of linux/mii.h.
const MII_BMSR: u16 = 1;

/// `struct ifreq` of net/if.h with one member of its union, and room for the largest.
#[repr(C)]
struct LinkRequest<T> {
    name: [u8; libc::IFNAMSIZ],
    value: T,
    rest: [u64; 3],
}

/// `struct mii_ioctl_data` of linux/mii.h.
#[repr(C)]
#[derive(Default)]
struct MiiData {
    phy: u16,
    register: u16,
    into: u16,
    out: u16,
}

/// `struct ethtool_value` of linux/ethtool.h.
#[repr(C)]
struct EthtoolValue {
    command: u32,
    data: u32,
}

/// Asks about a link. `value` is what the kernel reads and writes in the union of `ifreq`: plain numbers, or a pointer to
/// some that lives as long as the call.
fn ask_link<T>(socket: BorrowedFd<'_>, request: libc::Ioctl, name: &str, value: T) -> io::Result<T> {
    let mut asked = LinkRequest { name: [0; libc::IFNAMSIZ], value, rest: [0; 3] };
    // The last byte stays zero.
    for (to, from) in asked.name.iter_mut().take(libc::IFNAMSIZ - 1).zip(name.bytes()) {
        *to = from;
    }
    // SAFETY: `asked` begins with the name as `ifreq` does, is not smaller than that (its union has at most 24 bytes), and
    // outlives the call; what the kernel writes are numbers, for which every pattern of bits is valid.
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), request, &raw mut asked) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(asked.value) }
}

/// The flags of a link (`IFF_UP` and others).
///
/// # Errors
/// `ENODEV` without such a link.
pub(super) fn link_flags(socket: BorrowedFd<'_>, name: &str) -> io::Result<c_int> {
    ask_link(socket, SIOCGIFFLAGS, name, 0_i16).map(c_int::from)
}

/// The basic status register of a link's transceiver (IEEE 802.3 clause 22).
///
/// # Errors
/// `ENODEV` without such a link, `EOPNOTSUPP` where its driver has no such thing.
pub(super) fn mii_status(socket: BorrowedFd<'_>, name: &str) -> io::Result<u16> {
    let MiiData { phy, .. } = ask_link(socket, SIOCGMIIPHY, name, MiiData::default())?;
    ask_link(socket, SIOCGMIIREG, name, MiiData { phy, register: MII_BMSR, ..MiiData::default() }).map(|data| data.out)
}

/// Whether a link's driver sees a carrier.
///
/// # Errors
/// `ENODEV` without such a link, `EOPNOTSUPP` where its driver does not tell.
pub(super) fn ethtool_link(socket: BorrowedFd<'_>, name: &str) -> io::Result<bool> {
    let mut value = EthtoolValue { command: ETHTOOL_GLINK, data: 0 };
    ask_link(socket, SIOCETHTOOL, name, &raw mut value)?;
    Ok(value.data != 0)
}

/// Gives the calling thread a scheduling policy and priority, see sched(7).
///
/// # Errors
/// `EPERM` without `CAP_SYS_NICE` and `RLIMIT_RTPRIO`, `EINVAL` for a priority that the policy does not have.
pub(super) fn set_scheduler(policy: c_int, priority: c_int) -> io::Result<()> {
    let parameter = libc::sched_param { sched_priority: priority };
    // SAFETY: the pointer leads to a `sched_param` that outlives the call; thread id 0 is the caller.
    let result = unsafe { libc::sched_setscheduler(0, policy, &raw const parameter) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Calls mlockall(2).
///
/// # Errors
/// `EPERM` or `ENOMEM` without `CAP_IPC_LOCK` and enough of `RLIMIT_MEMLOCK`.
pub(super) fn lock_all_memory(flags: c_int) -> io::Result<()> {
    // SAFETY: takes no pointer.
    let result = unsafe { libc::mlockall(flags) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Makes the child of `command`, between fork and exec: take an identity (user, group), drop real-time priority, have
/// every signal as a new program expects it, get TERM when the thread that started it ends, and inherit no descriptor.
pub(super) fn prepare_child(command: &mut Command, identity: Option<(libc::uid_t, libc::gid_t)>) {
    let parent = std::process::id();
    // SAFETY: the closure runs in the forked child, where only async-signal-safe functions may be called: it makes plain
    // system calls through the C library, allocates nothing and takes no lock.
    unsafe { command.pre_exec(move || become_child(identity, parent)) };
}

fn become_child(identity: Option<(libc::uid_t, libc::gid_t)>, parent: u32) -> io::Result<()> {
    leave_real_time();
    if let Some((user, group)) = identity {
        take_identity(user, group)?;
    }
    reset_signals();
    // SAFETY: no pointers. After the change of identity, because that clears the setting (prctl(2)).
    if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: no pointers. The parent may have died before the signal was asked for.
    if u32::try_from(unsafe { libc::getppid() }).ok() != Some(parent) {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    // SAFETY: no pointers. Descriptors are only marked; a kernel before 5.11 refuses, and then those remain that
    // somebody opened without the mark.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    Ok(())
}

fn leave_real_time() {
    let parameter = libc::sched_param { sched_priority: 0 };
    // SAFETY: the pointer leads to a `sched_param` that outlives the call. A refusal leaves what was inherited.
    unsafe {
        if libc::sched_getscheduler(0) != libc::SCHED_OTHER {
            libc::sched_setscheduler(0, libc::SCHED_OTHER, &raw const parameter);
        }
    }
}

fn take_identity(user: libc::uid_t, group: libc::gid_t) -> io::Result<()> {
    // SAFETY: `setgroups` reads the one group that the pointer leads to; the others take no pointer.
    let taken =
        unsafe { libc::setgroups(1, &raw const group) == 0 && libc::setgid(group) == 0 && libc::setuid(user) == 0 };
    if taken { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The number of signals and, an eighth of it, the size of a set of them in the kernel.
const SIGNALS: c_int = 64;

fn reset_signals() {
    // Larger than the kernel's `sigaction` on every architecture; zeros mean: default action, no flags, nothing masked.
    let action = [0_u64; 8];
    for signal in 1..=SIGNALS {
        // SAFETY: the kernel reads its structure from `action` and writes nothing. The C library's own function would
        // refuse the two signals that it keeps for itself, which are inherited like the others. KILL and STOP are
        // refused, as they should be.
        unsafe {
            libc::syscall(libc::SYS_rt_sigaction, signal, action.as_ptr(), std::ptr::null::<u64>(), SIGNALS / 8);
        }
    }
    // SAFETY: all-zero bytes are a valid `sigset_t`, and the pointers lead to it for the time of the calls.
    unsafe {
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// A compiled pattern of the PCRE2 library.
#[derive(Debug)]
pub(super) struct Pattern(NonNull<pcre2_sys::pcre2_code_8>);

impl Pattern {
    /// Compiles a pattern; the error is PCRE2's number and the place in the pattern.
    pub(super) fn compile(pattern: &[u8], options: u32) -> Result<Self, (c_int, usize)> {
        let (mut error, mut offset) = (0, 0);
        // SAFETY: pointer and length describe `pattern`, which outlives the call; the two numbers are written during it;
        // a null context means defaults.
        let code = unsafe {
            pcre2_sys::pcre2_compile_8(
                pattern.as_ptr(),
                pattern.len(),
                options,
                &raw mut error,
                &raw mut offset,
                std::ptr::null_mut(),
            )
        };
        NonNull::new(code).map(Self).ok_or((error, offset))
    }

    /// Whether the pattern is found in `text` from `start` on. The number of steps is limited, and the memory in kibibytes;
    /// with `last`, a match may begin there at the latest (needs `PCRE2_USE_OFFSET_LIMIT`). The error is PCRE2's number.
    pub(super) fn finds(
        &self,
        text: &[u8],
        start: usize,
        last: Option<usize>,
        (steps, memory): (u32, u32),
    ) -> Result<bool, c_int> {
        const NO_MEMORY: c_int = pcre2_sys::PCRE2_ERROR_NOMEMORY;
        // SAFETY: the code is valid while `self` lives; null means default allocation. What is made is freed below.
        let (data, context) = unsafe {
            (
                pcre2_sys::pcre2_match_data_create_from_pattern_8(self.0.as_ptr(), std::ptr::null_mut()),
                pcre2_sys::pcre2_match_context_create_8(std::ptr::null_mut()),
            )
        };
        if data.is_null() || context.is_null() {
            // SAFETY: both functions accept what their makers gave, null included.
            unsafe {
                pcre2_sys::pcre2_match_data_free_8(data);
                pcre2_sys::pcre2_match_context_free_8(context);
            }
            return Err(NO_MEMORY);
        }
        // SAFETY: code, data and context are valid; pointer and length describe `text`, which outlives the call; `start` is
        // not behind its end. Data and context are freed once and not used again.
        let result = unsafe {
            pcre2_sys::pcre2_set_match_limit_8(context, steps);
            pcre2_sys::pcre2_set_heap_limit_8(context, memory);
            if let Some(last) = last {
                pcre2_sys::pcre2_set_offset_limit_8(context, last);
            }
            let start = start.min(text.len());
            let result = pcre2_sys::pcre2_match_8(self.0.as_ptr(), text.as_ptr(), text.len(), start, 0, data, context);
            pcre2_sys::pcre2_match_data_free_8(data);
            pcre2_sys::pcre2_match_context_free_8(context);
            result
        };
        match result {
            pcre2_sys::PCRE2_ERROR_NOMATCH => Ok(false),
            error if error < 0 => Err(error),
            _ => Ok(true),
        }
    }
}

impl Drop for Pattern {
    fn drop(&mut self) {
        // SAFETY: the code was made by `compile` and is freed once.
        unsafe { pcre2_sys::pcre2_code_free_8(self.0.as_ptr()) }
    }
}

/// PCRE2's words for one of its errors.
pub(super) fn pattern_error(number: c_int) -> String {
    let mut words = [0u8; 256];
    // SAFETY: pointer and length describe `words`; at most that much is written, with a final zero.
    let length = unsafe { pcre2_sys::pcre2_get_error_message_8(number, words.as_mut_ptr(), words.len()) };
    let length = usize::try_from(length).unwrap_or(0);
    String::from_utf8_lossy(words.get(..length).unwrap_or_default()).into_owned()
}
