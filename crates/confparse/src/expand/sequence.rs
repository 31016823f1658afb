//! `~SEQ`, `~SEQx` and `~LST`: one line for each value.
use super::line::Line;
use super::params::Written;
use super::replace::Replaced;
use super::{Frame, Reader};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lex;
use crate::source::ExpansionKind;
use crate::span::Origin;
use std::sync::Arc;

/// A running generator.
#[derive(Debug)]
pub(super) struct Turns {
    names: Vec<Arc<str>>,
    values: Values,
    /// The text that is read once for each value.
    body: Line,
    /// `~SEQ(...)`.
    origin: Origin,
}

/// What is still to come.
#[derive(Clone, Debug)]
enum Values {
    Numbers { next: Option<i64>, step: i64, end: i64, hexadecimal: bool },
    Lists(std::vec::IntoIter<Vec<String>>),
}

/// What the head of a generator says.
struct Head {
    names: Vec<Arc<str>>,
    values: Values,
    count: u64,
}

/// Which generator a line begins with, and the length of its word.
fn keyword(text: &[u8]) -> Option<(&'static str, usize)> {
    ["~SEQx", "~SEQ", "~LST"].into_iter().find_map(|word| {
        let rest = text.strip_prefix(word.as_bytes())?;
        let blanks = lex::leading_blanks(rest);
        (rest.get(blanks) == Some(&b'(')).then_some((word, word.len() + blanks))
    })
}

/// Whether a line is for a generator.
pub(super) fn is_sequence(text: &[u8]) -> bool {
    keyword(text).is_some()
}

impl Reader<'_> {
    /// Begins the generator that the line is; its lines come next.
    pub(super) fn begin_turns(&mut self, mut line: Line) {
        let Some((word, open)) = keyword(line.text()) else { return };
        let Some(close) = closing(line.text(), open) else {
            let origin = line.whole(&self.sources);
            return self.refuse(word, origin, "the closing parenthesis is missing");
        };
        let origin = line.origin(0..close + 1, &self.sources);
        let mut arguments = Line::default();
        arguments.push_part(&line, open + 1..close, None);
        let frames = self.frames.len();
        if matches!(self.replace(&mut arguments), Replaced::TooLong) {
            return;
        }
        // Of a parameter with several lines, only the first can stand in an argument.
        self.frames.truncate(frames);
        let arguments = String::from_utf8_lossy(arguments.text()).into_owned();
        let head = if word == "~LST" { lists(&arguments) } else { numbers(&arguments, word == "~SEQx") };
        match head {
            Err(reason) => self.refuse(word, origin, &reason),
            Ok(head) if usize::try_from(head.count).is_ok_and(|count| count <= self.lines_left) => {
                line.skip(close + 1);
                self.frames.push(Frame::Turns(Turns { names: head.names, values: head.values, body: line, origin }));
            }
            Ok(head) => {
                let what =
                    format!("{word} would make {} lines, at most {} may still be made", head.count, self.lines_left);
                self.report_too_much(origin, &what, "the sequence is skipped");
            }
        }
    }

    /// The next line of the innermost generator; `None` when it has none left.
    pub(super) fn next_turn(&mut self, turns: &mut Turns) -> Option<Line> {
        let values = turns.values.next()?;
        let mut shown = Vec::new();
        for (name, value) in turns.names.iter().zip(&values) {
            shown.push(format!("{name}={value}"));
            let mut line = Line::default();
            line.push_made(value.as_bytes(), turns.origin);
            let written = Written { name: Arc::clone(name), defined: turns.origin, lines: vec![line] };
            self.parameters.define(written, false, &mut self.sources);
        }
        let kind = self.sources.add_kind(ExpansionKind::Turn(shown.join(" ").into_boxed_str()));
        let through = self.sources.add_expansion(kind, turns.origin);
        let mut line = Line::default();
        line.push_part(&turns.body, 0..turns.body.text().len(), Some(through));
        Some(line)
    }

    fn refuse(&mut self, word: &str, origin: Origin, reason: &str) {
        let help = if word == "~LST" {
            "write ~LST(NAME, VALUE, VALUE...) TEXT or ~LST({A,B}, {1,2}, {3,4}...) TEXT"
        } else {
            "write ~SEQ(NAME, END) TEXT, ~SEQ(NAME, START, END) TEXT or ~SEQ(NAME, START, STEP, END) TEXT"
        };
        self.findings.push(
            Diagnostic::new("bad-sequence", Severity::Error, format!("{word} cannot be followed: {reason}"))
                .at(origin, reason.to_owned())
                .meanwhile("the line is skipped")
                .help(help),
        );
    }
}

