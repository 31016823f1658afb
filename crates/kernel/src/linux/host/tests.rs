//! Paths of every kind, in a directory of the test's own.
use super::*;
use std::fs::{File, Permissions, create_dir_all, set_permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory that only root can write to; removed at the end.
struct Room(PathBuf);

impl Room {
    /// `None` when this is not root: then nothing here is safe, and there is nothing to tell apart.
    fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        if !nix::unistd::geteuid().is_root() {
            println!("skipped: needs root");
            return None;
        }
        // Not below /tmp, which everybody may write to.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(format!("/run/evenkeel-test-{}-{number}", std::process::id()));
        create_dir_all(&path).expect("a directory");
        Some(Self(path))
    }

    fn directory(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.0.join(name);
        create_dir_all(&path).expect("a directory");
        set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        path
    }

    fn file(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.0.join(name);
        File::create(&path).expect("a file");
        set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        path
    }

    fn link(&self, name: &str, target: &str) -> PathBuf {
        let path = self.0.join(name);
        symlink(target, &path).expect("a link");
        path
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn weak(path: &Path, weakness: Weakness) -> Safety {
    weak_at(path, weakness)
}

#[test]
fn a_file_that_only_root_can_change_is_safe() {
    let Some(room) = Room::new() else { return };
    assert_eq!(program_safety(&room.file("good", 0o755)), Safety::Safe);
    let group = room.file("group-root", 0o775);
    assert_eq!(program_safety(&group), Safety::Safe);
    let dotted = room.directory("d", 0o755).join("../good");
    assert_eq!(program_safety(&dotted), Safety::Safe);
    assert_eq!(program_safety(&room.link("relative", "./good")), Safety::Safe);
    assert_eq!(program_safety(&room.link("twice", "relative")), Safety::Safe);
}

#[test]
fn merged_usr_is_no_problem() {
    // /bin is a symbolic link to usr/bin on Debian.
    assert_eq!(program_safety(Path::new("/bin/sh")), Safety::Safe);
}

#[test]
fn what_cannot_run_is_told_apart() {
    let Some(room) = Room::new() else { return };
    let file = room.file("plain", 0o644);
    assert_eq!(program_safety(&room.0.join("absent")), Safety::Missing);
    assert_eq!(program_safety(&file.join("below-a-file")), Safety::Missing);
    assert_eq!(program_safety(&file), Safety::NotExecutable);
    assert_eq!(program_safety(&room.0), Safety::NotExecutable);
    assert_eq!(program_safety(Path::new("/")), Safety::NotExecutable);
    assert_eq!(program_safety(&room.link("dangling", "nowhere")), Safety::Missing);
    // /tmp may be written by everybody, but that is not why this one does not run.
    assert_eq!(program_safety(Path::new("/tmp/evenkeel-no-such-directory/absent")), Safety::Missing);
    assert_eq!(program_safety(Path::new("a/b")), weak(Path::new("a/b"), Weakness::Relative));
    let turning = room.link("round", "round");
    assert_eq!(program_safety(&turning), weak(&turning, Weakness::TooManyLinks));
}

#[test]
fn who_else_could_change_it_is_named() {
    let Some(room) = Room::new() else { return };
    let others = room.file("others", 0o757);
    assert_eq!(program_safety(&others), weak(&others, Weakness::Others));
    let owned = room.file("owned", 0o755);
    chown(&owned, Some(65_534), Some(0)).expect("an owner");
    assert_eq!(program_safety(&owned), weak(&owned, Weakness::Owner(65_534)));
    let group = room.file("group", 0o775);
    chown(&group, Some(0), Some(65_534)).expect("a group");
    set_permissions(&group, Permissions::from_mode(0o775)).expect("a mode");
    assert_eq!(program_safety(&group), weak(&group, Weakness::Group(65_534)));
    let Safety::Unsafe(reason) = program_safety(&group) else { panic!("it is unsafe") };
    assert_eq!(reason.to_string(), format!("{} may be written by group 65534", group.display()));
}

#[test]
fn every_directory_on_the_way_counts_also_that_of_a_link() {
    let Some(room) = Room::new() else { return };
    let open = room.directory("open", 0o777);
    let inside = room.file("open/program", 0o755);
    assert_eq!(program_safety(&inside), weak(&open, Weakness::Others));
    room.file("good", 0o755);
    let link = room.link("open/link", "../good");
    assert_eq!(program_safety(&link), weak(&open, Weakness::Others));
    let through = room.link("through", "open/link");
    assert_eq!(program_safety(&through), weak(&open, Weakness::Others));
}

#[test]
fn the_machine_is_known() {
    assert!(!host_name().is_empty());
    assert!(interface_exists(&InterfaceName::new("lo").expect("a name")));
    assert!(!interface_exists(&InterfaceName::new("no-such-link").expect("a name")));
    assert!(user_exists("root") && user_exists("0") && !user_exists("no such user"));
    assert!(group_exists("root") && group_exists("0") && !group_exists("no such group"));
}
