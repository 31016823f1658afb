//! Health checks and pools as bytes and decisions: no clock, socket or thread.
//!
//! Reading order: [`fact`] and [`effect`] are the whole contract, [`pool`] is the one door to all virtual servers;
//! behind it [`virtual_server`], [`quorum`] and [`real_server`] weigh, [`checker`] runs one check with [`hysteresis`]
//! and [`schedule`], [`probe`] talks, [`random`] spreads.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::as_conversions, clippy::float_arithmetic)]

extern crate alloc;

pub mod effect;
pub mod fact;
pub mod hysteresis;
pub mod probe;
pub mod random;
pub mod schedule;

pub use effect::{Effect, Effects};
pub use fact::Fact;
