//! What the load balancer has beside its table: idle timeouts, synchronisation daemons, flushing. Level-triggered like it.
use evenkeel_ipvs::{Command, Ipvs, Name, SyncDaemon, SyncRole, Timeouts};
use model::config::global::{FlushOnStop, LvsGlobal, LvsTimeouts, SyncDaemon as Settings};
use model::state::vrrp::RouterState;
use model::{Config, Interval};

/// The kernel's own timeouts in seconds (net/netfilter/ipvs/ip_vs_ctl.c), for what an earlier run of ours has left.
const KERNEL_TIMEOUTS: Timeouts = Timeouts { tcp: 900, tcp_fin: 120, udp: 300 };
/// Role of a router that the synchronisation follows, before it was heard of: to listen harms nobody.
const UNHEARD: RouterState = RouterState::Backup;

/// The hand.
#[derive(Default)]
pub struct GlobalsHand {
    wanted: LvsGlobal,
    role: Option<RouterState>,
    /// The timeouts that were there before ours.
    before: Option<Timeouts>,
    /// Whether a synchronisation daemon was ever wanted: only then those that run are ours.
    owns_daemons: bool,
    flushed: bool,
    stale: bool,
    /// What was told and has not changed since.
    told: Vec<String>,
}

impl GlobalsHand {
    /// A hand whose table was emptied before: a thread that starts again must not cut connections.
    #[must_use]
    pub fn after(flushed: bool) -> Self {
        Self { flushed, ..Self::default() }
    }

    /// Whether the table need not be emptied any more.
    #[must_use]
    pub const fn flushed(&self) -> bool {
        self.flushed
    }

    /// Takes a configuration.
    pub fn configure(&mut self, config: &Config) {
        self.stale |= self.wanted != config.global.lvs;
        self.wanted = config.global.lvs.clone();
        self.owns_daemons |= self.wanted.sync_daemon.is_some();
    }

    /// The router that the synchronisation follows moved.
    pub fn follow(&mut self, state: RouterState) {
        self.stale |= self.role != Some(state);
        self.role = Some(state);
    }

    /// Whether nothing waits to be applied.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        !self.stale
    }

    /// Compares with the kernel and applies the difference; gives what is news and bad.
    pub fn work(&mut self, ipvs: &mut impl Ipvs) -> Vec<String> {
        self.stale = false;
        let mut problems = Vec::new();
        if self.wanted.flush && !self.flushed {
            problems.extend(carry_out(ipvs, &[Command::Flush]));
        }
        self.flushed = true;
        problems.extend(self.keep_timeouts(ipvs));
        problems.extend(self.keep_daemons(ipvs));
        let news = problems.iter().filter(|problem| !self.told.contains(problem)).cloned().collect();
        self.told = problems;
        news
    }

    /// After the last service has left: puts back what was there before, and empties the table where that is wanted.
    pub fn release(&mut self, ipvs: &mut impl Ipvs) -> Vec<String> {
        let mut commands = Vec::new();
        if let Some(before) = self.before.take() {
            commands.push(Command::SetTimeouts(before));
        }
        if self.wanted.flush_on_stop == FlushOnStop::All {
            commands.push(Command::Flush);
        }
        let mut problems = carry_out(ipvs, &commands);
        self.wanted = LvsGlobal::default();
        problems.extend(self.keep_daemons(ipvs));
        problems
    }

    fn keep_timeouts(&mut self, ipvs: &mut impl Ipvs) -> Vec<String> {
        if self.wanted.timeouts == LvsTimeouts::default() && self.before.is_none() {
            return Vec::new();
        }
        let now = match ipvs.timeouts() {
            Ok(now) => now,
            Err(error) => return vec![error.to_string()],
        };
        let base = self.before.unwrap_or(now);
        let wanted = over(base, self.wanted.timeouts);
        // What is already as wanted was left by an earlier run.
        self.before.get_or_insert(if now == wanted { KERNEL_TIMEOUTS } else { now });
        if now == wanted { Vec::new() } else { carry_out(ipvs, &[Command::SetTimeouts(wanted)]) }
    }

    fn keep_daemons(&self, ipvs: &mut impl Ipvs) -> Vec<String> {
        if !self.owns_daemons {
            return Vec::new();
        }
        match ipvs.sync_daemons() {
            Ok(running) => match daemons(self.wanted.sync_daemon.as_ref(), self.role) {
                Ok(wanted) => carry_out(ipvs, &difference(&wanted, &running)),
                Err(problem) => vec![problem],
            },
            Err(error) => vec![error.to_string()],
        }
    }
}

