//! Lines of `virtual_rules` and `static_rules`.
use super::line::{Line, Lost, unknown_name};
use super::names::Table;
use super::reader::Reader;
use super::route::{KINDS, Tracked, unknown};
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value;
use model::config::routing::{Action, Rule};
use model::{Family, Name, Prefix};

/// Reads the lines of the block `path`.
pub(crate) fn rules(reader: &mut Reader<'_>, path: &str, lines: &[Statement<'_>]) -> Vec<Tracked<Rule>> {
    let mut found = Vec::new();
    for statement in lines {
        let mut line = Line::new(reader, "rule", path, statement);
        found.extend(rule(&mut line));
    }
    found
}

fn rule(line: &mut Line<'_, '_, '_>) -> Result<Tracked<Rule>, Lost> {
    let mut draft = Draft::default();
    while let Some(word) = line.next() {
        draft.word(line, word)?;
    }
    draft.finish(line)
}

/// A rule as far as it was said.
struct Draft<'t> {
    rule: Rule,
    preference: Option<u32>,
    action: Option<(Action, &'t Word<'t>)>,
    /// A word that only a look-up in a table can have.
    of_table: Option<&'t Word<'t>>,
    protocol: Option<(u8, &'t Word<'t>)>,
    track_group: Option<(Name, Origin)>,
}

impl Default for Draft<'_> {
    fn default() -> Self {
        Self {
            rule: Rule::plain(Family::V4, 0, Action::Nop),
            preference: None,
            action: None,
            of_table: None,
            protocol: None,
            track_group: None,
        }
    }
}

impl<'t> Draft<'t> {
    fn word(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let rule = &mut self.rule;
        match word.text() {
            "inet6" => line.agrees(word, Family::V6)?,
            "inet" => line.agrees(word, Family::V4)?,
            "from" => rule.from = network(line, word)?,
            "to" => rule.to = network(line, word)?,
            "not" => rule.invert = true,
            "preference" | "order" | "priority" => self.preference = Some(line.c_number(word)?),
            "tos" | "dsfield" => rule.tos = line.named_byte(word, Table::Dsfield)?,
            "fwmark" => rule.mark = Some(mark(line, word)?),
            "dev" | "iif" => rule.input = Some(line.interface(word)?),
            "oif" => rule.output = Some(line.interface(word)?),
            "tunnel-id" => rule.tunnel_id = Some(line.long(word)?),
            "uidrange" => rule.uids = Some(users(line, word)?),
            "protocol" => self.protocol = protocol(line, word)?.or(self.protocol),
            "ipproto" => rule.ip_protocol = transport(line, word)?.or(rule.ip_protocol),
            "sport" => rule.source_ports = ports(line, word)?.or(rule.source_ports),
            "dport" => rule.destination_ports = ports(line, word)?.or(rule.destination_ports),
            "no_track" => rule.no_track = true,
            "track_group" if line.knows("track_group") => line.track_group(word, &mut self.track_group)?,
            _ => return self.look_up(line, word),
        }
        Ok(())
    }

    /// Words about what a look-up may find.
    fn look_up(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let rule = &mut self.rule;
        match word.text() {
            "realms" => {
                line.agrees(word, Family::V4)?;
                rule.realms = Some(line.realms(word)?);
            }
            "suppress_prefixlength" | "sup_pl" => {
                rule.suppress_prefix_length = Some(line.number(word, 0, i32::MAX.unsigned_abs())?);
            }
            "suppress_ifgroup" | "sup_group" => rule.suppress_group = Some(line.named(word, Table::Groups)?),
            _ => return self.act(line, word),
        }
        self.of_table = Some(word);
        Ok(())
    }

    /// `[type] ACTION`, of which a rule has one.
    fn act(&mut self, line: &mut Line<'_, '_, 't>, word: &'t Word<'t>) -> Result<(), Lost> {
        let word = if word.text() == "type" { line.argument(word)? } else { word };
        let action = match word.text() {
            "table" | "lookup" => Action::Table(table(line, word)?),
            "l3mdev" => Action::MasterDevice,
            "goto" => Action::Goto(line.number(word, 0, u32::MAX)?),
            "nop" => Action::Nop,
            "blackhole" => Action::Blackhole,
            "prohibit" => Action::Prohibit,
            "unreachable" => Action::Unreachable,
            text if KINDS.iter().any(|(name, _)| *name == text) => {
                return Err(act_badly(line, word, format!("{text} is an action of routes, not of rules")));
            }
            _ => return Err(unknown(line, word)),
        };
        if let Some((_, before)) = self.action {
            let message = format!("a rule has one action, and this has {} and {}", before.text(), word.text());
            return Err(act_badly(line, word, message));
        }
        self.action = Some((action, word));
        Ok(())
    }

    fn finish(self, line: &mut Line<'_, '_, 't>) -> Result<Tracked<Rule>, Lost> {
        let action = self.sound(line)?;
        let mut rule = self.rule;
        rule.action = action;
        rule.family = line.family().unwrap_or(Family::V4);
        rule.protocol = line.owner(self.protocol, rule.no_track);
        rule.preference = match self.preference {
            Some(preference) => preference,
            None => without_preference(line, rule.family),
        };
        let track_group = line.track_group_with_link(self.track_group, rule.input.is_some());
        Ok(Tracked { thing: rule, track_group })
    }

