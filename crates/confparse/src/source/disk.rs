//! Configuration files from disk, with keepalived's conditions: regular, and without any execute bit.
use super::Loader;
use super::pattern::{has_wildcard, matches};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Reads from the file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskLoader;

impl Loader for DiskLoader {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut file = open(path)?;
        let facts = file.metadata()?;
        if facts.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
        }
        if !facts.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        if facts.permissions().mode() & 0o111 != 0 {
            return Err(io::Error::other("it has an execute bit"));
        }
        let limit = u64::try_from(model::limits::CONFIG_BYTES).unwrap_or(u64::MAX);
        if facts.len() > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
        }
        let mut bytes = Vec::new();
        // A file in /proc says that it has no bytes, and a file may grow: the limit holds for what is read.
        file.by_ref().take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        let root = if pattern.starts_with('/') { "/" } else { "" };
        let mut found = vec![root.to_owned()];
        let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            found = found.iter().flat_map(|base| descend(base, part, last)).collect();
        }
        found.sort();
        Ok(found)
    }

    #[allow(clippy::disallowed_methods, reason = "this loader is the one door to facts of files")]
    fn is_private(&self, path: &str) -> Option<bool> {
        fs::metadata(path).ok().map(|facts| facts.permissions().mode() & 0o077 == 0)
    }

    #[allow(clippy::disallowed_methods, reason = "this loader is the one door to the environment")]
    fn environment(&self, name: &str) -> Option<String> {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }

    #[allow(clippy::disallowed_methods, reason = "this loader is the one door to the working directory")]
    fn working_directory(&self) -> String {
        std::env::current_dir().map_or_else(|_| String::from("."), |path| path.to_string_lossy().into_owned())
    }
}

/// Opens for reading, without waiting for the writer of a FIFO.
#[allow(clippy::disallowed_methods, reason = "this loader is the one door to files")]
fn open(path: &str) -> io::Result<File> {
    /// `O_NONBLOCK` of Linux on every architecture but MIPS, PA-RISC, Alpha and SPARC.
    const NONBLOCK: i32 = 0o4000;
    fs::OpenOptions::new().read(true).custom_flags(NONBLOCK).open(path)
}

/// The entries of one directory that match one part of a pattern; a directory that cannot be read has none, as in
/// glob(3).
fn descend(base: &str, part: &str, last: bool) -> Vec<String> {
    if !has_wildcard(part) {
        let path = format!("{base}{}", part.replace('\\', ""));
        return if Path::new(&path).symlink_metadata().is_ok() { vec![joined(path, last)] } else { Vec::new() };
    }
    let mut names: Vec<String> = entries(base).into_iter().filter(|name| matches(part, name)).collect();
    names.sort();
    names.into_iter().map(|name| joined(format!("{base}{name}"), last)).collect()
}

/// Parts before the last are directories and are searched further.
fn joined(path: String, last: bool) -> String {
    if last { path } else { path + "/" }
}

#[allow(clippy::disallowed_methods, reason = "this loader is the one door to directories")]
fn entries(directory: &str) -> Vec<String> {
    let directory = if directory.is_empty() { "." } else { directory };
    fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests make the files that the loader reads")]
mod tests {
    use super::*;

    fn directory(name: &str) -> String {
        let path = std::env::temp_dir().join(format!("evenkeel-disk-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("sub")).unwrap();
        for file in ["b.conf", "a.conf", ".hidden.conf", "sub/c.conf", "run.conf"] {
            fs::write(path.join(file), file).unwrap();
        }
        fs::set_permissions(path.join("run.conf"), fs::Permissions::from_mode(0o744)).unwrap();
        path.to_string_lossy().into_owned()
    }

    #[test]
    fn files_are_read_unless_they_could_be_run() {
        let d = directory("read");
        assert_eq!(DiskLoader.read(&format!("{d}/a.conf")).unwrap(), b"a.conf");
        assert!(DiskLoader.read(&format!("{d}/run.conf")).unwrap_err().to_string().contains("execute bit"));
        assert!(DiskLoader.read(&d).unwrap_err().to_string().contains("directory"));
        assert_eq!(DiskLoader.read(&format!("{d}/none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(DiskLoader.read("/dev/null").unwrap_err().to_string().contains("regular"));
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn patterns_find_sorted_names_in_every_part() {
        let d = directory("glob");
        assert_eq!(
            DiskLoader.glob(&format!("{d}/*.conf")).unwrap(),
            ["a.conf", "b.conf", "run.conf"].map(|name| format!("{d}/{name}"))
        );
        assert_eq!(DiskLoader.glob(&format!("{d}/s*/c.*")).unwrap(), [format!("{d}/sub/c.conf")]);
        assert_eq!(DiskLoader.glob(&format!("{d}/none/*.conf")).unwrap(), Vec::<String>::new());
        fs::remove_dir_all(d).unwrap();
    }
}
