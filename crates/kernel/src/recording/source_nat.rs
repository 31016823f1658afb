//! Source NAT in memory.
use crate::ports::{Masked, Refusal, SourceNat};
use std::collections::BTreeSet;

/// A set of servers that somebody else may spoil, in a kernel that may have no nf_tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingNat {
    servers: BTreeSet<Masked>,
    made: BTreeSet<Masked>,
    transactions: usize,
    refusal: Option<Refusal>,
}

impl RecordingNat {
    /// What the kernel holds.
    #[must_use]
    pub fn servers(&self) -> &BTreeSet<Masked> {
        &self.servers
    }

    /// How often the set was written.
    #[must_use]
    pub const fn transactions(&self) -> usize {
        self.transactions
    }

    /// Somebody else, or an earlier run, leaves this.
    pub fn spoil(&mut self, servers: BTreeSet<Masked>) {
        self.servers = servers;
    }

    /// From now on the kernel says this to everything; `None` ends it.
    pub fn refuse(&mut self, refusal: Option<Refusal>) {
        self.refusal = refusal;
    }

    fn answer<T>(&self, value: T) -> Result<T, Refusal> {
        self.refusal.clone().map_or(Ok(value), Err)
    }
}

impl SourceNat for RecordingNat {
    fn replace(&mut self, servers: &BTreeSet<Masked>) -> Result<(), Refusal> {
        self.answer(())?;
        self.transactions = self.transactions.saturating_add(1);
        self.servers.clone_from(servers);
        self.made.clone_from(servers);
        Ok(())
    }

    fn is_intact(&mut self) -> Result<bool, Refusal> {
        self.answer(self.servers == self.made)
    }

    fn exists(&mut self) -> Result<bool, Refusal> {
        self.answer(!self.servers.is_empty())
    }
}
