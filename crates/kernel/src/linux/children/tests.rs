//! Real children.
use super::*;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::sleep;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn request(argv: &[&str]) -> Request {
    Request {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        identity: Identity::own(),
        timeout: Some(Interval::from_secs(20)),
        kill_grace: Interval::from_secs(2),
    }
}

fn shell(script: &str) -> Request {
    request(&["/bin/sh", "-c", script])
}

fn outcome_of(request: Request) -> Outcome {
    runtime().block_on(run(request))
}

/// A directory that everybody may write to; removed at the end.
struct Room(PathBuf);

impl Room {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("evenkeel-children-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(&path, mode).expect("a mode");
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("text").to_owned()
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }

    /// Waits until a file has a line.
    async fn line(&self, name: &str) -> String {
        for _ in 0..1_000 {
            if let Some(line) = self.text(name).lines().next().filter(|_| self.text(name).ends_with('\n')) {
                return line.to_owned();
            }
            sleep(Duration::from_millis(5)).await;
        }
        panic!("nothing was written to {name}");
    }

    fn program(&self, name: &str, text: &str) -> String {
        let path = self.file(name);
        std::fs::write(&path, text).expect("a file");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).expect("a mode");
        path
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether a process runs; a zombie does not.
fn runs(id: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}

async fn ends(id: &str) -> bool {
    for _ in 0..400 {
        if !runs(id) {
            return true;
        }
        sleep(Duration::from_millis(5)).await;
    }
    false
}

fn exists(id: u32) -> bool {
    Path::new("/proc").join(id.to_string()).exists()
}

#[test]
fn the_exit_status_comes_back() {
    assert_eq!(outcome_of(request(&["/bin/true"])), Outcome::Exited(0));
    assert_eq!(outcome_of(shell("exit 7")), Outcome::Exited(7));
    assert_eq!(outcome_of(shell("kill -USR1 $$")), Outcome::Signalled(libc::SIGUSR1));
    assert_eq!(outcome_of(request(&["sh", "-c", "exit 3"])), Outcome::Exited(3), "found in PATH");
}

#[test]
fn what_cannot_be_started_says_why() {
    for (argv, expected) in [
        (&["/no/such/program"][..], "/no/such/program: no such file or directory"),
        (&["/etc/passwd"], "/etc/passwd: permission denied"),
        (&[], "the command is empty"),
    ] {
        let Outcome::NotStarted(text) = outcome_of(request(argv)) else { panic!("{argv:?} was started") };
        assert_eq!(text, expected, "{argv:?}");
    }
    let Outcome::NotStarted(_) = outcome_of(request(&["nul\0"])) else { panic!("a word with a zero byte was taken") };
}

#[test]
fn a_file_without_interpreter_line_goes_through_the_shell() {
    let room = Room::new();
    let program = room.program("plain", "[ \"$1 $2\" = 'a b c' ] && exit 9\nexit 1\n");
    assert_eq!(outcome_of(request(&[&program, "a b", "c"])), Outcome::Exited(9));
}

#[test]
fn a_redirection_opens_the_path() {
    let room = Room::new();
    let there = room.file("it's there");
    std::fs::write(&there, "text").expect("a file");
    assert_eq!(outcome_of(request(&[&format!("<{there}")])), Outcome::Exited(0));
    assert_eq!(outcome_of(request(&["<", &there])), Outcome::Exited(0));
    let Outcome::Exited(status) = outcome_of(request(&["</no/such/file"])) else { panic!("the shell did not run") };
    assert_ne!(status, 0);
    assert_eq!(outcome_of(request(&[&format!(">>{there}")])), Outcome::Exited(0));
    assert_eq!(room.text("it's there"), "text");
    assert_eq!(outcome_of(request(&[&format!(">{there}")])), Outcome::Exited(0));
    assert_eq!(room.text("it's there"), "");
}

#[test]
fn a_hung_script_and_its_children_are_ended_at_the_timeout() {
    let room = Room::new();
    let script = format!("sleep 60 & echo $! > {}; sleep 60", room.file("pid"));
    let begun = std::time::Instant::now();
    let (timeout, kill_grace) = (Some(Interval::from_millis(300)), Interval::from_secs(20));
    let hung = Request { timeout, kill_grace, ..shell(&script) };
    runtime().block_on(async {
        assert_eq!(run(hung).await, Outcome::TimedOut);
        assert!(ends(&room.line("pid").await).await, "the grandchild lives on");
    });
    assert!(begun.elapsed() < Duration::from_secs(10), "TERM was enough, but it took {:?}", begun.elapsed());
}

#[test]
fn a_script_that_ignores_term_is_killed_with_its_children() {
    let room = Room::new();
    let script = format!("trap '' TERM; sleep 60 & echo $! > {}; while :; do sleep 1; done", room.file("pid"));
    let hung =
        Request { timeout: Some(Interval::from_millis(300)), kill_grace: Interval::from_millis(300), ..shell(&script) };
    let begun = std::time::Instant::now();
    runtime().block_on(async {
        assert_eq!(run(hung).await, Outcome::TimedOut);
        assert!(begun.elapsed() >= Duration::from_millis(600), "the grace was cut short");
        assert!(ends(&room.line("pid").await).await, "the grandchild lives on");
    });
}

#[test]
fn a_grandchild_that_outlives_its_parent_is_killed_after_the_grace() {
    let room = Room::new();
    // The parent dies of TERM, the grandchild ignores it.
    let script =
        format!("(trap '' TERM; echo $$ > /dev/null; exec sleep 60) & echo $! > {}; sleep 60", room.file("pid"));
    let hung =
        Request { timeout: Some(Interval::from_millis(300)), kill_grace: Interval::from_millis(300), ..shell(&script) };
    runtime().block_on(async {
        assert_eq!(run(hung).await, Outcome::TimedOut);
        assert!(ends(&room.line("pid").await).await, "the grandchild lives on");
    });
}

#[test]
fn what_a_script_leaves_in_the_background_lives_on() {
    let room = Room::new();
    let script = format!("sleep 60 & echo $! > {}", room.file("pid"));
    runtime().block_on(async {
        assert_eq!(run(shell(&script)).await, Outcome::Exited(0));
        let id = room.line("pid").await;
        sleep(Duration::from_millis(50)).await;
        assert!(runs(&id), "the background process was ended");
        signal(Pid::from_raw(id.parse().expect("a number")), Signal::SIGKILL);
        let _ = nix::sys::signal::kill(Pid::from_raw(id.parse().expect("a number")), Signal::SIGKILL);
        assert!(ends(&id).await);
    });
}

#[test]
fn dropping_the_future_kills_the_group_and_leaves_no_zombie() {
    let room = Room::new();
    let script = format!("sleep 60 & echo $! > {}; echo $$ > {}; wait", room.file("child"), room.file("self"));
    runtime().block_on(async {
        let watch = async { (room.line("self").await, room.line("child").await) };
        let (leader, child) = tokio::select! {
            outcome = run(shell(&script)) => panic!("it ended: {outcome:?}"),
            ids = watch => ids,
        };
        assert!(ends(&leader).await && ends(&child).await, "somebody lives on");
        for _ in 0..200 {
            if !exists(leader.parse().expect("a number")) {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
        panic!("the leader stays a zombie");
    });
}

#[test]
fn a_long_lived_child_is_ended_in_good_order() {
    let room = Room::new();
    let script = format!(
        "trap 'echo bye > {}; exit 0' TERM; echo up > {}; while :; do sleep 0.05; done",
        room.file("end"),
        room.file("up")
    );
    runtime().block_on(async {
        let mut child = spawn(shell(&script)).expect("it starts");
        let id = child.id().expect("it runs");
        room.line("up").await;
        child.terminate().await;
        assert_eq!(room.text("end"), "bye\n");
        assert!(!exists(id) && child.id().is_none());
        child.terminate().await;
    });
}

#[test]
fn the_child_starts_with_a_clean_slate() {
    let room = Room::new();
    let out = room.file("out");
    // The group number is the process number; the standard descriptors are on /dev/null (but for the output, while the
    // commands write to a file); no signal is blocked or ignored; a descriptor of ours without close-on-exec is closed.
    let script = format!(
        "{{ echo group $(($(cut -d' ' -f5 /proc/$$/stat) - $$)); readlink /proc/$$/fd/0 /proc/$$/fd/2; \
            grep -E '^Sig(Blk|Ign)' /proc/$$/status | tr '\\t' ' '; readlink /proc/$$/fd/*; }} > {out}.new; mv {out}.new {out}"
    );
    let leaky = std::fs::File::create(room.file("leaky")).expect("a file");
    let leaky = nix::unistd::dup(&leaky).expect("a descriptor without close-on-exec");
    let set: nix::sys::signal::SigSet = [Signal::SIGUSR2, Signal::SIGTERM].into_iter().collect();
    set.thread_block().expect("signals can be blocked");
    let ended = outcome_of(shell(&script));
    set.thread_unblock().expect("signals can be unblocked");
    drop(leaky);
    assert_eq!(ended, Outcome::Exited(0));
    let text = room.text("out");
    let lines: Vec<&str> = text.lines().collect();
    let expected =
        ["group 0", "/dev/null", "/dev/null", "SigBlk: 0000000000000000", "SigIgn: 0000000000000000", "/dev/null"];
    assert_eq!(lines[..6], expected);
    assert!(!text.contains("leaky"), "{text}");
}

/// Not unit tests alone can set variables safely: another test may read them at the same time. A child of ours sets them
/// and is then this very test.
#[test]
fn the_environment_is_cleaned() {
    const MARK: &str = "EVENKEEL_TEST_ENVIRONMENT";
    if let Ok(out) = std::env::var(MARK) {
        let script = format!("env > {out}.new; mv {out}.new {out}");
        assert_eq!(outcome_of(request(&["/bin/sh", "-c", &script])), Outcome::Exited(0));
        return;
    }
    let room = Room::new();
    let status = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "linux::children::tests::the_environment_is_cleaned", "--test-threads=1"])
        .envs([(MARK, room.file("out").as_str()), ("IFS", "x"), ("LD_PRELOAD", ""), ("LD_LIBRARY_PATH", "/nowhere")])
        .env("KEPT", "yes")
        .stdout(Stdio::null())
        .status()
        .expect("it starts");
    assert!(status.success());
    let text = room.text("out");
    assert!(text.lines().any(|line| line == "KEPT=yes"), "{text}");
    for name in REMOVED {
        assert!(!text.lines().any(|line| line.starts_with(&format!("{name}="))), "{name} is left in {text}");
    }
}

#[test]
fn the_identity_is_taken() {
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: needs root");
        return;
    }
    let room = Room::new();
    let script = format!("grep -E '^(Uid|Gid|Groups):' /proc/self/status > {}", room.file("out"));
    let other = Request { identity: Identity { user: 65_534, group: 65_533 }, ..shell(&script) };
    assert_eq!(outcome_of(other), Outcome::Exited(0));
    let text = room.text("out").replace('\t', " ").replace(" \n", "\n");
    let expected = "Uid: 65534 65534 65534 65534\nGid: 65533 65533 65533 65533\nGroups: 65533\n";
    assert_eq!(text, expected);
}

