//! Transitions to the outside: who is told what, in order, off the vrrp thread.
mod backlog;
pub mod fifo;
pub mod mail;
pub mod outbox;
pub mod record;
pub mod script;
pub mod webhook;
mod words;

use checkers::effect::Report as PoolReport;
use fifo::Fifo;
use mail::Mailer;
use model::config::global::{Command, Global, Webhook};
use model::config::server::Service;
use model::config::vrrp::Notify;
use model::state::notify::Delivery;
use model::state::vrrp::RouterState;
use model::{Config, Name};
use record::Records;
use script::Scripts;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};
use vrrp::effect::Report as RouterReport;
use webhook::{Change, Webhooks};

/// Knows who is to be told what.
pub struct Notifier {
    instances: BTreeMap<Name, Listeners>,
    groups: BTreeMap<Name, Listeners>,
    /// Instances that a reload took away and that have not let go yet.
    leaving: BTreeMap<Name, Listeners>,
    mailed: Mailed,
    fifos: Fifos,
    scripts: Scripts,
    mailer: Mailer,
    webhooks: Webhooks,
    webhook: Option<Webhook>,
    router_id: String,
    sequence: u64,
    records: Records,
}

/// Who hears of an instance or a group.
#[derive(Clone, Default)]
struct Listeners {
    hooks: Notify,
    mail: bool,
}

/// A real server, by its virtual server, address and port.
type Server = (Service, IpAddr, u16);

/// Virtual and real servers.
#[derive(Default)]
struct Pools {
    services: BTreeSet<Service>,
    servers: BTreeSet<Server>,
}

/// Those whose changes are mailed.
#[derive(Default)]
struct Mailed {
    now: Pools,
    /// What the last reload took away: its goodbye comes after it.
    gone: Pools,
}

#[derive(Default)]
struct Fifos {
    all: Option<Fifo>,
    vrrp: Option<Fifo>,
    lvs: Option<Fifo>,
}

/// A move of an instance or a group.
struct Move<'a> {
    kind: &'static str,
    name: &'a Name,
    from: Option<RouterState>,
    to: RouterState,
    priority: u8,
    reason: &'a str,
}

