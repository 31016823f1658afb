//! Hands: what Evenkeel can do to and learn from an operating system, as small ports; the real ones for Linux, and a
//! fake kernel that records. Nothing here decides.
pub mod linux;
pub mod ports;
pub mod recording;
