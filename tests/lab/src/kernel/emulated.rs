//! An emulated machine (qemu without hardware support) with Debian's kernel for clouds, which has nf_tables for IP and
//! connection tracking in IPVS. Its root is the machine's own file tree, by virtiofs.
use super::{MEGABYTES, guarded, spawn};
use crate::error::{Doing, Error, Result};
use crate::packages::{self, Package, package};
use crate::scratch::Scratch;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What it needs of Debian.
pub const PACKAGES: &[Package] = &[
    package("qemu-system-x86", "/usr/bin/qemu-system-x86_64", "an emulated machine"),
    package("qemu-system-common", VIRTIOFSD, "its view of this machine's files"),
    package("cpio", "/usr/bin/cpio", "its first file system"),
    package("lz4", "/usr/bin/lz4", "unpacking its kernel"),
];
const VIRTIOFSD: &str = "/usr/lib/qemu/virtiofsd";
/// What is started: made once for a machine, about 130 MB.
const DIRECTORY: &str = "/var/cache/evenkeel-lab/emulated";
const PREPARE: &str = include_str!("emulated/prepare.sh");
/// Written by the first program, before the command.
const BOOTED: &str = "booted";
/// Written by whoever starts the machine.
const STARTED: &str = "started";

/// Why there is none, if so.
pub fn missing() -> Option<String> {
    if !cfg!(target_arch = "x86_64") {
        return Some("the emulated machine with nf_tables is known for x86-64 only".into());
    }
    let packages: Vec<&str> = packages::missing(PACKAGES).iter().map(|package| package.name).collect();
    if !packages.is_empty() {
        return Some(format!(
            "no kernel with nf_tables and IPVS: {} not installed (cargo xtask test does)",
            packages.join(", ")
        ));
    }
    let there = Path::new(DIRECTORY).join("vmlinux").exists();
    (!there).then(|| format!("no kernel with nf_tables and IPVS in {DIRECTORY} (cargo xtask test makes it)"))
}

/// Installs and makes what is missing.
///
/// # Errors
/// Where that cannot be had; the tests then say that they are skipped.
pub fn prepare(say: &mut dyn FnMut(&str)) -> Result<()> {
    if !cfg!(target_arch = "x86_64") || missing().is_none() {
        return Ok(());
    }
    packages::ensure(PACKAGES, say)?;
    say(&format!("making an emulated machine's kernel in {DIRECTORY}"));
    fs::create_dir_all(DIRECTORY).doing(format!("making {DIRECTORY}"))?;
    let files = Scratch::new("prepare")?;
    let script = files.write("prepare.sh", PREPARE)?;
    let output = Command::new("sh").arg(script).arg(DIRECTORY).stdin(Stdio::null()).output();
    let output = output.doing("starting a shell")?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::new(format!("making {DIRECTORY} failed: {}", words.trim())))
}

/// Its serial lines: the kernel's own messages to a file, what the command prints to us.
pub(super) fn start(files: &Scratch, limit: Duration) -> Result<Child> {
    if let Some(reason) = missing() {
        return Err(Error::new(reason));
    }
    files.write(STARTED, "")?;
    let directory = files.path().display();
    let line = format!(
        "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check tsc=reliable random.trust_cpu=on rdinit=/init \
         FIRST={directory}/init TESTDIR={directory} MODULES={DIRECTORY}/lib/modules CONSOLE=ttyS1 SHARE=bind"
    );
    files.write("machine.sh", machine(&line))?;
    spawn(
        files,
        &guarded(limit, &["unshare", "--pid", "--fork", "--kill-child", "sh", "machine.sh"].map(str::to_owned)),
    )
}

/// Did the last machine that was started die before its first program did anything?
pub(super) fn died_early(files: &Scratch) -> bool {
    files.path().join(STARTED).exists() && !files.path().join(BOOTED).exists()
}

/// The socket's path is a whole one: virtiofsd locks a file of that name, and there may be several. The emulation of some
/// instructions is wrong (cmpxchg16b) or slow; a kernel does without them.
fn machine(line: &str) -> String {
    format!(
        "rm -f files.sock; {VIRTIOFSD} --socket-path=\"$PWD/files.sock\" -o source=/ -o sandbox=chroot -o cache=always --thread-pool-size=0 \
         >>kernel.log 2>&1 &\n\
         n=0; while [ ! -S files.sock ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done\n\
         qemu-system-x86_64 -M q35,memory-backend=memory -accel tcg -m {MEGABYTES} -nodefaults -no-user-config \
         -cpu max,la57=off,cx16=off,smap=off,smep=off,pku=off -display none -no-reboot \
         -object memory-backend-memfd,id=memory,size={MEGABYTES}M,share=on \
         -chardev socket,id=files,path=files.sock -device vhost-user-fs-pci,chardev=files,tag=root \
         -chardev file,id=log,path=kernel.log,append=on -serial chardev:log -serial stdio \
         -kernel {DIRECTORY}/vmlinux -initrd {DIRECTORY}/initrd -append '{line}' </dev/null 2>>kernel.log\n\
         wait\n"
    )
}
