//! What an operator has ordered of the running routers: maintenance, kept over restarts, and switchovers that wait for
//! their end.
use crate::control::Answer;
use crate::state_file;
use model::Name;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::sync::oneshot;

/// Something that is out of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// An instance or group; everything when `None`.
    pub subject: Option<String>,
    /// Why, in the operator's words.
    pub reason: String,
    /// Seconds since 1970.
    pub since: u64,
    /// When it goes back into service by itself, in seconds since 1970.
    pub until: Option<u64>,
}

impl Order {
    /// For an operator: `VI_1 since 2 m, 58 m to go: kernel update`.
    #[must_use]
    pub fn describe(&self, now: u64) -> String {
        let subject = self.subject.as_deref().unwrap_or("everything");
        let left = match self.until {
            Some(until) => format!(", {} to go", span(until.saturating_sub(now))),
            None => String::new(),
        };
        format!("{subject} since {}{left}: {}", span(now.saturating_sub(self.since)), self.reason)
    }

    fn to_json(&self) -> Value {
        json!({ "subject": self.subject, "reason": self.reason, "since": self.since, "until": self.until })
    }

    fn of_json(value: &Value) -> Option<Self> {
        let subject = match value.get("subject")? {
            Value::Null => None,
            subject => Some(subject.as_str()?.to_owned()),
        };
        let reason = value.get("reason")?.as_str()?.to_owned();
        let until = value.get("until").and_then(Value::as_u64);
        Some(Self { subject, reason, since: value.get("since")?.as_u64()?, until })
    }
}

