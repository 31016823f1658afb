//! Problems of unicast and of signed adverts.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "duplicate-peer",
        title: "a peer stands twice",
        explanation: "\
Every peer gets one advert at a time. The second line is ignored, with its limits.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2\n        192.0.2.2\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "peer-is-self",
        title: "an instance is its own peer",
        explanation: "\
The address of the peer is the unicast_src_ip of the same instance. It sends adverts to itself and ignores them. Perhaps
both directors have the same file, and the lines should be conditional: `@lb1 192.0.2.2`.

The peer is kept. If it is the only one, nobody else hears this router, and there will be two masters.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.1\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "ttl-limits-crossed",
        title: "no time to live is within the limits",
        explanation: "\
min_ttl is above max_ttl, so every advert of this peer is refused.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2 min_ttl 255 max_ttl 254\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.2 min_ttl 254 max_ttl 255\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "track-source-ignored",
        title: "there is no source address to track",
        explanation: "\
track_src_ip puts the instance into fault while its source address is gone. It has none of its own: the first address
of the interface is used, whatever that is.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_src_ip\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    mcast_src_ip 192.0.2.1\n    track_src_ip\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "authentication-with-hmac",
        title: "authentication stands beside auth_hmac",
        explanation: "\
Adverts are signed, or they have the old authentication in the clear; a router with both would be refused by either kind
of peer.

authentication is dropped.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n    auth_hmac {\n        key 1 \"0123456789abcdef0123456789abcdef\"\n        active_key 1\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 \"0123456789abcdef0123456789abcdef\"\n        active_key 1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "active-key-missing",
        title: "no key signs the adverts",
        explanation: "\
auth_hmac may have several keys, so that they can be changed one director at a time: all of them are accepted, and
active_key says which one signs. It is missing, or names a key that is not there or that cannot be used.

Adverts are neither signed nor checked. That is what keepalived does; be aware that the network is not protected then.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 \"0123456789abcdef0123456789abcdef\"\n        active_key 2\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 \"0123456789abcdef0123456789abcdef\"\n        active_key 1\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-hmac-key",
        title: "a key cannot be used",
        explanation: "\
A key has a number, 1 to 255, and 32 to 64 bytes, which are written in one of three ways: as text, as `hex:` with two
digits for each byte, or as `file:` with the path of a file that holds one of the other two. Numbers are given once.

The key is ignored. Messages never show keys.

A good key: `openssl rand -hex 32`, written behind `hex:`.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 short\n        key 2 \"0123456789abcdef0123456789abcdef\"\n        active_key 2\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 2 \"0123456789abcdef0123456789abcdef\"\n        active_key 2\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "key-file-open",
        title: "others can read a file with a key",
        explanation: "\
Whoever can read the file can sign adverts and take over the addresses.

The key is used. keepalived counts this as a security problem, and -t answers 6.

Let the file belong to root, without rights for group and others: `chmod 600`.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 file:open.key\n        active_key 1\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    auth_hmac {\n        key 1 file:private.key\n        active_key 1\n    }\n}\n",
        fatal_status: 0,
    },
];
