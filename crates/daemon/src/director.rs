//! The control thread: owns the running configuration, hears the other threads, signals and clients, and answers them.
mod maintenance;

use crate::by_hand::{ByHand, PoolOrder};
use crate::channels::{CheckersOrder, Ended, Part, Published, Report, Reporter, Reports, VrrpOrder};
use crate::cli::Options;
use crate::config::Source;
use crate::control::{Answer, Asked, Request};
use crate::notify::Notifier;
use crate::observe;
use crate::once;
use crate::operator::{self, Book, Order, Switchovers};
use crate::promotion::Promotion;
use crate::reload::{self, Judgement, judge};
use crate::service::{self, Manager, Stage};
use crate::signals::{self, Signals};
use crate::spaces::IpvsSpace;
use crate::state_file;
use crate::supervise::{Allowed, Threads};
use crate::trackers::{Listeners, Trackers};
use crate::words;
use confparse::Loaded;
use confparse::diagnostic::{Diagnostic, Severity};
use kernel::linux::clock::BootClock;
use kernel::linux::sysctl::LinuxSysctls;
use kernel::ports::Clock;
use model::state::process::Process;
use model::state::vrrp::RouterState;
use model::{Config, Instant, Interval, Name, limits};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, oneshot};
use tracing::{error, info, warn};

/// Exit statuses of the daemon, as in keepalived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Stopped by a signal.
    Stopped = 0,
    /// Something could not be set up.
    CannotStart = 1,
    /// A capability is missing.
    NoPermission = 4,
    /// No configuration file, or an include check failed.
    NoConfig = 6,
    /// A fault of our own.
    Internal = 70,
}

/// The control thread.
pub struct Director {
    source: Source,
    config: Arc<Config>,
    known: Vec<Diagnostic>,
    threads: Threads,
    reports: Reports,
    published: Arc<Published>,
    notifier: Notifier,
    by_hand: ByHand,
    trackers: Trackers,
    signals: Signals,
    manager: Manager,
    asked: mpsc::Receiver<Asked>,
    process: Process,
    stopping: Option<Exit>,
    restarts: VecDeque<Instant>,
    dropped: u64,
    /// What the checkers were last told of the router that the synchronisation follows.
    followed: Option<RouterState>,
    book: Book,
    switchovers: Switchovers,
    log: words::RouterLog,
    promotion: Promotion<LinuxSysctls>,
}

impl Director {
    /// Takes the loaded configuration. Runs inside a `LocalSet`.
    ///
    /// # Errors
    /// When signals cannot be taken over.
    pub fn new(
        options: &Options,
        source: Source,
        loaded: Loaded,
        asked: mpsc::Receiver<Asked>,
        space: Option<IpvsSpace>,
    ) -> std::io::Result<Self> {
        let published = Arc::new(Published::default());
        let (reporter, reports) = Reporter::new(Arc::clone(&published));
        let allowed = Allowed { vrrp: options.vrrp, checkers: options.checkers };
        let now = BootClock.now();
        let (book, problem) = Book::open(state_file::path("maintenance.json"));
        if let Some(problem) = problem {
            error!(
                "(maintenance) {problem}; what was out of service before is not known, and everything is in service"
            );
        }
        let (by_hand, lines) = ByHand::open(state_file::path("pools.json"), &loaded.config);
        lines.iter().for_each(|line| warn!("by hand: {line}"));
        let process = Process {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            router_id: loaded.config.global.router_id.clone(),
            pid: std::process::id(),
            started_at: now,
            config_file: source.file.clone(),
            config_problems: problems(&loaded.diagnostics),
            ..Process::default()
        };
        Ok(Self {
            source,
            notifier: Notifier::new(&loaded.config),
            by_hand,
            config: Arc::new(loaded.config),
            known: loaded.diagnostics,
            threads: Threads::new(allowed, Arc::clone(&published), reporter, space),
            reports,
            published,
            trackers: Trackers::default(),
            signals: Signals::install()?,
            manager: Manager::of_environment(),
            asked,
            process,
            stopping: None,
            restarts: VecDeque::new(),
            dropped: 0,
            followed: None,
            book,
            switchovers: Switchovers::default(),
            log: words::RouterLog::default(),
            promotion: Promotion::new(LinuxSysctls),
        })
    }

