//! IPVS, the load balancer in the Linux kernel, from Rust: typed services and destinations over generic netlink.
//!
//! * [`Ipvs`] is what can be asked: [`Ipvs::apply`] sends many [`Command`]s in few system calls, [`Ipvs::dump`] reads the
//!   whole [`Table`].
//! * [`Netlink`] is the kernel, [`Recording`] a table in memory with the kernel's rules, for tests.
//! * [`ConnectionTable`] reads the connections that the kernel remembers, one at a time.
//! * [`difference`] gives the commands that turn one table into another, touching nothing that is right.
//!
//! ```
//! use evenkeel_ipvs::{Command, Destination, Forwarding, Ipvs, Name, Protocol, Recording, Service, ServiceKey};
//!
//! let key = ServiceKey::Address { protocol: Protocol::TCP, address: [192, 0, 2, 1].into(), port: 80 };
//! let mut ipvs = Recording::new(); // or Netlink::open()?
//! let results = ipvs.apply(&[
//!     Command::AddService(Service::new(key, Name::new("wlc")?)),
//!     Command::AddDestination(key, Destination::new([198, 51, 100, 7].into(), 8080, Forwarding::Masquerade)),
//! ]);
//! assert!(results.iter().all(Result::is_ok));
//! assert_eq!(ipvs.destinations(&key)?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod command;
mod difference;
mod table;
mod types;

mod attribute;
mod error;
mod wire;

mod client;
mod connection;
mod exchange;
#[cfg(fuzzing)]
pub mod fuzzing;
mod ipvs;
mod module;
mod netlink;
mod recording;

pub use command::Command;
pub use connection::{Connection, ConnectionError, ConnectionTable, EngineData, Origin};
pub use difference::difference;
pub use error::{Error, OpenError, Problem, Request};
pub use ipvs::Ipvs;
pub use netlink::Netlink;
pub use recording::Recording;
pub use table::{DestinationEntry, ServiceEntry, Table};
pub use types::{
    Connections, Counters, Destination, DestinationKey, Family, Flags, Forwarding, Info, Invalid,
    MAX_PERSISTENCE_SECONDS, Name, Netmask, Protocol, Rates, SCHEDULERS, Service, ServiceKey, Stats, SyncDaemon,
    SyncRole, Timeouts, Tunnel, TunnelFlags,
};
pub use wire::Malformed;

/// The example of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
