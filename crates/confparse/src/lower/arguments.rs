//! The arguments of one statement, read by its row: how many, of what kind, in what range, and what is used when they are bad.
use super::item::Value;
use super::reader::Reader;
use super::script;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lex;
use crate::schema::{self, Args, Block, Family, Missing, OnBad, Row, steps};
use crate::tree::{Statement, Word};
use crate::value::{self, Bad, shown};
use model::InterfaceName;
use std::net::IpAddr;

/// Reads what stands behind the keyword; `None` when the statement must be ignored, which has been reported then.
pub(crate) fn read<'t>(
    reader: &mut Reader<'_>,
    block: &Block,
    row: &'static Row,
    statement: &'t Statement<'t>,
) -> Option<Value<'t>> {
    let words = statement.words.get(1..).unwrap_or_default();
    let Some(word) = words.first() else { return without_arguments(reader, block, row, statement) };
    if let Some(limit) = most_words(row.args) {
        extra_words(reader, block, row, words, limit);
    }
    match row.args {
        Args::Ignored | Args::Block | Args::List => Some(Value::Nothing),
        Args::Switch => one(reader, row, word, value::switch(word)).map(Value::Switch),
        Args::Int { min, max } | Args::MaybeInt { min, max } => {
            let read = value::int(word, min, max, row.unit, row.strict);
            one_or(reader, row, word, read, |number| number).map(Value::Number)
        }
        Args::Decimal { min, max, places } => {
            let read = value::decimal(word, min, max, places, row.unit);
            let read =
                read.map_err(|bad| if row.strict && bad.code == "trailing-characters" { bad.lost() } else { bad });
            one_or(reader, row, word, read, |number| u64::try_from(number).unwrap_or(min)).map(Value::Steps)
        }
        Args::Word(list) => one(reader, row, word, value::choice(word, list, false)).map(Value::Word),
        Args::WordNoCase(list) => one(reader, row, word, value::choice(word, list, true)).map(Value::Word),
        Args::Address(family) => {
            let address = one(reader, row, word, value::address(word))?;
            right_family(reader, row, word, address, family).then_some(Value::Address(address))
        }
        Args::Digest => one(reader, row, word, value::digest(word)).map(Value::Digest),
        Args::Interface => interface(reader, row.keyword, word).map(Value::Interface),
        Args::Text | Args::MaybeText | Args::Named | Args::NamedList => Some(Value::Text(word)),
        Args::Command | Args::CommandAlone | Args::MaybeCommand => {
            script::spoken(reader, row, statement).map(Value::Command)
        }
        Args::User => script::user(reader, row.keyword, words).map(Value::User),
        Args::Head | Args::Own => Some(Value::Words(words)),
    }
}

/// How many words are looked at; `None` where whoever reads the statement decides.
const fn most_words(args: Args) -> Option<usize> {
    match args {
        Args::Ignored | Args::Block | Args::List => Some(0),
        Args::User => Some(2),
        Args::Command | Args::CommandAlone | Args::MaybeCommand | Args::Head | Args::Own => None,
        _ => Some(1),
    }
}

fn extra_words(reader: &mut Reader<'_>, block: &Block, row: &Row, words: &[Word], limit: usize) {
    let Some(extra) = words.get(limit) else { return };
    if words.first().is_some_and(is_sign) && !takes_any_word(row.args) {
        // The sign is no value, which will be told with the right help.
        return;
    }
    let (severity, meanwhile) = match row.args {
        Args::List => (Severity::Error, "the words are ignored and the block is read"),
        _ => (Severity::Warning, "what is too much is ignored"),
    };
    let mut problem = Diagnostic::new("extra-words", severity, format!("{} takes {}", row.keyword, how_many(limit)))
        .at(extra.origin(), "this is too much")
        .meanwhile(meanwhile);
    if let Some(help) = why_too_much(block, row, words, extra, limit) {
        problem = problem.help(help);
    }
    reader.report(problem);
}

