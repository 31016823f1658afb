//! Kernel modules: loading the one that we cannot do without, and those that the kernel must not load by itself.
use crate::command::Command;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

/// The module of IPVS itself.
pub(crate) const IPVS: &str = "ip_vs";
/// What loads modules; not searched for in `PATH`, because we are root.
pub(crate) const MODPROBE: &str = "/sbin/modprobe";
/// How long it may take, in steps of [`WAIT`].
const WAITS: u32 = 10_000;
/// One step of waiting.
const WAIT: Duration = Duration::from_millis(1);
/// Schedulers whose modules register with the network namespaces when they are loaded. The kernel loads a scheduler while
/// it holds the locks of generic netlink and of IPVS. When a namespace is taken down at that moment, its cleanup waits for
/// the IPVS lock, and the module waits for the cleanup: for ever, and all of generic netlink with them (seen on 6.1).
const REGISTERING: [&str; 2] = ["lblc", "lblcr"];

/// Loads a module, or says in words why not.
pub(crate) fn load(module: &str) -> Result<(), String> {
    let child = std::process::Command::new(MODPROBE)
        .arg(module)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child.map(finish) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(format!("{MODPROBE} {module} {why}")),
        Err(error) => Err(format!("{MODPROBE} {module} could not be run: {error}")),
    }
}

/// Waits for the child, not forever.
fn finish(mut child: Child) -> Result<(), String> {
    for _ in 0..WAITS {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("failed ({status})")),
            Ok(None) => thread::sleep(WAIT),
            // Somebody else collects this process's children: whether it worked is seen by looking again.
            Err(_) => return Ok(()),
        }
    }
    // Not waited for any further: what hangs in the kernel does not die of a signal.
    let _gone_already = child.kill();
    Err("did not end in 10 seconds".to_owned())
}

/// Remembers which schedulers' modules were loaded ahead.
#[derive(Default)]
pub(crate) struct Preload(BTreeSet<&'static str>);

impl Preload {
    /// Loads, once each, what these commands would make the kernel load at the wrong time.
    pub(crate) fn schedulers_of(&mut self, commands: &[Command]) {
        for command in commands {
            let (Command::AddService(service) | Command::EditService(service)) = command else { continue };
            let registering = REGISTERING.iter().find(|name| **name == service.scheduler().as_str());
            if let Some(name) = registering
                && self.0.insert(name)
            {
                let module = format!("{IPVS}_{name}");
                if !Path::new("/sys/module").join(&module).exists() {
                    // Where this fails, the kernel's own attempt says what is wrong.
                    let _kernel_tries_itself = load(&module);
                }
            }
        }
    }

    /// What was loaded may be gone.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}
