//! Lines of a saved table to orders. All lines are understood before the first is carried out, so that a mistake in the
//! last one changes nothing.
use super::mistake::Mistake;
use super::names::Names;
use super::order::{Asked, Order, understand};
use super::rows::Verb;

/// A line with its number, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) asked: Asked,
}

/// Understands every line; blank ones and those that begin with `#` say nothing, and `ipvsadm` in front is skipped. The
/// error has the number of its line.
pub(super) fn lines(text: &str, names: &dyn Names) -> Result<Vec<Line>, (usize, Mistake)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let mut lines = Vec::new();
    for (number, line) in numbered.filter(|(_, line)| !line.trim_start().starts_with('#')) {
        let words: Vec<String> =
            line.split_ascii_whitespace().skip_while(|word| is_program(word)).map(str::to_owned).collect();
        if words.is_empty() {
            continue;
        }
        let asked = understand(&words, names).map_err(|mistake| (number, mistake))?;
        let unfit = match asked.order {
            Order::Restore => Some(Verb::Restore),
            Order::Help => Some(Verb::Help),
            Order::Version => Some(Verb::Version),
            Order::Change(_) | Order::Show(_) | Order::Save(_) => None,
        };
        if let Some(verb) = unfit {
            return Err((number, Mistake::NotInRestore(verb)));
        }
        lines.push(Line { number, asked });
    }
    Ok(lines)
}

fn is_program(word: &str) -> bool {
    word.rsplit('/').next() == Some("ipvsadm")
}
