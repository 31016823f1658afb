//! What is printed reads back as the same words.
use super::*;
use crate::command;
use crate::source::{Context, MemoryLoader};
use crate::tree::{Statement, Word};
use proptest::prelude::*;

fn statements(text: &str) -> (Vec<Statement<'static>>, String) {
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let read = crate::read("k.conf", &MemoryLoader::new().file("k.conf", text), &context, Box::leak(Box::default()));
    (read.tree.statements.to_vec(), format!("{text}\n{:?}", read.diagnostics))
}

fn words<'t>(statement: &Statement<'t>) -> Vec<&'t str> {
    statement.words.iter().map(Word::text).collect()
}

fn node(words: &[&str]) -> Node {
    Node { words: words.iter().map(|word| (*word).to_owned()).collect(), ..Node::default() }
}

#[test]
fn words_are_quoted_where_they_must() {
    for (word, written) in [
        ("eth0", "eth0"),
        ("10.0.0.1/24", "10.0.0.1/24"),
        ("", "\"\""),
        ("a b", "\"a b\""),
        ("a#b", "\"a#b\""),
        ("@main", "\"@main\""),
        ("~SEQ(A,1,2)", "\"~SEQ(A,1,2)\""),
        ("$A=b", "\"$A=b\""),
        ("end\\", "\"end\\\""),
        ("a\\\"b", "a\\\"b"),
        ("a\\\"#b", "a\\\"\\#b"),
        ("caf\u{e9}", "caf\u{e9}"),
        ("a\u{a0}b", "\"a\u{a0}b\""),
    ] {
        assert_eq!(head(&node(&["key", word])), format!("key {written}"), "{word}");
        let (read, shown) = statements(&text(&[node(&["key", word])]));
        assert_eq!(words(&read[0]), ["key", word], "{shown}");
    }
}

#[test]
fn a_name_in_a_list_is_no_directive() {
    let (read, shown) = statements(&text(&[node(&["include", "x"]), node(&["includes", "x"])]));
    assert_eq!(words(&read[0]), ["include", "x"], "{shown}");
    assert!(shown.starts_with("\"include\" x\nincludes x\n") && shown.ends_with("\n[]"), "{shown}");
}

#[test]
fn commands_keep_the_quotes_inside_them() {
    for (line, written) in [
        ("/x/run", "/x/run"),
        ("/x/run a b", "\"/x/run a b\""),
        ("/x/run 'a b' # c", "\"/x/run 'a b' # c\""),
        ("/x/run \"a b\"", "'/x/run \"a b\"'"),
        ("/x/run \"a b\" 'c d'", "\"/x/run \"'\"'\"a b\"'\"'\" 'c d'\""),
        ("/x/run \\\"a", "'/x/run \\\"a'"),
        ("/x/run '\"'", "\"/x/run \\042\""),
    ] {
        let node = Node { command: true, ..node(&["script", line]) };
        assert_eq!(head(&node), format!("script {written}"), "{line}");
        let (read, shown) = statements(&text(&[node]));
        let split = command::split(read[0].raw).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
        assert_eq!(split.argv, command::argv(line).unwrap(), "{shown}");
        assert!(split.rest.is_empty(), "{shown}");
    }
}

/// A word as the reader can give it: a double quote stands behind a backslash.
fn word() -> impl Strategy<Value = String> {
    let plain = proptest::string::string_regex("[a-z #!{}@~$'\\\\=,.()é\t]{0,6}").unwrap();
    let with_quotes = proptest::string::string_regex("([a-z#!']|\\\\\"){0,5}").unwrap();
    prop_oneof![plain, with_quotes]
}

/// Something that a command can be.
fn line() -> impl Strategy<Value = String> {
    proptest::string::string_regex("/[a-z #!{}@~$'\"\\\\]{0,12}").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_words_read_back(lines in prop::collection::vec(prop::collection::vec(word(), 1..4), 1..4), inner in word()) {
        let mut nodes: Vec<Node> = lines.iter().map(|words| Node { words: words.clone(), ..Node::default() }).collect();
        nodes.push(Node { words: vec!["block".into()], block: Some(vec![node(&[inner.as_str()])]), command: false });
        let (read, shown) = statements(&text(&nodes));
        prop_assert_eq!(read.len(), nodes.len(), "{}", &shown);
        for (statement, node) in read.iter().zip(&nodes) {
            prop_assert_eq!(words(statement), node.words.iter().map(String::as_str).collect::<Vec<_>>(), "{}", &shown);
        }
        let block = read.last().and_then(|last| last.block.as_ref());
        prop_assert_eq!(block.map(|block| words(&block.statements[0])), Some(vec![inner.as_str()]), "{}", &shown);
    }

    #[test]
    fn any_command_reads_back(line in line(), user in "[a-z]{1,5}") {
        let Some(argv) = command::argv(&line).ok().filter(|argv| !argv.concat().contains('\0')) else { return Ok(()) };
        let node = Node { command: true, ..node(&["notify", &line, &user]) };
        let (read, shown) = statements(&text(&[node]));
        let split = command::split(read[0].raw);
        let split = split.map_err(|error| TestCaseError::fail(format!("{shown}: {error:?}")))?;
        prop_assert_eq!((split.argv, split.rest), (argv, vec![user]), "{}", &shown);
    }
}

/// The statements of a text as a printer would make them.
pub(crate) fn from_text(text: &str) -> Vec<Node> {
    fn nodes(statements: &[Statement<'_>]) -> Vec<Node> {
        let node = |statement: &Statement<'_>| Node {
            words: words(statement).into_iter().map(str::to_owned).collect(),
            block: statement.block.map(|block| nodes(block.statements)),
            command: false,
        };
        statements.iter().map(node).collect()
    }
    let (read, shown) = statements(text);
    assert!(shown.ends_with("\n[]"), "{shown}");
    nodes(&read)
}

#[test]
fn secrets_are_hidden_and_nothing_else() {
    let text = "SSL {\n    password one\n    key /etc/key\n}\nglobal_defs {\n    notify_webhook http://x/ secret two timeout 5\n}\n\
                vrrp_instance V {\n    authentication {\n        auth_type PASS\n        auth_pass three\n    }\n    \
                auth_hmac {\n        key 7 four\n    }\n}\n";
    let mut nodes = from_text(text);
    hide_secrets(&mut nodes);
    let hidden = ["one", "two", "three", "four"].iter().fold(text.to_owned(), |text, word| text.replace(word, "****"));
    let without_blanks: String =
        super::text(&nodes).lines().filter(|line| !line.is_empty()).map(|l| format!("{l}\n")).collect();
    assert_eq!(without_blanks, hidden);
}
