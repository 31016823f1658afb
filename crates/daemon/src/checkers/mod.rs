//! The checkers thread: waiting, turns, probes over sockets, and the hand that keeps the IPVS table.
pub mod connect;
pub mod fullnat;
pub mod globals;
pub mod marks;
pub mod table;
pub mod thread;
