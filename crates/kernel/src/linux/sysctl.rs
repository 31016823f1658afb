//! Kernel variables, by the files of /proc/sys; those of the network are the calling thread's namespace's.
use super::refusal;
use crate::ports::Sysctls;
use std::io;
use std::path::{Path, PathBuf};

/// The kernel's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxSysctls;

impl Sysctls for LinuxSysctls {
    fn read(&self, name: &str) -> io::Result<String> {
        std::fs::read_to_string(path(name)).map(|text| text.trim_end().to_owned())
    }

    fn write(&mut self, name: &str, value: &str) -> io::Result<()> {
        // Opened as it is: what does not exist is not to be made.
        let mut file = std::fs::OpenOptions::new().write(true).open(path(name)).map_err(explained)?;
        io::Write::write_all(&mut file, value.as_bytes()).map_err(explained)
    }
}

/// The name as sysctl(8) takes it: dots for slashes, and slashes for the dots in names of links.
#[must_use]
pub fn dotted(name: &str) -> String {
    let swap = |c| match c {
        '/' => '.',
        '.' => '/',
        c => c,
    };
    name.chars().map(swap).collect()
}

fn path(name: &str) -> PathBuf {
    Path::new("/proc/sys").join(name)
}

fn explained(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(libc::EROFS) => {
            io::Error::new(error.kind(), "/proc/sys is read-only here (a container without privilege)")
        }
        _ => refusal::explained(error, "CAP_NET_ADMIN"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_sysctl_takes_them() {
        assert_eq!(dotted("net/ipv4/conf/eth0.100/arp_ignore"), "net.ipv4.conf.eth0/100.arp_ignore");
    }

    #[test]
    fn a_variable_is_read_and_one_that_is_not_there_is_not_found() {
        assert!(LinuxSysctls.read("kernel/ostype").is_ok_and(|value| value == "Linux"));
        for result in [LinuxSysctls.read("net/no/such").map(drop), LinuxSysctls.write("net/no/such", "1")] {
            assert_eq!(result.expect_err("not there").kind(), io::ErrorKind::NotFound);
        }
    }
}
