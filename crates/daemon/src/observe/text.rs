//! The picture as text for a person: what is wrong first, then who is master of what, then the pools.
use model::state::State;
use model::state::notify::Delivery;
use model::state::process::Process;
use model::state::server::{RealServer, VirtualServer};
use model::state::vrrp::{Instance, RouterState, Script};
use model::{Instant, Interval};
use std::fmt::Write;

/// Renders the picture; with `colour` for a terminal.
#[must_use]
pub fn render(state: &State, colour: bool) -> String {
    let mut page = Page { text: String::new(), colour, now: state.process.now };
    page.process(&state.process);
    page.instances(state);
    page.scripts(&state.scripts);
    page.virtual_servers(&state.virtual_servers);
    page.deliveries(&state.deliveries);
    page.text
}

#[derive(Clone, Copy)]
enum Tone {
    Good,
    Bad,
    Odd,
    Dim,
    Strong,
}

struct Page {
    text: String,
    colour: bool,
    now: Instant,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn tint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => 32,
            Tone::Bad => 31,
            Tone::Odd => 33,
            Tone::Dim => 2,
            Tone::Strong => 1,
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn ago(&self, at: Instant) -> String {
        ago(self.now.since(at))
    }

    fn process(&mut self, process: &Process) {
        let name = self.tint(Tone::Strong, &process.router_id);
        let up = self.ago(process.started_at);
        self.line(&format!("{name}  Evenkeel {}, process {}, up {up}", process.version, process.pid));
        let reloads = match process.reloads {
            0 => String::new(),
            1 => ", reloaded once".to_owned(),
            n => format!(", reloaded {n} times"),
        };
        let line = self.tint(Tone::Dim, &format!("{}{reloads}", process.config_file));
        self.line(&line);
        for problem in problems(process) {
            let problem = self.tint(Tone::Bad, &format!("! {problem}"));
            self.line(&problem);
        }
    }

    fn instances(&mut self, state: &State) {
        if state.instances.is_empty() {
            return;
        }
        self.heading("Virtual routers");
        let width = state.instances.iter().map(|i| i.name.as_str().len()).max().unwrap_or(0);
        for instance in &state.instances {
            self.instance(instance, width);
        }
        for group in &state.groups {
            let members: Vec<_> = group.members.iter().map(model::Name::as_str).collect();
            let word = self.state(group.state);
            self.line(&format!("  group {} {word} {}", group.name, members.join(", ")));
        }
    }

    fn instance(&mut self, instance: &Instance, width: usize) {
        let word = self.state(instance.state);
        let priority = if instance.base_priority == instance.effective_priority {
            format!("priority {}", instance.effective_priority)
        } else {
            format!("priority {} (configured {})", instance.effective_priority, instance.base_priority)
        };
        self.line(&format!(
            "  {:<width$}  {word} {:>9}  {priority}, {} id {}, VRRPv{}",
            instance.name.as_str(),
            self.ago(instance.since),
            instance.interface,
            instance.vrid,
            instance.version
        ));
        let indent = " ".repeat(width + 4);
        let addresses: Vec<_> = instance.addresses.iter().map(ToString::to_string).collect();
        let here = if instance.holds_addresses { "here" } else { "not here" };
        self.line(&format!("{indent}{} {here}", addresses.join(" ")));
        let why = self.tint(Tone::Dim, &instance.reason);
        self.line(&format!("{indent}{why}"));
        if let (Some(master), Some(priority)) = (instance.master, instance.master_priority) {
            self.line(&format!("{indent}master is {master}, priority {priority}"));
        }
        for fault in &instance.faults {
            let fault = self.tint(Tone::Bad, &format!("! {fault}, for {}", self.ago(fault.since)));
            self.line(&format!("{indent}{fault}"));
        }
    }

    fn state(&self, state: RouterState) -> String {
        let tone = match state {
            RouterState::Master => Tone::Good,
            RouterState::Backup => Tone::Strong,
            RouterState::Init | RouterState::Releasing | RouterState::Stopped => Tone::Odd,
            RouterState::Fault => Tone::Bad,
        };
        self.tint(tone, &format!("{:<6}", state.to_string()))
    }

    fn scripts(&mut self, scripts: &[Script]) {
        if scripts.is_empty() {
            return;
        }
        self.heading("Track scripts");
        let width = scripts.iter().map(|s| s.name.as_str().len()).max().unwrap_or(0);
        for script in scripts {
            let word = match script.good {
                Some(true) => self.tint(Tone::Good, "good"),
                Some(false) => self.tint(Tone::Bad, "bad "),
                None => self.tint(Tone::Odd, "?   "),
            };
            let since = if script.good.is_some() { self.ago(script.since) } else { String::new() };
            self.line(&format!("  {:<width$}  {word} {since:>9}  {}", script.name.as_str(), script.last));
        }
    }

