//! Whatever settings of the daemon can be read are printed so that they are read as the same ones.
use crate::load;
use crate::print::{self, node};
use crate::source::{Context, MemoryLoader, UnknownHost};
use model::config::global::{
    Agents, Command, DynamicInterfaces, Fifo, Firewall, Global, IpvsNamespace, LimitedCommand, Mail, MailServer,
    ReceiveBuffer, User, VrrpGlobal,
};
use model::config::process::{Buffer, Process, Processes, Reading, Sockets};
use model::{Config, InterfaceName, Interval, Name};
use proptest::option::of;
use proptest::prelude::*;

/// Names, paths, and what must be quoted.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9/._:@-]{1,15}",
        "[a-z#!{} $~'-]{1,15}".prop_filter("blanks alone", |word| !word.trim().is_empty())
    ]
}

fn names() -> impl Strategy<Value = Name> {
    words().prop_map(Name::from)
}

fn users() -> impl Strategy<Value = User> {
    ("[a-z]{1,8}", of("[a-z]{1,8}"))
        .prop_map(|(user, group)| User { user: Name::from(user), group: group.map(Name::from) })
}

fn commands() -> impl Strategy<Value = Command> {
    (proptest::collection::vec("[a-z0-9/.-]{1,6}", 1..4), of(users())).prop_map(|(mut argv, user)| {
        argv[0].insert(0, '/');
        Command { line: argv.join(" "), argv, user }
    })
}

fn limited() -> impl Strategy<Value = LimitedCommand> {
    (commands(), 1..=1000_u64)
        .prop_map(|(command, seconds)| LimitedCommand { command, timeout: Interval::from_secs(seconds) })
}

fn fifos() -> impl Strategy<Value = Fifo> {
    (words(), of(users()), of(commands())).prop_map(|(path, owner, script)| Fifo { path, owner, script })
}

fn mail() -> impl Strategy<Value = Mail> {
    let server = (words(), 1..=u16::MAX).prop_map(|(host, port)| MailServer { host, port });
    let to = proptest::collection::vec(words(), 0..3);
    (to, of(words()), of(server), of(words()), 1..=4294_u64, any::<(bool, bool)>()).prop_map(
        |(to, from, server, helo, seconds, (no_faults, no_checkers))| Mail {
            to,
            from,
            server,
            helo,
            timeout: Interval::from_secs(seconds),
            no_faults,
            no_checkers,
        },
    )
}

/// Nothing, or a time between 1 ms and the longest that can be written.
fn delays() -> impl Strategy<Value = Interval> {
    prop_oneof![Just(0), 1000..=u64::from(u32::MAX)].prop_map(Interval::from_micros)
}

fn vrrp() -> impl Strategy<Value = VrrpGlobal> {
    let links =
        prop_oneof![Just(DynamicInterfaces::No), Just(DynamicInterfaces::Yes), Just(DynamicInterfaces::AnyType)];
    let buffers = prop_oneof![
        Just(ReceiveBuffer::Kernel),
        Just(ReceiveBuffer::Mtu),
        Just(ReceiveBuffer::Advert),
        (1..=u32::MAX).prop_map(ReceiveBuffer::Bytes)
    ];
    let names = (of("[a-z]{1,15}"), words(), words());
    (links, buffers, names, delays(), delays(), any::<(bool, bool)>(), 1..=u32::MAX).prop_map(
        |(dynamic_interfaces, receive_buffer, names, startup_delay, delay_after_boot, switches, receive_multiplier)| {
            VrrpGlobal {
                dynamic_interfaces,
                default_interface: names.0.map(|name| InterfaceName::new(&name).unwrap()),
                disable_local_igmp: switches.0,
                startup_delay,
                delay_after_boot,
                log_unknown_vrids: switches.1,
                vmac_prefix: names.1,
                vmac_addr_prefix: names.2,
                receive_buffer,
                receive_multiplier,
                garp_groups: Vec::new(),
            }
        },
    )
}

fn firewall() -> impl Strategy<Value = Firewall> {
    (of(words()), of(words()), any::<(i32, i32)>(), 1..=u32::MAX, any::<(bool, bool)>()).prop_map(
        |(nftables, ipvs_table, priorities, ipvs_first_mark, switches)| Firewall {
            nftables,
            nftables_priority: priorities.0,
            match_index: switches.0,
            counters: switches.1,
            ipvs_table,
            ipvs_priority: priorities.1,
            ipvs_first_mark,
        },
    )
}

fn agents() -> impl Strategy<Value = Agents> {
    let ages = || (1000..=30_000_000_u64).prop_map(Interval::from_micros);
    (words(), any::<[bool; 6]>(), ages(), ages(), words(), of(words())).prop_map(
        |(snmp_socket, on, vs_stats_age, rs_stats_age, dbus_name, dbus_no_interface)| Agents {
            snmp_socket,
            traps: on[0],
            snmp_vrrp: on[1],
            snmp_rfc_v2: on[2],
            snmp_rfc_v3: on[3],
            snmp_checker: on[4],
            vs_stats_age,
            rs_stats_age,
            dbus: on[5],
            dbus_name,
            dbus_no_interface,
        },
    )
}