    /// Runs until stopped.
    pub async fn run(mut self) -> Exit {
        if once::start_up(&self.config.global, &mut self.signals).await {
            self.apply().await;
            self.tell_ready();
        } else {
            self.stop_with(Exit::Stopped);
        }
        while self.stopping.is_none() {
            self.hear().await;
        }
        self.manager.tell(&Stage::Stopping);
        self.let_go(Part::Vrrp).await;
        self.promotion.keep(&BTreeSet::new());
        self.let_go(Part::Checkers).await;
        self.notifier.finish().await;
        once::shut_down(&self.config.global).await;
        let exit = self.stopping.unwrap_or(Exit::Stopped);
        info!("Evenkeel {} stopped", self.process.version);
        exit
    }

    fn tell_ready(&self) {
        self.manager.tell(&Stage::Ready(service::summary(&self.source.file, &self.config)));
    }

    async fn hear(&mut self) {
        // In no fixed order: a hostile network can make reports without end, and must not silence who asks.
        tokio::select! {
            Some(report) = self.reports.next() => self.heard(report).await,
            request = self.signals.next() => self.signalled(request).await,
            Some((request, answer)) = self.asked.recv() => self.asked(request, answer).await,
            () = maintenance::end(&self.book) => self.maintenance_ended().await,
        }
    }

    /// Stops a part and hears its reports until it has let go, within a limit: a stop must end.
    async fn let_go(&mut self, part: Part) {
        if part == Part::Vrrp {
            self.trackers.stop();
        }
        self.threads.stop(part).await;
        let longest = self.config.instances.iter().map(|i| i.advert_interval).max().unwrap_or(Interval::ZERO);
        let limit = tokio::time::Instant::now() + (longest + limits::STOP_GRACE).into();
        while self.threads.runs(part) {
            tokio::select! {
                biased;
                Some(report) = self.reports.next() => self.heard(report).await,
                request = self.signals.next() => info!("{request:?} ignored: the daemon is stopping"),
                Some((request, answer)) = self.asked.recv() => self.asked(request, answer).await,
                () = tokio::time::sleep_until(limit) => {
                    error!("the {part} thread did not let go in time; leaving without it");
                    break;
                }
            }
        }
        // What the thread said before it ended is still told.
        while let Some(report) = self.reports.try_next() {
            self.heard(report).await;
        }
    }

    /// Lets the threads and the trackers run the configuration.
    async fn apply(&mut self) {
        if let Err(problem) = self.threads.configure(&self.config, self.by_hand.overlay()).await {
            error!("a thread cannot be started: {problem}");
            self.stopping = Some(Exit::CannotStart);
        }
        let listeners = Listeners::new(self.threads.vrrp_orders(), self.threads.checkers_orders());
        self.trackers.listen(listeners);
        self.trackers.configure(&self.config);
        // Who has just started has heard of no maintenance.
        for order in self.book.orders() {
            self.maintain(order.subject.as_deref(), Some(order.reason.clone())).await;
        }
        self.followed = None;
        self.follow().await;
    }

    /// Tells the checkers where the router is that the connection synchronisation follows.
    async fn follow(&mut self) {
        let sync = self.config.global.lvs.sync_daemon.as_ref();
        let Some(name) = sync.and_then(|sync| sync.instance.as_ref()) else { return };
        let vrrp = self.published.vrrp.load();
        let Some(state) = vrrp.instances.iter().find(|i| i.name == *name).map(|i| i.state) else { return };
        if self.followed == Some(state) {
            return;
        }
        if let Some(orders) = self.threads.checkers_orders() {
            let _ = orders.send(CheckersOrder::Follow(state)).await;
            self.followed = Some(state);
        }
    }

    async fn heard(&mut self, report: Report) {
        match report {
            Report::Vrrp(report) => {
                self.log.router(BootClock.now(), &report);
                self.notifier.router(&report);
                if let vrrp::effect::Report::SwitchoverEnded { instance, outcome } = &report {
                    self.switchovers.ended(instance, outcome);
                }
                self.follow().await;
            }
            Report::Promote(links) => self.promotion.keep(&links),
            Report::Checkers(report) => {
                words::pool(&report);
                self.notifier.pool(&report);
            }
            Report::Ipvs(problem) => self.ipvs(problem),
            Report::Ended(part, ended) => self.ended(part, ended).await,
        }
        let dropped = self.published.dropped_reports.load(Ordering::Relaxed);
        if dropped > self.dropped {
            warn!(
                "{} report(s) were lost because this thread did not keep up; `evenkeel status` has the current states",
                dropped - self.dropped
            );
            self.dropped = dropped;
        }
    }

