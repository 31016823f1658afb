//! Waiting for something to become true, with an end.
use std::thread;
use std::time::{Duration, Instant};

/// How often a condition is asked for: fine enough for any time that a person reads.
const STEP: Duration = Duration::from_millis(2);

/// Asks until there is an answer or the time is over; asks at least once.
pub fn until<T>(within: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + within;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::sleep(STEP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_the_wait_and_so_does_time() {
        let mut asked = 0;
        let third = until(Duration::from_secs(5), || {
            asked += 1;
            (asked == 3).then_some("third")
        });
        assert_eq!(third, Some("third"));
        assert_eq!(until(Duration::from_millis(5), || None::<()>), None);
    }
}
