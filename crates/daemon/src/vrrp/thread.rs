//! The vrrp thread: waits, reads the clock once, runs a turn. It takes no lock, opens no file, forks nothing, logs nothing.
use super::turn::Turn;
use crate::channels::{Ended, Part, Published, Report, Reporter, VrrpOrder};
use kernel::linux::clock::{Alarm, BootClock};
use kernel::linux::{LinuxKernel, sched};
use kernel::ports::Clock;
use model::{Instant, Interval, limits};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::mpsc;
use vrrp::Fact;

/// Counters alone are published this often at most; a change of state is published at once.
const PUBLISH_EVERY: Interval = Interval::from_millis(200);
/// Packets and kernel events taken in one turn before due work runs.
const EVENTS_PER_TURN: usize = 4 * limits::PACKETS_PER_TURN;

/// What the thread is given.
pub struct Setup {
    /// Orders from control.
    pub orders: mpsc::Receiver<VrrpOrder>,
    /// Reports to control.
    pub reporter: Reporter,
    /// Where snapshots go.
    pub published: Arc<Published>,
    /// `SCHED_RR` priority; `None` stays with ordinary scheduling.
    pub real_time: Option<u8>,
}

/// Runs until stopped. Says `Ended` last.
pub fn run(setup: Setup) {
    let reporter = setup.reporter.clone();
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(open_and_run(setup)),
        Err(error) => Ended::CannotStart(format!("cannot make the vrrp runtime: {error}")),
    };
    reporter.say(Report::Ended(Part::Vrrp, ended));
}

async fn open_and_run(setup: Setup) -> Ended {
    if let Some(priority) = setup.real_time
        && let Err(problem) = sched::real_time(priority)
    {
        let text = format!("runs without real-time priority: {problem}");
        setup.reporter.say(note(vrrp::effect::Severity::Info, text));
    }
    let (kernel, alarm) = match (LinuxKernel::open().await, Alarm::new()) {
        (Ok(kernel), Ok(alarm)) => (kernel, alarm),
        (Err(error), _) if error.is_permission() => return Ended::NoPermission(error.to_string()),
        (Err(error), _) => return Ended::CannotStart(error.to_string()),
        (_, Err(error)) => return Ended::CannotStart(format!("cannot make a timer: {error}")),
    };
    let mut thread = Thread {
        turn: Turn::new(kernel),
        alarm,
        clock: BootClock,
        setup,
        dirty: false,
        published_at: Instant::START,
        released: false,
        orphaned: false,
    };
    thread.run().await
}

fn note(severity: vrrp::effect::Severity, text: String) -> Report {
    Report::Vrrp(vrrp::effect::Report::Note { severity, subject: "vrrp".into(), text })
}

struct Thread {
    turn: Turn<LinuxKernel>,
    alarm: Alarm,
    clock: BootClock,
    setup: Setup,
    dirty: bool,
    published_at: Instant,
    released: bool,
    orphaned: bool,
}

/// What woke the thread.
enum Wake {
    Kernel(kernel::ports::Event),
    Order(VrrpOrder),
    Alarm,
    /// Control is gone.
    Orphaned,
}

impl Thread {
    async fn run(&mut self) -> Ended {
        // Its clock starts when the machine does.
        self.turn.fact(self.clock.now(), Fact::HostBooted(Instant::START));
        loop {
            let wake = self.wait().await;
            match catch_unwind(AssertUnwindSafe(|| self.turn(wake))) {
                Ok(false) => {}
                Ok(true) => return Ended::AsOrdered,
                Err(panic) => return self.last_will(&panic_text(panic.as_ref())).await,
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        self.alarm.set(self.deadline());
        tokio::select! {
            // Orders are few; behind a flood of packets they would wait for ever.
            biased;
            order = self.setup.orders.recv(), if !self.orphaned => order.map_or(Wake::Orphaned, Wake::Order),
            event = self.turn.kernel_mut().next_event() => Wake::Kernel(event),
            () = self.alarm.reached() => Wake::Alarm,
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let publish = self.dirty.then(|| self.published_at + PUBLISH_EVERY);
        self.turn.deadline().into_iter().chain(publish).min()
    }

    /// One turn; true when, after a stop, everything is released and the kernel has confirmed it.
    fn turn(&mut self, wake: Wake) -> bool {
        let now = self.clock.now();
        self.turn.fact(now, Fact::WallClockRead(self.clock.wall()));
        match wake {
            Wake::Kernel(event) => self.turn.event(now, event),
            Wake::Order(order) => self.order(now, order),
            Wake::Orphaned => {
                self.orphaned = true;
                self.turn.fact(now, Fact::StopRequested);
            }
            Wake::Alarm => {}
        }
        // What already arrived is read before any timer fires: a machine that was frozen hears its master first.
        for _ in 0..EVENTS_PER_TURN {
            match self.turn.kernel_mut().try_next_event() {
                Some(event) => self.turn.event(now, event),
                None => break,
            }
        }
        self.turn.due(now);
        let reports = self.turn.finish(now);
        self.released |= reports.contains(&vrrp::effect::Report::AllReleased);
        self.publish(now, !reports.is_empty());
        for report in reports {
            self.setup.reporter.say(Report::Vrrp(report));
        }
        for links in self.turn.take_promotions() {
            self.setup.reporter.say(Report::Promote(links));
        }
        self.released && self.turn.is_idle()
    }

    fn order(&mut self, now: Instant, order: VrrpOrder) {
        match order {
            VrrpOrder::Configure(config) => self.turn.fact(now, Fact::Configured(config)),
            VrrpOrder::Fact(fact) => self.turn.fact(now, fact),
            VrrpOrder::Stop => self.turn.fact(now, Fact::StopRequested),
        }
    }

    fn publish(&mut self, now: Instant, at_once: bool) {
        self.dirty = true;
        if at_once || now >= self.published_at + PUBLISH_EVERY {
            self.setup.published.vrrp.store(Arc::new(self.turn.snapshot()));
            self.published_at = now;
            self.dirty = false;
        }
    }

    /// After a fault of our own: say goodbye if that still works, take every address off, and leave.
    async fn last_will(&mut self, text: &str) -> Ended {
        let now = self.clock.now();
        let _ = catch_unwind(AssertUnwindSafe(|| {
            self.turn.fact(now, Fact::StopRequested);
            self.turn.finish(now)
        }));
        self.turn.release_all();
        let _ = self.turn.finish(now);
        let limit = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
        while !self.turn.is_idle() {
            match tokio::time::timeout_at(limit, self.turn.kernel_mut().next_event()).await {
                // Only answers matter now; nothing may reach the machines that failed.
                Ok(event @ kernel::ports::Event::Applied { .. }) => {
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        self.turn.event(now, event);
                        self.turn.finish(now)
                    }));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        Ended::Failed(text.to_owned())
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
