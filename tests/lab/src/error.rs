//! What can go wrong in the laboratory: one sentence on what was being done, and the cause.
use std::error::Error as StdError;
use std::fmt;

/// A step of an experiment that could not be done.
///
/// `Debug` prints the same words as `Display`, because a test that returns it is read by a person.
pub struct Error {
    doing: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// The result of a step of an experiment.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure that explains itself.
    pub fn new(what: impl Into<String>) -> Self {
        Self { doing: what.into(), cause: None }
    }

    /// A failure with its cause.
    pub fn caused(doing: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { doing: doing.into(), cause: Some(cause.into()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.doing),
            None => f.write_str(&self.doing),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Says what was being done when something else failed.
pub trait Doing<T> {
    /// Wraps the failure: `read_link(path).doing("finding the program")`.
    fn doing(self, what: impl Into<String>) -> Result<T>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|cause| Error::caused(what, cause))
    }
}

/// Fails with the given words unless the condition holds; for helpers of tests, which return results.
pub fn ensure(condition: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if condition { Ok(()) } else { Err(Error::new(otherwise())) }
}
