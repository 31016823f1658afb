//! The control socket: one request in a line of JSON, one answer, closed. A client that hangs costs only itself.
use crate::by_hand::{Act, PoolOrder};
use crate::spaces;
use model::limits;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as StdStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tracing::{debug, warn};

/// Largest weight of a real server, as in the file.
pub const MOST_WEIGHT: u32 = 2_147_483_647;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The picture as text for a person.
    StatusText {
        /// For a terminal.
        colour: bool,
    },
    /// The picture as JSON.
    StatusJson,
    /// Reload, and tell what changed.
    Reload,
    /// Let a peer be master once.
    Switchover {
        /// Instance or group.
        subject: String,
        /// Let go even if nobody takes over.
        force: bool,
    },
    /// Take out of service.
    MaintenanceOn {
        /// Instance or group; everything when `None`.
        subject: Option<String>,
        /// Why.
        reason: String,
        /// When it ends by itself, in seconds since 1970.
        until: Option<u64>,
    },
    /// Put back into service.
    MaintenanceOff {
        /// Instance or group; everything when `None`.
        subject: Option<String>,
    },
    /// What is out of service.
    Maintenance,
    /// Change something on the running pools, or tell what is changed.
    RealServer(PoolOrder),
}

/// A request with the way back for its answer.
pub type Asked = (Request, oneshot::Sender<Answer>);

/// An answer: text to print, or what is wrong.
pub type Answer = Result<String, String>;

/// Where the socket of a daemon in this network namespace is: `EVENKEEL_SOCKET`, else `/run/evenkeel.sock`, or
/// `/run/keepalived/NAME/evenkeel.sock`.
#[must_use]
pub fn path_in(namespace: Option<&str>) -> PathBuf {
    let here = || spaces::run_directory(namespace).join("evenkeel.sock");
    std::env::var_os("EVENKEEL_SOCKET").map_or_else(here, PathBuf::from)
}

/// Where the socket of the daemon is that is asked: `EVENKEEL_SOCKET`, else `/run/evenkeel.sock`.
#[must_use]
pub fn path() -> PathBuf {
    path_in(None)
}

