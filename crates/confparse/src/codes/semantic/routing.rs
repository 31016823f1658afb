//! Problems of lines of routes and rules.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "bad-routing-word",
        title: "a word of a route or rule has a value that it cannot have",
        explanation: "\
A line of routes or rules has a word whose value makes no sense: a mark that is no number, a range that is turned round,
an address of another family.

Mostly the whole line is ignored, as in keepalived, because a route or rule without one of its conditions would match
more than was meant. The message says so, and says where only the word is lost: bad ports of a rule, a way of several, a
tunnel.

Correct the value. What may stand there is told by `evenkeel explain` and the keyword.",
        example: "static_rules {\n    from 192.0.2.0/24 table 10 preference 100 uidrange 2000-1000\n}\n",
        fixed: "static_rules {\n    from 192.0.2.0/24 table 10 preference 100 uidrange 1000-2000\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-routing-name",
        title: "a routing table, protocol, scope or the like has no such name",
        explanation: "\
Routing tables, protocols, scopes, realms, types of service and link groups are numbers. Names for them stand in files
of iproute2: rt_tables, rt_protos, rt_scopes, rt_realms, rt_dsfield and group, in /etc/iproute2 or, where that has no
such file, in /usr/share/iproute2; and in directories beside them, as rt_tables.d/NAME.conf. iproute_etc_dir and
iproute_usr_dir name other places. Names of transport protocols stand in /etc/protocols.

The name is in none of them, or the number is larger than there can be. The line is ignored.

Write the number, or add the name to the file on every director.",
        example: "static_routes {\n    198.51.100.0/24 via 192.0.2.254 dev eth0 table blue\n}\n",
        fixed: "static_routes {\n    198.51.100.0/24 via 192.0.2.254 dev eth0 table 100\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "protocol-of-others",
        title: "a watched route or rule is said to be somebody else's",
        explanation: "\
Routes and rules in the kernel carry the number of whoever set them. What is put back when somebody removes it must be
known as ours, so its protocol is keepalived, 18.

The protocol is 18, whatever the line says.

Remove the word protocol, or add no_track: the route or rule is then set once and not watched.",
        example: "static_routes {\n    198.51.100.0/24 via 192.0.2.254 dev eth0 protocol static\n}\n",
        fixed: "static_routes {\n    198.51.100.0/24 via 192.0.2.254 dev eth0 protocol static no_track\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "route-without-destination",
        title: "a route has no destination",
        explanation: "\
A route says how to reach a network. The line names a router or link and no network.

The line is ignored.

Write the network in front, or `default` for all addresses.",
        example: "static_routes {\n    via 192.0.2.254 dev eth0\n}\n",
        fixed: "static_routes {\n    default via 192.0.2.254 dev eth0\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "rule-action",
        title: "a rule does nothing, or two things, or what does not go together",
        explanation: "\
A rule says what happens to packets that match it: look up a table (table, l3mdev), go on with a later rule (goto),
nothing (nop), or drop or refuse them (blackhole, prohibit, unreachable). It needs exactly one of these.

goto needs a preference of its own and a target behind it: rules are read forward only. realms, suppress_prefixlength
and suppress_ifgroup are about what a look-up finds, and go with table and l3mdev alone.

The line is ignored.

Leave one action in the line; for two, write two rules.",
        example: "static_rules {\n    from 192.0.2.0/24 preference 100\n}\n",
        fixed: "static_rules {\n    from 192.0.2.0/24 preference 100 table 10\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "track-group-without-link",
        title: "a watched route or rule names no link",
        explanation: "\
track_group says which virtual routers are in fault while a static route or rule is gone. That is watched by its link,
and the line has no dev.

The route or rule is set; nobody reacts when it is lost.

Add dev and the link, or remove track_group.",
        example: "track_group uplink {\n    group {\n        web\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nstatic_routes {\n    198.51.100.0/24 via 192.0.2.254 track_group uplink\n}\n",
        fixed: "track_group uplink {\n    group {\n        web\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nstatic_routes {\n    198.51.100.0/24 via 192.0.2.254 dev eth0 track_group uplink\n}\n",
        fatal_status: 0,
    },
];
