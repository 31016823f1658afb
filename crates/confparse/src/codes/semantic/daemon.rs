//! Problems of the settings of the daemon itself.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "bad-table-name",
        title: "a table of nftables cannot have this name",
        explanation: "\
The kernel takes names of tables of 1 to 255 bytes.

The line is ignored: no table is made for it. Written without a name, nftables means table keepalived, and
nftables_ipvs table keepalived_ipvs.

Shorten the name, or leave it out.",
        example: "global_defs {\n    nftables \"\"\n}\n",
        fixed: "global_defs {\n    nftables\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "process-name-too-long",
        title: "the name of a process is too long",
        explanation: "\
The kernel keeps 15 bytes of the name of a process or thread, and tools such as ps and top show no more.

The first 15 bytes are used.

Write a shorter name.",
        example: "global_defs {\n    process_name keepalived_of_the_web\n}\n",
        fixed: "global_defs {\n    process_name keepalived_web\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-umask",
        title: "umask is neither a number nor a list of bits",
        explanation: "\
umask says which permissions new files do not get. It is a number up to 0777, written as in C (0177 is octal, 127 is the
same in decimal), or names of bits with | between: IRUSR, IWUSR, IXUSR and IRWXU for the owner, the same with GRP and
OTH for the group and for others.

The line is ignored, and new files are for their owner alone.

Correct the number or the names; each two names need a | between them.",
        example: "global_defs {\n    umask 0877\n}\n",
        fixed: "global_defs {\n    umask 077\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "group-not-link-local",
        title: "the multicast group of IPv6 adverts is not of link-local scope",
        explanation: "\
VRRP speaks to the routers of one link. The group of RFC 9568 is ff02::12, whose scope, the 2 in ff02, is that link. A
group of a wider scope may be forwarded by multicast routers, and adverts that come from another link are not meant for
this one.

The group is used.

Use a group that begins with ff02.",
        example: "global_defs {\n    vrrp_mcast_group6 ff05::12\n}\n",
        fixed: "global_defs {\n    vrrp_mcast_group6 ff02::12\n}\n",
        fatal_status: 0,
    },
];
