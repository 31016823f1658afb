//! One director and its links: they come, go, flap and change their names; settings are made and put back; addresses look
//! as they were written.
use evenkeel_lab::journey::Who;
use evenkeel_lab::scratch::Scratch;
use evenkeel_lab::{Doing, Error, Options, Program, Result, Room, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::fs;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// For whatever is to happen, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A director by itself.
struct Solo {
    room: Arc<Room>,
    program: Program,
}

impl Solo {
    fn new(ip: &[&str], config: &str) -> Result<Self> {
        let room = Arc::new(Room::new("solo")?);
        room.ip(&ip.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let program = Program::new(Who::Evenkeel.kind()?, &room, config, Options::default())?;
        Ok(Self { room, program })
    }

    fn ip(&self, lines: &[&str]) -> Result<()> {
        self.room.ip(&lines.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// Waits for something that `ip` and the log show.
    fn expect(&self, what: &str, mut holds: impl FnMut(&str, &str) -> bool) -> Result<()> {
        let ask = || {
            let listed = self.room.command(&["ip", "-o", "address"]).ok()?;
            holds(&listed, &self.program.log()).then_some(())
        };
        wait::until(PATIENCE, ask).ok_or_else(|| Error::new(format!("{what}\n{}", self.program.log_tail(40))))
    }

    fn tool(&self, words: &[&str]) -> Result<String> {
        let path = self.program.path().display().to_string();
        self.room.command(&[&[path.as_str()], words].concat())
    }

    fn sysctl(&self, name: &str) -> Result<String> {
        let path = format!("/proc/sys/{name}");
        self.room.command(&["cat", &path]).map(|text| text.trim().to_owned())
    }
}

const CABLE: [&str; 4] = [
    "link add dyn0 type veth peer name far0",
    "address add 10.77.0.1/24 dev dyn0",
    "link set far0 up",
    "link set dyn0 up",
];

#[test]
fn a_link_may_come_late_vanish_return_and_change_its_name() -> Result<()> {
    trial::in_namespaces("a_link_may_come_late_vanish_return_and_change_its_name", || {
        let config = "global_defs {\n vrrp_version 3\n dynamic_interfaces\n}\nvrrp_instance A {\n interface dyn0\n \
                      virtual_router_id 51\n advert_int 0.1\n virtual_ipaddress {\n 10.77.0.100/24\n }\n}\n";
        let mut solo = Solo::new(&[], config)?;
        solo.program.start()?;
        // The kernel takes a link down before it takes it away: either may be what is told.
        let gone = |log: &str| log.matches("Entering FAULT STATE: link dyn0 ").count();
        solo.expect("a link that does not exist is a fault", |_, log| gone(log) == 1)?;
        solo.ip(&CABLE)?;
        solo.expect("a link that comes late", |ip, _| ip.contains("10.77.0.100/24"))?;
        for time in 2..4 {
            solo.ip(&["link del dyn0"])?;
            solo.expect("a link that vanishes", |_, log| gone(log) == time)?;
            solo.ip(&CABLE)?;
            solo.expect("a link that returns with another index", |ip, _| ip.contains("10.77.0.100/24"))?;
        }
        solo.ip(&["link set dyn0 down", "link set dyn0 name old0", "link set old0 up"])?;
        solo.expect("what is ours leaves a link with another name", |ip, log| {
            gone(log) == 4 && !ip.contains("10.77.0.100") && ip.contains("10.77.0.1/24")
        })?;
        solo.ip(&["link set old0 down", "link set old0 name dyn0", "link set dyn0 up"])?;
        solo.expect("a link that gets its name back", |ip, _| ip.contains("10.77.0.100/24"))?;
        let heard = heard_on_far(&solo)?;
        ensure(heard, || format!("no advert leaves by the link as it is now\n{}", solo.program.log_tail(20)))?;
        solo.program.stop()?;
        Ok(())
    })
}

/// Whether adverts leave: the bytes that the other end of the cable has received grow.
fn heard_on_far(solo: &Solo) -> Result<bool> {
    let count = || solo.room.command(&["cat", "/sys/class/net/far0/statistics/rx_packets"]);
    let before: u64 = count()?.trim().parse().doing("reading a counter")?;
    let grown = || count().ok()?.trim().parse::<u64>().ok().filter(|now| *now >= before + 20);
    Ok(wait::until(PATIENCE, grown).is_some())
}

const TWO_CABLES: [&str; 8] = [
    "link add eth0 type veth peer name far0",
    "link add eth1 type veth peer name far1",
    "address add 10.77.0.1/24 dev eth0",
    "address add 10.77.1.1/24 dev eth1",
    "link set far0 up",
    "link set far1 up",
    "link set eth0 up",
    "link set eth1 up",
];

/// `$D` is a directory of the test.
const SETTINGS: &str = r#"
global_defs {
    vrrp_version 3
    script_user root
    startup_script "/bin/sh -c 'echo up >> $D/once'"
    shutdown_script "/bin/sh -c 'echo down >> $D/once'"
    vrrp_notify_fifo $D/fifo
    fifo_write_vrrp_states_on_reload
}
linkbeat_interfaces {
    eth1 ETHTOOL
}
interface_up_down_delays {
    eth1 3 1
}
vrrp_instance A {
    interface eth0
    virtual_router_id 51
    advert_int 0.1
    promote_secondaries
    kernel_rx_buf_size 300000
    virtual_ipaddress {
        10.77.0.100/24
    }
}
vrrp_instance B {
    interface eth1
    virtual_router_id 52
    advert_int 0.1
    unicast_peer {
        10.77.1.2
    }
    virtual_ipaddress {
        10.77.1.100/24
    }
}
vrrp_instance C {
    interface eth1
    virtual_router_id 52
    advert_int 0.1
    unicast_peer {
        10.77.1.3
    }
    virtual_ipaddress {
        10.77.1.101/24
    }
}
vrrp_instance D {
    interface eth0
    virtual_router_id 53
    advert_int 0.1
    unicast_fault_no_peer
    virtual_ipaddress {
        10.77.0.103/24
    }
    unicast_peer {
        2001:db8::9
    }
}
"#;
const PROMOTION: &str = "net/ipv4/conf/eth0/promote_secondaries";

#[test]
fn settings_of_links_and_what_surrounds_them() -> Result<()> {
    trial::in_namespaces("settings_of_links_and_what_surrounds_them", || {
        let files = Scratch::new("settings")?;
        let config = SETTINGS.replace("$D", &files.path().display().to_string());
        let mut solo = Solo::new(&TWO_CABLES, &config)?;
        ensure(solo.sysctl(PROMOTION)? == "0", || "this kernel promotes by itself".into())?;
        let once = || fs::read_to_string(files.path().join("once")).unwrap_or_default();
        solo.program.start()?;
        solo.expect("three masters", |ip, _| {
            ["10.77.0.100/24", "10.77.1.100/24", "10.77.1.101/24"].iter().all(|held| ip.contains(held))
        })?;
        ensure(once() == "up\n", || format!("startup_script: {:?}", once()))?;
        let log = solo.program.log();
        ensure(log.contains("(D) Entering FAULT STATE: there is no unicast peer"), || log.clone())?;
        ensure(solo.sysctl(PROMOTION)? == "1", || "secondaries are not promoted".into())?;
        reload_tells_states(&solo, &files)?;
        flap(&solo)?;
        solo.program.stop()?;
        ensure(once() == "up\ndown\n", || format!("shutdown_script: {:?}", once()))?;
        ensure(solo.sysctl(PROMOTION)? == "0", || "the setting was not put back".into())
    })
}

fn reload_tells_states(solo: &Solo, files: &Scratch) -> Result<()> {
    let read = format!("timeout 2 cat {}; true", files.path().join("fifo").display());
    let before = solo.room.command(&["sh", "-c", &read])?;
    ensure(before.contains("INSTANCE \"A\" MASTER 100"), || format!("the pipe says {before:?}"))?;
    solo.program.signal(Signal::SIGHUP)?;
    let mut after = String::new();
    let told = wait::until(PATIENCE, || {
        after += &solo.room.command(&["sh", "-c", &read]).ok()?;
        ["\"A\" MASTER", "\"B\" MASTER", "\"C\" MASTER", "\"D\" FAULT"]
            .iter()
            .all(|state| after.contains(state))
            .then_some(())
    });
    told.ok_or_else(|| Error::new(format!("after a reload the pipe says {after:?}")))
}

/// A short loss of carrier is nothing, a long one is a fault after its delay.
fn flap(solo: &Solo) -> Result<()> {
    solo.ip(&["link set far1 down"])?;
    sleep(Duration::from_millis(300));
    solo.ip(&["link set far1 up"])?;
    sleep(Duration::from_secs(4));
    let faults = |log: &str| log.matches("(B) Entering FAULT").count();
    let log = solo.program.log();
    ensure(faults(&log) == 0, || format!("a flap was believed: {log}"))?;
    let begin = Instant::now();
    solo.ip(&["link set far1 down"])?;
    solo.expect("a long loss is a fault", |_, log| faults(log) == 1)?;
    ensure(begin.elapsed() >= Duration::from_secs(3), || "it was believed too soon".into())?;
    solo.expect("the poll sees it too", |_, log| log.contains("(linkbeat) eth1 has no carrier"))?;
    solo.ip(&["link set far1 up"])?;
    solo.expect("it takes up again", |ip, _| ip.contains("10.77.1.100/24") && ip.contains("10.77.1.101/24"))
}

/// The line of an address, and what `ip` then shows of it, in pieces.
const ADDRESSES: [(&str, &str); 6] = [
    ("10.77.5.1/24 brd 10.77.5.255 scope link label eth0:v", "inet 10.77.5.1/24 brd 10.77.5.255 scope link eth0:v"),
    ("10.78.0.1 peer 10.78.0.2/32", "inet 10.78.0.1 peer 10.78.0.2/32 scope global eth0"),
    ("10.79.0.1/24 noprefixroute", "inet 10.79.0.1/24 scope global noprefixroute eth0"),
    ("10.80.0.1/32 dev eth1", "eth1    inet 10.80.0.1/32 scope global eth1"),
    ("10.81.0.1/32 preferred_lft 0", "inet 10.81.0.1/32 scope global deprecated eth0"),
    ("10.82.0.1/24 no_track", "inet 10.82.0.1/24 scope global eth0"),
];
/// Whether a line of `ip` has all the pieces.
fn shows(ip: &str, pieces: &str) -> bool {
    ip.lines().any(|line| pieces.split("..").all(|piece| line.contains(piece)))
}

const ADDRESSES_6: [(&str, &str); 3] = [
    ("fe80::100/64", "inet6 fe80::100/64 scope link nodad"),
    ("2001:db8:1::100/64 preferred_lft 0", "inet6 2001:db8:1::100/64 scope global..deprecated..nodad"),
    ("2001:db8:2::100/64 -nodad", "inet6 2001:db8:2::100/64 scope global"),
];

#[test]
fn addresses_are_as_they_were_written() -> Result<()> {
    trial::in_namespaces("addresses_are_as_they_were_written", || {
        let lines = |list: &[(&str, &str)]| list.iter().map(|(line, _)| format!("  {line}\n")).collect::<String>();
        let instance = |name: &str, id: u8, list: &[(&str, &str)]| {
            format!(
                "vrrp_instance {name} {{\n interface eth0\n virtual_router_id {id}\n version 3\n advert_int 0.1\n \
                 virtual_ipaddress {{\n{} }}\n}}\n",
                lines(list)
            )
        };
        let config = instance("A", 51, &ADDRESSES) + &instance("S", 52, &ADDRESSES_6);
        let mut solo = Solo::new(&TWO_CABLES, &config)?;
        solo.program.start()?;
        let every = || ADDRESSES.iter().chain(&ADDRESSES_6);
        solo.expect("all addresses", |ip, _| every().all(|(_, shown)| shows(ip, shown)))
            .map_err(|error| Error::new(format!("{error}\n{}", solo.tool(&["status"]).unwrap_or_default())))?;
        let listed = solo.room.command(&["ip", "-o", "address"])?;
        let plain = listed.lines().find(|line| line.contains("2001:db8:2::100"));
        ensure(plain.is_some_and(|line| !line.contains("nodad")), || format!("with -nodad: {plain:?}"))?;
        solo.ip(&["address del 10.82.0.1/24 dev eth0"])?;
        sleep(Duration::from_millis(500));
        let listed = solo.room.command(&["ip", "-o", "address"])?;
        ensure(!listed.contains("10.82.0.1"), || format!("what is not tracked came back: {listed}"))?;
        solo.ip(&["address del 10.79.0.1/24 dev eth0"])?;
        solo.expect("a tracked address comes back", |ip, _| ip.contains("10.79.0.1/24"))?;
        solo.program.stop()?;
        let left = solo.room.command(&["ip", "-o", "address"])?;
        ensure(every().all(|(_, shown)| !shows(&left, shown)), || format!("left behind: {left}"))
    })
}

#[test]
fn without_a_virtual_router_a_switchover_is_refused_at_once() -> Result<()> {
    trial::in_namespaces("without_a_virtual_router_a_switchover_is_refused_at_once", || {
        let config = "global_defs {\n router_id idle\n}\n";
        let mut solo = Solo::new(&[], config)?;
        solo.program.start()?;
        solo.expect("it idles", |_, log| log.contains("there is nothing to do until a reload"))?;
        let mut answer = String::new();
        let refused = wait::until(PATIENCE, || {
            answer = solo.tool(&["switchover", "A"]).err()?.to_string();
            answer.contains("no virtual router runs here").then_some(())
        });
        ensure(refused.is_some(), || format!("answered: {answer}\n{}", solo.program.log_tail(20)))?;
        solo.program.stop().map(drop)
    })
}
