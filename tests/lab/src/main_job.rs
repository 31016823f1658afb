//! The main job of a pair of directors, step by step, with its times and with what a client lost.
//!
//! The demo prints it and a test judges it; both see the same numbers.
use crate::client::{HttpClient, Report};
use crate::error::{Error, Result};
use crate::site::{Place, Site, VIP, WEBS};
use crate::wait;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two requests of the client.
pub const PERIOD: Duration = Duration::from_millis(20);
/// Longer than anything here may take; then the step has failed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the client goes on after a change, so that late damage is counted too.
const AFTERMATH: Duration = Duration::from_millis(1_200);

/// What is done to the site, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Both daemons are started.
    Start,
    /// A client asks for pages and nothing else happens.
    Traffic,
    /// The first web server stops to answer.
    WebStops,
    /// It answers again.
    WebReturns,
    /// The master is gone without a word.
    PowerCut,
    /// It boots, and takes its address back.
    PowerReturns,
    /// The master's daemon is told to stop.
    PlannedStop,
    /// It is started again.
    Restart,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Start,
        Self::Traffic,
        Self::WebStops,
        Self::WebReturns,
        Self::PowerCut,
        Self::PowerReturns,
        Self::PlannedStop,
        Self::Restart,
    ];
}

/// What came of one step.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which step.
    pub step: Step,
    /// From what was done to its effect; for `Traffic`, how long it was watched.
    pub took: Duration,
    /// What protocol and configuration promise for it, at worst.
    pub promised: Option<Duration>,
    /// What the client noticed meanwhile and for a while after.
    pub client: Report,
    /// Who holds the virtual address afterwards.
    pub holder: Place,
}

/// The running main job.
#[derive(Debug)]
pub struct MainJob {
    site: Site,
    client: Option<HttpClient>,
}

impl MainJob {
    /// On a site whose directors do not run yet.
    pub fn new(site: Site) -> Self {
        Self { site, client: None }
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Does one step and measures it; steps are done in their order.
    pub fn run(&mut self, step: Step) -> Result<Outcome> {
        let begin = Instant::now();
        let (took, promised) = match step {
            Step::Start => (self.start()?, Some(master_down(150))),
            Step::Traffic => (self.traffic()?, None),
            Step::WebStops => (self.web_stops()?, Some(Duration::from_secs(3))),
            Step::WebReturns => (self.web_returns()?, Some(Duration::from_secs(2))),
            Step::PowerCut => (self.power_cut()?, Some(master_down(100))),
            Step::PowerReturns => (self.power_returns()?, Some(master_down(150))),
            Step::PlannedStop => (self.planned_stop()?, Some(skew(100))),
            Step::Restart => (self.restart()?, Some(master_down(150))),
        };
        let client = self.client.as_ref().map(|client| self.aftermath(step, client, begin)).unwrap_or_default();
        Ok(Outcome { step, took, promised, client, holder: self.only_holder()? })
    }

    fn aftermath(&self, step: Step, client: &HttpClient, begin: Instant) -> Report {
        if step > Step::Traffic {
            sleep(AFTERMATH);
        }
        client.settled_report(begin)
    }

    fn start(&mut self) -> Result<Duration> {
        let mut begin = Instant::now();
        for place in Place::BOTH {
            begin = self.site.director_mut(place).program.start()?;
        }
        let held = self.wait_added(Place::Primary, begin)?;
        for place in Place::BOTH {
            self.site.director(place).wait_for_real_servers(&WEBS, PATIENCE)?;
        }
        Ok(held - begin)
    }

    fn traffic(&mut self) -> Result<Duration> {
        let begin = Instant::now();
        self.client = Some(self.site.start_client(PERIOD)?);
        sleep(Duration::from_secs(2));
        Ok(begin.elapsed())
    }

    fn web_stops(&mut self) -> Result<Duration> {
        let ([web1, _], [_, two]) = (&mut self.site.webs, WEBS);
        let begin = web1.stop();
        Ok(self.site.director(Place::Primary).wait_for_real_servers(&[two], PATIENCE)? - begin)
    }

    fn web_returns(&mut self) -> Result<Duration> {
        let [web1, _] = &mut self.site.webs;
        let begin = web1.start()?;
        Ok(self.site.director(Place::Primary).wait_for_real_servers(&WEBS, PATIENCE)? - begin)
    }

    fn power_cut(&mut self) -> Result<Duration> {
        let begin = self.site.cut_power(Place::Primary)?;
        Ok(self.wait_added(Place::Backup, begin)? - begin)
    }

    fn power_returns(&mut self) -> Result<Duration> {
        let begin = self.site.restore_power(Place::Primary)?;
        let took = self.wait_added(Place::Primary, begin)? - begin;
        self.site.director(Place::Backup).addresses.wait_removed(VIP, begin, PATIENCE)?;
        Ok(took)
    }

    fn planned_stop(&mut self) -> Result<Duration> {
        let begin = self.site.director_mut(Place::Primary).program.stop()?.0;
        Ok(self.wait_added(Place::Backup, begin)? - begin)
    }

    fn restart(&mut self) -> Result<Duration> {
        let begin = self.site.director_mut(Place::Primary).program.start()?;
        let took = self.wait_added(Place::Primary, begin)? - begin;
        self.site.director(Place::Backup).addresses.wait_removed(VIP, begin, PATIENCE)?;
        Ok(took)
    }

    fn wait_added(&self, place: Place, since: Instant) -> Result<Instant> {
        self.site.director(place).addresses.wait_added(VIP, since, PATIENCE)
    }

    fn only_holder(&self) -> Result<Place> {
        let only = || match self.site.holders().ok()?.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let holders = || self.site.holders().map(|all| all.into_iter().map(Place::name).collect::<Vec<_>>());
        wait::until(Duration::from_secs(1), only)
            .ok_or_else(|| Error::new(format!("{VIP} should be on one director, and is on {:?}", holders())))
    }
}

/// How long a backup of this priority waits for a silent master (RFC 3768 section 6.1), at an interval of a second.
fn master_down(priority: u8) -> Duration {
    Duration::from_secs(3) + skew(priority)
}

/// How long it waits after the master's goodbye.
fn skew(priority: u8) -> Duration {
    Duration::from_secs(256 - u64::from(priority)) / 256
}
