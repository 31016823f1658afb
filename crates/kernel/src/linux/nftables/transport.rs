//! A connection to nf_tables: sends a batch and hears whether it was taken; asks and collects.
use super::question::{self, Question};
use super::wire::{Message, Received, messages};
use model::{Family, limits};
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, setsockopt, socket, sockopt,
};
use nix::sys::time::TimeVal;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// Bytes of one answer: the kernel fills datagrams of a dump up to 32 KiB.
const ANSWER: usize = 64 << 10;
/// Attribute of `NFT_MSG_GETGEN`'s answer.
const GENERATION_ID: u16 = 1;

/// An open socket.
#[derive(Debug)]
pub(super) struct Transport {
    socket: OwnedFd,
    sequence: u32,
}

impl Transport {
    /// # Errors
    /// Where the kernel has no netfilter netlink.
    pub(super) fn open() -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkNetFilter)?;
        let seconds = i64::try_from(limits::NETLINK_TIMEOUT.as_secs()).unwrap_or(i64::MAX);
        setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::new(seconds, 0))?;
        // A batch is one datagram. Without permission the default holds about four thousand servers.
        let _ = setsockopt(&socket, sockopt::SndBufForce, &limits::SEND_BYTES);
        Ok(Self { socket, sequence: 0 })
    }

    /// Sends the messages as one transaction: all of it happens, or nothing.
    ///
    /// # Errors
    /// The first refusal.
    pub(super) fn commit(&mut self, batch: &[Message]) -> io::Result<()> {
        let mut datagram = Vec::new();
        let first = self.next();
        Message::around(libc::NFNL_MSG_BATCH_BEGIN).write(first, &mut datagram);
        let mut last = first;
        for (index, message) in batch.iter().enumerate() {
            last = self.next();
            let mut message = message.clone();
            if index.saturating_add(1) == batch.len() {
                message.flags |= u16::try_from(libc::NLM_F_ACK).unwrap_or_default();
            }
            message.write(last, &mut datagram);
        }
        Message::around(libc::NFNL_MSG_BATCH_END).write(self.next(), &mut datagram);
        self.send(&datagram)?;
        self.verdict(first, last)
    }

    /// Reads until the last message was answered; a refusal of the whole is said of the first.
    fn verdict(&self, first: u32, last: u32) -> io::Result<()> {
        let mut refusal = 0;
        loop {
            let datagram = self.receive()?;
            for answer in messages(&datagram).filter(|answer| is(answer, libc::NLMSG_ERROR)) {
                let ours = (first..=last).contains(&answer.sequence);
                let errno = if ours { answer.error() } else { 0 };
                refusal = if refusal == 0 { errno } else { refusal };
                if answer.sequence == last || (answer.sequence == first && errno != 0) {
                    return if refusal == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(refusal)) };
                }
            }
        }
    }

    /// The number of the rule sets' generation: each transaction of anybody makes a new one.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub(super) fn generation(&mut self) -> io::Result<u32> {
        let answers = self.ask(&question::generation(), false)?;
        let found = answers.iter().flat_map(|bytes| super::wire::attributes(bytes));
        let id = found.filter(|(kind, _)| *kind == GENERATION_ID).find_map(|(_, bytes)| bytes.first_chunk().copied());
        id.map(u32::from_be_bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Whether there is a table of this name in this family.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub(super) fn has_table(&mut self, family: Family, table: &str) -> io::Result<bool> {
        match self.ask(&question::table(family, table), false) {
            Ok(_) => Ok(true),
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What our table holds of one kind, piece by piece; nothing when there is no such thing.
    ///
    /// # Errors
    /// When the kernel does not tell, or others change things faster than they can be read.
    pub(super) fn dump(&mut self, question: &Question) -> io::Result<Vec<Vec<u8>>> {
        for _ in 0..limits::DUMP_ATTEMPTS {
            match self.ask(&question.message, true) {
                Ok(answers) => return Ok(answers.iter().flat_map(|answer| question.pieces(answer)).collect()),
                Err(error) if error.raw_os_error() == Some(libc::ENOENT) => return Ok(Vec::new()),
                Err(error) if error.raw_os_error() == Some(libc::EINTR) => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::from_raw_os_error(libc::EBUSY))
    }

    /// The attributes of each answer.
    fn ask(&mut self, question: &Message, dump: bool) -> io::Result<Vec<Vec<u8>>> {
        let sequence = self.next();
        let mut question = question.clone();
        question.flags = u16::try_from(if dump { libc::NLM_F_DUMP } else { libc::NLM_F_ACK }).unwrap_or_default();
        let mut bytes = Vec::new();
        question.write(sequence, &mut bytes);
        self.send(&bytes)?;
        let (mut answers, mut interrupted) = (Vec::new(), false);
        loop {
            let datagram = self.receive()?;
            for answer in messages(&datagram).filter(|answer| answer.sequence == sequence) {
                interrupted |= i32::from(answer.flags) & libc::NLM_F_DUMP_INTR != 0;
                let errno = if is(&answer, libc::NLMSG_ERROR) { answer.error() } else { 0 };
                match errno {
                    0 if is(&answer, libc::NLMSG_DONE) || is(&answer, libc::NLMSG_ERROR) => {
                        return if interrupted { Err(Errno::EINTR.into()) } else { Ok(answers) };
                    }
                    0 => answers.extend(answer.payload.get(4..).map(<[u8]>::to_vec)),
                    errno => return Err(io::Error::from_raw_os_error(errno)),
                }
            }
        }
    }

    fn next(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }

    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        sendto(self.socket.as_raw_fd(), datagram, &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
        Ok(())
    }

    fn receive(&self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; ANSWER];
        let length = recv(self.socket.as_raw_fd(), &mut buffer, MsgFlags::empty()).map_err(|errno| match errno {
            Errno::EAGAIN => io::Error::new(io::ErrorKind::TimedOut, "no answer from the kernel's nf_tables in time"),
            errno => errno.into(),
        })?;
        buffer.truncate(length);
        Ok(buffer)
    }
}

fn is(answer: &Received<'_>, kind: libc::c_int) -> bool {
    i32::from(answer.kind) == kind
}
