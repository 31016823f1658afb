//! Every unsafe block of the project: calls to the C library that nix and socket2 do not offer.
#![allow(
    unsafe_code,
    reason = "the one file where the workspace's ban on unsafe is lifted; each block says why it is sound"
)]
use libc::{c_char, c_int, c_long, c_void};
use nix::sys::epoll::Epoll;
use nix::sys::timerfd::TimerFd;
use socket2::{SockAddr, SockAddrStorage};
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
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

impl AsRawFd for Watched<OwnedFd> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Has the runtime watch something. Panics outside a tokio runtime, which is a mistake of the caller's.
///
/// # Errors
/// When the runtime's own poller is full.
pub(super) fn watch<T>(source: T) -> io::Result<AsyncFd<Watched<T>>>
where
    Watched<T>: AsRawFd,
{
    // SAFETY: those that are `AsRawFd` above own one open descriptor, which nobody here replaces, and always answer with that.
    unsafe { AsyncFd::register_with_interest(Watched(source), Interest::READABLE) }.map_err(Into::into)
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

/// A program to start, ready for the kernel: nothing is allocated between its birth and its execution.
pub(super) struct Program<'a> {
    /// Path, or a name that is searched in `PATH`.
    pub(super) file: &'a CStr,
    /// All words, the name first.
    pub(super) words: &'a [CString],
    /// All variables, as `NAME=value`.
    pub(super) variables: &'a [CString],
    /// Open for reading and writing: standard input, output and errors.
    pub(super) standard: BorrowedFd<'a>,
    /// User and group to take; `None` keeps ours.
    pub(super) identity: Option<(libc::uid_t, libc::gid_t)>,
}

/// Bytes of the stack of a child until it executes its program: execvpe(3) keeps the words and a path there.
const CHILD_STACK: usize = 64 << 10;

/// What parent and child share while the child runs in the parent's memory.
struct Birth<'a> {
    program: &'a Program<'a>,
    words: Vec<*const c_char>,
    variables: Vec<*const c_char>,
    parent: libc::pid_t,
    /// `errno` of what failed in the child.
    failed: c_int,
}

/// Starts a program in a process group of its own, with the identity wanted, no real-time priority, every signal as a new
/// program expects it, no descriptor but the standard ones, and TERM for the moment at which the calling thread ends. The
/// child runs in our memory until it executes the program (vfork(2)), so that nothing of the daemon is copied; the calling
/// thread waits that long.
///
/// Gives the process id and a descriptor of the process (pidfd_open(2)), `None` before Linux 5.2.
///
/// # Errors
/// When no process can be made, the identity not be taken, or the program not be executed; then nothing is left of it.
pub(super) fn start(program: &Program<'_>) -> io::Result<(libc::pid_t, Option<OwnedFd>)> {
    let pointers = |list: &[CString]| -> Vec<*const c_char> {
        list.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
    };
    let (words, variables) = (pointers(program.words), pointers(program.variables));
    let parent = libc::pid_t::try_from(std::process::id()).unwrap_or(0);
    let room = CHILD_STACK.saturating_add(words.len().saturating_mul(2 * size_of::<*const c_char>()));
    let mut stack: Vec<u128> = Vec::with_capacity(room / size_of::<u128>());
    let mut birth = Birth { program, words, variables, parent, failed: 0 };
    let mut descriptor: c_int = -1;
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD;
    // SAFETY: prctl takes no pointer here. The top of `stack` is aligned to 16 bytes and within its allocation. The child
    // runs `be_born` alone in our memory: the calling thread is stopped until the child has executed or ended, so all
    // that `birth` leads to outlives it; signals are blocked, so that no handler of ours runs in it. `descriptor` is
    // written by the kernel before that.
    let child = unsafe {
        let dumpable = libc::prctl(libc::PR_GET_DUMPABLE);
        let blocked = block_signals();
        let child = libc::clone(
            be_born,
            stack.as_mut_ptr().add(stack.capacity()).cast::<c_void>(),
            flags,
            (&raw mut birth).cast::<c_void>(),
            &raw mut descriptor,
        );
        let child = if child < 0 { Err(io::Error::last_os_error()) } else { Ok(child) };
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const blocked, std::ptr::null_mut());
        if program.identity.is_some() {
            // Who changes identity in our memory takes the permission to dump it away from us, too.
            libc::prctl(libc::PR_SET_DUMPABLE, dumpable);
        }
        child
    }?;
    // SAFETY: the kernel opened this descriptor for us, and nobody else knows its number.
    let descriptor = (descriptor >= 0).then(|| unsafe { OwnedFd::from_raw_fd(descriptor) });
    if birth.failed == 0 {
        return Ok((child, descriptor));
    }
    // SAFETY: a null pointer means that the status is not wanted. The child has ended and is ours alone.
    unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
    Err(io::Error::from_raw_os_error(birth.failed))
}

