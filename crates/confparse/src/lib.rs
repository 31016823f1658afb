//! Reads keepalived.conf: bytes to lossless tokens, tree, expansion, typed model, with diagnostics all the way.
//!
//! Reading order: [`span`], [`source`], [`lex`], [`tree`], [`load`], [`diagnostic`], [`codes`].
#![forbid(unsafe_code)]

pub mod codes;
pub mod diagnostic;
mod expand;
pub mod lex;
mod load;
mod parse;
pub mod schema;
pub mod source;
pub mod span;
pub mod similar;
pub mod tree;

pub use load::{Read, read};
