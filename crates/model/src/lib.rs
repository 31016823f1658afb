//! The nouns of Evenkeel: what can be configured, what can be observed.
//!
//! Reading order: [`time`] and [`ids`] are the quantities, [`limits`] every bound, [`config`] what an operator may
//! write, [`diff`] what a reload would change, [`holdings`] what the kernel should contain, [`net`] what passes between deciding and doing, [`state`] what a reader may
//! know. Nothing here parses, decides, waits or does.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod config;
pub mod diff;
pub mod holdings;
pub mod ids;
pub mod limits;
pub mod net;
pub mod state;
pub mod time;

pub use config::Config;
pub use ids::{Family, InterfaceName, Name, Prefix, Priority, Vrid};
pub use time::{Instant, Interval, WallTime};