fn span(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} m", seconds / 60),
        3600..=86_399 => format!("{} h {} m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// Everything that is out of service.
#[derive(Debug)]
pub struct Book {
    path: PathBuf,
    orders: Vec<Order>,
}

impl Book {
    /// What an earlier run has left. A book that cannot be read is told of, and begun anew.
    ///
    /// # Errors
    /// Beside an empty book: what is wrong with the old one.
    #[must_use]
    pub fn open(path: PathBuf) -> (Self, Option<String>) {
        let orders = match state_file::read(&path) {
            Ok(None) => return (Self { path, orders: Vec::new() }, None),
            Ok(Some(value)) => orders_of(&value).ok_or_else(|| state_file::damaged(&path)),
            Err(problem) => Err(problem),
        };
        let (orders, problem) = orders.map_or_else(|problem| (Vec::new(), Some(problem)), |orders| (orders, None));
        (Self { path, orders }, problem)
    }

    /// The orders in force.
    #[must_use]
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Adds an order in the place of an earlier one of the same subject.
    ///
    /// # Errors
    /// When it cannot be kept for the next start; it is in force all the same.
    pub fn add(&mut self, order: Order) -> io::Result<()> {
        self.orders.retain(|old| old.subject != order.subject);
        self.orders.push(order);
        self.save()
    }

    /// Ends the order of a subject; says whether there was one.
    ///
    /// # Errors
    /// When that cannot be kept for the next start.
    pub fn end(&mut self, subject: Option<&str>) -> io::Result<bool> {
        let before = self.orders.len();
        self.orders.retain(|order| order.subject.as_deref() != subject);
        self.save().map(|()| self.orders.len() < before)
    }

    /// Takes out the orders whose time is over.
    pub fn expire(&mut self, now: u64) -> Vec<Order> {
        let over = |order: &Order| order.until.is_some_and(|until| until <= now);
        let gone: Vec<Order> = self.orders.iter().filter(|order| over(order)).cloned().collect();
        if !gone.is_empty() {
            self.orders.retain(|order| !over(order));
            // What cannot be kept ends at the next start again.
            let _ = self.save();
        }
        gone
    }

    /// How long until the next one ends.
    #[must_use]
    pub fn next_end(&self, now: u64) -> Option<Duration> {
        self.orders.iter().filter_map(|order| order.until).min().map(|at| Duration::from_secs(at.saturating_sub(now)))
    }

    fn save(&self) -> io::Result<()> {
        let orders: Vec<Value> = self.orders.iter().map(Order::to_json).collect();
        state_file::write(&self.path, (!orders.is_empty()).then(|| orders.into()).as_ref())
    }
}

fn orders_of(book: &Value) -> Option<Vec<Order>> {
    book.as_array()?.iter().map(Order::of_json).collect()
}

/// Seconds since 1970.
#[must_use]
pub fn unix_now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Switchovers whose clients wait.
#[derive(Default)]
pub struct Switchovers(Vec<Switchover>);

struct Switchover {
    waiting: BTreeSet<Name>,
    lines: Vec<String>,
    failed: bool,
    answer: oneshot::Sender<Answer>,
}

impl Switchovers {
    /// A client waits for the end of a switchover of these instances; of a name that nobody has, for that to be said.
    pub fn begin(&mut self, instances: impl IntoIterator<Item = Name>, answer: oneshot::Sender<Answer>) {
        let waiting = instances.into_iter().collect();
        self.0.push(Switchover { waiting, lines: Vec::new(), failed: false, answer });
    }

    /// The end for one instance.
    pub fn ended(&mut self, instance: &Name, outcome: &Result<Option<std::net::IpAddr>, String>) {
        let line = match outcome {
            Ok(Some(master)) => format!("{instance}: {master} is master now"),
            Ok(None) => format!("{instance}: let go"),
            Err(problem) => format!("{instance}: {problem}"),
        };
        for one in &mut self.0 {
            if one.waiting.remove(instance) {
                one.lines.push(line.clone());
                one.failed |= outcome.is_err();
            }
        }
        let (done, waiting) =
            std::mem::take(&mut self.0).into_iter().partition(|one: &Switchover| one.waiting.is_empty());
        self.0 = waiting;
        for one in done {
            let text = one.lines.join("\n");
            // A client that went away is told nothing.
            let _ = one.answer.send(if one.failed { Err(text) } else { Ok(format!("{text}\n")) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(subject: Option<&str>, until: Option<u64>) -> Order {
        Order { subject: subject.map(str::to_owned), reason: "kernel update".into(), since: 1_000, until }
    }

    #[test]
    fn orders_outlive_a_restart_and_end_in_time() {
        let directory = std::env::temp_dir().join(format!("evenkeel-book-{}", std::process::id()));
        let path = directory.join("state").join("maintenance.json");
        let (mut book, problem) = Book::open(path.clone());
        assert_eq!((book.orders().len(), problem), (0, None));
        book.add(order(None, None)).expect("kept");
        book.add(order(Some("VI_1"), Some(2_000))).expect("kept");
        book.add(order(Some("VI_1"), Some(3_000))).expect("kept");
        let (mut again, problem) = Book::open(path.clone());
        assert_eq!((again.orders(), problem), (book.orders(), None));
        assert_eq!(again.orders().len(), 2);
        assert_eq!(again.next_end(2_990), Some(Duration::from_secs(10)));
        assert_eq!(again.expire(2_999), []);
        assert_eq!(again.expire(3_000), [order(Some("VI_1"), Some(3_000))]);
        assert_eq!(again.orders()[0].describe(1_090), "everything since 1 m: kernel update");
        assert!(!again.end(Some("VI_1")).expect("kept"));
        assert!(again.end(None).expect("kept"));
        assert!(!path.exists());
        std::fs::write(&path, "{").expect("a file");
        assert!(Book::open(path).1.is_some_and(|problem| problem.ends_with("is damaged")));
        std::fs::remove_dir_all(&directory).expect("gone");
    }

    #[test]
    fn a_client_hears_when_all_instances_have_ended() {
        let mut switchovers = Switchovers::default();
        let (answer, mut answered) = oneshot::channel();
        switchovers.begin(["A".into(), "B".into()], answer);
        switchovers.ended(&"A".into(), &Ok(Some([10, 0, 0, 2].into())));
        assert!(answered.try_recv().is_err());
        switchovers.ended(&"C".into(), &Ok(None));
        switchovers.ended(&"B".into(), &Err("nobody would take over".into()));
        let text = "A: 10.0.0.2 is master now\nB: nobody would take over".to_owned();
        assert_eq!(answered.try_recv(), Ok(Err(text)));
    }
}