#[test]
fn real_time_priority_is_not_inherited_and_the_child_ends_with_its_parent() {
    let room = Room::new();
    let out = room.file("out");
    let script = format!("cut -d' ' -f41 /proc/$$/stat > {out}; echo $$ > {}; exec sleep 60", room.file("pid"));
    let starter = std::thread::spawn(move || {
        if let Err(refused) = crate::linux::sched::real_time(1) {
            println!("without real-time priority: {refused}");
        }
        // A runtime that is not left in good order: the thread just ends.
        let runtime = runtime();
        let child = runtime.block_on(async { spawn(shell(&script)) }).expect("it starts");
        runtime.block_on(async {
            for _ in 0..1_000 {
                if std::fs::metadata(&out).is_ok() {
                    break;
                }
                sleep(Duration::from_millis(5)).await;
            }
            sleep(Duration::from_millis(50)).await;
        });
        std::mem::forget(child);
        std::mem::forget(runtime);
    });
    starter.join().expect("it ends");
    assert_eq!(room.text("out"), "0\n", "policy 0 is SCHED_OTHER");
    runtime().block_on(async {
        assert!(ends(&room.line("pid").await).await, "the child outlives the thread that started it");
    });
}

#[test]
fn words_are_quoted_for_the_shell() {
    let words = |argv: &[&str]| shell_words(&argv.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
    assert_eq!(words(&["/bin/true", "<x"]), ["/bin/true", "<x"]);
    assert_eq!(words(&["</a b", "c'd"]), ["/bin/sh", "-c", r"< '/a b' 'c'\''d'"]);
    assert_eq!(words(&[">>", "/x"]), ["/bin/sh", "-c", ">> '/x'"]);
}
