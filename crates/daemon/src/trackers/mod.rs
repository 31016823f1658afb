//! Runs track scripts, watches files and processes; only reports facts.
mod files;
mod matching;
mod processes;
mod scripts;

use crate::channels::{CheckersOrder, VrrpOrder};
use files::Files;
use model::{Config, Name};
use processes::Processes;
use scripts::Scripts;
use std::rc::Rc;
use tokio::sync::mpsc;
use vrrp::fact::Watched;

/// Everything that is watched.
pub struct Trackers {
    scripts: Option<Scripts>,
    files: Files,
    processes: Processes,
}

/// Where readings go: those threads that run.
#[derive(Clone)]
pub struct Listeners {
    vrrp: Option<mpsc::Sender<VrrpOrder>>,
    checkers: Option<mpsc::Sender<CheckersOrder>>,
}

impl Listeners {
    /// The threads that run.
    #[must_use]
    pub const fn new(
        vrrp: Option<mpsc::Sender<VrrpOrder>>,
        checkers: Option<mpsc::Sender<CheckersOrder>>,
    ) -> Self {
        Self { vrrp, checkers }
    }

    /// Tells what a file says.
    async fn file(&self, name: &Name, number: i64) {
        self.router(Watched::File, name, number).await;
        if let Some(checkers) = &self.checkers {
            let fact = checkers::Fact::FileRead { file: name.clone(), number };
            let _ = checkers.send(CheckersOrder::Fact(fact)).await;
        }
    }

    /// Tells whether enough of a process run.
    async fn process(&self, name: &Name, enough: bool) {
        self.router(Watched::Process, name, i64::from(enough)).await;
    }

    async fn router(&self, what: Watched, name: &Name, number: i64) {
        if let Some(vrrp) = &self.vrrp {
            let limit = i64::from(i32::MAX);
            let reading = i32::try_from(number.clamp(-limit, limit)).unwrap_or(0);
            let _ = vrrp.send(VrrpOrder::Tracked { what, name: name.clone(), reading }).await;
        }
    }
}

impl Trackers {
    /// None yet. Runs inside a `LocalSet`.
    #[must_use]
    pub fn new(listeners: Listeners) -> Self {
        let scripts = listeners.vrrp.clone().map(Scripts::new);
        let listeners = Rc::new(listeners);
        Self { scripts, files: Files::new(Rc::clone(&listeners)), processes: Processes::new(listeners) }
    }

    /// Watches exactly what this configuration says. Every reading is told again: who is new has heard none.
    pub fn configure(&mut self, config: &Config) {
        if let Some(scripts) = &mut self.scripts {
            scripts.configure(config);
        }
        self.files.configure(&config.files);
        self.processes.configure(&config.processes);
    }

    /// Ends all watching.
    pub fn stop(&mut self) {
        if let Some(scripts) = &mut self.scripts {
            scripts.stop();
        }
        self.files.configure(&[]);
        self.processes.configure(&[]);
    }
}
