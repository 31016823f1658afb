//! Transitions to the outside: which hooks run and which lines go to which FIFO, in order, off the vrrp thread.
pub mod fifo;
pub mod script;

use checkers::effect::Report as PoolReport;
use fifo::Fifo;
use model::config::global::{Command, Global};
use model::config::vrrp::Notify;
use model::state::vrrp::RouterState;
use model::{Config, Name};
use script::Scripts;
use std::collections::BTreeMap;
use vrrp::effect::Report as RouterReport;

/// Knows who is to be told what.
pub struct Notifier {
    instances: BTreeMap<Name, Notify>,
    groups: BTreeMap<Name, Notify>,
    fifos: Fifos,
    scripts: Scripts,
}

#[derive(Default)]
struct Fifos {
    all: Option<Fifo>,
    vrrp: Option<Fifo>,
    lvs: Option<Fifo>,
}

impl Notifier {
    /// Opens the FIFOs and starts their readers. Runs inside a `LocalSet`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let mut notifier = Self {
            instances: BTreeMap::new(),
            groups: BTreeMap::new(),
            fifos: Fifos::default(),
            scripts: Scripts::new(&config.global),
        };
        notifier.configure(config);
        notifier
    }

    /// Takes a new configuration. A FIFO that did not change stays open, so that its reader notices nothing.
    pub fn configure(&mut self, config: &Config) {
        self.instances = config.instances.iter().map(|i| (i.name.clone(), i.notify.clone())).collect();
        self.groups = config.groups.iter().map(|g| (g.name.clone(), g.notify.clone())).collect();
        self.scripts.configure(&config.global);
        let Global { fifo, vrrp_fifo, lvs_fifo, .. } = &config.global;
        Fifo::replace(&mut self.fifos.all, fifo.as_ref(), &self.scripts);
        Fifo::replace(&mut self.fifos.vrrp, vrrp_fifo.as_ref(), &self.scripts);
        Fifo::replace(&mut self.fifos.lvs, lvs_fifo.as_ref(), &self.scripts);
    }

    /// Tells the outside what a virtual router reported.
    pub fn router(&mut self, report: &RouterReport) {
        match report {
            RouterReport::Moved { instance, to, priority, .. } => {
                let hooks = self.instances.get(instance).cloned().unwrap_or_default();
                self.moved("INSTANCE", instance, *to, *priority, &hooks);
            }
            RouterReport::GroupMoved { group, to } => {
                let hooks = self.groups.get(group).cloned().unwrap_or_default();
                self.moved("GROUP", group, *to, 0, &hooks);
            }
            RouterReport::PriorityChanged { instance, state, priority, notify: true } => {
                if matches!(state, RouterState::Master | RouterState::Backup) {
                    self.vrrp_line(&format!("INSTANCE \"{instance}\" {state}_PRIORITY {priority}"));
                }
            }
            RouterReport::HeardLowerPriority { instance, priority } => {
                let hook = self.instances.get(instance).and_then(|hooks| hooks.master_rx_lower_pri.clone());
                self.run("INSTANCE", instance, hook.as_ref(), &[]);
                self.vrrp_line(&format!("INSTANCE \"{instance}\" MASTER_RX_LOWER_PRI {priority}"));
            }
            RouterReport::PriorityChanged { .. }
            | RouterReport::Removed { .. }
            | RouterReport::Note { .. }
            | RouterReport::AllReleased => {}
        }
    }

    /// Tells the outside what a pool reported.
    pub fn pool(&mut self, report: &PoolReport) {
        let word = |up: bool| if up { "UP" } else { "DOWN" };
        match report {
            PoolReport::RealServer { service, address, port, up, hook, .. } => {
                let subject = format!("RS {service} {address} {port}");
                self.run("RS", &Name::from(subject), hook.as_ref(), &[]);
                let protocol = match service {
                    model::config::server::Service::Address { protocol, .. } => protocol.to_string(),
                    model::config::server::Service::Fwmark { .. } => "none".to_owned(),
                };
                self.lvs_line(&format!("RS [{address}]:{protocol}:{port} {service} {}", word(*up)));
            }
            PoolReport::VirtualServer { service, up, hook, .. } => {
                self.run("VS", &Name::from(service.to_string()), hook.as_ref(), &[]);
                self.lvs_line(&format!("VS {service} {}", word(*up)));
            }
            PoolReport::Note { .. } | PoolReport::AllReleased => {}
        }
    }

    /// Waits for hooks that still run, and lines that are still to be read, up to the limit for STOP scripts.
    pub async fn finish(self) {
        let limit = std::time::Duration::from(model::limits::STOP_SCRIPT_TIMEOUT);
        self.scripts.wait_idle(limit).await;
        for fifo in [self.fifos.all, self.fifos.vrrp, self.fifos.lvs].into_iter().flatten() {
            fifo.close(limit).await;
        }
    }

    /// In keepalived's order: the state's own hook, the general hook, the FIFOs.
    fn moved(&mut self, kind: &'static str, name: &Name, to: RouterState, priority: u8, hooks: &Notify) {
        let own = match to {
            RouterState::Master => &hooks.master,
            RouterState::Backup => &hooks.backup,
            RouterState::Fault => &hooks.fault,
            RouterState::Stopped => &hooks.stop,
            // Still serving: the word is said when the addresses are gone.
            RouterState::Init | RouterState::Releasing => return,
        };
        self.run(kind, name, own.as_ref(), &[]);
        let words = [kind.to_owned(), name.to_string(), to.to_string(), priority.to_string()];
        self.run(kind, name, hooks.any.as_ref(), &words);
        self.vrrp_line(&format!("{kind} \"{name}\" {to} {priority}"));
    }

    fn run(&self, kind: &'static str, name: &Name, command: Option<&Command>, words: &[String]) {
        if let Some(command) = command {
            self.scripts.run(format!("{kind} {name}"), command, words);
        }
    }

    fn vrrp_line(&mut self, line: &str) {
        for fifo in [&mut self.fifos.all, &mut self.fifos.vrrp].into_iter().flatten() {
            fifo.write(line);
        }
    }

    fn lvs_line(&mut self, line: &str) {
        for fifo in [&mut self.fifos.all, &mut self.fifos.lvs].into_iter().flatten() {
            fifo.write(line);
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
