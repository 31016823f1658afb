//! Order, patience and loss, in paused time.
use super::*;
use crate::notify::record::Records;
use std::cell::Cell;

/// Refuses the first `sulks` attempts, and remembers what it took.
struct Sulking {
    sulks: Cell<u32>,
    refusal: Refusal,
    taken: Rc<RefCell<Vec<String>>>,
}

impl Carrier for Sulking {
    type Message = String;
    const NAME: &'static str = "test";

    async fn carry(&self, message: &String) -> Result<(), Refusal> {
        if self.sulks.get() > 0 {
            self.sulks.set(self.sulks.get() - 1);
            return Err(self.refusal.clone());
        }
        self.taken.borrow_mut().push(message.clone());
        Ok(())
    }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    tokio::task::LocalSet::new().block_on(&runtime.expect("a runtime"), test);
}

fn outbox(sulks: u32, refusal: Refusal) -> (Outbox<Sulking>, Rc<RefCell<Vec<String>>>, Records) {
    let taken = Rc::default();
    let records = Records::default();
    let carrier = Sulking { sulks: Cell::new(sulks), refusal, taken: Rc::clone(&taken) };
    (Outbox::start(carrier, records.of("test", "", "there")), taken, records)
}

#[test]
fn a_carrier_that_sulks_gets_everything_in_order() {
    run(async {
        let (outbox, taken, records) = outbox(5, Refusal::Now("asleep".into()));
        for n in 0..20 {
            outbox.put(format!("message {n}"));
        }
        outbox.close(Duration::from_secs(3600)).await;
        assert_eq!(*taken.borrow(), (0..20).map(|n| format!("message {n}")).collect::<Vec<_>>());
        let row = records.all().pop().expect("a row");
        assert_eq!((row.done, row.failures, row.lost, row.waiting, row.good), (25, 5, 0, 0, true));
    });
}

#[test]
fn what_will_never_be_taken_does_not_hold_up_the_rest() {
    run(async {
        let (outbox, taken, records) = outbox(1, Refusal::ForEver("no such mailbox".into()));
        outbox.put("first".into());
        outbox.put("second".into());
        outbox.close(Duration::from_secs(10)).await;
        assert_eq!(*taken.borrow(), ["second"]);
        assert_eq!(records.all().pop().map(|row| row.lost), Some(1));
    });
}

#[test]
fn a_carrier_that_never_wakes_costs_the_oldest_messages_and_patience() {
    run(async {
        let (outbox, taken, records) = outbox(u32::MAX, Refusal::Now("asleep".into()));
        for n in 0..limits::OUTBOX_QUEUE + 7 {
            outbox.put(format!("message {n}"));
        }
        assert_eq!(records.all().pop().map(|row| (row.lost, row.waiting)), Some((7, limits::OUTBOX_QUEUE as u64)));
        // The first message is given up in the end, and the next one is tried.
        tokio::time::sleep(Duration::from(limits::OUTBOX_PATIENCE) * 2).await;
        outbox.close(Duration::from_secs(1)).await;
        assert!(taken.borrow().is_empty());
        assert!(records.all().pop().is_some_and(|row| row.lost >= 8 && !row.good));
    });
}
