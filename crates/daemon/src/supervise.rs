//! Starts and joins the threads, and says what is done when one ends; nothing else is started anywhere.
use crate::channels::{CheckersOrder, Ended, Part, Published, Report, Reporter, VrrpOrder};
use crate::spaces::IpvsSpace;
use crate::{checkers, vrrp};
use ::checkers::overlay::Overlay;
use model::config::global::Global;
use model::{Config, limits};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

/// `SCHED_RR` priority of the vrrp thread unless the configuration says otherwise: above ordinary work, below the kernel's
/// own threads.
const REAL_TIME: u8 = 10;

/// The threads beside control.
pub struct Threads {
    reporter: Reporter,
    published: Arc<Published>,
    allowed: Allowed,
    space: Option<IpvsSpace>,
    vrrp: Option<Running<VrrpOrder>>,
    checkers: Option<Running<CheckersOrder>>,
}

/// A fault of the control thread itself unwinds through here: the others release first, then the process ends.
impl Drop for Threads {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some(vrrp) = self.vrrp.take() {
                let _ = vrrp.orders.try_send(VrrpOrder::Stop);
                let _ = vrrp.thread.join();
            }
            if let Some(checkers) = self.checkers.take() {
                let _ = checkers.orders.try_send(CheckersOrder::Stop);
                let _ = checkers.thread.join();
            }
        }
    }
}

/// What the command line lets run.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// No `-C`.
    pub vrrp: bool,
    /// No `-P`.
    pub checkers: bool,
}

struct Running<T> {
    orders: mpsc::Sender<T>,
    thread: JoinHandle<()>,
}

impl Threads {
    /// None runs yet.
    #[must_use]
    pub fn new(allowed: Allowed, published: Arc<Published>, reporter: Reporter, space: Option<IpvsSpace>) -> Self {
        Self { reporter, published, allowed, space, vrrp: None, checkers: None }
    }

    /// Lets the threads run this configuration, with what an operator changed over it; starts the one that has something to do for the first time.
    ///
    /// # Errors
    /// When a thread cannot be made.
    pub async fn configure(&mut self, config: &Arc<Config>, overlay: &Overlay) -> std::io::Result<()> {
        if self.vrrp.is_none() && self.allowed.vrrp && !config.instances.is_empty() {
            self.vrrp = Some(self.start_vrrp(&config.global)?);
        }
        if self.checkers.is_none() && self.allowed.checkers && !config.virtual_servers.is_empty() {
            self.checkers = Some(self.start_checkers()?);
        }
        if let Some(vrrp) = &self.vrrp {
            let _ = vrrp.orders.send(VrrpOrder::Configure(Arc::clone(config))).await;
        }
        if let Some(checkers) = &self.checkers {
            let _ = checkers.orders.send(CheckersOrder::Configure(Arc::clone(config), overlay.clone())).await;
        }
        Ok(())
    }

    /// Where facts for the vrrp thread go, while it runs.
    #[must_use]
    pub fn vrrp_orders(&self) -> Option<mpsc::Sender<VrrpOrder>> {
        self.vrrp.as_ref().map(|running| running.orders.clone())
    }

    /// Where facts for the checkers thread go, while it runs.
    #[must_use]
    pub fn checkers_orders(&self) -> Option<mpsc::Sender<CheckersOrder>> {
        self.checkers.as_ref().map(|running| running.orders.clone())
    }

    /// Whether a part runs.
    #[must_use]
    pub const fn runs(&self, part: Part) -> bool {
        match part {
            Part::Vrrp => self.vrrp.is_some(),
            Part::Checkers => self.checkers.is_some(),
        }
    }

    /// Tells a part to stop; it says `Ended` when it has let go of everything.
    pub async fn stop(&self, part: Part) {
        match part {
            Part::Vrrp => {
                if let Some(vrrp) = &self.vrrp {
                    let _ = vrrp.orders.send(VrrpOrder::Stop).await;
                }
            }
            Part::Checkers => {
                if let Some(checkers) = &self.checkers {
                    let _ = checkers.orders.send(CheckersOrder::Stop).await;
                }
            }
        }
    }

