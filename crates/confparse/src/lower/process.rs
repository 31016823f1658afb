//! Names, priorities, processors, limits and buffers of what keepalived runs as processes.
use super::arguments::diagnose;
use super::daemon::text;
use super::item::{Item, Value};
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::Row;
use crate::tree::Word;
use crate::value::{self, shown};
use model::Interval;
use model::config::global::Global;
use model::config::process::{Process, Processes};

/// `TASK_COMM_LEN` (linux/sched.h) less the final zero.
const NAME_BYTES: usize = 15;
/// `CPU_SETSIZE` less one.
const LAST_CPU: i64 = 1023;
/// `max_auto_priority` without an argument, and the highest priority of `SCHED_RR` (sched(7)).
const HIGHEST: i8 = 99;

/// Takes a word about processes; hands back what it does not know.
pub(crate) fn keyword<'t>(reader: &mut Reader<'_>, global: &mut Global, item: Item<'t>) -> Option<Item<'t>> {
    let processes = &mut global.processes;
    match item.row.keyword {
        "process_names" => processes.names = true,
        "process_name" => processes.name = name(reader, &item),
        "max_auto_priority" => {
            processes.max_auto_priority = item.number().map_or(HIGHEST, |n| i8::try_from(n).unwrap_or(HIGHEST));
        }
        "min_auto_priority_delay" => {
            let delay = item.unsigned().map(|micros| Interval::from_micros(micros.into()));
            processes.auto_priority_delay = delay.unwrap_or(processes.auto_priority_delay);
        }
        "random_seed" => processes.random_seed = item.unsigned(),
        "umask" => processes.umask = umask(reader, &item).unwrap_or(processes.umask),
        keyword => {
            let Some((process, rest)) = of(processes, keyword) else { return buffer(global, item) };
            return one(reader, process, rest, item);
        }
    }
    None
}

/// The process that a keyword begins with, and the rest of the keyword.
fn of<'p, 'k>(processes: &'p mut Processes, keyword: &'k str) -> Option<(&'p mut Process, &'k str)> {
    let (first, rest) = keyword.split_once('_')?;
    let process = match first {
        "vrrp" => &mut processes.vrrp,
        "checker" => &mut processes.checker,
        "lvs" if rest == "process_name" => &mut processes.checker,
        "bfd" => &mut processes.bfd,
        _ => return None,
    };
    matches!(
        rest,
        "process_name" | "priority" | "no_swap" | "rt_priority" | "cpu_affinity" | "rlimit_rttime" | "rlimit_rtime"
    )
    .then_some((process, rest))
}

fn one<'t>(reader: &mut Reader<'_>, process: &mut Process, what: &str, item: Item<'t>) -> Option<Item<'t>> {
    match what {
        "process_name" => process.name = name(reader, &item),
        "priority" => process.nice = item.number().and_then(|n| i8::try_from(n).ok()).unwrap_or(process.nice),
        "no_swap" => process.no_swap = true,
        "rt_priority" => process.rt_priority = real_time(reader, &item).unwrap_or(process.rt_priority),
        "cpu_affinity" => process.cpus = cpus(reader, &item),
        // The soft limit stands one below the hard one, so that 1 leaves nothing.
        "rlimit_rttime" | "rlimit_rtime" => {
            let micros = item.unsigned().map(|micros| Interval::from_micros(micros.max(2).into()));
            process.rt_time = micros.unwrap_or(process.rt_time);
        }
        _ => return Some(item),
    }
    None
}

/// Sizes of receive buffers.
fn buffer<'t>(global: &mut Global, item: Item<'t>) -> Option<Item<'t>> {
    let (keyword, force) = match item.row.keyword.strip_suffix("_force") {
        Some(keyword) => (keyword, true),
        None => (item.row.keyword, false),
    };
    let sockets = &mut global.sockets;
    let buffer = match keyword {
        "vrrp_netlink_cmd_rcv_bufs" => &mut sockets.vrrp_command,
        "vrrp_netlink_monitor_rcv_bufs" => &mut sockets.vrrp_monitor,
        "lvs_netlink_cmd_rcv_bufs" => &mut sockets.lvs_command,
        "lvs_netlink_monitor_rcv_bufs" => &mut sockets.lvs_monitor,
        "process_monitor_rcv_bufs" => &mut sockets.processes,
        _ => return Some(item),
    };
    match force {
        true => buffer.force = item.on(),
        false => buffer.size = item.unsigned().unwrap_or(buffer.size),
    }
    None
}

