//! A FIFO that receives state lines: made when missing, written without waiting, with a bounded backlog.
use super::backlog::Backlog;
use super::record::{Record, Records};
use super::script::Scripts;
use kernel::linux::children::{self, Child, Request};
use model::config::global;
use model::limits;
use nix::sys::stat::Mode;
use std::cell::RefCell;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tracing::{info, warn};

/// An open FIFO and its reader's process.
pub struct Fifo {
    settings: global::Fifo,
    lines: Rc<Lines>,
    writer: JoinHandle<()>,
    reader: Option<Child>,
    made: bool,
}

struct Lines {
    backlog: RefCell<Backlog>,
    changed: Notify,
    record: Record,
}

impl Fifo {
    /// Makes `slot` what `settings` say; an equal one stays as it is.
    pub fn replace(slot: &mut Option<Self>, settings: Option<&global::Fifo>, scripts: &Scripts, records: &Records) {
        if slot.as_ref().map(|fifo| &fifo.settings) == settings {
            return;
        }
        // The old one goes first: the new one may have the same path.
        if let Some(old) = slot.take() {
            old.remove();
        }
        *slot = settings.and_then(|settings| match Self::open(settings, scripts, records) {
            Ok(fifo) => Some(fifo),
            Err(error) => {
                warn!("(fifo {}) not used: {error}", settings.path);
                None
            }
        });
    }

    fn open(settings: &global::Fifo, scripts: &Scripts, records: &Records) -> io::Result<Self> {
        let made = make(settings, scripts)?;
        // Read-write, as keepalived does: opening does not fail or block while nobody reads.
        let pipe = pipe::OpenOptions::new().read_write(true).open_sender(&settings.path)?;
        let reader = settings.script.as_ref().and_then(|script| start_reader(script, &settings.path, scripts));
        let record = records.of("fifo", "", &settings.path);
        let lines = Rc::new(Lines { backlog: RefCell::default(), changed: Notify::new(), record });
        let writer = tokio::task::spawn_local(write_all(pipe, Rc::clone(&lines), settings.path.clone()));
        Ok(Self { settings: settings.clone(), lines, writer, reader, made })
    }

    /// Never waits. When more waits than the backlog holds, each subject keeps its last line, and the rest is counted.
    pub fn write(&self, subject: &str, line: &str) {
        let mut backlog = self.lines.backlog.borrow_mut();
        backlog.push(subject, line);
        self.lines.record.waiting(backlog.len());
        self.lines.changed.notify_one();
    }

    /// Lets the backlog be read for so long, then ends the reader and removes what we made.
    pub async fn close(mut self, limit: Duration) {
        let empty = async {
            while !self.lines.backlog.borrow().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = tokio::time::timeout(limit, empty).await;
        if let Some(mut reader) = self.reader.take() {
            // It is told to end; when it does not, dropping it kills it.
            let _ = tokio::time::timeout(limit, reader.terminate()).await;
        }
        self.remove();
    }

    fn remove(self) {
        self.writer.abort();
        if let Some(mut reader) = self.reader {
            tokio::task::spawn_local(async move { reader.terminate().await });
        }
        if self.made {
            let _ = std::fs::remove_file(&self.settings.path);
        }
    }
}

async fn write_all(mut pipe: pipe::Sender, lines: Rc<Lines>, path: String) {
    loop {
        let next = lines.backlog.borrow_mut().pop();
        let Some(line) = next else {
            lines.changed.notified().await;
            continue;
        };
        match pipe.write_all(line.as_bytes()).await {
            Ok(()) => lines.record.ended(true, line.trim_end()),
            Err(error) => {
                lines.record.ended(false, error.to_string());
                warn!("(fifo {path}) line lost: {error}");
            }
        }
        let (lost, waiting) = {
            let mut backlog = lines.backlog.borrow_mut();
            (backlog.take_lost(), backlog.len())
        };
        lines.record.waiting(waiting);
        if lost > 0 {
            lines.record.lost(lost);
            warn!("(fifo {path}) {lost} line(s) were lost because nobody read it; each subject's last line was kept");
        }
    }
}

/// Makes the FIFO unless it is there; tells whether it did.
fn make(settings: &global::Fifo, scripts: &Scripts) -> io::Result<bool> {
    let path = Path::new(&settings.path);
    if let Ok(metadata) = std::fs::symlink_metadata(path) {
        if metadata.file_type().is_fifo() {
            return Ok(false);
        }
        return Err(io::Error::other("it exists and is no FIFO; remove it or choose another path"));
    }
    nix::unistd::mkfifo(path, Mode::from_bits_truncate(0o644))?;
    let owner = scripts.identity(settings.owner.as_ref()).map_err(io::Error::other)?;
    std::os::unix::fs::chown(path, Some(owner.user), Some(owner.group))?;
    Ok(true)
}

fn start_reader(script: &global::Command, path: &str, scripts: &Scripts) -> Option<Child> {
    let identity =
        scripts.identity(script.user.as_ref()).map_err(|problem| warn!("(fifo {path}) reader not started: {problem}"));
    let mut argv = script.argv.clone();
    argv.push(path.to_owned());
    let request = Request { argv, identity: identity.ok()?, timeout: None, kill_grace: limits::KILL_GRACE };
    match children::spawn(request) {
        Ok(child) => {
            info!("(fifo {path}) reader {} started", script.line);
            Some(child)
        }
        Err(problem) => {
            warn!("(fifo {path}) reader {} could not be started: {problem}", script.line);
            None
        }
    }
}
