//! `evenkeel realserver`: virtual addresses on a server behind a director, without the server's answering for them.
//!
//! [`plan`] decides, [`host`] has the hands, [`memory`] knows what to undo, [`check`] finds what is wrong, [`persist`]
//! makes it outlive a restart.
pub mod check;
pub mod host;
pub mod memory;
pub mod persist;
pub mod plan;

use crate::state_file;
use host::Machine;
use kernel::linux::sysctl::LinuxSysctls;
use memory::Memory;
use plan::{Method, Step, Target};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Set these up, beside those that are.
    Up {
        /// How packets arrive.
        method: Method,
        /// Also after a restart of the machine.
        persist: bool,
    },
    /// Take these down; all of them when none is named.
    Down,
    /// Say what is wrong with these and all that were set up.
    Check {
        /// How packets arrive at those that were not set up.
        method: Method,
    },
}

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub word: Word,
    /// `--vip`.
    pub vips: BTreeSet<IpAddr>,
    /// `--dry-run`.
    pub dry_run: bool,
}

/// Does what is asked for; 0 when all is well, 1 otherwise.
#[must_use]
pub fn run(request: &Request) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(serve(request)),
        Err(error) => Err(format!("no runtime: {error}")),
    };
    match outcome {
        Ok((text, well)) => {
            let _ = crate::tools::print(&text);
            ExitCode::from(u8::from(!well))
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(1)
        }
    }
}

fn memory_path() -> PathBuf {
    state_file::path("realserver.json")
}

async fn serve(request: &Request) -> Result<(String, bool), String> {
    let path = memory_path();
    let memory = Memory::load(&path, &host::boot()).map_err(|error| format!("{} {error}", path.display()))?;
    let machine = Machine::open().await?;
    match &request.word {
        Word::Check { method } => Ok(judge(&with(&memory.vips, &request.vips, *method), &machine, &memory)),
        Word::Up { method, persist } => {
            let target = with(&memory.vips, &request.vips, *method);
            if target.is_empty() {
                return Err("nothing is set up here; --vip says what should be".to_owned());
            }
            let memory = Memory { persistent: memory.persistent || *persist, ..memory };
            change(target, machine, memory, request.dry_run).await
        }
        Word::Down => {
            let stays = |vip: &IpAddr| !request.vips.is_empty() && !request.vips.contains(vip);
            let target: Target = memory.vips.clone().into_iter().filter(|(vip, _)| stays(vip)).collect();
            let memory = Memory { persistent: memory.persistent && !target.is_empty(), ..memory };
            change(target, machine, memory, request.dry_run).await
        }
    }
}

/// What is set up already, and these; one that is there with another method changes to this one.
fn with(held: &Target, vips: &BTreeSet<IpAddr>, method: Method) -> Target {
    held.iter().map(|(vip, method)| (*vip, *method)).chain(vips.iter().map(|vip| (*vip, method))).collect()
}

fn judge(target: &Target, machine: &Machine, memory: &Memory) -> (String, bool) {
    if target.is_empty() {
        return ("nothing is set up here, and no --vip says what should be\n".to_owned(), false);
    }
    let mut findings = check::check(target, machine.links(), &LinuxSysctls, memory);
    if memory.persistent && !unit(&memory.vips).is_some_and(|text| persist::is_there(&persist::directory(), &text)) {
        findings.push(check::Finding {
            problem: "the systemd unit is gone or was changed: the next start of this machine lacks all of this".into(),
            fix: "evenkeel realserver up --persist, or down and up without it".into(),
        });
    }
    let mut text: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    if findings.is_empty() {
        for (vip, method) in target {
            let link = plan::holder(*vip, *method).map(|link| link.to_string()).unwrap_or_default();
            let _ = writeln!(text, "{vip}: in order, by {} on {link}", method.word());
        }
    }
    (text, findings.is_empty())
}

/// Carries the plan out; links that it makes have variables of their own, hence a second look.
async fn change(
    target: Target,
    mut machine: Machine,
    mut memory: Memory,
    dry_run: bool,
) -> Result<(String, bool), String> {
    let mut report = Report::default();
    for _ in 0..2 {
        let (mut steps, mut next) = plan::plan(&target, machine.links(), &LinuxSysctls, &memory);
        if dry_run {
            steps.iter().for_each(|step| report.line(step));
            break;
        }
        let makes = steps.iter().any(|step| matches!(step, Step::Make(_)));
        if makes {
            steps.retain(|step| matches!(step, Step::Make(_)));
            next = Memory { made: next.made, vips: next.vips, ..memory.clone() };
        }
        // Before anything is done: what is cut off here can be undone.
        save(&next)?;
        for step in &steps {
            if let Err(problem) = machine.carry_out(step).await {
                report.problem(step, &problem);
                next.refused(step, &memory);
            } else {
                report.line(step);
            }
        }
        memory = next;
        if !makes || report.failed() {
            break;
        }
    }
    if !dry_run {
        save(&memory)?;
    }
    keep_unit(&target, &memory, dry_run, &mut report)?;
    Ok(report.end(&target))
}

fn save(memory: &Memory) -> Result<(), String> {
    let path = memory_path();
    memory.save(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn unit(target: &Target) -> Option<String> {
    let program = std::env::current_exe().ok()?;
    Some(persist::unit(&program, std::env::var_os("EVENKEEL_STATE").as_ref(), target))
}

fn keep_unit(target: &Target, memory: &Memory, dry_run: bool, report: &mut Report) -> Result<(), String> {
    let directory = persist::directory();
    let words = |error: std::io::Error| format!("{}: {error}", directory.display());
    if memory.persistent {
        let text = unit(target).ok_or("the path of this program is unknown")?;
        if !persist::is_there(&directory, &text) {
            report.line(&format!("systemd unit in {}", directory.display()));
            return if dry_run { Ok(()) } else { persist::write(&directory, &text).map_err(words) };
        }
    } else if !dry_run && persist::remove(&directory).map_err(words)? {
        report.line(&format!("removed the systemd unit in {}", directory.display()));
    }
    Ok(())
}

/// What was done, line by line.
#[derive(Default)]
struct Report {
    text: String,
    problems: usize,
}

impl Report {
    fn line(&mut self, what: &impl std::fmt::Display) {
        let _ = writeln!(self.text, "{what}");
    }

    fn problem(&mut self, step: &Step, problem: &str) {
        let _ = writeln!(self.text, "{step}: {problem}");
        self.problems = self.problems.saturating_add(1);
    }

    const fn failed(&self) -> bool {
        self.problems > 0
    }

    fn end(mut self, target: &Target) -> (String, bool) {
        if self.text.is_empty() {
            let _ = writeln!(self.text, "nothing to do: {} virtual address(es) are as they should be", target.len());
        }
        let well = !self.failed();
        (self.text, well)
    }
}
