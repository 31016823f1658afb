//! The words outside all blocks, and `global_defs`.
use super::node::Nodes;
use super::{notify, vrrp};
use model::config::global::{
    Agents, DynamicInterfaces, Fifo, Firewall, FlushOnStop, Global, IpvsNamespace, LvsGlobal, Mail, ReceiveBuffer,
    SyncDaemon, User, VrrpGlobal,
};
use model::config::process::{Buffer, Process, Processes, Reading, Sockets};
use model::{Config, Interval, Name};

/// `instance`, `net_namespace` and the other words outside all blocks.
pub(super) fn root(config: &Config, nodes: &mut Nodes) {
    let global = &config.global;
    nodes.flag("linkbeat_use_polling", global.poll_links);
    nodes.maybe("net_namespace", global.namespace.as_ref());
    match &global.ipvs_namespace {
        IpvsNamespace::Same => {}
        IpvsNamespace::Original => nodes.flag("net_namespace_ipvs", true),
        IpvsNamespace::Named(name) => nodes.word("net_namespace_ipvs", name),
    }
    nodes.flag("namespace_with_ipsets", global.namespace_ipsets);
    nodes.flag("use_pid_dir", global.pid_directory);
    nodes.maybe("instance", global.instance.as_ref());
    nodes.word("child_wait_time", seconds(global.processes.stop_limit));
}

/// `global_defs`. What instances and servers inherit from it stands in them.
pub(super) fn global_defs(config: &Config, nodes: &mut Nodes) {
    let global = &config.global;
    nodes.block(["global_defs"], |nodes| {
        names(&global.processes, nodes);
        nodes.switch("use_symlink_paths", global.symlink_paths);
        nodes.word("router_id", &global.router_id);
        mail(&global.mail, nodes);
        scripts(global, nodes);
        routers(&global.vrrp, nodes);
        vrrp::shared(config, nodes);
        servers(&global.lvs, nodes);
        firewall(&global.firewall, nodes);
        process("vrrp", &global.processes.vrrp, global.vrrp_rt_priority, nodes);
        process("checker", &global.processes.checker, Some(global.processes.checker.rt_priority), nodes);
        process("bfd", &global.processes.bfd, Some(global.processes.bfd.rt_priority), nodes);
        channels(global, nodes);
        agents(&global.agents, nodes);
        if let Some(user) = &global.script_user {
            nodes.line(["script_user".to_owned()].into_iter().chain(identity(user)));
        }
        nodes.flag("enable_script_security", global.script_security);
        sockets(&global.sockets, nodes);
        late(global, nodes);
        reading(&global.reading, nodes);
    });
}

/// Seconds with as many decimals as are needed, without their unit.
pub(super) fn seconds(interval: Interval) -> String {
    interval.to_string().trim_end_matches(" s").to_owned()
}

/// `USER [GROUP]`.
fn identity(user: &User) -> impl Iterator<Item = String> {
    [Some(&user.user), user.group.as_ref()].into_iter().flatten().map(Name::to_string)
}

fn names(processes: &Processes, nodes: &mut Nodes) {
    nodes.flag("process_names", processes.names);
    nodes.maybe("process_name", processes.name.as_ref());
    nodes.maybe("vrrp_process_name", processes.vrrp.name.as_ref());
    nodes.maybe("checker_process_name", processes.checker.name.as_ref());
    nodes.maybe("bfd_process_name", processes.bfd.name.as_ref());
}

fn mail(mail: &Mail, nodes: &mut Nodes) {
    nodes.maybe("notification_email_from", mail.from.as_ref());
    if let Some(server) = &mail.server {
        nodes.line(["smtp_server".to_owned(), server.host.clone(), server.port.to_string()]);
    }
    nodes.maybe("smtp_helo_name", mail.helo.as_ref());
    nodes.word("smtp_connect_timeout", seconds(mail.timeout));
    nodes.block_unless_empty(["notification_email"], |nodes| {
        mail.to.iter().for_each(|address| nodes.line([address.clone()]));
    });
}

fn scripts(global: &Global, nodes: &mut Nodes) {
    if let Some(once) = &global.startup {
        nodes.command("startup_script", Some(&once.command));
        nodes.word("startup_script_timeout", seconds(once.timeout));
    }
    if let Some(once) = &global.shutdown {
        nodes.command("shutdown_script", Some(&once.command));
        nodes.word("shutdown_script_timeout", seconds(once.timeout));
    }
    nodes.word("max_auto_priority", global.processes.max_auto_priority);
    nodes.word("min_auto_priority_delay", global.processes.auto_priority_delay.as_micros());
    match global.vrrp.dynamic_interfaces {
        DynamicInterfaces::No => {}
        DynamicInterfaces::Yes => nodes.flag("dynamic_interfaces", true),
        DynamicInterfaces::AnyType => nodes.word("dynamic_interfaces", "allow_if_changes"),
    }
    nodes.flag("no_email_faults", global.mail.no_faults);
}

