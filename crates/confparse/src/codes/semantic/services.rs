//! Problems of services: groups of addresses, tunnels, thresholds, the connection sync daemon.
use crate::codes::Code;

/// A virtual server with a checked real server, around further lines of its own and of the real server.
macro_rules! service {
    ($head:literal, $own:literal, $real:literal) => {
        concat!(
            "virtual_server ",
            $head,
            " {\n    lvs_sched wlc\n",
            $own,
            "    real_server 192.0.2.21 80 {\n",
            $real,
            "        TCP_CHECK {\n        }\n    }\n}\n"
        )
    };
}

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "tunnel-options",
        title: "options of a tunnel do not go together",
        explanation: "\
With lvs_method TUN, type gue needs a port and no other type takes one; csum goes with gue and gre, remcsum with gue alone.

The options are ignored and the tunnel is a plain IP-in-IP tunnel, as in keepalived: a server that expects another kind does
not understand it. Put the line right.",
        example: service!("192.0.2.10 80", "    lvs_method TUN type gue\n    protocol TCP\n", ""),
        fixed: service!("192.0.2.10 80", "    lvs_method TUN type gue port 6080\n    protocol TCP\n", ""),
        fatal_status: 0,
    },
    Code {
        name: "bad-range",
        title: "a line of a group is no range",
        explanation: "\
An entry of a virtual_server_group is an address, a range whose end is above its beginning (10.0.0.1-5, or the whole last
address), or a network without bits behind its length (10.0.0.0/24). Each address becomes a service of its own in the kernel,
so a range has at most 65536 addresses.

The line is ignored and the rest of the group is used.",
        example: concat!(
            "virtual_server_group web {\n    192.0.2.10-5 80\n    192.0.2.20 80\n}\n",
            service!("group web", "    lvs_method NAT\n    protocol TCP\n", "")
        ),
        fixed: concat!(
            "virtual_server_group web {\n    192.0.2.10-15 80\n    192.0.2.20 80\n}\n",
            service!("group web", "    lvs_method NAT\n    protocol TCP\n", "")
        ),
        fatal_status: 0,
    },
    Code {
        name: "group-without-entries",
        title: "a group lists nothing",
        explanation: "\
A virtual_server_group needs at least one address or mark that can be read. The group is dropped, and with it each
virtual server that stands for it.",
        example: "virtual_server_group web {\n}\n",
        fixed: "virtual_server_group web {\n    192.0.2.10 80\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-server-group",
        title: "a virtual server stands for a group that does not exist",
        explanation: "\
No virtual_server_group has this name, or the one that has it was dropped. Groups may stand anywhere in the file.

The virtual server is skipped. keepalived logs that too, and its -t says nothing.",
        example: service!("group wbe", "    lvs_method NAT\n    protocol TCP\n", ""),
        fixed: concat!(
            "virtual_server_group web {\n    192.0.2.10 80\n}\n",
            service!("group web", "    lvs_method NAT\n    protocol TCP\n", "")
        ),
        fatal_status: 0,
    },
    Code {
        name: "overlapping-services",
        title: "two lines stand for the same service",
        explanation: "\
The kernel has one service for each address, port and protocol, and for each mark. Here a line of a group and another line,
of the same group or elsewhere, stand for the same.

The first one takes it, and its pool serves. Take the address out of one of them.",
        example: concat!(
            "virtual_server_group web {\n    192.0.2.10-20 80\n}\n",
            service!("group web", "    lvs_method NAT\n    protocol TCP\n", ""),
            service!("192.0.2.15 80", "    lvs_method NAT\n    protocol TCP\n", "")
        ),
        fixed: concat!(
            "virtual_server_group web {\n    192.0.2.10-20 80\n}\n",
            service!("group web", "    lvs_method NAT\n    protocol TCP\n", ""),
            service!("192.0.2.25 80", "    lvs_method NAT\n    protocol TCP\n", "")
        ),
        fatal_status: 0,
    },
    Code {
        name: "lthreshold-too-high",
        title: "a lower threshold is above the upper one",
        explanation: "\
uthreshold ends new connections to a server, lthreshold begins them again, so it is the smaller one. The kernel refuses a
server that has it the other way round, or a lower threshold alone.

The line is ignored: connections begin again at three quarters of the upper threshold.",
        example: service!(
            "192.0.2.10 80",
            "    lvs_method NAT\n    protocol TCP\n",
            "        uthreshold 100\n        lthreshold 200\n"
        ),
        fixed: service!(
            "192.0.2.10 80",
            "    lvs_method NAT\n    protocol TCP\n",
            "        uthreshold 100\n        lthreshold 80\n"
        ),
        fatal_status: 0,
    },
    Code {
        name: "ha-suspend-without-address",
        title: "ha_suspend without one virtual address",
        explanation: "\
With ha_suspend, checks rest while the virtual address of the service is on another director. A firewall mark has no
address, and a group has many: checks always run.",
        example: service!("fwmark 7", "    lvs_method NAT\n    ha_suspend\n", ""),
        fixed: service!("192.0.2.10 80", "    lvs_method NAT\n    protocol TCP\n    ha_suspend\n", ""),
        fatal_status: 0,
    },
    Code {
        name: "name-too-long",
        title: "a name is too long for the kernel",
        explanation: "\
The name of a persistence engine has at most 16 bytes; the only one in use is sip. The name is cut.",
        example: service!(
            "192.0.2.10 5060",
            "    lvs_method NAT\n    protocol UDP\n    persistence_timeout 60\n    persistence_engine session_initiation\n",
            ""
        ),
        fixed: service!(
            "192.0.2.10 5060",
            "    lvs_method NAT\n    protocol UDP\n    persistence_timeout 60\n    persistence_engine sip\n",
            ""
        ),
        fatal_status: 0,
    },
    Code {
        name: "unknown-instance",
        title: "the connection sync daemon follows an instance that does not exist",
        explanation: "\
lvs_sync_daemon names a vrrp_instance whose state decides whether connections are sent or received. There is none of this
name, or it was skipped.

Connections are not copied: after a failover clients have to connect again.",
        example: "global_defs {\n    lvs_sync_daemon eth1 VI_1\n}\n",
        fixed: "global_defs {\n    lvs_sync_daemon eth1\n}\n",
        fatal_status: 0,
    },
];
