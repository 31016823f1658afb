//! Which tree a text is, rule by rule, and that every byte keeps its place.
use crate::diagnostic::Severity;
use crate::source::{Context, MemoryLoader};
use crate::tree::{Arena, Statement};
use crate::{Read, read};
use proptest::prelude::*;

fn context(id: &str) -> Context {
    Context { config_id: id.into(), host_name: id.into(), all_include_checks: false }
}

fn loaded(loader: MemoryLoader) -> Read<'static> {
    read("k.conf", &loader, &context("main"), arena())
}

/// The trees of tests are never freed.
fn arena() -> &'static Arena {
    Box::leak(Box::default())
}

/// Statements as `keyword argument;` and blocks in brackets; quoted words in double quotes.
fn shown(statements: &[Statement]) -> String {
    let word = |word: &crate::tree::Word| {
        if word.quoted() { format!("\"{}\"", word.text()) } else { word.text().to_owned() }
    };
    let one = |statement: &Statement| {
        let words: Vec<String> = statement.words.iter().map(word).collect();
        match &statement.block {
            Some(block) => format!("{} [{}]", words.join(" "), shown(block.statements)),
            None => words.join(" "),
        }
    };
    statements.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn summary(read: &Read<'_>) -> String {
    let codes: Vec<&str> = read.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let tree = shown(read.tree.statements);
    if codes.is_empty() { tree } else { format!("{tree} | {}", codes.join(" ")) }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = summary(&loaded(MemoryLoader::new().file("k.conf", text)));
    assert_eq!(found, expected, "\n{text}");
}

#[test]
fn words_lines_and_comments() {
    check("", "");
    check("a b\tc\x0bd\x0ce", "a b c d e");
    check("a\r\r\nb\r\n", "a; b");
    check("  a  # b\n! c\n#\n", "a");
    check("abc#x\n", "abc");
    check("a \"b # c\" d", "a \"b # c\" d");
    check("a \"\" b", "a \"\" b");
    check("abc\"d e\"f", "abc \"d e\" f");
    check("a\\#b c\\!", "a#b c!");
    check("a\\nb \\x", "a\\nb \\x");
    check("a 'b # c'", "a 'b");
    check("a \"b\nc", "a; c | unterminated-quote");
    check("\"b {\nc", "c | unterminated-quote");
}

#[test]
fn lines_that_are_not_usable() {
    check("a\0b {\nc", "c | not-text");
    check(&format!("{}\nc", "x".repeat(1023)), &format!("{}; c", "x".repeat(1023)));
    check(&format!("{}\nc", "x".repeat(1024)), "c | line-too-long");
    check("\u{feff}a", "a | byte-order-mark");
    check("a b \\\nc", "a b; c | stray-continuation");
    check("\\\nc", "c | stray-continuation");
}

#[test]
fn braces_make_blocks() {
    check("a b {\n c\n d e\n}\nf", "a b [c; d e]; f");
    check("a\n# x\n\n{\nb }", "a [b]");
    check("a { b 1 } c { d } e", "a [b 1]; c [d]; e");
    check("a{b}c", "a [b]; c");
    check("a \"{\" {b}", "a \"{\" [b]");
    check("a 1 b { c }", "a 1 b [c]");
    check("a { b { c } d { } }", "a [b [c]; d []]");
}

#[test]
fn braces_that_do_not_fit() {
    check("a { b", "a [b] | missing-close-brace");
    check("a { b { c", "a [b [c]] | missing-close-brace");
    check("a } b", "a; b | extra-close-brace");
    check("}\n}", " | extra-close-brace extra-close-brace");
    check("{ a }", "a | unexpected-open-brace");
    check("a { } { b } c", "a []; b; c | unexpected-open-brace");
    check("x { { a { b } } c }", "x [a [b]; c] | unexpected-open-brace");
}

#[test]
fn blocks_beyond_the_limit_are_left_out() {
    let deep = format!("{}x{} y", "a {\n".repeat(70), "\n}".repeat(70));
    let read = loaded(MemoryLoader::new().file("k.conf", deep));
    let tree = shown(read.tree.statements);
    assert_eq!(tree.matches('[').count(), 64);
    assert!(tree.ends_with("; y") && !tree.contains('x'), "{tree}");
    assert_eq!(read.diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(), ["blocks-too-deep"]);
}

#[test]
fn conditions_keep_or_drop_a_line() {
    check("@main a\n@other b\n@^main c\n@^other d", "a; d");
    check("@main\nb", "b | empty-condition");
    check("a {\n@main b {\n@other c\n}\n}", "a [b []]");
    check("a { @main b }", "a [b]");
    check("@main $X=1\n@other $X=2\na $X", "a 1");
    check("@main @^other a", "a | late-directive");
    check("@main @other a", " | late-directive");
    check("$IF=@main\n$IF a\n", "a | late-directive");
    check("$IF=@other\n$IF a\n", " | late-directive");
    check("@main $X=1\n@main a $X # c", "a 1");
}

#[test]
fn parameters_are_put_in_when_used() {
    check("$X=1\na $X", "a 1");
    check("$X=1\na ${X}b $X,c $X)", "a 1b 1,c 1)");
    check("$X=1\na \"b ${X}\"", "a \"b 1\"");
    check("$X=${Y}\n$Y=1\na $X\n$Y=2\na $X", "a 1; a 2");
    check("$X=\na $X b", "a b");
    check("$X=\"b c\" # d\na $X", "a \"b c\"");
    check("  $X=1\n a $X", "a 1");
    check("$X=b {\na $X\nc }", "a b [c]");
    check("$X=1\na $X.b", "a $X.b");
    check("$X=1\n$Y=X\na ${$Y}", "a $ [$Y]");
    check("a ${X} {\nb }", "a ${X} [b] | undefined-parameter");
    check("a $X\nb $X", "a $X; b $X | undefined-parameter");
    check("a \"$X\" \"${X}\"", "a \"$X\" \"${X}\"");
    check("$X =1", "$X =1 | undefined-parameter");
}

#[test]
fn predefined_names() {
    check("a ${_INSTANCE} $_PWD", "a main /etc/keepalived");
    check("a ${_HASH} b", "a");
    check("a \"${_HASH}\" \\${_BANG}b", "a \"#\" !b");
    check("$OFF=${_HASH}\n$OFF a\nb", "b");
    check("a ${_RANDOM 7 7} ${_RANDOM 5 4}", "a 7 5 | empty-random-range");
    check("$_INSTANCE=x\na $_INSTANCE", "a x");
    check("a x${_ENV NONE}y", "a xy");
    let found = loaded(MemoryLoader::new().file("k.conf", "a ${_ENV HOME}").variable("HOME", "/root"));
    assert_eq!(summary(&found), "a /root");
    let found = loaded(MemoryLoader::new().file("k.conf", "include /x/y.conf").file("/x/y.conf", "a $_PWD"));
    assert_eq!(summary(&found), "a /x");
}

#[test]
fn parameters_of_several_lines() {
    check("$X= \\\n  b 1 \\\n  c 2\na {\n$X\n}", "a [b 1; c 2]");
    check("$X= b \\\n c\n$X", "b; c");
    check("$X= \\\n b \\\n\nc\n$X", "c; b");
    check("$X= \\\n b \\\n # d\n c\n$X", "b; c");
    check("$X= \\\n b \\\n c\na $X\nd", "a b; c; d");
    check("$X= \\\n b \\\n c\na $X d", "a $X d | lines-in-the-middle");
    check("$X= \\\n @main b \\\n @other c \\\n ~SEQ(N,1,2) d $N\n$X", "b; d 1; d 2");
    check("$X= \\\n $Y=1 \\\n b $Y\n$X", "b 1");
    check("$R= \\\n r {${N}} \\\n s\n$V= \\\n v { \\\n ~SEQ(N,1,2) $R \\\n }\n$V\nz", "v [r [1]; s; r [2]; s]; z");
    check("$A= \\\n 1 \\\n 2\n$B= \\\n 3 \\\n $A \\\n 4\n$B", "3; 1; 2; 4");
    check("$A= \\\n 1 \\\n 2\n$B= \\\n $A \\\n 4\n$B", "1; 2; 4");
    check("$X= \\\n b \\", "");
    check("$X= \\\n b\n$X", "b");
}

#[test]
fn parameters_without_end() {
    check("$X=a${X}\nb $X c", "b a c | parameter-loop");
    check("$X=$Y\n$Y=$X\nb $X", "b | parameter-loop");
    check("$X= \\\n a \\\n $X\n$X\nb", "a; b | parameter-loop");
    check("$X=1\n$X=${X}2\nb $X", "b 2 | parameter-loop");
    let doubled: String = (0..30).map(|n| format!("$A{}=${{A{n}}}${{A{n}}}\n", n + 1)).collect();
    check(&format!("$A0=xxxx\n{doubled}a $A30\nb"), "b | line-grows-too-long");
    check(&format!("$X=\na {}\nb", "$X ".repeat(300)), "a; b");
}

#[test]
fn a_loop_names_its_way() {
    let found = loaded(MemoryLoader::new().file("k.conf", "$X=$Y\n$Y=$Z\n$Z=$X\nb $X"));
    assert_eq!(found.diagnostics[0].message, "parameter $X refers to itself: $X -> $Y -> $Z -> $X");
}

#[test]
fn sequences_repeat_their_text() {
    check("~SEQ(N,1,3) a ${N}", "a 1; a 2; a 3");
    check("~SEQ (N,0) a $N", "a 1; a 0");
    check("a { ~SEQ(N,2) b${N}\n}", "a [b1; b2]");
    check("~SEQ(A,1,2) ~SEQ(B,3,4) x $A $B", "x 1 3; x 1 4; x 2 3; x 2 4");
    check("$E=2\n~SEQ(N,1,${E}) a $N", "a 1; a 2");
    check("$E=2\n~SEQ(N,$E) a $N\nb $N", "a 1; a 2; b 2");
    check("~SEQx(N,9,0xb) a $N", "a 9; a a; a b");
    check("~LST({A,B},{1,2},{3}) a $A $B.", "a 1 $B.; a 3 $B.");
    check("~LST({A,B},{1,2},{3}) a ${A}x${B}", "a 1x2; a 3x");
    check("~SEQ(N,1,2) a { b ${N} }", "a [b 1]; a [b 2]");
    check("~SEQ(N,1,0,3) a\nb", "b | bad-sequence");
    check("~SEQ(N,1 a\nb", "b | bad-sequence");
    check("~SEQ(N,1,4000000000) a\nb", "b | too-much-text");
    check("$S=~SEQ(N,1,2) a\n$S\n", "a; a | late-directive");
}

#[test]
fn includes_are_read_in_place() {
    let files = || {
        MemoryLoader::new()
            .file("d/1.conf", "one\ninclude x/3.conf\n")
            .file("d/2.conf", "two {\n")
            .file("d/x/3.conf", "three")
            .file("end.conf", "}")
            .executable("run.conf")
    };
    let with = |text: &str| summary(&loaded(files().file("k.conf", text)));
    assert_eq!(with("a\ninclude d/*.conf\nb\ninclude end.conf\nc"), "a; one; three; two [b]; c");
    assert_eq!(with("include d/{2,1}.conf\ninclude end.conf"), "two [one; three]");
    assert_eq!(with("$D=d\ninclude ${D}/1.conf"), "one; three");
    assert_eq!(with("~LST(N,1,1) include d/${N}.conf"), "one; three; one; three");
    assert_eq!(with("@main include d/1.conf"), "one; three");
    assert_eq!(with("include none.conf\na"), "a | file-not-found");
    assert_eq!(with("include none*.conf\na"), "a | nothing-matches");
    assert_eq!(with("include run.conf\na"), "a | file-unusable");
    assert_eq!(with("include \"end.conf\"\na"), "a | file-not-found");
    assert_eq!(with("include\na"), "include; a");
    assert_eq!(with("include k.conf\na"), "a | include-loop");
    assert_eq!(with("include ./d/../k.conf\na"), "a | include-loop");
}

#[test]
fn an_include_loop_names_its_way() {
    let found = loaded(
        MemoryLoader::new()
            .file("k.conf", "include b.conf")
            .file("b.conf", "include c.conf")
            .file("c.conf", "include b.conf"),
    );
    assert_eq!(found.diagnostics[0].message, "b.conf includes itself: b.conf -> c.conf -> b.conf");
    assert_eq!(found.diagnostics.len(), 1);
}

#[test]
fn includes_too_deep_end() {
    let mut loader = MemoryLoader::new().file("k.conf", "include f0\nend");
    for n in 0..100 {
        loader = loader.file(&format!("f{n}"), format!("s{n}\ninclude f{}\n", n + 1));
    }
    let found = loaded(loader);
    assert_eq!(found.tree.statements.len(), 64);
    assert_eq!(found.diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(), ["too-much-text"]);
}

#[test]
fn several_main_files_are_one_configuration() {
    let loader = MemoryLoader::new().file("a.conf", "a {").file("b.conf", "}");
    let found = read("*.conf", &loader, &context("main"), arena());
    assert_eq!(summary(&found), "a [] | several-main-files");
}

#[test]
fn the_raw_text_keeps_quotes_and_stops_at_braces() {
    let found = loaded(MemoryLoader::new().file("k.conf", "$X='b  c'\n a  \"x y\"  $X \\#d  # e\nf \"{\" { g }"));
    let raw: Vec<&str> = found.tree.statements.iter().map(|statement| statement.raw).collect();
    assert_eq!(raw, ["a  \"x y\"  'b  c' #d", "f \"{\""]);
}

/// A reading of several files.
#[track_caller]
fn check_files(files: &[(&str, &str)], expected: &str) {
    let loader = files.iter().fold(MemoryLoader::new(), |loader, (name, text)| loader.file(name, *text));
    assert_eq!(summary(&loaded(loader)), expected, "\n{files:?}");
}

#[test]
fn a_reference_without_braces_ends_at_a_tab_a_blank_a_comma_a_parenthesis_or_the_line() {
    check("$X=1\na $X\tb", "a 1 b");
    check("$X=1\na\t$X\t$X,$X)$X", "a 1 1,1)1");
    check("$X=1\na $X/24 $X:1 $X-1 $X$X", "a $X/24 $X:1 $X-1 $X1 | undefined-parameter");
    check("$X=1\na ${ X }", "a $ [X]");
}

#[test]
fn quotes_go_on_in_a_continued_definition_as_they_stand() {
    check("$X= \\\n a \"b c\" \\\n \"d e\"\n$X", "a \"b c\"; \"d e\"");
    check("$X= \\\n a \"b c\"\\\n d\n$X", "a \"b c\"; d");
    check("$X= \\\n a \"b # \\\n c\n$X", "a; c | unterminated-quote");
}

#[test]
fn a_list_and_a_sequence_nest_in_both_orders() {
    check("~LST(A,x,y) ~SEQ(N,1,2) a ${A}${N}", "a x1; a x2; a y1; a y2");
    check("~SEQ(N,1,2) ~LST(A,x,y) a ${A}${N}", "a x1; a y1; a x2; a y2");
    check("~LST({A,E},{x,1},{y,2}) ~SEQ(N,1,${E}) a ${A}${N}", "a x1; a y1; a y2");
    check("~LST(A,x,y) ~SEQ(N,1,2) ~LST(B,p,q) ${A}${N}${B}", "x1p; x1q; x2p; x2q; y1p; y1q; y2p; y2q");
    check(
        "~SEQ(N,3,1) a $N\n~SEQ(N,-2) b $N\n~SEQ(N,0x10,010,040) c $N",
        "a 3; a 2; a 1; b -1; b -2; c 16; c 24; c 32",
    );
}

#[test]
fn conditions_work_in_blocks_of_included_files() {
    let parts =
        [("k.conf", "a {\n include b.conf\n @other x\n}"), ("b.conf", "@main b {\n@other c\n@^other d\n@main }\ne")];
    check_files(&parts, "a [b [d]; e]");
    check_files(&[("k.conf", "@other include b.conf\n@main $X=1\ninclude b.conf"), ("b.conf", "@main a $X")], "a 1");
}

#[test]
fn what_an_include_demands_ends_with_its_file() {
    let demands = "global_defs {\ninclude_check match\n}\n";
    check_files(
        &[("k.conf", "include b.conf\ninclude none.conf\nz"), ("b.conf", demands)],
        "global_defs [include_check match]; z | file-not-found",
    );
    let severities = |files: &[(&str, &str)]| -> Vec<Severity> {
        let loader = files.iter().fold(MemoryLoader::new(), |loader, (name, text)| loader.file(name, *text));
        loaded(loader).diagnostics.iter().map(|diagnostic| diagnostic.severity).collect()
    };
    // Only inside the file that says so, and in those that it includes.
    let inside = format!("{demands}include none.conf\ninclude c.conf\n");
    let files =
        [("k.conf", "include b.conf\ninclude none.conf\n"), ("b.conf", &inside), ("c.conf", "include none.conf\n")];
    assert_eq!(severities(&files), [Severity::Fatal, Severity::Fatal, Severity::Warning]);
}

#[test]
fn predefined_names_belong_to_the_file_and_can_be_defined_anew() {
    let files = [
        ("k.conf", "include /x/b.conf\nc $_PWD"),
        ("/x/b.conf", "b ${_PWD}\ninclude y/c.conf"),
        ("/x/y/c.conf", "d $_PWD"),
    ];
    check_files(&files, "b /x; d /x/y; c /etc/keepalived");
    check("$_HASH=x\na ${_HASH}b", "a xb");
    check("$X=${_INSTANCE}\na $X ${X}", "a main main");
    check("~SEQ(N,1,2) a ${_RANDOM 3 3}", "a 3; a 3");
}

#[test]
fn a_generated_line_may_open_and_close_blocks() {
    check("~LST(A,x,y) a ${A} { b ${A} }", "a x [b x]; a y [b y]");
    check("a {\n~SEQ(N,1,2) b ${N} {\n}\n}\n}", "a [b 1 [b 2 []]]");
}

/// The text of the place of each word, and the steps by which it came.
fn places(read: &Read) -> Vec<String> {
    let words = read.tree.statements.iter().flat_map(|statement| statement.words);
    words
        .map(|word| {
            format!(
                "{}={}/{}",
                word.text(),
                read.sources.text(word.origin().span),
                read.sources.chain(word.origin()).count()
            )
        })
        .collect()
}

#[test]
fn every_word_knows_where_it_was_written() {
    let found = loaded(MemoryLoader::new().file("k.conf", "$X=1${Y}\n$Y=2\n~SEQ(N,7,7) a $X VI_${N}z ${N}\nb c"));
    assert_eq!(places(&found), ["a=a/1", "12=1${Y}/2", "VI_7z=VI_${N}z/1", "7=~SEQ(N,7,7)/2", "b=b/0", "c=c/0"]);
}

#[test]
fn a_missing_brace_is_blamed_on_the_line_that_forgot_it() {
    for (text, line) in [
        ("a {\n  b {\n  c\n}\nd {\n}\n", 2),
        ("a {\n  b {\n  }\nc {\n}\n", 1),
        ("a {\nb\n", 1),
        ("a {\n  b {\n    c {\n  }\n}\nx {\n}\n", 3),
    ] {
        let found = loaded(MemoryLoader::new().file("k.conf", text));
        let label = found.diagnostics[0].primary.as_ref().unwrap();
        assert_eq!(found.sources.files()[0].line_of(label.origin.span.start), line, "{text}");
    }
}

#[test]
fn an_extra_brace_remembers_the_one_before_it() {
    let found = loaded(MemoryLoader::new().file("k.conf", "a {\n  b\n    c\n  }\n}\n"));
    let places: Vec<String> =
        found.diagnostics[0].related.iter().map(|label| found.sources.place(label.origin.span)).collect();
    assert_eq!(places, ["k.conf:1:3", "k.conf:4:3"]);
}

/// Lines of pieces that all mean something, in any order.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = proptest::sample::select(vec![
        "a",
        " ",
        " ",
        "{",
        "}",
        "\n",
        "\n",
        "\n",
        "\"",
        "\\",
        "#",
        "!",
        "$X",
        "${X}",
        "\n$X=",
        "\n$Y=",
        "$Y",
        "${Y}",
        "@main ",
        "\n@^main ",
        "\n~SEQ(X,1,3) ",
        "\n~LST({X,Y},{1,2},{3}) ",
        "\ninclude k.conf\n",
        "\ninclude b.conf\n",
        "include ",
        "~SEQ(",
        ",",
        ")",
        " \\\n",
        "${_RANDOM 1 2}",
        "${_HASH}",
        "\r\n",
        "\0",
        "\u{e9}",
        "include_check x\n",
        "global_defs {\n",
    ]);
    let junk = proptest::collection::vec(any::<u8>(), 1..4);
    let piece = prop_oneof![20 => piece.prop_map(|text| text.as_bytes().to_vec()), 1 => junk];
    proptest::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

fn visit(statements: &[Statement], read: &Read) {
    for statement in statements {
        assert!(!statement.words.is_empty());
        for word in statement.words {
            let span = word.origin().span;
            let file = read.sources.file(span.file).expect("a file that was read");
            assert!(span.start <= span.end && span.end as usize <= file.bytes().len(), "{span:?}");
        }
        if let Some(block) = &statement.block {
            visit(block.statements, read);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end_with_every_place_inside_its_file(a in texts(), b in texts()) {
        let found = loaded(MemoryLoader::new().file("k.conf", a).file("b.conf", b));
        visit(found.tree.statements, &found);
        for diagnostic in &found.diagnostics {
            prop_assert!(crate::codes::find(diagnostic.code).is_some(), "{}", diagnostic.code);
            for label in diagnostic.primary.iter().chain(&diagnostic.related) {
                let span = label.origin.span;
                prop_assert!(span.end as usize <= found.sources.file(span.file).expect("a file").bytes().len());
            }
        }
    }
}
