//! Configuration files from memory, for tests and for text that an editor has not saved yet.
use super::Loader;
use super::pattern::matches;
use std::collections::BTreeMap;
use std::io;

/// Files and environment variables by name.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<String, Vec<u8>>,
    environment: BTreeMap<String, String>,
    executable: Vec<String>,
    open: Vec<String>,
}

impl MemoryLoader {
    /// Without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces it.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Adds a file that has an execute bit, and so is refused.
    #[must_use]
    pub fn executable(mut self, path: &str) -> Self {
        self.executable.push(path.to_owned());
        self.file(path, Vec::new())
    }

    /// Adds a file that others can read.
    #[must_use]
    pub fn open_file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.open.push(path.to_owned());
        self.file(path, bytes)
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Loader for MemoryLoader {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if self.executable.iter().any(|name| name == path) {
            return Err(io::Error::other("it has an execute bit"));
        }
        match self.files.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "No such file or directory")),
        }
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        let parts: Vec<&str> = pattern.split('/').collect();
        let found = self.files.keys().filter(|name| {
            let names: Vec<&str> = name.split('/').collect();
            names.len() == parts.len() && parts.iter().zip(&names).all(|(part, name)| matches(part, name))
        });
        Ok(found.cloned().collect())
    }

    fn is_private(&self, path: &str) -> Option<bool> {
        self.files.contains_key(path).then(|| !self.open.iter().any(|name| name == path))
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn working_directory(&self) -> String {
        String::from("/etc/keepalived")
    }

    fn random_seed(&self) -> u64 {
        1
    }
}
