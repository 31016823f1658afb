//! Processes that begin, change their program and end: the kernel's process events (linux/cn_proc.h), and what /proc says.
use netlink_proto::sys::protocols::NETLINK_CONNECTOR;
use netlink_proto::sys::{AsyncSocket, AsyncSocketExt, SocketAddr, TokioSocket};
use nix::sys::socket::{setsockopt, sockopt};
use std::io;

/// Index and value of process events among the connector's messages (`CN_IDX_PROC`, `CN_VAL_PROC`).
const PROCESS_EVENTS: (u32, u32) = (1, 1);
/// `PROC_CN_MCAST_LISTEN`.
const LISTEN: u32 = 1;
/// Bytes of `nlmsghdr` and of `cn_msg`.
const HEADERS: usize = 16 + 20;
/// `NLMSG_DONE`.
const DONE: u16 = 3;
/// Bytes of the receive buffer: every fork of the host is an event.
const BUFFER: usize = 1 << 20;

/// Something that happened to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessEvent {
    /// It began, or has another program or name now.
    Changed(u32),
    /// It ended.
    Ended(u32),
    /// Events were lost; only /proc knows what is true now.
    Lost,
}

/// The events of all processes of the host. Needs `CAP_NET_ADMIN`, and the first network namespace.
pub struct ProcessEvents {
    socket: TokioSocket,
}

impl ProcessEvents {
    /// Begins to listen. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the kernel has no process events, or not for us.
    pub async fn open() -> io::Result<Self> {
        let mut socket = TokioSocket::new(NETLINK_CONNECTOR)?;
        let inner = socket.socket_mut();
        // Beyond the limit of the host with CAP_NET_ADMIN, which listening needs anyway.
        setsockopt(inner, sockopt::RcvBufForce, &BUFFER)?;
        inner.bind(&SocketAddr::new(std::process::id(), PROCESS_EVENTS.0)).or_else(|_| {
            // Another socket of ours has that number.
            inner.bind(&SocketAddr::new(0, PROCESS_EVENTS.0))
        })?;
        socket.send(&listen()).await?;
        Ok(Self { socket })
    }

    /// The next event.
    ///
    /// # Errors
    /// When the socket broke.
    pub async fn next(&mut self) -> io::Result<ProcessEvent> {
        loop {
            match self.socket.recv_from_full().await {
                Ok((message, _)) => {
                    if let Some(event) = decode(&message) {
                        return Ok(event);
                    }
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => return Ok(ProcessEvent::Lost),
                Err(error) => return Err(error),
            }
        }
    }
}

/// The message that asks for events.
fn listen() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADERS + 4);
    let total = u32::try_from(HEADERS + 4).unwrap_or(0);
    bytes.extend(total.to_ne_bytes());
    bytes.extend(DONE.to_ne_bytes());
    bytes.extend([0; 10]);
    for word in [PROCESS_EVENTS.0, PROCESS_EVENTS.1, 0, 0] {
        bytes.extend(word.to_ne_bytes());
    }
    bytes.extend(4u16.to_ne_bytes());
    bytes.extend(0u16.to_ne_bytes());
    bytes.extend(LISTEN.to_ne_bytes());
    bytes
}

/// The event in a message, where it is one that matters.
pub(super) fn decode(message: &[u8]) -> Option<ProcessEvent> {
    let event = message.get(HEADERS..)?;
    let word = |at: usize| Some(u32::from_ne_bytes(event.get(at..at + 4)?.try_into().ok()?));
    // What happened, the processor, the time (8 bytes), then what belongs to it: thread and process.
    let (thread, process) = (word(16)?, word(20)?);
    match word(0)? {
        // A fork names the parent first; a thread of its own process is no news.
        0x0000_0001 => {
            let (child, process) = (word(24)?, word(28)?);
            (child == process).then_some(ProcessEvent::Changed(process))
        }
        // Program, name.
        0x0000_0002 | 0x0000_0200 => (thread == process).then_some(ProcessEvent::Changed(process)),
        0x8000_0000 => (thread == process).then_some(ProcessEvent::Ended(process)),
        _ => None,
    }
}

/// A process as /proc shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its name, at most 15 bytes.
    pub name: String,
    /// Its command line; empty for threads of the kernel and for processes that have ended.
    pub command: Vec<String>,
}

/// Looks at one process; `None` when there is none with this number.
#[must_use]
pub fn process(number: u32) -> Option<Process> {
    let read = |file: &str| std::fs::read(format!("/proc/{number}/{file}")).ok();
    let name = String::from_utf8_lossy(&read("comm")?).trim_end_matches('\n').to_owned();
    let line = read("cmdline")?;
    let line = line.strip_suffix(b"\0").unwrap_or(&line);
    let words = line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    let command = if line.is_empty() { Vec::new() } else { words.collect() };
    Some(Process { name, command })
}

/// The numbers of all processes.
#[must_use]
pub fn all() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(what: u32, words: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; HEADERS];
        bytes.extend(what.to_ne_bytes());
        bytes.extend([0; 12]);
        words.iter().for_each(|word| bytes.extend(word.to_ne_bytes()));
        bytes
    }

    #[test]
    fn events_of_processes_count_and_those_of_threads_do_not() {
        for (what, words, event) in [
            (1, &[7, 7, 9, 9][..], Some(ProcessEvent::Changed(9))),
            (1, &[7, 7, 9, 7], None),
            (2, &[9, 9], Some(ProcessEvent::Changed(9))),
            (0x200, &[10, 9], None),
            (0x8000_0000, &[9, 9, 0, 0], Some(ProcessEvent::Ended(9))),
            (0x8000_0000, &[10, 9, 0, 0], None),
            (4, &[9, 9], None),
            (1, &[7, 7], None),
        ] {
            assert_eq!(decode(&message(what, words)), event, "{what:x} {words:?}");
        }
        for length in 0..HEADERS + 24 {
            assert_eq!(decode(&message(2, &[9, 9])[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn we_see_ourselves() {
        let own = process(std::process::id()).expect("we are a process");
        assert!(!own.name.is_empty() && !own.command.is_empty());
        assert!(all().contains(&std::process::id()));
        assert_eq!(process(u32::MAX), None);
    }
}
