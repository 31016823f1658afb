//! One line of routes or rules while it is read: the words that are left, and what loses the line.
use super::arguments::{self, diagnose};
use super::names::Table;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{self, Kind, Wired};
use crate::similar;
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, Bad, shown};
use model::{Family, InterfaceName, Name, Prefix};
use std::net::IpAddr;

/// The line is lost; why has been reported.
#[derive(Debug)]
pub(crate) struct Lost;

/// A line of routes or rules.
pub(crate) struct Line<'l, 'r, 't> {
    pub(crate) reader: &'l mut Reader<'r>,
    /// `route` or `rule`.
    pub(crate) thing: &'static str,
    /// The block that it stands in.
    path: &'l str,
    /// Lines of this block have an effect; where they have none, there is no need to say that of each word.
    works: bool,
    rest: &'t [Word<'t>],
    family: Option<Family>,
    /// What becomes of what has a problem.
    meanwhile: String,
    /// The whole line.
    pub(crate) place: Origin,
}

impl<'l, 'r, 't> Line<'l, 'r, 't> {
    /// A line of the block `path`.
    pub(crate) fn new(
        reader: &'l mut Reader<'r>,
        thing: &'static str,
        path: &'l str,
        statement: &Statement<'t>,
    ) -> Self {
        let (block, keyword) = path.rsplit_once('/').unwrap_or(("/", path));
        let works = schema::find(block, keyword).is_some_and(|row| row.wired == Wired::Yes);
        let meanwhile = format!("the {thing} is ignored");
        let (rest, place) = (statement.words, statement.origin);
        Self { reader, thing, path, works, rest, family: None, meanwhile, place }
    }

    /// The next word of the line; one of its own words that has no effect yet is noted.
    pub(crate) fn next(&mut self) -> Option<&'t Word<'t>> {
        let (word, rest) = self.rest.split_first()?;
        self.rest = rest;
        let row = schema::words(self.path).option(word.text()).filter(|row| row.wired == Wired::NotYet);
        if let Some(row) = row.filter(|_| self.works) {
            self.reader.without_effect(row.keyword, word.origin());
        }
        Some(word)
    }

