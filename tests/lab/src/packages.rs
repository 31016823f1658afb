//! The Debian packages that the laboratory needs, and their installation without starting any service.
use crate::cleanup::Guard;
use crate::error::{Doing, Error, Result};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A package: its name, a file that shows it is there, and why it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// The Debian name.
    pub name: &'static str,
    proof: &'static str,
    /// Why.
    pub reason: &'static str,
}

pub(crate) const fn package(name: &'static str, proof: &'static str, reason: &'static str) -> Package {
    Package { name, proof, reason }
}

/// For the demo and for the tests.
pub const COMMON: &[Package] = &[
    package("libssl-dev", "/usr/include/openssl/ssl.h", "TLS of health checks, mail and webhooks"),
    package("pkg-config", "/usr/bin/pkg-config", "finding that library"),
    package("iproute2", "/usr/sbin/ip", "namespaces, bridges and cables"),
    package("kmod", "/usr/sbin/modprobe", "kernel modules"),
    package("nginx-light", "/usr/sbin/nginx", "the real web servers behind the virtual address"),
    package("user-mode-linux", "/usr/bin/linux.uml", "a second kernel, where the running one has no IPVS"),
    package("ipvsadm", "/usr/sbin/ipvsadm", "an independent look at the IPVS table"),
];

/// For the tests only.
pub const TESTS: &[Package] = &[
    package("keepalived", "/usr/sbin/keepalived", "the original, as the other director"),
    package("frr", "/usr/lib/frr/vrrpd", "a third implementation of VRRP, as the other director"),
    package("iptables", "/usr/sbin/iptables", "firewall marks and faults"),
    package("opensmtpd", "/usr/sbin/smtpd", "a real mail server for SMTP_CHECK"),
    package("unbound", "/usr/sbin/unbound", "a real name server for DNS_CHECK"),
    package("openssl", "/usr/bin/openssl", "certificates for SSL_GET"),
    package("nftables", "/usr/sbin/nft", "an independent look at rules of nf_tables"),
    package("strace", "/usr/bin/strace", "showing that a reload of nothing changes nothing"),
];

/// Policy that services are not started: /usr/share/doc/init-system-helpers/README.policy-rc.d.gz.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const NO_SERVICE: &str =
    "#!/bin/sh\n# Made by evenkeel's xtask for the time of one installation: no service is started.\nexit 101\n";

/// Those that are not installed.
pub fn missing(packages: &[Package]) -> Vec<Package> {
    packages.iter().copied().filter(|package| !Path::new(package.proof).exists()).collect()
}

/// Installs what is missing with apt-get, telling `say` what and why. Does nothing when all is there.
///
/// # Errors
/// Where there is no apt-get, when we are not root, and when apt-get fails.
pub fn ensure(packages: &[Package], say: &mut dyn FnMut(&str)) -> Result<()> {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    say("installing Debian packages with apt-get (no service is started):");
    for package in &missing {
        say(&format!("  {:16} {}", package.name, package.reason));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    refuse_unless_possible(&names)?;
    let _guard = forbid_services()?;
    apt_get(&["update", "-q"])?;
    apt_get(&[&["install", "-q", "-y", "--no-install-recommends"], names.as_slice()].concat())
}

fn refuse_unless_possible(names: &[&str]) -> Result<()> {
    let names = names.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Error::new(format!("this is no Debian: please install the equivalents of {names}")));
    }
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::new(format!("not root: please run `apt-get install --no-install-recommends {names}`")));
    }
    Ok(())
}

/// A policy that is there already is somebody's choice; ours goes after the installation, or on a signal.
fn forbid_services() -> Result<Option<Guard>> {
    if Path::new(POLICY).exists() {
        return Ok(None);
    }
    let guard = Guard::new(|| drop(fs::remove_file(POLICY)));
    fs::write(POLICY, NO_SERVICE).doing(format!("writing {POLICY}"))?;
    fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755)).doing(format!("writing {POLICY}"))?;
    Ok(Some(guard))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().doing("starting apt-get")?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&words).into_owned();
    let tail: Vec<&str> = words.lines().rev().take(15).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(Error::new(format!("apt-get {} failed:\n    {}", arguments.join(" "), tail.join("\n    "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_missing() {
        let here = package("here", "/proc/self/exe", "");
        let absent = package("absent", "/nonexistent/file", "");
        assert_eq!(missing(&[here, absent]), [absent]);
    }

    #[test]
    fn nothing_is_said_or_done_when_all_is_there() {
        let mut said = Vec::new();
        ensure(&[package("here", "/proc/self/exe", "")], &mut |line| said.push(line.to_owned())).unwrap();
        assert_eq!(said, Vec::<String>::new());
    }
}
