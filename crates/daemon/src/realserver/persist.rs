//! The systemd unit that sets the real server up again at the start of the machine.
use super::plan::{Method, Target};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const UNIT: &str = "evenkeel-realserver.service";
const WANTS: &str = "multi-user.target.wants";

/// Where units of the administrator are: `EVENKEEL_UNITS`, else systemd's own place.
#[must_use]
pub fn directory() -> PathBuf {
    std::env::var_os("EVENKEEL_UNITS").map_or_else(|| PathBuf::from("/etc/systemd/system"), PathBuf::from)
}

/// The unit's text for this program and these addresses. One call for each method.
#[must_use]
pub fn unit(program: &Path, state: Option<&OsString>, target: &Target) -> String {
    let methods: BTreeSet<Method> = target.values().copied().collect();
    let call = |method: Method| {
        let vips = target.iter().filter(|(_, how)| **how == method).map(|(vip, _)| vip.to_string());
        let vips = vips.collect::<Vec<_>>().join(" ");
        format!("ExecStart={} realserver up --method {} --vip {vips}\n", program.display(), method.word())
    };
    let calls: String = methods.into_iter().map(call).collect();
    let state = state.map(|path| format!("Environment=EVENKEEL_STATE={}\n", path.display())).unwrap_or_default();
    format!(
        "# Made by `evenkeel realserver up --persist`; `evenkeel realserver down` removes it.\n\
         [Unit]\n\
         Description=Virtual addresses of a real server\n\
         After=local-fs.target systemd-sysctl.service\n\
         Before=network.target\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         RemainAfterExit=yes\n\
         {state}{calls}\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n"
    )
}

/// Whether the unit is there with this text, and enabled.
#[must_use]
pub fn is_there(directory: &Path, text: &str) -> bool {
    let held = std::fs::read_to_string(directory.join(UNIT));
    held.is_ok_and(|held| held == text) && directory.join(WANTS).join(UNIT).exists()
}

/// Writes and enables the unit.
///
/// # Errors
/// When its files cannot be written.
pub fn write(directory: &Path, text: &str) -> io::Result<()> {
    let wants = directory.join(WANTS);
    std::fs::create_dir_all(&wants)?;
    std::fs::write(directory.join(UNIT), text)?;
    match std::os::unix::fs::symlink(directory.join(UNIT), wants.join(UNIT)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    tell_systemd(directory);
    Ok(())
}

/// Removes it; says whether there was one.
///
/// # Errors
/// When a file stays.
pub fn remove(directory: &Path) -> io::Result<bool> {
    let mut removed = false;
    for path in [directory.join(WANTS).join(UNIT), directory.join(UNIT)] {
        match std::fs::remove_file(path) {
            Ok(()) => removed = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    tell_systemd(directory);
    Ok(removed)
}

/// Where systemd runs and this is its place, it is to read its units again; otherwise it does at the next start.
fn tell_systemd(directory: &Path) {
    if directory == Path::new("/etc/systemd/system") && Path::new("/run/systemd/system").exists() {
        let quiet =
            || Command::new("systemctl").arg("daemon-reload").stdin(Stdio::null()).stderr(Stdio::null()).status();
        let _ = quiet();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_written_enabled_and_removed() {
        let target: Target =
            [([192, 0, 2, 1].into(), Method::DirectRoute), ([192, 0, 2, 2].into(), Method::DirectRoute)].into();
        let text = unit(Path::new("/usr/sbin/evenkeel"), Some(&"/state".into()), &target);
        assert!(text.contains("\nExecStart=/usr/sbin/evenkeel realserver up --method dr --vip 192.0.2.1 192.0.2.2\n"));
        assert!(text.contains("\nEnvironment=EVENKEEL_STATE=/state\n"), "{text}");
        let directory = std::env::temp_dir().join(format!("evenkeel-units-{}", std::process::id()));
        for _ in 0..2 {
            write(&directory, &text).expect("written");
            assert!(is_there(&directory, &text) && !is_there(&directory, "another"));
        }
        assert!(remove(&directory).expect("removed") && !remove(&directory).expect("nothing"));
        assert!(!is_there(&directory, &text));
        std::fs::remove_dir_all(&directory).expect("gone");
    }
}