/// What was probably meant by a word too many.
fn why_too_much(block: &Block, row: &Row, words: &[Word], extra: &Word, limit: usize) -> Option<String> {
    let text = extra.text();
    if matches!(text, "off" | "no" | "false") {
        return Some("this does not switch it off: remove the line instead".to_owned());
    }
    if words.first().is_some_and(is_sign) {
        return Some(NO_SIGN.to_owned());
    }
    if [block.path, &schema::inner(block, row.keyword)].iter().any(|path| schema::words(path).keyword(text).is_some()) {
        return Some(format!("{text} is a keyword: begin a new line with it"));
    }
    if text.starts_with("//") || text.starts_with("/*") || text.starts_with(';') {
        return Some("comments begin with # or !".to_owned());
    }
    if matches!(row.args, Args::Text) {
        return Some("put text with blanks in double quotes".to_owned());
    }
    let is_flag = limit == 0 && matches!(row.args, Args::Ignored);
    is_flag.then(|| "the next keyword begins on a line of its own".to_owned())
}

const NO_SIGN: &str = "write the value behind its keyword, without = between them";

fn is_sign(word: &Word) -> bool {
    word.text() == "=" && !word.quoted()
}

/// Whether `=` itself would be taken for the value.
const fn takes_any_word(args: Args) -> bool {
    !matches!(
        args,
        Args::Switch
            | Args::Int { .. }
            | Args::MaybeInt { .. }
            | Args::Decimal { .. }
            | Args::Word(_)
            | Args::WordNoCase(_)
            | Args::Address(_)
            | Args::Digest
    )
}

fn how_many(limit: usize) -> String {
    match limit {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        _ => format!("{limit} arguments"),
    }
}

/// What a keyword alone on its line means.
fn without_arguments<'t>(
    reader: &mut Reader<'_>,
    block: &Block,
    row: &'static Row,
    statement: &'t Statement<'t>,
) -> Option<Value<'t>> {
    let severity = match row.missing {
        Missing::Fatal => Severity::Fatal,
        Missing::Error => Severity::Error,
        Missing::Fine => match row.args {
            Args::Switch => return Some(Value::Switch(true)),
            Args::Own | Args::Head => return Some(Value::Words(&[])),
            Args::Int { .. } | Args::Decimal { .. } | Args::Word(_) | Args::WordNoCase(_) | Args::Address(_) => {
                Severity::Error
            }
            Args::Interface
            | Args::Text
            | Args::Command
            | Args::CommandAlone
            | Args::User
            | Args::Named
            | Args::NamedList => Severity::Error,
            _ => return Some(Value::Nothing),
        },
    };
    if lex::tokens(statement.raw.as_bytes()).any(|token| token.kind == lex::Kind::Junk) {
        // What stood there was lost with an unterminated quote, which has been reported.
        return None;
    }
    let code = if severity == Severity::Fatal { "missing-parameter" } else { "missing-value" };
    let mut problem = Diagnostic::new(code, severity, format!("{} has nothing behind it", row.keyword))
        .at(statement.origin, block.place())
        .meanwhile(if row.has_block() { "the block is ignored" } else { "the line is ignored" });
    let arguments = row.arguments();
    if !arguments.is_empty() {
        problem = problem.help(format!("write {} {arguments}", row.keyword));
    }
    reader.report(problem);
    None
}

/// The value of a word, or a report that says what is wrong and what is used.
pub(crate) fn one<T>(reader: &mut Reader<'_>, row: &Row, word: &Word, read: Result<T, Bad<T>>) -> Option<T> {
    read.unwrap_or_else_report(reader, row, word, None)
}

/// The same for a row that names a number to use instead.
fn one_or<T>(
    reader: &mut Reader<'_>,
    row: &Row,
    word: &Word,
    read: Result<T, Bad<T>>,
    from: impl Fn(i64) -> T,
) -> Option<T> {
    let instead = match row.on_bad {
        OnBad::Uses(number) => Some((from(number), spoken_default(row, number))),
        OnBad::Ignored => None,
    };
    read.unwrap_or_else_report(reader, row, word, instead)
}

