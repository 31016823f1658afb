//! The same on a real kernel: every test in a network namespace of its own, read back with ipvsadm and with our own dump.
//!
//! They run when `EVENKEEL_IPVS_KERNEL=1` is set, as root, on a kernel with IPVS; they need `ip` and `ipvsadm`.

// `cfg(test)` is always so here; it tells clippy that the helpers are tests too.
#[cfg(test)]
#[path = "kernel/lab.rs"]
mod lab;
#[cfg(test)]
#[path = "kernel/settings.rs"]
mod settings;
#[cfg(test)]
#[path = "kernel/table.rs"]
mod table;
#[cfg(test)]
#[path = "kernel/traffic.rs"]
mod traffic;

use evenkeel_ipvs::{Netlink, OpenError};

use std::os::unix::process::CommandExt;

/// Needs no IPVS: what is said where there is none, or no permission, is what is tested then.
#[test]
fn opening_works_or_says_why_not() {
    let _loaded = lab::MODULE.read().unwrap();
    let opened = Netlink::open();
    let there = std::path::Path::new("/proc/net/ip_vs").exists();
    match opened {
        Ok(_) => assert!(there && nix::unistd::geteuid().is_root()),
        Err(OpenError::NoIpvs(reason)) => assert!(!there && reason.starts_with("/sbin/modprobe ip_vs"), "{reason}"),
        Err(OpenError::Permission) => {
            assert!(!nix::unistd::geteuid().is_root());
            println!("{}", OpenError::Permission);
        }
        Err(other) => panic!("{other}"),
    }
}

/// The test above as somebody who may not, from a copy that he can reach.
#[test]
fn without_permission_it_says_so() {
    lab::in_namespace(|_| {
        let copy = std::env::temp_dir().join(format!("ipvs-kernel-test-{}", std::process::id()));
        std::fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
        let output = std::process::Command::new(&copy)
            .args(["--exact", "opening_works_or_says_why_not", "--nocapture"])
            .uid(65_534)
            .gid(65_534)
            .output();
        std::fs::remove_file(&copy).unwrap();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && text.contains("IPVS: CAP_NET_ADMIN is needed"), "{text}");
    });
}