fn routers(vrrp: &VrrpGlobal, nodes: &mut Nodes) {
    nodes.maybe("default_interface", vrrp.default_interface.as_ref());
    nodes.flag("disable_local_igmp", vrrp.disable_local_igmp);
}

fn servers(lvs: &LvsGlobal, nodes: &mut Nodes) {
    let times = [("tcp", lvs.timeouts.tcp), ("tcpfin", lvs.timeouts.tcp_fin), ("udp", lvs.timeouts.udp)];
    let mut line = vec!["lvs_timeouts".to_owned()];
    line.extend(times.iter().filter_map(|(word, time)| Some([(*word).to_owned(), seconds((*time)?)])).flatten());
    if line.len() > 1 {
        nodes.line(line);
    }
    nodes.flag("lvs_flush", lvs.flush);
    match lvs.flush_on_stop {
        FlushOnStop::No => {}
        FlushOnStop::All => nodes.flag("lvs_flush_on_stop", true),
        FlushOnStop::OwnServices => nodes.word("lvs_flush_on_stop", "VS"),
    }
    lvs.sync_daemon.iter().for_each(|daemon| sync_daemon(daemon, nodes));
}

fn sync_daemon(daemon: &SyncDaemon, nodes: &mut Nodes) {
    let options = [
        ("inst", daemon.instance.as_ref().map(Name::to_string)),
        ("id", Some(daemon.id.to_string())),
        ("maxlen", daemon.max_length.map(|bytes| bytes.to_string())),
        ("port", daemon.port.map(|port| port.to_string())),
        ("ttl", daemon.ttl.map(|ttl| ttl.to_string())),
        ("group", daemon.group.map(|group| group.to_string())),
    ];
    let options = options.into_iter().filter_map(|(word, value)| Some([word.to_owned(), value?])).flatten();
    nodes.line(["lvs_sync_daemon".to_owned(), daemon.interface.to_string()].into_iter().chain(options));
}

fn firewall(firewall: &Firewall, nodes: &mut Nodes) {
    nodes.maybe("nftables", firewall.nftables.as_ref());
    nodes.word("nftables_priority", firewall.nftables_priority);
    nodes.flag("nftables_ifindex", firewall.match_index);
    nodes.maybe("nftables_ipvs", firewall.ipvs_table.as_ref());
    nodes.word("nftables_ipvs_priority", firewall.ipvs_priority);
    nodes.word("nftables_ipvs_start_fwmark", firewall.ipvs_first_mark);
    nodes.flag("nftables_counters", firewall.counters);
}

fn process(name: &str, process: &Process, rt_priority: Option<u8>, nodes: &mut Nodes) {
    nodes.word(&format!("{name}_priority"), process.nice);
    nodes.flag(&format!("{name}_no_swap"), process.no_swap);
    nodes.maybe(&format!("{name}_rt_priority"), rt_priority);
    if !process.cpus.is_empty() {
        let cpus = process.cpus.iter().map(u32::to_string);
        nodes.line([format!("{name}_cpu_affinity")].into_iter().chain(cpus));
    }
    nodes.word(&format!("{name}_rlimit_rttime"), process.rt_time.as_micros());
}

fn channels(global: &Global, nodes: &mut Nodes) {
    pipe("notify_fifo", global.fifo.as_ref(), nodes);
    pipe("vrrp_notify_fifo", global.vrrp_fifo.as_ref(), nodes);
    pipe("lvs_notify_fifo", global.lvs_fifo.as_ref(), nodes);
    notify::webhook(global.webhook.as_ref(), nodes);
    nodes.flag("fifo_write_vrrp_states_on_reload", global.fifo_states_on_reload);
}

fn pipe(keyword: &str, fifo: Option<&Fifo>, nodes: &mut Nodes) {
    let Some(fifo) = fifo else { return };
    let owner = fifo.owner.iter().flat_map(identity);
    nodes.line([keyword.to_owned(), fifo.path.clone()].into_iter().chain(owner));
    nodes.command(&format!("{keyword}_script"), fifo.script.as_ref());
}

