//! Kernel variables in memory.
use crate::ports::Sysctls;
use std::collections::BTreeMap;
use std::io;

/// Variables that exist because a test has made them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingSysctls {
    values: BTreeMap<String, String>,
    refuses: bool,
}

impl RecordingSysctls {
    /// These variables.
    pub fn new<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { values: values.into_iter().map(owned).collect(), refuses: false }
    }

    /// From now on, nobody may write.
    pub fn refuse(&mut self) {
        self.refuses = true;
    }
}

impl Sysctls for RecordingSysctls {
    fn read(&self, name: &str) -> io::Result<String> {
        self.values.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, value: &str) -> io::Result<()> {
        if self.refuses {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let held = self.values.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
        value.clone_into(held);
        Ok(())
    }
}
