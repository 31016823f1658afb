//! Rows of the root, of `global_defs` and of the small blocks beside it; data only.
use super::{Args, Family, key, option, value};

rows! {
    /// Words at the root.
    ROOT:
    key("linkbeat_use_polling", Args::Ignored).by("off")
        .means("asks every link for its state at intervals, without waiting for netlink").wired();
    key("net_namespace", Args::Text).error().first().usage("NAME").by("none")
        .means("the network namespace in which everything runs").wired();
    key("net_namespace_ipvs", Args::MaybeText).first().usage("[NAME]").by("same namespace as the rest")
        .means("the network namespace that holds the IPVS table").wired();
    key("namespace_with_ipsets", Args::Ignored).by("off")
        .means("permits ipsets in a named namespace, which crashes old kernels");
    key("use_pid_dir", Args::Ignored).by("off").means("pid files go to a directory of their own");
    key("instance", Args::Text).error().first().usage("NAME").by("none")
        .means("name that tells several daemons on one machine apart");
    key("child_wait_time", Args::Int { min: 0, max: 4_294_967_295 }).strict().fatal().by("5").of("s")
        .means("how long a stop may take before what still runs is killed");
    key("global_defs", Args::Block).means("settings of the whole daemon; the block may be repeated").wired();
    key("track_group", Args::Named).error()
        .means("instances that react when a static address, route or rule is lost");
    key("static_ipaddress", Args::List).usage("{ ADDRESS-LINE... }").means("addresses set at start that never move");
    key("static_routes", Args::List).usage("{ ROUTE-LINE... }").means("routes set at start that never move");
    key("static_rules", Args::List).usage("{ RULE-LINE... }").means("policy rules set at start that never move");
    key("vrrp_sync_group", Args::Named).error()
        .means("virtual routers that are master together or not at all").wired();
    key("garp_group", Args::Block).means("links that share one pace of gratuitous ARP").wired();
    key("linkbeat_interfaces", Args::List).usage("{ IF [MII|ETHTOOL|IOCTL] ... }")
        .means("links whose state is polled, and how").wired();
    key("vrrp_instance", Args::Named).error().means("one virtual router on one link").wired();
    key("vrrp_script", Args::Named).fatal().means("a command whose exit status virtual routers can follow").wired();
    key("vrrp_track_process", Args::Named).fatal().means("running programs that virtual routers can follow").wired();
    key("interface_up_down_delays", Args::List).usage("{ IF DOWN [UP] ... }")
        .means("how long a link must be up or down before it counts").wired();
    key("SSL", Args::Block).replaces().means("client key and certificates for SSL_GET").wired();
    key("virtual_server_group", Args::NamedList).fatal().usage("NAME { ADDRESS[-END] [PORT] | fwmark NUMBER ... }")
        .means("addresses, ranges and marks that virtual servers refer to by name").wired();
    key("virtual_server", Args::Head).fatal().usage("ADDR [PORT] | fwmark INT | group NAME { ... }")
        .means("one balanced service with its pool of real servers").wired();
    key("bfd_instance", Args::Named).fatal().means("one bidirectional forwarding detection session");
    key("track_file", Args::Named).fatal().means("a file with a number in it that virtual routers can follow").wired();
    key("vrrp_track_file", Args::Named).renamed("track_file").means("earlier spelling of track_file").wired();
}

