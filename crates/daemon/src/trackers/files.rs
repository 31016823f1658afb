//! Watches tracked files: a change is seen by inotify, and what inotify cannot see (another file system, a missing
//! directory) a little later.
use super::Listeners;
use inotify::{Inotify, WatchMask};
use model::Name;
use model::config::track::{File, InitFile};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing::{info, warn};

/// How often files are read without an event.
const LOOK: Duration = Duration::from_secs(5);
/// Bytes of a file that are looked at: a number is short.
const BYTES: u64 = 64;
/// Bytes for events at once.
const EVENTS: usize = 4096;

/// The files that are watched.
#[derive(Default)]
pub(super) struct Files {
    known: BTreeSet<PathBuf>,
    task: Option<JoinHandle<()>>,
}

impl Files {
    /// Watches exactly these; one that was not watched before is made first, where that is written.
    pub(super) fn configure(&mut self, files: &[File], listeners: &Listeners) {
        let before = std::mem::take(&mut self.known);
        for file in files {
            let path = PathBuf::from(&file.path);
            if let Some(init) = file.init.filter(|_| !before.contains(&path)) {
                make(&file.name, &path, init);
            }
            self.known.insert(path);
        }
        if let Some(task) = self.task.take() {
            task.abort();
        }
        if !files.is_empty() {
            let watched = files.iter().map(|file| (file.name.clone(), PathBuf::from(&file.path))).collect();
            self.task = Some(tokio::task::spawn_local(watch(watched, listeners.clone())));
        }
    }
}

fn make(name: &Name, path: &Path, init: InitFile) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(init.overwrite).truncate(init.overwrite).create_new(!init.overwrite);
    match options.open(path).and_then(|mut file| writeln!(file, "{}", init.value)) {
        Ok(()) => info!("(track_file {name}) {} now says {}", path.display(), init.value),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => warn!("(track_file {name}) {} could not be made: {error}; it counts as 0", path.display()),
    }
}

async fn watch(files: Vec<(Name, PathBuf)>, listeners: Listeners) {
    let mut events = Events::of(files.iter().map(|(_, path)| path.as_path()));
    let mut last: BTreeMap<Name, Reading> = BTreeMap::new();
    loop {
        for (name, path) in &files {
            let reading = read(path);
            let before = last.get(name);
            if before != Some(&reading) {
                tell(name, path, before, &reading);
                listeners.file(name, reading.number()).await;
                last.insert(name.clone(), reading);
            }
        }
        let _ = tokio::time::timeout(LOOK, events.next()).await;
    }
}

fn tell(name: &Name, path: &Path, before: Option<&Reading>, now: &Reading) {
    let path = path.display();
    match (before, now) {
        (None, Reading::Number(_)) => {}
        (_, Reading::Number(number)) => info!("(track_file {name}) {path} says {number}"),
        (_, Reading::Nothing(problem)) => warn!("(track_file {name}) {path} {problem}; it counts as 0"),
    }
}

/// What a file says.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Number(i64),
    Nothing(String),
}

impl Reading {
    const fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Nothing(_) => 0,
        }
    }
}

fn read(path: &Path) -> Reading {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(BYTES).read_to_end(&mut bytes));
    match read {
        Ok(_) => number(&bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Reading::Nothing("does not exist".to_owned()),
        Err(error) => Reading::Nothing(format!("cannot be read: {error}")),
    }
}

/// The number at the beginning, behind blanks, as strtol(3) reads it; behind it may be anything but a digit.
fn number(bytes: &[u8]) -> Reading {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return Reading::Nothing(if text.is_empty() { "is empty" } else { "holds no number" }.to_owned());
    }
    let end = text.len() - digits.len() + count;
    let written = text.get(..end).unwrap_or_default();
    // A number beyond all numbers is the last of them.
    let most = if written.starts_with('-') { i64::MIN } else { i64::MAX };
    Reading::Number(written.parse().unwrap_or(most))
}

