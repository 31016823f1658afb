//! Reads keepalived.conf: bytes to lossless tokens, tree, expansion, typed model, with diagnostics all the way.
//!
//! Reading order: [`span`], [`source`], [`tree`], [`diagnostic`].
#![forbid(unsafe_code)]

pub mod codes;
pub mod diagnostic;
pub mod schema;
pub mod similar;
pub mod source;
pub mod span;
pub mod tree;
