//! Runs track scripts, watches files and processes, polls links; only reports facts.
mod beats;
mod files;
mod matching;
mod processes;
mod scripts;

use crate::channels::{CheckersOrder, VrrpOrder};
use beats::Beats;
use files::Files;
use model::{Config, Name};
use processes::Processes;
use scripts::Scripts;
use tokio::sync::mpsc;
use vrrp::Fact;
use vrrp::fact::Watched;

/// Everything that is watched.
#[derive(Default)]
pub struct Trackers {
    listeners: Listeners,
    scripts: Scripts,
    files: Files,
    processes: Processes,
    beats: Beats,
}

/// Where readings go: those threads that run.
#[derive(Clone, Default)]
pub struct Listeners {
    vrrp: Option<mpsc::Sender<VrrpOrder>>,
    checkers: Option<mpsc::Sender<CheckersOrder>>,
}

impl Listeners {
    /// The threads that run.
    #[must_use]
    pub const fn new(vrrp: Option<mpsc::Sender<VrrpOrder>>, checkers: Option<mpsc::Sender<CheckersOrder>>) -> Self {
        Self { vrrp, checkers }
    }

    /// Tells the routers something; says whether they listen.
    async fn router(&self, fact: Fact<'static>) -> bool {
        match &self.vrrp {
            Some(vrrp) => vrrp.send(VrrpOrder::Fact(fact)).await.is_ok(),
            None => false,
        }
    }

    /// Tells what a file says.
    async fn file(&self, name: &Name, number: i64) {
        let limit = i64::from(i32::MAX);
        let reading = i32::try_from(number.clamp(-limit, limit)).unwrap_or(0);
        self.router(Fact::Tracked { what: Watched::File, name: name.clone(), reading }).await;
        if let Some(checkers) = &self.checkers {
            let fact = checkers::Fact::FileRead { file: name.clone(), number };
            let _ = checkers.send(CheckersOrder::Fact(fact)).await;
        }
    }

    /// Tells whether enough of a process run.
    async fn process(&self, name: &Name, enough: bool) {
        self.router(Fact::Tracked { what: Watched::Process, name: name.clone(), reading: i32::from(enough) }).await;
    }

    /// Tells whether a session is up.
    async fn session(&self, name: &Name, up: bool) {
        let fact = Fact::Tracked { what: Watched::Session, name: name.clone(), reading: i32::from(up) };
        self.router(fact).await;
        if let Some(checkers) = &self.checkers {
            let fact = checkers::Fact::SessionMoved { session: name.clone(), up };
            let _ = checkers.send(CheckersOrder::Fact(fact)).await;
        }
    }
}

impl Trackers {
    /// Readings go there from the next `configure` on. Runs inside a `LocalSet`.
    pub fn listen(&mut self, listeners: Listeners) {
        self.listeners = listeners;
    }

    /// Watches exactly what this configuration says. Readings of files and processes are told again: who is new has heard
    /// none.
    pub fn configure(&mut self, config: &Config) {
        self.scripts.configure(config, &self.listeners);
        self.files.configure(&config.files, &self.listeners);
        self.processes.configure(&config.processes, &self.listeners);
        self.beats.configure(config, &self.listeners);
        self.sessions(config);
    }

    /// Sessions are not run yet, which is noted when the configuration is read: they count as up, so that who tracks one,
    /// router or check, is not kept waiting for it.
    fn sessions(&self, config: &Config) {
        let names: Vec<Name> = config.bfd.iter().map(|session| session.name.clone()).collect();
        if names.is_empty() {
            return;
        }
        let listeners = self.listeners.clone();
        tokio::task::spawn_local(async move {
            for name in names {
                listeners.session(&name, true).await;
            }
        });
    }

    /// Ends all watching.
    pub fn stop(&mut self) {
        self.configure(&Config::default());
    }
}