impl Notifier {
    /// Opens the FIFOs and starts their readers. Runs inside a `LocalSet`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let records = Records::default();
        let mut notifier = Self {
            instances: BTreeMap::new(),
            groups: BTreeMap::new(),
            leaving: BTreeMap::new(),
            mailed: Mailed::default(),
            fifos: Fifos::default(),
            scripts: Scripts::new(&config.global, records.clone()),
            mailer: Mailer::new(),
            webhooks: Webhooks::default(),
            webhook: None,
            router_id: String::new(),
            sequence: 0,
            records,
        };
        notifier.configure(config);
        notifier
    }

    /// Takes a new configuration. A way out that did not change stays open, so that its reader notices nothing.
    pub fn configure(&mut self, config: &Config) {
        let instances = config
            .instances
            .iter()
            .map(|i| (i.name.clone(), Listeners { hooks: i.notify.clone(), mail: i.smtp_alert }));
        let before = std::mem::replace(&mut self.instances, instances.collect());
        self.leaving.extend(before.into_iter().filter(|(name, _)| !self.instances.contains_key(name)));
        let groups =
            config.groups.iter().map(|g| (g.name.clone(), Listeners { hooks: g.notify.clone(), mail: g.smtp_alert }));
        self.groups = groups.collect();
        self.mailed.configure(config);
        self.router_id.clone_from(&config.global.router_id);
        self.webhook.clone_from(&config.global.webhook);
        self.scripts.configure(&config.global);
        self.mailer.configure(&config.global, &self.records);
        let own = self.instances.values().chain(self.groups.values()).filter_map(|l| l.hooks.webhook.as_deref());
        self.webhooks.configure(own.chain(&self.webhook), &self.records);
        let Global { fifo, vrrp_fifo, lvs_fifo, .. } = &config.global;
        Fifo::replace(&mut self.fifos.all, fifo.as_ref(), &self.scripts, &self.records);
        Fifo::replace(&mut self.fifos.vrrp, vrrp_fifo.as_ref(), &self.scripts, &self.records);
        Fifo::replace(&mut self.fifos.lvs, lvs_fifo.as_ref(), &self.scripts, &self.records);
    }

    /// How each way out fared.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.records.all()
    }

    /// Tells the outside what a virtual router reported.
    pub fn router(&mut self, report: &RouterReport) {
        match report {
            RouterReport::Moved { instance: name, from, to, priority, reason } => {
                let (kind, from) = ("INSTANCE", Some(*from));
                let listeners = self.instances.get(name).or_else(|| self.leaving.get(name)).cloned();
                let told = Move { kind, name, from, to: *to, priority: *priority, reason };
                self.moved(&told, &listeners.unwrap_or_default());
            }
            RouterReport::GroupMoved { group: name, to } => {
                let listeners = self.groups.get(name).cloned().unwrap_or_default();
                let told = Move { kind: "GROUP", name, from: None, to: *to, priority: 0, reason: "its members moved" };
                self.moved(&told, &listeners);
            }
            RouterReport::PriorityChanged { instance, state, priority, notify: true } => {
                if matches!(state, RouterState::Master | RouterState::Backup) {
                    let line = format!("INSTANCE \"{instance}\" {state}_PRIORITY {priority}");
                    self.vrrp_line(&format!("priority of {instance}"), &line);
                }
            }
            RouterReport::HeardLowerPriority { instance, priority } => {
                let hook = self.instances.get(instance).and_then(|l| l.hooks.master_rx_lower_pri.clone());
                self.run("INSTANCE", instance, hook.as_deref(), &[]);
                let line = format!("INSTANCE \"{instance}\" MASTER_RX_LOWER_PRI {priority}");
                self.vrrp_line(&format!("lower priority at {instance}"), &line);
            }
            RouterReport::Stands { instance, state, priority } => {
                let line = words::fifo_line("INSTANCE", instance, &state.to_string(), *priority);
                self.vrrp_line(&format!("INSTANCE {instance}"), &line);
            }
            RouterReport::GroupStands { group, state } => {
                let line = words::fifo_line("GROUP", group, &state.to_string(), 0);
                self.vrrp_line(&format!("GROUP {group}"), &line);
            }
            RouterReport::Removed { instance, priority } => self.removed(instance, *priority),
            RouterReport::PriorityChanged { .. }
            | RouterReport::SwitchoverEnded { .. }
            | RouterReport::Note { .. }
            | RouterReport::AllReleased => {}
        }
    }

    /// Tells the outside what a pool reported.
    pub fn pool(&mut self, report: &PoolReport) {
        match report {
            PoolReport::RealServer { service, name, address, port, up, hook, reason } => {
                let word = words::up_or_down(*up);
                let subject = format!("RS {name} {address} {port}");
                self.run("RS", &Name::from(subject.as_str()), hook.as_deref(), &[]);
                let protocol = words::protocol(*service);
                self.lvs_line(&subject, &format!("RS [{address}]:{protocol}:{port} {name} {word}"));
                if self.mailed.has_server(&(*service, *address, *port)) && !self.mailer.settings().no_checkers {
                    let title = format!("Realserver [{address}]:{protocol}:{port} of virtual server {name} - {word}");
                    self.mailer.send(&title, format!("{title}\n{reason}\n"));
                }
            }
            PoolReport::VirtualServer { service, name, up, hook, reason } => {
                let word = words::up_or_down(*up);
                self.run("VS", name, hook.as_deref(), &[]);
                self.lvs_line(&format!("VS {name}"), &format!("VS {name} {word}"));
                if self.mailed.has_service(*service) {
                    let title = format!("Virtualserver {name} - {word}");
                    self.mailer.send(&title, format!("{title}\n{reason}\n"));
                }
            }
            PoolReport::Note { .. } | PoolReport::AllReleased => {}
        }
        if let Some((summary, object)) = words::pools_object(report) {
            self.post(self.webhook.clone().as_ref(), summary, object);
        }
    }

    /// Waits for hooks that still run, and for what is still to be taken, up to the limit for STOP scripts.
    pub async fn finish(self) {
        let limit = Duration::from(model::limits::STOP_SCRIPT_TIMEOUT);
        self.scripts.wait_idle(limit).await;
        tokio::join!(self.mailer.close(limit), self.webhooks.close(limit));
        for fifo in [self.fifos.all, self.fifos.vrrp, self.fifos.lvs].into_iter().flatten() {
            fifo.close(limit).await;
        }
    }

    /// In keepalived's order: the state's own hook, the general hook, the FIFOs, mail.
    fn moved(&mut self, told: &Move<'_>, listeners: &Listeners) {
        let Move { kind, name, to, priority, reason, .. } = told;
        let hooks = &listeners.hooks;
        let own = match to {
            RouterState::Master => &hooks.master,
            RouterState::Backup => &hooks.backup,
            RouterState::Fault => &hooks.fault,
            RouterState::Stopped => &hooks.stop,
            // Still serving: the word is said when the addresses are gone.
            RouterState::Init | RouterState::Releasing => return,
        };
        self.run(kind, name, own.as_deref(), &[]);
        self.say(told, hooks, &to.to_string());
        let silent = *to == RouterState::Fault && self.mailer.settings().no_faults;
        if let (true, false, Some(what)) = (listeners.mail, silent, words::letter(*to)) {
            let thing = if *kind == "GROUP" { "group" } else { "instance" };
            let title = format!("VRRP {thing} {name} - {what}");
            self.mailer.send(&title, format!("{title}\n{reason}\npriority {priority}\n"));
        }
    }

    /// A reload took an instance away, and it holds nothing any more: FAULT, or DELETED where that is wanted.
    fn removed(&mut self, name: &Name, priority: u8) {
        let Some(Listeners { hooks, .. }) = self.leaving.remove(name) else { return };
        let (word, own) = if hooks.report_deleted { ("DELETED", &hooks.deleted) } else { ("FAULT", &hooks.fault) };
        self.run("INSTANCE", name, own.as_deref(), &[]);
        let reason = "the new configuration does not have it";
        let told = Move { kind: "INSTANCE", name, from: None, to: RouterState::Fault, priority, reason };
        self.say(&told, &hooks, word);
    }

    /// What is said of every move: the general hook, the FIFOs, the webhook.
    fn say(&mut self, told: &Move<'_>, hooks: &Notify, word: &str) {
        let Move { kind, name, from, priority, reason, .. } = told;
        let arguments = [(*kind).to_owned(), name.to_string(), word.to_owned(), priority.to_string()];
        self.run(kind, name, hooks.any.as_deref(), &arguments);
        let line = words::fifo_line(kind, name, word, *priority);
        self.vrrp_line(&format!("{kind} {name}"), &line);
        let webhook = hooks.webhook.as_deref().or(self.webhook.as_ref()).cloned();
        let object = words::routers_object(kind, name.as_str(), word, *from, *priority, reason);
        self.post(webhook.as_ref(), line, object);
    }

    fn post(&mut self, webhook: Option<&Webhook>, summary: String, mut object: Value) {
        let Some(webhook) = webhook else { return };
        self.sequence += 1;
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        if let Some(fields) = object.as_object_mut() {
            fields.insert("router".to_owned(), json!(self.router_id));
            fields.insert("unix_time_ms".to_owned(), json!(since_epoch.as_millis()));
            fields.insert("sequence".to_owned(), json!(self.sequence));
        }
        self.webhooks.post(webhook, Change::new(summary, &object));
    }

    fn run(&self, kind: &'static str, name: &Name, command: Option<&Command>, words: &[String]) {
        if let Some(command) = command {
            self.scripts.run(format!("{kind} {name}"), command, words);
        }
    }

    fn vrrp_line(&self, subject: &str, line: &str) {
        for fifo in [&self.fifos.all, &self.fifos.vrrp].into_iter().flatten() {
            fifo.write(subject, line);
        }
    }

    fn lvs_line(&self, subject: &str, line: &str) {
        for fifo in [&self.fifos.all, &self.fifos.lvs].into_iter().flatten() {
            fifo.write(subject, line);
        }
    }
}

impl Pools {
    /// All of a configuration, or only those that are mailed.
    fn of(config: &Config, only_mailed: bool) -> Self {
        let services = config.virtual_servers.iter().filter(|server| server.smtp_alert || !only_mailed);
        let servers = config.virtual_servers.iter().flat_map(|server| {
            let servers = server.real_servers.iter().filter(move |real| real.smtp_alert || !only_mailed);
            servers.map(|real| (server.service, real.address, real.port))
        });
        Self { services: services.map(|server| server.service).collect(), servers: servers.collect() }
    }

    fn without(mut self, others: &Self) -> Self {
        self.services.retain(|service| !others.services.contains(service));
        self.servers.retain(|server| !others.servers.contains(server));
        self
    }
}

impl Mailed {
    fn configure(&mut self, config: &Config) {
        let before = std::mem::replace(&mut self.now, Pools::of(config, true));
        self.gone = before.without(&Pools::of(config, false));
    }

    fn has_service(&self, service: Service) -> bool {
        [&self.now, &self.gone].iter().any(|pools| pools.services.contains(&service))
    }

    fn has_server(&self, server: &Server) -> bool {
        [&self.now, &self.gone].iter().any(|pools| pools.servers.contains(server))
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
