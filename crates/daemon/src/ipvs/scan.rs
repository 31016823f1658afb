//! Words to command and options, as getopt would: letters may be joined, a value glued to its letter, `=` before a long
//! option's value. Checks which options go with which command; values are looked at elsewhere.
use super::mistake::Mistake;
use super::rows::{OPTIONS, Opt, Takes, VERBS, Verb, of_opt};
use std::collections::BTreeMap;

/// How the command was spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// ipvsadm's options: what is printed is as ipvsadm prints it.
    Letters,
    /// Our words.
    Words,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) verb: Verb,
    pub(super) spelling: Spelling,
    pub(super) options: BTreeMap<Opt, String>,
    /// Words that are no options.
    pub(super) arguments: Vec<String>,
}

impl Written {
    pub(super) fn has(&self, opt: Opt) -> bool {
        self.options.contains_key(&opt)
    }

    /// The value of an option; empty for one without.
    pub(super) fn value(&self, opt: Opt) -> Option<&str> {
        self.options.get(&opt).map(String::as_str)
    }
}

/// Reads a command line, without the program's name.
pub(super) fn scan(words: &[String]) -> Result<Written, Mistake> {
    let mut scanner = Scanner::default();
    let mut rest = words.iter().map(String::as_str).peekable();
    let mut spelling = Spelling::Letters;
    if let Some(word) = rest.next_if(|word| !word.starts_with('-')) {
        scanner.word(word)?;
        spelling = Spelling::Words;
    }
    while let Some(word) = rest.next() {
        match word.strip_prefix("--") {
            Some("") => scanner.arguments.extend(rest.by_ref().map(str::to_owned)),
            Some(long) => scanner.long(long, &mut rest)?,
            None => match word.strip_prefix('-') {
                Some(letters) if !letters.is_empty() => scanner.letters(letters, &mut rest)?,
                _ => scanner.arguments.push(word.to_owned()),
            },
        }
    }
    scanner.finish(words.is_empty(), spelling)
}

type Rest<'a, I> = std::iter::Peekable<I>;

#[derive(Default)]
struct Scanner {
    verb: Option<Verb>,
    options: BTreeMap<Opt, String>,
    arguments: Vec<String>,
}

impl Scanner {
    /// Our word for a command, or for a part of the list.
    fn word(&mut self, word: &str) -> Result<(), Mistake> {
        let part = match word {
            "connections" => Some(Opt::Connection),
            "timeouts" => Some(Opt::Timeout),
            "daemons" => Some(Opt::Daemon),
            _ => None,
        };
        if let Some(opt) = part {
            self.options.insert(opt, String::new());
            return self.command(Verb::List);
        }
        let row = VERBS.iter().find(|row| row.word == word);
        self.command(row.ok_or_else(|| Mistake::UnknownWord(word.to_owned()))?.verb)
    }

    fn command(&mut self, verb: Verb) -> Result<(), Mistake> {
        match self.verb.replace(verb) {
            None => Ok(()),
            Some(before) => Err(Mistake::TwoCommands(before, verb)),
        }
    }

    fn long<'a, I: Iterator<Item = &'a str>>(&mut self, text: &str, rest: &mut Rest<'a, I>) -> Result<(), Mistake> {
        let (name, glued) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let as_written = || format!("--{name}");
        if let Some(row) = VERBS.iter().find(|row| row.long == name) {
            self.command(row.verb)?;
            return match glued {
                None => Ok(()),
                // `--start-daemon=master`
                Some(value) if matches!(row.verb, Verb::StartDaemon | Verb::StopDaemon) => {
                    self.arguments.push(value.to_owned());
                    Ok(())
                }
                Some(_) => Err(Mistake::SpareValue(as_written())),
            };
        }
        let Some(row) = OPTIONS.iter().find(|row| row.long == name) else {
            return Err(Mistake::UnknownOption(as_written(), alike(name)));
        };
        let value = match (row.takes, glued) {
            (Takes::Nothing, Some(_)) => return Err(Mistake::SpareValue(as_written())),
            (Takes::Nothing, None) => String::new(),
            (_, Some(value)) => value.to_owned(),
            (takes, None) => next_value(takes, rest).ok_or_else(|| Mistake::NoValue(as_written()))?,
        };
        self.option(row.opt, value)
    }

