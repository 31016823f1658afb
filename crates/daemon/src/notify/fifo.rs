//! A FIFO that receives state lines: made when missing, written without waiting, with a bounded backlog.
use super::script::Scripts;
use kernel::linux::children::{self, Child, Request};
use model::config::global;
use model::limits;
use nix::sys::stat::Mode;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;
use tracing::{info, warn};

/// Lines are short: an instance's name and a few words.
const LINE_BYTES: usize = 128;

/// An open FIFO and its reader's process.
pub struct Fifo {
    settings: global::Fifo,
    lines: mpsc::Sender<String>,
    writer: tokio::task::JoinHandle<()>,
    reader: Option<Child>,
    made: bool,
    dropped: u64,
}

impl Fifo {
    /// Makes `slot` what `settings` say; an equal one stays as it is.
    pub fn replace(slot: &mut Option<Self>, settings: Option<&global::Fifo>, scripts: &Scripts) {
        if slot.as_ref().map(|fifo| &fifo.settings) == settings {
            return;
        }
        // The old one goes first: the new one may have the same path.
        if let Some(old) = slot.take() {
            old.remove();
        }
        *slot = settings.and_then(|settings| match Self::open(settings, scripts) {
            Ok(fifo) => Some(fifo),
            Err(error) => {
                warn!("(fifo {}) not used: {error}", settings.path);
                None
            }
        });
    }

    fn open(settings: &global::Fifo, scripts: &Scripts) -> io::Result<Self> {
        let made = make(settings, scripts)?;
        // Read-write, as keepalived does: opening does not fail or block while nobody reads.
        let mut pipe = pipe::OpenOptions::new().read_write(true).open_sender(&settings.path)?;
        let reader = settings.script.as_ref().and_then(|script| start_reader(script, &settings.path, scripts));
        let (lines, mut queue) = mpsc::channel::<String>(limits::FIFO_BACKLOG_BYTES / LINE_BYTES);
        let path = settings.path.clone();
        let writer = tokio::task::spawn_local(async move {
            while let Some(line) = queue.recv().await {
                if let Err(error) = pipe.write_all(line.as_bytes()).await {
                    warn!("(fifo {path}) line lost: {error}");
                }
            }
        });
        Ok(Self { settings: settings.clone(), lines, writer, reader, made, dropped: 0 })
    }

    /// Never waits. What does not fit the backlog is dropped, and the count is logged when there is room again.
    pub fn write(&mut self, line: &str) {
        let path = &self.settings.path;
        match self.lines.try_send(format!("{line}\n")) {
            Ok(()) if self.dropped > 0 => {
                warn!("(fifo {path}) {} line(s) were lost because nobody read it", self.dropped);
                self.dropped = 0;
            }
            Ok(()) => {}
            Err(_) => self.dropped += 1,
        }
    }

    /// Lets the backlog be read for so long, then ends the reader and removes what we made.
    pub async fn close(mut self, limit: Duration) {
        let (closed, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.lines, closed));
        let _ = tokio::time::timeout(limit, &mut self.writer).await;
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
