//! Names that match a glob pattern, and the alternatives that braces stand for; asks for no file.

/// Alternatives that one pattern may have: braces multiply.
const ALTERNATIVES: usize = 10_000;
/// Bytes that may be written to find them.
const ALTERNATIVE_BYTES: usize = 1 << 20;

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
/// `b.conf`; braces nest, and a brace without its partner is a plain character. Braces that would multiply beyond all
/// measure are plain characters too.
#[must_use]
pub fn braces(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    let mut written = 0;
    while let Some(next) = open.pop() {
        let Some((before, choices, after)) = first_group(&next) else {
            done.push(next);
            continue;
        };
        written += choices.iter().map(|choice| before.len() + choice.len() + after.len()).sum::<usize>();
        if open.len() + done.len() + choices.len() > ALTERNATIVES || written > ALTERNATIVE_BYTES {
            done.push(next);
            continue;
        }
        open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
    }
    done
}

/// The first balanced group: text before, alternatives, text behind.
fn first_group(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    let mut open = Vec::new();
    let mut first: Option<(usize, usize)> = None;
    for (at, c) in pattern.char_indices() {
        match c {
            '{' => open.push(at),
            '}' => {
                let group = open.pop().map(|start| (start, at));
                first = group.filter(|(start, _)| first.is_none_or(|(before, _)| *start < before)).or(first);
            }
            _ => {}
        }
    }
    let (start, end) = first?;
    Some((pattern.get(..start)?, choices(pattern.get(start + 1..end)?), pattern.get(end + 1..)?))
}

/// The alternatives between two braces.
fn choices(inner: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let ends = |c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    inner.split(ends).collect()
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
            ("{a{b,c}d", vec!["{abd", "{acd"]),
            ("{a,b}}{", vec!["a}{", "b}{"]),
        ] {
            assert_eq!(braces(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn braces_that_multiply_end() {
        assert!(braces(&"{a,b}".repeat(60)).len() <= ALTERNATIVES);
    }

    #[test]
    fn many_braces_without_partners_take_no_time() {
        // Found by fuzzing: parameters can make such a pattern, and looking for the partner of each took minutes.
        let pattern = format!("{}{{a,b}}", "{,".repeat(30_000));
        assert_eq!(braces(&pattern).len(), 2);
        assert!(braces(&"{{{{,}}".repeat(9_000)).len() <= ALTERNATIVES);
    }
}
