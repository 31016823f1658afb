//! Problems of checks of real servers.
use crate::codes::Code;

/// A virtual server whose real server has these checks.
macro_rules! checked {
    ($($line:literal)*) => {
        concat!(
            "virtual_server 192.0.2.10 80 {\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n",
            "    real_server 192.0.2.21 80 {\n",
            $("        ", $line, "\n",)*
            "    }\n}\n"
        )
    };
}

/// The same for lines of one page.
macro_rules! page {
    ($($line:literal)*) => {
        checked!("HTTP_GET {" "    url {" "        path /" $($line)* "    }" "}")
    };
}

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "check-without-port",
        title: "a check has no port to go to",
        explanation: "\
Neither connect_port in the check nor the line of the real server says a port, and that of the service is every port. The
check goes to port 0, where nobody answers: the server counts as down for ever.

Add connect_port to the check.",
        example: "virtual_server fwmark 7 {\n    lvs_sched wlc\n    lvs_method NAT\n    real_server 192.0.2.21 {\n        TCP_CHECK {\n        }\n    }\n}\n",
        fixed: "virtual_server fwmark 7 {\n    lvs_sched wlc\n    lvs_method NAT\n    real_server 192.0.2.21 {\n        TCP_CHECK {\n            connect_port 80\n        }\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "no-interface-for-check",
        title: "a check of a link-local address has no interface",
        explanation: "\
An address of fe80::/10 is only good on one link, and the same address may exist on each. Without bind_if nobody knows where
the check is to go.

The check is dropped, as in keepalived; a server without another check counts as up.",
        example: checked!("TCP_CHECK {" "    connect_ip fe80::21" "}"),
        fixed: checked!("TCP_CHECK {" "    connect_ip fe80::21" "    bind_if eth0" "}"),
        fatal_status: 0,
    },
    Code {
        name: "check-without-script",
        title: "a MISC_CHECK has no script that will be run",
        explanation: "\
The script of this check is missing, not safe, or its user does not exist; the message about that stands beside this one.

The check is dropped. A server without another check counts as up and gets traffic, whatever its state.",
        example: concat!(
            "global_defs {\n    enable_script_security\n    script_user nobody\n}\n",
            checked!("MISC_CHECK {" "    misc_path /usr/bin/missing" "}")
        ),
        fixed: concat!(
            "global_defs {\n    enable_script_security\n    script_user nobody\n}\n",
            checked!("MISC_CHECK {" "    misc_path /usr/bin/present" "}")
        ),
        fatal_status: 0,
    },
    Code {
        name: "reply-lengths",
        title: "no reply can have the length that is wanted",
        explanation: "\
max_reply_length of a UDP_CHECK is below its min_reply_length. Both are kept, as in keepalived, and no reply is good.",
        example: checked!("UDP_CHECK {" "    require_reply 00" "    min_reply_length 300" "}"),
        fixed: checked!("UDP_CHECK {" "    require_reply 00" "    min_reply_length 300" "    max_reply_length 512" "}"),
        fatal_status: 0,
    },
    Code {
        name: "bad-hex",
        title: "bytes are not hexadecimal",
        explanation: "\
payload and require_reply of a UDP_CHECK take bytes of two hexadecimal digits, with or without blanks between them; in
require_reply an x stands for any digit.

A bad payload is ignored and random bytes are sent. With a bad reply any reply is good.",
        example: checked!("UDP_CHECK {" "    payload 01 0g" "}"),
        fixed: checked!("UDP_CHECK {" "    payload 01 0a" "}"),
        fatal_status: 0,
    },
    Code {
        name: "bad-dns-name",
        title: "a name that no name server can be asked for",
        explanation: "\
The parts of a domain name between its dots have 1 to 63 bytes, and all of it 255 (RFC 1035). The line is ignored and the
root is asked for.",
        example: checked!("DNS_CHECK {" "    name www..example.org" "}"),
        fixed: checked!("DNS_CHECK {" "    name www.example.org" "}"),
        fatal_status: 0,
    },
    Code {
        name: "bad-http-method",
        title: "a request method is no word",
        explanation: "\
A method is one word without blanks and brackets (RFC 9110), in capital letters in all that are in use. The line is ignored
and the page is fetched with GET.",
        example: page!("        method \"GET /\""),
        fixed: page!("        method OPTIONS"),
        fatal_status: 0,
    },
    Code {
        name: "bad-http-header",
        title: "a header line of a request is no header",
        explanation: "\
A header is a name, a colon and a value, in double quotes because of the blank. The Host header is said with virtualhost.

The line is ignored.",
        example: page!("        header \"X-Probe yes\""),
        fixed: page!("        header \"X-Probe: yes\""),
        fatal_status: 0,
    },
    Code {
        name: "bad-regex",
        title: "a regex line has no pattern, or more than one",
        explanation: "\
regex takes one pattern; one with blanks stands in quotes. A backslash makes an escape first, so that one of the pattern is
written as two: \"\\\\d+\".

The line is ignored: the page is not compared.",
        example: page!("        regex all is well"),
        fixed: page!("        regex \"all is well\""),
        fatal_status: 0,
    },
    Code {
        name: "regex-missing",
        title: "a word about a pattern without one",
        explanation: "\
regex_no_match, regex_options and their like stand beside a regex in the same url. The line is ignored.",
        example: page!("        regex_no_match"),
        fixed: page!("        regex error" "        regex_no_match"),
        fatal_status: 0,
    },
    Code {
        name: "bad-regex-offset",
        title: "bytes for a pattern do not go together",
        explanation: "\
regex_min_offset and regex_max_offset take one number of bytes each, the second above the first; regex_stack takes the size at
first and the size at most. What does not go together is ignored.",
        example: page!("        regex ok" "        regex_min_offset 10" "        regex_max_offset 5"),
        fixed: page!("        regex ok" "        regex_min_offset 5" "        regex_max_offset 10"),
        fatal_status: 0,
    },
];
