//! `net_namespace` and `net_namespace_ipvs`: virtual routers and checks in the one, the IPVS table in the other.
use evenkeel_lab::{Doing, Options, Program, Result, Room, ensure, trial, wait};
use std::sync::Arc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

const CONFIG: &str = "
net_namespace work
net_namespace_ipvs TABLE
vrrp_instance VI_1 {
 interface lan0
 virtual_router_id 1
 priority 255
 advert_int 0.2
 virtual_ipaddress {
  10.9.0.100/32
 }
}
virtual_server 10.9.0.100 80 {
 protocol TCP
 lvs_sched rr
 lvs_method NAT
 delay_loop 1
 real_server 10.2.0.1 8080 { TCP_CHECK { } }
 real_server 10.2.0.2 8080 { TCP_CHECK {
  retry 0
 } }
}
";
const TABLE: &str = "-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:80 -r 10.2.0.1:8080 -m -w 1\n";

/// A room in which two more namespaces have names: in `work` there are a network and one of the two servers.
fn room() -> Result<Arc<Room>> {
    let room = Arc::new(Room::new("spaces")?);
    for name in ["work", "table"] {
        room.command(&["ip", "netns", "add", name])?;
        room.command(&["ip", "-n", name, "link", "set", "lo", "up"])?;
    }
    let lines = "link add lan0 type dummy\nlink set lan0 multicast on up\naddress add 10.9.0.1/24 dev lan0\n\
        address add 10.2.0.1/32 dev lo\n";
    room.command_with_input(&["ip", "-n", "work", "-batch", "-"], lines)?;
    Ok(room)
}

/// Whoever connects there is served by the kernel's backlog alone.
fn listen(room: &Room) -> Result<()> {
    let serve = || -> std::io::Result<()> {
        let space = std::fs::File::open("/run/netns/work")?;
        let own = std::fs::File::open("/proc/thread-self/ns/net")?;
        nix::sched::setns(&space, nix::sched::CloneFlags::CLONE_NEWNET)?;
        let listener = std::net::TcpListener::bind("10.2.0.1:8080");
        nix::sched::setns(&own, nix::sched::CloneFlags::CLONE_NEWNET)?;
        let listener = listener?;
        std::thread::spawn(move || listener.incoming().for_each(drop));
        Ok(())
    };
    room.run(serve)?.doing("serving in a namespace")
}

fn table(room: &Room, space: Option<&str>) -> String {
    let argv = space.map_or_else(Vec::new, |name| vec!["ip", "netns", "exec", name]);
    room.command(&[argv.as_slice(), &["ipvsadm", "-Sn"]].concat()).unwrap_or_default()
}

fn addresses(room: &Room) -> String {
    room.command(&["ip", "-n", "work", "-brief", "address"]).unwrap_or_default()
}

/// The table is in this namespace alone, everything else in `work`; afterwards nothing is left.
fn one(room: &Arc<Room>, word: &str, space: Option<&str>) -> Result<()> {
    let config = CONFIG.replace("TABLE", word);
    let mut program = Program::new(trial::evenkeel()?, room, &config, Options::default())?;
    program.start()?;
    let as_it_should = || (table(room, space) == TABLE && addresses(room).contains("10.9.0.100")).then_some(());
    let right = wait::until(PATIENCE, as_it_should);
    let result = ensure(right.is_some(), || format!("{word}: {}\n{}", table(room, space), addresses(room)));
    trial::with_words(result, || program.log_tail(30))?;
    for other in [None, Some("work"), Some("table")].into_iter().filter(|other| *other != space) {
        let found = table(room, other);
        ensure(found.is_empty(), || format!("{word}: there is a table in {other:?}: {found}"))?;
    }
    program.stop()?;
    let left = table(room, space) + &addresses(room);
    ensure(!left.contains("10.9.0.100"), || format!("{word}: left behind: {left}"))
}

fn missing(room: &Arc<Room>) -> Result<()> {
    let config = CONFIG.replace("TABLE", "nowhere");
    let mut program = Program::new(trial::evenkeel()?, room, &config, Options::default())?;
    program.start()?;
    let status = program.wait_for_exit(PATIENCE)?;
    let said = program.log().contains("/run/netns/nowhere: there is none of this name (`ip netns add nowhere`");
    ensure(status.code() == Some(1) && said, || format!("{status}: {}", program.log()))
}

#[test]
fn routers_and_table_live_in_different_namespaces() -> Result<()> {
    trial::with_ipvs("routers_and_table_live_in_different_namespaces", || {
        let room = room()?;
        listen(&room)?;
        one(&room, "table", Some("table"))?;
        one(&room, "", None)?;
        missing(&room)
    })
}
