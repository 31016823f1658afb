//! Running test programs: many at once, or alone with the machine to themselves, or on a kernel with IPVS.
use super::in_time;
use super::tally::Tally;
use crate::build::{self, Built};
use crate::screen::Screen;
use lab::{Doing, Result, kernel, trial};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write, stdout};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Longer than any test program takes on a slow machine; beyond it, it hangs.
const SECONDS: u64 = 900;

/// How to run test programs of this workspace.
#[derive(Debug)]
pub(crate) struct Runner {
    screen: Screen,
    daemon: String,
    homes: BTreeMap<String, PathBuf>,
}

impl Runner {
    /// `daemon` is the path of ours.
    pub(crate) fn new(screen: Screen, daemon: &str) -> Result<Self> {
        let metadata = build::metadata()?;
        let packages = metadata.get("packages").and_then(|all| all.as_array()).cloned().unwrap_or_default();
        let home = |package: &serde_json::Value| {
            let manifest = PathBuf::from(package.get("manifest_path")?.as_str()?);
            Some((package.get("name")?.as_str()?.to_owned(), manifest.parent()?.to_owned()))
        };
        Ok(Self { screen, daemon: daemon.to_owned(), homes: packages.iter().filter_map(home).collect() })
    }

    /// Runs programs side by side, each with its own threads; prints only what failed.
    pub(crate) fn parallel(&self, programs: &[Built]) -> Result<Tally> {
        let queue = Mutex::new(programs.iter());
        let total = Mutex::new(Tally::default());
        let work = || {
            while let Some(program) = queue.lock().ok().and_then(|mut queue| queue.next()) {
                let tally = self.captured(program).unwrap_or_else(|error| Tally::failed(error.to_string()));
                if let Ok(mut total) = total.lock() {
                    *total = std::mem::take(&mut *total).and(tally);
                }
            }
        };
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
        Ok(total.into_inner().unwrap_or_default())
    }

    /// Runs programs one after the other, one test at a time, and shows what they print.
    pub(crate) fn alone(&self, programs: &[Built], second_kernel: bool) -> Result<Tally> {
        let mut total = Tally::default();
        for program in programs {
            self.screen.line(self.screen.dim(format!("   {}", name(program))));
            let tally = if second_kernel { self.with_ipvs(program) } else { self.shown(program) };
            total = total.and(tally.unwrap_or_else(|error| Tally::failed(format!("{}: {error}", name(program)))));
        }
        Ok(total)
    }

    fn captured(&self, program: &Built) -> Result<Tally> {
        let mut command = in_time(SECONDS, &program.path.display().to_string());
        command.arg("--show-output").current_dir(self.home(program)).env(trial::BINARY, &self.daemon);
        command.env("CARGO_MANIFEST_DIR", self.home(program)).stdin(Stdio::null());
        let output = command.output().doing(format!("starting {}", name(program)))?;
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if !output.status.success() {
            self.screen.line(format!("{} {}\n{}", self.screen.red("✘"), name(program), text.trim_end()));
        }
        Ok(Tally::read(&name(program), &text, output.status.success()))
    }

    fn shown(&self, program: &Built) -> Result<Tally> {
        // The harness prints a failure's words on standard error; both belong on the same terminal, in order.
        let run = format!("exec '{}' --nocapture --test-threads=1 2>&1", program.path.display());
        let mut command = in_time(SECONDS, "sh");
        command.args(["-c", &run]).current_dir(self.home(program)).env(trial::BINARY, &self.daemon);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().doing(format!("starting {}", name(program)))?;
        let mut text = String::new();
        for line in child
            .stdout
            .take()
            .into_iter()
            .flat_map(|pipe| BufReader::new(pipe).lines())
            .map_while(std::result::Result::ok)
        {
            self.screen.line(format!("   {line}"));
            text += &(line + "\n");
        }
        let status = child.wait().doing(format!("waiting for {}", name(program)))?;
        Ok(Tally::read(&name(program), &text, status.success()))
    }

    fn with_ipvs(&self, program: &Built) -> Result<Tally> {
        let argv = [&program.path.display().to_string(), "--nocapture", "--test-threads=1"].map(str::to_owned);
        let environment = [
            ("EVENKEEL_IPVS_KERNEL", "1".to_owned()),
            (trial::INSIDE, "1".to_owned()),
            (trial::BINARY, self.daemon.clone()),
        ];
        let mut output = Tee::default();
        let status = kernel::run_with_ipvs(&argv, &environment, Duration::from_secs(SECONDS), &mut output)?;
        let text = String::from_utf8_lossy(&output.kept).into_owned();
        Ok(Tally::read(&name(program), &text, status == 0))
    }

    fn home(&self, program: &Built) -> PathBuf {
        self.homes.get(&program.package).cloned().unwrap_or_else(build::root)
    }
}

/// Shows on the terminal what passes, and keeps it.
#[derive(Debug, Default)]
struct Tee {
    kept: Vec<u8>,
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = stdout().write(bytes)?;
        self.kept.extend(bytes.iter().take(length));
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        stdout().flush()
    }
}

fn name(program: &Built) -> String {
    let package = program.package.strip_prefix("evenkeel-").unwrap_or(&program.package);
    if package.replace('-', "_") == program.target.replace("evenkeel_", "") {
        package.to_owned()
    } else {
        format!("{package} {}", program.target)
    }
}