/// What is written, over what is there.
fn over(base: Timeouts, written: LvsTimeouts) -> Timeouts {
    let seconds = |written: Option<Interval>, base| match written {
        // The kernel takes 0 as "leave it", and so does keepalived.
        Some(time) if !time.is_zero() => u32::try_from(time.as_secs()).unwrap_or(base),
        _ => base,
    };
    Timeouts {
        tcp: seconds(written.tcp, base.tcp),
        tcp_fin: seconds(written.tcp_fin, base.tcp_fin),
        udp: seconds(written.udp, base.udp),
    }
}

/// The daemons that are to run: both without a router to follow, otherwise the one of its role.
fn daemons(settings: Option<&Settings>, role: Option<RouterState>) -> Result<Vec<SyncDaemon>, String> {
    let Some(settings) = settings else { return Ok(Vec::new()) };
    let roles: &[SyncRole] = match (&settings.instance, role.unwrap_or(UNHEARD)) {
        (None, _) => &[SyncRole::Master, SyncRole::Backup],
        (Some(_), RouterState::Master | RouterState::Releasing) => &[SyncRole::Master],
        (Some(_), RouterState::Init | RouterState::Backup | RouterState::Fault) => &[SyncRole::Backup],
        (Some(_), RouterState::Stopped) => &[],
    };
    let interface = Name::new(settings.interface.as_str()).map_err(|problem| problem.to_string())?;
    let daemon = |role: &SyncRole| SyncDaemon {
        max_length: settings.max_length,
        group: settings.group,
        port: settings.port,
        ttl: settings.ttl,
        ..SyncDaemon::new(*role, interface.clone(), settings.id)
    };
    Ok(roles.iter().map(daemon).collect())
}

/// Stops before starts: the kernel runs one of each role.
fn difference(wanted: &[SyncDaemon], running: &[SyncDaemon]) -> Vec<Command> {
    let kept = |wanted: &SyncDaemon| running.iter().any(|running| serves(running, wanted));
    let stops = running.iter().filter(|running| !wanted.iter().any(|wanted| serves(running, wanted)));
    let starts = wanted.iter().filter(|wanted| !kept(wanted));
    stops.map(|gone| Command::StopSync(gone.role)).chain(starts.map(|new| Command::StartSync(new.clone()))).collect()
}

/// Whether a daemon that runs is the wanted one; what was left to the kernel is whatever it chose. The kernel also moves
/// the length into what the interface can carry.
fn serves(running: &SyncDaemon, wanted: &SyncDaemon) -> bool {
    running.role == wanted.role
        && running.interface == wanted.interface
        && running.id == wanted.id
        && (wanted.group.is_none() || running.group == wanted.group)
        && (wanted.port.is_none() || running.port == wanted.port)
        && (wanted.ttl.is_none() || running.ttl == wanted.ttl)
        && match (running.max_length, wanted.max_length) {
            (Some(running), Some(wanted)) => running <= wanted.max(LEAST_LENGTH),
            _ => true,
        }
}

/// Smallest message that the kernel lets a daemon send.
const LEAST_LENGTH: u16 = 1024;

fn carry_out(ipvs: &mut impl Ipvs, commands: &[Command]) -> Vec<String> {
    if commands.is_empty() {
        return Vec::new();
    }
    let results = ipvs.apply(commands);
    let refused = commands.iter().zip(results).filter_map(|(command, result)| Some((command, result.err()?)));
    refused.map(|(command, error)| format!("{command}: {error}")).collect()
}

#[cfg(test)]
mod tests;
