//! A room: a network namespace with a private /run, held by a thread, and gone with it.
//!
//! The namespace has no name in the file system, so nothing of it can be left behind by a crash. Work is handed to the
//! room's thread, which is in the namespace already: no `ip netns exec` for each step.
use crate::error::{Doing, Error, Result};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

type Job = Box<dyn FnOnce() + Send>;

/// A network, mount and host-name namespace of its own.
#[derive(Debug)]
pub struct Room {
    name: String,
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    net: PathBuf,
}

impl Room {
    /// Makes a room whose host name is `name`, with the loopback interface up. Needs root.
    pub fn new(name: &str) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ready, entered) = mpsc::channel();
        let host_name = name.to_owned();
        let life = move || {
            let result = enter(&host_name).map(|()| nix::unistd::gettid());
            let failed = result.is_err();
            if ready.send(result).is_err() || failed {
                return;
            }
            queue.into_iter().for_each(|job| job());
        };
        let thread = thread::Builder::new().name(format!("room {name}")).spawn(life).doing("starting a thread")?;
        let tid = entered.recv().doing("entering a namespace")??;
        let net = PathBuf::from(format!("/proc/{}/task/{tid}/ns/net", std::process::id()));
        let room = Self { name: name.to_owned(), jobs: Some(jobs), thread: Some(thread), net };
        room.prepare()?;
        Ok(room)
    }

    /// The name given to it, which is the host name inside.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A path that stands for the network namespace, for `ip link set ... netns PATH`.
    pub fn net(&self) -> &Path {
        &self.net
    }

    /// Does something inside, and returns what it returned. Threads and processes started there stay in the room.
    pub fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let gone = || format!("room {} has ended", self.name);
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move || drop(answer.send(job())));
        self.jobs.as_ref().ok_or_else(|| Error::new(gone()))?.send(job).map_err(|_| Error::new(gone()))?;
        answered.recv().doing(gone())
    }

    /// Runs a short command inside and returns its standard output; a non-zero status is an error with its complaint.
    pub fn command(&self, argv: &[&str]) -> Result<String> {
        self.command_with_input(argv, "")
    }

    /// The same, with text on the command's standard input.
    pub fn command_with_input(&self, argv: &[&str], input: &str) -> Result<String> {
        let argv: Vec<String> = argv.iter().map(ToString::to_string).collect();
        let doing = format!("{}: {}", self.name, argv.join(" "));
        let input = input.to_owned();
        self.run(move || run_command(&argv, &input))?.doing(doing)
    }

    /// Runs lines of `ip` commands in one go.
    pub fn ip(&self, lines: &[String]) -> Result<()> {
        self.command_with_input(&["ip", "-batch", "-"], &(lines.join("\n") + "\n")).map(drop)
    }

    /// Sets kernel variables of this namespace, as (`net/ipv4/ip_forward`, `1`).
    pub fn sysctl(&self, settings: &[(&str, &str)]) -> Result<()> {
        let settings: Vec<(String, String)> =
            settings.iter().map(|(path, value)| (format!("/proc/sys/{path}"), value.to_string())).collect();
        let write = move || {
            settings.iter().try_for_each(|(path, value)| std::fs::write(path, value).doing(format!("setting {path}")))
        };
        self.run(write)?
    }

    /// The addresses that the kernel of this room holds now.
    pub fn addresses(&self) -> Result<Vec<IpAddr>> {
        let list = || nix::ifaddrs::getifaddrs().map(|all| all.filter_map(ip).collect());
        self.run(list)?.doing(format!("{}: listing addresses", self.name))
    }

    fn prepare(&self) -> Result<()> {
        self.ip(&["link set lo up".into()])?;
        // Duplicate address detection would keep IPv6 addresses tentative for a second; the lab's addresses are unique.
        let quiet = self.sysctl(&[("net/ipv6/conf/all/accept_dad", "0"), ("net/ipv6/conf/default/accept_dad", "0")]);
        // A kernel without IPv6 has no such variable, and no problem either.
        if Path::new("/proc/sys/net/ipv6").exists() { quiet } else { Ok(()) }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// May we make rooms? Asked of the kernel, because containers have roots who may not.
pub fn possible() -> bool {
    Room::new("trial").is_ok()
}

fn enter(host_name: &str) -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWUTS)
        .doing("making namespaces (this needs root)")?;
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).doing("making mounts private")?;
    mount(Some("tmpfs"), "/run", Some("tmpfs"), MsFlags::empty(), none).doing("mounting a private /run")?;
    // /sys/class/net shows the namespace in which sysfs was mounted.
    mount(Some("sysfs"), "/sys", Some("sysfs"), MsFlags::empty(), none).doing("mounting /sys")?;
    nix::unistd::sethostname(host_name).doing("setting the host name")
}

fn run_command(argv: &[String], input: &str) -> Result<String> {
    let (program, arguments) = argv.split_first().ok_or_else(|| Error::new("empty command"))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().doing("starting it")?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input closes the pipe, which is its right.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().doing("waiting for it")?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::new(format!("{}: {complaint}", output.status)))
}

fn ip(entry: nix::ifaddrs::InterfaceAddress) -> Option<IpAddr> {
    let address = entry.address?;
    let four = address.as_sockaddr_in().map(|socket| IpAddr::V4(socket.ip()));
    four.or_else(|| address.as_sockaddr_in6().map(|socket| IpAddr::V6(socket.ip())))
}