    fn ipvs(&mut self, problem: String) {
        match (problem.is_empty(), self.process.ipvs_problem.is_empty()) {
            (true, false) => info!("(IPVS) is there again; the table is programmed"),
            (false, _) if problem != self.process.ipvs_problem => {
                error!("(IPVS) not programmed: {problem}; VRRP and the checks go on, and it is tried again");
            }
            _ => {}
        }
        self.process.ipvs_problem = problem;
    }

    async fn ended(&mut self, part: Part, ended: Ended) {
        self.threads.ended(part);
        match ended {
            Ended::AsOrdered => {}
            Ended::NoPermission(problem) => {
                error!(
                    "{problem}; leaving: start evenkeel as root, or give it CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BROADCAST"
                );
                self.stop_with(Exit::NoPermission);
            }
            Ended::CannotStart(problem) => {
                error!("{problem}; leaving");
                self.stop_with(Exit::CannotStart);
            }
            Ended::Failed(problem) => self.failed(part, &problem).await,
        }
    }

    /// A fault of our own. Without vrrp there is no director; the checkers are started again, a few times.
    async fn failed(&mut self, part: Part, problem: &str) {
        error!("the {part} thread failed: {problem}; please report this");
        if self.stopping.is_some() {
            return;
        }
        let now = BootClock.now();
        self.restarts.retain(|at| now.since(*at) < Interval::from_secs(60));
        let often = self.restarts.len() >= limits::CHECKERS_RESTARTS_PER_MINUTE as usize;
        if part == Part::Vrrp || often {
            error!("addresses are released and the daemon leaves, so that the other director takes over");
            return self.stop_with(Exit::Internal);
        }
        self.restarts.push_back(now);
        self.process.checkers_restarts += 1;
        warn!("the checkers thread starts again; the IPVS table stays as it is meanwhile");
        Box::pin(self.apply()).await;
    }

    fn stop_with(&mut self, exit: Exit) {
        // The first reason counts.
        self.stopping.get_or_insert(exit);
    }

    async fn signalled(&mut self, request: signals::Request) {
        match request {
            signals::Request::Stop => {
                info!("stopping: masters hand over before they let go");
                self.stop_with(Exit::Stopped);
            }
            signals::Request::Reload => {
                let _ = self.reload().await;
            }
            signals::Request::DumpData | signals::Request::DumpStatistics => {
                warn!("dump files are not written yet; `evenkeel status --json` tells the same and more");
            }
        }
    }

    async fn asked(&mut self, request: Request, answer: oneshot::Sender<Answer>) {
        match request {
            Request::Switchover { subject, force } => self.switchover(&subject, force, answer).await,
            request => {
                // A client that went away is told nothing.
                let _ = answer.send(self.answer(&request).await);
            }
        }
    }

    /// Answered when it has come to its end, which takes as long as the peer needs to speak.
    async fn switchover(&mut self, subject: &str, forced: bool, answer: oneshot::Sender<Answer>) {
        let name = Name::from(subject);
        if !self.threads.runs(Part::Vrrp) {
            let why = "the configuration has no usable vrrp_instance, or the daemon was started with -C";
            // A client that went away is told nothing.
            return drop(answer.send(Err(format!("no virtual router runs here: {why}; `evenkeel check` tells more"))));
        }
        let group = |group: &&model::config::vrrp::SyncGroup| group.name == name || group.members.contains(&name);
        let members = self.config.groups.iter().find(group).map(|group| group.members.clone());
        self.switchovers.begin(members.unwrap_or_else(|| vec![name.clone()]), answer);
        info!("switchover of {name} ordered{}", if forced { ", by force" } else { "" });
        self.tell_routers(vrrp::Fact::SwitchoverRequested { subject: name, forced }).await;
    }

    async fn tell_routers(&self, fact: vrrp::Fact<'static>) {
        if let Some(orders) = self.threads.vrrp_orders() {
            let _ = orders.send(VrrpOrder::Fact(fact)).await;
        }
    }

