//! A director with many virtual routers, and what its daemon costs.
use lab::program::processes;
use lab::watch::{Addresses, Frames};
use lab::{Kind, Lan, Options, Program, Result, Room};
use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Virtual routers that one link can have.
pub(crate) const PER_LINK: usize = 255;

/// What a director is to run.
#[derive(Clone, Debug)]
pub(crate) struct Many {
    /// Virtual routers.
    pub(crate) routers: usize,
    /// Addresses of each.
    pub(crate) addresses: usize,
    /// Their priority.
    pub(crate) priority: u8,
    /// Between adverts.
    pub(crate) interval: Duration,
    /// Further lines of each instance.
    pub(crate) lines: String,
}

impl Many {
    /// The configuration file.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("global_defs {\n  router_id bench\n  vrrp_version 3\n  script_user root\n}\n");
        for number in 0..self.routers {
            let (link, vrid) = (number / PER_LINK, number % PER_LINK + 1);
            let (priority, interval, lines) = (self.priority, self.interval.as_secs_f64(), &self.lines);
            let _ = write!(
                text,
                "vrrp_instance VI_{number} {{\n  interface eth{link}\n  virtual_router_id {vrid}\n  priority {priority}\n  \
                 advert_int {interval}\n{lines}  virtual_ipaddress {{\n"
            );
            for host in 1..=self.addresses {
                let _ = writeln!(text, "    172.{}.{vrid}.{host}/32", 16 + link);
            }
            text.push_str("  }\n}\n");
        }
        text
    }

    /// The networks that this needs.
    pub(crate) fn lans(&self) -> Result<Vec<Lan>> {
        (0..self.routers.div_ceil(PER_LINK)).map(|_| Lan::new()).collect()
    }
}

/// A machine with a daemon, and what is seen of it from outside.
pub(crate) struct Machine {
    /// The daemon.
    pub(crate) program: Program,
    /// Its addresses.
    pub(crate) addresses: Addresses,
    /// Its own address on the first link.
    pub(crate) source: Ipv4Addr,
}

impl Machine {
    /// Connects a machine to each network; the daemon does not run yet.
    pub(crate) fn new(lans: &[Lan], kind: &Kind, host: u8, many: &Many) -> Result<Self> {
        let room = Arc::new(Room::new(&format!("m{host}"))?);
        plug(lans, &room, host)?;
        let options = Options { arguments: vec!["-P".into()], quiet: true, ..Options::default() };
        let program = Program::new(kind.clone(), &room, &many.text(), options)?;
        Ok(Self { program, addresses: Addresses::watch(&room)?, source: Ipv4Addr::new(10, 9, 0, host) })
    }

    /// How many addresses of virtual routers it holds.
    pub(crate) fn held(&self) -> Result<usize> {
        let is_virtual =
            |address: &std::net::IpAddr| matches!(address, std::net::IpAddr::V4(four) if four.octets()[0] == 172);
        Ok(self.program.room().addresses()?.iter().filter(|address| is_virtual(address)).count())
    }

    /// What its processes have used.
    pub(crate) fn cost(&self) -> Cost {
        self.program.pid().map(Cost::of).unwrap_or_default()
    }
}

fn plug(lans: &[Lan], room: &Room, host: u8) -> Result<()> {
    for (link, lan) in lans.iter().enumerate() {
        let interface = format!("eth{link}");
        lan.plug_as(room, &interface)?;
        let address = format!("address add 10.9.{link}.{host}/24 dev {interface}");
        room.ip(&[address, format!("link set {interface} up")])?;
    }
    Ok(())
}

/// A room that only looks on.
pub(crate) fn onlooker(lans: &[Lan]) -> Result<(Room, Frames)> {
    let room = Room::new("onlooker")?;
    plug(lans, &room, 250)?;
    let frames = Frames::watch(&room)?;
    Ok((room, frames))
}

/// Processor time and memory of a daemon's processes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// On a processor, in nanoseconds.
    pub(crate) nanoseconds: u64,
    /// Resident, in KiB.
    pub(crate) resident: u64,
    /// Its share of what is resident, in KiB: what others use too is divided.
    pub(crate) share: u64,
}

impl Cost {
    /// Of a process and all below it.
    pub(crate) fn of(root: i32) -> Self {
        processes::tree(root).into_iter().map(|process| Self::of_one(process.pid)).fold(Self::default(), |sum, one| {
            Self {
                nanoseconds: sum.nanoseconds + one.nanoseconds,
                resident: sum.resident + one.resident,
                share: sum.share + one.share,
            }
        })
    }

    /// Of one process; nothing when it is gone.
    pub(crate) fn of_one(pid: i32) -> Self {
        let directory = format!("/proc/{pid}");
        Self {
            nanoseconds: on_processor(&directory),
            resident: kibibytes(&format!("{directory}/smaps_rollup"), "Rss:"),
            share: kibibytes(&format!("{directory}/smaps_rollup"), "Pss:"),
        }
    }
}

/// The first number of `schedstat` of every thread (Documentation/scheduler/sched-stats.rst).
fn on_processor(directory: &str) -> u64 {
    let Ok(tasks) = fs::read_dir(Path::new(directory).join("task")) else { return 0 };
    let first = |text: String| text.split(' ').next().and_then(|word| word.parse::<u64>().ok());
    tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok().and_then(first)).sum()
}

fn kibibytes(path: &str, name: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routers_beyond_a_link_are_on_the_next() {
        let many = Many {
            routers: 256,
            addresses: 2,
            priority: 9,
            interval: Duration::from_millis(100),
            lines: String::new(),
        };
        let text = many.text();
        assert_eq!(text.matches("    172.").count(), 512);
        assert!(text.ends_with("interface eth1\n  virtual_router_id 1\n  priority 9\n  advert_int 0.1\n  virtual_ipaddress {\n    172.17.1.1/32\n    172.17.1.2/32\n  }\n}\n"));
    }

    #[test]
    fn we_cost_something() {
        let cost = Cost::of(std::process::id().cast_signed());
        assert!(cost.nanoseconds > 0 && cost.resident >= cost.share && cost.share > 0, "{cost:?}");
    }
}
