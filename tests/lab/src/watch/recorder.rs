//! A thread in a room that reads a socket and keeps what it decoded, with the time of each.
use crate::error::{Doing, Result};
use crate::room::Room;
use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::sys::time::{TimeSpec, TimeVal};
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Bytes of the largest datagram that is looked at: a netlink answer or a frame of a large link.
const DATAGRAM: usize = 64 << 10;
/// Bytes that wait in the socket while the thread does not run.
const BUFFER: usize = 16 << 20;
/// How long a silent socket may keep the thread from noticing that it should end.
const PATIENCE_MICROSECONDS: i64 = 50_000;

/// What has been seen so far.
#[derive(Debug)]
pub(super) struct Recorder<T> {
    seen: Arc<Mutex<Vec<T>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Clone + Send + 'static> Recorder<T> {
    /// Opens a socket inside the room and starts to record. When this returns, nothing later is missed.
    pub(super) fn start(
        room: &Room,
        open: impl FnOnce() -> nix::Result<OwnedFd> + Send + 'static,
        decode: impl Fn(Instant, &[u8]) -> Vec<T> + Send + 'static,
    ) -> Result<Self> {
        let socket = room.run(open)?.doing(format!("opening a socket in {}", room.name()))?;
        let patience = TimeVal::new(0, PATIENCE_MICROSECONDS);
        setsockopt(&socket, sockopt::ReceiveTimeout, &patience).doing("setting a time limit")?;
        let _ = setsockopt(&socket, sockopt::ReceiveTimestampns, &true);
        // Bursts of a thousand changes must fit; where this is not permitted, small tests still work.
        let _ = setsockopt(&socket, sockopt::RcvBufForce, &BUFFER);
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (list, end) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = thread::Builder::new().name("recorder".into());
        let thread = thread.spawn(move || record(&socket, &end, &list, decode)).doing("starting a thread")?;
        Ok(Self { seen, stop, thread: Some(thread) })
    }

    /// Everything so far, in order.
    pub(super) fn seen(&self) -> Vec<T> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T> Drop for Recorder<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn record<T>(socket: &OwnedFd, end: &AtomicBool, list: &Mutex<Vec<T>>, decode: impl Fn(Instant, &[u8]) -> Vec<T>) {
    let mut buffer = vec![0; DATAGRAM];
    while !end.load(Ordering::Relaxed) {
        match receive(socket, &mut buffer) {
            Ok((at, length)) => {
                let found = decode(at, buffer.get(..length).unwrap_or_default());
                list.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            }
            Err(Errno::EAGAIN | Errno::EINTR | Errno::ENOBUFS | Errno::ENETDOWN) => {}
            Err(_) => return,
        }
    }
}

/// A datagram, and when the kernel took it: on a busy machine this thread may be woken much later. Sockets that have no
/// such times (netlink) give the time of the reading.
fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> nix::Result<(Instant, usize)> {
    let mut space = cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::empty())?;
    let (now, wall) = (Instant::now(), SystemTime::now());
    let stamp = message.cmsgs()?.find_map(|part| match part {
        ControlMessageOwned::ScmTimestampns(stamp) => Some(UNIX_EPOCH + Duration::from(stamp)),
        _ => None,
    });
    let ago = stamp.and_then(|stamp| wall.duration_since(stamp).ok()).unwrap_or_default();
    Ok((now.checked_sub(ago).unwrap_or(now), message.bytes))
}
