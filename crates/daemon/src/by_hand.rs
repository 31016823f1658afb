//! What an operator changes on the running pools with `evenkeel rs`: words to changes, and back to words. It is kept over
//! restarts.
mod book;

use checkers::overlay::{Change, Duty, Key, Overlay};
use model::Config;
use model::config::server::{RealServer, Service, VirtualServer};
use std::fmt::Write;
use std::net::IpAddr;
use std::path::PathBuf;

/// A request of `evenkeel rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolOrder {
    /// `list`: what is changed.
    List,
    /// `clear`: as the file says, everywhere.
    Clear,
    /// Something about one real server.
    Change {
        /// What.
        act: Act,
        /// The real server: an address, with its port where there are several.
        server: String,
        /// The virtual server; every one that has the real server when `None`.
        within: Option<String>,
    },
}

/// What is done with a real server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// `set-weight`: 0 to 2147483647.
    SetWeight(u32),
    /// `drain`: keeps its connections, gets no new ones.
    Drain,
    /// `disable`: out of the table; its checks go on.
    Disable,
    /// `enable`: ends `drain`, `disable` and `remove`.
    Enable,
    /// `add`: a server that the file does not have, like the first one of its pool.
    Add(Option<u32>),
    /// `remove`: as if the file did not have it.
    Remove,
}

/// The changes, and who makes them.
#[derive(Debug)]
pub struct ByHand {
    overlay: Overlay,
    book: PathBuf,
}

impl ByHand {
    /// What an earlier run has left in this book, over this configuration, and lines for the log about it.
    #[must_use]
    pub fn open(book: PathBuf, config: &Config) -> (Self, Vec<String>) {
        match book::read(&book, config) {
            Ok((overlay, over)) => {
                let kept = book::describe(&overlay).into_iter().map(|line| format!("{line}, as before the restart"));
                let gone = over.into_iter().map(|line| format!("{line}, is over: the file says otherwise"));
                let lines = kept.chain(gone).collect();
                (Self { overlay, book }, lines)
            }
            Err(problem) => {
                let line = format!("{problem}; what was changed before is not known, and the file counts");
                (Self { overlay: Overlay::default(), book }, vec![line])
            }
        }
    }

    /// Everything that is changed now.
    #[must_use]
    pub const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// Does what was asked, over this configuration. Gives what to answer.
    ///
    /// # Errors
    /// When nothing can be meant by it, in words; then nothing has changed.
    pub fn act(&mut self, order: &PoolOrder, config: &Config) -> Result<String, String> {
        let text = match order {
            PoolOrder::List => return Ok(self.list()),
            PoolOrder::Clear => {
                let count = self.overlay.iter().count();
                self.overlay.clear();
                format!("{count} change(s) undone; the file counts\n")
            }
            PoolOrder::Change { act, server, within } => self.change(*act, server, within.as_deref(), config)?,
        };
        Ok(match self.keep(config) {
            Ok(()) => text,
            Err(problem) => format!("{text}until the next restart only: {problem}\n"),
        })
    }

    fn keep(&self, config: &Config) -> Result<(), String> {
        book::write(&self.book, &self.overlay, config).map_err(|error| format!("{}: {error}", self.book.display()))
    }

    /// The file was read again. Gives a line for the log about each change that it overrides.
    pub fn reloaded(&mut self, before: &Config, after: &Config) -> Vec<String> {
        let forgotten = self.overlay.reloaded(before, after);
        let over = |key: &Key| format!("{}: the change by hand is over, the file says otherwise", name(key));
        let mut lines: Vec<String> = forgotten.iter().map(over).collect();
        if !forgotten.is_empty() {
            lines.extend(self.keep(after).err());
        }
        lines
    }

    fn list(&self) -> String {
        let mut text = String::new();
        for (key, change) in self.overlay.iter() {
            let _ = writeln!(text, "{}: {change}", name(key));
        }
        if text.is_empty() { "nothing is changed, the file counts\n".to_owned() } else { text }
    }

    fn change(&mut self, act: Act, server: &str, within: Option<&str>, config: &Config) -> Result<String, String> {
        let pools = pools(config, within)?;
        let keys = match act {
            Act::Add(_) => vec![self.newcomer(server, &pools)?],
            _ => self.known(server, &pools)?,
        };
        let mut changed = self.overlay.clone();
        let mut text = String::new();
        for key in keys {
            let change = after(act, self.overlay.of(&key));
            if !changed.set(key, change) {
                return Err("too much is changed by hand already; put it into the file".to_owned());
            }
            let what = match changed.of(&key).to_string() {
                what if what.is_empty() => "as in the file".to_owned(),
                what => what,
            };
            let _ = writeln!(text, "{}: {what}", name(&key));
        }
        self.overlay = changed;
        Ok(text)
    }