fn spoken_default(row: &Row, number: i64) -> String {
    match row.args {
        Args::Decimal { places, .. } => steps(u64::try_from(number).unwrap_or(0), places),
        _ => number.to_string(),
    }
}

trait OrReport<T> {
    fn unwrap_or_else_report(
        self,
        reader: &mut Reader<'_>,
        row: &Row,
        word: &Word,
        instead: Option<(T, String)>,
    ) -> Option<T>;
}

impl<T> OrReport<T> for Result<T, Bad<T>> {
    fn unwrap_or_else_report(
        self,
        reader: &mut Reader<'_>,
        row: &Row,
        word: &Word,
        instead: Option<(T, String)>,
    ) -> Option<T> {
        let bad = match self {
            Ok(value) => return Some(value),
            Err(bad) => bad,
        };
        let unit = if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) };
        let (value, used) = match (bad.usable, instead) {
            (Some(value), _) => (Some(value), bad.telling.instead.clone().map(|text| format!("{text}{unit} is used"))),
            (None, Some((value, text))) => (Some(value), Some(format!("{text}{unit} is used"))),
            (None, None) => (None, Some(ignored(row))),
        };
        let bad: Bad<T> = Bad { usable: None, ..bad };
        reader.report(diagnose(row.keyword, word, &bad, used.unwrap_or_else(|| ignored(row))));
        value
    }
}

fn ignored(row: &Row) -> String {
    // The manual's column says more than what is used: that it is an error to leave the word out, that there is none.
    let default = row.default.split(" (with").next().unwrap_or_default();
    let default = default.split(", with").next().unwrap_or_default();
    if default.is_empty() || default == "none" || default.starts_with("none,") {
        return "the line is ignored".to_owned();
    }
    format!("the line is ignored (default: {default})")
}

/// The report of a bad word.
pub(crate) fn diagnose<T>(what: &str, word: &Word, bad: &Bad<T>, meanwhile: impl Into<String>) -> Diagnostic {
    let mut problem = Diagnostic::new(bad.code, Severity::Error, format!("{what} {}", bad.telling.message))
        .at(word.origin(), bad.telling.label.clone())
        .meanwhile(meanwhile);
    problem.help.clone_from(&bad.telling.help);
    if is_sign(word) {
        problem = problem.help(NO_SIGN);
    }
    match &bad.telling.instead {
        Some(text) if word.origin().expansion.is_none() && !word.quoted() => {
            problem.replace(word.origin().span, text.clone())
        }
        _ => problem,
    }
}

fn right_family(reader: &mut Reader<'_>, row: &Row, word: &Word, address: IpAddr, family: Family) -> bool {
    let (good, expected) = match family {
        Family::Any => (true, ""),
        Family::Multicast => (address.is_multicast(), "is a multicast group"),
        Family::Multicast4 => (address.is_multicast() && address.is_ipv4(), "is an IPv4 multicast group"),
        Family::Multicast6 => (address.is_multicast() && address.is_ipv6(), "is an IPv6 multicast group"),
    };
    if !good {
        reader.report(
            Diagnostic::new("not-multicast", Severity::Error, format!("{} {expected}", row.keyword))
                .at(word.origin(), "this is not")
                .meanwhile(ignored(row)),
        );
    }
    good
}

/// A name that an interface can have.
pub(crate) fn interface(reader: &mut Reader<'_>, what: &str, word: &Word) -> Option<InterfaceName> {
    match InterfaceName::new(word.text()) {
        Ok(name) => Some(name),
        Err(error) => {
            let message = match error {
                model::ids::IdError::Range { .. } => format!("{what} is a name of 1 to 15 bytes"),
                model::ids::IdError::Character(c) => format!("{what} is a name without {c:?}"),
            };
            reader.report(
                Diagnostic::new("bad-interface-name", Severity::Error, message)
                    .at(word.origin(), format!("no interface can be called {}", shown(word.text())))
                    .meanwhile("the line is ignored"),
            );
            None
        }
    }
}
