//! Back to text: the configuration as somebody wrote it, in one layout; no defaults hidden, no meaning changed.
mod tree;

pub use tree::{Brace, Formatted, format};
