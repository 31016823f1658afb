//! Words that were probably meant: nearest by edit distance.

/// Words longer than this are nobody's slip of the keyboard.
const LONGEST: usize = 64;

/// The candidate that takes the fewest edits (a letter put in, taken out, changed, or swapped with its neighbour) to
/// become the word; `None` when even that takes more than a third of the word. Of equals, the first in the alphabet.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    // Each letter that one of them has more is an edit.
    let near = candidates.filter(|other| other.chars().count().abs_diff(length) <= allowed);
    let judged = near.filter(|other| *other != word).map(|other| (distance(word, other), other));
    judged.filter(|(edits, _)| *edits <= allowed && *edits < length).min().map(|(_, other)| other)
}

/// Whether one edit at most, or another case of letters, makes the one word the other.
#[must_use]
pub fn one_slip(word: &str, other: &str) -> bool {
    word.len() <= LONGEST && word != other && distance(word, other) <= 1
}

/// Optimal string alignment distance; letters that differ in case only count as equal.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().map(|c| c.to_ascii_lowercase()).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let words = ["priority", "preempt", "state", "interface"];
        for (word, expected) in [
            ("priorty", Some("priority")),
            ("prioirty", Some("priority")),
            ("PRIORITY", Some("priority")),
            ("stat", Some("state")),
            ("bananas", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(closest(word, words.into_iter()), expected, "{word}");
        }
    }

    #[test]
    fn a_long_word_costs_nothing() {
        assert_eq!(closest(&"x".repeat(1 << 20), ["y"].into_iter()), None);
    }
}
