//! The vrrp thread: waiting, turns, and the hands that carry effects out.
pub mod hands;
pub mod thread;
pub mod turn;
