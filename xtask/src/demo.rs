//! `cargo xtask demo`: the main job before a person's eyes, on a kernel with IPVS wherever that is.
mod picture;
mod report;
mod stage;

use crate::build;
use crate::screen::Screen;
use lab::{Doing, Error, Kind, Result, cleanup, kernel, packages, scratch};
use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The whole show, boot included; it takes about half a minute.
const LIMIT: Duration = Duration::from_secs(180);

/// What was asked for on the command line.
#[derive(Debug, Default)]
struct Options {
    keepalived: bool,
    director: Option<PathBuf>,
    live: bool,
    colour: bool,
    inside: bool,
}

/// Installs, builds, and plays; in a second kernel where this one has no IPVS.
pub(crate) fn run(words: &[&str]) -> Result<ExitCode> {
    let options = parse(words)?;
    if options.inside {
        let kind = options.director.map_or(Kind::Keepalived, Kind::Evenkeel);
        return Ok(stage::play(&kind, Screen { live: options.live, colour: options.colour }));
    }
    let screen = Screen::of_stdout();
    let farewell = move || screen.done(screen.dim("  interrupted; everything is removed"));
    cleanup::on_signals(farewell)?;
    scratch::sweep_dead_runs();
    prepare(screen, options.keepalived)?;
    let kind = if options.keepalived { Kind::Keepalived } else { Kind::Evenkeel(daemon(screen)?) };
    if kernel::has_ipvs() {
        return Ok(stage::play(&kind, screen));
    }
    screen
        .line(screen.dim("  this kernel has no IPVS: the demo runs in a second one, user-mode Linux, which boots now"));
    let status = kernel::run_with_ipvs(&inside(&kind, screen)?, &[], LIMIT, &mut stdout())?;
    Ok(u8::try_from(status).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn parse(words: &[&str]) -> Result<Options> {
    let mut options = Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--director" => match words.next() {
                Some(&"keepalived") => options.keepalived = true,
                Some(path) if path.starts_with('/') => options.director = Some(path.into()),
                _ => return Err(Error::new("--director: keepalived is the only other one there is")),
            },
            "--inside" => options.inside = true,
            "--live" => options.live = true,
            "--colour" => options.colour = true,
            other => return Err(Error::new(format!("{other}: the demo has no such option"))),
        }
    }
    Ok(options)
}

fn prepare(screen: Screen, keepalived: bool) -> Result<()> {
    let mut say = |line: &str| screen.line(screen.dim(format!("  {line}")));
    packages::ensure(packages::COMMON, &mut say)?;
    if keepalived {
        packages::ensure(packages::TESTS, &mut say)?;
    }
    if lab::room::possible() { Ok(()) } else { Err(Error::new("the demo makes network namespaces, which needs root")) }
}

fn daemon(screen: Screen) -> Result<PathBuf> {
    screen.line(screen.dim("  building evenkeel"));
    let built = build::build(&["build", "--package", "evenkeel", "--bin", "evenkeel"], false)?;
    let found = built.into_iter().find(|one| one.target == "evenkeel");
    found.map(|one| one.path).ok_or_else(|| Error::new("cargo built no evenkeel"))
}

/// Our own command line for the other kernel, which knows nothing of this terminal.
fn inside(kind: &Kind, screen: Screen) -> Result<Vec<String>> {
    let own = std::env::current_exe().doing("finding our own program")?;
    let mut words = vec![own.display().to_string(), "demo".into(), "--inside".into()];
    if let Kind::Evenkeel(path) = kind {
        words.extend(["--director".into(), path.display().to_string()]);
    }
    words.extend(screen.live.then(|| "--live".into()));
    words.extend(screen.colour.then(|| "--colour".into()));
    Ok(words)
}
