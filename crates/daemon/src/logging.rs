//! Log output: to the terminal and to syslog. Only the control thread writes it; the others send it reports.
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::os::unix::net::UnixDatagram;
use std::sync::Mutex;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Where and how much to log.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// To standard error, with time and colour.
    pub console: bool,
    /// To `/dev/log`, with this facility.
    pub syslog: Option<u8>,
    /// `-D`: details too.
    pub detail: bool,
}

/// Starts logging for the process. A second call changes nothing.
pub fn start(settings: Settings) {
    let console = settings.console.then(|| {
        let colour = std::io::stderr().is_terminal();
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(colour)
    });
    let syslog = settings.syslog.map(Syslog::new);
    let level = if settings.detail { LevelFilter::DEBUG } else { LevelFilter::INFO };
    let _ = tracing_subscriber::registry().with(level).with(console).with(syslog).try_init();
    // Also where there is no terminal any more; what the daemon does about it is said by whoever catches it.
    std::panic::set_hook(Box::new(|fault| tracing::error!("fault in the program, please report it: {fault}")));
}

/// Sends each event as one datagram; what cannot be sent is dropped, because a log must not stop a director.
struct Syslog {
    facility: u8,
    socket: Mutex<Option<UnixDatagram>>,
}

impl Syslog {
    fn new(facility: u8) -> Self {
        Self { facility, socket: Mutex::new(connect()) }
    }

    fn send(&self, message: &str) {
        let Ok(mut socket) = self.socket.lock() else { return };
        let sent = socket.as_ref().is_some_and(|socket| socket.send(message.as_bytes()).is_ok());
        if !sent {
            // The syslog daemon may have been restarted behind our back.
            *socket = connect();
            if let Some(socket) = socket.as_ref() {
                let _ = socket.send(message.as_bytes());
            }
        }
    }
}

fn connect() -> Option<UnixDatagram> {
    let socket = UnixDatagram::unbound().ok()?;
    socket.set_nonblocking(true).ok()?;
    socket.connect("/dev/log").ok()?;
    Some(socket)
}

impl<S: Subscriber> Layer<S> for Syslog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        let priority = self.facility * 8 + severity(*event.metadata().level());
        self.send(&format!("<{priority}>evenkeel[{}]: {}", std::process::id(), message.0));
    }
}

/// The severity's number in a syslog message (RFC 5424 section 6.2.1).
fn severity(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
