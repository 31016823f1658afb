//! An echo request each millisecond: fine enough to see an outage of a few of them.
use super::report::{Answer, Report, Try};
use crate::error::{Doing, Result};
use crate::room::Room;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_millis(1);
/// An answer later than this is a lost one: a neighbour's queue may hold packets for seconds.
const TOO_LATE: Duration = Duration::from_millis(500);
const ECHO_REQUEST: u8 = 8;
const ECHO_REPLY: u8 = 0;
/// Those of ICMPv6 (RFC 4443 section 4).
const ECHO_REQUEST_6: u8 = 128;
const ECHO_REPLY_6: u8 = 129;
/// Tells our answers from others; one prober per room.
const IDENTIFIER: [u8; 2] = *b"ek";

/// A running prober.
#[derive(Debug)]
pub struct Ping {
    tries: Arc<Mutex<Vec<Try>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Ping {
    /// Starts to ask an address from a room.
    pub fn start(room: &Room, to: impl Into<IpAddr>) -> Result<Self> {
        let to = to.into();
        let open = move || match to {
            IpAddr::V4(_) => Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::ICMPV4)),
            IpAddr::V6(_) => Socket::new(Domain::IPV6, Type::RAW, Some(Protocol::ICMPV6)),
        };
        let socket = room.run(open)?.doing("opening a socket for echo requests")?;
        socket.set_read_timeout(Some(Duration::from_millis(50))).doing("setting a time limit")?;
        let receiver = socket.try_clone().doing("sharing a socket")?;
        let (tries, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name.into()).spawn(work).doing("starting a thread")
        };
        let (list, end) = (Arc::clone(&tries), Arc::clone(&stop));
        let receive = start("answers", Box::new(move || receive(receiver, to, &end, &list)))?;
        let (list, end) = (Arc::clone(&tries), Arc::clone(&stop));
        let send = start("questions", Box::new(move || send(&socket, to, &end, &list)))?;
        Ok(Self { tries, stop, threads: vec![receive, send] })
    }

    /// What it noticed between two instants; the last half second may still be under way.
    pub fn report(&self, from: Instant, to: Instant) -> Report {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for one in &mut tries {
            let too_late = matches!(one.answer, Answer::Got(at, _) if at - one.sent > TOO_LATE);
            let never = one.answer == Answer::Pending && one.sent.elapsed() > TOO_LATE;
            if too_late || never {
                one.answer = Answer::Lost("no answer".into());
            }
        }
        Report::of(&tries, from, to)
    }
}

impl Drop for Ping {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn send(socket: &Socket, to: IpAddr, end: &AtomicBool, tries: &Mutex<Vec<Try>>) {
    let target = SocketAddr::from((to, 0)).into();
    let mut due = Instant::now();
    while !end.load(Ordering::Relaxed) {
        let number = {
            let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
            tries.push(Try { sent: Instant::now(), answer: Answer::Pending });
            tries.len() - 1
        };
        // No route or no neighbour is an outage like any other; the missing answer says so.
        let _ = socket.send_to(&request(number, to), &target);
        due += PERIOD;
        let now = Instant::now();
        // After a pause of the whole machine the missed questions are not asked in a burst.
        if due < now {
            due = now;
        }
        thread::sleep(due - now);
    }
}

fn receive(mut socket: Socket, from: IpAddr, end: &AtomicBool, tries: &Mutex<Vec<Try>>) {
    let mut packet = [0; 128];
    while !end.load(Ordering::Relaxed) {
        let Ok(length) = socket.read(&mut packet) else { continue };
        let now = Instant::now();
        let Some(number) = packet.get(..length).and_then(|packet| answered(packet, from)) else { continue };
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = tries.get_mut(number)
            && one.answer == Answer::Pending
        {
            one.answer = Answer::Got(now, String::new());
        }
    }
}

/// An echo request (RFC 792; the kernel makes the checksum of RFC 4443) whose data is our number, because its own sequence number ends after a minute.
fn request(number: usize, to: IpAddr) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let kind = if to.is_ipv4() { ECHO_REQUEST } else { ECHO_REQUEST_6 };
    let mut packet = vec![kind, 0, 0, 0];
    packet.extend(IDENTIFIER);
    packet.extend([0, 0]);
    packet.extend(number);
    let [high, low] = checksum(&packet).to_be_bytes();
    packet.splice(2..4, [high, low]);
    packet
}

/// The number in an echo reply of ours, which comes with its IP header in version 4 only.
fn answered(packet: &[u8], from: IpAddr) -> Option<usize> {
    let (header, kind) = match from {
        IpAddr::V4(_) => (usize::from(packet.first()? & 0x0f) * 4, ECHO_REPLY),
        IpAddr::V6(_) => (0, ECHO_REPLY_6),
    };
    let reply = packet.get(header..)?;
    if *reply.first()? != kind || reply.get(4..6)? != IDENTIFIER {
        return None;
    }
    let number: [u8; 4] = reply.get(8..12)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(number)).ok()
}

/// The internet checksum (RFC 1071).
pub(crate) fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(u16::from_be_bytes([*high, 0])),
        _ => 0,
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !u16::try_from(sum).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_sums_to_zero_and_its_reply_is_recognised() {
        let four = IpAddr::from([10, 0, 0, 1]);
        let request = request(70_000, four);
        assert_eq!(checksum(&request), 0);
        let mut reply = vec![0x45; 20];
        reply.extend(&request);
        assert_eq!(answered(&reply, four), None, "a request is not an answer");
        reply[20] = 0;
        assert_eq!(answered(&reply, four), Some(70_000));
        for length in 0..reply.len() {
            assert_eq!(answered(&reply[..length], four), None, "{length} bytes");
        }
    }
}