    /// The text of the next word, which stays.
    pub(crate) fn peek(&self) -> Option<&'t str> {
        self.rest.first().map(Word::text)
    }

    /// Takes the next word when it is this one.
    pub(crate) fn takes(&mut self, text: &str) -> bool {
        let found = self.peek() == Some(text);
        if found {
            self.skip();
        }
        found
    }

    /// The next word when it is one of these.
    pub(crate) fn next_of(&mut self, words: &[&str]) -> Option<&'t Word<'t>> {
        let (word, rest) = self.rest.split_first().filter(|(word, _)| words.contains(&word.text()))?;
        self.rest = rest;
        Some(word)
    }

    /// Reads words of this list with what stands behind them, up to another word. After a bad one the others are skipped.
    pub(crate) fn options(
        &mut self,
        words: &[&str],
        mut read: impl FnMut(&mut Self, &'t Word<'t>) -> Result<(), Lost>,
    ) -> Result<(), Lost> {
        let mut result = Ok(());
        while let Some(word) = self.next_of(words) {
            match result {
                Ok(()) => result = read(self, word),
                Err(Lost) => self.skip(),
            }
        }
        result
    }

    /// Passes over the next word.
    pub(crate) fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    /// What must stand behind a word.
    pub(crate) fn argument(&mut self, word: &Word<'_>) -> Result<&'t Word<'t>, Lost> {
        let Some((argument, rest)) = self.rest.split_first() else {
            let message = format!("{} has nothing behind it", word.text());
            self.report("missing-value", word, message, "something must follow");
            return Err(Lost);
        };
        self.rest = rest;
        Ok(argument)
    }

    /// Reads a part of the line that may be lost alone; with words of its own, listed under the name of the part.
    pub(crate) fn part<T>(
        &mut self,
        meanwhile: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Lost>,
    ) -> Result<T, Lost> {
        let before = std::mem::replace(&mut self.meanwhile, meanwhile.to_owned());
        let found = read(self);
        self.meanwhile = before;
        found
    }

    /// The words that are left are not looked at.
    pub(crate) const fn end(&mut self) {
        self.rest = &[];
    }

    /// Whether a word is one of the words of this block.
    pub(crate) fn knows(&self, word: &str) -> bool {
        schema::words(self.path).option(word).is_some()
    }

    /// A word of this block that looks like another one.
    pub(crate) fn closest(&self, word: &str) -> Option<&'static str> {
        let rows = schema::words(self.path).block().rows();
        similar::closest(word, rows.filter(|row| row.kind == Kind::Option).map(|row| row.keyword))
    }

    /// Reports a problem that loses the line.
    pub(crate) fn report(&mut self, code: &'static str, word: &Word, message: impl Into<String>, label: &str) {
        let problem = Diagnostic::new(code, Severity::Error, message).at(word.origin(), label);
        let problem = problem.meanwhile(self.meanwhile.clone());
        self.reader.report(problem);
    }

    /// Reports a word that is not what it should be, and loses the line.
    pub(crate) fn bad(&mut self, word: &Word, message: impl Into<String>) -> Lost {
        self.report("bad-routing-word", word, message, &format!("this is {}", shown(word.text())));
        Lost
    }

    /// The same for a word that was read by the rules of all numbers and addresses.
    pub(crate) fn checked<T>(&mut self, what: &str, word: &Word, read: Result<T, Bad<T>>) -> Result<T, Lost> {
        read.map_err(|bad| {
            let problem = diagnose(what, word, &Bad { usable: None, ..bad }, self.meanwhile.clone());
            self.reader.report(problem);
            Lost
        })
    }

    /// Reports something that loses only the word.
    pub(crate) fn shrug(&mut self, code: &'static str, word: &Word, message: impl Into<String>, meanwhile: &str) {
        self.reader.report(
            Diagnostic::new(code, Severity::Error, message)
                .at(word.origin(), format!("this is {}", shown(word.text())))
                .meanwhile(meanwhile),
        );
    }

    /// A whole number behind a word.
    pub(crate) fn number(&mut self, word: &Word, min: u32, max: u32) -> Result<u32, Lost> {
        let argument = self.argument(word)?;
        let read = value::int(argument, min.into(), max.into(), "", true);
        let number = self.checked(word.text(), argument, read)?;
        u32::try_from(number).map_err(|_| Lost)
    }

    /// A small number behind a word.
    pub(crate) fn byte(&mut self, word: &Word<'_>) -> Result<u8, Lost> {
        let number = self.number(word, 0, 255)?;
        u8::try_from(number).map_err(|_| Lost)
    }

    /// `0` or `1` behind a word.
    pub(crate) fn bit(&mut self, word: &Word<'_>) -> Result<bool, Lost> {
        Ok(self.number(word, 0, 1)? == 1)
    }

    /// A number of 64 bits behind a word, written as in C.
    pub(crate) fn long(&mut self, word: &Word<'_>) -> Result<u64, Lost> {
        let argument = self.argument(word)?;
        value::c_number(argument.text())
            .ok_or_else(|| self.bad(argument, format!("{} is a number of up to 64 bits", word.text())))
    }

    /// A number of 32 bits behind a word, written as in C.
    pub(crate) fn c_number(&mut self, word: &Word<'_>) -> Result<u32, Lost> {
        let argument = self.argument(word)?;
        let number = value::c_number(argument.text()).and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| self.bad(argument, format!("{} is a number up to 4294967295", word.text())))
    }

    /// A name or number behind a word, from one of iproute2's tables.
    pub(crate) fn named(&mut self, word: &Word, table: Table) -> Result<u32, Lost> {
        let argument = self.argument(word)?;
        self.in_table(argument, argument.text(), table)
    }

    /// The same where the table has no number above 255.
    pub(crate) fn named_byte(&mut self, word: &Word, table: Table) -> Result<u8, Lost> {
        let number = self.named(word, table)?;
        u8::try_from(number).map_err(|_| Lost)
    }

    /// What a name, perhaps a part of a word, means in a table.
    pub(crate) fn in_table(&mut self, word: &Word, name: &str, table: Table) -> Result<u32, Lost> {
        if let Some(number) = self.reader.number_of(table, name) {
            return Ok(number);
        }
        let problem = unknown_name(self.reader, word, name, table).meanwhile(self.meanwhile.clone());
        self.reader.report(problem);
        Err(Lost)
    }

    /// `[FROM/]TO`, as FROM in the upper half.
    pub(crate) fn realms(&mut self, word: &Word<'_>) -> Result<u32, Lost> {
        let argument = self.argument(word)?;
        let (from, to) = match argument.text().split_once('/') {
            Some((from, to)) => (self.in_table(argument, from, Table::Realms)?, to),
            None => (0, argument.text()),
        };
        Ok(from << 16 | self.in_table(argument, to, Table::Realms)?)
    }

    /// An address behind a word.
    pub(crate) fn address(&mut self, word: &Word<'_>) -> Result<IpAddr, Lost> {
        let argument = self.argument(word)?;
        let address = self.checked(word.text(), argument, value::address(argument))?;
        self.agrees(argument, Family::of(address))?;
        Ok(address)
    }

    /// A network, whose family must be that of the line; `None` for all addresses of it.
    pub(crate) fn network(&mut self, what: &str, word: &Word<'_>) -> Result<Option<Prefix>, Lost> {
        match word.text() {
            "default" | "any" | "all" => return Ok(None),
            "default6" => {
                self.agrees(word, Family::V6)?;
                return Ok(None);
            }
            _ => {}
        }
        let prefix = self.checked(what, word, value::prefix(word))?;
        self.agrees(word, prefix.family())?;
        Ok(Some(prefix))
    }

    /// A link behind a word, which must exist unless links may come and go.
    pub(crate) fn interface(&mut self, word: &Word<'_>) -> Result<InterfaceName, Lost> {
        let argument = self.argument(word)?;
        let name = arguments::interface(self.reader, word.text(), argument).ok_or(Lost)?;
        let exists = self.reader.expect_interface(&name, argument.origin(), &self.meanwhile);
        if exists { Ok(name) } else { Err(Lost) }
    }

    /// Sets the family of the line, or reports that it is another one.
    pub(crate) fn agrees(&mut self, word: &Word, family: Family) -> Result<(), Lost> {
        let before = *self.family.get_or_insert(family);
        if before == family {
            return Ok(());
        }
        let message = format!("a {} is IPv4 or IPv6, not both", self.thing);
        self.report("mixed-families", word, message, &format!("this is {family}, before it is {before}"));
        Err(Lost)
    }

    /// The family as far as it is known.
    pub(crate) const fn family(&self) -> Option<Family> {
        self.family
    }

    /// `track_group NAME`, which may stand once.
    pub(crate) fn track_group(&mut self, word: &Word, group: &mut Option<(Name, Origin)>) -> Result<(), Lost> {
        let argument = self.argument(word)?;
        let name = Name::new(argument.text());
        if group.is_some() {
            let message = format!("a {} has one track_group", self.thing);
            self.shrug("duplicate-keyword", argument, message, "the rest of the line is ignored");
            self.end();
            return Ok(());
        }
        *group = Some((name, argument.origin()));
        Ok(())
    }

    /// The group, unless it would watch a thing without a link.
    pub(crate) fn track_group_with_link(
        &mut self,
        group: Option<(Name, Origin)>,
        link: bool,
    ) -> Option<(Name, Origin)> {
        let (name, place) = group?;
        if link {
            return Some((name, place));
        }
        let message = format!("a {} with track_group needs dev", self.thing);
        self.reader.report(
            Diagnostic::new("track-group-without-link", Severity::Error, message)
                .at(place, "nothing to watch")
                .meanwhile("nobody reacts when it is lost"),
        );
        None
    }

    /// The number of whoever sets the thing: what is watched must be known as ours.
    pub(crate) fn owner(&mut self, protocol: Option<(u8, &Word)>, no_track: bool) -> u8 {
        match protocol {
            Some((protocol, _)) if no_track || protocol == OWN_PROTOCOL => protocol,
            Some((_, word)) => {
                let message = format!("a {} that is watched is of protocol keepalived ({OWN_PROTOCOL})", self.thing);
                self.shrug("protocol-of-others", word, message, &format!("protocol {OWN_PROTOCOL} is used"));
                OWN_PROTOCOL
            }
            None => OWN_PROTOCOL,
        }
    }
}

/// `RTPROT_KEEPALIVED` (linux/rtnetlink.h).
const OWN_PROTOCOL: u8 = 18;

/// A name that stands in no file. Of another host it may well be right.
pub(crate) fn unknown_name(reader: &Reader<'_>, word: &Word, name: &str, table: Table) -> Diagnostic {
    let known = reader.host.interface_exists("lo").is_some();
    let severity = if known { Severity::Error } else { Severity::Warning };
    let (noun, file) = (table.noun(), table.file());
    let message = if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{noun} {} is not a number up to {}", shown(name), table.max())
    } else {
        format!("{noun} {} is not known", shown(name))
    };
    let file = if file.starts_with('/') { file.to_owned() } else { format!("{file} of iproute2") };
    Diagnostic::new("unknown-routing-name", severity, message)
        .at(word.origin(), format!("not in {file}"))
        .help(format!("write its number, or add it to {file}"))
}
