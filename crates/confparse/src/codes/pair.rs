//! Problems between two directors, which `evenkeel check --pair` finds. Each example is the one file of two directors, `lb1`
//! and `lb2`.
use super::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "pair-router-missing",
        title: "a virtual router is on one director only",
        explanation: "\
Directors know each other's virtual routers by link, family and virtual_router_id. This one is on one of the two only.

When that director fails, nobody takes over its addresses.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n@lb1 vrrp_instance mail { \n@lb1 interface eth0\n@lb1 virtual_router_id 52\n@lb1 virtual_ipaddress { 192.0.2.20/24 }\n@lb1 }\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-vrid-differs",
        title: "an instance has another virtual_router_id on each director",
        explanation: "\
Directors know each other's virtual routers by virtual_router_id. Two instances of one name with different numbers do not
know each other.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    @lb1 virtual_router_id 51\n    @lb2 virtual_router_id 52\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-version-differs",
        title: "two directors speak different versions of VRRP",
        explanation: "\
An advert of another version is refused (RFC 9568 section 7.1).

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 version 2\n    @lb2 version 3\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    version 3\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-interface-differs",
        title: "an instance is on links of different names",
        explanation: "\
The names of links belong to each machine and may differ. What counts is that both links are in one network: adverts do not
cross routers.

Where the two names are the same network, nothing is wrong.",
        example: "vrrp_instance web {\n    @lb1 interface eth0\n    @lb2 interface eth1\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-both-owners",
        title: "both directors claim to own the addresses",
        explanation: "\
Priority 255 says that a director owns the addresses as its own: it becomes master without listening first. Only one can.

Both become master at once; then the one with the lower source address gives way, and takes over again at every start.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 255\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-priority-equal",
        title: "both directors have the same priority",
        explanation: "\
Where priorities are equal, the higher source address of the adverts decides (RFC 9568 section 6.4.3), and the times after
which a silent master counts as gone are the same: both may become master at the same moment.

Give the director that is to be master the higher number; the difference also spreads their timers.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-both-nopreempt",
        title: "neither director takes over from a weaker one",
        explanation: "\
With nopreempt on both, who is master stays master. That saves a switch when a repaired director comes back; it also means
that priorities decide only while nobody is master, and that a director whose scripts lower its priority keeps on.

If that is what you want, nothing is wrong.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    nopreempt\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb2 nopreempt\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-interval-differs",
        title: "the advert intervals differ",
        explanation: "\
In version 2 an advert with another interval is refused (RFC 3768 section 7.1): both directors become master and hold the
addresses at once.

In version 3 a backup takes the interval of the master's adverts: it works, but how fast a failure is noticed depends on
who is master.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 advert_int 1\n    @lb2 advert_int 2\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    advert_int 2\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-authentication-differs",
        title: "type or password of the authentication differ",
        explanation: "\
In version 2 an advert with another authentication type or password is refused.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    authentication {\n        auth_type PASS\n        @lb1 auth_pass one\n        @lb2 auth_pass two\n    }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    authentication {\n        auth_type PASS\n        auth_pass one\n    }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-hmac-differs",
        title: "one director refuses the signatures of the other",
        explanation: "\
Each director needs the key with which the other signs, under the same number. Add a new key on both directors first, and make
it active afterwards.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    version 3\n    auth_hmac {\n        @lb1 key 1 0123456789abcdef0123456789abcdef\n        @lb2 key 1 fedcba9876543210fedcba9876543210\n        active_key 1\n    }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    version 3\n    auth_hmac {\n        key 1 0123456789abcdef0123456789abcdef\n        active_key 1\n    }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-group-differs",
        title: "adverts go to different multicast groups",
        explanation: "\
A director listens on the multicast group to which it sends.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 mcast_dst_ip 224.0.0.18\n    @lb2 mcast_dst_ip 224.0.0.28\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-transport-differs",
        title: "one director sends to peers, the other to the multicast group",
        explanation: "\
With unicast_peer adverts go to the peers and are taken from the network one by one; without it they go to the multicast group.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 unicast_src_ip 192.0.2.1\n    @lb1 unicast_peer { 192.0.2.2 }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 unicast_src_ip 192.0.2.1\n    @lb2 unicast_src_ip 192.0.2.2\n    @lb1 unicast_peer { 192.0.2.2 }\n    @lb2 unicast_peer { 192.0.2.1 }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-source-equal",
        title: "both directors send from the same address",
        explanation: "\
A director takes adverts from its own address for its own and ignores them.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    mcast_src_ip 192.0.2.1\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 mcast_src_ip 192.0.2.1\n    @lb2 mcast_src_ip 192.0.2.2\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-peer-missing",
        title: "one director does not send to the other",
        explanation: "\
unicast_peer of each director must name the address from which the other sends: its unicast_src_ip.

