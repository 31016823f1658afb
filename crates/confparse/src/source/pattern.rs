//! Names that match a glob pattern, and the alternatives that braces stand for; asks for no file.

/// Alternatives that one pattern may have: braces multiply.
const ALTERNATIVES: usize = 10_000;

/// Whether a pattern has a wildcard, so that a directory must be searched.
#[must_use]
pub fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

/// Whether one name (a part of a path, without `/`) matches one part of a pattern: `*`, `?`, `[a-z]`, `[!a-z]`, and a
/// backslash that makes the next character plain. A leading dot must be written in the pattern, as in glob(7).
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\.") {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches_here(&pattern, &name)
}

/// Goes back to the last `*` only: linear in both lengths multiplied, where recursion would be exponential.
fn matches_here(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (pattern, name);
    let mut retry: Option<(&[char], &[char])> = None;
    loop {
        match (p, n) {
            ([], []) => return true,
            (['*', rest @ ..], _) => {
                retry = Some((rest, n));
                p = rest;
            }
            (_, [first, after @ ..]) if step(p, *first).is_some() => {
                p = step(p, *first).unwrap_or_default();
                n = after;
            }
            _ => match retry {
                Some((rest, [_, after @ ..])) => {
                    retry = Some((rest, after));
                    (p, n) = (rest, after);
                }
                _ => return false,
            },
        }
    }
}

/// What is left of the pattern when its first element takes this character.
fn step(pattern: &[char], c: char) -> Option<&[char]> {
    match pattern {
        ['?', rest @ ..] => Some(rest),
        ['[', rest @ ..] => match class(rest, c) {
            Some((true, rest)) => Some(rest),
            Some((false, _)) => None,
            None => (c == '[').then_some(rest),
        },
        ['\\', plain, rest @ ..] => (c == *plain).then_some(rest),
        [plain, rest @ ..] => (c == *plain).then_some(rest),
        [] => None,
    }
}

/// A bracket expression behind its `[`: whether it takes the character, and what follows it. `None` without a `]`.
fn class(pattern: &[char], c: char) -> Option<(bool, &[char])> {
    let (negated, mut rest) = match pattern {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, pattern),
    };
    let mut found = false;
    let mut first = true;
    loop {
        match rest {
            [']', after @ ..] if !first => return Some((found != negated, after)),
            [low, '-', high, after @ ..] if *high != ']' => {
                found |= (*low..=*high).contains(&c);
                rest = after;
            }
            [plain, after @ ..] => {
                found |= *plain == c;
                rest = after;
            }
            [] => return None,
        }
        first = false;
    }
}

/// The alternatives of a pattern with braces, in the order in which they are written: `{a,b}.conf` is `a.conf` and
/// `b.conf`; braces nest, and a brace without its partner is a plain character.
#[must_use]
pub fn braces(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(next) = open.pop() {
        match first_group(&next) {
            Some((before, choices, after)) if open.len() + done.len() + choices.len() < ALTERNATIVES => {
                open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
            }
            _ => done.push(next),
        }
    }
    done
}

/// The first balanced group: text before, alternatives, text behind.
fn first_group(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    for (start, _) in pattern.match_indices('{') {
        let inner = pattern.get(start + 1..)?;
        if let Some((choices, end)) = choices(inner) {
            return Some((pattern.get(..start)?, choices, inner.get(end..)?));
        }
    }
    None
}

/// The alternatives behind a `{`, and where the text behind its `}` begins.
fn choices(inner: &str) -> Option<(Vec<&str>, usize)> {
    let mut depth = 0_usize;
    let mut from = 0;
    let mut choices = Vec::new();
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                choices.push(inner.get(from..at)?);
                return Some((choices, at + 1));
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                choices.push(inner.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_glob_7_says() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".a.conf", false),
            (".*", ".a", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[^a-c]x", "dx", true),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("", "", true),
            ("é?", "éa", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(150)));
    }

    #[test]
    fn braces_keep_their_order_and_nest() {
        for (pattern, expected) in [
            ("x", vec!["x"]),
            ("{b,a}", vec!["b", "a"]),
            ("x{1,{2,3}}y", vec!["x1y", "x2y", "x3y"]),
            ("{a,b}{1,2}", vec!["a1", "a2", "b1", "b2"]),
            ("{a,", vec!["{a,"]),
            ("}{a}", vec!["}a"]),
            ("{}", vec![""]),
        ] {
            assert_eq!(braces(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn braces_that_multiply_end() {
        assert!(braces(&"{a,b}".repeat(60)).len() <= ALTERNATIVES);
    }
}
