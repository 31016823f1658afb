//! `startup_script` and `shutdown_script`: one command before everything else, one after it.
use crate::notify::script::identity_of;
use crate::signals::{Request, Signals};
use kernel::linux::children;
use model::config::global::{Global, LimitedCommand, User};
use model::limits;
use model::net::Outcome;
use tracing::{info, warn};

/// Waits for `startup_script`, and meanwhile only for an order to stop; false when that came.
pub async fn start_up(global: &Global, signals: &mut Signals) -> bool {
    let Some(script) = &global.startup else { return true };
    let ends = run("startup_script", script, global.script_user.as_ref());
    tokio::pin!(ends);
    loop {
        tokio::select! {
            () = &mut ends => return true,
            request = signals.next() => match request {
                Request::Stop => return false,
                other => info!("{other:?} ignored: startup_script is still running"),
            },
        }
    }
}

/// Waits for `shutdown_script`.
pub async fn shut_down(global: &Global) {
    if let Some(script) = &global.shutdown {
        run("shutdown_script", script, global.script_user.as_ref()).await;
    }
}

/// Runs one of them to its end, at most for its timeout. What becomes of it is logged under this name, and hinders nothing.
/// When the future is dropped, the command is killed.
async fn run(keyword: &str, once: &LimitedCommand, default: Option<&User>) {
    let line = &once.command.line;
    let identity = match identity_of(once.command.user.as_ref(), default) {
        Ok(identity) => identity,
        Err(problem) => return warn!("({keyword}) {line} not run: {problem}"),
    };
    let argv = once.command.argv.clone();
    let request = children::Request { argv, identity, timeout: Some(once.timeout), kill_grace: limits::KILL_GRACE };
    match children::run(request).await {
        Outcome::Exited(0) => info!("({keyword}) {line} done"),
        Outcome::Exited(status) => warn!("({keyword}) {line} left with status {status}; going on"),
        Outcome::Signalled(signal) => warn!("({keyword}) {line} was killed by signal {signal}; going on"),
        Outcome::TimedOut => {
            warn!("({keyword}) {line} ran longer than {} and was killed; going on", once.timeout);
        }
        Outcome::NotStarted(problem) => warn!("({keyword}) {line} could not be started: {problem}; going on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Interval;
    use model::config::global::Command;
    use std::time::{Duration, Instant};

    fn once(argv: &[&str], timeout: Interval) -> LimitedCommand {
        let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
        LimitedCommand { command: Command { line: argv.join(" "), argv, user: None }, timeout }
    }

    /// As whoever runs the tests: the usual user of scripts may not write here.
    fn own() -> User {
        User { user: nix::unistd::getuid().to_string().as_str().into(), group: None }
    }

    #[tokio::test]
    async fn it_has_ended_when_it_is_said_to_have() {
        let path = std::env::temp_dir().join(format!("evenkeel-once-{}", std::process::id()));
        let script = format!("sleep 0.1; echo done > {}", path.display());
        run("startup_script", &once(&["/bin/sh", "-c", &script], Interval::from_secs(60)), Some(&own())).await;
        assert_eq!(std::fs::read_to_string(&path).expect("written").trim(), "done");
        std::fs::remove_file(path).expect("removed");
    }

    #[tokio::test]
    async fn one_that_hangs_is_given_up_and_one_that_is_missing_hinders_nothing() {
        let begun = Instant::now();
        run("startup_script", &once(&["/bin/sleep", "600"], Interval::from_millis(50)), Some(&own())).await;
        run("startup_script", &once(&["/no/such/program"], Interval::from_secs(600)), Some(&own())).await;
        assert!(begun.elapsed() < Duration::from_secs(300));
    }
}