impl Iterator for Values {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        match self {
            Self::Numbers { next, step, end, hexadecimal } => {
                let number = (*next)?;
                let following = number.checked_add(*step);
                *next = following.filter(|n| if *step > 0 { n <= end } else { n >= end });
                Some(vec![if *hexadecimal { format!("{number:x}") } else { number.to_string() }])
            }
            Self::Lists(lists) => lists.next(),
        }
    }
}

/// The first closing parenthesis outside double quotes.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let mut quoted = false;
    text.iter().enumerate().skip(open).find_map(|(at, byte)| {
        quoted ^= *byte == b'"';
        (*byte == b')' && !quoted).then_some(at)
    })
}

/// `NAME, [START, [STEP,]] END`.
fn numbers(arguments: &str, hexadecimal: bool) -> Result<Head, String> {
    let words: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let [name, words @ ..] = words.as_slice() else { return Err("it has no name".into()) };
    let name = variable(name)?;
    let numbers = words.iter().map(|word| c_number(word)).collect::<Result<Vec<i64>, String>>()?;
    let (start, step, end) = match *numbers.as_slice() {
        [end] if end >= 1 => (1, 1, end),
        [end] => (if end < 0 { -1 } else { 1 }, -1, end),
        [start, end] => (start, if end >= start { 1 } else { -1 }, end),
        [start, step, end] => (start, step, end),
        _ => return Err(format!("it takes 1 to 3 numbers, not {}", numbers.len())),
    };
    if step == 0 {
        return Err("a step of 0 never ends".into());
    }
    if (end > start && step < 0) || (end < start && step > 0) {
        return Err(format!("steps of {step} do not lead from {start} to {end}"));
    }
    if hexadecimal && (start < 0 || end < 0) {
        return Err("~SEQx has no negative numbers".into());
    }
    let count = end.abs_diff(start) / step.unsigned_abs() + 1;
    let values = Values::Numbers { next: Some(start), step, end, hexadecimal };
    Ok(Head { names: vec![name], values, count })
}

/// A number as C writes it: decimal, `0x` hexadecimal, `0` octal, with a sign; at most 32 bits and sign.
fn c_number(word: &str) -> Result<i64, String> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(rest) => (rest, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    let number = plain.then(|| i64::from_str_radix(digits, radix).ok()).flatten();
    match number.filter(|number| *number <= i64::from(u32::MAX)) {
        Some(number) => Ok(if negative { -number } else { number }),
        None => Err(format!("`{}` is not a number of at most 32 bits", word.escape_debug())),
    }
}

/// `NAME, VALUE, VALUE...` or `{A,B}, {1,2}, {3,4}...`.
fn lists(arguments: &str) -> Result<Head, String> {
    let items = split(arguments);
    let [first, values @ ..] = items.as_slice() else { return Err("it has no name".into()) };
    let names = match group(first) {
        Some(names) => split(names).into_iter().map(variable).collect::<Result<Vec<_>, _>>()?,
        None => vec![variable(first)?],
    };
    let grouped = group(first).is_some();
    let mut rows = Vec::new();
    for value in values {
        let row: Vec<&str> = match group(value) {
            Some(inner) if grouped => split(inner),
            _ => vec![value],
        };
        if row.len() > names.len() {
            return Err(format!("`{}` has {} values for {} names", value.escape_debug(), row.len(), names.len()));
        }
        let mut row: Vec<String> = row.into_iter().map(str::to_owned).collect();
        row.resize(names.len(), String::new());
        rows.push(row);
    }
    if rows.is_empty() {
        return Err("it has no values".into());
    }
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    Ok(Head { names, values: Values::Lists(rows.into_iter()), count })
}

