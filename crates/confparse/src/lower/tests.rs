//! What holds for any tree, and the rules that compare several blocks.
use super::*;
use crate::diagnostic::Severity;
use crate::load;
use crate::schema::{self, Args};
use crate::source::{Context, MemoryLoader, UnknownHost};
use model::config::vrrp::Version;
use model::{Interval, Name, Priority, limits};
use proptest::prelude::*;

fn context() -> Context {
    Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false }
}

fn config(text: &str) -> (Config, Vec<(&'static str, Severity)>) {
    let loader = MemoryLoader::new().file("f", text);
    let loaded = load("f", &loader, &context(), &UnknownHost);
    (loaded.config, loaded.diagnostics.iter().map(|one| (one.code, one.severity)).collect())
}

fn instance(more: &str) -> String {
    format!(
        "vrrp_instance web {{\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {{\n 192.0.2.10/24\n }}\n {more}\n}}\n"
    )
}

#[test]
fn priorities_follow_the_state() {
    for (more, priority, master) in [
        ("", 100, false),
        ("state MASTER", 255, true),
        ("state BACKUP", 100, false),
        ("state MASTER\n priority 7", 7, true),
        ("priority 255", 255, false),
        ("priority 0", 100, false),
        ("priority 7\n priority 8", 8, false),
        ("priority 7x", 7, false),
    ] {
        let (config, _) = config(&instance(more));
        let found = (config.instances[0].priority, config.instances[0].wants_master);
        assert_eq!(Ok(found.0), Priority::new(priority), "{more}");
        assert_eq!(found.1, master, "{more}");
    }
}

#[test]
fn advert_intervals_suit_their_version() {
    for (more, millis, problem) in [
        ("", 1_000, false),
        ("advert_int 3", 3_000, false),
        ("advert_int 0.4", 1_000, true),
        ("advert_int 2.5", 3_000, true),
        ("advert_int 255", 255_000, false),
        ("version 3\n advert_int 0.01", 10, false),
        ("version 3\n advert_int 40.95", 40_950, false),
        ("version 3\n advert_int 41", 40_950, true),
        ("version 3\n advert_int 0", 1_000, true),
        ("advert_int 12e", 12_000, true),
    ] {
        let (config, problems) = config(&instance(more));
        assert_eq!(config.instances[0].advert_interval, Interval::from_millis(millis), "{more}");
        assert_eq!(!problems.is_empty(), problem, "{more}: {problems:?}");
    }
}

#[test]
fn globals_count_wherever_they_stand_and_blocks_go_before_them() {
    let globals = "global_defs {\n vrrp_version 3\n vrrp_garp_master_delay 9\n vrrp_garp_master_repeat 4\n}\n";
    for text in [format!("{globals}{}", instance("")), format!("{}{globals}", instance(""))] {
        let (config, problems) = config(&text);
        let announce = &config.instances[0].announce;
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(config.instances[0].version, Version::V3);
        assert_eq!((announce.delay, announce.lower_prio_delay), (Interval::from_secs(9), Interval::from_secs(9)));
        assert_eq!((announce.repeat, announce.lower_prio_repeat), (4, 4));
    }
    // What follows a weaker router is taken from global_defs, not from the same block.
    let (config, _) = config(&format!("{globals}{}", instance("garp_master_delay 1\n version 2")));
    assert_eq!(config.instances[0].version, Version::V2);
    assert_eq!(config.instances[0].announce.delay, Interval::from_secs(1));
    assert_eq!(config.instances[0].announce.lower_prio_delay, Interval::from_secs(9));
}

#[test]
fn least_announcing_gives_way_to_what_is_said() {
    let announce =
        |more: &str| config(&format!("global_defs {{\n {more}\n}}\n{}", instance(""))).0.instances[0].announce.clone();
    let least = announce("vrrp_min_garp");
    assert_eq!((least.repeat, least.delay, least.refresh), (1, Interval::ZERO, Interval::ZERO));
    assert_eq!((least.lower_prio_repeat, least.lower_prio_delay), (1, Interval::ZERO));
    assert_eq!(announce("vrrp_min_garp\n vrrp_garp_master_repeat 3").repeat, 3);
    assert_eq!(announce("vrrp_min_garp off").repeat, 5);
}

#[test]
fn times_of_checks_come_from_the_nearest_block_that_says_them() {
    let text = |virtual_: &str, real: &str, check: &str| {
        format!(
            "virtual_server 192.0.2.1 80 {{\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n {virtual_}\n \
             real_server 192.0.2.2 80 {{\n {real}\n TCP_CHECK {{\n {check}\n }}\n }}\n}}\n"
        )
    };
    for (virtual_, real, check, loops, warmup, retry) in [
        ("", "", "", 60, 60, 1),
        ("delay_loop 9\n retry 4", "", "", 9, 9, 4),
        ("delay_loop 9", "delay_loop 8\n warmup 2", "", 8, 2, 1),
        ("delay_loop 9", "delay_loop 8", "delay_loop 7\n retry 0", 7, 7, 0),
    ] {
        let (config, problems) = config(&text(virtual_, real, check));
        let found = &config.virtual_servers[0].real_servers[0].checkers[0];
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((found.delay_loop, found.warmup), (Interval::from_secs(loops), Interval::from_secs(warmup)));
        assert_eq!(found.retry, retry);
    }
}

#[test]
fn a_group_decides_for_members_that_say_nothing() {
    let second = instance("notify_priority_changes off").replace("web", "mail").replace("51", "52");
    let group = "vrrp_sync_group both {\n group {\n web\n mail\n }\n notify_priority_changes\n}\n";
    let (config, problems) = config(&format!("{group}{}{second}", instance("")));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(config.groups[0].members, [Name::new("web"), Name::new("mail")]);
    let said: Vec<bool> = config.instances.iter().map(|one| one.notify_priority_changes).collect();
    assert_eq!(said, [true, false]);
}

#[test]
fn an_unknown_block_is_one_problem_and_ends_where_it_ends() {
    let (config, problems) = config(&instance("nonsense {\n priority 7\n }\n priority 9"));
    assert_eq!(problems, [("unknown-keyword", Severity::Error)]);
    assert_eq!(Ok(config.instances[0].priority), Priority::new(9));
}

#[test]
fn every_keyword_without_an_effect_is_noted_once() {
    for (block, row) in schema::all().filter(|(block, row)| {
        block.path == "vrrp_instance" && row.wired == schema::Wired::NotYet && row.kind == schema::Kind::Keyword
    }) {
        let argument = match row.args {
            Args::Ignored | Args::Switch | Args::MaybeText | Args::MaybeInt { .. } | Args::MaybeCommand => "",
            _ => continue,
        };
        let line = format!("{} {argument}\n", row.keyword);
        let (_, problems) = config(&instance(&line.repeat(3)));
        let notes = problems.iter().filter(|(code, _)| *code == "keyword-without-effect").count();
        assert_eq!(notes, 1, "{}: {}: {problems:?}", block.path, row.keyword);
    }
}

#[test]
fn problems_are_bounded_and_the_rest_is_counted() {
    let text = "nonsense\n".repeat(limits::DIAGNOSTICS * 3);
    let loader = MemoryLoader::new().file("f", text);
    let loaded = load("f", &loader, &context(), &UnknownHost);
    assert_eq!(loaded.diagnostics.len(), limits::DIAGNOSTICS);
    assert_eq!(loaded.more, limits::DIAGNOSTICS * 2);
    assert_eq!(loaded.exit_status_for_t(), 5);
}

/// A line made of keywords, numbers, addresses and junk, perhaps with a block behind it.
fn line() -> impl Strategy<Value = String> {
    let keywords: Vec<&'static str> = schema::all().map(|(_, row)| row.keyword).collect();
    let word = prop_oneof![
        proptest::sample::select(keywords),
        proptest::sample::select(vec![
            "0",
            "1",
            "-1",
            "99999999999999999999",
            "0.5",
            "10.0.0.1",
            "10.0.0.0/33",
            "fe80::1",
            "224.0.0.18",
            "on",
            "weight",
            "\"two words\"",
            "'",
            "$X",
            "MASTER",
            "é",
            "PASS",
            "DR",
            "eth0",
            "fwmark",
            "group",
            "a",
            "200-299",
            "+",
        ]),
    ];
    (proptest::collection::vec(word, 1..5), 0..4u8).prop_map(|(words, end)| {
        let end = match end {
            0 => " {",
            1 => "\n}",
            _ => "",
        };
        format!("{}{end}\n", words.join(" "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_text_breaks_it(lines in proptest::collection::vec(line(), 0..60)) {
        let (config, _) = config(&lines.concat());
        for instance in &config.instances {
            prop_assert!(instance.addresses.len() <= limits::ADVERT_ADDRESSES);
        }
        for server in &config.virtual_servers {
            prop_assert!(!server.real_servers.is_empty() && server.quorum >= 1);
        }
    }
}

#[test]
fn checks_go_to_the_port_that_was_written_even_where_ipvs_cannot() {
    let server = |head: &str, method: &str| {
        format!(
            "virtual_server {head} {{\n lb_algo rr\n lb_kind {method}\n protocol TCP\n real_server 10.0.0.2 81 {{\n TCP_CHECK\n {{\n }}\n }}\n}}\n"
        )
    };
    for (head, method, destination) in
        [("10.0.0.1 80", "NAT", 81), ("10.0.0.1 80", "DR", 80), ("fwmark 7", "DR", 0), ("fwmark 7", "NAT", 81)]
    {
        let (config, _) = config(&server(head, method));
        let real = &config.virtual_servers[0].real_servers[0];
        assert_eq!((real.port, real.checkers[0].connect.port), (destination, 81), "{head} {method}");
    }
}
