//! Runs track scripts at their intervals.
use crate::channels::VrrpOrder;
use crate::notify::script::identity_of;
use kernel::linux::children::{self, Request};
use model::config::global::User;
use model::config::track::Script;
use model::net::Outcome;
use model::{Config, Name, limits};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// The scripts that run.
pub struct Scripts {
    orders: mpsc::Sender<VrrpOrder>,
    running: BTreeMap<Name, Running>,
}

struct Running {
    script: Script,
    default_user: Option<User>,
    task: JoinHandle<()>,
}

impl Scripts {
    /// None yet; results go to `orders`.
    #[must_use]
    pub const fn new(orders: mpsc::Sender<VrrpOrder>) -> Self {
        Self { orders, running: BTreeMap::new() }
    }

    /// Runs exactly the scripts of this configuration; one that did not change goes on undisturbed. A script of which
    /// only its judgement (weight, rise, fall) changed does too.
    pub fn configure(&mut self, config: &Config) {
        let default = &config.global.script_user;
        let mut before = std::mem::take(&mut self.running);
        for script in &config.scripts {
            let known = before.remove(&script.name);
            let running = match known {
                Some(known) if same_run(&known.script, script) && known.default_user == *default => known,
                Some(known) => {
                    known.task.abort();
                    self.start(script, default.as_ref())
                }
                None => self.start(script, default.as_ref()),
            };
            self.running.insert(script.name.clone(), running);
        }
        before.into_values().for_each(|gone| gone.task.abort());
    }

    /// Ends all runs.
    pub fn stop(&mut self) {
        std::mem::take(&mut self.running).into_values().for_each(|running| running.task.abort());
    }

    fn start(&self, script: &Script, default: Option<&User>) -> Running {
        let (orders, job, user) = (self.orders.clone(), script.clone(), default.cloned());
        let task = tokio::task::spawn_local(async move {
            let mut due = interval(Duration::from(job.interval));
            due.set_missed_tick_behavior(MissedTickBehavior::Skip);
            loop {
                due.tick().await;
                let outcome = run(&job, user.as_ref()).await;
                if orders.send(VrrpOrder::ScriptFinished { script: job.name.clone(), outcome }).await.is_err() {
                    return;
                }
            }
        });
        Running { script: script.clone(), default_user: default.cloned(), task }
    }
}

fn same_run(a: &Script, b: &Script) -> bool {
    (&a.command, a.interval, a.timeout) == (&b.command, b.interval, b.timeout)
}

async fn run(script: &Script, default: Option<&User>) -> Outcome {
    match identity_of(script.command.user.as_ref(), default) {
        Ok(identity) => {
            let argv = script.command.argv.clone();
            children::run(Request { argv, identity, timeout: Some(script.timeout), kill_grace: limits::KILL_GRACE })
                .await
        }
        Err(problem) => Outcome::NotStarted(problem.to_string()),
    }
}