fn group(item: &str) -> Option<&str> {
    item.strip_prefix('{')?.strip_suffix('}')
}

/// Splits at commas outside braces and double quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted) = (0_usize, false);
    let cut = |c: char| {
        match c {
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0 && !quoted
    };
    text.split(cut).map(str::trim).collect()
}

fn variable(name: &str) -> Result<Arc<str>, String> {
    if !name.is_empty() && lex::name_length(name.as_bytes()) == name.len() {
        return Ok(Arc::from(name));
    }
    Err(format!("`{}` is not a parameter name", name.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(head: Result<Head, String>) -> String {
        match head {
            Ok(head) => {
                let count = head.count;
                let values: Vec<String> = head.values.map(|row| row.join("/")).collect();
                assert_eq!(u64::try_from(values.len()).unwrap(), count);
                values.join(" ")
            }
            Err(reason) => format!("error: {reason}"),
        }
    }

    #[test]
    fn numbers_count_as_documented() {
        for (arguments, expected) in [
            ("N,3", "1 2 3"),
            ("N, -2", "-1 -2"),
            ("N,0", "1 0"),
            ("N,5,3", "5 4 3"),
            ("N, 144, 16, 192", "144 160 176 192"),
            ("N,1,2,4", "1 3"),
            ("N,4,-2,1", "4 2"),
            ("N,7,7", "7"),
            ("N,0x10,010", "16 15 14 13 12 11 10 9 8"),
            ("N,1,0,3", "error: a step of 0 never ends"),
            ("N,1,-1,3", "error: steps of -1 do not lead from 1 to 3"),
            ("N", "error: it takes 1 to 3 numbers, not 0"),
            ("1N,3", "error: `1N` is not a parameter name"),
            ("N,x", "error: `x` is not a number of at most 32 bits"),
            ("N,09", "error: `09` is not a number of at most 32 bits"),
            ("N,99999999999999999999", "error: `99999999999999999999` is not a number of at most 32 bits"),
        ] {
            assert_eq!(all(numbers(arguments, false)), expected, "{arguments}");
        }
    }

    #[test]
    fn hexadecimal_has_no_sign() {
        assert_eq!(all(numbers("AD, 0x90, 0x10, 0xb0", true)), "90 a0 b0");
        assert_eq!(all(numbers("N,1,-1", true)), "error: ~SEQx has no negative numbers");
    }

    #[test]
    fn a_sequence_as_long_as_numbers_go_is_counted_not_made() {
        assert_eq!(numbers("N,-4294967295,4294967295", false).map(|head| head.count).ok(), Some(8_589_934_591));
    }

    #[test]
    fn lists_fill_up_and_refuse_too_many() {
        for (arguments, expected) in [
            ("IP, 1, 2,3", "1 2 3"),
            ("{IP, IP1}, {10,1},{20,4}", "10/1 20/4"),
            ("{A,B}, {,1},{2}", "/1 2/"),
            ("{A,B}, 1", "1/"),
            ("A,,x", " x"),
            ("A,\"x,y\"", "\"x,y\""),
            ("{A},{1,2}", "error: `{1,2}` has 2 values for 1 names"),
            ("A", "error: it has no values"),
        ] {
            assert_eq!(all(lists(arguments)), expected, "{arguments}");
        }
    }

    #[test]
    fn the_head_may_have_a_blank_before_its_parenthesis() {
        assert_eq!(keyword(b"~SEQ (N,1)"), Some(("~SEQ", 5)));
        assert_eq!(keyword(b"~SEQx(N,1)"), Some(("~SEQx", 5)));
        assert_eq!(keyword(b"~SEQy(N,1)"), None);
        assert_eq!(closing(b"~LST(A,\")\") x", 4), Some(10));
    }
}
