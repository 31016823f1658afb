//! Clients: what somebody in front of the virtual address notices.
mod http;
mod ping;
mod report;

pub use http::HttpClient;
pub use ping::Ping;
pub(crate) use ping::checksum;
pub use report::{Answer, Report, Try};
