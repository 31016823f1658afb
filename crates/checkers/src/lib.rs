//! Health checks and pools as bytes and decisions: no clock, socket or thread.
//!
//! Reading order: [`fact`] and [`effect`] are the whole contract, [`pool`] is the one door to all virtual servers;
//! behind it `virtual_server`, [`quorum`] and `real_server` weigh, `checker` runs one check with [`hysteresis`] and
//! [`schedule`], `sharing` lets equal checks share one probe, [`overlay`] is what an operator changed, `departure` lets
//! servers drain, [`marking`] gives groups marks, [`probe`] talks, [`random`] spreads and `orders` sorts what all of them say.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::as_conversions, clippy::float_arithmetic)]

extern crate alloc;

mod checker;
mod departure;
pub mod effect;
pub mod fact;
pub mod hysteresis;
pub mod marking;
mod orders;
pub mod overlay;
pub mod pool;
pub mod probe;
pub mod quorum;
pub mod random;
mod real_server;
pub mod schedule;
mod sharing;
pub mod spread;
#[cfg(test)]
mod testing;
mod virtual_server;

pub use effect::{Effect, Effects};
pub use fact::Fact;
pub use pool::Pool;
pub use probe::Conversation;
