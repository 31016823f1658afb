//! Bytes on the wire: adverts of both versions and families, their password, their sums; no opinion on whom to believe.
pub mod advert;
pub mod auth;
pub mod checksum;

pub use advert::{Advert, View};

#[cfg(test)]
mod tests;
