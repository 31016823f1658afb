//! Observers that need nothing of what they observe: netlink and packet sockets in the room.
mod addresses;
mod frames;
mod recorder;

pub use addresses::{Addresses, Change};
pub use frames::{Advert, Frame, Frames};
