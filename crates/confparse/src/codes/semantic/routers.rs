//! Problems of virtual routers and their groups.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "vrid-missing",
        title: "a virtual router has no identifier",
        explanation: "\
virtual_router_id is what the directors of one virtual router know each other by. It is 1 to 255, the same on all of
them, and different from that of any other virtual router on the same link and family.

Without it no advert can be sent: the instance is skipped. keepalived does not start at all.",
        example: "vrrp_instance web {\n    interface eth0\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "interface-missing",
        title: "a virtual router has no interface",
        explanation: "\
Adverts are sent and heard on one link, and `interface` names it.

The instance is skipped. keepalived does not start at all.",
        example: "vrrp_instance web {\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-interface",
        title: "an interface does not exist",
        explanation: "\
The machine has no interface of this name now.

An instance whose own interface is missing is kept: it waits, in fault, until the interface appears. keepalived ends
with status 2 instead. A tracked interface that is missing is not tracked, and an address on it is not held.

If interfaces come and go on purpose, say `dynamic_interfaces` in global_defs: then nothing is reported and all of
them are waited for.",
        example: "vrrp_instance web {\n    interface eth99\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-polled-interface",
        title: "an interface that is to be polled does not exist",
        explanation: "\
linkbeat_interfaces and interface_up_down_delays name interfaces that must exist; keepalived's -t answers 4 when they
do not.

The line is ignored.",
        example: "interface_up_down_delays {\n    eth99 1 1\n}\n",
        fixed: "interface_up_down_delays {\n    eth0 1 1\n}\n",
        fatal_status: 4,
    },
    Code {
        name: "loopback-interface",
        title: "a virtual router runs on the loopback interface",
        explanation: "\
Nobody else can hear adverts there. To hold an address on it, name it in the address line: `192.0.2.10/32 dev lo`.

The line is ignored, so that the instance has no interface.",
        example: "vrrp_instance web {\n    interface lo\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-name",
        title: "two blocks have one name",
        explanation: "\
Instances, groups and scripts are referred to by name, so a name can stand once for each kind.

The first block is kept and the second is skipped as a whole. Of two scripts keepalived silently finds the first; we
say so.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-vrid",
        title: "two virtual routers share an identifier",
        explanation: "\
Their adverts would be told apart by nothing: same link, same family, same group, same virtual_router_id. Each would
take the other for a second master.

The first is kept, the second is skipped. keepalived does not start at all.

Identifiers need to differ only on one interface and family.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "no-addresses",
        title: "a virtual router has no address",
        explanation: "\
It takes part in elections and runs its hooks, and nobody can reach anything through it. Addresses in
virtual_ipaddress_excluded are held, but do not count here.

Version 2 works like that, and `no_virtual_ipaddress` says that it is meant. Version 3, IPv6 and strict mode demand an
address: keepalived does not start without one.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    no_virtual_ipaddress\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-address",
        title: "an instance lists an address twice",
        explanation: "\
Each address can stand once, in virtual_ipaddress or in virtual_ipaddress_excluded.

The second line is ignored, with all its options.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n        192.0.2.10/24 dev eth1\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "too-many-addresses",
        title: "more addresses than an advert carries",
        explanation: "\
An advert tells at most 255 addresses. Those beyond that are held like the others and not advertised, as if they stood
in virtual_ipaddress_excluded.

Advertising one address is enough for the protocol: put the others into virtual_ipaddress_excluded, which also keeps
adverts short.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        ~SEQ(A, 1, 2) ~SEQ(B, 1, 128) 10.0.${A}.${B}\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "version-2-with-ipv6",
        title: "version 2 carries no IPv6 addresses",
        explanation: "\
VRRP over IPv6 is version 3 (RFC 5798, RFC 9568).

The instance uses version 3.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        2001:db8::10/64\n    }\n    version 2\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        2001:db8::10/64\n    }\n    version 3\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "advert-interval-for-version",
        title: "an advert interval does not suit the version",
        explanation: "\
Version 2 sends adverts every 1 to 255 whole seconds, version 3 every 0.01 to 40.95 seconds.

The interval is rounded, or cut, to what the version can say. All directors must come to the same value: a version 2
router drops adverts whose interval differs from its own, and then there are two masters.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    advert_int 1.5\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    advert_int 2\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "authentication-in-version-3",
        title: "version 3 has no authentication",
        explanation: "\
Authentication was taken out of the protocol, because a password in clear on the link protects nobody from anybody who
can read it.

Adverts are sent and accepted without it.

Remove the block, or use version 2 on all directors.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    version 3\n    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "password-missing",
        title: "authentication has no password",
        explanation: "\
auth_type says how and auth_pass with what. Without a password there is no authentication: adverts are sent without
it, and a peer that has a password refuses them.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "password-too-long",
        title: "a password is longer than eight bytes",
        explanation: "\
Version 2 carries eight bytes (RFC 2338). The first eight are used, as in keepalived, which counts this as an error.

