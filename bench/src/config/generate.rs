//! The configurations that are read: many small services, one large one, many instances from one line.
use std::fmt::Write;

/// Real servers of each of many services.
const POOL: usize = 10;

const HEAD: &str = "global_defs {\n    router_id bench\n    dynamic_interfaces\n    vrrp_version 3\n}\n";

/// So many real servers, ten to a service.
pub(crate) fn many_services(servers: usize) -> String {
    let mut text = String::from(HEAD);
    for service in 0..servers.div_ceil(POOL) {
        let first = service * POOL;
        add_service(&mut text, service, first..(first + POOL).min(servers));
    }
    text
}

/// So many real servers, all of one service.
pub(crate) fn one_service(servers: usize) -> String {
    let mut text = String::from(HEAD);
    add_service(&mut text, 0, 0..servers);
    text
}

/// A director for 254 instances on each of `links` interfaces: the text is a dozen lines, whatever the number.
pub(crate) fn instances_by_sequence(links: usize) -> String {
    let lines = [
        "vrrp_instance vrrp4.${IF}.${ID} {",
        "    interface bond${IF}",
        "    virtual_router_id ${ID}",
        "    priority 130",
        "    virtual_ipaddress {",
        "        10.0.${IF}.${ID}/24",
        "    }",
    ];
    let body = lines.map(|line| format!("    {line} \\\n")).concat();
    format!("{HEAD}$VI4= \\\n{body}    }}\n~SEQ(IF, 0, {}) ~SEQ(ID, 1, 254) $VI4\n", links.saturating_sub(1))
}

fn add_service(text: &mut String, service: usize, servers: std::ops::Range<usize>) {
    let address = format!("{}.{}.{}", 192 + (service >> 16), (service >> 8) & 255, service & 255);
    *text += &format!(
        "virtual_server 10.{address} 80 {{\n    delay_loop 6\n    lvs_sched rr\n    lvs_method DR\n    protocol TCP\n"
    );
    for server in servers {
        let [_, a, b, c] = u32::try_from(server).unwrap_or(0).to_be_bytes();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "    real_server 11.{a}.{b}.{c} 80 {{\n        weight 1\n        TCP_CHECK {{\n            connect_timeout 3\n\
             \x20           retry 3\n            delay_before_retry 3\n        }}\n    }}\n"
        );
    }
    *text += "}\n";
}