Both directors become master and hold the addresses at once: clients reach now one, now the other, and connections
break.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 unicast_src_ip 192.0.2.1\n    @lb2 unicast_src_ip 192.0.2.2\n    @lb1 unicast_peer { 192.0.2.3 }\n    @lb2 unicast_peer { 192.0.2.1 }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    @lb1 unicast_src_ip 192.0.2.1\n    @lb2 unicast_src_ip 192.0.2.2\n    @lb1 unicast_peer { 192.0.2.2 }\n    @lb2 unicast_peer { 192.0.2.1 }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-addresses-differ",
        title: "the virtual addresses of a router differ",
        explanation: "\
Each director holds the addresses that its own file lists. An address that only one lists is gone while the other is master.

The order of the list does not matter.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n        @lb1 192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-group-members-differ",
        title: "a sync group has other members on each director",
        explanation: "\
A sync group moves its members together. Where the members differ, some of what belongs together may be master here and the rest
there.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.20/24\n    }\n}\nvrrp_instance dns {\n    interface eth0\n    virtual_router_id 53\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.30/24\n    }\n}\nvrrp_sync_group all {\n    group {\n        web\n        mail\n        @lb1 dns\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.20/24\n    }\n}\nvrrp_instance dns {\n    interface eth0\n    virtual_router_id 53\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.30/24\n    }\n}\nvrrp_sync_group all {\n    group {\n        web\n        mail\n        dns\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-sync-daemon-differs",
        title: "the daemons that copy connections do not fit together",
        explanation: "\
lvs_sync_daemon copies connections to the director that has the same id, group and port. Where they differ, or one side has none,
connections break when the other director takes over.",
        example: "global_defs {\n    @lb1 lvs_sync_daemon eth0 inst web id 1\n    @lb2 lvs_sync_daemon eth0 inst web id 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "global_defs {\n    lvs_sync_daemon eth0 inst web id 1\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    @lb1 priority 150\n    @lb2 priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-service-missing",
        title: "a virtual server is on one director only",
        explanation: "\
Each director serves what its own file lists. While the other is master, connections to this address and port are refused.",
        example: "@lb1 virtual_server 192.0.2.10 80 {\n@lb1 protocol TCP\n@lb1 lvs_sched rr\n@lb1 lvs_method NAT\n@lb1 real_server 192.0.2.21 80 {\n@lb1 }\n@lb1 }\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    protocol TCP\n    lvs_method NAT\n    lvs_sched rr\n    real_server 192.0.2.21 80 {\n        weight 1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-service-differs",
        title: "a virtual server works differently on each director",
        explanation: "\
Scheduler, persistence or quorum differ. Nothing stops working, but a takeover changes which server clients reach, or
whether there is a service at all.",
        example: "virtual_server 192.0.2.10 80 {\n    protocol TCP\n    lvs_method NAT\n    @lb1 lvs_sched rr\n    @lb2 lvs_sched wlc\n    real_server 192.0.2.21 80 {\n        weight 1\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    protocol TCP\n    lvs_method NAT\n    lvs_sched rr\n    real_server 192.0.2.21 80 {\n        weight 1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "pair-real-servers-differ",
        title: "the real servers of a virtual server differ",
        explanation: "\
Servers, weights or forwarding methods differ. A server that only one director lists gets nothing while the other is master, and
connections to it break at a takeover.",
        example: "virtual_server 192.0.2.10 80 {\n    protocol TCP\n    lvs_method NAT\n    lvs_sched rr\n    real_server 192.0.2.21 80 {\n        @lb1 weight 1\n        @lb2 weight 5\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    protocol TCP\n    lvs_method NAT\n    lvs_sched rr\n    real_server 192.0.2.21 80 {\n        weight 1\n    }\n}\n",
        fatal_status: 0,
    },
];
