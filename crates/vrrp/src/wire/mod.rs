//! Bytes on the wire: adverts of both versions and families, their passwords, signatures and sums; no opinion on whom to
//! believe.
pub mod advert;
pub mod ah;
pub mod auth;
pub mod checksum;
pub mod hmac;

pub use advert::{Advert, View};

#[cfg(test)]
mod tests;
