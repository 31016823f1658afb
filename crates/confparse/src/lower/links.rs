//! Blocks about links: `garp_group`, `linkbeat_interfaces`, `interface_up_down_delays`; and `track_group`.
use super::arguments::{diagnose, interface};
use super::item::Item;
use super::reader::Reader;
use super::vrrp::names;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema;
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::{self, shown};
use model::config::global::{GarpGroup, LinkDelay, PollMethod, PolledLink};
use model::{InterfaceName, Interval, Name};

/// What these blocks said.
#[derive(Default)]
pub(crate) struct Links {
    pub(crate) garp_groups: Vec<GarpGroup>,
    pub(crate) polled: Vec<PolledLink>,
    pub(crate) delays: Vec<LinkDelay>,
    pub(crate) track_groups: Vec<TrackGroupDraft>,
}

/// A `track_group` whose members are not looked up yet.
pub(crate) struct TrackGroupDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) members: Vec<(Name, Origin)>,
}

impl Links {
    /// Reads a block about links; `false` when it is another block.
    pub(crate) fn keyword(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) -> bool {
        match item.row.keyword {
            "garp_group" => self.garp_group(reader, item),
            "linkbeat_interfaces" => self.polled.extend(item.body.iter().filter_map(|line| polled(reader, line))),
            "interface_up_down_delays" => {
                self.delays.extend(item.body.iter().filter_map(|line| delay(reader, line)));
            }
            "track_group" => self.track_group(reader, item),
            _ => return false,
        }
        true
    }

    fn garp_group(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) {
        let (mut arp, mut na) = (None, None);
        let mut members = Vec::new();
        reader.block("garp_group", item.body, &mut |reader, item| match item.row.keyword {
            "garp_interval" => arp = item.interval(),
            "gna_interval" => na = item.interval(),
            "interface" => members.extend(item.interface().map(|name| (name, item.place()))),
            _ if item.body.is_empty() => reader.empty(&item, "it adds no link"),
            _ => {
                let words = item.body.iter().flat_map(|line| line.words);
                members.extend(words.filter_map(|word| Some((interface(reader, "a link", word)?, word.origin()))));
            }
        });
        if arp.is_none() && na.is_none() {
            reader.report(
                Diagnostic::new("incomplete-block", Severity::Error, "garp_group has no garp_interval")
                    .at(item.origin(), "neither garp_interval nor gna_interval in this block")
                    .meanwhile("the block is dropped"),
            );
            return;
        }
        let mut group = GarpGroup {
            arp_spacing: arp.unwrap_or(Interval::ZERO),
            na_spacing: na.unwrap_or(Interval::ZERO),
            interfaces: Vec::new(),
        };
        for (name, place) in members {
            self.member(reader, &mut group, name, place);
        }
        self.garp_groups.push(group);
    }

    /// A link has one pace only.
    fn member(&self, reader: &mut Reader<'_>, group: &mut GarpGroup, name: InterfaceName, place: Origin) {
        if !reader.expect_interface(&name, place, "it is not in the group") {
            return;
        }
        if self.garp_groups.iter().chain([&*group]).any(|group| group.interfaces.contains(&name)) {
            reader.report(
                Diagnostic::new("in-two-garp-groups", Severity::Error, format!("{name} is in a garp_group already"))
                    .at(place, "a link has one pace")
                    .meanwhile("the name is ignored"),
            );
            return;
        }
        group.interfaces.push(name);
    }

    fn track_group(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) {
        let Some(word) = item.text() else { return };
        let mut group = TrackGroupDraft { name: Name::new(word.text()), place: word.origin(), members: Vec::new() };
        reader.block("track_group", item.body, &mut |_, item| group.members.extend(names(&item)));
        if let Some(before) = self.track_groups.iter().find(|before| before.name == group.name) {
            reader.report(
                Diagnostic::new("duplicate-name", Severity::Error, format!("track_group {} stands twice", group.name))
                    .at(group.place, "second block with this name")
                    .with(before.place, "first block")
                    .meanwhile("the second block is ignored"),
            );
            return;
        }
        self.track_groups.push(group);
    }
}

/// A link that keepalived demands; without it a configuration is refused there.
fn demanded(reader: &mut Reader<'_>, keyword: &str, word: &Word) -> Option<InterfaceName> {
    let name = interface(reader, keyword, word)?;
    if reader.dynamic_interfaces || reader.host.interface_exists(name.as_str()) != Some(false) {
        return Some(name);
    }
    let message = format!("{keyword} names interface {} that does not exist", shown(word.text()));
    reader.report(
        Diagnostic::new("unknown-polled-interface", Severity::Fatal, message)
            .at(word.origin(), "there is no such interface")
            .meanwhile("the line is ignored"),
    );
    None
}

/// `IF [MII|ETHTOOL|IOCTL]`.
fn polled(reader: &mut Reader<'_>, line: &Statement) -> Option<PolledLink> {
    let (word, rest) = line.words.split_first()?;
    let interface = demanded(reader, "linkbeat_interfaces", word)?;
    let words = schema::words("linkbeat_interfaces");
    let method = rest.first().and_then(|word| match words.option(word.text())?.keyword {
        "MII" => Some(PollMethod::Mii),
        "ETHTOOL" => Some(PollMethod::Ethtool),
        _ => Some(PollMethod::Ioctl),
    });
    if let Some(odd) = rest.get(usize::from(method.is_some())) {
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, "linkbeat_interfaces takes one of MII, ETHTOOL, IOCTL")
                .at(odd.origin(), format!("this is {}", shown(odd.text())))
                .meanwhile("the word is ignored"),
        );
    }
    Some(PolledLink { interface, method })
}

/// `IF DOWN [UP]`.
fn delay(reader: &mut Reader<'_>, line: &Statement) -> Option<LinkDelay> {
    let (word, rest) = line.words.split_first()?;
    let interface = demanded(reader, "interface_up_down_delays", word)?;
    let [down, up @ ..] = rest else {
        reader.report(
            Diagnostic::new("missing-value", Severity::Warning, format!("{interface} has no delay"))
                .at(word.origin(), "seconds must follow")
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    if let Some(extra) = up.get(1) {
        reader.report(
            Diagnostic::new("extra-words", Severity::Warning, "a line of interface_up_down_delays has two times")
                .at(extra.origin(), "this is too much")
                .meanwhile("what is too much is ignored"),
        );
    }
    let down = seconds(reader, down)?;
    let up = match up.first() {
        Some(word) => seconds(reader, word)?,
        None => down,
    };
    Some(LinkDelay { interface, down, up })
}

/// 0 to 255 s with decimals; keepalived only logs a bad one.
fn seconds(reader: &mut Reader<'_>, word: &Word) -> Option<Interval> {
    match value::decimal(word, 0, 255_000_000, 6, "s") {
        Ok(micros) => Some(Interval::from_micros(micros)),
        Err(bad) => {
            let problem = diagnose("a delay", word, &bad, "the line is ignored");
            reader.report(Diagnostic { severity: Severity::Warning, ..problem });
            None
        }
    }
}
