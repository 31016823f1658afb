//! From the command line to a running daemon: reads, tells, goes to the background, takes the pid files.
use crate::cli::Options;
use crate::config::{DEFAULT_FILE, Source};
use crate::control;
use crate::director::{Director, Exit};
use crate::pidfile::{PidFile, PidFileError};
use crate::spaces::{self, IpvsSpace};
use crate::{logging, words};
use confparse::Loaded;
use confparse::diagnostic::Severity;
use confparse::render::concise;
use kernel::linux::namespace::NAMED;
use model::{Config, Name, limits};
use nix::sys::stat::{Mode, umask};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc;
use tracing::{error, info, warn};

/// keepalived's default umask.
const UMASK: u32 = 0o177;

/// Runs the daemon, or the configuration test.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    for word in &options.stray {
        println!("evenkeel: '{word}' is no option and is ignored; `evenkeel --help` lists the options");
    }
    match &options.test {
        Some(log) => test(options, log.as_deref()),
        None => exit_code(start(options)),
    }
}

fn exit_code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

/// `-t`: messages to standard error or to a file, silence when all is well, keepalived's exit statuses.
fn test(options: &Options, log: Option<&Path>) -> ExitCode {
    let loaded = Source::of(options).load();
    let shown = loaded.diagnostics.iter().filter(|d| d.severity > Severity::Warning);
    let mut text: String = shown.map(|d| format!("{}\n", concise(d, &loaded.sources))).collect();
    let mut status = loaded.exit_status_for_t();
    if let Some(name) = missing_namespace(&loaded.config) {
        text += &format!(
            "note: net_namespace {name} does not exist; keepalived's test ends there with 0, and so does this; `evenkeel \
             check` judges the file\n"
        );
        status = 0;
    }
    let written = match log {
        None => std::io::stderr().write_all(text.as_bytes()),
        Some(path) => std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes())),
    };
    match written {
        Ok(()) => ExitCode::from(status),
        Err(problem) => {
            eprintln!("error: the messages cannot be written: {problem}");
            ExitCode::from(1)
        }
    }
}

/// The network namespace that keepalived's test would try to enter in vain.
fn missing_namespace(config: &Config) -> Option<&Name> {
    config.global.namespace.as_ref().filter(|name| !Path::new(NAMED).join(name.as_str()).exists())
}

fn start(options: &Options) -> Exit {
    umask(Mode::from_bits_truncate(options.umask.unwrap_or(UMASK)));
    let source = Source::of(options);
    let loaded = source.load();
    if loaded.missing_main {
        return no_config(options, &source);
    }
    if !options.foreground
        && let Err(problem) = nix::unistd::daemon(false, false)
    {
        eprintln!("error: cannot go to the background: {problem}; -n stays in the foreground");
        return Exit::CannotStart;
    }
    start_logging(options);
    info!("Starting Evenkeel {} with {}", env!("CARGO_PKG_VERSION"), source.file);
    for option in &options.without_effect {
        warn!("{option} is accepted and has no effect yet");
    }
    words::diagnostics(&loaded);
    if include_check_failed(&loaded) {
        error!("an include that was demanded failed; leaving, as keepalived does");
        return Exit::NoConfig;
    }
    let space = match spaces::enter(options, &loaded.config) {
        Ok(space) => space,
        Err(problem) => {
            error!("{problem}; leaving");
            return Exit::CannotStart;
        }
    };
    let _pid_files = match pid_files(options, &loaded.config) {
        Ok(files) => files,
        Err(problem) => {
            error!("{problem}");
            return Exit::CannotStart;
        }
    };
    tell_idle(&loaded);
    direct(options, source, loaded, space).unwrap_or_else(|problem| {
        error!("cannot start: {problem}");
        Exit::CannotStart
    })
}

/// Runs the control thread on its own runtime.
///
/// # Errors
/// When the runtime or the signals cannot be set up.
fn direct(options: &Options, source: Source, loaded: Loaded, space: Option<IpvsSpace>) -> std::io::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let (asked, requests) = mpsc::channel(limits::CONTROL_CLIENTS);
        let path = control::path_in(spaces::name(options, &loaded.config).as_deref());
        let director = Director::new(options, source, loaded, requests, space)?;
        // Without its socket the daemon does its work all the same.
        let _server = control::Server::open(&path, asked).map_err(|problem| {
            warn!("(control) no socket at {}: {problem}; `evenkeel status` will not work", path.display());
        });
        Ok(director.run().await)
    })
}

/// An include whose check was in force and not met: the one finding that keeps even keepalived from running.
fn include_check_failed(loaded: &Loaded) -> bool {
    let fatal = loaded.diagnostics.iter().filter(|d| d.severity == Severity::Fatal);
    fatal.filter_map(|d| confparse::codes::find(d.code)).any(|code| code.fatal_status == 6)
}

fn no_config(options: &Options, source: &Source) -> Exit {
    start_logging(options);
    let hint = if options.file.is_none() {
        format!(" (the default; -f names another, it is {DEFAULT_FILE} unless given)")
    } else {
        String::new()
    };
    error!("there is no configuration file {}{hint}; leaving", source.file);
    if !options.console {
        eprintln!("error: there is no configuration file {}{hint}", source.file);
    }
    Exit::NoConfig
}

fn tell_idle(loaded: &Loaded) {
    if loaded.config.instances.is_empty() && loaded.config.virtual_servers.is_empty() {
        warn!(
            "the configuration has no usable vrrp_instance and no usable virtual_server: there is nothing to do until a reload"
        );
    }
}

fn start_logging(options: &Options) {
    logging::start(logging::Settings {
        console: options.console,
        syslog: (!options.no_syslog).then(|| options.facility.unwrap_or(3)),
        detail: options.detail > 0,
    });
}

/// One process, but its parts have their pid files as in keepalived, so that whoever signals them reaches us.
fn pid_files(options: &Options, config: &Config) -> Result<Vec<PidFile>, PidFileError> {
    let directory = spaces::run_directory(spaces::name(options, config).as_deref());
    let path = |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| directory.join(name));
    let mut paths = vec![path(&options.pid_file, "keepalived.pid")];
    if options.vrrp && !config.instances.is_empty() {
        paths.push(path(&options.vrrp_pid_file, "vrrp.pid"));
    }
    if options.checkers && !config.virtual_servers.is_empty() {
        paths.push(path(&options.checkers_pid_file, "checkers.pid"));
    }
    paths.iter().map(|path| PidFile::create(path)).collect()
}
