//! Runs hooks: one queue for each subject, one hook of it at a time, each with a time limit.
use super::record::Records;
use kernel::linux::children::{self, Request};
use kernel::linux::identity::{self, Identity};
use model::config::global::{Command, Global, User};
use model::limits;
use model::net::Outcome;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tracing::{debug, warn};

/// The hooks of all subjects.
pub struct Scripts {
    queues: RefCell<BTreeMap<String, mpsc::Sender<Job>>>,
    default_user: RefCell<Option<User>>,
    parallel: Rc<Semaphore>,
    waiting: Rc<watch::Sender<usize>>,
    records: Records,
}

struct Job {
    line: String,
    request: Request,
}

impl Scripts {
    /// No hooks yet.
    #[must_use]
    pub fn new(global: &Global, records: Records) -> Self {
        Self {
            queues: RefCell::default(),
            default_user: RefCell::new(global.script_user.clone()),
            parallel: Rc::new(Semaphore::new(limits::NOTIFY_PARALLEL)),
            waiting: Rc::new(watch::Sender::new(0)),
            records,
        }
    }

    /// Takes the default user of a new configuration.
    pub fn configure(&self, global: &Global) {
        self.default_user.replace(global.script_user.clone());
    }

    /// Queues a hook with these words added to its arguments.
    pub fn run(&self, subject: String, command: &Command, words: &[String]) {
        let identity = match self.identity(command.user.as_ref()) {
            Ok(identity) => identity,
            Err(problem) => {
                self.records.of("hook", &subject, &command.line).ended(false, format!("not run: {problem}"));
                return warn!("({subject}) hook {} not run: {problem}", command.line);
            }
        };
        let argv = command.argv.iter().chain(words).cloned().collect();
        let request = Request { argv, identity, timeout: Some(limits::NOTIFY_TIMEOUT), kill_grace: limits::KILL_GRACE };
        let job = Job { line: command.line.clone(), request };
        let mut queues = self.queues.borrow_mut();
        let queue = queues.entry(subject.clone()).or_insert_with(|| self.start(subject.clone()));
        match queue.try_send(job) {
            Ok(()) => self.waiting.send_modify(|count| *count += 1),
            Err(error) => {
                let line = error.into_inner().line;
                self.records.of("hook", &subject, &line).lost(1);
                warn!(
                    "({subject}) hook {line} not run: {} others wait before it; look for one that hangs",
                    limits::NOTIFY_QUEUE
                );
            }
        }
    }

    /// Who a command runs as.
    ///
    /// # Errors
    /// When the user or group does not exist.
    pub fn identity(&self, user: Option<&User>) -> Result<Identity, identity::IdentityError> {
        let default = self.default_user.borrow();
        identity_of(user, default.as_ref())
    }

    /// Waits until no hook waits or runs, at most so long.
    pub async fn wait_idle(&self, limit: Duration) {
        let mut waiting = self.waiting.subscribe();
        if tokio::time::timeout(limit, waiting.wait_for(|count| *count == 0)).await.is_err() {
            warn!("{} hook(s) still ran {} s after the stop and were killed", *self.waiting.borrow(), limit.as_secs());
        }
    }

    fn start(&self, subject: String) -> mpsc::Sender<Job> {
        let (queue, mut jobs) = mpsc::channel::<Job>(limits::NOTIFY_QUEUE);
        let (parallel, waiting) = (Rc::clone(&self.parallel), Rc::clone(&self.waiting));
        let records = self.records.clone();
        tokio::task::spawn_local(async move {
            while let Some(job) = jobs.recv().await {
                let permit = parallel.acquire().await;
                let outcome = children::run(job.request).await;
                drop(permit);
                records.of("hook", &subject, &job.line).ended(outcome == Outcome::Exited(0), shown(&outcome));
                tell(&subject, &job.line, &outcome);
                waiting.send_modify(|count| *count -= 1);
            }
        });
        queue
    }
}

/// Who a command runs as: the user it names, else `script_user`, else keepalived's default.
///
/// # Errors
/// When the user or group does not exist.
pub fn identity_of(user: Option<&User>, default: Option<&User>) -> Result<Identity, identity::IdentityError> {
    match user.or(default) {
        Some(user) => identity::resolve(user.user.as_str(), user.group.as_ref().map(model::Name::as_str)),
        None => Ok(identity::default_script_user()?.unwrap_or_else(Identity::own)),
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Exited(status) => format!("left with status {status}"),
        Outcome::Signalled(signal) => format!("killed by signal {signal}"),
        Outcome::TimedOut => format!("ran longer than {} and was killed", limits::NOTIFY_TIMEOUT),
        Outcome::NotStarted(problem) => format!("could not be started: {problem}"),
    }
}

fn tell(subject: &str, line: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Exited(0) => debug!("({subject}) hook {line} done"),
        Outcome::Exited(status) => warn!("({subject}) hook {line} left with status {status}"),
        Outcome::Signalled(signal) => warn!("({subject}) hook {line} was killed by signal {signal}"),
        Outcome::TimedOut => {
            let limit = limits::NOTIFY_TIMEOUT;
            warn!("({subject}) hook {line} ran longer than {limit} and was killed with its children");
        }
        Outcome::NotStarted(problem) => warn!("({subject}) hook {line} could not be started: {problem}"),
    }
}