    /// Letters behind one dash; a letter that takes a value ends them.
    fn letters<'a, I: Iterator<Item = &'a str>>(&mut self, text: &str, rest: &mut Rest<'a, I>) -> Result<(), Mistake> {
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let as_written = || format!("-{letter}");
            if let Some(row) = VERBS.iter().find(|row| row.shorts.contains(letter)) {
                self.command(row.verb)?;
                continue;
            }
            let Some(row) = OPTIONS.iter().find(|row| row.short == Some(letter)) else {
                return Err(Mistake::UnknownOption(as_written(), Vec::new()));
            };
            if row.takes == Takes::Nothing {
                self.option(row.opt, String::new())?;
                continue;
            }
            let glued = letters.as_str();
            let value = match glued.strip_prefix('=').unwrap_or(glued) {
                "" => next_value(row.takes, rest).ok_or_else(|| Mistake::NoValue(as_written()))?,
                value => value.to_owned(),
            };
            return self.option(row.opt, value);
        }
        Ok(())
    }

    fn option(&mut self, opt: Opt, value: String) -> Result<(), Mistake> {
        match self.options.insert(opt, value) {
            None => Ok(()),
            Some(_) => Err(Mistake::Twice(opt, opt)),
        }
    }

    fn finish(self, nothing: bool, spelling: Spelling) -> Result<Written, Mistake> {
        let verb = match self.verb {
            Some(verb) => verb,
            // ipvsadm without anything lists.
            None if nothing => Verb::List,
            None => return Err(Mistake::NoCommand),
        };
        let Self { options, arguments, .. } = self;
        if !matches!(verb, Verb::Help | Verb::Version) {
            for opt in options.keys() {
                if of_opt(*opt).is_none_or(|row| !row.with.contains(&verb)) {
                    return Err(Mistake::NotWith(*opt, verb));
                }
            }
            exclusive(&options)?;
        }
        Ok(Written { verb, spelling, options, arguments })
    }
}

fn next_value<'a, I: Iterator<Item = &'a str>>(takes: Takes, rest: &mut Rest<'a, I>) -> Option<String> {
    match takes {
        Takes::Optional(_) => Some(rest.next_if(|word| !word.starts_with('-')).unwrap_or_default().to_owned()),
        _ => rest.next().map(str::to_owned),
    }
}

/// Options that begin like one that does not exist.
fn alike(name: &str) -> Vec<&'static str> {
    let longs = VERBS.iter().map(|row| row.long).chain(OPTIONS.iter().map(|row| row.long));
    longs.filter(|long| long.starts_with(name)).collect()
}

/// Of each of these sets at most one can be meant.
const EXCLUSIVE: &[&[Opt]] = &[
    &[Opt::Tcp, Opt::Udp, Opt::Sctp, Opt::Fwmark],
    &[Opt::DirectRoute, Opt::Tunnel, Opt::Masquerade],
    &[Opt::TunnelNoChecksum, Opt::TunnelChecksum, Opt::TunnelRemoteChecksum],
    &[Opt::Connection, Opt::Timeout, Opt::Daemon],
    &[Opt::Numeric, Opt::Names],
    &[Opt::Origin, Opt::PersistentConn],
];

/// What the table shows has no meaning for connections, timeouts and daemons.
const OF_THE_TABLE: &[Opt] = &[Opt::Tcp, Opt::Udp, Opt::Sctp, Opt::Fwmark, Opt::Stats, Opt::Rate, Opt::Thresholds];

fn exclusive(options: &BTreeMap<Opt, String>) -> Result<(), Mistake> {
    let given = |set: &[Opt]| set.iter().copied().filter(|opt| options.contains_key(opt)).collect::<Vec<_>>();
    for set in EXCLUSIVE {
        if let [one, other, ..] = given(set).as_slice() {
            return Err(Mistake::Twice(*one, *other));
        }
    }
    let Some(part) = given(&[Opt::Connection, Opt::Timeout, Opt::Daemon]).first().copied() else { return Ok(()) };
    let mut without_meaning = given(OF_THE_TABLE);
    if part != Opt::Connection {
        without_meaning.extend(given(&[Opt::PersistentConn, Opt::Origin]));
    }
    without_meaning.first().map_or(Ok(()), |opt| Err(Mistake::Twice(part, *opt)))
}
