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

/// Needs no IPVS: what is said where there is none, or no permission, is what is tested then.
#[test]
fn opening_works_or_says_why_not() {
    let _loaded = lab::MODULE.read().unwrap();
    match Netlink::open() {
        Ok(_) => assert!(std::path::Path::new("/proc/net/ip_vs").exists()),
        Err(OpenError::NoIpvs(reason)) => {
            assert!(reason.contains("/sbin/modprobe ip_vs"), "{reason}");
            assert!(!std::path::Path::new("/proc/net/ip_vs").exists());
        }
        Err(OpenError::Permission) => assert!(!nix::unistd::geteuid().is_root()),
        Err(other) => panic!("{other}"),
    }
}
