//! Whether a process is one of those that a `vrrp_track_process` counts. No system calls.
use kernel::linux::processes::Process as Seen;
use model::config::track::{ParameterMatch, Process};

/// Bytes of a process name in the kernel, without its end (`TASK_COMM_LEN`).
const NAME_BYTES: usize = 15;

/// Whether this process counts.
pub(super) fn counts(wanted: &Process, seen: &Seen) -> bool {
    if !wanted.full_command && wanted.parameter_match == ParameterMatch::Any && wanted.parameters.is_empty() {
        return cut(base(&wanted.program)) == seen.name;
    }
    let Some((program, parameters)) = seen.command.split_first() else { return false };
    let same = *program == wanted.program || (!wanted.program.contains('/') && base(program) == wanted.program);
    same && fits(wanted, parameters)
}

fn fits(wanted: &Process, parameters: &[String]) -> bool {
    let (written, count) = (&wanted.parameters, wanted.parameters.len());
    match wanted.parameter_match {
        ParameterMatch::Any if written.is_empty() => true,
        ParameterMatch::Any | ParameterMatch::Exact => parameters == written.as_slice(),
        ParameterMatch::Partial => parameters.get(..count) == Some(written.as_slice()),
        ParameterMatch::Initial => match (written.split_last(), parameters.split_at_checked(count.saturating_sub(1))) {
            (Some((last, before)), Some((same, [first, ..]))) => same == before && first.starts_with(last.as_str()),
            (None, _) => parameters.is_empty(),
            _ => false,
        },
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn cut(name: &str) -> &str {
    name.get(..NAME_BYTES).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Interval;

    fn wanted(command: &str, parameter_match: ParameterMatch, full_command: bool) -> Process {
        let mut words = command.split(' ').map(str::to_owned);
        Process {
            name: "p".into(),
            program: words.next().expect("a program"),
            parameters: words.collect(),
            parameter_match,
            full_command,
            weight: Default::default(),
            quorum: 1,
            quorum_max: None,
            terminate_delay: Interval::ZERO,
            fork_delay: Interval::ZERO,
        }
    }

    #[test]
    fn names_and_command_lines() {
        use ParameterMatch::{Any, Exact, Initial, Partial};
        let seen = |name: &str, line: &str| Seen {
            name: name.into(),
            command: line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        };
        let (nginx, kernel) = (seen("nginx", "/usr/sbin/nginx -g daemon_off"), seen("kworker/0:1", ""));
        for (command, how, full, process, expected) in [
            ("nginx", Any, false, &nginx, true),
            ("/usr/sbin/nginx", Any, false, &nginx, true),
            ("ngin", Any, false, &nginx, false),
            ("a_name_that_is_too_long", Any, false, &seen("a_name_that_is_", "x"), true),
            ("nginx", Exact, false, &nginx, false),
            ("nginx", Any, true, &nginx, true),
            ("/usr/sbin/nginx", Any, true, &nginx, true),
            ("/usr/bin/nginx", Any, true, &nginx, false),
            ("nginx -g daemon_off", Any, false, &nginx, true),
            ("nginx -g daemon_off", Exact, false, &nginx, true),
            ("nginx -g", Exact, false, &nginx, false),
            ("nginx -g", Partial, false, &nginx, true),
            ("nginx -g daemon_off more", Partial, false, &nginx, false),
            ("nginx -g daemon", Initial, false, &nginx, true),
            ("nginx -g demon", Initial, false, &nginx, false),
            ("nginx -", Initial, false, &nginx, true),
            ("nginx -g daemon_off more", Initial, false, &nginx, false),
            ("nginx", Any, true, &kernel, false),
        ] {
            assert_eq!(counts(&wanted(command, how, full), process), expected, "{command} {how:?} {full}");
        }
    }
}
