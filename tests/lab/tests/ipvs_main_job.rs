//! The main job as the demo shows it, judged: two directors, two web servers, a client, on a kernel with IPVS.
use evenkeel_lab::main_job::{MainJob, Outcome, PERIOD, Rule, Step};
use evenkeel_lab::pair::Place;
use evenkeel_lab::site::Site;
use evenkeel_lab::{Kind, Result, ensure, trial};
use std::time::Duration;

/// For processes that start, at which the second kernel is slow. What a busy machine adds is in the outcome.
const TOLERANCE: Duration = Duration::from_millis(2_500);
/// What clients may notice of a change that nobody forced.
const GRACEFUL: Duration = Duration::from_millis(150);

fn judge(outcome: &Outcome) -> Result<()> {
    let Outcome { step, took, rule, client, machine, holder } = outcome;
    println!(
        "{step:?}: {} ms, {} of {} lost {:?}, silence {} ms, the machine adds up to {} ms, {} ms to a silence",
        took.as_millis(),
        client.lost,
        client.sent,
        client.reasons,
        client.gap.as_millis(),
        machine.work.as_millis(),
        machine.silence.as_millis()
    );
    let expected = if matches!(step, Step::PowerCut | Step::PlannedStop) { Place::Backup } else { Place::Primary };
    ensure(*holder == expected, || format!("{step:?}: {} is master, {} should be", holder.name(), expected.name()))?;
    let limit = match rule {
        Rule::Free => Duration::MAX,
        Rule::Waits(limit) | Rule::AtMost(limit) => limit.saturating_add(TOLERANCE + machine.work),
    };
    ensure(*took <= limit, || format!("{step:?} took {took:?}, {limit:?} is the limit"))
}

/// Who may lose requests, and how many: nobody at all except where a server or a director dies without warning.
fn judge_clients(outcome: &Outcome, planned: Duration) -> Result<()> {
    let Outcome { step, client, machine, .. } = outcome;
    let (lost, silence) = match step {
        Step::Start => return Ok(()),
        // Every second request meets the dead server until the checks have seen it.
        Step::WebStops => (client.sent * 6 / 10, Duration::from_millis(500)),
        Step::PowerCut => (client.sent, outcome.took + TOLERANCE),
        Step::PlannedStop => (2 + client.sent * usize::from(planned > GRACEFUL), planned),
        Step::Traffic | Step::WebReturns | Step::PowerReturns | Step::Restart => (2, GRACEFUL),
    };
    // In a pause of the machine a request is asked and lost at most in each period.
    let lost = lost + usize::try_from(machine.silence.as_millis() / PERIOD.as_millis()).unwrap_or(usize::MAX);
    let silence = silence + machine.silence + client.stall;
    ensure(client.sent >= 20, || format!("{step:?}: the client asked only {} times", client.sent))?;
    ensure(client.lost <= lost, || {
        format!("{step:?}: {} of {} requests lost: {:?}", client.lost, client.sent, client.reasons)
    })?;
    ensure(client.gap <= silence, || format!("{step:?}: silence of {:?}, {silence:?} is the limit", client.gap))
}

fn servers(outcome: &Outcome) -> Result<()> {
    let answers = |name: &str| outcome.client.by_server.get(name).copied().unwrap_or(0);
    let (one, two) = (answers("web1"), answers("web2"));
    ensure(one.abs_diff(two) <= 2 && one > 0, || format!("requests should go to both in turn: web1 {one}, web2 {two}"))
}

fn whole_job(kind: &Kind, planned: Duration) -> Result<()> {
    let mut job = MainJob::new(Site::build(kind)?);
    for step in Step::ALL {
        let outcome = trial::with_words(job.run(step), || job.site().pair.last_words())?;
        let judged = judge(&outcome).and_then(|()| judge_clients(&outcome, planned));
        trial::with_words(judged, || job.site().pair.last_words())?;
        if step == Step::Traffic {
            servers(&outcome)?;
        }
    }
    Ok(())
}

#[test]
fn evenkeel_does_the_main_job() -> Result<()> {
    trial::with_ipvs("evenkeel_does_the_main_job", || whole_job(&trial::evenkeel()?, GRACEFUL))
}

#[test]
fn keepalived_does_the_main_job_for_comparison() -> Result<()> {
    trial::with_ipvs("keepalived_does_the_main_job_for_comparison", || {
        whole_job(&Kind::Keepalived, Duration::from_secs(2))
    })
}
