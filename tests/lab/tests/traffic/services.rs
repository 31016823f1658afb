//! The services of the directors, and the configuration that has them.
use crate::ground::{Family, Method, gateway, server, vip};
use crate::promises::ROWS;
use std::net::IpAddr;

/// The numbers of the virtual addresses beside those of the schedulers, which begin at 1.
pub(crate) const DATAGRAMS: u16 = 20;
pub(crate) const PERSISTENT: u16 = 21;
pub(crate) const EXPIRING: u16 = 22;
pub(crate) const CHECKED: u16 = 23;
pub(crate) const KEPT: u16 = 24;
pub(crate) const ONE_PACKET: u16 = 25;
/// The addresses behind a firewall mark are eight from here, a network of their own.
pub(crate) const MARKED: u16 = 32;
pub(crate) const MARKED_COUNT: u16 = 8;
/// By destination, and persistent.
pub(crate) const MARKS: [(u16, &str); 2] = [(7, "lvs_sched dh"), (8, "lvs_sched rr\n persistence_timeout 60")];

/// The virtual addresses of the services that have this mark.
pub(crate) fn marked(family: Family, mark: u16) -> impl Iterator<Item = IpAddr> {
    let first = MARKED + (mark - MARKS[0].0) * MARKED_COUNT;
    (first..first + MARKED_COUNT).map(move |number| vip(Method::Dr, family, number))
}

/// All but those of firewall marks.
pub(crate) fn services(schedulers: &[&str]) -> Vec<Service> {
    let mut all = Vec::new();
    for family in Family::BOTH {
        for method in Method::ALL {
            all.extend(of(method, family, schedulers));
        }
    }
    all
}

/// One virtual server.
pub(crate) struct Service {
    pub(crate) method: Method,
    pub(crate) vip: IpAddr,
    family: Family,
    port: u16,
    lines: String,
    weights: [u32; 3],
    checks: bool,
}

fn of(method: Method, family: Family, schedulers: &[&str]) -> Vec<Service> {
    let service = |number, port, lines: &str, weights, checks| {
        let vip = vip(method, family, number);
        Service { method, vip, family, port, lines: lines.to_owned(), weights, checks }
    };
    let rows = ROWS.iter().zip(1..).filter(|(row, _)| schedulers.contains(&row.scheduler));
    let mut all: Vec<Service> = rows
        .map(|(row, number)| service(number, 80, &format!("lvs_sched {}", row.scheduler), row.weights, false))
        .collect();
    let mask = if family == Family::V4 { "255.255.255.0" } else { "112" };
    let persistent = format!("lvs_sched rr\n persistence_timeout 60\n persistence_granularity {mask}");
    let sorry = format!("lvs_sched rr\n quorum 2\n sorry_server {} 80", server(family, 3));
    let plain = [1, 1, 1];
    all.push(service(PERSISTENT, 80, &persistent, plain, false));
    all.push(service(CHECKED, 80, &sorry, plain, true));
    all.push(service(KEPT, 80, "lvs_sched rr", plain, false));
    all.push(service(DATAGRAMS, 5300, "protocol UDP\n lvs_sched rr", plain, false));
    all.push(service(EXPIRING, 5300, "protocol UDP\n lvs_sched rr\n persistence_timeout 3", plain, false));
    if method != Method::Nat {
        // The kernel does not translate answers to what was masqueraded packet by packet.
        all.push(service(ONE_PACKET, 5300, "protocol UDP\n lvs_sched rr\n ops", plain, false));
    }
    all
}

/// The number of real servers that the table has.
pub(crate) fn real_servers(services: &[Service]) -> usize {
    3 * (services.len() + MARKS.len() * Family::BOTH.len())
}

/// Every virtual address, with the method of its service.
pub(crate) fn vips(services: &[Service]) -> Vec<(Method, IpAddr)> {
    let marked =
        Family::BOTH.into_iter().flat_map(|family| MARKS.iter().flat_map(move |(mark, _)| marked(family, *mark)));
    let marked = marked.map(|vip| (Method::Dr, vip));
    services.iter().map(|service| (service.method, service.vip)).chain(marked).collect()
}

const CHECK: &str = "  HTTP_GET {
   url {
    path /health
    status_code 200
   }
   connect_timeout 2
   retry 1
   delay_before_retry 1
  }
";

impl Service {
    fn text(&self) -> String {
        let Self { vip, port, lines, method, .. } = self;
        let protocol = if lines.contains("UDP") { "" } else { " protocol TCP\n" };
        let method = method.word();
        let head = format!("virtual_server {vip} {port} {{\n{protocol} {lines}\n lvs_method {method}\n delay_loop 1\n");
        head + &real(self.family, *port, self.weights, if self.checks { CHECK } else { "" }) + "}\n"
    }
}

fn real(family: Family, port: u16, weights: [u32; 3], check: &str) -> String {
    let servers = weights.iter().zip(0..).map(|(weight, index)| {
        format!(" real_server {} {port} {{\n  weight {weight}\n{check} }}\n", server(family, index))
    });
    servers.collect()
}

/// The file of a director: the preferred one has index 0.
pub(crate) fn config(services: &[Service], index: usize) -> String {
    let priority = if index == 0 { 150 } else { 100 };
    let [four, six] = Family::BOTH.map(gateway);
    let address = |vip: IpAddr| format!("  {vip} dev eth0\n");
    let others: String = vips(services).into_iter().map(|(_, vip)| address(vip)).collect();
    let mut text = format!(
        "global_defs {{
 lvs_sync_daemon eth0 VI_1
 lvs_timeouts tcp 900 tcpfin 120 udp 1
 vrrp_garp_master_delay 1
}}
vrrp_instance VI_1 {{
 interface eth0
 virtual_router_id 51
 priority {priority}
 virtual_ipaddress {{
  {four}/16 dev eth0
 }}
 virtual_ipaddress_excluded {{
  {six}/64 dev eth0
{others} }}
}}
"
    );
    text.extend(services.iter().map(Service::text));
    for family in Family::BOTH {
        for (mark, lines) in MARKS {
            let six = if family == Family::V6 { " ip_family inet6\n" } else { "" };
            let head = format!("virtual_server fwmark {mark} {{\n{six} {lines}\n lvs_method DR\n");
            text += &(head + &real(family, 0, [1, 1, 1], "") + "}\n");
        }
    }
    text
}
