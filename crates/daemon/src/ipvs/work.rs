//! Carries orders out: commands to the kernel, answers to the output.
use super::endpoint::Printer;
use super::listing::Block;
use super::mistake::Mistake;
use super::names::Names;
use super::order::{Asked, ConnectionView, Order, Save, Show, TableView, What};
use super::owned::{Owned, changes_entries};
use super::restoring::{self, Line};
use super::{connections, json, listing, saving, sorting};
use evenkeel_ipvs::{
    Command, ConnectionError, ConnectionTable, DestinationEntry, Error, Ipvs, OpenError, Problem, ServiceKey,
};
use model::limits;
use std::fmt;
use std::io::{self, Read, Write};

/// Exit status when the kernel refused something.
pub(super) const REFUSED: u8 = 255;
/// Commands of a restore that are sent at once; their results wait in memory.
const BATCH: usize = 1_024;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    /// The kernel refused some lines of a restore; each was told.
    Refused,
}

/// Why it did not come to an end.
#[derive(Debug)]
pub(super) enum Failure {
    Mistake(Mistake),
    /// A line of a restore.
    Line(usize, Mistake),
    /// The input of a restore could not be read.
    Input(io::Error),
    /// The input of a restore is longer than this many bytes.
    InputLength(u64),
    /// It belongs to the running daemon.
    Owned(String),
    /// Whether it belongs to the running daemon is not known; with the reason.
    OwnerUnknown(String),
    Open(OpenError),
    Kernel(Error),
    /// The service to be listed is not there.
    NoSuchService(ServiceKey),
    Connections(ConnectionError),
    Output(io::Error),
}

impl Failure {
    /// The exit status.
    pub(super) const fn status(&self) -> u8 {
        match self {
            Self::NoSuchService(_) | Self::Output(_) | Self::Connections(_) => 1,
            Self::Mistake(_) | Self::Line(..) | Self::Input(_) | Self::InputLength(_) => 2,
            Self::Owned(_) | Self::OwnerUnknown(_) => 3,
            Self::Open(_) | Self::Kernel(_) => REFUSED,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistake(mistake) => fmt::Display::fmt(mistake, f),
            Self::Line(number, mistake) => write!(f, "line {number}: {mistake}; nothing was changed"),
            Self::Input(error) => write!(f, "standard input: {error}; nothing was changed"),
            Self::InputLength(most) => write!(f, "standard input: more than {} MiB; nothing was changed", most >> 20),
            Self::Owned(what) => write!(
                f,
                "{what}: belongs to the running daemon, which changes it back; change its configuration and reload, or \
                 use --force"
            ),
            Self::OwnerUnknown(why) => {
                write!(f, "{why}; so it is not known what belongs to the daemon; --force changes the table regardless")
            }
            Self::Open(error) => fmt::Display::fmt(error, f),
            Self::Kernel(error) => fmt::Display::fmt(error, f),
            Self::NoSuchService(key) => write!(f, "{key}: no such service"),
            Self::Connections(error) => fmt::Display::fmt(error, f),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Kernel(error)
    }
}

impl From<connections::Broken> for Failure {
    fn from(broken: connections::Broken) -> Self {
        match broken {
            connections::Broken::Table(error) => Self::Connections(error),
            connections::Broken::Output(error) => Self::Output(error),
        }
    }
}

/// What orders are carried out with.
pub(super) struct Worker<'a> {
    pub(super) ipvs: &'a mut dyn Ipvs,
    pub(super) names: &'a dyn Names,
    /// Asks what belongs to the running daemon.
    pub(super) owned: &'a dyn Fn() -> Result<Owned, String>,
    pub(super) out: &'a mut dyn Write,
}

