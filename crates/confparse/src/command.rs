//! The line of a command keyword, split twice by keepalived's rules: into command, user and group, then into arguments.

/// A command line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// Program and arguments; never empty, and the program is not empty.
    pub(crate) argv: Vec<String>,
    /// The command as written, without the quotes around all of it.
    pub(crate) line: String,
    /// What follows the command: a user and a group, or words that are too many.
    pub(crate) rest: Vec<String>,
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandError {
    /// There is nothing behind the keyword.
    Missing,
    /// A quote is opened and not closed.
    Unbalanced(char),
    /// The command is empty quotes or blanks.
    Empty,
    /// An escape makes a zero byte, which no argument can hold.
    Zero,
    /// More than one argument stands where one must.
    TooMany,
}

/// Splits a raw line whose first word is the keyword.
///
/// # Errors
/// When there is no command, or its quotes do not balance (keepalived 2.4.3 crashes on that).
pub(crate) fn split(raw: &str) -> Result<CommandLine, CommandError> {
    let mut arguments = arguments(raw, false)?.into_iter().skip(1).map(lossy);
    let line = arguments.next().ok_or(CommandError::Missing)?;
    let argv = argv(&line)?;
    if argv.iter().any(|argument| argument.contains('\0')) {
        return Err(CommandError::Zero);
    }
    if argv.first().is_none_or(String::is_empty) {
        return Err(CommandError::Empty);
    }
    Ok(CommandLine { argv, line, rest: arguments.collect() })
}

/// Splits a command into its arguments, escapes resolved.
///
/// # Errors
/// When its quotes do not balance.
pub(crate) fn argv(line: &str) -> Result<Vec<String>, CommandError> {
    Ok(arguments(line, true)?.into_iter().map(lossy).collect())
}

/// The only argument of a raw line whose first word is the keyword, its escapes resolved: how `regex` is read.
///
/// # Errors
/// When there is none or more than one, its quotes do not balance, or it holds a zero byte.
pub(crate) fn only(raw: &str) -> Result<String, CommandError> {
    let mut arguments = arguments(raw, true)?.into_iter().skip(1).map(lossy);
    match (arguments.next(), arguments.next()) {
        (None, _) => Err(CommandError::Missing),
        (Some(_), Some(_)) => Err(CommandError::TooMany),
        (Some(only), None) if only.contains('\0') => Err(CommandError::Zero),
        (Some(only), None) => Ok(only),
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Splits at blanks outside quotes; both kinds of quote may be glued to other text. A backslash and what follows it are
/// kept as they are, or resolved when `escapes`.
fn arguments(text: &str, escapes: bool) -> Result<Vec<Vec<u8>>, CommandError> {
    let mut found = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.peek().is_some() => {
                let argument = current.get_or_insert_default();
                if escapes {
                    argument.push(escape(&mut bytes));
                } else {
                    argument.push(b'\\');
                    argument.extend(bytes.next());
                }
            }
            b'"' | b'\'' if quote == Some(byte) => quote = None,
            b'"' | b'\'' if quote.is_none() => {
                quote = Some(byte);
                current.get_or_insert_default();
            }
            b' ' | b'\t' | 0x0b | 0x0c if quote.is_none() => found.extend(current.take()),
            _ => current.get_or_insert_default().push(byte),
        }
    }
    if let Some(quote) = quote {
        return Err(CommandError::Unbalanced(char::from(quote)));
    }
    found.extend(current);
    Ok(found)
}

/// The byte that an escape stands for; the backslash is already taken.
fn escape(bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>) -> u8 {
    let Some(byte) = bytes.next() else { return b'\\' };
    match byte {
        b'a' => 0x07,
        b'b' => 0x08,
        b'E' => 0x1b,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'0'..=b'7' => digits(bytes, byte - b'0', 2, 8),
        b'x' if bytes.peek().is_some_and(u8::is_ascii_hexdigit) => digits(bytes, 0, 2, 16),
        b'c' => bytes.next().map_or(b'c', |byte| byte.to_ascii_uppercase() & 0x1f),
        other => other,
    }
}

