//! `MISC_CHECK`: what the end of a command says.
use crate::fact::Verdict;
use alloc::format;
use alloc::string::ToString;
use model::Interval;
use model::config::server::Misc;
use model::net::Outcome;

/// The verdict on a command that ended. With `misc_dynamic` exit statuses 2 to 255 are good, and shift the weight from the
/// configured one to the status less 2; 0 leaves it, 1 is a failure.
#[must_use]
pub fn judge(check: &Misc, configured_weight: u32, outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Exited(0) => Verdict::Pass("exit status 0".to_string()),
        Outcome::Exited(status @ 2..=255) if check.dynamic => {
            let weight = i64::from(*status) - 2;
            Verdict::Weighted {
                text: format!("exit status {status}, weight {weight}"),
                shift: weight - i64::from(configured_weight),
            }
        }
        Outcome::Exited(status) => Verdict::Fail(format!("exit status {status}")),
        Outcome::Signalled(signal) => Verdict::Fail(format!("killed by signal {signal}")),
        Outcome::TimedOut => Verdict::Fail(format!("ran longer than {} and was killed", limit(check))),
        Outcome::NotStarted(problem) => Verdict::Fail(format!("could not be started: {problem}")),
    }
}

/// How long the command may run.
#[must_use]
pub const fn limit(check: &Misc) -> Interval {
    check.timeout
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use model::config::global::Command;

    #[test]
    fn every_end() {
        let command = Command { argv: vec!["/bin/true".into()], line: "/bin/true".into(), user: None };
        let plain = Misc { command, timeout: Interval::from_secs(3), dynamic: false };
        let dynamic = Misc { dynamic: true, ..plain.clone() };
        for (check, outcome, passed, shift) in [
            (&plain, Outcome::Exited(0), true, 0),
            (&plain, Outcome::Exited(1), false, 0),
            (&plain, Outcome::Exited(10), false, 0),
            (&dynamic, Outcome::Exited(0), true, 0),
            (&dynamic, Outcome::Exited(1), false, 0),
            (&dynamic, Outcome::Exited(2), true, -5),
            (&dynamic, Outcome::Exited(10), true, 3),
            (&dynamic, Outcome::Exited(255), true, 248),
            (&dynamic, Outcome::Signalled(9), false, 0),
            (&plain, Outcome::TimedOut, false, 0),
            (&plain, Outcome::NotStarted("no such file".into()), false, 0),
        ] {
            let verdict = judge(check, 5, &outcome);
            assert_eq!((verdict.passed(), verdict.shift()), (passed, shift), "{outcome:?}");
        }
    }
}
