//! What will happen, in order of time; what was put in first comes first among those of one moment.
use model::Instant;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A queue of things to come.
#[derive(Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Entry<T>>,
    sequence: u64,
}

#[derive(Debug)]
struct Entry<T> {
    at: Instant,
    sequence: u64,
    what: T,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), sequence: 0 }
    }
}

impl<T> Queue<T> {
    /// Lets this happen then.
    pub fn put(&mut self, at: Instant, what: T) {
        self.sequence += 1;
        self.heap.push(Entry { at, sequence: self.sequence, what });
    }

    /// Takes the next thing, unless it is after `end`.
    pub fn take(&mut self, end: Instant) -> Option<(Instant, T)> {
        if self.heap.peek().is_none_or(|entry| entry.at > end) {
            return None;
        }
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }

    /// How much is waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<T> Entry<T> {
    const fn rank(&self) -> (Instant, u64) {
        (self.at, self.sequence)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest, because the heap gives the greatest first.
impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank().cmp(&self.rank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_time_then_in_the_order_of_putting() {
        let mut queue = Queue::default();
        for (at, what) in [(5, 'c'), (1, 'a'), (5, 'd'), (3, 'b'), (9, 'z')] {
            queue.put(Instant::from_nanos(at), what);
        }
        let mut said = String::new();
        while let Some((_, what)) = queue.take(Instant::from_nanos(8)) {
            said.push(what);
        }
        assert_eq!(said, "abcd");
        assert_eq!(queue.len(), 1);
    }
}