/// Up to `count` further digits of a number in base 8 or 16; what exceeds a byte is lost.
fn digits(bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>, first: u8, count: usize, base: u32) -> u8 {
    let mut value = first;
    for _ in 0..count {
        let Some(digit) = bytes.peek().and_then(|byte| char::from(*byte).to_digit(base)) else { break };
        value = value.wrapping_mul(u8::try_from(base).unwrap_or(16)).wrapping_add(u8::try_from(digit).unwrap_or(0));
        bytes.next();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, argv: &[&str], rest: &[&str]) {
        let line = split(raw).unwrap_or_else(|error| panic!("{raw}: {error:?}"));
        assert_eq!((line.argv, line.rest), (own(argv), own(rest)), "{raw}");
    }

    fn own(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn splits_as_keepalived_does() {
        check("notify /x/run", &["/x/run"], &[]);
        check("notify /x/run a b", &["/x/run"], &["a", "b"]);
        check("notify \"/x/run a b\" bob staff", &["/x/run", "a", "b"], &["bob", "staff"]);
        check(
            r#"notify "/x/run 'a b' \141 c\ d e'f g'" bob staff"#,
            &["/x/run", "a b", "a", "c d", "ef g"],
            &["bob", "staff"],
        );
        check("script '/x/run \"a b\"'", &["/x/run", "a b"], &[]);
        check(r#"script "/x/run \"a b\"""#, &["/x/run", "\"a", "b\""], &[]);
        check("script \"/x/run\"\" glued\"", &["/x/run", "glued"], &[]);
        check("script \"/x/run ''\"", &["/x/run", ""], &[]);
        check("script\t\"/x/run\t a\"\tbob", &["/x/run", "a"], &["bob"]);
    }

    #[test]
    fn resolves_escapes_in_the_second_step_only() {
        check(r#"s "/x \t\n\a\b\E\f\r\v""#, &["/x", "\t\n\u{7}\u{8}\u{1b}\u{c}\r\u{b}"], &[]);
        check(r#"s "/x \x41\x4 \101\60 \cA \q \\ \xZ""#, &["/x", "A\u{4}", "A0", "\u{1}", "q", "\\", "xZ"], &[]);
        check(r#"s "/x \303\251""#, &["/x", "é"], &[]);
        check(r#"s "/x \'a b\'""#, &["/x", "'a", "b'"], &[]);
        check(r"s /x\ y", &["/x y"], &[]);
        check("s \"/x é\"", &["/x", "é"], &[]);
        check("s \"/x end\\\\\"", &["/x", "end\\"], &[]);
    }

    #[test]
    fn one_argument_is_resolved_at_once() {
        for (raw, found) in [
            (r#"regex "a b""#, Ok("a b")),
            (r#"regex "a\\.b""#, Ok(r"a\.b")),
            (r#"regex a\.b"#, Ok("a.b")),
            (r#"regex 'say "x"'"#, Ok("say \"x\"")),
            (r#"regex """#, Ok("")),
            ("regex", Err(CommandError::Missing)),
            ("regex a b", Err(CommandError::TooMany)),
            ("regex \"a", Err(CommandError::Unbalanced('"'))),
            ("regex \\0", Err(CommandError::Zero)),
        ] {
            assert_eq!(only(raw), found.map(str::to_owned), "{raw}");
        }
    }

    #[test]
    fn refuses_what_is_no_command() {
        for (raw, error) in [
            ("script", CommandError::Missing),
            ("script \"/x", CommandError::Unbalanced('"')),
            ("script '/x", CommandError::Unbalanced('\'')),
            ("script \"/x 'a\"", CommandError::Unbalanced('\'')),
            ("script \"\"", CommandError::Empty),
            ("script \"  \"", CommandError::Empty),
            ("script \"'' a\"", CommandError::Empty),
            ("script \"/x \\0\"", CommandError::Zero),
        ] {
            assert_eq!(split(raw), Err(error), "{raw}");
        }
    }
}
