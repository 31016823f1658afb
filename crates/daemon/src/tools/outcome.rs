//! What a tool has to say, before it is said.

/// Text for standard output, lines for standard error, and the exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Standard output.
    pub(super) text: String,
    /// Standard error, a line each.
    pub(super) problems: Vec<String>,
    /// Exit status.
    pub(super) status: u8,
}

impl Outcome {
    /// Nothing could be done.
    pub(super) fn failed(problem: String) -> Self {
        Self { text: String::new(), problems: vec![problem], status: 2 }
    }
}
