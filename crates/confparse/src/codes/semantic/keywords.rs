//! Problems of keywords and blocks, whatever they are about.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "unknown-keyword",
        title: "a word is not a keyword of its block",
        explanation: "\
The first word of a line is not known in the block that the line stands in.

Most often it is a slip of the keyboard, or the word belongs to another block: the message says which word is near, or
where the word is legal. A block that is closed too early, or too late, shows up like this as well, on every line that
follows.

The line is ignored. Where a block follows it, the whole block is ignored with it. keepalived behaves differently
here: it drops the word and reads the contents of the block as if they stood outside, so that the closing brace ends
the enclosing block; every later line of that block is lost.

Correct the word, move the line, or remove it.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    priorty 150\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 150\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "keyword-without-effect",
        title: "a keyword is accepted and has no effect yet",
        explanation: "\
The word is known to keepalived, its arguments have been checked, and this program does not act on it yet.

Nothing is wrong with the configuration. But what you expect of this keyword does not happen, and the message says
what happens instead where that matters: a server whose only check is not made counts as up, a router with unicast
peers talks to the multicast group.

One note is given for each keyword, at its first place, with the number of its uses.

Nothing need be done if you can live without the effect.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    use_vmac\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "deprecated-keyword",
        title: "a keyword is an old spelling",
        explanation: "\
The word still works, and another one has replaced it. Some day it will go.

keepalived reports most old spellings as configuration errors, so that a check with -t fails because of them; a few
are only logged.

Write the word of today; it takes the same arguments unless the message says otherwise.",
        example: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n            }\n            nb_get_retry 3\n        }\n    }\n}\n",
        fixed: "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n    real_server 192.0.2.21 80 {\n        HTTP_GET {\n            url {\n                path /\n            }\n            retry 3\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "missing-parameter",
        title: "a keyword has nothing behind it",
        explanation: "\
The keyword needs an argument and stands alone on its line.

keepalived stops at such a line at once, with exit status 2 and without a word about the rest of the file; a running
daemon that reloads such a file may die of it. Here the line, or the block behind it, is ignored and the rest is read,
so that you see everything that is wrong in one go.

Write the argument, or remove the line.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 2,
    },
    Code {
        name: "missing-value",
        title: "a value is missing",
        explanation: "\
A word announces a value and none follows, as in a tracking line that ends with `weight`.

What the line says cannot be known, so it is ignored; the message says whether that is the line or a whole block.

Write the value, or remove the word.",
        example: "global_defs {\n    router_id\n}\n",
        fixed: "global_defs {\n    router_id lb1\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "extra-words",
        title: "a line has more words than its keyword takes",
        explanation: "\
Everything behind the last argument is ignored, as in keepalived, which says nothing about it.

Three things usually lie behind it. Text with blanks needs double quotes. Two keywords on one line are only read as
two when a brace stands between them. And keywords that take no argument are on wherever they stand: `nopreempt off`
switches nopreempt on.

In blocks of lines, such as virtual_ipaddress, words before the brace are an error in keepalived as well.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    nopreempt off\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    nopreempt\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "missing-brace",
        title: "a block has no opening brace",
        explanation: "\
The keyword needs a block in braces, and no { stands behind it, nor at the beginning of the next line that says
anything.

The following lines are taken as its block as long as their words are legal in it, as keepalived would read them. The
} of the block then closes the enclosing one, which may show up as further problems below.

Add the brace.",
        example: "vrrp_instance web\n    interface eth0\n    virtual_router_id 51\n    no_virtual_ipaddress\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unexpected-block",
        title: "a block stands behind a keyword that has none",
        explanation: "\
A { follows a line that opens no block. What stands between the braces belongs to nothing.

It is ignored up to the matching }. keepalived reads it as part of the enclosing block, whose end is then taken to be
this }.

Remove the braces, or put the lines where they belong.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100 {\n        nopreempt\n    }\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    nopreempt\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "duplicate-keyword",
        title: "a keyword stands twice in a block",
        explanation: "\
Most keywords may be repeated, and the last one counts. This one may not: the first is kept, or the second replaces
it, and keepalived reports an error; the message says which of the two counts.

Remove one of them.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/a\n    notify /usr/bin/b\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/a\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-word",
        title: "a word cannot stand here",
        explanation: "\
The keyword takes one of a few words, or a line of a block takes options, and this word is none of them. Capital and
small letters matter, except for the protocol of a virtual server.

Depending on the keyword the line or only the word is ignored; the message says which.

The help names a word that looks like it, if there is one.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state SLAVE\n}\n",
        fixed: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    state BACKUP\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "empty-block",
        title: "a block has nothing in it",
        explanation: "\
A list was opened and closed again. Perhaps its lines were removed, or they begin with a condition (@ID) that names
other directors.

What the list was for does not happen; the message says what happens instead.

Fill the list or remove it.",
        example: "global_defs {\n    notification_email {\n    }\n}\n",
        fixed: "global_defs {\n    notification_email {\n        root@localhost\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "incomplete-block",
        title: "a block lacks what it cannot work without",
        explanation: "\
The keyword that the message names does not stand in the block, so that it says nothing.

The block is dropped, as in keepalived, and whoever refers to it by name finds nothing.

Add the keyword, or remove the block.",
        example: "bfd_instance peer {\n    multiplier 3\n}\n",
        fixed: "bfd_instance peer {\n    neighbor_ip 192.0.2.2\n    multiplier 3\n}\n",
        fatal_status: 0,
    },
];
