//! What an operator changed on the running pools, over what the file says. It is part of the target, not a series of
//! commands: a reload applies it again.
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;
use model::Config;
use model::config::server::{Checker, RealServer, Service, VirtualServer};
use model::limits::OVERLAY_CHANGES;

/// The changes of an operator, by server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    changes: BTreeMap<Key, Change>,
}

/// Which real server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its virtual server; of a group, the first entry.
    pub service: Service,
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
}

/// What is other than in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The file does not have it.
    pub added: bool,
    /// Its weight, 0 to 65535, in place of that in the file.
    pub weight: Option<u32>,
    /// What it may do.
    pub duty: Duty,
}

/// What an operator lets a server do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duty {
    /// What its checks say.
    #[default]
    Full,
    /// Weight 0: it keeps its connections and gets no new ones.
    Drained,
    /// It is out of the table, and its checks go on.
    Disabled,
    /// It is as if the file did not have it.
    Removed,
}

/// `weight 5, drained`; nothing where nothing is changed.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = self.weight.map(|weight| alloc::format!("weight {weight}"));
        let duty = match self.duty {
            Duty::Full => None,
            Duty::Drained => Some("drained"),
            Duty::Disabled => Some("disabled"),
            Duty::Removed => Some("removed"),
        };
        let added = self.added.then(|| "added".to_string());
        let words: Vec<String> = added.into_iter().chain(weight).chain(duty.map(ToString::to_string)).collect();
        f.write_str(&words.join(", "))
    }
}

impl Overlay {
    /// What is changed of this server.
    #[must_use]
    pub fn of(&self, key: &Key) -> Change {
        self.changes.get(key).copied().unwrap_or_default()
    }

    /// Sets what is changed of a server; a change that changes nothing is forgotten. False when there are as many changes
    /// as may be (`limits::OVERLAY_CHANGES`).
    pub fn set(&mut self, key: Key, change: Change) -> bool {
        let nothing = change == Change::default() || change.added && change.duty == Duty::Removed;
        if nothing {
            self.changes.remove(&key);
            return true;
        }
        let room = self.changes.len() < OVERLAY_CHANGES || self.changes.contains_key(&key);
        if room {
            self.changes.insert(key, change);
        }
        room
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.changes.clear();
    }

    /// Every change.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Change)> {
        self.changes.iter()
    }

    /// The file was read again: what it now says otherwise of a server counts, and the change is forgotten. That is a
    /// server that left or came, or one whose weight was written anew. Gives what was forgotten.
    pub fn reloaded(&mut self, before: &Config, after: &Config) -> Vec<Key> {
        let stays = |key: &Key, change: &Change| match (server(before, key), server(after, key)) {
            (Some(old), Some(new)) => !change.added && old.weight == new.weight,
            (None, None) => change.added && virtual_server(after, key).is_some(),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let gone: Vec<Key> = self.changes.iter().filter(|(k, c)| !stays(k, c)).map(|(key, _)| *key).collect();
        self.changes.retain(|key, _| !gone.contains(key));
        gone
    }

    /// The servers of a virtual server with the changes made, and those that were taken out.
    pub(crate) fn apply(&self, block: &VirtualServer, servers: Vec<RealServer>) -> (Vec<RealServer>, Vec<RealServer>) {
        if self.changes.is_empty() {
            return (servers, Vec::new());
        }
        let template = servers.first().cloned();
        let change =
            |server: &RealServer| self.of(&Key { service: block.service, address: server.address, port: server.port });
        let (removed, mut servers): (Vec<_>, Vec<_>) =
            servers.into_iter().partition(|server| change(server).duty == Duty::Removed);
        let own = self.changes.iter().filter(|(key, _)| key.service == block.service);
        let added = own.filter(|(_, change)| change.added).map(|(key, _)| (key.address, key.port));
        for (address, port) in added {
            if !servers.iter().any(|server| (server.address, server.port) == (address, port)) {
                servers.push(like(template.as_ref(), address, port));
            }
        }
        for server in &mut servers {
            server.weight = change(server).weight.unwrap_or(server.weight);
        }
        (servers, removed)
    }
}

fn virtual_server<'a>(config: &'a Config, key: &Key) -> Option<&'a VirtualServer> {
    config.virtual_servers.iter().find(|server| server.service == key.service)
}

fn server<'a>(config: &'a Config, key: &Key) -> Option<&'a RealServer> {
    let servers = &virtual_server(config, key)?.real_servers;
    servers.iter().find(|server| (server.address, server.port) == (key.address, key.port))
}

/// A server like another one, whose checks ask the new place wherever they asked that of the other.
fn like(template: Option<&RealServer>, address: IpAddr, port: u16) -> RealServer {
    let Some(template) = template else { return RealServer::plain(address, port) };
    let moved = |check: &Checker| {
        let mut check = check.clone();
        if check.connect.address == template.address {
            check.connect.address = address;
        }
        if check.connect.port == template.port {
            check.connect.port = port;
        }
        check
    };
    RealServer { address, port, checkers: template.checkers.iter().map(moved).collect(), ..template.clone() }
}

#[cfg(test)]
mod tests;
