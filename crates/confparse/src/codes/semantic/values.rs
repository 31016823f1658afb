//! Problems of single values.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "not-a-number",
        title: "a number is expected",
        explanation: "\
The word should be a decimal number. Hexadecimal and octal numbers are understood by few keywords only; a number with
leading zeros is decimal.

The line is ignored, and the default counts unless another line says something; a few keywords use a fixed value
instead. keepalived uses 0 here when its daemon runs and 0 is legal; we do not.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority high\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 200\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "number-out-of-range",
        title: "a number is outside its range",
        explanation: "\
The message tells the range, with its unit.

Numbers are never cut to fit: the line is ignored and the default counts unless another line says something. A few
keywords use a fixed value instead, and the weight of a vrrp_script is cut to 253; the message says what is used.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 256\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 255\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "trailing-characters",
        title: "a number has other characters behind it",
        explanation: "\
Only a number can stand here; units are not written. Times are in seconds unless the manual says otherwise, and may
have decimals where the manual says so.

The number in front is used, in the unit of the keyword, and this is reported. keepalived takes the number in the
smallest unit that it uses inside: `interval 60s` runs a script every 60 milliseconds there. Keywords with strict
numbers ignore the line.

Remove what stands behind the number.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    preempt_delay 60s\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    preempt_delay 60\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "too-many-decimals",
        title: "a number has more decimals than count",
        explanation: "\
The keyword counts in steps: hundredths of a second for the advert interval, thousandths for scripts, millionths
elsewhere.

The number is rounded half up to the next step and used.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    version 3\n    advert_int 1.005\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    version 3\n    advert_int 1.01\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "not-a-switch",
        title: "a switch is neither on nor off",
        explanation: "\
A switch is `true`, `on` or `yes`, or `false`, `off` or `no`, in small letters. Alone on its line the keyword switches
on.

The line is ignored.",
        example: "global_defs {\n    vrrp_min_garp enabled\n}\n",
        fixed: "global_defs {\n    vrrp_min_garp on\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "not-an-address",
        title: "an IP address is expected",
        explanation: "\
An address is written in numbers: names are not looked up, because a director must be able to start without DNS. IPv4
addresses have four numbers from 0 to 255 without leading zeros.

Often a parameter in the address is not defined: `$A.1` is not a reference, `${A}.1` is one.

The line is ignored; where the address is that of a server, the whole block is.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.300/24\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-prefix-length",
        title: "a prefix length does not fit the address",
        explanation: "\
Behind the slash stands a number of bits: 0 to 32 for IPv4, 0 to 128 for IPv6, not a mask.

The address is used with its full length, /32 or /128, as in keepalived. That is right for an address which is in the
network of the interface anyway, and means that no route to the network is added with it.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/33\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "not-multicast",
        title: "an address is no multicast group",
        explanation: "\
Adverts go to a multicast group: 224.0.0.0 to 239.255.255.255 over IPv4, ff00::/8 over IPv6.

The line is ignored and the standard group is used, 224.0.0.18 or ff02::12.",
        example: "global_defs {\n    vrrp_mcast_group4 192.0.2.1\n}\n",
        fixed: "global_defs {\n    vrrp_mcast_group4 224.0.0.19\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-interface-name",
        title: "no interface can have this name",
        explanation: "\
The kernel takes interface names of 1 to 15 bytes, without blanks, slashes and colons. An alias such as eth0:1 is a
label of an address, not an interface.

The line is ignored.",
        example: "vrrp_instance web {\n    interface eth0\n    interface eth0:1\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-address-option",
        title: "an option of an address line cannot be used",
        explanation: "\
A line of virtual_ipaddress may say dev, scope, brd, label and more. Here one of them has a value that cannot be: a
scope that is none, a label above 15 bytes, a broadcast address for IPv6 or for a prefix longer than 30 bits, a second
dev.

Depending on the option it is ignored or the whole line is; the message says which.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24 scope galaxy\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24 scope link\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "mixed-families",
        title: "IPv4 and IPv6 are mixed",
        explanation: "\
Things that belong together are of one family: the addresses of one virtual router, its source address and group; a
virtual server and its real servers; both ends of a check.

What contradicts the first is ignored.

A virtual router for both families is two instances, which may share identifier and link. Addresses of the other
family can also be held without being advertised, in virtual_ipaddress_excluded.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n        2001:db8::10/64\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    virtual_ipaddress_excluded {\n        2001:db8::10/64\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-digest",
        title: "a page digest is not 32 hexadecimal digits",
        explanation: "\
The digest of a page is its MD5 sum in hexadecimal, as `genhash` prints it.

The page is fetched and its status looked at, its contents are not compared.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n                digest 1234\n            }\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n                digest 9b3a0c85a887a256d6939da88aabd8cd\n            }\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-status-code",
        title: "a status code is not 100 to 599",
        explanation: "\
A good answer of a web server is named by its code, 200, or by a range, 200-299; several may stand on one line.

The item is ignored. When none is left, 200 to 299 are good.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n                status_code 20\n            }\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n                status_code 200\n            }\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-netmask",
        title: "a persistence granularity is no netmask",
        explanation: "\
Over IPv4 it is a netmask such as 255.255.255.0, with all its ones in front; over IPv6 a number of bits, 1 to 128.

Persistence is switched on all the same, and each client counts by itself.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    persistence_granularity 255.0.255.0\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    persistence_granularity 255.255.255.0\n    real_server 192.0.2.21 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "not-a-url",
        title: "an address of the web is expected",
        explanation: "\
A webhook is posted to an address with its scheme in front: `http://host/path` or `https://host:port/path`.

The line is ignored: nothing is posted.",
        example: "global_defs {\n    notify_webhook hooks.example.org/lb\n}\n",
        fixed: "global_defs {\n    notify_webhook https://hooks.example.org/lb\n}\n",
        fatal_status: 0,
    },
];
