//! User-mode Linux: a kernel that is a program of Debian's. It has no nf_tables for IP.
use super::{MEGABYTES, guarded, spawn_with};
use crate::error::Result;
use crate::scratch::Scratch;
use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::statvfs::{FsFlags, statvfs};
use nix::unistd::Pid;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

/// Its consoles are descriptors: 1 for the kernel's own messages, 3 for what the command prints.
pub(super) fn start(files: &Scratch, limit: Duration) -> Result<Child> {
    let directory = files.path().display();
    let mut argv: Vec<String> = ["sh", "-c", "exec \"$@\" 3>&1 >kernel.log 2>&1", "sh"].map(str::to_owned).into();
    // Each system call in there is a switch between processes out here: on two processors three times slower.
    let second = ["unshare", "--pid", "--fork", "--kill-child", "taskset", "-c", &processor(), "linux.uml"];
    argv.extend(guarded(limit, &second.map(str::to_owned)));
    argv.extend([
        format!("mem={MEGABYTES}M"),
        "rootfstype=hostfs".into(),
        "rootflags=/".into(),
        "ro".into(),
        format!("init={directory}/init"),
        format!("TESTDIR={directory}"),
        "MODULES=/usr/lib/uml/modules".into(),
        "CONSOLE=tty1".into(),
        "SHARE=hostfs".into(),
        "con=null".into(),
        "con0=null,fd:1".into(),
        "con1=null,fd:3".into(),
        "quiet".into(),
        // A benchmark of one second at each boot.
        "initcall_blacklist=raid6_select_algo".into(),
    ]);
    let memory: &[(&str, &Path)] = if shared_memory_is_good() { &[] } else { &[("TMPDIR", files.path())] };
    spawn_with(files, &argv, memory)
}

/// User-mode Linux keeps its memory in a file in /dev/shm, which containers often make small or not executable.
fn shared_memory_is_good() -> bool {
    statvfs("/dev/shm").is_ok_and(|about| {
        let free = about.blocks_available().saturating_mul(about.fragment_size()) >> 20;
        free > MEGABYTES && !about.flags().contains(FsFlags::ST_NOEXEC)
    })
}

/// The last processor that we may use.
fn processor() -> String {
    let last = sched_getaffinity(Pid::from_raw(0))
        .ok()
        .and_then(|set| (0..CpuSet::count()).rev().find(|cpu| set.is_set(*cpu).unwrap_or(false)));
    last.unwrap_or(0).to_string()
}
