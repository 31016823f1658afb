//! How hooks, FIFOs, mail and webhooks fared: written by those who deliver, read by `status`.
use kernel::linux::clock::BootClock;
use kernel::ports::Clock;
use model::limits;
use model::state::notify::Delivery;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Shared by all that deliver on the control thread.
#[derive(Clone, Default)]
pub struct Records(Rc<RefCell<BTreeMap<Key, Delivery>>>);

type Key = (&'static str, String, String);

/// One row of the records.
#[derive(Clone)]
pub struct Record {
    records: Records,
    key: Key,
}

impl Records {
    /// The row of one way out; made when it is first written.
    #[must_use]
    pub fn of(&self, channel: &'static str, subject: &str, target: &str) -> Record {
        Record { records: self.clone(), key: (channel, subject.to_owned(), target.to_owned()) }
    }

    /// All rows.
    #[must_use]
    pub fn all(&self) -> Vec<Delivery> {
        self.0.borrow().values().cloned().collect()
    }
}

impl Record {
    /// One ended.
    pub fn ended(&self, good: bool, last: impl Into<String>) {
        let now = BootClock.now();
        self.write(|row| {
            row.good = good;
            row.last = last.into();
            row.at = now;
            row.done += 1;
            row.failures += u64::from(!good);
        });
    }

    /// Some were given up.
    pub fn lost(&self, count: u64) {
        self.write(|row| {
            row.lost += count;
            row.good = false;
        });
    }

    /// So many wait.
    pub fn waiting(&self, count: usize) {
        self.write(|row| row.waiting = u64::try_from(count).unwrap_or(u64::MAX));
    }

    fn write(&self, change: impl FnOnce(&mut Delivery)) {
        let mut rows = self.records.0.borrow_mut();
        if rows.len() >= limits::DELIVERIES && !rows.contains_key(&self.key) {
            return;
        }
        let (channel, subject, target) = &self.key;
        change(rows.entry(self.key.clone()).or_insert_with(|| Delivery {
            channel,
            subject: subject.clone(),
            target: target.clone(),
            last: String::new(),
            good: true,
            at: BootClock.now(),
            done: 0,
            failures: 0,
            lost: 0,
            waiting: 0,
        }));
    }
}
