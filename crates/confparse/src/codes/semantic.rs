//! Problems of what the words mean: keywords, values, names, and how blocks fit together.
use super::Code;

/// One row per problem.
pub const CODES: &[Code] = &[];
