//! The words of a line, read one by one, with the reason when one cannot be.
use super::super::words;
use super::Parsed;
use model::{Instant, InterfaceName, Interval, Prefix, Priority};

/// The words of a line, read one by one.
pub(super) struct Words<'a> {
    pub(super) all: Vec<&'a str>,
    pub(super) next: usize,
}

impl<'a> Words<'a> {
    pub(super) fn is_done(&self) -> bool {
        self.next >= self.all.len()
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.all.get(self.next).copied()
    }

    pub(super) fn take(&mut self, what: &str) -> Parsed<&'a str> {
        let word = self.peek().ok_or_else(|| format!("{what} is missing at the end"))?;
        self.next += 1;
        Ok(word)
    }

    /// Takes a word that `read` understands.
    pub(super) fn read<T>(&mut self, what: &str, read: impl FnOnce(&str) -> Option<T>) -> Parsed<T> {
        let word = self.take(what)?;
        read(word).ok_or_else(|| format!("`{word}` is not {what}"))
    }

    /// Takes this very word if it comes next.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        let comes = self.peek() == Some(word);
        self.next += usize::from(comes);
        comes
    }

    pub(super) fn expect(&mut self, word: &str) -> Parsed<()> {
        match self.peek() {
            _ if self.skip(word) => Ok(()),
            Some(other) => Err(format!("`{word}` is expected before `{other}`")),
            None => Err(format!("`{word}` is missing at the end")),
        }
    }

    /// Takes words as long as `read` understands them; at least one.
    pub(super) fn list<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> Parsed<Vec<T>> {
        let mut list = vec![self.read(what, &read)?];
        while let Some(item) = self.peek().and_then(&read) {
            self.next += 1;
            list.push(item);
        }
        Ok(list)
    }

    pub(super) fn interval(&mut self) -> Parsed<Interval> {
        self.read("a length of time (10s, 200ms)", words::interval)
    }

    pub(super) fn time(&mut self) -> Parsed<Instant> {
        self.interval().map(|length| Instant::START + length)
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self, what: &str) -> Parsed<T> {
        self.read(what, |word| word.parse().ok())
    }

    pub(super) fn priority(&mut self) -> Parsed<Priority> {
        self.read("a priority (1 to 255)", |word| Priority::new(word.parse().ok()?).ok())
    }

    pub(super) fn interface(&mut self) -> Parsed<InterfaceName> {
        self.read("a name of a link", |word| InterfaceName::new(word).ok())
    }

    pub(super) fn done(&self) -> Parsed<()> {
        self.peek().map_or(Ok(()), |word| Err(format!("`{word}` is one word too many")))
    }
}

pub(super) fn prefix(word: &str) -> Option<Prefix> {
    let (address, length) = word.split_once('/').unwrap_or((word, "32"));
    let address: std::net::IpAddr = address.parse().ok()?;
    Prefix::new(address, length.parse().ok()?).ok()
}

pub(super) fn unknown(word: &str, place: &str, known: &str) -> String {
    format!("`{word}` is not known {place}; known are {known}")
}

pub(super) fn either(word: &str, yes: &str, no: &str) -> Option<bool> {
    if word == yes { Some(true) } else { (word == no).then_some(false) }
}
