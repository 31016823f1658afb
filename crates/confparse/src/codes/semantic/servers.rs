//! Problems of virtual servers and their checks.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "no-real-servers",
        title: "a virtual server has no real servers",
        explanation: "\
There is nobody to send traffic to: no real_server block stands in it, or each was dropped.

The virtual server is skipped, its sorry server too.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-virtual-server",
        title: "a virtual server stands twice",
        explanation: "\
The kernel has one service for each address, port and protocol, and for each mark.

The settings of the first block count. Real servers of the second that the first does not have join it, as with keepalived,
which fills the one service from both.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\nvirtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\nvirtual_server 192.0.2.10 443 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-real-server",
        title: "a real server stands twice",
        explanation: "\
One virtual server has each real server, by address and port, once. The first block is kept; give it more weight
instead.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        TCP_CHECK {\n        }\n    }\n    real_server 192.0.2.21 80 {\n        TCP_CHECK {\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        TCP_CHECK {\n        }\n    }\n    real_server 192.0.2.22 80 {\n        TCP_CHECK {\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "protocol-missing",
        title: "a virtual server has no protocol",
        explanation: "\
TCP, UDP or SCTP must be said. It is taken as UDP, as in keepalived, which is rarely meant.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "protocol-with-mark",
        title: "a firewall mark has no protocol",
        explanation: "\
A service that is chosen by mark takes whatever carries the mark. The line is ignored.",
        example: "virtual_server fwmark 7 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 {\n        weight 1\n        TCP_CHECK {\n            connect_port 80\n        }\n    }\n}\n",
        fixed: "virtual_server fwmark 7 {\n    lvs_sched wlc\n    lvs_method NAT\n    real_server 192.0.2.21 {\n        weight 1\n        TCP_CHECK {\n            connect_port 80\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "scheduler-missing",
        title: "a virtual server has no scheduler",
        explanation: "\
lvs_sched says who gets the next connection. It is taken as wlc: the server with the fewest connections for its
weight.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "method-missing",
        title: "a virtual server has no forwarding method",
        explanation: "\
lvs_method says how packets reach the servers: NAT rewrites them, DR sends them on with another hardware address, TUN
wraps them. It is taken as NAT.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "persistence-missing",
        title: "a service for every port has no persistence",
        explanation: "\
Port 0 stands for every port, and the kernel takes that only with persistence.

persistence_timeout is set to 360 s.",
        example: "virtual_server 192.0.2.10 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    persistence_timeout 300\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "ops-without-udp",
        title: "one-packet scheduling without UDP",
        explanation: "\
With ops each packet is balanced by itself, which makes sense for UDP only. The line is ignored.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    ops\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol UDP\n    ops\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "flag-without-hashing",
        title: "a flag of a hashing scheduler without one",
        explanation: "\
The word needs `lvs_sched sh` or `lvs_sched mh` above it in the same block. The line is ignored.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    sh-port\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched sh\n    lvs_method NAT\n    protocol TCP\n    sh-port\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "quorum-too-high",
        title: "a quorum can never be reached",
        explanation: "\
The quorum is the live weight needed to serve, and here it is above the weight of all servers together.

It is reduced to that weight: one failing server ends the service, then.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    quorum 5\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    quorum 1\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "hysteresis-too-high",
        title: "a hysteresis is not below the quorum",
        explanation: "\
The quorum is lost below quorum minus hysteresis, which would be nothing. The hysteresis is reduced to one less than
the quorum.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    quorum 1\n    hysteresis 1\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    quorum 1\n    hysteresis 0\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "no-sorry-server",
        title: "a word about the sorry server without one",
        explanation: "\
sorry_server_inhibit and sorry_server_lvs_method stand behind the sorry_server that they are about. The line is
ignored.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    sorry_server_inhibit\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    sorry_server 192.0.2.30 80\n    sorry_server_inhibit\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "port-mismatch",
        title: "a server has another port than its service",
        explanation: "\
Only NAT can change the port of a packet on its way. With DR and TUN the server gets it as it came.

The port of the service is used; under a mark the port is left out.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method DR\n    protocol TCP\n    real_server 192.0.2.21 8080 {\n        TCP_CHECK {\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 8080 {\n        TCP_CHECK {\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "check-without-url",
        title: "HTTP_GET has no page to fetch",
        explanation: "\
An HTTP_GET block needs at least one url block with a path.

The check is dropped. A server without any check counts as up.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n            }\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "url-without-path",
        title: "a url has no path",
        explanation: "\
The path is what is asked of the server; the front page is `/`. The url is dropped.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                status_code 200\n            }\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n                status_code 200\n            }\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "server-not-checked",
        title: "the only check of a server is not made",
        explanation: "\
The server has checks, and none of them is made by this program yet: a BFD session that is followed counts as up. So the
server counts as up and gets traffic, whatever its state.

Add a TCP_CHECK or HTTP_GET beside the other check.",
        example: "bfd_instance b1 {\n    neighbor_ip 192.0.2.99\n}\nvirtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        BFD_CHECK {\n            name b1\n        }\n    }\n}\n",
        fixed: "bfd_instance b1 {\n    neighbor_ip 192.0.2.99\n}\nvirtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        BFD_CHECK {\n            name b1\n        }\n        TCP_CHECK {\n        }\n    }\n}\n",
        fatal_status: 0,
    },
];
