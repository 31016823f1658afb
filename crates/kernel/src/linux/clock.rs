//! The clock of the machine, and the one timer that a thread waits on.
use super::sys::{self, Watched};
use crate::ports::Clock;
use model::{Instant, WallTime};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::unix::AsyncFd;

/// `CLOCK_BOOTTIME`: never set back, and counting while the machine is suspended.
#[derive(Clone, Copy, Debug, Default)]
pub struct BootClock;

impl Clock for BootClock {
    fn now(&self) -> Instant {
        // The clock exists in every kernel that we run on (Linux 2.6.39), and reading it has no other way to fail.
        let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_BOOTTIME).map_or(Duration::ZERO, Duration::from);
        Instant::START + now.into()
    }

    fn wall(&self) -> WallTime {
        let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_REALTIME).map_or(Duration::ZERO, Duration::from);
        WallTime::default() + now.into()
    }
}

/// A timer on the same clock, set to a point in time. tokio's own timers have steps of a millisecond and round up.
#[derive(Debug)]
pub struct Alarm {
    timer: AsyncFd<Watched<TimerFd>>,
    set_to: Option<Instant>,
}

impl Alarm {
    /// An alarm that is not set. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub fn new() -> io::Result<Self> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        let timer = TimerFd::new(ClockId::CLOCK_BOOTTIME, flags)?;
        Ok(Self { timer: sys::watch(timer)?, set_to: None })
    }

    /// Sets, moves or (`None`) clears the alarm; a point in the past is reached at once. No system call when nothing
    /// changes.
    pub fn set(&mut self, at: Option<Instant>) {
        if at == self.set_to {
            return;
        }
        let timer = &self.timer.get_ref().0;
        // Neither call can fail with a valid descriptor and a normalised time.
        let _ = match at {
            // Zero would mean "never" to the kernel.
            Some(at) => timer.set(
                Expiration::OneShot(TimeSpec::from(Duration::from_nanos(at.as_nanos().clamp(1, i64::MAX as u64)))),
                TimerSetTimeFlags::TFD_TIMER_ABSTIME,
            ),
            None => timer.unset(),
        };
        self.set_to = at;
    }

    /// What the alarm is set to.
    #[must_use]
    pub const fn set_to(&self) -> Option<Instant> {
        self.set_to
    }

    /// Waits until the alarm goes off; it is then no longer set. Waits forever while it is not set. Cancel safe.
    pub async fn reached(&mut self) {
        poll_fn(|cx| self.poll_reached(cx)).await;
    }

    fn poll_reached(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Ok(mut guard) = ready!(self.timer.poll_read_ready(cx)) else {
                // The runtime is going down: nothing will be reached any more.
                return Poll::Pending;
            };
            // Refused when the alarm was moved after it had gone off.
            if let Ok(Ok(())) = guard.try_io(|timer| Ok(timer.get_ref().0.wait()?)) {
                self.set_to = None;
                return Poll::Ready(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Interval;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
    }

    #[test]
    fn the_clock_moves_forward_and_counts_since_boot() {
        let clock = BootClock;
        let (first, second) = (clock.now(), clock.now());
        assert!(first > Instant::START && second >= first);
    }

    #[test]
    fn goes_off_at_its_time_and_never_before() {
        runtime().block_on(async {
            let mut alarm = Alarm::new().expect("an alarm");
            let mut late = Vec::new();
            for _ in 0..20 {
                let at = BootClock.now() + Interval::from_millis(5);
                alarm.set(Some(at));
                alarm.reached().await;
                let now = BootClock.now();
                assert!(now >= at, "{at:?} was reached at {now:?}");
                assert_eq!(alarm.set_to(), None);
                late.push(now.since(at));
            }
            // A busy test machine may delay most of them; that not one comes near its time would be a broken timer.
            let best = late.iter().min().expect("twenty");
            assert!(*best < Interval::from_millis(5), "{late:?}");
        });
    }

    #[test]
    fn the_past_is_reached_at_once_and_an_alarm_can_be_moved_or_cleared() {
        runtime().block_on(async {
            let mut alarm = Alarm::new().expect("an alarm");
            alarm.set(Some(Instant::START));
            alarm.reached().await;
            alarm.set(Some(BootClock.now() + Interval::from_millis(1)));
            std::thread::sleep(Duration::from_millis(3));
            // It has gone off, but nobody heard it: moved, it must stay silent.
            alarm.set(Some(BootClock.now() + Interval::from_secs(60)));
            let silent = tokio::time::timeout(Duration::from_millis(20), alarm.reached()).await;
            assert!(silent.is_err(), "a moved alarm went off");
            alarm.set(None);
            let silent = tokio::time::timeout(Duration::from_millis(20), alarm.reached()).await;
            assert!(silent.is_err(), "a cleared alarm went off");
            alarm.set(Some(BootClock.now()));
            alarm.reached().await;
        });
    }
}
