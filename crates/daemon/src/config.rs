//! Reads the configuration for this machine: the files on disk, the machine's own interfaces, users and programs.
use crate::cli::Options;
use confparse::source::{Context, DiskLoader, Host, Program};
use confparse::{Loaded, load};
use kernel::linux::host::{self, Safety};
use model::InterfaceName;
use std::path::Path;

/// Where the configuration is looked for when `-f` is not given, as in keepalived.
pub const DEFAULT_FILE: &str = "/etc/keepalived/keepalived.conf";

/// Which configuration the daemon runs, the same at start and at each reload.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file or pattern.
    pub file: String,
    /// What is true of the reading beside the files.
    pub context: Context,
}

impl Source {
    /// As the command line says.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        let file = options.file.clone().unwrap_or_else(|| DEFAULT_FILE.to_owned());
        Self { file: absolute(&file), context: context(options.config_id.clone(), options.all_include_checks) }
    }

    /// Reads it. Bad files give diagnostics, never an error.
    #[must_use]
    pub fn load(&self) -> Loaded {
        load(&self.file, &DiskLoader, &self.context, &ThisMachine)
    }
}

/// What is true of this machine: config id and host name.
#[must_use]
pub fn context(config_id: Option<String>, all_include_checks: bool) -> Context {
    let host_name = host::host_name();
    let short = host_name.split('.').next().unwrap_or_default().to_owned();
    Context { config_id: config_id.unwrap_or(short), host_name, all_include_checks }
}

/// The daemon leaves its working directory when it goes to the background; a relative name is kept in its meaning.
fn absolute(file: &str) -> String {
    if Path::new(file).is_absolute() {
        return file.to_owned();
    }
    std::env::current_dir()
        .map_or_else(|_| file.to_owned(), |directory| directory.join(file).to_string_lossy().into_owned())
}

/// The machine that we run on.
#[derive(Debug)]
pub struct ThisMachine;

impl Host for ThisMachine {
    fn interface_exists(&self, name: &str) -> Option<bool> {
        Some(InterfaceName::new(name).is_ok_and(|name| host::interface_exists(&name)))
    }

    fn user_exists(&self, name: &str) -> Option<bool> {
        Some(host::user_exists(name))
    }

    fn group_exists(&self, name: &str) -> Option<bool> {
        Some(host::group_exists(name))
    }

    fn program(&self, path: &str) -> Program {
        match host::program_safety(Path::new(path)) {
            Safety::Safe => Program::Safe,
            Safety::Missing => Program::Missing,
            Safety::NotExecutable => Program::NotExecutable,
            Safety::Unsafe(reason) => Program::Unsafe(reason.to_string()),
        }
    }
}