/// A name of at most 15 bytes; of a longer one its beginning.
fn name(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let mut name = text(item)?;
    if name.len() > NAME_BYTES {
        let end = (0..=NAME_BYTES).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        let problem = Diagnostic::new(
            "process-name-too-long",
            Severity::Error,
            format!("{} has at most {NAME_BYTES} bytes", item.row.keyword),
        )
        .at(item.place(), format!("this has {}", name.len()));
        name.truncate(end);
        reader.report(problem.meanwhile(format!("{name} is used")));
    }
    Some(name)
}

/// A priority of `SCHED_RR`; 0 is none.
pub(crate) fn real_time(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<u8> {
    let number = item.number()?;
    let used = number.clamp(0, HIGHEST.into());
    if used != number {
        let message = format!("{} is 0 to {HIGHEST}", item.row.keyword);
        reader.report(
            Diagnostic::new("number-out-of-range", Severity::Error, message)
                .at(item.place(), format!("this is {number}"))
                .meanwhile(format!("{used} is used")),
        );
    }
    u8::try_from(used).ok()
}

/// Numbers of processors, ascending; none, which means all, when one of them is bad.
fn cpus(reader: &mut Reader<'_>, item: &Item<'_>) -> Vec<u32> {
    let mut cpus = Vec::new();
    for word in item.words() {
        match value::int(word, 0, LAST_CPU, "", true) {
            Ok(cpu) => cpus.extend(u32::try_from(cpu)),
            Err(bad) => {
                reader.report(diagnose(item.row.keyword, word, &bad, "all processors may be used"));
                return Vec::new();
            }
        }
    }
    cpus.sort_unstable();
    cpus.dedup();
    cpus
}

/// The bits of file modes by the names that `umask` takes (inode(7) without the `S_` before them).
const BITS: [(&str, u32); 12] = [
    ("IRUSR", 0o400),
    ("IWUSR", 0o200),
    ("IXUSR", 0o100),
    ("IRWXU", 0o700),
    ("IRGRP", 0o040),
    ("IWGRP", 0o020),
    ("IXGRP", 0o010),
    ("IRWXG", 0o070),
    ("IROTH", 0o004),
    ("IWOTH", 0o002),
    ("IXOTH", 0o001),
    ("IRWXO", 0o007),
];

/// A number as in C, or names of bits with `|` between.
fn umask(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<u32> {
    let Value::Words(words @ [first, ..]) = &item.value else { return None };
    let said: Vec<&str> = words.iter().map(Word::text).collect();
    let bit = |name: &str| BITS.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit);
    let found = match words {
        [only] if only.text().starts_with(|c: char| c.is_ascii_digit()) => {
            value::c_number(only.text()).and_then(|number| u32::try_from(number).ok()).filter(|mask| *mask <= 0o777)
        }
        _ => said.join(" ").split('|').try_fold(0, |mask, name| Some(mask | bit(name.trim())?)),
    };
    if found.is_none() {
        reader.report(bad_umask(item.row, first, &said.join(" ")));
    }
    found
}

fn bad_umask(row: &Row, word: &Word, said: &str) -> Diagnostic {
    Diagnostic::new(
        "bad-umask",
        Severity::Error,
        format!("{} is a number up to 0777, or bits with | between", row.keyword),
    )
    .at(word.origin(), format!("this is {}", shown(said)))
    .meanwhile(format!("the line is ignored (default: {})", row.default))
    .help("bits are IRUSR IWUSR IXUSR IRWXU, the same with GRP and OTH, IRWXG, IRWXO")
}
