//! What cargo knows and what cargo builds.
use lab::{Doing, Error, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}

/// The cargo that runs us, so that a toolchain override stays in force.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // These describe xtask, not what is built next.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

/// `cargo metadata` of the workspace, without dependencies from elsewhere.
pub(crate) fn metadata() -> Result<Value> {
    let output = cargo()
        .args(["metadata", "--format-version=1", "--no-deps"])
        .stderr(Stdio::inherit())
        .output()
        .doing("starting cargo metadata")?;
    serde_json::from_slice(&output.stdout).doing("reading cargo metadata")
}

/// A program or a test program that cargo has built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Built {
    /// The name of the target, as `ipvs_main_job`.
    pub(crate) target: String,
    /// The package that it belongs to.
    pub(crate) package: String,
    /// The file.
    pub(crate) path: PathBuf,
    /// Is it a test program, and not one that tests only use?
    pub(crate) is_test: bool,
}

/// Builds with these arguments of cargo and returns every executable that came of it. Errors of the compiler go to the
/// terminal; its progress too unless `quiet`.
pub(crate) fn build(arguments: &[&str], quiet: bool) -> Result<Vec<Built>> {
    let mut command = cargo();
    command.args(arguments).arg("--message-format=json-render-diagnostics");
    if quiet {
        command.arg("--quiet");
    }
    let output = command.stderr(Stdio::inherit()).output().doing("starting cargo")?;
    if !output.status.success() {
        return Err(Error::new(format!("cargo {} failed", arguments.join(" "))));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(executable).collect())
}

fn executable(line: &str) -> Option<Built> {
    let message: Value = serde_json::from_str(line).ok()?;
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let path = PathBuf::from(text("/executable")?);
    // `path+file:///work/tests/lab#evenkeel-lab@0.1.0`, or without the name where it is the directory's.
    let id = text("/package_id")?;
    let name = id.rsplit(['#', '/']).find(|part| !part.starts_with(|first: char| first.is_ascii_digit()))?;
    let package = name.split('@').next().unwrap_or_default().to_owned();
    let is_test = message.pointer("/profile/test").and_then(Value::as_bool).unwrap_or(false);
    Some(Built { target: text("/target/name")?, package, path, is_test })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_with_an_executable_is_found() {
        let line = r#"{"package_id":"path+file:///w/tests/lab#evenkeel-lab@0.1.0","target":{"name":"pair"},"profile":{"test":true},"executable":"/t/pair-1"}"#;
        let built =
            Built { target: "pair".into(), package: "evenkeel-lab".into(), path: "/t/pair-1".into(), is_test: true };
        assert_eq!(executable(line), Some(built));
        let line = r#"{"package_id":"path+file:///w/xtask#0.1.0","target":{"name":"xtask"},"executable":"/t/x"}"#;
        assert_eq!(executable(line).map(|built| (built.package, built.is_test)), Some(("xtask".into(), false)));
        assert_eq!(executable(r#"{"package_id":"x","executable":null}"#), None);
    }
}
