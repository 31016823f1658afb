//! Observers that need nothing of what they observe: netlink and packet sockets in the room, a pulse of the machine.
mod addresses;
mod connections;
mod frames;
mod pulse;
mod recorder;

pub use addresses::{Addresses, Change};
pub use connections::{Attempt, Connections};
pub use frames::{Advert, Frame, Frames};
pub use pulse::{Allowance, Pulse};
