//! The lines of a file around marked places, cut to what fits on a screen, with nothing that moves a terminal's cursor.
use super::is_unprintable;
use crate::source::Source;
use model::limits;
use std::ops::Range;

/// Bytes of a line that are kept: only a line that is refused for its length has more. What does not fit on the screen is
/// cut later, around the marks.
const LONGEST: usize = limits::LINE_BYTES + 1;

/// A place in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Line, from 1.
    pub(super) line: u32,
    /// Bytes of the line, without its end.
    pub(super) bytes: Range<usize>,
}

/// The bytes of a span as a mark; of one that goes over several lines, what is on the first.
pub(super) fn mark(source: &Source, start: u32, end: u32) -> Mark {
    let line = source.line_of(start);
    let (bytes, first) = source.line(line);
    let offset = |at: u32| usize::try_from(at.saturating_sub(first)).unwrap_or(usize::MAX).min(bytes.len());
    Mark { line, bytes: offset(start)..offset(end).max(offset(start)) }
}

/// The lines from the first mark to the last as one text, and where in it each mark is.
pub(super) fn excerpt(source: &Source, marks: &[Mark]) -> (String, Vec<Range<usize>>) {
    let first = marks.iter().map(|mark| mark.line).min().unwrap_or(1);
    let last = marks.iter().map(|mark| mark.line).max().unwrap_or(1);
    let mut text = String::new();
    let mut places = vec![0..0; marks.len()];
    for number in first..=last {
        let (bytes, _) = source.line(number);
        let here = marks.iter().enumerate().filter(|(_, mark)| mark.line == number);
        let here: Vec<(usize, Range<usize>)> = here.map(|(index, mark)| (index, mark.bytes.clone())).collect();
        let end = if bytes.len() > LONGEST { boundary(bytes, LONGEST) } else { bytes.len() };
        let mut cuts: Vec<usize> =
            here.iter().flat_map(|(_, range)| [range.start.min(end), range.end.min(end)]).collect();
        cuts.extend([0, end]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut at = Vec::new();
        for pair in cuts.windows(2) {
            let [from, to] = pair else { continue };
            at.push((*from, text.len()));
            push_shown(&mut text, bytes.get(*from..*to).unwrap_or_default());
        }
        let shown = |cut: usize| at.iter().find(|(from, _)| *from == cut).map_or(text.len(), |(_, shown)| *shown);
        for (index, range) in here {
            if let Some(place) = places.get_mut(index) {
                *place = shown(range.start)..shown(range.end);
            }
        }
        if end < bytes.len() {
            text.push_str(" ...");
        }
        text.push('\n');
    }
    text.pop();
    (text, places)
}

/// The offset, or the next one that is not in the middle of a UTF-8 character.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let inside = bytes.iter().skip(at).take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    at + inside
}

/// Appends bytes as text: one character for each that is not UTF-8 or not printable.
fn push_shown(text: &mut String, bytes: &[u8]) {
    for c in String::from_utf8_lossy(bytes).chars() {
        text.push(match c {
            '\t' => '\t',
            '\u{7f}' => '\u{2421}',
            control if control < ' ' => char::from_u32(0x2400 + u32::from(control)).unwrap_or('\u{fffd}'),
            other if is_unprintable(other) => '\u{fffd}',
            other => other,
        });
    }
}