/// Events of the directories of files.
struct Events(Option<inotify::EventStream<[u8; EVENTS]>>);

impl Events {
    fn of<'a>(files: impl Iterator<Item = &'a Path>) -> Self {
        let mask = WatchMask::CLOSE_WRITE
            | WatchMask::MODIFY
            | WatchMask::CREATE
            | WatchMask::DELETE
            | WatchMask::MOVED_FROM
            | WatchMask::MOVED_TO;
        // The directory, not the file: most programs write a new file and put it in the old one's place.
        let directories: BTreeSet<&Path> = files.filter_map(Path::parent).collect();
        let stream = Inotify::init().and_then(|inotify| {
            for directory in directories {
                // One that is missing is looked at from time to time.
                let _ = inotify.watches().add(directory, mask);
            }
            inotify.into_event_stream([0; EVENTS])
        });
        Self(stream.map_err(|error| warn!("(track_file) no inotify: {error}; files are read every {LOOK:?}")).ok())
    }

    /// Waits for an event; for ever when there are none.
    async fn next(&mut self) {
        let Some(stream) = &mut self.0 else { return std::future::pending().await };
        if poll_fn(|context| futures_core::Stream::poll_next(Pin::new(&mut *stream), context)).await.is_none() {
            self.0 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::VrrpOrder;

    #[test]
    fn numbers_are_read_as_strtol_reads_them() {
        for (text, expected) in [
            ("7\n", Reading::Number(7)),
            ("  -12 of something", Reading::Number(-12)),
            ("+3x", Reading::Number(3)),
            ("0x10", Reading::Number(0)),
            ("99999999999999999999", Reading::Number(i64::MAX)),
            ("-99999999999999999999", Reading::Number(i64::MIN)),
            ("", Reading::Nothing("is empty".into())),
            (" \n", Reading::Nothing("is empty".into())),
            ("-", Reading::Nothing("holds no number".into())),
            ("up", Reading::Nothing("holds no number".into())),
            ("\u{0}7", Reading::Nothing("holds no number".into())),
        ] {
            assert_eq!(number(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_change_is_told_however_it_is_made() {
        let directory = std::env::temp_dir().join(format!("evenkeel-files-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir(&directory).expect("a directory");
        let path = directory.join("load");
        let init = Some(InitFile { value: 5, overwrite: false });
        let file = File { name: "load".into(), path: path.display().to_string(), weight: Default::default(), init };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tokio::task::LocalSet::new().block_on(&runtime, async {
            let (orders, mut heard) = tokio::sync::mpsc::channel(16);
            let (mut files, listeners) = (Files::default(), Listeners::new(Some(orders), None));
            files.configure(&[file], &listeners);
            let replace = |text: &str| {
                std::fs::write(directory.join("new"), text).expect("a file");
                std::fs::rename(directory.join("new"), &path).expect("in its place");
            };
            type Change<'a> = (&'a str, Box<dyn Fn() + 'a>, i32);
            let changes: [Change<'_>; 5] = [
                ("made as written", Box::new(|| {}), 5),
                ("written", Box::new(|| std::fs::write(&path, "-3").expect("a file")), -3),
                ("replaced", Box::new(|| replace("8")), 8),
                ("removed", Box::new(|| std::fs::remove_file(&path).expect("gone")), 0),
                ("there again", Box::new(|| replace("1")), 1),
            ];
            for (how, change, expected) in changes {
                change();
                let wait = async {
                    while let Some(VrrpOrder::Fact(vrrp::Fact::Tracked { reading, .. })) = heard.recv().await {
                        // A file may be seen while it is being written.
                        if reading == expected {
                            break;
                        }
                    }
                };
                tokio::time::timeout(Duration::from_secs(4), wait).await.unwrap_or_else(|_| panic!("{how}: not told"));
            }
            files.configure(&[], &listeners);
        });
        std::fs::remove_dir_all(&directory).expect("gone");
    }
}
