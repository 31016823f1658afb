//! Running test programs: many at once, or test by test in namespaces, or on a kernel with IPVS.
use super::in_time;
use super::tally::Tally;
use crate::build::{self, Built};
use crate::screen::Screen;
use lab::{Doing, Result, kernel, trial};
use std::collections::BTreeMap;
use std::io::{self, Write, stdout};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any test program takes on a slow machine; beyond it, it hangs.
const SECONDS: u64 = 900;
/// Trials in namespaces are each in rooms of their own and mostly wait; what one adds to the times of another they measure
/// themselves (`watch::Pulse`).
const TRIALS_AT_A_TIME: usize = 2;

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
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(in_turn(workers, programs, |program| self.captured(program)))
    }

    /// Runs the tests of these programs, each in a process of its own and a few at a time, and shows what they print.
    pub(crate) fn trials(&self, programs: &[Built]) -> Result<Tally> {
        let mut trials = Vec::new();
        for program in programs {
            trials.extend(self.tests(program)?.into_iter().map(|test| (program, test)));
        }
        Ok(in_turn(TRIALS_AT_A_TIME, &trials, |(program, test)| self.trial(program, test)))
    }

    /// Runs programs one after the other on a kernel with IPVS, one test at a time.
    pub(crate) fn with_ipvs(&self, programs: &[Built]) -> Result<Tally> {
        let mut total = Tally::default();
        for program in programs {
            self.screen.line(self.screen.dim(format!("   {}", name(program))));
            let tally = self.in_kernel_with_ipvs(program);
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

    /// The names of a program's tests.
    fn tests(&self, program: &Built) -> Result<Vec<String>> {
        let mut command = in_time(SECONDS, &program.path.display().to_string());
        let listed =
            command.args(["--list", "--format", "terse"]).output().doing(format!("asking {}", name(program)))?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        Ok(listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    fn trial(&self, program: &Built, test: &str) -> Result<Tally> {
        let begin = Instant::now();
        // The harness prints a failure's words on standard error; both belong on the same terminal, in order.
        let run = format!("exec '{}' --exact '{test}' --nocapture --test-threads=1 2>&1", program.path.display());
        let mut command = in_time(SECONDS, "sh");
        command.args(["-c", &run]).current_dir(self.home(program)).env(trial::BINARY, &self.daemon);
        let output = command.stdin(Stdio::null()).output().doing(format!("starting {}", name(program)))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let tally = Tally::read(&name(program), &text, output.status.success());
        let mark = if tally.failed.is_empty() { self.screen.dim("·") } else { self.screen.red("✘") };
        let head = format!("{mark} {} {test}, {:.1} s", name(program), begin.elapsed().as_secs_f64());
        let said = text
            .lines()
            .filter(|line| !tally.failed.is_empty() || !is_frame(line))
            .map(|line| format!("\n     {line}"));
        self.screen.line(format!("   {head}{}", said.collect::<String>()));
        Ok(tally)
    }

    fn in_kernel_with_ipvs(&self, program: &Built) -> Result<Tally> {
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

/// What the harness prints around a test.
fn is_frame(line: &str) -> bool {
    line.is_empty() || line == "ok" || ["running ", "test "].iter().any(|word| line.starts_with(word))
}

/// Does a piece of work for each, several at a time, and sums up.
fn in_turn<T: Sync>(workers: usize, all: &[T], work: impl Fn(&T) -> Result<Tally> + Sync) -> Tally {
    let queue = Mutex::new(all.iter());
    let total = Mutex::new(Tally::default());
    let worker = || {
        while let Some(one) = queue.lock().ok().and_then(|mut queue| queue.next()) {
            let tally = work(one).unwrap_or_else(|error| Tally::failed(error.to_string()));
            if let Ok(mut total) = total.lock() {
                *total = std::mem::take(&mut *total).and(tally);
            }
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(worker))));
    total.into_inner().unwrap_or_default()
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
