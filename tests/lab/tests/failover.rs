//! Pairs of directors through crash, cut cable, planned stop and return: one holder after each, and what a client
//! notices in between. Evenkeel with itself and with keepalived on either side, versions 2 and 3.
use evenkeel_lab::journey::{Event, Journey, Row, Who};
use evenkeel_lab::pair::Place::{Backup, Primary};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::{Result, trial};

/// With preemption the preferred director is master whenever it can.
const PREEMPT: &[Row] = &[
    Row { event: Event::PowerCut, on: Primary, then: Backup },
    Row { event: Event::PowerReturns, on: Primary, then: Primary },
    Row { event: Event::CableOut, on: Primary, then: Backup },
    Row { event: Event::CableIn, on: Primary, then: Primary },
    Row { event: Event::PlannedStop, on: Primary, then: Backup },
    Row { event: Event::Started, on: Primary, then: Primary },
    Row { event: Event::PlannedStop, on: Backup, then: Primary },
    Row { event: Event::Started, on: Backup, then: Primary },
];

/// Without it, whoever is master stays so.
const NOPREEMPT: &[Row] = &[
    Row { event: Event::PowerCut, on: Primary, then: Backup },
    Row { event: Event::PowerReturns, on: Primary, then: Backup },
    Row { event: Event::PlannedStop, on: Backup, then: Primary },
    Row { event: Event::Started, on: Backup, then: Primary },
];

fn travel(name: &str, plan: Plan, primary: Who, backup: Who) -> Result<()> {
    trial::in_namespaces(name, || {
        let rows = if plan.preempt { PREEMPT } else { NOPREEMPT };
        let mut journey = Journey::begin(plan, primary, backup)?;
        let result = rows.iter().try_for_each(|row| journey.step(row));
        trial::with_words(result, || journey.last_words())
    })
}

fn without_preemption(plan: Plan) -> Plan {
    Plan { preempt: false, ..plan }
}

#[test]
fn v2_evenkeel_with_evenkeel() -> Result<()> {
    travel("v2_evenkeel_with_evenkeel", Plan::version2(), Who::Evenkeel, Who::Evenkeel)
}

#[test]
fn v2_evenkeel_with_keepalived() -> Result<()> {
    travel("v2_evenkeel_with_keepalived", Plan::version2(), Who::Evenkeel, Who::Keepalived)
}

#[test]
fn v2_keepalived_with_evenkeel() -> Result<()> {
    travel("v2_keepalived_with_evenkeel", Plan::version2(), Who::Keepalived, Who::Evenkeel)
}

#[test]
fn v3_evenkeel_with_evenkeel() -> Result<()> {
    travel("v3_evenkeel_with_evenkeel", Plan::version3(), Who::Evenkeel, Who::Evenkeel)
}

#[test]
fn v3_evenkeel_with_keepalived() -> Result<()> {
    travel("v3_evenkeel_with_keepalived", Plan::version3(), Who::Evenkeel, Who::Keepalived)
}

#[test]
fn v3_keepalived_with_evenkeel() -> Result<()> {
    travel("v3_keepalived_with_evenkeel", Plan::version3(), Who::Keepalived, Who::Evenkeel)
}

#[test]
fn v3_keepalived_with_keepalived_for_comparison() -> Result<()> {
    travel("v3_keepalived_with_keepalived_for_comparison", Plan::version3(), Who::Keepalived, Who::Keepalived)
}

#[test]
fn v3_nopreempt_evenkeel_with_evenkeel() -> Result<()> {
    let plan = without_preemption(Plan::version3());
    travel("v3_nopreempt_evenkeel_with_evenkeel", plan, Who::Evenkeel, Who::Evenkeel)
}

#[test]
fn v3_nopreempt_evenkeel_with_keepalived() -> Result<()> {
    let plan = without_preemption(Plan::version3());
    travel("v3_nopreempt_evenkeel_with_keepalived", plan, Who::Evenkeel, Who::Keepalived)
}

#[test]
fn v3_nopreempt_keepalived_with_evenkeel() -> Result<()> {
    let plan = without_preemption(Plan::version3());
    travel("v3_nopreempt_keepalived_with_evenkeel", plan, Who::Keepalived, Who::Evenkeel)
}