    fn virtual_servers(&mut self, servers: &[VirtualServer]) {
        if servers.is_empty() {
            return;
        }
        self.heading("Virtual servers");
        for server in servers {
            self.virtual_server(server);
        }
    }

    fn virtual_server(&mut self, server: &VirtualServer) {
        let word = if server.up { self.tint(Tone::Good, "up  ") } else { self.tint(Tone::Bad, "down") };
        let sleep = if server.suspended { self.tint(Tone::Odd, ", checks sleep") } else { String::new() };
        let sorry = if server.sorry_in_use { self.tint(Tone::Odd, ", sorry server in use") } else { String::new() };
        self.line(&format!(
            "  {}  {word} {:>9}  {}, weight {} of quorum {}{sorry}{sleep}",
            server.name,
            self.ago(server.since),
            server.scheduler,
            server.live_weight,
            server.quorum
        ));
        let width = server.real_servers.iter().map(|r| place(r).len()).max().unwrap_or(0);
        for real in &server.real_servers {
            self.real_server(real, width);
        }
    }

    fn real_server(&mut self, real: &RealServer, width: usize) {
        let word = match (real.draining, real.alive) {
            (true, _) => self.tint(Tone::Odd, "drain"),
            (false, true) => self.tint(Tone::Good, "up   "),
            (false, false) => self.tint(Tone::Bad, "down "),
        };
        let overlay = match real.overlay.as_str() {
            "" => String::new(),
            changed => self.tint(Tone::Odd, &format!(" by operator: {changed}")),
        };
        let last = real.checkers.iter().find(|c| c.up == Some(false)).or(real.checkers.first());
        let found = last.map_or_else(String::new, |c| format!("{} {}", c.kind, c.last));
        let found = self.tint(Tone::Dim, &found);
        let weight = real.effective_weight;
        self.line(&format!(
            "    {:<width$}  {word}{:>9}  weight {weight:<3}{overlay} {found}",
            place(real),
            self.ago(real.since)
        ));
    }

    /// Only what went wrong: a page full of hooks that ran well hides the one that did not.
    fn deliveries(&mut self, deliveries: &[Delivery]) {
        let bad: Vec<_> = deliveries.iter().filter(|d| !d.good || d.lost > 0).collect();
        if bad.is_empty() {
            return;
        }
        self.heading("Notifications that failed");
        for delivery in bad {
            let Delivery { channel, subject, target, last, failures, done, lost, waiting, .. } = delivery;
            let subject = if subject.is_empty() { String::new() } else { format!("({subject}) ") };
            let word = self.tint(Tone::Bad, channel);
            self.line(&format!("  {word} {subject}{target}: {last}, {} ago", self.ago(delivery.at)));
            let counts = format!("{failures} of {done} failed, {lost} given up, {waiting} waiting");
            let counts = self.tint(Tone::Dim, &counts);
            self.line(&format!("    {counts}"));
        }
    }

    fn heading(&mut self, text: &str) {
        let text = self.tint(Tone::Strong, text);
        self.line(&format!("\n{text}"));
    }
}

fn problems(process: &Process) -> Vec<String> {
    let mut problems = Vec::new();
    if !process.last_reload_problem.is_empty() {
        problems.push(format!(
            "the last reload was refused, the running configuration stays: {}",
            process.last_reload_problem
        ));
    }
    if process.config_problems > 0 {
        let n = process.config_problems;
        problems.push(format!("the configuration has {n} problem(s): `evenkeel check {}`", process.config_file));
    }
    problems.extend(process.maintenance.iter().map(|line| format!("out of service: {line}")));
    if !process.ipvs_problem.is_empty() {
        problems.push(format!("IPVS is not programmed: {}", process.ipvs_problem));
    }
    if process.checkers_restarts > 0 {
        problems.push(format!(
            "the checkers thread was restarted {} time(s) after a fault of its own",
            process.checkers_restarts
        ));
    }
    problems
}

fn place(real: &RealServer) -> String {
    format!("[{}]:{}", real.address, real.port)
}

/// The two largest units: `3 d 4 h`, `5 m 2 s`, `0.4 s`.
fn ago(interval: Interval) -> String {
    let seconds = interval.as_secs();
    let mut text = String::new();
    let _ = match seconds {
        0..=9 => write!(text, "{}.{} s", seconds, interval.as_millis() % 1000 / 100),
        10..=59 => write!(text, "{seconds} s"),
        60..=3599 => write!(text, "{} m {} s", seconds / 60, seconds % 60),
        3600..=86_399 => write!(text, "{} h {} m", seconds / 3600, seconds % 3600 / 60),
        _ => write!(text, "{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    };
    text
}

#[cfg(test)]
mod tests;