    /// The action, where there is one that goes with the other words.
    fn sound(&self, line: &mut Line<'_, '_, 't>) -> Result<Action, Lost> {
        let Some((action, word)) = self.action else {
            let problem = Diagnostic::new("rule-action", Severity::Error, "a rule has no action");
            let problem = problem.at(line.place, "what is to be done?").meanwhile("the rule is ignored");
            line.reader.report(problem.help("write table NAME, goto PREFERENCE, blackhole, prohibit or unreachable"));
            return Err(Lost);
        };
        match (action, self.of_table, self.preference) {
            (Action::Goto(_), _, None) => {
                Err(act_badly(line, word, "a rule with goto needs a preference of its own".to_owned()))
            }
            (Action::Goto(target), _, Some(own)) if target <= own => {
                let message = format!("goto leads forward, and {target} is not behind {own}");
                Err(act_badly(line, word, message))
            }
            (Action::Table(_) | Action::MasterDevice, ..) | (_, None, _) => Ok(action),
            (_, Some(only), _) => {
                let message = format!("{} goes with table, not with {}", only.text(), word.text());
                Err(act_badly(line, only, message))
            }
        }
    }
}

fn act_badly(line: &mut Line<'_, '_, '_>, word: &Word<'_>, message: String) -> Lost {
    line.report("rule-action", word, message, "");
    Lost
}

fn without_preference(line: &mut Line<'_, '_, '_>, family: Family) -> u32 {
    let preference = line.reader.routing.next_preference(family);
    line.reader.report(
        Diagnostic::new("rule-without-preference", Severity::Error, "a rule has no preference")
            .at(line.place, "add preference NUMBER")
            .meanwhile(format!("preference {preference} is chosen for it")),
    );
    preference
}

fn network(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Option<Prefix>, Lost> {
    let argument = line.argument(word)?;
    line.network(word.text(), argument)
}

fn table(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<u32, Lost> {
    let argument = line.argument(word)?;
    match line.in_table(argument, argument.text(), Table::Tables)? {
        0 => Err(line.bad(argument, "a rule cannot look up in table 0")),
        table => Ok(table),
    }
}

/// `VALUE[/MASK]`.
fn mark(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<(u32, Option<u32>), Lost> {
    let argument = line.argument(word)?;
    let number = |text: &str| value::c_number(text).and_then(|number| u32::try_from(number).ok());
    let (mark, mask) = match argument.text().split_once('/') {
        Some((mark, mask)) => (number(mark), Some(number(mask))),
        None => (number(argument.text()), None),
    };
    match (mark, mask) {
        (Some(mark), None) => Ok((mark, None)),
        (Some(mark), Some(Some(mask))) => Ok((mark, Some(mask))),
        _ => Err(line.bad(argument, "fwmark is a number of 32 bits, perhaps with /MASK")),
    }
}

/// `MIN-MAX`.
fn users(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<(u32, u32), Lost> {
    let argument = line.argument(word)?;
    let range = argument.text().split_once('-');
    let range = range.and_then(|(min, max)| Some((min.parse().ok()?, max.parse().ok()?)));
    match range {
        Some((min, max)) if min <= max => Ok((min, max)),
        _ => Err(line.bad(argument, "uidrange is two numbers with - between, the smaller one first")),
    }
}

/// `MIN-MAX`, or a single port.
fn ports(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Option<(u16, u16)>, Lost> {
    let argument = line.argument(word)?;
    let (min, max) = argument.text().split_once('-').unwrap_or((argument.text(), argument.text()));
    match (min.parse(), max.parse()) {
        (Ok(min), Ok(max)) if 0 < min && min <= max => Ok(Some((min, max))),
        _ => {
            let message = format!("{} is a port, or two with - between, the smaller one first", word.text());
            line.shrug("bad-routing-word", argument, message, "the rule matches all ports");
            Ok(None)
        }
    }
}

fn protocol<'t>(line: &mut Line<'_, '_, 't>, word: &Word<'_>) -> Result<Option<(u8, &'t Word<'t>)>, Lost> {
    let argument = line.argument(word)?;
    let number = argument.text().parse().ok();
    if number.is_none() {
        let message = "protocol of a rule is a number up to 255";
        line.shrug("bad-routing-word", argument, message, "the word is ignored");
    }
    Ok(number.map(|number| (number, argument)))
}

fn transport(line: &mut Line<'_, '_, '_>, word: &Word<'_>) -> Result<Option<u8>, Lost> {
    let argument = line.argument(word)?;
    let number = line.reader.number_of(Table::Transports, argument.text());
    if number.is_none() {
        let problem = unknown_name(line.reader, argument, argument.text(), Table::Transports);
        line.reader.report(problem.meanwhile("the rule matches every protocol"));
    }
    Ok(number.and_then(|number| u8::try_from(number).ok()))
}
