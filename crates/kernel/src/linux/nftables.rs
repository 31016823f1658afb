//! Source NAT by nf_tables, in a table of our own: servers behind a load balancer see us, and answer us.
//!
//! The table is replaced as a whole in one transaction, which no connection notices: what was translated once is
//! remembered by connection tracking. Whether somebody else changed it is told by the generation of the rule sets, which
//! the kernel counts, so that looking costs one message while nothing happens.
mod rules;
mod transport;
mod wire;

use crate::ports::{Masked, Refusal, SourceNat};
use model::Family;
use std::collections::BTreeSet;
use std::io;
use transport::Transport;

/// The kernel's nf_tables.
#[derive(Debug, Default)]
pub struct LinuxSourceNat {
    made: Option<Made>,
}

/// What the kernel said of our tables right after they were made.
#[derive(Debug)]
struct Made {
    generation: u32,
    contents: BTreeSet<Vec<u8>>,
}

impl SourceNat for LinuxSourceNat {
    fn replace(&mut self, servers: &BTreeSet<Masked>) -> Result<(), Refusal> {
        let mut transport = open()?;
        self.made = None;
        transport.commit(&rules::replacement(servers)).map_err(refused)?;
        let generation = transport.generation().map_err(refused)?;
        let contents = contents(&mut transport)?;
        self.made = Some(Made { generation, contents });
        Ok(())
    }

    fn is_intact(&mut self) -> Result<bool, Refusal> {
        let Some(made) = &mut self.made else { return Ok(false) };
        let mut transport = open()?;
        let generation = transport.generation().map_err(refused)?;
        if generation == made.generation {
            return Ok(true);
        }
        let intact = contents(&mut transport)? == made.contents;
        // Others may change what is theirs.
        made.generation = if intact { generation } else { made.generation };
        Ok(intact)
    }

    fn exists(&mut self) -> Result<bool, Refusal> {
        let mut transport = open()?;
        for family in [Family::V4, Family::V6] {
            if transport.has_table(family).map_err(refused)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Everything in our tables, piece by piece: chains, rules, and members of sets, whose order means nothing.
fn contents(transport: &mut Transport) -> Result<BTreeSet<Vec<u8>>, Refusal> {
    let mut all = BTreeSet::new();
    for family in [Family::V4, Family::V6] {
        for question in rules::questions(family) {
            all.extend(transport.dump(&question).map_err(refused)?);
        }
    }
    Ok(all)
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
            "this kernel's nf_tables cannot do source NAT (modules nft_chain_nat, nft_ct, nft_masq)".to_owned()
        }
        0 => error.to_string(),
        errno => super::refusal::of(errno).text,
    };
    Refusal { errno, text }
}
