//! How long the machine keeps a thread waiting that has something to do: what a judge of times must allow for.
use crate::error::{Doing, Result};
use nix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// Between two beats.
const PAUSE: Duration = Duration::from_millis(4);
/// Processor time of one beat: a thread that only sleeps is favoured by the scheduler, and daemons do not only sleep.
const WORK: Duration = Duration::from_micros(300);
/// How late a beat ends on an idle machine.
const USUAL: Duration = Duration::from_millis(2);
/// A question and its answer pass several threads one after the other, each of which may wait as long.
const THREADS_IN_A_ROW: u32 = 6;

/// What limits of time must be longer by, because of what the machine itself did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// For work, as the start of a process: all its waiting.
    pub work: Duration,
    /// For a silence between two answers: the longest wait, in each thread that an answer passes.
    pub silence: Duration,
}

/// A thread that works a little at a steady rate and notes when it was late.
#[derive(Debug)]
pub struct Pulse {
    late: Arc<Mutex<Vec<(Instant, Duration)>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pulse {
    /// Starts it.
    pub fn start() -> Result<Self> {
        let (late, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (list, end) = (Arc::clone(&late), Arc::clone(&stop));
        let thread = thread::Builder::new().name("pulse".into()).spawn(move || beat(&end, &list));
        Ok(Self { late, stop, thread: Some(thread.doing("starting a thread")?) })
    }

    /// What the machine did since a time.
    pub fn allowance(&self, since: Instant) -> Allowance {
        // A beat that is late right now is noted when it ends.
        sleep(PAUSE * 2);
        let late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        let late = late.iter().filter(|(ended, _)| *ended >= since).map(|(_, by)| *by);
        late.fold(Allowance::default(), |sum, by| Allowance {
            work: sum.work + by,
            silence: sum.silence.max(by * THREADS_IN_A_ROW),
        })
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn beat(end: &AtomicBool, list: &Mutex<Vec<(Instant, Duration)>>) {
    while !end.load(Ordering::Relaxed) {
        let begin = Instant::now();
        sleep(PAUSE);
        work();
        let late = begin.elapsed().saturating_sub(PAUSE + WORK);
        if late > USUAL {
            list.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), late));
        }
    }
}

fn work() {
    let used = || clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or(Duration::MAX);
    let end = used().saturating_add(WORK);
    while used() < end {
        std::hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_counts_from_its_time_on() {
        let (early, now) = (Instant::now(), Instant::now() + Duration::from_secs(1));
        let noted =
            vec![(early, Duration::from_millis(7)), (now, Duration::from_millis(5)), (now, Duration::from_millis(3))];
        let pulse = Pulse { late: Arc::new(Mutex::new(noted)), stop: Arc::default(), thread: None };
        let expected = Allowance { work: Duration::from_millis(8), silence: Duration::from_millis(30) };
        assert_eq!(pulse.allowance(now), expected);
    }
}
