//! Hooks and FIFO lines with real processes and a real pipe.
use super::*;
use crate::notify::testing::instance;
use checkers::effect;
use kernel::linux::identity::Identity;
use model::Family;
use model::config::global;
use model::config::server::{Protocol, Service};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::unix::pipe;

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("evenkeel-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).expect("a directory");
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(argv: &[&str]) -> Command {
    let user = Some(global::User { user: Identity::own().user.to_string().as_str().into(), group: None });
    Command { argv: argv.iter().map(ToString::to_string).collect(), line: argv.join(" "), user }
}

/// Appends its arguments, a line each time, to a file.
fn append(file: &str, word: &str) -> Command {
    command(&["/bin/sh", "-c", "echo \"$@\" >> \"$0\"", file, word])
}

fn moved(to: RouterState) -> RouterReport {
    RouterReport::Moved { instance: "VI_1".into(), from: RouterState::Backup, to, priority: 100, reason: String::new() }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, test);
}

fn lines(file: &str) -> Vec<String> {
    std::fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn hooks_of_one_instance_run_in_order_with_keepalived_words() {
    let directory = Directory::new("hooks");
    let file = directory.file("out");
    let notify = Notify {
        // The first is slow: the second must wait for it.
        master: Some(Box::new(command(&["/bin/sh", "-c", "sleep 0.2; echo master >> \"$0\"", &file]))),
        backup: Some(Box::new(append(&file, "backup"))),
        stop: Some(Box::new(append(&file, "stop"))),
        any: Some(Box::new(append(&file, "any"))),
        ..Notify::default()
    };
    run(async {
        let mut notifier = Notifier::new(&Config { instances: vec![instance(notify)], ..Config::default() });
        notifier.router(&moved(RouterState::Master));
        notifier.router(&moved(RouterState::Releasing));
        notifier.router(&moved(RouterState::Stopped));
        notifier.finish().await;
    });
    assert_eq!(lines(&file), ["master", "any INSTANCE VI_1 MASTER 100", "stop", "any INSTANCE VI_1 STOP 100"]);
}

#[test]
fn a_hook_that_hangs_does_not_delay_the_end() {
    let notify = Notify { master: Some(Box::new(command(&["/bin/sleep", "1000"]))), ..Notify::default() };
    run(async {
        let mut notifier = Notifier::new(&Config { instances: vec![instance(notify)], ..Config::default() });
        notifier.router(&moved(RouterState::Master));
        let within = Duration::from_secs(10);
        tokio::time::timeout(within, notifier.finish()).await.expect("an end");
    });
}

#[test]
fn fifo_lines_are_keepalived_lines() {
    let directory = Directory::new("fifo");
    let path = directory.file("pipe");
    let fifo = |path: &str| global::Fifo { path: path.to_owned(), owner: command(&["x"]).user, script: None };
    let config = Config {
        global: Global { fifo: Some(fifo(&path)), ..Global::default() },
        instances: vec![instance(Notify::default())],
        ..Config::default()
    };
    let service = Service::Address { address: IpAddr::from([10, 0, 0, 1]), port: 80, protocol: Protocol::Tcp };
    run(async {
        let mut notifier = Notifier::new(&config);
        let pipe = pipe::OpenOptions::new().open_receiver(&path).expect("the pipe");
        let mut reader = BufReader::new(pipe).lines();
        notifier.router(&moved(RouterState::Master));
        notifier.router(&RouterReport::GroupMoved { group: "G".into(), to: RouterState::Fault });
        notifier.router(&RouterReport::HeardLowerPriority { instance: "VI_1".into(), priority: 100 });
        notifier.router(&RouterReport::Stands { instance: "VI_1".into(), state: RouterState::Fault, priority: 99 });
        notifier.router(&RouterReport::GroupStands { group: "G".into(), state: RouterState::Master });
        notifier.router(&RouterReport::PriorityChanged {
            instance: "VI_1".into(),
            state: RouterState::Backup,
            priority: 90,
            notify: true,
        });
        notifier.router(&RouterReport::PriorityChanged {
            instance: "VI_1".into(),
            state: RouterState::Backup,
            priority: 91,
            notify: false,
        });
        let address = IpAddr::from([10, 0, 0, 2]);
        notifier.pool(&effect::Report::RealServer {
            service,
            name: service.to_string().as_str().into(),
            address,
            port: 81,
            up: true,
            hook: None,
            reason: String::new(),
        });
        notifier.pool(&effect::Report::VirtualServer {
            service: Service::Fwmark { mark: 7, family: Family::V4 },
            name: "FWM 7".into(),
            up: false,
            hook: None,
            reason: String::new(),
        });
        let mut seen = Vec::new();
        while seen.len() < 8 {
            seen.push(reader.next_line().await.expect("a pipe").expect("a line"));
        }
        assert_eq!(
            seen,
            [
                "INSTANCE \"VI_1\" MASTER 100",
                "GROUP \"G\" FAULT 0",
                "INSTANCE \"VI_1\" MASTER_RX_LOWER_PRI 100",
                "INSTANCE \"VI_1\" FAULT 99",
                "GROUP \"G\" MASTER 0",
                "INSTANCE \"VI_1\" BACKUP_PRIORITY 90",
                "RS [10.0.0.2]:tcp:81 [10.0.0.1]:tcp:80 UP",
                "VS FWM 7 DOWN",
            ]
        );
        notifier.finish().await;
    });
    assert!(!Path::new(&path).exists(), "we made it, we remove it");
}

#[test]
fn a_file_that_is_no_fifo_is_left_alone() {
    let directory = Directory::new("nofifo");
    let path = directory.file("file");
    std::fs::write(&path, "precious").expect("a file");
    let fifo = global::Fifo { path: path.clone(), owner: None, script: None };
    run(async {
        let config = Config { global: Global { fifo: Some(fifo), ..Global::default() }, ..Config::default() };
        let mut notifier = Notifier::new(&config);
        notifier.router(&moved(RouterState::Master));
        notifier.finish().await;
    });
    assert_eq!(lines(&path), ["precious"]);
}

#[test]
fn a_sleeping_reader_costs_lines_not_the_daemon() {
    let directory = Directory::new("asleep");
    let path = directory.file("pipe");
    let fifo = global::Fifo { path: path.clone(), owner: command(&["x"]).user, script: None };
    run(async {
        let config = Config { global: Global { fifo: Some(fifo), ..Global::default() }, ..Config::default() };
        let mut notifier = Notifier::new(&config);
        for _ in 0..100_000 {
            notifier.router(&moved(RouterState::Master));
        }
        tokio::time::timeout(Duration::from_secs(10), notifier.finish()).await.expect("an end");
    });
}

#[test]
fn mail_goes_once_more_for_what_a_reload_took_away() {
    use model::config::server::{RealServer, VirtualServer};
    let service = |port| Service::Address { address: IpAddr::from([10, 0, 0, 1]), port, protocol: Protocol::Tcp };
    let real = |port, smtp_alert| RealServer { smtp_alert, ..RealServer::plain(IpAddr::from([10, 0, 0, 2]), port) };
    let pool = |port, smtp_alert, real_servers| VirtualServer {
        smtp_alert,
        real_servers,
        ..VirtualServer::plain(service(port))
    };
    let config = |virtual_servers| Config { virtual_servers, ..Config::default() };
    let mut mailed = Mailed::default();
    let said = |mailed: &Mailed| {
        let servers = [81, 82, 83].map(|port| mailed.has_server(&(service(80), IpAddr::from([10, 0, 0, 2]), port)));
        (servers, [80, 90].map(|port| mailed.has_service(service(port))))
    };
    let all = vec![real(81, true), real(82, true), real(83, false)];
    mailed.configure(&config(vec![pool(80, true, all), pool(90, true, vec![])]));
    assert_eq!(said(&mailed), ([true, true, false], [true, true]));
    // One is not mailed any more, one is gone, and so is a whole pool.
    mailed.configure(&config(vec![pool(80, false, vec![real(81, false)])]));
    assert_eq!(said(&mailed), ([false, true, false], [false, true]));
    mailed.configure(&config(vec![]));
    assert_eq!(said(&mailed), ([false; 3], [false; 2]), "and then it is forgotten");
}
