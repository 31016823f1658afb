//! What happens at the limits; the rules are tested where their trees are.
use super::*;
use crate::source::MemoryLoader;

/// The lines of a file, and the codes of what is wrong with it, under limits that a test can reach.
fn under(lines: usize, bytes: usize, loader: &MemoryLoader) -> (Vec<String>, Vec<&'static str>) {
    let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
    let mut reader = Reader::new("k.conf", loader, &context);
    (reader.lines_left, reader.bytes_left, reader.made_left) = (lines, bytes, 4 * bytes);
    let mut found = Vec::new();
    while let Some(line) = reader.next() {
        found.push(String::from_utf8_lossy(line.text()).into_owned());
    }
    (found, reader.findings.into_parts().0.iter().map(|one| one.code).collect())
}

fn one(text: &str) -> MemoryLoader {
    MemoryLoader::new().file("k.conf", text)
}

#[test]
fn a_sequence_beyond_the_limit_is_refused_before_it_begins() {
    let (lines, codes) = under(10, 1_000, &one("~SEQ(N,1,11) a\n~SEQ(N,1,3) b\nc\n"));
    assert_eq!((lines.join(" ").as_str(), codes), ("b b b c", vec!["too-much-text"]));
}

#[test]
fn nested_sequences_end_at_the_limit_and_the_file_goes_on() {
    let (lines, codes) = under(10, 1_000, &one("~SEQ(N,1,5) ~SEQ(M,1,2) a\nb\n~SEQ(N,1,3) c\nd\n"));
    // Nothing is left for the fourth inner sequence, for the fifth outer turn, and for the last sequence.
    assert_eq!((lines.join(" ").as_str(), codes), ("a a a a a a b d", vec!["too-much-text"; 3]));
}

#[test]
fn parameters_of_several_lines_count_too() {
    let text = "$A= \\\n a \\\n b \\\n c\n~SEQ(N,1,4) $A\nd\n";
    let (lines, codes) = under(10, 1_000, &one(text));
    // Ten lines were made, and one stands in the file.
    assert!(lines.len() == 11 && lines.last().is_some_and(|last| last == "d"), "{lines:?}");
    assert_eq!(codes, ["too-much-text"]);
}

#[test]
fn a_file_beyond_the_limit_is_left_out() {
    let loader = one("include b.conf\ninclude c.conf\nd\n").file("b.conf", "b ".repeat(40)).file("c.conf", "c\n");
    let (lines, codes) = under(10, 60, &loader);
    assert_eq!((lines.join(" ").as_str(), codes), ("c d", vec!["too-much-text"]));
}

#[test]
fn more_files_than_the_limit_are_left_out_with_one_message() {
    let text = format!("~SEQ(N,1,{}) include b.conf\nd\n", limits::CONFIG_FILES + 50);
    let (lines, codes) = under(20_000, 1 << 20, &one(&text).file("b.conf", "b\n"));
    assert_eq!((lines.len(), codes), (limits::CONFIG_FILES, vec!["too-much-text"]));
    assert_eq!(lines.last().map(String::as_str), Some("d"));
}

#[test]
fn parameters_that_double_meet_a_limit_for_the_line_and_one_for_all_of_them() {
    let mut text = String::from("$A0=xxxxxxxx\n");
    for n in 1..40 {
        text += &format!("$A{n}=${{A{}}}${{A{}}}\n", n - 1, n - 1);
    }
    let (lines, codes) = under(10, 1 << 20, &one(&format!("{text}$A39\nd\n")));
    assert_eq!((lines.join(" ").as_str(), codes), ("d", vec!["line-grows-too-long"]));
    let (lines, codes) = under(100_000, 1 << 16, &one(&format!("{text}~SEQ(N,1,50000) $A5\nd\n")));
    assert_eq!((lines.last().map(String::as_str), codes), (Some("d"), vec!["too-much-text"]));
    let made: usize = lines.iter().map(String::len).sum();
    assert!(made < 1 << 18 && (20..20_000).contains(&lines.len()), "{} lines of {made} bytes", lines.len());
}
