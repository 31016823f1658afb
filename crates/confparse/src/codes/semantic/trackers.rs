//! Problems of what virtual routers follow, and of what its weights can do.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "unknown-tracker",
        title: "what is tracked is not defined above",
        explanation: "\
track_file, track_process and track_bfd name a track_file, a vrrp_track_process and a bfd_instance that stand before them
in the text. One that stands further down, or that was dropped because something is wrong with it, is unknown.

It is not tracked, so its loss changes nothing.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_file {\n        drain\n    }\n}\n",
        fixed: "track_file drain {\n    file /run/drain\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_file {\n        drain\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "quorum-above-maximum",
        title: "quorum and quorum_max contradict each other",
        explanation: "\
quorum says how many processes must run at least, quorum_max how many may run at most. No number satisfies both here.

The line is ignored. `quorum_max 0` alone says that none may run.",
        example: "vrrp_track_process web {\n    process nginx\n    quorum 3\n    quorum_max 2\n}\n",
        fixed: "vrrp_track_process web {\n    process nginx\n    quorum 2\n    quorum_max 3\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bfd-name-too-long",
        title: "the name of a BFD session is too long",
        explanation: "\
It has at most 31 bytes. The bfd_instance is dropped.",
        example: "bfd_instance the-router-on-the-other-side-of-the-road {\n    neighbor_ip 192.0.2.2\n}\n",
        fixed: "bfd_instance peer {\n    neighbor_ip 192.0.2.2\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-bfd-session",
        title: "two BFD sessions have the same ends",
        explanation: "\
Packets of the two could not be told apart: neighbor_ip and source_ip are the same.

The second bfd_instance is dropped.",
        example: "bfd_instance a {\n    neighbor_ip 192.0.2.2\n}\nbfd_instance b {\n    neighbor_ip 192.0.2.2\n}\n",
        fixed: "bfd_instance a {\n    neighbor_ip 192.0.2.2\n}\nbfd_instance b {\n    neighbor_ip 192.0.2.3\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "hops-above-ttl",
        title: "max_hops is above ttl",
        explanation: "\
A packet that starts with this time to live has made no more hops than that when it arrives. -1 and 255 ask for no
limit, which takes `ttl 255`; over IPv6 the ttl is 64 unless written.

max_hops is the ttl.",
        example: "bfd_instance peer {\n    neighbor_ip 192.0.2.2\n    ttl 10\n    max_hops 20\n}\n",
        fixed: "bfd_instance peer {\n    neighbor_ip 192.0.2.2\n    ttl 20\n    max_hops 10\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "priority-out-of-reach",
        title: "weights lead out of the range of priorities",
        explanation: "\
Weights move the priority of a router between 1 and 254: 255 belongs to the owner of the addresses, and 0 says that a
router leaves. A sum beyond that is cut, so that part of the weights is lost: a director that should be stronger than
its peer by 20 may be stronger by 4 only, or as weak as it.

The message tells the sum and what is used.

Choose a base priority in the middle, and weights that fit around it.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 240\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight 20\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 200\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight 20\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "weight-without-effect",
        title: "a tracker cannot change the priority",
        explanation: "\
The priority is the same whether this tracker is good or bad while all others are good: the other weights hold it at the
end of its range, or it is there by itself.

The failure that the tracker looks for moves nothing, then.

Lower the base priority or the other weights.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 254\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight 20\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 254\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight -20\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "nopreempt-with-weight",
        title: "nopreempt holds back what weights should move",
        explanation: "\
A weight lowers the priority of a master that has a problem, so that a healthy backup takes over. A backup with nopreempt
does not do that: it leaves any master alone that still speaks, however weak. If all directors say nopreempt, weights
move nothing, and the first master stays for as long as it can speak.

A tracker of weight 0 is a fault: the master gives up its addresses and falls silent, and a backup with nopreempt takes
over as after a crash. When the fault is gone, the old master comes back as backup, and nopreempt keeps it there: that is
what nopreempt is for.

Use weight 0, or leave out nopreempt on the directors that should take over; preempt_delay can hold back the return.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight -20\n    }\n    nopreempt\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight 0\n    }\n    nopreempt\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "weight-in-group",
        title: "weights do not count in a sync group",
        explanation: "\
Members of a sync group change state together, and priorities of one member say nothing about the others. So weights of
its trackers count as 0: when one is bad, the whole group goes to fault. That holds for what members track and for what
the group tracks.

With sync_group_tracking_weight in the group weights count; trackers of the group then change the priority of every
member.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight -20\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n    sync_group_tracking_weight\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight -20\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "directory-missing",
        title: "the directory of a tracked file does not exist",
        explanation: "\
A tracked file may come and go: while it is not there, its number counts as 0. Its directory must exist, because changes
are watched for there. A directory below /run is gone after each boot, unless tmpfiles.d or a unit makes it.

The file counts as 0 until both appear.",
        example: "track_file drain {\n    file /usr/bin/missing/drain\n}\n",
        fixed: "track_file drain {\n    file /run/drain\n}\n",
        fatal_status: 0,
    },
];
