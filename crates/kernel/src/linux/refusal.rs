//! What the kernel's refusals mean, in words that say what can be done.
use crate::ports::Refusal;
use std::io;

/// The refusal with this `errno`.
pub(super) fn of(errno: i32) -> Refusal {
    Refusal { errno, text: text(errno) }
}

/// No answer in time.
pub(super) fn no_answer() -> Refusal {
    of(0)
}

/// An IPv6 address that is there with another prefix length.
pub(super) fn other_length() -> Refusal {
    Refusal { errno: libc::EEXIST, text: "the link holds this address with another prefix length".into() }
}

/// The error of a system call that needs this capability, with words for the case that it is missing.
pub(super) fn explained(error: io::Error, capability: &str) -> io::Error {
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => {
            io::Error::new(io::ErrorKind::PermissionDenied, format!("permission denied: {capability} is needed"))
        }
        _ => error,
    }
}

fn text(errno: i32) -> String {
    let text = match errno {
        0 => return format!("no answer from the kernel within {}", model::limits::NETLINK_TIMEOUT),
        libc::EPERM | libc::EACCES => "permission denied: CAP_NET_ADMIN is needed",
        libc::ENODEV => "no such link",
        libc::EEXIST => "the address is already there",
        libc::EADDRNOTAVAIL => "the kernel does not accept this address",
        libc::ENOBUFS => "the kernel's answer was lost: a receive buffer was full",
        libc::ENOTCONN => "the netlink connection broke",
        libc::EOPNOTSUPP | libc::EAFNOSUPPORT => "not supported by this kernel or link (is IPv6 disabled?)",
        _ => return plain(errno),
    };
    text.to_owned()
}

/// The system's words without Rust's ` (os error N)`.
fn plain(errno: i32) -> String {
    nix::errno::Errno::from_raw(errno).desc().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_can_be_done() {
        assert_eq!(of(libc::EPERM).text, "permission denied: CAP_NET_ADMIN is needed");
        assert_eq!(no_answer(), Refusal { errno: 0, text: "no answer from the kernel within 5 s".into() });
        assert_eq!(of(libc::EINVAL).text, "invalid argument");
    }

    #[test]
    fn a_capability_is_named_only_where_it_is_missing() {
        let missing = explained(io::Error::from_raw_os_error(libc::EPERM), "CAP_NET_RAW");
        assert_eq!(missing.to_string(), "permission denied: CAP_NET_RAW is needed");
        assert_eq!(missing.kind(), io::ErrorKind::PermissionDenied);
        let other = explained(io::Error::from_raw_os_error(libc::ENODEV), "CAP_NET_RAW");
        assert_eq!(other.raw_os_error(), Some(libc::ENODEV));
    }
}