Two passwords that begin alike are the same password, then.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n        auth_pass correct-horse\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n        auth_pass correct\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "state-with-ah",
        title: "state MASTER with AH authentication",
        explanation: "\
AH needs to hear the others before it sends. keepalived starts such a router as backup and reports it, unless its
priority is 255.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state MASTER\n    authentication {\n        auth_type AH\n        auth_pass secret\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state BACKUP\n    authentication {\n        auth_type AH\n        auth_pass secret\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "state-twice",
        title: "state BACKUP stands behind state MASTER",
        explanation: "\
The first of the two counts.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state MASTER\n    state BACKUP\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state BACKUP\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "nopreempt-ignored",
        title: "nopreempt contradicts the wish to be master",
        explanation: "\
A router with `state MASTER`, or with priority 255, wants to be master; nopreempt means to leave another master alone.

nopreempt is ignored: the router takes over from any weaker one. For two equal directors that stay as they are, write
`state BACKUP` and nopreempt on both.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state MASTER\n    nopreempt\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state BACKUP\n    nopreempt\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "preempt-delay-ignored",
        title: "preempt_delay contradicts another keyword",
        explanation: "\
preempt_delay says how long to leave a weaker master alone. With nopreempt it is left alone for ever, and with `state
MASTER` not at all.

preempt_delay is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    nopreempt\n    preempt_delay 30\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    preempt_delay 30\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "promote-secondaries-ignored",
        title: "promote_secondaries with use_vmac",
        explanation: "\
The private link that use_vmac makes promotes secondary addresses by itself.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac\n    promote_secondaries\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "not-strict",
        title: "strict mode refuses something",
        explanation: "\
vrrp_strict and strict_mode ask for the letter of the RFC. It knows no authentication, no preempt_delay, and no master
by wish other than the owner of the addresses, whose priority is 255.

What is refused is left out.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    strict_mode\n    state MASTER\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    strict_mode\n    state BACKUP\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unicast-without-peers",
        title: "unicast has no peer",
        explanation: "\
A keyword of unicast is used, and no usable unicast_peer is there: the block is missing or empty, or all its lines are
bad or belong to other directors (@ID).

Adverts go to the multicast group, as in keepalived.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "owner-with-weight",
        title: "an address owner has trackers with weights",
        explanation: "\
Priority 255 belongs to the owner of the addresses and cannot be changed by weights.

The tracker is left out. A tracker of weight 0 still puts an owner into fault.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 255\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up weight 10\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 255\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "tracks-own-interface",
        title: "an instance tracks its own interface",
        explanation: "\
The interface of an instance is followed anyway, unless dont_track_primary is said.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_interface {\n        eth0\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_interface {\n        eth1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "tracked-twice",
        title: "one thing is tracked twice",
        explanation: "\
A script or an interface can stand once in a list. The second line is ignored, with its weight.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_interface {\n        eth1\n        eth1 weight 10\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_interface {\n        eth1 weight 10\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "tracked-in-group",
        title: "a group and its member track the same",
        explanation: "\
What a sync group tracks counts for each of its members. The line of the member is ignored.",
        example: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n    track_interface {\n        eth1\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    track_interface {\n        eth1\n    }\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n    track_interface {\n        eth1\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-member",
        title: "a group names an instance that does not exist",
        explanation: "\
The members of a sync group are names of instances, before or behind the group. An instance that was skipped for
another reason is unknown here as well.

The name is ignored.",
        example: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n        news\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "member-twice",
        title: "an instance is in two groups",
        explanation: "\
An instance can be in step with one group only. It stays in the first that names it.",
        example: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_sync_group other {\n    group {\n        web\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "group-without-members",
        title: "a sync group has no members",
        explanation: "\
The group is dropped. Its block needs `group { NAME ... }` with the names of instances; names on the line of the
keyword do not count.",
        example: "vrrp_sync_group pair {\n    notify /usr/bin/run\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "group-with-one-member",
        title: "a sync group has one member",
        explanation: "\
There is nobody to be in step with. The group works; probably a name is missing.",
        example: "vrrp_sync_group pair {\n    group {\n        web\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "rule-without-preference",
        title: "a policy rule has no preference",
        explanation: "\
The kernel would give it a place among the rules that depends on the order in which they are set. keepalived counts
down from 16384 and reports it.

Add `preference NUMBER`.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    virtual_rules {\n        from 192.0.2.0/24 table 10\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    virtual_rules {\n        from 192.0.2.0/24 table 10 preference 100\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "version-twice",
        title: "two versions in one instance",
        explanation: "\
The first of the two counts.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    version 3\n    version 2\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    version 3\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "timer-expired-ignored",
        title: "timer_expired_backup without nopreempt",
        explanation: "\
timer_expired_backup is for a master with nopreempt: when it was held up so long that a backup may have taken over, it goes
back to backup, because with nopreempt both would otherwise wait for each other. A router that preempts settles that by
priority.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    timer_expired_backup\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    nopreempt\n    timer_expired_backup\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "owner-among-others",
        title: "an owner is in a group with others",
        explanation: "\
Priority 255 makes the owner of addresses master at once. A group waits for all of its members, so an owner among
members that are none starts as backup and waits like them.

Give all members 255, or none.",
        example: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 255\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fixed: "vrrp_sync_group pair {\n    group {\n        web\n        mail\n    }\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n",
        fatal_status: 0,
    },
];
