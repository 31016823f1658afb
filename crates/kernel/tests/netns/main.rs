//! The real hands in network namespaces. Needs root and ip(8).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the exemption for tests in clippy.toml does not reach helpers of an integration test"
)]
mod addresses;
mod adverts;
mod announcements;
mod links;
mod room;
mod routing;
mod source_nat;
