//! `evenkeel ipvs`: the table of the kernel's load balancer by hand, with every command line of ipvsadm(8).
//!
//! Reading order: `rows` is the language, `scan` reads words by it, `order` gives them meaning (with `service`,
//! `server`, `sync`, `endpoint` and `names`), `work` carries orders out. `listing`, `saving`, `connections`
//! and `json` print, `sorting` has ipvsadm's order, `owned` asks the daemon what is its own.
mod connections;
mod endpoint;
#[cfg(fuzzing)]
pub mod fuzzing;
mod help;
mod json;
mod listing;
mod mistake;
mod names;
mod order;
mod owned;
mod restoring;
mod rows;
mod saving;
mod scan;
mod server;
mod service;
mod sorting;
mod sync;
#[cfg(test)]
mod testing;
mod work;

pub use help::page as help;

use evenkeel_ipvs::Netlink;
use mistake::Mistake;
use order::{Asked, Order};
use std::ffi::OsString;
use std::io::{BufWriter, Write, stdout};
use std::process::ExitCode;
use work::{End, Failure, Worker};

/// Does what the words behind `evenkeel ipvs` say.
#[must_use]
pub fn run(words: &[OsString]) -> ExitCode {
    match attempt(words) {
        Ok(End::Done) => ExitCode::SUCCESS,
        // Each was told when it happened.
        Ok(End::Refused) => ExitCode::from(work::REFUSED),
        // A reader that went away is no error.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            if matches!(failure, Failure::Mistake(_)) {
                eprintln!("  help: `evenkeel ipvs --help` lists commands and options");
            }
            ExitCode::from(failure.status())
        }
    }
}

fn attempt(words: &[OsString]) -> Result<End, Failure> {
    let text = |word: &OsString| word.to_str().map(str::to_owned);
    let not_text = |word: &OsString| Mistake::NotText(word.to_string_lossy().into_owned());
    let words = words.iter().map(|word| text(word).ok_or_else(|| not_text(word))).collect::<Result<Vec<_>, _>>()?;
    let names = names::ThisMachine::default();
    let Asked { order, force, note } = order::understand(&words, &names)?;
    let mut out = BufWriter::new(stdout().lock());
    let done = match order {
        Order::Help => out.write_all(help::page().as_bytes()).map(|()| End::Done).map_err(Failure::Output),
        Order::Version => {
            writeln!(out, "evenkeel ipvs {}", env!("CARGO_PKG_VERSION")).map(|()| End::Done).map_err(Failure::Output)
        }
        order => {
            let mut ipvs = Netlink::open().map_err(Failure::Open)?;
            let mut worker = Worker { ipvs: &mut ipvs, names: &names, owned: &owned::Owned::ask, out: &mut out };
            worker.work(Asked { order, force, note }, &mut std::io::stdin().lock())
        }
    };
    out.flush().map_err(Failure::Output)?;
    done
}
