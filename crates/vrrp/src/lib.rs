//! VRRP as bytes and decisions: versions 2 (RFC 3768) and 3 (RFC 9568) without a clock, a socket or a thread.
//!
//! Reading order: [`fact`] and [`effect`] are the whole contract, [`router`] is the one door to all instances of a
//! machine; behind it `instance` decides, `group` couples, `track` weighs and [`wire`] reads and
//! writes bytes.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::as_conversions, clippy::float_arithmetic)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod effect;
pub mod fact;
mod group;
mod instance;
mod links;
mod pacer;
pub mod router;
#[cfg(test)]
mod sample;
mod track;
mod turn;
pub mod wire;
mod words;

pub use effect::{Effect, Effects};
pub use fact::Fact;
pub use router::Router;