    /// Joins a part that said `Ended`.
    pub fn ended(&mut self, part: Part) {
        let thread = match part {
            Part::Vrrp => self.vrrp.take().map(|running| running.thread),
            Part::Checkers => self.checkers.take().map(|running| running.thread),
        };
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn start_vrrp(&self, global: &Global) -> std::io::Result<Running<VrrpOrder>> {
        let (orders, receiver) = mpsc::channel(limits::VRRP_QUEUE);
        let setup = vrrp::thread::Setup {
            orders: receiver,
            reporter: self.reporter.clone(),
            published: Arc::clone(&self.published),
            real_time: match global.vrrp_rt_priority {
                Some(0) => None,
                Some(priority) => Some(priority),
                None => Some(REAL_TIME),
            },
        };
        self.start(Part::Vrrp, move || vrrp::thread::run(setup)).map(|thread| Running { orders, thread })
    }

    fn start_checkers(&self) -> std::io::Result<Running<CheckersOrder>> {
        let (orders, receiver) = mpsc::channel(limits::CHECKERS_QUEUE);
        let setup = checkers::thread::Setup {
            orders: receiver,
            reporter: self.reporter.clone(),
            published: Arc::clone(&self.published),
            space: self.space.clone(),
        };
        self.start(Part::Checkers, move || checkers::thread::run(setup)).map(|thread| Running { orders, thread })
    }

    /// A thread whose fault, whatever it is, is said as `Ended`.
    fn start(&self, part: Part, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
        let reporter = self.reporter.clone();
        std::thread::Builder::new().name(part.to_string()).spawn(move || {
            if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)) {
                let text = vrrp::thread::panic_text(panic.as_ref());
                reporter.say(Report::Ended(part, Ended::Failed(text)));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Mutex;

    #[test]
    fn a_fault_of_control_lets_vrrp_release_before_ipvs_goes() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let published = Arc::new(Published::default());
        let (reporter, _reports) = Reporter::new(Arc::clone(&published));
        let mut threads = Threads::new(Allowed { vrrp: true, checkers: true }, published, reporter, None);
        let (orders, mut stop) = mpsc::channel(1);
        let (note, others) = (Arc::clone(&said), orders.clone());
        let thread = std::thread::spawn(move || {
            assert!(matches!(stop.blocking_recv(), Some(VrrpOrder::Stop)));
            std::thread::sleep(std::time::Duration::from_millis(50));
            note.lock().expect("the list").push("vrrp");
        });
        threads.vrrp = Some(Running { orders, thread });
        let (orders, mut stop) = mpsc::channel(1);
        let note = Arc::clone(&said);
        let thread = std::thread::spawn(move || {
            assert!(matches!(stop.blocking_recv(), Some(CheckersOrder::Stop)));
            note.lock().expect("the list").push("checkers");
        });
        threads.checkers = Some(Running { orders, thread });
        let fault = catch_unwind(AssertUnwindSafe(move || {
            let _threads = threads;
            panic!("a fault of control");
        }));
        assert!(fault.is_err());
        assert_eq!(*said.lock().expect("the list"), ["vrrp", "checkers"]);
        // A track script that still runs holds its way to the vrrp thread open; that must not matter.
        drop(others);
    }

    #[test]
    fn the_end_of_a_thread_is_heard_after_what_it_said_and_is_not_lost_in_a_crowd() {
        let published = Arc::new(Published::default());
        let (reporter, mut reports) = Reporter::new(Arc::clone(&published));
        for _ in 0..limits::REPORT_QUEUE + 3 {
            reporter.say(Report::Ipvs(String::new()));
        }
        reporter.say(Report::Ended(Part::Vrrp, Ended::AsOrdered));
        assert_eq!(published.dropped_reports.load(std::sync::atomic::Ordering::Relaxed), 3);
        let mut heard = 0;
        while let Some(Report::Ipvs(_)) = reports.try_next() {
            heard += 1;
        }
        assert_eq!(heard, limits::REPORT_QUEUE, "and the report behind them was the end");
    }
}
