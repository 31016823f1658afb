//! What must be undone even when a signal ends the program: registered here, run once.
//!
//! Namespaces need nothing of this: they have no names, so they end with the threads that hold them, and the programs
//! inside are killed by the kernel when those threads end (`setpriv --pdeathsig`).
use crate::error::{Doing, Result};
use crate::scratch;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{io, thread};

type Undo = Box<dyn FnOnce() + Send>;

static NEXT: AtomicU64 = AtomicU64::new(0);
static PENDING: Mutex<BTreeMap<u64, Undo>> = Mutex::new(BTreeMap::new());

/// An undo that runs when this is dropped, or when a signal ends the program first.
#[derive(Debug)]
pub struct Guard {
    key: u64,
}

impl Guard {
    /// Remembers what to undo.
    pub fn new(undo: impl FnOnce() + Send + 'static) -> Self {
        let key = NEXT.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut pending) = PENDING.lock() {
            pending.insert(key, Box::new(undo));
        }
        Self { key }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let undo = PENDING.lock().ok().and_then(|mut pending| pending.remove(&self.key));
        if let Some(undo) = undo {
            undo();
        }
    }
}

/// From now on Ctrl-C, TERM and HUP undo everything, remove our temporary files, and end the program with
/// 128 plus the signal's number. `farewell` is called first, to leave the terminal tidy.
pub fn on_signals(farewell: impl Fn() + Send + 'static) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).doing("waiting for signals")?;
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            farewell();
            undo_everything();
            std::process::exit(128 + signal);
        }
    };
    thread::Builder::new()
        .name("signals".into())
        .spawn(wait)
        .map(drop)
        .map_err(io::Error::other)
        .doing("waiting for signals")
}

fn undo_everything() {
    let pending = PENDING.lock().map(|mut pending| std::mem::take(&mut *pending)).unwrap_or_default();
    for undo in pending.into_values() {
        undo();
    }
    scratch::sweep_own();
}
