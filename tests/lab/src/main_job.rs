//! The main job of a pair of directors, step by step, with its times and with what a client lost.
//!
//! The demo prints it and a test judges it; both see the same numbers.
use crate::client::{HttpClient, Report};
use crate::error::{Result, ensure};
use crate::pair::{Place, VIP};
use crate::site::{Site, WEBS, wait_for_real_servers};
use crate::timers;
use crate::wait;
use crate::watch::Allowance;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two requests of the client.
pub const PERIOD: Duration = Duration::from_millis(20);
/// Of the web servers' checks in `site.conf`.
const DELAY_LOOP: Duration = Duration::from_secs(1);
/// From a failed check to its repetition there.
const RETRY: Duration = Duration::from_secs(1);
/// Longer than anything here may take; then the step has failed.
const PATIENCE: Duration = Duration::from_secs(30);
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

/// What protocol and configuration say about how long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Free,
    /// A timer of exactly this length runs first.
    Waits(Duration),
    /// A timer that is already running ends within this time.
    AtMost(Duration),
}

/// What came of one step.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which step.
    pub step: Step,
    /// From what was done to its effect; for `Traffic`, how long it was watched.
    pub took: Duration,
    /// What protocol and configuration say about that time.
    pub rule: Rule,
    /// What the client noticed meanwhile and for a while after.
    pub client: Report,
    /// What the machine itself may have added to these times.
    pub machine: Allowance,
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
        let (took, rule) = match step {
            Step::Start => (self.start()?, Rule::Waits(master_down(Place::Primary))),
            Step::Traffic => (traffic(), Rule::Free),
            Step::WebStops => (self.web_stops()?, Rule::AtMost(DELAY_LOOP + RETRY)),
            Step::WebReturns => (self.web_returns()?, Rule::AtMost(DELAY_LOOP + RETRY)),
            Step::PowerCut => (self.power_cut()?, Rule::AtMost(master_down(Place::Backup))),
            Step::PowerReturns => (self.power_returns()?, Rule::Waits(master_down(Place::Primary))),
            Step::PlannedStop => (self.planned_stop()?, Rule::Waits(timers::skew_v2(Place::Backup.priority()))),
            Step::Restart => (self.restart()?, Rule::Waits(master_down(Place::Primary))),
        };
        let client = self.client.as_ref().filter(|_| step != Step::Start);
        let client = client.map(|client| aftermath(step, client, begin)).unwrap_or_default();
        let machine = self.site.pair.pulse.allowance(begin);
        Ok(Outcome { step, took, rule, client, machine, holder: self.site.pair.only_holder()? })
    }

    fn start(&mut self) -> Result<Duration> {
        let mut begin = Instant::now();
        for place in Place::BOTH {
            begin = self.site.pair.director_mut(place).program.start()?;
        }
        let held = self.wait_added(Place::Primary, begin)?;
        for place in Place::BOTH {
            wait_for_real_servers(self.site.pair.director(place), &WEBS, PATIENCE)?;
        }
        self.client = Some(self.first_answered()?);
        Ok(held - begin)
    }

    /// A client that runs: how long it takes to start is nobody's outage.
    fn first_answered(&self) -> Result<HttpClient> {
        let begin = Instant::now();
        let client = self.site.start_client(PERIOD)?;
        let answered = wait::until(PATIENCE, || (!client.answers(begin).is_empty()).then_some(()));
        ensure(answered.is_some(), || format!("{VIP} answers nobody"))?;
        Ok(client)
    }

    fn web_stops(&mut self) -> Result<Duration> {
        let ([web1, _], [_, two]) = (&mut self.site.webs, WEBS);
        let begin = web1.stop();
        Ok(wait_for_real_servers(self.site.pair.director(Place::Primary), &[two], PATIENCE)? - begin)
    }

    fn web_returns(&mut self) -> Result<Duration> {
        let [web1, _] = &mut self.site.webs;
        let begin = web1.start()?;
        Ok(wait_for_real_servers(self.site.pair.director(Place::Primary), &WEBS, PATIENCE)? - begin)
    }

    fn power_cut(&mut self) -> Result<Duration> {
        let begin = self.site.pair.cut_power(Place::Primary)?;
        Ok(self.wait_added(Place::Backup, begin)? - begin)
    }

    fn power_returns(&mut self) -> Result<Duration> {
        let begin = self.site.pair.restore_power(Place::Primary)?;
        let took = self.wait_added(Place::Primary, begin)? - begin;
        self.site.pair.director(Place::Backup).addresses.wait_removed(VIP, begin, PATIENCE)?;
        Ok(took)
    }

    fn planned_stop(&mut self) -> Result<Duration> {
        let begin = self.site.pair.director_mut(Place::Primary).program.stop()?.0;
        Ok(self.wait_added(Place::Backup, begin)? - begin)
    }

    fn restart(&mut self) -> Result<Duration> {
        let begin = self.site.pair.director_mut(Place::Primary).program.start()?;
        let took = self.wait_added(Place::Primary, begin)? - begin;
        self.site.pair.director(Place::Backup).addresses.wait_removed(VIP, begin, PATIENCE)?;
        Ok(took)
    }

    fn wait_added(&self, place: Place, since: Instant) -> Result<Instant> {
        self.site.pair.wait_taken(place, since, PATIENCE)
    }
}

fn traffic() -> Duration {
    let begin = Instant::now();
    sleep(Duration::from_secs(2));
    begin.elapsed()
}

fn aftermath(step: Step, client: &HttpClient, begin: Instant) -> Report {
    if step > Step::Traffic {
        sleep(AFTERMATH);
    }
    client.settled_report(begin)
}

fn master_down(place: Place) -> Duration {
    timers::master_down_v2(place.priority(), Duration::from_secs(1))
}
