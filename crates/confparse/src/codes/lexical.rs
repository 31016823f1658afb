//! Problems of the text itself, before any keyword has a meaning.
use super::Code;

/// One row per problem.
pub const CODES: &[Code] = &[];
