//! Messages that leave over the network: in order, bounded, tried again with growing pauses, off everybody's way.
use super::record::Record;
use model::{Interval, limits};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{debug, info, warn};

/// Takes one message to where it belongs.
pub trait Carrier: 'static {
    /// What is taken.
    type Message: Clone + std::fmt::Display + 'static;

    /// For the log: `mail`, `webhook`.
    const NAME: &'static str;

    /// Tries once.
    fn carry(&self, message: &Self::Message) -> impl Future<Output = Result<(), Refusal>>;
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It may be taken later.
    Now(String),
    /// It will never be.
    ForEver(String),
}

/// The messages that wait for one carrier.
pub struct Outbox<C: Carrier> {
    waiting: Rc<Waiting<C::Message>>,
    record: Record,
    task: JoinHandle<()>,
}

struct Waiting<M> {
    /// Each with its number, so that one that was given up while it was carried is not mistaken for the next.
    queue: RefCell<VecDeque<(u64, M)>>,
    next: Cell<u64>,
    changed: Notify,
}

impl<C: Carrier> Outbox<C> {
    /// Starts the carrier. Runs inside a `LocalSet`.
    #[must_use]
    pub fn start(carrier: C, record: Record) -> Self {
        let waiting = Rc::new(Waiting { queue: RefCell::default(), next: Cell::new(0), changed: Notify::new() });
        let task = tokio::task::spawn_local(carry_all(carrier, Rc::clone(&waiting), record.clone()));
        Self { waiting, record, task }
    }

    /// Queues a message; when too many wait, the oldest is given up: the newest says what is true now.
    pub fn put(&self, message: C::Message) {
        let mut queue = self.waiting.queue.borrow_mut();
        if queue.len() >= limits::OUTBOX_QUEUE
            && let Some((_, oldest)) = queue.pop_front()
        {
            warn!("({}) given up, {} others wait behind it: {oldest}", C::NAME, queue.len());
            self.record.lost(1);
        }
        let number = self.waiting.next.get();
        self.waiting.next.set(number.wrapping_add(1));
        queue.push_back((number, message));
        self.record.waiting(queue.len());
        self.waiting.changed.notify_waiters();
        self.waiting.changed.notify_one();
    }

    /// Lets what waits leave, at most so long; then ends.
    pub async fn close(mut self, limit: Duration) {
        let empty = async {
            while !self.waiting.queue.borrow().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(limit, empty).await.is_err() {
            let count = self.waiting.queue.borrow().len();
            warn!("({}) {count} message(s) were not taken before the daemon stopped", C::NAME);
        }
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl<C: Carrier> Drop for Outbox<C> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry_all<C: Carrier>(carrier: C, waiting: Rc<Waiting<C::Message>>, record: Record) {
    loop {
        let next = waiting.queue.borrow().front().cloned();
        match next {
            None => waiting.changed.notified().await,
            Some((number, message)) => {
                let taken = carry_one(&carrier, &message, &record).await;
                // It may have been given up meanwhile, so that another is in front now.
                let mut queue = waiting.queue.borrow_mut();
                if queue.front().is_some_and(|(front, _)| *front == number) {
                    queue.pop_front();
                }
                record.waiting(queue.len());
                if !taken {
                    record.lost(1);
                }
            }
        }
    }
}

/// Tries until the message is taken or given up; tells which.
async fn carry_one<C: Carrier>(carrier: &C, message: &C::Message, record: &Record) -> bool {
    let patience = Instant::now() + limits::OUTBOX_PATIENCE.into();
    let mut pause = limits::OUTBOX_PAUSE;
    let mut tries = 0u32;
    loop {
        tries += 1;
        let problem = match carrier.carry(message).await {
            Ok(()) => {
                record.ended(true, format!("taken at attempt {tries}: {message}"));
                if tries > 1 {
                    info!("({}) taken at attempt {tries}: {message}", C::NAME);
                } else {
                    debug!("({}) taken: {message}", C::NAME);
                }
                return true;
            }
            Err(Refusal::Now(problem)) if Instant::now() < patience => problem,
            Err(Refusal::Now(problem) | Refusal::ForEver(problem)) => {
                record.ended(false, &problem);
                warn!("({}) given up after {tries} attempt(s): {problem}; it said: {message}", C::NAME);
                return false;
            }
        };
        if tries == 1 {
            warn!("({}) not taken yet: {problem}; tried again for {} at most", C::NAME, limits::OUTBOX_PATIENCE);
        }
        record.ended(false, &problem);
        tokio::time::sleep(pause.into()).await;
        pause = longer(pause);
    }
}

fn longer(pause: Interval) -> Interval {
    (pause + pause).min(limits::OUTBOX_LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;
