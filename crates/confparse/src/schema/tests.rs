//! The tables agree with themselves and with the counted words of keepalived 2.4.3.
use super::*;
use std::collections::HashSet;

#[test]
fn holds_every_word_of_keepalived_2_4_3() {
    let count = |kind| all().filter(|(_, row)| row.kind == kind && !row.ours).count();
    assert_eq!((count(Kind::Keyword), count(Kind::Option), count(Kind::Value)), (528, 332, 35));
    let keywords = all().filter(|(_, row)| row.kind == Kind::Keyword && !row.ours);
    let names: HashSet<_> = keywords.map(|(_, row)| row.keyword).collect();
    assert_eq!(names.len(), 361);
}

#[test]
fn no_word_stands_twice_in_a_block_and_no_block_twice() {
    let mut seen = HashSet::new();
    for (block, row) in all() {
        assert!(seen.insert((block.path, row.keyword)), "{}: {}", block.path, row.keyword);
    }
    assert_eq!(BLOCKS.iter().map(|block| block.path).collect::<HashSet<_>>().len(), BLOCKS.len());
}

#[test]
fn every_block_keyword_opens_a_block_that_exists() {
    for (block, row) in all().filter(|(_, row)| matches!(row.args, Args::Block | Args::Named | Args::Head)) {
        let path = inner(block, row.keyword);
        assert!(!words(&path).block().tables.is_empty(), "{path}");
    }
}

#[test]
fn every_row_says_what_it_means_and_ranges_are_not_empty() {
    for (block, row) in all() {
        assert!(!row.meaning.is_empty() && !row.meaning.ends_with('.'), "{}: {}", block.path, row.keyword);
        let empty = match row.args {
            Args::Int { min, max } | Args::MaybeInt { min, max } => min >= max,
            Args::Decimal { min, max, .. } => min >= max,
            Args::Word(words) | Args::WordNoCase(words) => words.len() < 2,
            _ => false,
        };
        assert!(!empty, "{}: {}", block.path, row.keyword);
    }
}

#[test]
fn the_other_names_of_a_word_are_words_too() {
    for (block, row) in all() {
        if let Names::Also(names) = row.names {
            for name in names {
                assert!(find(block.path, name).is_some(), "{}: {name}", block.path);
            }
        }
    }
}

#[test]
fn words_are_found_where_they_belong_only() {
    assert!(words("vrrp_instance").keyword("priority").is_some_and(|row| row.wired == Wired::Yes));
    assert!(words("vrrp_instance").keyword("delay_loop").is_none());
    assert!(words("vrrp_instance/virtual_ipaddress").keyword("dev").is_none());
    assert!(words("vrrp_instance/virtual_ipaddress").option("dev").is_some());
    assert!(words("no such block").keyword("priority").is_none());
    assert_eq!(places("quorum_up").iter().map(|block| block.path).collect::<Vec<_>>(), ["virtual_server"]);
}

#[test]
fn arguments_are_told_with_their_range() {
    let text = |path, word| find(path, word).map(Row::arguments).unwrap_or_default();
    assert_eq!(text("vrrp_instance", "priority"), "NUMBER (1 to 255)");
    assert_eq!(text("vrrp_instance", "advert_int"), "NUMBER (0.01 to 255)");
    assert_eq!(text("virtual_server", "delay_loop"), "NUMBER (0.000001 to 4294.967295)");
    assert_eq!(text("vrrp_instance", "state"), "MASTER|BACKUP");
}

#[test]
fn words_take_over_from_words_that_exist() {
    for (block, row) in all() {
        for path in takes_over(block.path, row.keyword) {
            let (from, word) = path.rsplit_once('/').unwrap();
            assert!(find(from, word).is_some(), "{} {}: {path}", block.path, row.keyword);
        }
    }
    for (path, word, _) in relations::HEIRS.iter().filter(|(path, ..)| !path.ends_with('*')) {
        assert!(find(path, word).is_some(), "{path}: {word}");
    }
    let path = ["virtual_server/real_server/delay_loop", "virtual_server/delay_loop"];
    assert_eq!(takes_over("virtual_server/real_server/TCP_CHECK", "delay_loop"), path);
    assert_eq!(takes_over("virtual_server/real_server", "quorum"), [""; 0]);
}

#[test]
fn secrets_are_words_that_exist() {
    let secrets: Vec<_> = all().filter(|(block, row)| is_secret(block.path, row.keyword)).collect();
    assert_eq!(secrets.len(), 6);
    assert!(!is_secret("SSL", "key"), "that is the name of a file");
}
