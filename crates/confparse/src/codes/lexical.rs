//! Problems of the text itself, before any keyword has a meaning: files and lines first, then braces and parameters.
use super::Code;

/// A line of 1,024 characters.
macro_rules! LONG {
    () => {
        concat!(LONG!(quarter), LONG!(quarter), LONG!(quarter), LONG!(quarter))
    };
    (quarter) => {
        concat!(LONG!(part), LONG!(part), LONG!(part), LONG!(part))
    };
    (part) => {
        "a line that goes on and on, as lines of generated files may do. "
    };
}

/// Sixteen blocks in each other, without their ends.
macro_rules! DEEP {
    () => {
        "a {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\na {\n"
    };
}

/// One row per problem.
pub const CODES: &[Code] = &[
    Code {
        name: "file-not-found",
        title: "a configuration file does not exist",
        explanation: "\
A file that is named with -f, or in an include line, is not there.

A relative name in an include line starts from the directory of the file that the line stands in, not from the working
directory of the daemon. The whole rest of the line is the name: quotes, and words behind it, are a part of it.

A missing main file leaves nothing to do: the daemon does not start. A missing included file is left out and the rest is
read; keepalived logs it and does the same. To make it an error instead, write `includem` or `includea`, or add
`include_check match` to global_defs: then -t answers 6 and a reload is refused.

Create the file, correct the name, or remove the line.",
        example: "include no-such-file.conf\n",
        fixed: "include part.conf\n",
        fatal_status: 6,
    },
    Code {
        name: "nothing-matches",
        title: "an include pattern matches no file",
        explanation: "\
The pattern of an include line has wildcards, and no file fits. That is normal for a directory of optional pieces, and
so it is only noted.

A pattern is relative to the directory of the file that it stands in. As in a shell, `*` does not match a name that
begins with a dot.

To make it an error, write `includew` or `includea`, or add `include_check wildcard_match` to global_defs: then -t answers
6 and a reload is refused.",
        example: "include conf.d/*.none\n",
        fixed: "include conf.d/*.conf\n",
        fatal_status: 6,
    },
    Code {
        name: "file-unusable",
        title: "a configuration file is there but cannot be read",
        explanation: "\
The file exists, but it is a directory, a device or a pipe, the daemon may not read it, or it has an execute bit.

keepalived refuses files with any execute bit, because a script that stands where a configuration is expected is a
mistake; so do we, so that both read the same.

The file is left out and the rest is read. With `includer`, `includea` or `include_check read` it is an error: -t answers 6
and a reload is refused.

chmod a-x FILE puts an execute bit right; ls -l shows who may read the file.",
        example: "include run.conf\n",
        fixed: "include part.conf\n",
        fatal_status: 6,
    },
    Code {
        name: "several-main-files",
        title: "the name behind -f stands for several files",
        explanation: "\
The name is a pattern and more than one file fits. All of them are read in alphabetical order as one configuration.

keepalived does the same but counts it as an error, since a backup copy beside the file (keepalived-old.conf) would be
read too, and every instance in it would be there twice.

Name one file, and let that include the others.",
        example: "global_defs {\n    router_id lb1\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\ninclude conf.d/*.conf\n",
        fatal_status: 0,
    },
    Code {
        name: "include-loop",
        title: "a file includes itself",
        explanation: "\
An include line names a file that is being read already: itself, or one that included it. The message shows the chain.
A pattern such as *.conf does this when it stands in a file of the same directory that it matches.

Read once more, it would include itself once more, without end. The second reading is left out, the rest of the
file is used as usual.

Remove the line, or move the pieces to a directory of their own and include DIRECTORY/*.conf.",
        example: "include keepalived.conf\n",
        fixed: "include conf.d/*.conf\n",
        fatal_status: 0,
    },
    Code {
        name: "too-much-text",
        title: "the configuration is beyond the limits of the reader",
        explanation: "\
Everything that is read has a limit, so that a slip in a number cannot fill the memory of a running director: 10,000
files, includes 64 deep, 256 MiB of text, and 2,000,000 lines or 512 MiB made by sequences and parameters.

What is beyond the limit is left out, the rest is used. Since that can be much, look at the place before you start the daemon
with it.

Sites that we know stay far below. Look for a wrong END of ~SEQ, or files that include each other by links.",
        example: "~SEQ(N, 1, 1000000000) static_route_${N}\n",
        fixed: "~SEQ(N, 1, 3) # nothing\n",
        fatal_status: 0,
    },
    Code {
        name: "line-too-long",
        title: "a line has more than 1023 bytes",
        explanation: "\
A line of a configuration file may have 1023 bytes before its end, as in keepalived.

keepalived throws the first 1023 bytes away and reads the rest as if it were a line of its own, so that the end of a
long comment can become a keyword. Here the whole line is skipped and nothing else changes.

Break the line. Lists (addresses, routes, group members) take one entry per line. If the file is not a configuration at
all, look at the name behind -f or include.",
        example: concat!("# ", LONG!(), "\n"),
        fixed: "# a shorter line\n",
        fatal_status: 0,
    },
    Code {
        name: "not-text",
        title: "a file holds bytes that are not text",
        explanation: "\
Zero bytes stand in no text: the file is something else, is stored as UTF-16, or was damaged. Lines with zero bytes are
skipped, as in keepalived. One message stands for all such lines of a file.

Bytes in a word that are not UTF-8 (an umlaut in Latin-1, for example) are read as U+FFFD each, with a warning. In
comments they do not matter. A path or a password with such bytes will not be what was meant.

Store the file as UTF-8.",
        example: "global_defs {\n    router_id l\0b1\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "byte-order-mark",
        title: "a file begins with a byte order mark",
        explanation: "\
Some editors put three bytes that nobody sees (EF BB BF) before the first line of a file.

keepalived takes them for a part of the first word, which is an unknown keyword then. Here they are ignored, but the
file will not work there, and so it is an error.

Save the file as UTF-8 without byte order mark. `sed -i '1s/^\\xef\\xbb\\xbf//' FILE` removes it.",
        example: "\u{feff}global_defs {\n    router_id lb1\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unterminated-quote",
        title: "a double quote has no partner on its line",
        explanation: "\
Quoted text ends on the line on which it begins, and there is no escape for a double quote inside it.

From the stray quote to the end of the line, everything is taken for quoted, braces and comments too, and this part is
ignored. keepalived says the same for ordinary keywords and crashes in some command keywords.

Add the quote that is missing. Inside a command, quote with '...' where you need both kinds.",
        example: "global_defs {\n    router_id \"lb1\n}\n",
        fixed: "global_defs {\n    router_id \"lb1\"\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "stray-continuation",
        title: "a line ends in a backslash outside of a definition",
        explanation: "\
Only lines of a `$NAME=` definition go on behind a backslash. Elsewhere keepalived glues the backslash to the last word,
which is a wrong word then, and reads the next line as a line of its own.

Here the backslash is ignored; the next line is still a line of its own.

Write the two lines as one.",
        example: "global_defs {\n    router_id \\\n    lb1\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "comment-ends-definition",
        title: "a comment with a backslash at its end ends a definition",
        explanation: "\
The lines of a `$NAME= \\` definition go on as long as each ends in a backslash. Comments are removed before that is looked at:
a line that holds only a comment is passed over, but where the comment itself ends in a backslash, what is left counts as
an empty line, and that ends the definition.

The lines behind it are then read where they stand, in keepalived as here, and are unknown words there.

Remove the backslash from the comment, or remove the comment.",
        example: "$SET= \\\nrouter_id lb1 \\\n# not this one \\\nglobal_defs {\n    $SET\n}\n",
        fixed: "$SET= \\\n    # this one\n    router_id lb1\nglobal_defs {\n    $SET\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "missing-close-brace",
        title: "a block is never closed",
        explanation: "\
The text ends inside a block. The message points at the `{` that was most likely forgotten: when a `}` stands less deep than
the line of the block that it closes, it was meant for another one.

Everything behind the forgotten place is read as a part of the block that is still open, so that other messages may follow
from this one. Put this right first.

keepalived counts the braces and keeps what it has read; it cannot say where.",
        example: "vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.1\n}\n",
        fixed: "vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "extra-close-brace",
        title: "a closing brace closes nothing",
        explanation: "\
A `}` stands where no block is open. It is ignored.

Often the brace itself is right and another one is wrong further up: a block was closed too early, or lost its `{`. Where a `}` that
stands deeper than its block was seen before, the message shows it too.",
        example: "global_defs {\n    router_id lb1\n}\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unexpected-open-brace",
        title: "an opening brace belongs to no keyword",
        explanation: "\
A block belongs to the keyword before it, on the same line or on a line above it with nothing but comments between. This
one stands at the beginning, or behind a block that was closed already.

The brace and its partner are ignored, and what stands between is read as if they were not there. keepalived ignores only
the first of the two, so that the second one closes the block around.",
        example: "global_defs {\n    router_id lb1\n}\n{\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "blocks-too-deep",
        title: "blocks are nested too deep",
        explanation: "\
Blocks may stand in each other 64 deep; the language needs six. The block that is too deep is left out with everything
in it.

Look for a line that repeats with an opening brace and without a closing one, a parameter of several lines for example.",
        example: concat!(DEEP!(), DEEP!(), DEEP!(), DEEP!(), "a {\n", "}}}}}}}}}}}}}\n"),
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "empty-condition",
        title: "a condition has no text behind it",
        explanation: "\
`@ID TEXT` keeps TEXT when the config id (option -i, else the host name) is ID, `@^ID TEXT` when it is not. It works
for one line: what depends on it stands on the same line, behind a blank.

A condition alone on its line does nothing, and the lines below it are read on every machine. keepalived drops it
without a word.

Put the condition at the beginning of each line that depends on it, or include a file: `@ID include FILE`.",
        example: "global_defs {\n    @lb1\n    router_id lb1\n}\n",
        fixed: "global_defs {\n    @lb1 router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "late-directive",
        title: "a condition or sequence stands where keepalived does not look for one",
        explanation: "\
keepalived looks for `@ID` and `~SEQ` once, at the beginning of a line, before it replaces parameters. A second
condition, or one that comes out of a parameter, is an unknown keyword there, although its manual shows such an example.

Here it is obeyed. The warning is for those who run both.

Write the condition itself in front of the line. For both of two conditions, use a parameter: define `$OFF=${_HASH}`, redefine
it under a condition, and begin the line with it.",
        example: "$IF_MAIN=@main\n$IF_MAIN global_defs { }\n",
        fixed: "@main global_defs { }\n",
        fatal_status: 0,
    },
    Code {
        name: "undefined-parameter",
        title: "a parameter is used that nobody defined",
        explanation: "\
`$NAME` and `${NAME}` stand for a value that was defined with `$NAME=VALUE` before, in this file or in one that was
included. Without a definition the reference stays as it is written.

With braces it is an error: keepalived then takes them for the braces of a block, and nothing below is what it was meant to
be. Here they stay a part of the word. Without braces it is a warning, since a password may begin with a dollar sign. In
double quotes nothing is said: a shell may know the name.

A definition has no blank before its `=`. Names are compared exactly, capitals too.",
        example: "global_defs {\n    router_id ${NAME}\n}\n",
        fixed: "$NAME=lb1\nglobal_defs {\n    router_id ${NAME}\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "parameter-loop",
        title: "a parameter refers to itself",
        explanation: "\
The value of a parameter uses the parameter itself, directly or through others; the message shows the way.

Values are put in when they are used, not when they are defined. So `$X=${X},more` does not append to the old value:
it has no end. keepalived hangs.

The inner reference is replaced by nothing, and the rest of the line is used.

Give the longer value a name of its own: `$Y=${X},more`.",
        example: "$NAME=${NAME}1\nglobal_defs {\n    router_id ${NAME}\n}\n",
        fixed: "$BASE=lb\n$NAME=${BASE}1\nglobal_defs {\n    router_id ${NAME}\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "line-grows-too-long",
        title: "parameters make a line too long",
        explanation: "\
A line may grow to 64 KiB and by 1,000 replacements. Parameters that use others several times double and double again
and get there in a few steps, though each of them is short.

The line is skipped.

Look at the definitions that it uses, beginning with those that use another one more than once.",
        example: "$A=0123456789012345678901234567890123456789
$B=${A}${A}${A}${A}${A}${A}${A}${A}
$C=${B}${B}${B}${B}${B}${B}${B}${B}
$D=${C}${C}${C}${C}${C}${C}${C}${C}
$E=${D}${D}${D}${D}${D}${D}${D}${D}
global_defs {
    router_id ${E}
}
",
        fixed: "$A=lb1\n$B=${A}${A}\nglobal_defs {\n    router_id ${B}\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "lines-in-the-middle",
        title: "a parameter with several lines is used in the middle of a line",
        explanation: "\
A parameter that was defined over several lines can only be used as the last thing on a line: text before it is put before
its first line, text behind it has no place.

The reference stays as it is written, as in keepalived, and will be an unknown word.

End the line behind the reference, or define the parameter on one line.",
        example: "$IPS= \\\n 192.0.2.1 \\\n 192.0.2.2\nvirtual_ipaddress { $IPS }\n",
        fixed: "$IPS= \\\n    192.0.2.1 \\\n    192.0.2.2\nvirtual_ipaddress {\n    $IPS\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "empty-random-range",
        title: "a random number is asked for from an empty range",
        explanation: "\
`${_RANDOM MIN MAX}` gives a number from MIN to MAX, both included; without MAX up to 32767, without MIN from 0. Here
MIN is above MAX, or a word is not a number.

MIN is used, or 0 where even that is no number.",
        example: "global_defs {\n    router_id lb${_RANDOM 9 5}\n}\n",
        fixed: "global_defs {\n    router_id lb${_RANDOM 5 9}\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-sequence",
        title: "a sequence cannot be followed",
        explanation: "\
`~SEQ(NAME, START, STEP, END) TEXT` repeats TEXT for each number; START and STEP may be left out. `~SEQx` writes
hexadecimal and knows no negative numbers. `~LST(NAME, VALUE...) TEXT` repeats it for each value, and
`~LST({A,B}, {1,2}...) TEXT` for each group of values; a group may have fewer values than there are names, not more.

A step of 0, or one that leads away from END, has no end. The line is skipped.

Numbers may be decimal, hexadecimal (0x10) or octal (010).",
        example: "~SEQ(N, 1, -1, 5) # nothing\n~SEQ(N, 1, 0, 5) static_route\n",
        fixed: "~SEQ(N, 1, 1, 5) # nothing\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-include-check",
        title: "an include check has an unknown name, or stands where it cannot",
        explanation: "\
`include_check` in global_defs says which problems with included files are errors: `read` (cannot be read), `match`
(a plain name does not exist), `wildcard_match` (a pattern matches nothing), `brace_match` (one of several alternatives
in braces is missing). A `+` or `-` before the word adds or removes one, bare words replace the set, no word at all means all.

Bare words come first, and each check stands once. It holds for the rest of the file and for what is included from it.

keepalived's manual calls the first one `readable`; the program does not know that word, and neither do we.",
        example: "global_defs {\n    include_check readable\n}\n",
        fixed: "global_defs {\n    include_check read\n}\n",
        fatal_status: 0,
    },
];
