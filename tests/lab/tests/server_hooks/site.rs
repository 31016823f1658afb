//! The configuration that both daemons read.
use crate::side::MAIL;

/// Pools of every kind: an address, a mark, a group of two, IPv6, datagrams without a check; without the second web server
/// where `second` is false.
pub(crate) fn config(second: bool) -> String {
    let hooks = |name: &str| {
        format!("  notify_up \"/run/hook up {name} 'two words'\"\n  notify_down \"/run/hook down {name}\"\n")
    };
    let quorum =
        |name: &str| format!(" quorum_up \"/run/hook gained {name}\"\n quorum_down \"/run/hook lost {name}\"\n");
    let check = "  TCP_CHECK {\n   connect_timeout 2\n   retry 1\n   delay_before_retry 1\n  }\n";
    let real = |server: &str, name: &str, check: &str| {
        format!(" real_server {server} {{\n  weight 1\n  smtp_alert\n{}{check} }}\n", hooks(name))
    };
    let pool = |service: &str, name: &str, lines: &str, servers: &str| {
        let common = " delay_loop 1\n warmup 0\n lvs_sched rr\n lvs_method NAT\n smtp_alert\n";
        format!("virtual_server {service} {{\n{common}{lines}{}{servers}}}\n", quorum(name))
    };
    let web2 = if second { real("10.2.0.2 8080", "web2", check) } else { String::new() };
    let web = real("10.2.0.1 8080", "web1", check) + &web2 + &real("10.2.0.3 8080", "web3", check);
    let mut text = format!(
        "global_defs {{
 router_id LAB
 script_user root
 notify_fifo /run/all.fifo
 lvs_notify_fifo /run/lvs.fifo
 smtp_server 127.0.0.1 {MAIL}
 smtp_connect_timeout 5
 smtp_helo_name lab
 notification_email_from from@example.com
 notification_email {{
  to@example.com
 }}
 rs_init_notifies
}}
virtual_server_group GROUP {{
 10.7.0.5 80
 10.7.0.6 80
}}
"
    );
    text += &pool("10.7.0.1 80", "web", " protocol TCP\n alpha\n omega\n quorum 2\n", &web);
    text += &pool("10.7.0.2 53", "names", "", &real("10.2.0.4 53", "name1", ""));
    let marked = real("10.2.0.5 8080", "mark1", check);
    text += &pool("fwmark 7", "mark", " omega\n", &marked);
    let six = real("fd02::1 8080", "six1", check);
    text += &pool("fd07::1 80", "six", " protocol TCP\n alpha\n", &six);
    let grouped = real("10.2.0.6 8080", "member1", check);
    let sorry = " protocol TCP\n alpha\n sorry_server 10.2.0.9 80\n";
    text + &pool("group GROUP", "grouped", sorry, &grouped)
}

/// Every server that is checked.
pub(crate) const SERVERS: [&str; 6] =
    ["10.2.0.1:8080", "10.2.0.2:8080", "10.2.0.3:8080", "10.2.0.5:8080", "[fd02::1]:8080", "10.2.0.6:8080"];