    async fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Switchover { .. } => Err("a switchover is not answered at once".to_owned()),
            Request::MaintenanceOn { subject, reason, until } => {
                let reason = if reason.is_empty() { "maintenance".to_owned() } else { reason.clone() };
                let order = Order { subject: subject.clone(), reason, since: operator::unix_now(), until: *until };
                self.maintenance_on(order).await
            }
            Request::MaintenanceOff { subject } => self.maintenance_off(subject.as_deref()).await,
            Request::Maintenance => Ok(match self.maintenance().as_slice() {
                [] => "everything is in service\n".to_owned(),
                lines => lines.join("\n") + "\n",
            }),
            Request::StatusText { colour } => Ok(observe::text::render(&self.state(), *colour)),
            Request::StatusJson => Ok(format!("{:#}\n", observe::json::render(&self.state()))),
            Request::Reload if self.stopping.is_some() => Err("the daemon is stopping".to_owned()),
            Request::Reload => self.reload().await,
            Request::RealServer(order) => self.operate(order).await,
        }
    }

    /// Changes something on the running pools.
    async fn operate(&mut self, order: &PoolOrder) -> Answer {
        let answer = self.by_hand.act(order, &self.config)?;
        if *order != PoolOrder::List {
            answer.lines().for_each(|line| info!("by hand: {line}"));
            let fact = checkers::Fact::Overlaid(self.by_hand.overlay().clone());
            if let Some(orders) = self.threads.checkers_orders() {
                let _ = orders.send(CheckersOrder::Fact(fact)).await;
            }
        }
        Ok(answer)
    }

    fn state(&self) -> model::state::State {
        let process = Process { now: BootClock.now(), maintenance: self.maintenance(), ..self.process.clone() };
        observe::snapshot(&self.published, process, self.notifier.deliveries())
    }

    /// Reads the configuration again and applies what changed; a bad one changes nothing.
    async fn reload(&mut self) -> Answer {
        info!("reloading {}", self.source.file);
        self.manager.tell(&Stage::Reloading);
        let answer = self.read_again().await;
        self.tell_ready();
        answer
    }

    async fn read_again(&mut self) -> Answer {
        let loaded = self.source.load();
        if let Some(problem) = reload::settled(&self.config, &loaded.config) {
            error!("reload refused, the running configuration stays: {problem}");
            self.process.reloads_refused += 1;
            self.process.last_reload_problem.clone_from(&problem);
            return Err(problem);
        }
        match judge(&self.config, &self.known, &loaded) {
            Judgement::Refused(errors) => Err(self.refuse(&loaded, &errors)),
            Judgement::Accepted(plan) => {
                words::diagnostics(&loaded);
                let text = words::plan::text(&plan, &self.config, &loaded.config);
                text.lines().for_each(|line| info!("reload: {line}"));
                self.accept(loaded, plan.is_empty()).await;
                if self.config.global.fifo_states_on_reload {
                    self.tell_routers(vrrp::Fact::StatesAsked).await;
                }
                Ok(text)
            }
        }
    }

    fn refuse(&mut self, loaded: &Loaded, errors: &[usize]) -> String {
        let lines = words::errors(loaded, errors);
        error!("reload refused, the running configuration stays; {} error(s):", lines.len());
        lines.iter().for_each(|line| error!("{line}"));
        self.process.reloads_refused += 1;
        self.process.last_reload_problem = match lines.as_slice() {
            [only] => only.clone(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
            [] => "no configuration".to_owned(),
        };
        format!("the running configuration stays:\n{}", lines.join("\n"))
    }

    async fn accept(&mut self, loaded: Loaded, nothing_changed: bool) {
        self.process.reloads += 1;
        self.process.last_reload_problem.clear();
        self.process.config_problems = problems(&loaded.diagnostics);
        self.known = loaded.diagnostics;
        if nothing_changed {
            return;
        }
        self.process.router_id = loaded.config.global.router_id.clone();
        let before = std::mem::replace(&mut self.config, Arc::new(loaded.config));
        self.by_hand.reloaded(&before, &self.config).iter().for_each(|line| info!("reload: {line}"));
        self.notifier.configure(&self.config);
        self.apply().await;
    }
}

fn problems(diagnostics: &[Diagnostic]) -> u64 {
    let count = diagnostics.iter().filter(|d| d.severity >= Severity::Warning).count();
    u64::try_from(count).unwrap_or(u64::MAX)
}
