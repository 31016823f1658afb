//! Problems of the links that virtual routers run on, and of their own links above them.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "vrf-with-interface",
        title: "vrf stands beside interface",
        explanation: "\
vrf says in which routing domain a virtual router runs that has no interface. An interface belongs to its domain
already.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    vrf red\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "two-virtual-links",
        title: "use_vmac and use_ipvlan in one instance",
        explanation: "\
An instance has one link of its own: with a hardware address of its own by use_vmac, or without by use_ipvlan.

The first of the two counts.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac\n    use_ipvlan\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-link-option",
        title: "a word behind use_vmac or use_ipvlan cannot be used",
        explanation: "\
Behind use_vmac may stand a name, a hardware address, netlink_notify_msg and `group NUMBER`; behind use_ipvlan a name, an
address, bridge, private or vepa, and `group NUMBER`; each once.

A hardware address has five or six bytes in hexadecimal, as 02:00:5e:10:00:33; with five, the sixth is the identifier. It
is that of a single station, so its first byte is even, and not one of the range that the RFC gives to virtual routers:
those are chosen without being written.

The word is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac 01:00:5e:00:00:01\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac 02:00:5e:00:00:01\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "link-name-twice",
        title: "two instances call their links alike",
        explanation: "\
Each instance with use_vmac or use_ipvlan makes a link of its own, and the kernel has one link of a name.

The second instance gets a generated name: vrrp.NUMBER, with the identifier.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac vip0\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n    use_vmac vip0\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac vip0\n}\nvrrp_instance mail {\n    interface eth0\n    virtual_router_id 52\n    priority 100\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n    use_vmac vip1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "in-two-garp-groups",
        title: "a link is in two groups of announcements",
        explanation: "\
A garp_group spaces the gratuitous ARPs of its links, so a link can be in one only.

It stays in the first.",
        example: "garp_group {\n    garp_interval 0.01\n    interface eth0\n}\ngarp_group {\n    garp_interval 0.02\n    interface eth0\n}\n",
        fixed: "garp_group {\n    garp_interval 0.01\n    interface eth0\n}\ngarp_group {\n    garp_interval 0.02\n    interface eth1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-track-group",
        title: "a track_group is not defined",
        explanation: "\
A static address, route or rule can name a track_group: the instances in it go to fault while the thing is gone. No
group of this name exists, or it was dropped because it has no members.

The thing is set, and nobody reacts when it is lost.",
        example: "static_ipaddress {\n    192.0.2.9/24 dev eth0 track_group edge\n}\n",
        fixed: "track_group edge {\n    group {\n        web\n    }\n}\nstatic_ipaddress {\n    192.0.2.9/24 dev eth0 track_group edge\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
];
