//! nf_tables in tables of our own: source NAT, so that servers behind a load balancer see us and answer us, and marks on
//! traffic, which the load balancer takes by its mark.
//!
//! A table is replaced as a whole in one transaction, which no connection notices: what was translated once is
//! remembered by connection tracking. Whether somebody else changed it is told by the generation of the rule sets, which
//! the kernel counts, so that looking costs one message while nothing happens.
mod expressions;
mod marks;
mod question;
mod rules;
mod transport;
mod wire;

use crate::ports::{MarkTable, Marking, Masked, Refusal, SourceNat};
use model::Family;
use question::Question;
use std::collections::BTreeSet;
use std::io;
use transport::Transport;
use wire::Message;

const FAMILIES: [Family; 2] = [Family::V4, Family::V6];

/// Source NAT by the kernel's nf_tables.
#[derive(Debug, Default)]
pub struct LinuxSourceNat {
    table: Keeper,
}

impl SourceNat for LinuxSourceNat {
    fn replace(&mut self, servers: &BTreeSet<Masked>) -> Result<(), Refusal> {
        self.table.replace(&rules::replacement(servers), rules::questions)
    }

    fn is_intact(&mut self) -> Result<bool, Refusal> {
        self.table.is_intact(rules::questions)
    }

    fn exists(&mut self) -> Result<bool, Refusal> {
        let mut transport = open()?;
        for family in FAMILIES {
            if transport.has_table(family, rules::TABLE).map_err(refused)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Marks by the kernel's nf_tables.
#[derive(Debug, Default)]
pub struct LinuxMarking {
    name: String,
    table: Keeper,
}

impl Marking for LinuxMarking {
    fn replace(&mut self, table: &MarkTable) -> Result<(), Refusal> {
        self.name.clone_from(&table.name);
        self.table.replace(&marks::replacement(table), |family| marks::questions(family, &table.name))
    }

    fn is_intact(&mut self) -> Result<bool, Refusal> {
        self.table.is_intact(|family| marks::questions(family, &self.name))
    }

    fn remove(&mut self, name: &str) -> Result<(), Refusal> {
        self.table.made = None;
        open()?.commit(&marks::removal(name)).map_err(refused)
    }
}

/// Keeps a table, and what the kernel said of it right after it was made.
#[derive(Debug, Default)]
struct Keeper {
    made: Option<Made>,
}

#[derive(Debug)]
struct Made {
    generation: u32,
    contents: BTreeSet<Vec<u8>>,
}

impl Keeper {
    fn replace(&mut self, batch: &[Message], questions: impl Fn(Family) -> Vec<Question>) -> Result<(), Refusal> {
        let mut transport = open()?;
        self.made = None;
        transport.commit(batch).map_err(refused)?;
        let generation = transport.generation().map_err(refused)?;
        let contents = contents(&mut transport, questions)?;
        self.made = Some(Made { generation, contents });
        Ok(())
    }

    fn is_intact(&mut self, questions: impl Fn(Family) -> Vec<Question>) -> Result<bool, Refusal> {
        let Some(made) = &mut self.made else { return Ok(false) };
        let mut transport = open()?;
        let generation = transport.generation().map_err(refused)?;
        if generation == made.generation {
            return Ok(true);
        }
        let intact = contents(&mut transport, questions)? == made.contents;
        // Others may change what is theirs.
        made.generation = if intact { generation } else { made.generation };
        Ok(intact)
    }
}

/// Everything in our tables, piece by piece: chains, rules, and members of sets, whose order means nothing.
fn contents(
    transport: &mut Transport,
    questions: impl Fn(Family) -> Vec<Question>,
) -> Result<BTreeSet<Vec<u8>>, Refusal> {
    let mut all = BTreeSet::new();
    for question in FAMILIES.into_iter().flat_map(questions) {
        all.extend(transport.dump(&question).map_err(refused)?);
    }
    Ok(all)
}

/// Decodes answers as every question does, for the fuzz targets.
#[cfg(fuzzing)]
pub(super) fn fuzz(datagram: &[u8]) {
    for message in wire::messages(datagram) {
        let answer = message.payload.get(4..).unwrap_or_default();
        let questions = [Family::V4, Family::V6].into_iter().flat_map(rules::questions);
        let pieces = questions.map(|question| question.pieces(answer).len()).max().unwrap_or_default();
        assert!(pieces <= datagram.len() && message.error() >= 0, "{pieces} pieces");
    }
}

fn open() -> Result<Transport, Refusal> {
    Transport::open().map_err(refused)
}

fn refused(error: io::Error) -> Refusal {
    let errno = error.raw_os_error().unwrap_or(0);
    let text = match errno {
        libc::EPERM | libc::EACCES => "permission denied: CAP_NET_ADMIN is needed".to_owned(),
        libc::EPROTONOSUPPORT | libc::EAFNOSUPPORT => {
            "this kernel has no nf_tables (module nf_tables, CONFIG_NF_TABLES)".to_owned()
        }
        libc::ENOENT | libc::EOPNOTSUPP => {
            "a part of this kernel's nf_tables is missing (modules nft_chain_nat, nft_ct, nft_masq, nf_tables_ipv4)"
                .to_owned()
        }
        0 => error.to_string(),
        errno => super::refusal::of(errno).text,
    };
    Refusal { errno, text }
}