/// The open socket; removed when dropped.
pub struct Server {
    path: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Opens the socket for root alone, and hands requests to `asked`. Runs inside a `LocalSet`.
    ///
    /// # Errors
    /// When another daemon answers there, or the socket cannot be made.
    pub fn open(path: &Path, asked: mpsc::Sender<Asked>) -> io::Result<Self> {
        if StdStream::connect(path).is_ok() {
            return Err(io::Error::other("another daemon answers there"));
        }
        let _ = std::fs::remove_file(path);
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { path: path.to_owned(), task: tokio::task::spawn_local(serve(listener, asked)) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(listener: UnixListener, asked: mpsc::Sender<Asked>) {
    let places = Arc::new(Semaphore::new(limits::CONTROL_CLIENTS));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                warn!("(control) a client could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // With every place taken by clients that hang, a newcomer is turned away rather than kept waiting.
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                let asked = asked.clone();
                tokio::task::spawn_local(async move {
                    let _place = place;
                    let limit = Duration::from(limits::CONTROL_TIMEOUT);
                    if tokio::time::timeout(limit, talk(stream, asked)).await.is_err() {
                        debug!("(control) a client took longer than {} s and was dropped", limit.as_secs());
                    }
                });
            }
            Err(_) => {
                warn!("(control) {} clients are connected already, one more was turned away", limits::CONTROL_CLIENTS);
            }
        }
    }
}

async fn talk(stream: UnixStream, asked: mpsc::Sender<Asked>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let limit = u64::try_from(limits::CONTROL_REQUEST_BYTES).unwrap_or(u64::MAX);
    BufReader::new(read.take(limit)).read_line(&mut line).await?;
    let answer = match understand(&line) {
        Ok(request) => ask(request, &asked).await,
        Err(problem) => Err(problem),
    };
    let answer = match answer {
        Ok(text) => json!({ "ok": text }),
        Err(problem) => json!({ "error": problem }),
    };
    write.write_all(format!("{answer}\n").as_bytes()).await
}

async fn ask(request: Request, asked: &mpsc::Sender<Asked>) -> Answer {
    let (answer, answered) = oneshot::channel();
    let gone = || "the daemon is stopping".to_owned();
    asked.send((request, answer)).await.map_err(|_| gone())?;
    answered.await.map_err(|_| gone())?
}

/// A line as a request.
///
/// # Errors
/// What is wrong with it, for who sent it.
pub fn understand(line: &str) -> Result<Request, String> {
    let request: Value = serde_json::from_str(line).map_err(|error| format!("the request is no JSON: {error}"))?;
    let flag = |name: &str| request.get(name).and_then(Value::as_bool).unwrap_or(false);
    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    match request.get("do").and_then(Value::as_str) {
        Some("status") if flag("json") => Ok(Request::StatusJson),
        Some("status") => Ok(Request::StatusText { colour: flag("colour") }),
        Some("reload") => Ok(Request::Reload),
        Some("switchover") => {
            let subject = text("subject").ok_or("the request names nothing to switch over")?;
            Ok(Request::Switchover { subject, force: flag("force") })
        }
        Some("maintenance on") => Ok(Request::MaintenanceOn {
            subject: text("subject"),
            reason: text("reason").unwrap_or_default(),
            until: request.get("until").and_then(Value::as_u64),
        }),
        Some("maintenance off") => Ok(Request::MaintenanceOff { subject: text("subject") }),
        Some("maintenance") => Ok(Request::Maintenance),
        Some("rs") => order(&request).map(Request::RealServer),
        Some(other) => Err(format!("the daemon knows no request '{other}'; is it older than this tool?")),
        None => Err("the request has no \"do\"".to_owned()),
    }
}

fn order(request: &Value) -> Result<PoolOrder, String> {
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let weight = || match request.get("weight") {
        None | Some(Value::Null) => Ok(None),
        Some(weight) => {
            let number = weight.as_u64().and_then(|number| u32::try_from(number).ok());
            number.filter(|number| *number <= MOST_WEIGHT).map(Some).ok_or_else(|| format!("{weight} is no weight"))
        }
    };
    let act = match text("act") {
        Some("list") => return Ok(PoolOrder::List),
        Some("clear") => return Ok(PoolOrder::Clear),
        Some("set-weight") => Act::SetWeight(weight()?.ok_or("set-weight needs a weight")?),
        Some("drain") => Act::Drain,
        Some("enable") => Act::Enable,
        Some("disable") => Act::Disable,
        Some("add") => Act::Add(weight()?),
        Some("remove") => Act::Remove,
        _ => return Err("the daemon does not know what to do with the real server".to_owned()),
    };
    let server = text("server").ok_or("the request names no real server")?.to_owned();
    Ok(PoolOrder::Change { act, server, within: text("in").map(str::to_owned) })
}

fn order_json(order: &PoolOrder) -> Value {
    let PoolOrder::Change { act, server, within } = order else {
        let word = if *order == PoolOrder::Clear { "clear" } else { "list" };
        return json!({ "do": "rs", "act": word });
    };
    let (word, weight) = match act {
        Act::SetWeight(weight) => ("set-weight", Some(*weight)),
        Act::Drain => ("drain", None),
        Act::Enable => ("enable", None),
        Act::Disable => ("disable", None),
        Act::Add(weight) => ("add", *weight),
        Act::Remove => ("remove", None),
    };
    json!({ "do": "rs", "act": word, "server": server, "in": within, "weight": weight })
}

/// Asks the running daemon, from another process.
///
/// # Errors
/// When no daemon answers, or it answers that something is wrong; in words for an operator.
pub fn call(path: &Path, request: &Request) -> Answer {
    let place = path.display();
    let mut stream = StdStream::connect(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => format!("{place} may be used by root only"),
        _ => {
            format!("no daemon answers at {place} ({error}); is evenkeel running? EVENKEEL_SOCKET names another place")
        }
    })?;
    let limit = Some(Duration::from(limits::CONTROL_TIMEOUT) * 2);
    let broken = |error: io::Error| format!("the daemon at {place} did not answer: {error}");
    stream.set_read_timeout(limit).and_then(|()| stream.set_write_timeout(limit)).map_err(broken)?;
    let request = match request {
        Request::StatusText { colour } => json!({ "do": "status", "colour": colour }),
        Request::StatusJson => json!({ "do": "status", "json": true }),
        Request::Reload => json!({ "do": "reload" }),
        Request::Switchover { subject, force } => json!({ "do": "switchover", "subject": subject, "force": force }),
        Request::MaintenanceOn { subject, reason, until } => {
            json!({ "do": "maintenance on", "subject": subject, "reason": reason, "until": until })
        }
        Request::MaintenanceOff { subject } => json!({ "do": "maintenance off", "subject": subject }),
        Request::Maintenance => json!({ "do": "maintenance" }),
        Request::RealServer(order) => order_json(order),
    };
    writeln!(stream, "{request}").map_err(broken)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(broken)?;
    let answer: Value =
        serde_json::from_str(&answer).map_err(|error| format!("the answer of {place} is no JSON: {error}"))?;
    match (answer.get("ok").and_then(Value::as_str), answer.get("error").and_then(Value::as_str)) {
        (Some(text), _) => Ok(text.to_owned()),
        (None, Some(problem)) => Err(problem.to_owned()),
        (None, None) => Err(format!("the answer of {place} says nothing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_understood_or_refused_in_words() {
        assert_eq!(understand(r#"{"do":"status","json":true}"#), Ok(Request::StatusJson));
        assert_eq!(
            understand(r#"{"do":"maintenance on","reason":"kernel update","until":7}"#),
            Ok(Request::MaintenanceOn { subject: None, reason: "kernel update".into(), until: Some(7) })
        );
        assert_eq!(
            understand(r#"{"do":"switchover","subject":"VI_1"}"#),
            Ok(Request::Switchover { subject: "VI_1".into(), force: false })
        );
        assert_eq!(understand(r#"{"do":"status","colour":true}"#), Ok(Request::StatusText { colour: true }));
        for act in
            [Act::SetWeight(0), Act::Add(None), Act::Add(Some(MOST_WEIGHT)), Act::Drain, Act::Disable, Act::Enable]
        {
            for within in [None, Some("FWM 7".to_owned())] {
                let order = PoolOrder::Change { act, server: "10.0.0.1:80".to_owned(), within };
                assert_eq!(understand(&order_json(&order).to_string()), Ok(Request::RealServer(order)));
            }
        }
        for order in [PoolOrder::List, PoolOrder::Clear] {
            assert_eq!(understand(&order_json(&order).to_string()), Ok(Request::RealServer(order)));
        }
        for bad in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"do":"dance"}"#,
            r#"{"do":7}"#,
            r#"{"do":"switchover"}"#,
            r#"{"do":"rs"}"#,
            r#"{"do":"rs","act":"drain"}"#,
            r#"{"do":"rs","act":"set-weight","server":"x"}"#,
            r#"{"do":"rs","act":"set-weight","server":"x","weight":-1}"#,
            r#"{"do":"rs","act":"add","server":"x","weight":2147483648}"#,
        ] {
            assert!(understand(bad).is_err(), "{bad}");
        }
    }
}
