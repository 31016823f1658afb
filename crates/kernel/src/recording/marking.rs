//! Marks in memory.
use crate::ports::{MarkTable, Marking, Refusal};

/// Tables that somebody else may spoil, in a kernel that may have no nf_tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingMarking {
    tables: Vec<MarkTable>,
    made: Option<MarkTable>,
    transactions: usize,
    refusal: Option<Refusal>,
}

impl RecordingMarking {
    /// What the kernel holds.
    #[must_use]
    pub fn tables(&self) -> &[MarkTable] {
        &self.tables
    }

    /// How often a table was written.
    #[must_use]
    pub const fn transactions(&self) -> usize {
        self.transactions
    }

    /// Somebody else, or an earlier run, leaves this.
    pub fn spoil(&mut self, tables: Vec<MarkTable>) {
        self.tables = tables;
    }

    /// From now on the kernel says this to everything; `None` ends it.
    pub fn refuse(&mut self, refusal: Option<Refusal>) {
        self.refusal = refusal;
    }

    fn answer<T>(&self, value: T) -> Result<T, Refusal> {
        self.refusal.clone().map_or(Ok(value), Err)
    }
}

impl Marking for RecordingMarking {
    fn replace(&mut self, table: &MarkTable) -> Result<(), Refusal> {
        self.remove(&table.name)?;
        self.transactions = self.transactions.saturating_add(1);
        if !table.marks.is_empty() {
            self.tables.push(table.clone());
        }
        self.made = Some(table.clone());
        Ok(())
    }

    fn is_intact(&mut self) -> Result<bool, Refusal> {
        let same = |made: &MarkTable| made.marks.is_empty() || self.tables.contains(made);
        self.answer(self.made.as_ref().is_some_and(same))
    }

    fn remove(&mut self, name: &str) -> Result<(), Refusal> {
        self.answer(())?;
        self.tables.retain(|table| table.name != name);
        Ok(())
    }
}
