//! Every keyword, block and code has a page; a few pages in full.
use super::*;

const PLAIN: Style = Style { color: false, width: 80 };

fn page(topic: &str) -> String {
    explain(topic, PLAIN).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_keyword_has_a_page() {
    let expected = "\
priority NUMBER (1 to 255)
  in vrrp_instance

    Strength in the election; 255 belongs to the owner of the addresses.

    default      100; 255 when state MASTER is set
    bad value    an error, 100 is used; of 12x, 12 is used
    no argument  an error, the line is ignored; keepalived stops reading here
";
    assert_eq!(page("vrrp_instance/priority"), expected);
}

#[test]
fn a_word_in_several_blocks_shows_them_all_or_the_one_that_was_named() {
    let all = page("weight");
    for place in ["vrrp_script", "virtual_server", "virtual_server/real_server", "vrrp_instance/track_script"] {
        assert!(all.contains(&format!("in {place}")), "{place}\n{all}");
    }
    let one = page("real_server/weight");
    assert!(one.contains("in virtual_server/real_server\n") && !one.contains("vrrp_script"), "{one}");
    assert_eq!(page("virtual_server real_server weight"), page("virtual_server/real_server/weight"));
}

#[test]
fn a_block_lists_its_words() {
    let text = page("authentication");
    assert!(text.contains("Words in its block\n\n    auth_type PASS|AH"), "{text}");
    let text = page("virtual_server/lvs_method");
    assert!(text.contains("Words behind it\n\n    type ipip|gue|gre"), "{text}");
}

#[test]
fn the_language_and_problems_have_pages() {
    assert!(page("~SEQ").starts_with("The language: sequences\n"));
    assert!(page("include").contains("includer"));
    let text = page("unknown-keyword");
    assert!(text.starts_with("unknown-keyword\n  a word is not a keyword of its block\n"), "{text}");
    assert!(text.contains("    Right\n\n    vrrp_instance web {\n"), "{text}");
}

#[test]
fn what_is_unknown_gets_a_suggestion() {
    for (topic, hint) in [
        ("weigth", "did you mean weight?"),
        ("vrrp_instance/delay_loop", "delay_loop stands in other blocks"),
        ("unknown-keywrod", "did you mean unknown-keyword?"),
        ("xyzzy", "`evenkeel explain` lists"),
        ("", "`evenkeel explain` lists"),
    ] {
        let error = explain(topic, PLAIN).unwrap_err();
        assert!(error.contains(hint), "{topic}: {error}");
    }
}

#[test]
fn everything_has_a_page_that_fits_the_terminal() {
    let style = Style { color: false, width: 100 };
    let words = schema::all().map(|(_, row)| row.keyword).chain(codes::all().map(|code| code.name));
    for topic in words.chain(BLOCKS.iter().map(|block| block.path).filter(|path| *path != "/")) {
        // `encap ip` is a block behind two words of a line.
        if topic.contains("encap ") {
            continue;
        }
        let text = explain(topic, style).unwrap_or_else(|error| panic!("{topic}: {error}"));
        let long = text.lines().find(|line| line.chars().count() > 130);
        assert_eq!(long, None, "{topic}");
        assert!(!text.contains("\n\n\n"), "{topic}");
    }
    assert!(contents(style).contains("vrrp_instance/authentication"));
}

#[test]
fn colours_are_for_terminals() {
    assert!(explain("priority", Style { color: true, width: 80 }).unwrap().starts_with("\x1b[1mpriority"));
    assert!(!page("priority").contains('\x1b'));
}
