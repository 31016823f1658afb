//! One daemon in its room, with servers whose ports open and close, and all that it says to the outside.
use evenkeel_lab::{Doing, Error, Kind, Options, Program, Result, Room};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The relay's port.
pub(crate) const MAIL: u16 = 2525;

type Words = Arc<Mutex<Vec<String>>>;

fn lines(words: &Words) -> Vec<String> {
    words.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn add(words: &Words, line: String) {
    words.lock().unwrap_or_else(PoisonError::into_inner).push(line);
}

/// What a daemon said on each way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Lines of `notify_fifo`.
    pub(crate) fifo: Vec<String>,
    /// Lines of `lvs_notify_fifo`.
    pub(crate) lvs_fifo: Vec<String>,
    /// Each run of a hook: its arguments.
    pub(crate) hooks: Vec<String>,
    /// Each letter: subject and text.
    pub(crate) letters: Vec<String>,
}

pub(crate) struct Side {
    pub(crate) program: Program,
    room: Arc<Room>,
    ports: BTreeMap<SocketAddr, TcpListener>,
    fifo: Words,
    lvs_fifo: Words,
    hooks: Words,
    letters: Words,
}

impl Side {
    pub(crate) fn new(kind: Kind, config: &str) -> Result<Self> {
        let room = Arc::new(Room::new(kind.name())?);
        let mut lines = vec!["link add lan0 type dummy".to_owned(), "link set lan0 up".to_owned()];
        lines.push("address add 10.9.0.1/24 dev lan0".to_owned());
        lines.extend((1..=9).map(|last| format!("address add 10.2.0.{last}/32 dev lo")));
        lines.extend((1..=9).map(|last| format!("address add fd02::{last}/128 dev lo nodad")));
        room.ip(&lines)?;
        room.command_with_input(&["sh", "-c", "cat >/run/hook; chmod 755 /run/hook"], HOOK)?;
        let fifo = listen(&room, "/run/all.fifo")?;
        let (lvs_fifo, hooks) = (listen(&room, "/run/lvs.fifo")?, listen(&room, "/run/hooks.fifo")?);
        let letters = relay(&room)?;
        let program = Program::new(kind, &room, config, Options::default())?;
        Ok(Self { program, room, ports: BTreeMap::new(), fifo, lvs_fifo, hooks, letters })
    }

    /// Lets a server answer.
    pub(crate) fn open(&mut self, server: &str) -> Result<()> {
        let address: SocketAddr = server.parse().doing(server)?;
        let listener = self.room.run(move || TcpListener::bind(address))?.doing(format!("opening {server}"))?;
        listener.set_nonblocking(true).doing(format!("opening {server}"))?;
        self.ports.insert(address, listener);
        Ok(())
    }

    /// Lets a server refuse.
    pub(crate) fn close(&mut self, server: &str) -> Result<()> {
        let address: SocketAddr = server.parse().doing(server)?;
        self.ports.remove(&address).map(drop).ok_or_else(|| Error::new(format!("{server} is not open")))
    }

    /// Takes connections off, so that there is room for more.
    pub(crate) fn serve(&self) {
        self.ports.values().for_each(|port| while port.accept().is_ok() {});
    }

    /// What it has said since the last time that it was forgotten.
    pub(crate) fn said(&self) -> Said {
        let mut said = Said {
            fifo: lines(&self.fifo),
            lvs_fifo: lines(&self.lvs_fifo),
            hooks: lines(&self.hooks),
            letters: lines(&self.letters),
        };
        // Hooks of different subjects run side by side, and each letter has a connection of its own.
        said.hooks.sort();
        said.letters.sort();
        said
    }

    /// Begins anew.
    pub(crate) fn forget(&self) {
        for words in [&self.fifo, &self.lvs_fifo, &self.hooks, &self.letters] {
            words.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

/// One line for each run, with every argument in brackets; a line this short is written at once.
const HOOK: &str = "#!/bin/sh
line=
for word; do line=\"$line[$word]\"; done
echo \"$line\" >/run/hooks.fifo
";

/// Makes a FIFO and keeps what comes out of it.
fn listen(room: &Room, path: &'static str) -> Result<Words> {
    room.command(&["mkfifo", "-m", "600", path])?;
    let words = Words::default();
    let list = Arc::clone(&words);
    let start = move || {
        // Open for writing, too: so it does not end when a writer goes.
        let pipe = OpenOptions::new().read(true).write(true).open(path)?;
        thread::Builder::new().spawn(move || {
            BufReader::new(pipe).lines().map_while(std::io::Result::ok).for_each(|line| add(&list, line));
        })
    };
    room.run(start)?.doing(format!("reading {path}"))?;
    Ok(words)
}

/// A relay that takes every letter.
fn relay(room: &Room) -> Result<Words> {
    let letters = Words::default();
    let list = Arc::clone(&letters);
    let start = move || {
        let listener = TcpListener::bind(("127.0.0.1", MAIL))?;
        thread::Builder::new().spawn(move || {
            for stream in listener.incoming().flatten() {
                let list = Arc::clone(&list);
                thread::spawn(move || drop(take_letters(&stream, &list)));
            }
        })
    };
    room.run(start)?.doing("starting the relay")?;
    Ok(letters)
}

fn take_letters(mut stream: &TcpStream, list: &Words) -> std::io::Result<()> {
    stream.write_all(b"220 relay\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next().transpose()? {
        match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let letter: Vec<String> =
                    lines.by_ref().map_while(std::io::Result::ok).take_while(|l| l != ".").collect();
                add(list, letter.join("\n"));
                stream.write_all(b"250 taken\r\n")?;
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => stream.write_all(b"250 relay\r\n")?,
        }
    }
    Ok(())
}
