//! Small files that outlive the process, below `EVENKEEL_STATE`, else `/var/lib/evenkeel`.
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// Where the file of this name is.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let directory = std::env::var_os("EVENKEEL_STATE").map_or_else(|| "/var/lib/evenkeel".into(), PathBuf::from);
    directory.join(name)
}

/// What an earlier run has left; `None` when nothing.
///
/// # Errors
/// When there is something that cannot be read, in words.
pub fn read(path: &Path) -> Result<Option<Value>, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|_| damaged(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// How a file that says something else than it should is spoken of.
#[must_use]
pub fn damaged(path: &Path) -> String {
    format!("{} is damaged", path.display())
}

/// Leaves this for later runs; `None` removes it. Written beside and put in place, so that a cut leaves the old file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, content: Option<&Value>) -> io::Result<()> {
    let Some(content) = content else {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    };
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let beside = path.with_extension("new");
    std::fs::write(&beside, format!("{content:#}\n"))?;
    std::fs::rename(&beside, path)
}