fn agents(agents: &Agents, nodes: &mut Nodes) {
    nodes.word("snmp_socket", &agents.snmp_socket);
    nodes.flag("enable_traps", agents.traps);
    nodes.flag("enable_snmp_vrrp", agents.snmp_vrrp);
    nodes.flag("enable_snmp_rfcv2", agents.snmp_rfc_v2);
    nodes.flag("enable_snmp_rfcv3", agents.snmp_rfc_v3);
    nodes.flag("enable_snmp_checker", agents.snmp_checker);
    nodes.word("snmp_vs_stats_update_interval", seconds(agents.vs_stats_age));
    nodes.word("snmp_rs_stats_update_interval", seconds(agents.rs_stats_age));
    nodes.flag("enable_dbus", agents.dbus);
    nodes.word("dbus_service_name", &agents.dbus_name);
    nodes.maybe("dbus_no_interface_name", agents.dbus_no_interface.as_ref());
}

fn sockets(sockets: &Sockets, nodes: &mut Nodes) {
    let mut one = |keyword: &str, buffer: Buffer| {
        nodes.word(keyword, buffer.size);
        nodes.switch(&format!("{keyword}_force"), buffer.force);
    };
    one("vrrp_netlink_cmd_rcv_bufs", sockets.vrrp_command);
    one("vrrp_netlink_monitor_rcv_bufs", sockets.vrrp_monitor);
    one("lvs_netlink_cmd_rcv_bufs", sockets.lvs_command);
    one("lvs_netlink_monitor_rcv_bufs", sockets.lvs_monitor);
    one("process_monitor_rcv_bufs", sockets.processes);
}

/// What the manual has behind the sizes of buffers.
fn late(global: &Global, nodes: &mut Nodes) {
    let vrrp = &global.vrrp;
    nodes.switch("rs_init_notifies", global.lvs.init_notifies);
    nodes.switch("check_sharing", !global.lvs.no_sharing);
    nodes.switch("no_checker_emails", global.mail.no_checkers);
    match vrrp.receive_buffer {
        ReceiveBuffer::Kernel => {}
        ReceiveBuffer::Mtu => nodes.word("vrrp_rx_bufs_policy", "MTU"),
        ReceiveBuffer::Advert => nodes.word("vrrp_rx_bufs_policy", "ADVERT"),
        ReceiveBuffer::Bytes(bytes) => nodes.word("vrrp_rx_bufs_policy", bytes),
    }
    nodes.word("vrrp_rx_bufs_multiplier", vrrp.receive_multiplier);
    // 0 s, which is none, cannot be written.
    let written = |delay: Interval| (!delay.is_zero()).then(|| seconds(delay));
    nodes.maybe("vrrp_startup_delay", written(vrrp.startup_delay));
    nodes.maybe("vrrp_delay_after_boot", written(vrrp.delay_after_boot));
    nodes.flag("log_unknown_vrids", vrrp.log_unknown_vrids);
    nodes.word("vmac_prefix", &vrrp.vmac_prefix);
    nodes.word("vmac_addr_prefix", &vrrp.vmac_addr_prefix);
    nodes.word("umask", format_args!("0{:03o}", global.processes.umask));
    nodes.maybe("random_seed", global.processes.random_seed);
}

fn reading(reading: &Reading, nodes: &mut Nodes) {
    bare_when_empty("reload_check_config", reading.check_on_reload.as_deref(), nodes);
    nodes.maybe("reload_time_file", reading.reload_time_file.as_ref());
    nodes.flag("reload_repeat", reading.reload_repeat);
    bare_when_empty("reload_file", reading.reload_file.as_deref(), nodes);
    nodes.maybe("config_save_dir", reading.save_directory.as_ref());
    nodes.maybe("tmp_config_directory", reading.temporary_directory.as_ref());
    nodes.switch("data_use_instance", reading.dump_by_instance);
    nodes.word("json_version", reading.json_version);
    nodes.maybe("iproute_usr_dir", reading.iproute_usr.as_ref());
    nodes.maybe("iproute_etc_dir", reading.iproute_etc.as_ref());
    nodes.maybe("state_dump_file", reading.state_dump.as_ref());
    nodes.maybe("stats_dump_file", reading.stats_dump.as_ref());
    nodes.maybe("json_dump_file", reading.json_dump.as_ref());
}

fn bare_when_empty(keyword: &str, argument: Option<&str>, nodes: &mut Nodes) {
    match argument {
        None => {}
        Some("") => nodes.flag(keyword, true),
        Some(argument) => nodes.word(keyword, argument),
    }
}

#[cfg(test)]
mod tests;