/// Keeps every signal from the calling thread until its mask is set back; gives what was blocked before.
fn block_signals() -> libc::sigset_t {
    // SAFETY: all-zero bytes are a valid `sigset_t`, and the pointers lead to two of them for the time of the calls.
    unsafe {
        let (mut all, mut before): (libc::sigset_t, libc::sigset_t) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        before
    }
}

/// The child, in the parent's memory and on a stack of its own: plain system calls, no allocation, no lock, no panic.
extern "C" fn be_born(birth: *mut c_void) -> c_int {
    // SAFETY: `start` gave a pointer to its own `Birth`, which nobody else touches while we run.
    let birth = unsafe { &mut *birth.cast::<Birth<'_>>() };
    let failed = match become_child(birth.program, birth.parent) {
        // SAFETY: file, words and variables end with zeros and live until we have executed or ended.
        Ok(()) => unsafe {
            libc::execvpe(birth.program.file.as_ptr(), birth.words.as_ptr(), birth.variables.as_ptr());
            errno()
        },
        Err(failed) => failed,
    };
    birth.failed = failed.max(1);
    // SAFETY: takes no pointer, and runs nothing of what the parent wanted to run at its own end.
    unsafe { libc::_exit(127) }
}

fn errno() -> c_int {
    io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)
}

fn checked(result: c_long) -> Result<(), c_int> {
    if result < 0 { Err(errno()) } else { Ok(()) }
}

/// What is done between birth and execution, only by a process that has just been made; the error is an `errno`.
fn become_child(program: &Program<'_>, parent: libc::pid_t) -> Result<(), c_int> {
    // SAFETY: no pointers.
    checked(unsafe { libc::setpgid(0, 0) }.into())?;
    leave_real_time();
    if let Some((user, group)) = program.identity {
        take_identity(user, group)?;
    }
    for standard in 0..=2 {
        // SAFETY: no pointers. The descriptor is not one of the three, which the parent has open.
        checked(unsafe { libc::dup2(program.standard.as_raw_fd(), standard) }.into())?;
    }
    // SAFETY: no pointers. After the change of identity, because that clears the setting (prctl(2)).
    checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) }.into())?;
    // SAFETY: no pointers. The parent may have died before the signal was asked for.
    if unsafe { libc::getppid() } != parent {
        return Err(libc::ESRCH);
    }
    // SAFETY: no pointers. Descriptors are only marked; a kernel before 5.11 refuses, and then those remain that
    // somebody opened without the mark.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    // Last: from here on a signal ends us.
    reset_signals();
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

#[cfg(not(any(target_arch = "x86", target_arch = "arm")))]
use libc::{SYS_setgid as SET_GROUP, SYS_setgroups as SET_GROUPS, SYS_setuid as SET_USER};
#[cfg(any(target_arch = "x86", target_arch = "arm"))]
use libc::{SYS_setgid32 as SET_GROUP, SYS_setgroups32 as SET_GROUPS, SYS_setuid32 as SET_USER};

/// By plain system calls: the C library's functions would change all threads of the memory that we run in.
fn take_identity(user: libc::uid_t, group: libc::gid_t) -> Result<(), c_int> {
    // SAFETY: the kernel reads the one group that the pointer leads to; the others take no pointer.
    unsafe {
        checked(libc::syscall(SET_GROUPS, 1, &raw const group))?;
        checked(libc::syscall(SET_GROUP, group))?;
        checked(libc::syscall(SET_USER, user))
    }
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
