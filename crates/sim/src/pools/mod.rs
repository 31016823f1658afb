//! The shipped pools and the shipped hand of the IPVS table on a desk: virtual servers whose real servers come and go by
//! chance, in virtual time.
//!
//! [`scenario`] is what can happen, [`chance`] makes it from a seed, [`world`] runs it, [`truth`] is what must hold after every
//! turn, [`swarm`] runs many and shrinks what fails.
pub mod chance;
pub mod scenario;
pub mod swarm;
pub mod truth;
pub mod world;
