//! Checks of real servers, every inherited value filled in.
use super::global::Command;
use crate::{InterfaceName, Interval, Name};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// One check of one real server.
#[derive(Clone, Debug, PartialEq)]
pub struct Checker {
    /// What is asked and what is a good answer.
    pub kind: CheckKind,
    /// Where the probe connects, and from where.
    pub connect: Connect,
    /// Time between checks.
    pub delay_loop: Interval,
    /// Repeats before a failure counts.
    pub retry: u32,
    /// Wait before a repeat.
    pub delay_before_retry: Interval,
    /// Upper bound of the random part of the first wait (1 s is always added).
    pub warmup: Interval,
    /// Start in the failed state.
    pub alpha: bool,
    /// Log every failing repeat.
    pub log_all_failures: bool,
    /// `rise` (ours alone): checks in a row needed to come up, at least 1.
    pub rise: u32,
    /// `fall` (ours alone): failed checks in a row, each with its repeats, needed to go down, at least 1.
    pub fall: u32,
}

impl Checker {
    /// Whether it asks the same of the same place as another, at whatever times: what is known of the one is true of the
    /// other.
    #[must_use]
    pub fn asks_the_same_as(&self, other: &Self) -> bool {
        let place = |connect: &Connect| Connect { timeout: Interval::ZERO, ..connect.clone() };
        place(&self.connect) == place(&other.connect)
            && match (&self.kind, &other.kind) {
                (CheckKind::Http(old), CheckKind::Http(new)) => old.version == new.version && old.urls == new.urls,
                (CheckKind::Ssl(old, how), CheckKind::Ssl(new, same)) => {
                    old.version == new.version && old.urls == new.urls && how == same
                }
                (old, new) => old == new,
            }
    }
}

/// Where a probe connects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connect {
    /// `connect_ip`, else the real server.
    pub address: IpAddr,
    /// `connect_port`, else the real server's.
    pub port: u16,
    /// `bindto`: source address.
    pub bind_address: Option<IpAddr>,
    /// `bind_port`: source port.
    pub bind_port: Option<u16>,
    /// `bind_if`: source interface.
    pub bind_interface: Option<InterfaceName>,
    /// `fwmark` on packets sent; 0 is none.
    pub fwmark: u32,
    /// `connect_timeout`: for the connection, and again for each silence in the answer.
    pub timeout: Interval,
}

/// What a check asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// `TCP_CHECK`: the connection opens.
    Tcp,
    /// `HTTP_GET`: pages are as they should be.
    Http(Http),
    /// `SSL_GET`: pages are as they should be, over TLS.
    Ssl(Http, Tls),
    /// `SMTP_CHECK`: greeting, HELO, QUIT.
    Smtp {
        /// `helo_name`.
        helo: String,
    },
    /// `DNS_CHECK`: an answer over UDP.
    Dns {
        /// `type`: record type by its number (RFC 1035 section 3.2.2).
        record: u16,
        /// `name`: what is asked; `.` is the root.
        name: String,
    },
    /// `UDP_CHECK`: a datagram is not refused, or is answered.
    Udp(Udp),
    /// `PING_CHECK`: an echo comes back.
    Ping,
    /// `MISC_CHECK`: a command says so.
    Misc(Misc),
    /// `FILE_CHECK`: the number in a file.
    File {
        /// `track_file`: its name.
        file: Name,
        /// `weight`: factor, -2147483647 to 2147483647; 0 makes a number other than 0 a failure.
        weight: i32,
    },
    /// `BFD_CHECK`: a session is up.
    Bfd {
        /// `name` of the `bfd_instance`.
        session: Name,
    },
}

/// Pages of `HTTP_GET` and `SSL_GET`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Http {
    /// `http_protocol`.
    pub version: HttpVersion,
    /// `fast_recovery`: no wait between urls while starting or recovering.
    pub fast_recovery: bool,
    /// Pages, at least one; all must pass.
    pub urls: Vec<Url>,
}

/// What `SSL_GET` adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tls {
    /// `enable_sni`: name the host in the hello.
    pub sni: bool,
    /// `tls_compliant`: end with close_notify.
    pub close_notify: bool,
    /// `verify` (ours alone): the certificate must be good for the name, and its end is watched.
    pub verify: bool,
}

/// Request version of an HTTP check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// `1.0`: HTTP/1.0.
    #[default]
    V1_0,
    /// `1.0C`: HTTP/1.0 with `Connection: close`.
    V1_0Close,
    /// `1.1`: HTTP/1.1 with `Connection: close`.
    V1_1,
}

/// One page of an HTTP check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    /// Request target.
    pub path: String,
    /// `method` (ours alone): `GET` unless written.
    pub method: Option<String>,
    /// `header` (ours alone): further lines `Name: value`.
    pub headers: Vec<String>,
    /// Host header: of the url, the check, the real server or the virtual server; the connect address when `None`.
    pub virtual_host: Option<String>,
    /// Expected MD5 of the body.
    pub digest: Option<[u8; 16]>,
    /// Accepted status codes as inclusive ranges; 200 to 299 unless written.
    pub status: Vec<(u16, u16)>,
    /// `regex` on the body.
    pub regex: Option<Regex>,
    /// `tls_compliant` of the url.
    pub close_notify: bool,
}

/// `regex` and what goes with it (PCRE2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Regex {
    /// The pattern.
    pub pattern: String,
    /// `regex_no_match`: the body must not match.
    pub negate: bool,
    /// `regex_options`: words as written, known ones only.
    pub options: Vec<String>,
    /// `regex_min_offset`: bytes of the body before the first place a match may begin.
    pub min_offset: u64,
    /// `regex_max_offset`: bytes before the last place a match may begin.
    pub max_offset: Option<u64>,
    /// `regex_stack START MAX`: bytes for the matcher.
    pub stack: Option<(u64, u64)>,
}

/// `UDP_CHECK`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Udp {
    /// `payload`; random bytes when empty.
    pub payload: Vec<u8>,
    /// `require_reply`: silence is a failure.
    pub require_reply: bool,
    /// The reply, byte and mask: a bit of the mask says that this bit counts.
    pub reply: Vec<(u8, u8)>,
    /// `min_reply_length`, looked at only together with `reply`.
    pub min_reply: u16,
    /// `max_reply_length`, 255 unless written, looked at only together with `reply`.
    pub max_reply: u16,
}

/// `MISC_CHECK`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Misc {
    /// `misc_path`.
    pub command: Command,
    /// `misc_timeout`: killed after this and counted as failed.
    pub timeout: Interval,
    /// `misc_dynamic`: exit codes 2 to 255 are success and set the weight.
    pub dynamic: bool,
}
