//! Runs track scripts at their intervals.
use super::Listeners;
use crate::notify::script::identity_of;
use kernel::linux::children::{self, Request};
use model::config::global::User;
use model::config::track::Script;
use model::net::Outcome;
use model::{Config, Name, limits};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use vrrp::Fact;

/// The scripts that run.
#[derive(Default)]
pub(super) struct Scripts {
    running: BTreeMap<Name, Running>,
}

struct Running {
    script: Script,
    default_user: Option<User>,
    task: JoinHandle<()>,
}

impl Scripts {
    /// Runs exactly the scripts of this configuration; one that did not change goes on undisturbed. A script of which
    /// only its judgement (weight, rise, fall) changed does too.
    pub(super) fn configure(&mut self, config: &Config, listeners: &Listeners) {
        let default = &config.global.script_user;
        let mut before = std::mem::take(&mut self.running);
        for script in &config.scripts {
            let known = before.remove(&script.name);
            let running = match known {
                Some(known) if same_run(&known.script, script) && known.default_user == *default => known,
                Some(known) => {
                    known.task.abort();
                    start(script, default.as_ref(), listeners)
                }
                None => start(script, default.as_ref(), listeners),
            };
            self.running.insert(script.name.clone(), running);
        }
        before.into_values().for_each(|gone| gone.task.abort());
    }
}

fn start(script: &Script, default: Option<&User>, listeners: &Listeners) -> Running {
    let (listeners, job, user) = (listeners.clone(), script.clone(), default.cloned());
    let task = tokio::task::spawn_local(async move {
        let mut due = interval(Duration::from(job.interval));
        due.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            due.tick().await;
            let outcome = run(&job, user.as_ref()).await;
            if !listeners.router(Fact::ScriptFinished { script: job.name.clone(), outcome }).await {
                return;
            }
        }
    });
    Running { script: script.clone(), default_user: default.cloned(), task }
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
