//! Rules between blocks of virtual routers, as tables: what is said, and what stays.
use crate::load;
use crate::source::{Context, MemoryLoader, UnknownHost};
use model::Config;

fn read(text: &str) -> (Config, Vec<&'static str>) {
    let context = Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false };
    let loader = MemoryLoader::new().file("f", text);
    let loaded = load("f", &loader, &context, &UnknownHost);
    let codes = loaded.diagnostics.iter().map(|one| one.code).filter(|code| *code != "keyword-without-effect");
    (loaded.config, codes.collect())
}

/// An instance with this priority, trackers in lines `eth1 weight N`, and further lines.
fn instance(name: &str, vrid: u8, priority: u8, links: &[&str], more: &str) -> String {
    let links = links.join("\n");
    format!(
        "vrrp_instance {name} {{\n interface eth0\n virtual_router_id {vrid}\n priority {priority}\n {more}\n \
         virtual_ipaddress {{\n 10.0.0.{vrid}\n }}\n track_interface {{\n {links}\n }}\n}}\n"
    )
}

#[test]
fn weights_are_held_against_the_range_of_priorities() {
    for (priority, links, more, expected) in [
        (100, &["eth1 weight 10"][..], "", &[][..]),
        (100, &["eth1 weight -10"], "", &[]),
        (100, &["eth1"], "nopreempt", &[]),
        // 254 is reached and not passed.
        (244, &["eth1 weight 10"], "", &[]),
        (245, &["eth1 weight 10"], "", &["priority-out-of-reach"]),
        (11, &["eth1 weight -10"], "", &[]),
        (10, &["eth1 weight -10"], "", &["priority-out-of-reach"]),
        // There is no room above 254 and none below 1.
        (254, &["eth1 weight 10"], "", &["priority-out-of-reach", "weight-without-effect"]),
        (1, &["eth1 weight -10"], "", &["priority-out-of-reach", "weight-without-effect"]),
        (254, &["eth1 weight -10"], "", &[]),
        (1, &["eth1 weight 10"], "", &[]),
        // Each of two holds the sum above the range when the other fails.
        (
            200,
            &["eth1 weight 60", "eth2 weight 60"],
            "",
            &["priority-out-of-reach", "weight-without-effect", "weight-without-effect"],
        ),
        (200, &["eth1 weight 60", "eth2 weight 10"], "", &["priority-out-of-reach", "weight-without-effect"]),
        (100, &["eth1 weight 10 reverse"], "nopreempt", &["nopreempt-with-weight"]),
        (255, &["eth1 weight 10"], "", &["owner-with-weight"]),
    ] {
        let (_, codes) = read(&instance("a", 1, priority, links, more));
        assert_eq!(codes, expected, "{priority} {links:?} {more}");
    }
}

#[test]
fn weights_in_a_group_count_only_when_it_says_so() {
    let members = |links: &[&str]| instance("a", 1, 100, links, "") + &instance("b", 2, 254, &[], "");
    for (group, links, expected) in [
        ("", &["eth1"][..], &[][..]),
        ("", &["eth1 weight 10"], &["weight-in-group"]),
        ("sync_group_tracking_weight", &["eth1 weight 10"], &[]),
        ("track_interface {\n eth2 weight 10\n }", &[], &["weight-in-group", "weight-in-group"]),
        // What the group follows counts for each member: b has no room for it.
        (
            "sync_group_tracking_weight\n track_interface {\n eth2 weight 10\n }",
            &[],
            &["priority-out-of-reach", "weight-without-effect"],
        ),
    ] {
        let (_, codes) = read(&format!("vrrp_sync_group g {{\n group {{\n a b\n }}\n {group}\n}}\n{}", members(links)));
        assert_eq!(codes, expected, "{group} {links:?}");
    }
}

#[test]
fn identifiers_need_to_differ_only_where_adverts_could_be_confused() {
    let two = |first: &str, second: &str| {
        format!(
            "vrrp_instance a {{\n interface eth0\n virtual_router_id 1\n {first}\n virtual_ipaddress {{\n 10.0.0.1\n }}\n}}\n\
             vrrp_instance b {{\n interface eth0\n virtual_router_id 1\n {second}\n virtual_ipaddress {{\n 10.0.0.2\n }}\n}}\n"
        )
    };
    let peers = |list: &str| format!("unicast_peer {{\n {list}\n }}");
    for (first, second, kept) in [
        (String::new(), String::new(), 1),
        (String::new(), "interface eth1".into(), 2),
        (String::new(), "mcast_dst_ip 224.0.0.19".into(), 2),
        (String::new(), peers("10.0.0.9"), 2),
        (peers("10.0.0.8"), peers("10.0.0.9"), 2),
        (peers("10.0.0.8\n 10.0.0.9"), peers("10.0.0.9"), 1),
        (String::new(), "use_vmac".into(), 1),
    ] {
        let (config, codes) = read(&two(&first, &second));
        assert_eq!(config.instances.len(), kept, "{first} / {second}");
        assert_eq!(codes.contains(&"duplicate-vrid"), kept == 1, "{first} / {second}");
    }
}

#[test]
fn a_link_of_an_instance_has_a_name_of_its_own() {
    let text = instance("a", 1, 100, &[], "use_vmac vip0") + &instance("b", 2, 100, &[], "use_vmac vip0");
    let (config, codes) = read(&text);
    let names: Vec<Option<String>> = config
        .instances
        .iter()
        .map(|instance| instance.virtual_link.as_ref()?.name.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!((names, codes), (vec![Some("vip0".to_owned()), None], vec!["link-name-twice"]));
}
