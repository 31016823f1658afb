//! What was changed by hand, kept for the next start. A change stands for one file: where the file says otherwise of the
//! server by then, it is over, as after a reload.
use super::name;
use crate::state_file;
use checkers::overlay::{Change, Duty, Key, Overlay};
use model::Config;
use model::config::server::{RealServer, VirtualServer};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// Words for what a server may do, in the file.
const DUTIES: [(Duty, &str); 4] =
    [(Duty::Full, "full"), (Duty::Drained, "drained"), (Duty::Disabled, "disabled"), (Duty::Removed, "removed")];

/// What is still in force of an earlier run, and a line for the log about each change that is not.
///
/// # Errors
/// What is wrong with the book; then nothing is in force.
pub(super) fn read(path: &Path, config: &Config) -> Result<(Overlay, Vec<String>), String> {
    let (mut overlay, mut over) = (Overlay::default(), Vec::new());
    let Some(book) = state_file::read(path)? else { return Ok((overlay, over)) };
    let damaged = || state_file::damaged(path);
    for line in book.as_array().ok_or_else(damaged)? {
        let (service, server) = place(line).ok_or_else(damaged)?;
        let (change, weight) = change(line).ok_or_else(damaged)?;
        match key(config, service, server, change.added, weight) {
            Some(key) => drop(overlay.set(key, change)),
            None => over.push(format!("[{}]:{} of {service}: {change}", server.0, server.1)),
        }
    }
    Ok((overlay, over))
}

/// Keeps all of it for the next start.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, overlay: &Overlay, config: &Config) -> io::Result<()> {
    let lines: Vec<Value> = overlay.iter().map(|(key, change)| line(key, change, config)).collect();
    state_file::write(path, (!lines.is_empty()).then(|| lines.into()).as_ref())
}

fn line(key: &Key, change: &Change, config: &Config) -> Value {
    let pool = config.virtual_servers.iter().find(|pool| pool.service == key.service);
    let duty = DUTIES.iter().find(|(duty, _)| *duty == change.duty).map(|(_, word)| *word);
    json!({
        "virtual_server": key.service.to_string(),
        "address": key.address.to_string(),
        "port": key.port,
        "added": change.added,
        "weight": change.weight,
        "duty": duty,
        "weight_in_file": pool.and_then(|pool| written(pool, (key.address, key.port))).map(|server| server.weight),
    })
}

type Server = (std::net::IpAddr, u16);

fn place(line: &Value) -> Option<(&str, Server)> {
    let address = line.get("address")?.as_str()?.parse().ok()?;
    let port = line.get("port")?.as_u64().and_then(|port| u16::try_from(port).ok())?;
    Some((line.get("virtual_server")?.as_str()?, (address, port)))
}

/// The change, and the weight that the file gave the server then.
fn change(line: &Value) -> Option<(Change, Option<u32>)> {
    let weight = |name| match line.get(name)? {
        Value::Null => Some(None),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()).map(Some),
    };
    let word = line.get("duty")?.as_str()?;
    let (duty, _) = DUTIES.iter().find(|(_, name)| *name == word)?;
    let change = Change { added: line.get("added")?.as_bool()?, weight: weight("weight")?, duty: *duty };
    Some((change, weight("weight_in_file")?))
}

/// Which server it is about, while the file says of it what it said then.
fn key(config: &Config, service: &str, server: Server, added: bool, weight: Option<u32>) -> Option<Key> {
    let pool = config.virtual_servers.iter().find(|pool| pool.service.to_string() == service)?;
    let now = written(pool, server).map(|server| server.weight);
    let same = now == weight && added == now.is_none();
    same.then_some(Key { service: pool.service, address: server.0, port: server.1 })
}

fn written(pool: &VirtualServer, (address, port): Server) -> Option<&RealServer> {
    pool.real_servers.iter().find(|server| (server.address, server.port) == (address, port))
}

/// What is in force of an earlier run, in lines for the log.
pub(super) fn describe(overlay: &Overlay) -> Vec<String> {
    overlay.iter().map(|(key, change)| format!("{}: {change}", name(key))).collect()
}
