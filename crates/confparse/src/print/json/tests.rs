//! The shape of each kind of statement.
use super::*;
use crate::print::node::from_text;
use serde_json::json;

fn check(text: &str, expected: Value) {
    assert_eq!(json(&from_text(text)), expected, "{text}");
}

#[test]
fn blocks_are_found_by_their_names() {
    let text = "vrrp_instance VI_1 {\n virtual_router_id 7\n advert_int 0.5\n nopreempt\n state MASTER\n}\n";
    let instance = json!({"virtual_router_id": 7, "advert_int": 0.5, "nopreempt": true, "state": "MASTER"});
    check(text, json!({"vrrp_instance": {"VI_1": instance}}));
    let text = "virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n weight 3\n inhibit_on_failure off\n }\n}\n";
    let real = json!({"weight": 3, "inhibit_on_failure": false});
    check(text, json!({"virtual_server": {"10.0.0.1 80": {"real_server": {"10.0.0.2 80": real}}}}));
}

#[test]
fn what_may_repeat_is_an_array_even_when_it_stands_once() {
    let real = |inner: &str| format!("virtual_server 1.1.1.1 1 {{\n real_server 2.2.2.2 2 {{\n {inner}\n }}\n}}\n");
    let found = |text: &str| json(&from_text(text))["virtual_server"]["1.1.1.1 1"]["real_server"]["2.2.2.2 2"].take();
    let one = found(&real("TCP_CHECK {\n connect_port 8\n }"));
    assert_eq!(one, json!({"TCP_CHECK": [{"connect_port": 8}]}));
    let two = found(&real("HTTP_GET {\n url {\n path /\n }\n url {\n path /a\n }\n }"));
    assert_eq!(two, json!({"HTTP_GET": [{"url": [{"path": "/"}, {"path": "/a"}]}]}));
}

#[test]
fn lines_of_a_list_are_objects_where_they_have_options() {
    let text = "vrrp_instance V {\n virtual_ipaddress {\n 10.0.0.5/24 dev eth0 no_track\n fe80::1\n }\n}\n";
    let first = json!({"address": "10.0.0.5/24", "dev": "eth0", "no_track": true});
    check(text, json!({"vrrp_instance": {"V": {"virtual_ipaddress": [first, {"address": "fe80::1"}]}}}));
    let text = "vrrp_sync_group G {\n group {\n A B\n C\n }\n}\n";
    check(text, json!({"vrrp_sync_group": {"G": {"group": ["A", "B", "C"]}}}));
    let text = "vrrp_instance V {\n track_script {\n web weight -5 reverse\n }\n}\n";
    let web = json(&from_text(text))["vrrp_instance"]["V"]["track_script"][0].take();
    assert_eq!(web["weight"].as_object().map(|weight| weight["reverse"].clone()), None);
    assert_eq!(web, json!({"name": "web", "weight": -5, "reverse": true}));
}

#[test]
fn routes_keep_the_words_of_their_parts() {
    let text = "static_routes {\n 10.0.0.0/8 via 10.1.1.1 dev eth0 encap ip id 7 dst 10.2.2.2 metric 5\n \
                default nexthop via 10.1.1.1 dev eth0 weight 2 nexthop via 10.1.1.2 dev eth1\n}\n";
    let routes = json(&from_text(text))["static_routes"].take();
    assert_eq!(routes[0]["via"], json!("10.1.1.1"), "{routes}");
    assert_eq!(routes[0]["encap"]["dst"], json!("10.2.2.2"), "{routes}");
    assert_eq!(routes[0]["metric"], json!(5), "{routes}");
    let ways: Vec<_> = routes[1]["nexthop"].as_array().unwrap().iter().map(|way| way["dev"].clone()).collect();
    assert_eq!(ways, [json!("eth0"), json!("eth1")], "{routes}");
}

#[test]
fn commands_users_and_numbers() {
    let text = "vrrp_instance V {\n notify \"/x/run a\" bob staff\n notify_stop /x/stop\n}\nglobal_defs {\n \
                script_user bob staff\n lvs_sync_daemon eth0 inst V id 7\n router_id 007\n}\n";
    let notify = json!({"command": "/x/run a", "user": "bob", "group": "staff"});
    let instance = json!({"notify": notify, "notify_stop": {"command": "/x/stop"}});
    let daemon = json!({"value": "eth0", "inst": "V", "id": 7});
    let global =
        json!({"script_user": {"user": "bob", "group": "staff"}, "lvs_sync_daemon": daemon, "router_id": "007"});
    check(text, json!({"vrrp_instance": {"V": instance}, "global_defs": global}));
}
