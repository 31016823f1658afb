//! Generic netlink attributes of the family `IPVS` (version 1, `linux/ip_vs.h`) to and from types; pure.
mod fields;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use crate::attribute::Malformed;
pub(crate) use fields::{FAMILY_NAME, op};
pub(crate) use read::{destination, info, read_family_id, refusal, service, sync_daemon, timeouts};
pub(crate) use write::{ask_family, put_command, put_key};
