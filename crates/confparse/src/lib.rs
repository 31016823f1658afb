//! Reads keepalived.conf: bytes to lossless tokens, tree, expansion, typed model, with diagnostics all the way.
//!
//! Reading order: [`span`], [`source`], [`lex`], [`tree`], [`load`], [`diagnostic`], [`codes`].
#![forbid(unsafe_code)]

pub mod codes;
mod command;
pub mod diagnostic;
mod expand;
pub mod lex;
mod load;
pub mod lower;
pub mod pair;
mod parse;
pub mod print;
pub mod render;
mod resolve;
pub mod schema;
pub mod similar;
pub mod source;
pub mod span;
pub mod tree;
mod validate;
mod value;

pub use load::{Loaded, Read, load, read};
