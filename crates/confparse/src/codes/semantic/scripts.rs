//! Problems of scripts and those who run them.
use crate::codes::Code;

/// One row per problem.
pub(super) const CODES: &[Code] = &[
    Code {
        name: "unknown-script",
        title: "a tracked script is not defined above",
        explanation: "\
track_script names a vrrp_script that stands before it in the text. A script that stands further down, or that was
dropped because something is wrong with it, is unknown.

It is not tracked, so its failure changes nothing.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "script-without-command",
        title: "a vrrp_script has no script",
        explanation: "\
The block says when to run something and not what. Nobody can track it.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unused-script",
        title: "nobody tracks a script",
        explanation: "\
A vrrp_script is run when an instance or a group tracks it. This one is not run.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check\"\n    interval 2\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "bad-command",
        title: "a command cannot be taken apart",
        explanation: "\
A command is one word; with arguments it stands in quotes. Inside them single or double quotes and backslashes work as
in a shell. Here a quote is not closed, or nothing is left to run.

The line is ignored. keepalived 2.4.3 crashes on an unclosed quote.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify \"/usr/bin/run 'a\"\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify \"/usr/bin/run 'a'\"\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "command-not-quoted",
        title: "a command with arguments is not in quotes",
        explanation: "\
script and misc_path take one word. Everything behind it is ignored, silently in keepalived: the script runs without
its arguments.

Put the whole command in double quotes.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script /usr/bin/check web\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_script up {\n    script \"/usr/bin/check web\"\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    track_script {\n        up\n    }\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "script-missing",
        title: "a script does not exist or cannot be executed",
        explanation: "\
The program is not there, or it is no executable file. A program without a slash is looked for in the usual
directories.

It is not run. A vrrp_script is taken out of all trackers, so that it causes no fault; for other hooks the event is
only missed.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/missing\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/check\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "script-unsafe",
        title: "somebody else could change a script",
        explanation: "\
The script would run as a privileged user, and its file, or a directory on the way to it, can be changed by another
user: whoever does that becomes the user that runs it.

With enable_script_security the script is not run. Without it, it is run and this is reported.

Let root own the file and every directory above it, without write permission for others.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/unsafe\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/check\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "scripts-not-secured",
        title: "scripts are run without script security",
        explanation: "\
Scripts are run, as root unless said otherwise, and nothing makes sure that only root can change them.

They run. keepalived reports a security violation, and its -t answers 6.

Add `enable_script_security` and `script_user USER` to global_defs.",
        example: "vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/run\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/run\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "unknown-user",
        title: "a user or group does not exist",
        explanation: "\
The user that should run a script, or its group, is not known on this machine.

The script is not run, or the line of script_user is ignored.",
        example: "global_defs {\n    script_user nobody-here\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "no-script-user",
        title: "nobody may run a script",
        explanation: "\
enable_script_security is set, no script_user is named, the script names no user itself, and there is no user
keepalived_script. Scripts are not run as root by accident, so this one is not run at all.

Set script_user in global_defs. In keepalived it must stand before the first script.",
        example: "global_defs {\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/run\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n}\nvrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n    notify /usr/bin/run\n}\n",
        fatal_status: 0,
    },
    Code {
        name: "fifo-script-without-fifo",
        title: "a script is to read a pipe that is not named",
        explanation: "\
notify_fifo_script is started with the path of notify_fifo as its last argument, and no such path is given.

The script is not started.",
        example: "global_defs {\n    script_user evenkeel\n    enable_script_security\n    notify_fifo_script /usr/bin/reader\n}\n",
        fixed: "global_defs {\n    script_user evenkeel\n    enable_script_security\n    notify_fifo /run/states\n    notify_fifo_script /usr/bin/reader\n}\n",
        fatal_status: 0,
    },
];
