//! How the language is written, apart from its keywords: the topics of the manual's first part; text only.

/// One rule of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is called: `conditions`.
    pub name: &'static str,
    /// The signs and words that it is about.
    pub signs: &'static [&'static str],
    /// Paragraphs, a blank line between them; lines that begin with four blanks are an example.
    pub text: &'static str,
}

/// Every topic, in reading order.
pub static TOPICS: &[Topic] = &[
    Topic {
        name: "lines",
        signs: &["#", "!", "comment"],
        text: "\
A line holds one statement: a keyword, then its arguments, separated by blanks. Indentation and blank lines mean
nothing. A line has at most 1023 bytes.

Text from # or ! to the end of the line is a comment, also right behind a word. Inside double quotes, or with a
backslash before them, both are ordinary characters.",
    },
    Topic {
        name: "words",
        signs: &["\"", "quotes", "quoting"],
        text: "\
A word with blanks, braces, # or ! in it stands in double quotes. There is no escape for a double quote inside them,
and a quoted word ends on the line on which it begins.

Keywords and most values are compared letter by letter, capital and small letters apart.

    router_id \"left director\"",
    },
    Topic {
        name: "numbers",
        signs: &["number", "time", "switch"],
        text: "\
Numbers are decimal. Times are in the unit that the keyword names, most in seconds; where the range has decimals, so
may the number. A number out of its range is an error and never cut to fit, unless the keyword says otherwise.

A switch is on when nothing follows its keyword. It takes true, on, yes, false, off or no, in small letters. Keywords
that take no argument are on wherever they stand, whatever follows them.",
    },
    Topic {
        name: "blocks",
        signs: &["{", "}", "brace", "braces"],
        text: "\
What belongs to a statement stands behind it in braces. The { may be on the same line or on the next one that says
anything; } ends the block. A brace also ends a statement, so that a short block fits on one line:

    authentication { auth_type PASS }

In lists, such as virtual_ipaddress, every line is one entry.",
    },
    Topic {
        name: "include",
        signs: &["include", "includer", "includem", "includew", "includeb", "includea"],
        text: "\
include PATTERN reads the files that match the pattern (* ? [...] {a,b}) in alphabetical order, as if their text stood
there; anywhere, also inside a block. The pattern is all the rest of the line. A relative one is relative to the file
that it stands in. A file with an execute bit is skipped, because it is a program.

A problem with an include is told and skipped. The other forms demand that it ends the check with status 6: includer
when a file cannot be read, includem also when a name without wildcard does not exist, includew also when a wildcard
matches nothing, includeb when an alternative in braces is missing, includea in all these cases. include_check in
global_defs demands the same of all further includes.

    include conf.d/*.conf",
    },
    Topic {
        name: "parameters",
        signs: &["$", "parameter", "${", "_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH", "_BANG"],
        text: "\
$NAME=VALUE defines a parameter, ${NAME} uses it, anywhere, also inside quotes and other parameters. $NAME without
braces works before a blank, a comma, a closing parenthesis and the end of the line. There is no blank before the =.
Values are put in when a line is read: a parameter may be defined anew at any time.

A value goes over several lines when each of them but the last ends in a backslash. Such a parameter must be the last
thing on the line that uses it.

Some are always defined: ${_PWD} is the directory of the file, ${_INSTANCE} the config id, ${_RANDOM MIN MAX} a
number, ${_ENV NAME} a variable of the environment, ${_HASH} and ${_BANG} the characters # and !.

    $IF=eth0
    $PEERS= \\
        192.0.2.2 \\
        192.0.2.3
    interface $IF",
    },
    Topic {
        name: "conditions",
        signs: &["@", "@^", "condition"],
        text: "\
A line that begins with @ID holds only where ID is the config id: what -i says, else the host name up to its first
dot. @^ID is the opposite. So one file serves both directors.

    @left  priority 150
    @right priority 100",
    },
    Topic {
        name: "sequences",
        signs: &["~SEQ", "~SEQx", "~LST", "~", "sequence"],
        text: "\
~SEQ(NAME, START, STEP, END) TEXT reads the text once for each number, with NAME as a parameter. START and STEP may be
left out. ~SEQx writes the numbers in hexadecimal. ~LST(NAME, a, b, ...) goes through values, and
~LST({A,B}, {a,b}, {c,d}) through several parameters at a time. The text may begin with another sequence, which runs
faster.

    ~SEQ(N, 1, 3) 192.0.2.${N}/24",
    },
    Topic {
        name: "commands",
        signs: &["command", "script", "user"],
        text: "\
Keywords that run something take a command, then perhaps the user and the group to run it as. A command with arguments
stands in quotes as a whole. Inside, blanks separate arguments; '...' and \"...\" hold them together; a backslash takes
the next character as it is, or makes one as in C (\\n, \\t, \\x41, \\101). No shell is involved: write
\"/bin/sh -c '...'\" where one is wanted.

    notify_master \"/usr/local/bin/tell 'left side' master\" nobody",
    },
];

/// The topic of this name, or about this sign.
#[must_use]
pub fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name || topic.signs.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_belongs_to_one_topic_and_no_line_is_long() {
        let mut seen = std::collections::HashSet::new();
        for one in TOPICS {
            assert!(seen.insert(one.name) || one.signs.contains(&one.name), "{}", one.name);
            for sign in one.signs.iter().filter(|sign| **sign != one.name) {
                assert!(seen.insert(sign), "{sign}");
            }
            assert!(one.text.lines().all(|line| line.len() <= 120), "{}", one.name);
        }
        assert_eq!(topic("~LST").map(|topic| topic.name), Some("sequences"));
        assert_eq!(topic("priority"), None);
    }

    #[test]
    fn examples_in_the_text_are_read_without_complaint() {
        use crate::source::{Context, MemoryLoader};
        let context = Context { config_id: "left".into(), host_name: "left".into(), all_include_checks: false };
        for one in TOPICS {
            let lines = one.text.lines().filter_map(|line| line.strip_prefix("    "));
            let text: String = lines.flat_map(|line| [line, "\n"]).collect();
            let loader = MemoryLoader::new().file("k.conf", text).file("conf.d/a.conf", "");
            let arena = crate::tree::Arena::default();
            let read = crate::read("k.conf", &loader, &context, &arena);
            assert_eq!(read.diagnostics, [], "{}", one.name);
        }
    }
}
