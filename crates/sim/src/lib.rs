//! The shipped machines on a desk: routers in virtual time, on wires that lose, delay and part, with faults by plan or by
//! chance.
//!
//! Reading order: [`scenario`] is what can happen, as data and as text; [`world`] runs it, on [`queue`], [`lan`],
//! [`machine`] and [`node`]; [`invariants`] is what must hold, with [`trace`] to show why it did not; [`faults`] makes
//! scenarios by chance, [`swarm`] runs many and shrinks what fails.
pub mod faults;
pub mod invariants;
pub mod lan;
pub mod ledger;
pub mod machine;
pub mod node;
pub mod pools;
pub mod queue;
pub mod rng;
pub mod sabotage;
pub mod scenario;
pub mod swarm;
pub mod trace;
pub mod watch;
pub mod world;

mod acts;
mod expect;
mod lives;
mod truth;