impl Worker<'_> {
    /// Carries one order out; `input` is for a restore.
    pub(super) fn work(&mut self, asked: Asked, input: &mut dyn Read) -> Result<End, Failure> {
        let force = asked.force;
        let lines = match asked.order {
            Order::Restore => self.read(input)?,
            _ => vec![Line { number: 0, asked }],
        };
        if !force {
            self.check_owner(&lines)?;
        }
        for Line { number, asked } in &lines {
            if let Some(note) = &asked.note {
                eprintln!("note: {}{note}", at_line(*number));
            }
        }
        let mut end = End::Done;
        let mut rest = lines.as_slice();
        while let Some(first) = rest.first() {
            let changes =
                rest.iter().take(BATCH).take_while(|line| matches!(line.asked.order, Order::Change(_))).count();
            let (now, later) = rest.split_at(changes.max(1));
            rest = later;
            match &first.asked.order {
                Order::Change(_) => end = if self.change(now)? { end } else { End::Refused },
                Order::Show(show) => self.show(show)?,
                Order::Save(save) => self.save(*save)?,
                Order::Restore | Order::Help | Order::Version => {}
            }
        }
        Ok(end)
    }

    fn read(&self, input: &mut dyn Read) -> Result<Vec<Line>, Failure> {
        let most = limits::IPVS_RESTORE_BYTES;
        let mut text = Vec::new();
        input.take(most + 1).read_to_end(&mut text).map_err(Failure::Input)?;
        if u64::try_from(text.len()).is_ok_and(|length| length > most) {
            return Err(Failure::InputLength(most));
        }
        let lines = restoring::lines(&String::from_utf8_lossy(&text), self.names);
        lines.map_err(|(number, mistake)| Failure::Line(number, mistake))
    }

    /// Nothing is done when anything belongs to the daemon.
    fn check_owner(&self, lines: &[Line]) -> Result<(), Failure> {
        let commands = || lines.iter().filter(|line| !line.asked.force).filter_map(command);
        if !commands().any(changes_entries) {
            return Ok(());
        }
        let owned = (self.owned)().map_err(Failure::OwnerUnknown)?;
        match commands().find_map(|command| owned.touched_by(command)) {
            Some(what) => Err(Failure::Owned(what)),
            None => Ok(()),
        }
    }

    /// Whether all were obeyed. A refusal of the only one is a failure; of several, each is told and the others are done.
    fn change(&mut self, lines: &[Line]) -> Result<bool, Failure> {
        let commands: Vec<Command> = lines.iter().filter_map(command).cloned().collect();
        let mut obeyed = true;
        for (line, result) in lines.iter().zip(self.ipvs.apply(&commands)) {
            match result {
                Ok(()) => {}
                Err(error) if line.number == 0 => return Err(error.into()),
                Err(error) => {
                    obeyed = false;
                    eprintln!("error: {}{error}", at_line(line.number));
                }
            }
        }
        Ok(obeyed)
    }

    fn printer(&self, by_name: bool) -> Printer<'_> {
        Printer { names: by_name.then_some(self.names) }
    }

    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes()).map_err(Failure::Output)
    }

    fn print_json(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        self.print(&format!("{value}\n"))
    }

    fn show(&mut self, show: &Show) -> Result<(), Failure> {
        match show.what {
            What::Table(view) => self.show_table(show, view),
            What::Connections(view) => self.show_connections(show, view),
            What::Timeouts => {
                let timeouts = self.ipvs.timeouts()?;
                if show.json {
                    self.print_json(&json::timeouts(timeouts))
                } else {
                    self.print(&listing::timeouts(timeouts))
                }
            }
            What::Daemons => {
                let daemons = self.ipvs.sync_daemons()?;
                if show.json {
                    self.print_json(&json::daemons(&daemons))
                } else {
                    self.print(&listing::daemons(&daemons))
                }
            }
        }
    }

    fn show_table(&mut self, show: &Show, view: TableView) -> Result<(), Failure> {
        let blocks = self.blocks(view.only, view.sorted)?;
        let owned = if view.marked { self.owned_or_note() } else { None };
        if show.json {
            let info = self.ipvs.info()?;
            return json::table(info, &blocks, &owned.unwrap_or_default(), self.out).map_err(Failure::Output);
        }
        let info = if view.only.is_none() { Some(self.ipvs.info()?) } else { None };
        let text = listing::table(info, &blocks, view, self.printer(show.names), owned.as_ref());
        self.print(&text)
    }

    /// For a listing it is enough to say that marks may be missing.
    fn owned_or_note(&self) -> Option<Owned> {
        (self.owned)().inspect_err(|why| eprintln!("note: {why}; so nothing is marked as the daemon's")).ok()
    }

    fn save(&mut self, save: Save) -> Result<(), Failure> {
        let blocks = self.blocks(None, true)?;
        let text = saving::save(&blocks, self.printer(save.names), save.complete);
        self.print(&text)
    }

    fn show_connections(&mut self, show: &Show, view: ConnectionView) -> Result<(), Failure> {
        let table = match view {
            ConnectionView::Origin => ConnectionTable::open_with_origin(),
            ConnectionView::Plain | ConnectionView::Engine => ConnectionTable::open(),
        };
        let table = table.map_err(Failure::Connections)?;
        if show.json {
            return Ok(connections::print_json(table, self.out)?);
        }
        let printer = Printer { names: show.names.then_some(self.names) };
        Ok(connections::print(table, view, printer, self.out)?)
    }

    /// The services, or one, with their destinations.
    fn blocks(&mut self, only: Option<ServiceKey>, sorted: bool) -> Result<Vec<Block>, Failure> {
        let services = self.ipvs.services()?;
        let mut blocks = Vec::new();
        for entry in services.into_iter().filter(|entry| only.is_none_or(|key| key == entry.service.key())) {
            if let Some(destinations) = self.destinations(entry.service.key())? {
                let destinations = if sorted { sorting::destinations(destinations) } else { destinations };
                blocks.push(Block { entry, destinations });
            }
        }
        match only {
            Some(key) if blocks.is_empty() => Err(Failure::NoSuchService(key)),
            _ if sorted => Ok(sorting::services(blocks, |block| &block.entry)),
            _ => Ok(blocks),
        }
    }

    /// `None` when somebody removed the service meanwhile.
    fn destinations(&mut self, key: ServiceKey) -> Result<Option<Vec<DestinationEntry>>, Failure> {
        match self.ipvs.destinations(&key) {
            Ok(destinations) => Ok(Some(destinations)),
            Err(Error { problem: Problem::NoSuchService, .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

const fn command(line: &Line) -> Option<&Command> {
    match &line.asked.order {
        Order::Change(command) => Some(command),
        _ => None,
    }
}

/// `line 7: `; nothing for a command line.
fn at_line(number: usize) -> String {
    if number == 0 { String::new() } else { format!("line {number}: ") }
}

#[cfg(test)]
mod tests;