fn processes() -> impl Strategy<Value = Processes> {
    let process = || {
        let cpus = proptest::collection::btree_set(0..1024_u32, 0..4).prop_map(|cpus| cpus.into_iter().collect());
        (of("[a-z]{1,15}"), -20..=19_i8, any::<bool>(), 0..=99_u8, cpus, 2..=u32::MAX).prop_map(
            |(name, nice, no_swap, rt_priority, cpus, micros)| Process {
                name,
                nice,
                no_swap,
                rt_priority,
                cpus,
                rt_time: Interval::from_micros(micros.into()),
            },
        )
    };
    let numbers = (-1..=99_i8, 1..=10_000_000_u64, 0..=0o777_u32, of(any::<u32>()), any::<u32>());
    (any::<bool>(), of("[a-z]{1,15}"), process(), process(), process(), numbers).prop_map(
        |(names, name, vrrp, checker, bfd, numbers)| Processes {
            names,
            name,
            // Its real-time priority stands elsewhere.
            vrrp: Process { rt_priority: 0, ..vrrp },
            checker,
            bfd,
            max_auto_priority: numbers.0,
            auto_priority_delay: Interval::from_micros(numbers.1),
            umask: numbers.2,
            random_seed: numbers.3,
            stop_limit: Interval::from_secs(numbers.4.into()),
        },
    )
}

fn sockets() -> impl Strategy<Value = Sockets> {
    let buffer = || any::<(u32, bool)>().prop_map(|(size, force)| Buffer { size, force });
    (buffer(), buffer(), buffer(), buffer(), buffer()).prop_map(|buffers| Sockets {
        vrrp_command: buffers.0,
        vrrp_monitor: buffers.1,
        lvs_command: buffers.2,
        lvs_monitor: buffers.3,
        processes: buffers.4,
    })
}

fn reading() -> impl Strategy<Value = Reading> {
    let bare = || of(prop_oneof![Just(String::new()), words()]);
    let paths = proptest::array::uniform8(of(words()));
    (bare(), bare(), paths, any::<(bool, bool)>(), 1..=2_u8).prop_map(
        |(check_on_reload, reload_file, paths, switches, json_version)| {
            let [time, save, temporary, usr, etc, state, stats, json] = paths;
            Reading {
                check_on_reload,
                reload_time_file: time,
                reload_repeat: switches.0,
                reload_file,
                save_directory: save,
                temporary_directory: temporary,
                dump_by_instance: switches.1,
                json_version,
                iproute_usr: usr,
                iproute_etc: etc,
                state_dump: state,
                stats_dump: stats,
                json_dump: json,
            }
        },
    )
}

fn globals() -> impl Strategy<Value = Global> {
    let namespaces =
        prop_oneof![Just(IpvsNamespace::Same), Just(IpvsNamespace::Original), names().prop_map(IpvsNamespace::Named)];
    let root = (words(), of(names()), of(names()), namespaces, any::<[bool; 7]>());
    let pipes = [of(fifos()), of(fifos()), of(fifos())];
    let scripts = (of(users()), of(limited()), of(limited()), pipes, of(0..=99_u8));
    let parts = (mail(), vrrp(), firewall(), agents(), processes(), sockets(), reading());
    (root, scripts, parts).prop_map(|(root, scripts, parts)| {
        let [fifo, vrrp_fifo, lvs_fifo] = scripts.3;
        Global {
            router_id: root.0,
            pid_directory: root.4[0] || root.1.is_some() || root.2.is_some(),
            instance: root.1,
            namespace: root.2,
            ipvs_namespace: root.3,
            namespace_ipsets: root.4[1],
            script_user: scripts.0,
            script_security: root.4[2],
            symlink_paths: root.4[3],
            fifo,
            vrrp_fifo,
            lvs_fifo,
            fifo_states_on_reload: root.4[4],
            vrrp_rt_priority: scripts.4,
            startup: scripts.1,
            shutdown: scripts.2,
            mail: parts.0,
            vrrp: parts.1,
            firewall: parts.2,
            agents: parts.3,
            processes: parts.4,
            sockets: parts.5,
            reading: parts.6,
            poll_links: root.4[5],
            ..Global::default()
        }
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(global in globals()) {
        let config = Config { global, ..Config::default() };
        let text = node::text(&print::config(&config));
        let context = Context { config_id: "main".into(), host_name: "main".into(), all_include_checks: false };
        let loaded = load("k.conf", &MemoryLoader::new().file("k.conf", text.as_bytes()), &context, &UnknownHost);
        prop_assert_eq!(&loaded.config.global, &config.global, "{}\n{:?}", text, loaded.diagnostics);
    }
}
