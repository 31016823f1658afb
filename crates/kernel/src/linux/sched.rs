//! Real-time priority and locked memory for a thread that must not be late.
use super::sys;
use std::fmt;
use std::io;

/// Something that was asked of the scheduler or the memory manager was refused.
#[derive(Debug)]
pub struct Refused {
    what: &'static str,
    help: &'static str,
    source: io::Error,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is refused: {}", self.what, self.source)?;
        match self.source.raw_os_error() {
            Some(libc::EPERM | libc::ENOMEM) => write!(f, " ({})", self.help),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Runs the calling thread under `SCHED_RR` with this priority, 1 to 99. Threads and processes that it starts do not
/// inherit it.
///
/// # Errors
/// Without `CAP_SYS_NICE` and `RLIMIT_RTPRIO`, or when the priority is out of range.
pub fn real_time(priority: u8) -> Result<(), Refused> {
    sys::set_scheduler(libc::SCHED_RR | libc::SCHED_RESET_ON_FORK, i32::from(priority)).map_err(|source| Refused {
        what: "real-time priority",
        help: "CAP_SYS_NICE or a limit of real-time priority (LimitRTPRIO) is needed",
        source,
    })
}

/// Keeps the memory of the process from being paged out: what is mapped now is loaded and locked, program text included,
/// because the code of a failover runs rarely; what is mapped later is locked page by page when it is first used.
///
/// # Errors
/// Without `CAP_IPC_LOCK` and enough `RLIMIT_MEMLOCK`.
pub fn lock_memory() -> Result<(), Refused> {
    sys::lock_all_memory(libc::MCL_CURRENT)
        .and_then(|()| sys::lock_all_memory(libc::MCL_FUTURE | libc::MCL_ONFAULT))
        .map_err(|source| Refused {
            what: "locked memory",
            help: "CAP_IPC_LOCK or a limit of locked memory (LimitMEMLOCK) is needed",
            source,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_that_does_not_exist_is_refused_with_words() {
        let refused = real_time(200).expect_err("99 is the highest");
        assert!(refused.to_string().starts_with("real-time priority is refused: "), "{refused}");
    }

    #[test]
    fn permission_says_what_is_needed() {
        let refused =
            Refused { what: "locked memory", help: "X is needed", source: io::Error::from_raw_os_error(libc::EPERM) };
        assert!(refused.to_string().ends_with("(X is needed)"), "{refused}");
    }
}
