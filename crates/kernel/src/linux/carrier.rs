//! Asks a link whether it has a carrier, for drivers that tell of no change (netdevice(7), `linux/mii.h`,
//! `linux/ethtool.h`).
use super::sys;
use model::InterfaceName;
use model::config::global::PollMethod;
use nix::libc;
use socket2::{Domain, Socket, Type};
use std::io;
use std::os::fd::AsFd;

/// In the order in which they are tried.
const METHODS: [PollMethod; 3] = [PollMethod::Mii, PollMethod::Ethtool, PollMethod::Ioctl];
/// `BMSR_LSTATUS` of linux/mii.h.
const LINK_STATUS: u16 = 0x0004;

/// Asks links of the network namespace in which it was opened.
#[derive(Debug)]
pub struct Carrier {
    socket: Socket,
}

impl Carrier {
    /// # Errors
    /// When no descriptor is left.
    pub fn open() -> io::Result<Self> {
        Ok(Self { socket: Socket::new(Domain::IPV4, Type::DGRAM.cloexec(), None)? })
    }

    /// Whether the link has a carrier, by the first method that its driver knows, beginning with this one. A slow driver
    /// keeps the caller waiting.
    ///
    /// # Errors
    /// When there is no such link.
    pub fn ask(&self, link: &InterfaceName, first: Option<PollMethod>) -> io::Result<bool> {
        let others = METHODS.into_iter().filter(|method| Some(*method) != first);
        for method in first.into_iter().chain(others) {
            match self.ask_by(method, link) {
                Ok(up) => return Ok(up),
                Err(error) if error.raw_os_error() == Some(libc::ENODEV) => return Err(error),
                Err(_) => {}
            }
        }
        Err(io::ErrorKind::Unsupported.into())
    }

    fn ask_by(&self, method: PollMethod, link: &InterfaceName) -> io::Result<bool> {
        let (socket, name) = (self.socket.as_fd(), link.as_str());
        match method {
            PollMethod::Mii => sys::mii_status(socket, name).map(|status| status & LINK_STATUS != 0),
            PollMethod::Ethtool => sys::ethtool_link(socket, name),
            PollMethod::Ioctl => sys::link_flags(socket, name).map(|flags| flags & libc::IFF_RUNNING != 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> InterfaceName {
        InterfaceName::new(text).expect("a name")
    }

    #[test]
    fn a_link_that_does_not_exist_is_an_error_by_every_method() {
        let carrier = Carrier::open().expect("a socket");
        for first in METHODS {
            let error = carrier.ask(&name("nosuchlink0"), Some(first)).expect_err("no such link");
            assert_eq!(error.raw_os_error(), Some(libc::ENODEV), "{first:?}");
        }
    }

    #[test]
    fn the_loopback_link_answers_whatever_is_tried_first() {
        let carrier = Carrier::open().expect("a socket");
        let flags = std::fs::read_to_string("/sys/class/net/lo/flags").expect("flags");
        let flags = u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).expect("a number");
        let up = flags & 1 != 0;
        for first in [Some(PollMethod::Mii), Some(PollMethod::Ioctl), None] {
            // Its driver knows neither MII nor, while it is down, a carrier.
            assert!(carrier.ask(&name("lo"), first).is_ok_and(|asked| asked == up || !up), "{first:?}");
        }
    }
}