rows! {
    /// Words of `global_defs`.
    GLOBAL:
    key("process_names", Args::Ignored).by("off").means("separate process names for each part of the daemon");
    key("process_name", Args::Text).fatal().usage("NAME").by("keepalived").means("process name of the daemon");
    key("vrrp_process_name", Args::Text).fatal().usage("NAME").by("parent name")
        .means("process name of the VRRP part");
    key("checker_process_name", Args::Text).fatal().usage("NAME").by("parent name")
        .means("process name of the checking part");
    key("lvs_process_name", Args::Text).renamed("checker_process_name").usage("NAME").by("parent name")
        .means("earlier spelling of checker_process_name");
    key("bfd_process_name", Args::Text).fatal().usage("NAME").by("parent name").means("process name of the BFD part");
    key("use_symlink_paths", Args::Switch).by("off")
        .means("scripts are started by the path that was written, symbolic links not resolved");
    key("router_id", Args::Text).error().usage("TEXT").by("host name")
        .means("how this director calls itself in mail, SNMP and status").wired();
    key("notification_email_from", Args::Own).error().usage("ADDRESS").by("user@host")
        .means("sender address of mail").wired();
    key("smtp_server", Args::Own).fatal().usage("HOST|IP [PORT]").by("port 25").means("the relay that takes mail").wired();
    key("smtp_helo_name", Args::Text).usage("NAME").by("local host name").means("name used to greet the relay").wired();
    key("smtp_connect_timeout", Args::Int { min: 0, max: 4294 }).fatal().by("30").of("s")
        .means("how long the relay may take to answer").wired();
    key("notification_email", Args::List).usage("{ ADDR... }").by("none").means("who gets mail").wired();
    key("smtp_alert", Args::Switch).by("unset").means("whether events are mailed, unless said elsewhere").wired();
    key("smtp_alert_vrrp", Args::Switch).by("unset (falls back to smtp_alert)")
        .means("whether VRRP events are mailed, unless said elsewhere").wired();
    key("smtp_alert_checker", Args::Switch).by("unset (falls back to smtp_alert)")
        .means("whether server events are mailed, unless said elsewhere").wired();
    key("startup_script", Args::Command).first().by("none")
        .means("one command, waited for before anything else starts").wired();
    key("startup_script_timeout", Args::Int { min: 1, max: 1000 }).error().by("10").of("s")
        .means("how long startup_script may run").wired();
    key("shutdown_script", Args::Command).first().by("none").means("one command, run when everything else has ended").wired();
    key("shutdown_script_timeout", Args::Int { min: 1, max: 1000 }).error().by("10").of("s")
        .means("how long shutdown_script may run").wired();
    key("max_auto_priority", Args::MaybeInt { min: -1, max: 99 }).by("0 (never raised, hint logged at start); no argument = 99")
        .means("highest real-time priority taken by itself when timers run late");
    key("min_auto_priority_delay", Args::Int { min: 1, max: 10_000_000 }).error().by("1000000").of("us")
        .means("how late a timer must be before the priority goes up");
    key("checker_log_all_failures", Args::Switch).by("off")
        .means("checks log each failing try, unless said elsewhere").wired();
    key("dynamic_interfaces", Args::Own).usage("[allow_if_changes]").by("off")
        .means("links may be missing, appear and vanish").wired();
    key("no_email_faults", Args::Ignored).by("off").means("entering fault is not mailed").wired();
    key("default_interface", Args::Interface).error().by("eth0").means("link of static addresses that name none");
    key("disable_local_igmp", Args::Ignored).by("off").means("stops the kernel from reporting link-local groups");
    key("v3_checksum_as_v2", Args::Ignored).by("off")
        .means("version 3 over IPv4 computes checksums without pseudo header, unless said elsewhere").wired();
    key("lvs_timeouts", Args::Own).error().usage("[tcp INT] [tcpfin INT] [udp INT]").by("unchanged").of("s")
        .means("idle times of IPVS connections").wired();
    key("lvs_flush", Args::Ignored).by("off").means("the IPVS table is emptied before the first service is added").wired();
    key("lvs_flush_on_stop", Args::Own).usage("[VS]").by("off")
        .means("the IPVS table is emptied at stop; VS limits this to own services").wired();
    key("lvs_flush_onstop", Args::Own).renamed("lvs_flush_on_stop").usage("[VS]").by("off")
        .means("earlier spelling of lvs_flush_on_stop").wired();
    key("lvs_sync_daemon", Args::Own).first().usage("IF [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDR]").by("none")
        .means("copies IPVS connections to the other director").wired();
    key("vrrp_mcast_group4", Args::Address(Family::Multicast4)).fatal().by("224.0.0.18")
        .means("where adverts over IPv4 go, unless said elsewhere").wired();
    key("vrrp_mcast_group6", Args::Address(Family::Multicast6)).fatal().by("ff02::12")
        .means("where adverts over IPv6 go, unless said elsewhere").wired();
    key("vrrp_garp_master_delay", Args::Int { min: 0, max: 4294 }).fatal().by("5").of("s")
        .means("pause before addresses are announced a second time; 0 announces once").wired();
    key("vrrp_garp_master_repeat", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("5")
        .means("announcements of each address in one burst").wired();
    key("vrrp_garp_master_refresh", Args::Int { min: 0, max: 4_294_967_295 }).fatal().uses(0).by("0 (off)").of("s")
        .means("how often a master announces again; 0 is never").wired();
    key("vrrp_garp_master_refresh_repeat", Args::Int { min: 0, max: 4_294_967_295 }).fatal().by("1")
        .means("announcements of each address in such a refresh").wired();
    key("vrrp_garp_lower_prio_delay", Args::Int { min: 0, max: 4294 }).fatal().by("value of vrrp_garp_master_delay").of("s")
        .means("pause before the second announcement after a weaker router spoke").wired();
    key("vrrp_garp_lower_prio_repeat", Args::Int { min: 0, max: 2_147_483_647 }).fatal().by("value of vrrp_garp_master_repeat")
        .means("announcements after a weaker router spoke; 0 is none").wired();
    key("vrrp_down_timer_adverts", Args::Int { min: 1, max: 100 }).fatal().by("3")
        .means("silent intervals after which a master counts as gone").wired();
    key("vrrp_garp_interval", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("0 (none)").of("s")
        .means("least pause between two gratuitous ARPs on a link").wired();
    key("vrrp_gna_interval", Args::Decimal { min: 1, max: 4_294_967_295, places: 6 }).fatal().by("0 (none)").of("s")
        .means("least pause between two neighbour advertisements on a link").wired();
    key("vrrp_min_garp", Args::Switch).by("off")
        .means("announces each address exactly once, where nothing else is said").wired();
    key("vrrp_garp_extra_if", Args::Own).usage("[all] INT 1..86400").by("0 (off)").of("s")
        .means("how often addresses on other links than the own one are announced again").wired();
    key("vrrp_vmac_garp_intvl", Args::Own).old("vrrp_garp_extra_if").usage("[all] INT 1..86400").by("0").of("s")
        .means("earlier spelling of vrrp_garp_extra_if").wired();
    key("vrrp_lower_prio_no_advert", Args::Switch).by("off")
        .means("a weaker router's advert is not answered, unless said elsewhere").wired();
    key("vrrp_higher_prio_send_advert", Args::Switch).by("on")
        .means("one last advert before a stronger router takes over, unless said elsewhere").wired();
    key("vrrp_version", Args::Int { min: 2, max: 3 }).fatal().by("2")
        .means("VRRP version over IPv4, unless said elsewhere").wired();
    key("vrrp_iptables", Args::Own).old("nftables [TABLE]").first().usage("[IN [OUT]]").by("chains INPUT and OUTPUT when given bare")
        .means("chains of iptables that filter traffic to virtual addresses; nftables does it");
    key("vrrp_ipsets", Args::Own).old("nftables [TABLE]").usage("[SET4 [SET6 [SETIF6 [IGMP [MLD [ND]]]]]]").by("keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd; bare = do not use ipsets")
        .means("ipsets that those chains refer to; nftables has sets of its own").unprinted();
    key("nftables", Args::MaybeText).first().usage("[TABLE]").by("off; bare = keepalived")
        .means("table of nftables that filters traffic to virtual addresses");
    key("nftables_priority", Args::Int { min: -2_147_483_648, max: 2_147_483_647 }).strict().fatal().by("-1")
        .means("where the chains of that table stand among others");
    key("nftables_ifindex", Args::Ignored).by("off").means("rules compare links by number, not by name");
    key("nftables_ipvs", Args::MaybeText).first().usage("[TABLE]").by("off; bare = keepalived_ipvs")
        .means("table of nftables that marks traffic of address groups").wired();
    key("nftables_ipvs_priority", Args::Int { min: -2_147_483_648, max: 2_147_483_647 }).strict().fatal().by("-1")
        .means("where the chains of that table stand among others").wired();
    key("nftables_ipvs_start_fwmark", Args::Int { min: 1, max: 4_294_967_295 }).strict().fatal().by("1000")
        .means("first of the marks given to address groups").wired();
    key("nftables_counters", Args::Ignored).by("off").means("rules count what they match").wired();
    key("vrrp_check_unicast_src", Args::Ignored).by("off")
        .means("unicast adverts are believed from listed peers only, unless said elsewhere").wired();
    key("vrrp_skip_check_adv_addr", Args::Switch).by("off")
        .means("addresses in further adverts of a known master are not compared, unless said elsewhere").wired();
    key("vrrp_strict", Args::Switch).by("off").means("the letter of the RFC, unless said elsewhere");
    key("vrrp_priority", Args::Int { min: -20, max: 19 }).error().by("0").means("nice value of the VRRP part");
    key("vrrp_no_swap", Args::Ignored).by("off").means("memory of the VRRP part is never swapped out");
    key("vrrp_rt_priority", Args::Int { min: -2_147_483_648, max: 2_147_483_647 }).error().by("0 (not real time)")
        .means("real-time priority of the VRRP part").wired();
    key("vrrp_cpu_affinity", Args::Own).error().usage("CPU [CPU...]").by("all")
        .means("processors that the VRRP part may use");
    key("vrrp_rlimit_rttime", Args::Int { min: 1, max: 4_294_967_295 }).fatal().by("10000").of("us")
        .means("processor time the VRRP part may use without a pause");
    key("vrrp_rlimit_rtime", Args::Int { min: 1, max: 4_294_967_295 }).renamed("vrrp_rlimit_rttime").by("10000").of("us")
        .means("earlier spelling of vrrp_rlimit_rttime");
    key("checker_priority", Args::Int { min: -20, max: 19 }).error().by("0").means("nice value of the checking part");
    key("checker_no_swap", Args::Ignored).by("off").means("memory of the checking part is never swapped out");
    key("checker_rt_priority", Args::Int { min: -2_147_483_648, max: 2_147_483_647 }).error().by("0 (not real time)")
        .means("real-time priority of the checking part");
    key("checker_cpu_affinity", Args::Own).error().usage("CPU [CPU...]").by("all")
        .means("processors that the checking part may use");
    key("checker_rlimit_rttime", Args::Int { min: 1, max: 4_294_967_295 }).fatal().by("10000").of("us")
        .means("processor time the checking part may use without a pause");
    key("checker_rlimit_rtime", Args::Int { min: 1, max: 4_294_967_295 }).renamed("checker_rlimit_rttime").by("10000").of("us")
        .means("earlier spelling of checker_rlimit_rttime");
    key("bfd_priority", Args::Int { min: -20, max: 19 }).error().by("0").means("nice value of the BFD part");
    key("bfd_no_swap", Args::Ignored).by("off").means("memory of the BFD part is never swapped out");
    key("bfd_rt_priority", Args::Int { min: -2_147_483_648, max: 2_147_483_647 }).error().by("0 (not real time)")
        .means("real-time priority of the BFD part");
    key("bfd_cpu_affinity", Args::Own).error().usage("CPU [CPU...]").by("all")
        .means("processors that the BFD part may use");
    key("bfd_rlimit_rttime", Args::Int { min: 1, max: 4_294_967_295 }).fatal().by("10000").of("us")
        .means("processor time the BFD part may use without a pause");
    key("bfd_rlimit_rtime", Args::Int { min: 1, max: 4_294_967_295 }).renamed("bfd_rlimit_rttime").by("10000").of("us")
        .means("earlier spelling of bfd_rlimit_rttime");
    key("notify_fifo", Args::Own).error().first().usage("PATH [USER [GROUP]]").by("none; owner = default script user")
        .means("named pipe with a line for each VRRP and server event").wired();
    key("notify_fifo_script", Args::Command).error().first().by("none")
        .means("command that reads notify_fifo, whose path it gets as last argument").wired();
    key("vrrp_notify_fifo", Args::Own).error().first().usage("PATH [USER [GROUP]]").by("none; owner = default script user")
        .means("named pipe with a line for each VRRP event").wired();
    key("vrrp_notify_fifo_script", Args::Command).error().first().by("none")
        .means("command that reads vrrp_notify_fifo, whose path it gets as last argument").wired();
    key("lvs_notify_fifo", Args::Own).error().first().usage("PATH [USER [GROUP]]").by("none; owner = default script user")
        .means("named pipe with a line for each server event").wired();
    key("lvs_notify_fifo_script", Args::Command).error().first().by("none")
        .means("command that reads lvs_notify_fifo, whose path it gets as last argument").wired();
    key("notify_webhook", Args::Own).error().usage("URL [secret SECRET] [timeout SECONDS]").by("none")
        .means("address that gets every change as JSON by HTTP POST").ours().wired();
    key("vrrp_notify_priority_changes", Args::Switch).by("off")
        .means("the pipes get a line when a priority changes, unless said elsewhere").wired();
    key("fifo_write_vrrp_states_on_reload", Args::Ignored).by("off")
        .means("a reload writes all present states to the pipes").wired();
    key("snmp_socket", Args::Own).error().first().usage("socket").by("unix:/var/agentx/master")
        .means("where the AgentX master listens");
    key("enable_traps", Args::Ignored).by("off").means("events are sent as SNMP traps");
    key("enable_snmp_vrrp", Args::Ignored).by("off").means("virtual routers can be read over SNMP");
    key("enable_snmp_keepalived", Args::Ignored).renamed("enable_snmp_vrrp").by("off")
        .means("earlier spelling of enable_snmp_vrrp");
    key("enable_snmp_rfc", Args::Ignored).by("off").means("both standard VRRP MIBs can be read");
    key("enable_snmp_rfcv2", Args::Ignored).by("off").means("the standard MIB of version 2 can be read");
    key("enable_snmp_rfcv3", Args::Ignored).by("off").means("the standard MIB of version 3 can be read");
    key("enable_snmp_checker", Args::Ignored).by("off").means("virtual servers can be read over SNMP");
    key("snmp_vs_stats_update_interval", Args::Decimal { min: 1000, max: 30_000_000, places: 6 }).fatal().by("5").of("s")
        .means("age at which counters of virtual servers are read anew");
    key("snmp_rs_stats_update_interval", Args::Decimal { min: 1000, max: 30_000_000, places: 6 }).fatal().by("virtual-server value").of("s")
        .means("age at which counters of real servers are read anew");
    key("enable_dbus", Args::Ignored).by("off").means("states and events are offered on D-Bus");
    key("dbus_service_name", Args::Text).error().usage("NAME").by("org.keepalived.Vrrp1")
        .means("name owned on D-Bus");
    key("dbus_no_interface_name", Args::Text).error().usage("NAME").by("none")
        .means("stands in D-Bus paths for a virtual router without a link");
    key("script_user", Args::User).error().by("keepalived_script if that user exists, else the daemon user")
        .means("who runs scripts that name nobody themselves").wired();
    key("enable_script_security", Args::Ignored).by("off")
        .means("root runs no script that somebody else could change").wired();
    key("vrrp_netlink_cmd_rcv_bufs", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("65536").of("bytes")
        .means("receive buffer for answers of the kernel to the VRRP part");
    key("vrrp_netlink_cmd_rcv_bufs_force", Args::Switch).by("off").means("that buffer may exceed the system's limit");
    key("vrrp_netlink_monitor_rcv_bufs", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("65536").of("bytes")
        .means("receive buffer for events of the kernel to the VRRP part");
    key("vrrp_netlink_monitor_rcv_bufs_force", Args::Switch).by("off")
        .means("that buffer may exceed the system's limit");
    key("lvs_netlink_cmd_rcv_bufs", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("65536").of("bytes")
        .means("receive buffer for answers of the kernel to the checking part");
    key("lvs_netlink_cmd_rcv_bufs_force", Args::Switch).by("off").means("that buffer may exceed the system's limit");
    key("lvs_netlink_monitor_rcv_bufs", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("65536").of("bytes")
        .means("receive buffer for events of the kernel to the checking part");
    key("lvs_netlink_monitor_rcv_bufs_force", Args::Switch).by("off")
        .means("that buffer may exceed the system's limit");
    key("process_monitor_rcv_bufs", Args::Int { min: 0, max: 4_294_967_295 }).strict().error().by("kernel default").of("bytes")
        .means("receive buffer for events about processes");
    key("process_monitor_rcv_bufs_force", Args::Switch).by("off").means("that buffer may exceed the system's limit");
    key("rs_init_notifies", Args::Switch).by("off")
        .means("a real server's first state is notified although nothing changed").wired();
    key("check_sharing", Args::Switch).by("on")
        .means("equal checks of one target run once for all real servers that have them").ours().wired();
    key("no_checker_emails", Args::Switch).by("off").means("no mail for each check, only for virtual servers").wired();
    key("vrrp_rx_bufs_policy", Args::Own).error().usage("MTU|ADVERT|INT (letters case free)").by("kernel default").of("bytes")
        .means("how receive buffers for adverts are sized").wired();
    key("vrrp_rx_bufs_multiplier", Args::Int { min: 1, max: 4_294_967_295 }).strict().error().by("3")
        .means("packets that such a buffer should hold").wired();
    key("vrrp_startup_delay", Args::Decimal { min: 1000, max: 4_294_967_295, places: 6 }).fatal().by("0").of("s")
        .means("silence after start during which adverts are thrown away").wired();
    key("vrrp_delay_after_boot", Args::Decimal { min: 1000, max: 4_294_967_295, places: 6 }).fatal().by("0").of("s")
        .means("the same, counted from boot").wired();
    key("log_unknown_vrids", Args::Ignored).by("off")
        .means("adverts of virtual routers that are not configured are logged").wired();
    key("vrrp_owner_ignore_adverts", Args::Switch).by("off")
        .means("a router with priority 255 does not listen, unless said elsewhere").wired();
    key("vmac_prefix", Args::Text).fatal().first().usage("TEXT").by("vrrp")
        .means("what names of virtual links begin with");
    key("vmac_addr_prefix", Args::Text).fatal().first().usage("TEXT").by("value of vmac_prefix or vrrp")
        .means("what names of virtual links for single addresses begin with");
    key("umask", Args::Own).fatal().usage("INT(C notation)|BIT[|BIT...]").by("0177")
        .means("permissions that new files do not get");
    key("random_seed", Args::Int { min: 0, max: 4_294_967_295 }).strict().fatal().by("clock")
        .means("first number of the random sequence; without effect in keepalived 2.4.3");
    key("reload_check_config", Args::MaybeText).usage("[LOGFILE]").by("off; bare = /dev/null")
        .means("a file with errors is not loaded on reload");
    key("reload_time_file", Args::Own).error().usage("PATH").by("none")
        .means("file whose first line says when to reload");
    key("reload_repeat", Args::Ignored).by("off").means("the reload time comes back every day");
    key("reload_file", Args::MaybeText).usage("[PATH]").by("off; bare = keepalived.reload beside the pid file")
        .means("file that exists while the configuration is read");
    key("include_check", Args::Own).usage("[[+|-]CHECK...] CHECK=read|match|wildcard_match|brace_match").by("none of them at start")
        .means("which problems of include are errors").unprinted().wired();
    key("config_save_dir", Args::Text).fatal().usage("dir").by("none")
        .means("directory that keeps each configuration read");
    key("tmp_config_directory", Args::Text).error().first().usage("dir").by("memory file")
        .means("directory for a merged copy of the configuration");
    key("data_use_instance", Args::Switch).by("off").means("names of dump files carry namespace and daemon instance");
    key("json_version", Args::Int { min: 1, max: 2 }).error().by("1").means("layout of the JSON dump");
    key("iproute_usr_dir", Args::Own).error().usage("PATH").by("build time (/usr/share/iproute2 or /etc/iproute2)")
        .means("iproute2's directory of default tables");
    key("iproute_etc_dir", Args::Own).error().usage("PATH").by("build time (/etc/iproute2)")
        .means("iproute2's directory of local tables");
    key("state_dump_file", Args::Own).error().usage("PATH").by("TMPDIR/keepalived")
        .means("base name of the dumps that SIGUSR1 asks for");
    key("stats_dump_file", Args::Own).error().usage("PATH").by("TMPDIR/keepalived.stats")
        .means("name of the statistics file; without effect in keepalived 2.4.3");
    key("json_dump_file", Args::Own).error().usage("PATH").by("TMPDIR/keepalived.json")
        .means("name of the JSON file; without effect in keepalived 2.4.3");
}

rows! {
    /// Words behind `dynamic_interfaces`.
    DYNAMIC_INTERFACES:
    option("allow_if_changes", Args::Ignored).by("off").means("a link may come back as another type").wired();
}

rows! {
    /// Words behind `lvs_timeouts`.
    LVS_TIMEOUTS:
    option("tcp", Args::Int { min: 0, max: 2_678_400 }).strict().by("unchanged").of("s")
        .means("idle time of an open TCP connection").wired();
    option("tcpfin", Args::Int { min: 0, max: 2_678_400 }).strict().by("unchanged").of("s")
        .means("idle time of a TCP connection being closed").wired();
    option("udp", Args::Int { min: 0, max: 2_678_400 }).strict().by("unchanged").of("s")
        .means("idle time of a UDP flow").wired();
}

rows! {
    /// Words behind `lvs_sync_daemon`.
    LVS_SYNC_DAEMON:
    option("inst", Args::Own).usage("NAME").by("none").means("virtual router whose state decides who sends").wired();
    option("id", Args::Int { min: 0, max: 255 }).strict().by("VRID of the instance, else 0")
        .means("number that keeps several sync pairs apart").wired();
    option("maxlen", Args::Int { min: 1, max: 65_507 }).strict().by("kernel").of("bytes")
        .means("largest sync packet").wired();
    option("port", Args::Int { min: 1, max: 65_535 }).strict().by("kernel (8848)").means("UDP port of sync packets").wired();
    option("ttl", Args::Int { min: 1, max: 255 }).strict().by("kernel (1)").means("time to live of sync packets").wired();
    option("group", Args::Own).usage("MCAST-ADDR").by("kernel (224.0.0.81)").means("multicast group of sync packets").wired();
}

rows! {
    /// Words behind `vrrp_garp_extra_if`.
    GARP_EXTRA_IF:
    option("all", Args::Ignored).by("off").means("ordinary links too, not only virtual ones").wired();
}

rows! {
    /// Words behind `notify_webhook`.
    WEBHOOK:
    value("<url>", Args::Own).usage("http://... or https://...").by("required").means("where to post").ours().wired();
    option("secret", Args::Text).by("not signed").means("key of the signature in X-Evenkeel-Signature").ours().wired();
    option("timeout", Args::Decimal { min: 1, max: 300_000, places: 3 }).by("5").of("s")
        .means("how long one attempt may take").ours().wired();
}

rows! {
    /// Words behind `include_check`.
    INCLUDE_CHECK:
    option("read", Args::Ignored).means("a matched file that cannot be read").unprinted().wired();
    option("match", Args::Ignored).means("a plain name that does not exist").unprinted().wired();
    option("wildcard_match", Args::Ignored).means("a pattern that matches nothing").unprinted().wired();
    option("brace_match", Args::Ignored).means("a brace alternative that does not exist").unprinted().wired();
}

rows! {
    /// Words of `track_group`.
    TRACK_GROUP:
    key("group", Args::List).first().usage("{ INSTANCE... }").means("members of the group");
}

rows! {
    /// Words of `garp_group`.
    GARP_GROUP:
    key("garp_interval", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("unset").of("s")
        .means("pause between two gratuitous ARPs of the group").wired();
    key("gna_interval", Args::Decimal { min: 0, max: 4_294_967_295, places: 6 }).fatal().by("unset").of("s")
        .means("pause between two neighbour advertisements of the group").wired();
    key("interface", Args::Interface).fatal().means("one link of the group").wired();
    key("interfaces", Args::List).usage("{ IF... }").means("the links of the group").wired();
}

rows! {
    /// Words of `linkbeat_interfaces`.
    LINKBEAT_INTERFACES:
    value("<interface>", Args::Own).usage("IF").means("link that is polled").wired();
    option("MII", Args::Ignored).by("MII if supported, else ETHTOOL, else IOCTL").means("asks by MII if possible").wired();
    option("ETHTOOL", Args::Ignored).by("MII if supported, else ETHTOOL, else IOCTL")
        .means("asks by ethtool if possible").wired();
    option("IOCTL", Args::Ignored).by("MII if supported, else ETHTOOL, else IOCTL").means("asks by ioctl").wired();
}

rows! {
    /// Words of `interface_up_down_delays`.
    INTERFACE_UP_DOWN_DELAYS:
    value("<interface>", Args::Own).usage("IF DOWN [UP]").means("link that the times are for").wired();
    value("<down>", Args::Own).usage("TIMER 0..255").by("0").of("s").means("how long it must be down").wired();
    value("<up>", Args::Own).usage("TIMER 0..255").by("same as down").of("s")
        .means("how long it must be up").wired();
}