    /// The servers that can be meant, of the file and of those added by hand.
    fn known(&self, server: &str, pools: &[&VirtualServer]) -> Result<Vec<Key>, String> {
        let own = |pool: &&VirtualServer| {
            let service = pool.service;
            let file = pool.real_servers.iter().map(move |r| Key { service, address: r.address, port: r.port });
            let hand = self.overlay.iter().map(|(key, _)| *key).filter(move |key| key.service == service);
            let mut keys: Vec<Key> = file.chain(hand).filter(|key| means(server, key.address, key.port)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let found: Vec<Vec<Key>> = pools.iter().map(own).filter(|keys| !keys.is_empty()).collect();
        match found.iter().find(|keys| keys.len() > 1) {
            Some(several) => Err(format!(
                "{server} can be {}; name its port",
                several.iter().map(place).collect::<Vec<_>>().join(" or ")
            )),
            None if found.is_empty() => Err(format!("no real server {server} is known; `evenkeel status` lists them")),
            None => Ok(found.into_iter().flatten().collect()),
        }
    }

    fn newcomer(&self, server: &str, pools: &[&VirtualServer]) -> Result<Key, String> {
        let [pool] = pools else {
            return Err("a server is added to one virtual server: name it with --in".to_owned());
        };
        let own = match pool.service {
            Service::Address { port, .. } => port,
            Service::Fwmark { .. } => 0,
        };
        let (address, port) = parse(server).ok_or_else(|| format!("{server} is no address or address:port"))?;
        let key = Key { service: pool.service, address, port: port.unwrap_or(own) };
        let same = |r: &RealServer| (r.address, r.port) == (key.address, key.port);
        if pool.real_servers.iter().any(same) {
            return Err(format!("{} is in the file; `enable` brings it back", name(&key)));
        }
        Ok(key)
    }
}

fn after(act: Act, before: Change) -> Change {
    match act {
        Act::SetWeight(weight) => Change { weight: Some(weight), ..before },
        Act::Drain => Change { duty: Duty::Drained, ..before },
        Act::Disable => Change { duty: Duty::Disabled, ..before },
        Act::Enable => Change { duty: Duty::Full, ..before },
        Act::Add(weight) => Change { added: true, weight: weight.or(before.weight), duty: Duty::Full },
        Act::Remove => Change { duty: Duty::Removed, ..before },
    }
}

/// The virtual servers that are meant: all of them unless one is named.
fn pools<'a>(config: &'a Config, within: Option<&str>) -> Result<Vec<&'a VirtualServer>, String> {
    let Some(within) = within else { return Ok(config.virtual_servers.iter().collect()) };
    let found: Vec<_> = config.virtual_servers.iter().filter(|server| is_called(server, within)).collect();
    match found.as_slice() {
        [] => Err(format!("no virtual server {within} runs; `evenkeel status` lists them")),
        [_] => Ok(found),
        several => {
            let names: Vec<_> = several.iter().map(|server| server.service.to_string()).collect();
            Err(format!("{within} can be {}", names.join(" or ")))
        }
    }
}

fn is_called(server: &VirtualServer, text: &str) -> bool {
    let exact = server.service.to_string() == text;
    let group = server.group.as_ref().is_some_and(|group| group.as_str() == text);
    exact
        || group
        || match server.service {
            Service::Address { address, port, .. } => means(text, address, port),
            Service::Fwmark { mark, .. } => text.strip_prefix("fwmark ").is_some_and(|text| text == mark.to_string()),
        }
}

fn means(text: &str, address: IpAddr, port: u16) -> bool {
    parse(text).is_some_and(|(its, wanted)| its == address && wanted.is_none_or(|wanted| wanted == port))
}

/// `10.0.0.1`, `10.0.0.1:80`, `fd00::1`, `[fd00::1]`, `[fd00::1]:80`.
fn parse(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(address) = text.parse() {
        return Some((address, None));
    }
    let (address, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => text.rsplit_once(':').map(|(address, _)| (address, text.get(address.len()..).unwrap_or_default()))?,
    };
    let port = match port.strip_prefix(':') {
        Some(port) => Some(port.parse().ok()?),
        None if port.is_empty() => None,
        None => return None,
    };
    Some((address.parse().ok()?, port))
}

fn place(key: &Key) -> String {
    format!("[{}]:{}", key.address, key.port)
}

fn name(key: &Key) -> String {
    format!("{} of {}", place(key), key.service)
}

#[cfg(test)]
mod tests;
