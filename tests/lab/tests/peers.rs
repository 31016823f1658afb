//! Evenkeel with every other implementation that Debian has, each on either side: keepalived and FRR's vrrpd, in each
//! combination of version, family, multicast or unicast and authentication once. After each step there is exactly one
//! holder, the take-over is in time, and the client is dark no longer than it must be.
//!
//! Plain multicast over IPv4 with keepalived is in `failover`, with more events.
use evenkeel_lab::journey::{Event, Journey, Row, Who};
use evenkeel_lab::pair::Place::{Backup, Primary};
use evenkeel_lab::pair::{Pair, Place};
use evenkeel_lab::plan::{Family, Plan};
use evenkeel_lab::{Options, Result, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::time::Duration;

/// The master ends in both ways, planned and killed with its machine, and comes back.
const ENDS: &[Row] = &[
    Row { event: Event::PlannedStop, on: Primary, then: Backup },
    Row { event: Event::Started, on: Primary, then: Primary },
    Row { event: Event::PowerCut, on: Primary, then: Backup },
    Row { event: Event::PowerReturns, on: Primary, then: Primary },
];

/// Longer than anything here is late.
const PATIENCE: Duration = Duration::from_secs(20);

fn both_roles(name: &str, plan: Plan, peer: Who) -> Result<()> {
    trial::in_namespaces(name, || {
        travel(plan.clone(), Who::Evenkeel, peer)?;
        travel(plan, peer, Who::Evenkeel)
    })
}

/// Two of ours: the roles differ in nothing but what the plan says of each.
fn among_ourselves(name: &str, plan: Plan) -> Result<()> {
    trial::in_namespaces(name, || travel(plan, Who::Evenkeel, Who::Evenkeel))
}

fn travel(plan: Plan, primary: Who, backup: Who) -> Result<()> {
    let mut journey = Journey::begin(plan, primary, backup)?;
    let result = ENDS.iter().try_for_each(|row| journey.step(row));
    trial::with_words(result, || journey.last_words())
}

fn unicast(plan: Plan) -> Plan {
    Plan { unicast: true, ..plan }
}

fn over_ipv6(plan: Plan) -> Plan {
    Plan { family: Family::V6, ..plan }
}

fn authenticated(plan: Plan, kind: &str) -> Plan {
    let block = format!("    authentication {{\n        auth_type {kind}\n        auth_pass s3cret77\n    }}\n");
    Plan { instance: plan.instance + &block, ..plan }
}

#[test]
fn keepalived_v2_unicast_with_password() -> Result<()> {
    let plan = authenticated(unicast(Plan::version2()), "PASS");
    both_roles("keepalived_v2_unicast_with_password", plan, Who::Keepalived)
}

#[test]
fn keepalived_v2_with_authentication_header() -> Result<()> {
    both_roles("keepalived_v2_with_authentication_header", authenticated(Plan::version2(), "AH"), Who::Keepalived)
}

#[test]
fn keepalived_v2_unicast_with_authentication_header() -> Result<()> {
    let plan = authenticated(unicast(Plan::version2()), "AH");
    both_roles("keepalived_v2_unicast_with_authentication_header", plan, Who::Keepalived)
}

/// There is no version 2 over IPv6 and no authentication header in version 3: both daemons say so, speak version 3
/// without it, and understand each other.
#[test]
fn keepalived_ipv6_asked_for_an_authentication_header() -> Result<()> {
    let plan = authenticated(over_ipv6(Plan::version2()), "AH");
    both_roles("keepalived_ipv6_asked_for_an_authentication_header", plan, Who::Keepalived)
}

#[test]
fn keepalived_v3_unicast() -> Result<()> {
    both_roles("keepalived_v3_unicast", unicast(Plan::version3()), Who::Keepalived)
}

#[test]
fn keepalived_v3_ipv6() -> Result<()> {
    both_roles("keepalived_v3_ipv6", over_ipv6(Plan::version3()), Who::Keepalived)
}

#[test]
fn keepalived_v3_ipv6_unicast() -> Result<()> {
    both_roles("keepalived_v3_ipv6_unicast", unicast(over_ipv6(Plan::version3())), Who::Keepalived)
}

#[test]
fn frr_v2() -> Result<()> {
    both_roles("frr_v2", Plan::version2(), Who::Frr)
}

#[test]
fn frr_v3() -> Result<()> {
    both_roles("frr_v3", Plan::version3(), Who::Frr)
}

#[test]
fn frr_v3_ipv6() -> Result<()> {
    both_roles("frr_v3_ipv6", over_ipv6(Plan::version3()), Who::Frr)
}

#[test]
fn evenkeel_v2_with_authentication_header() -> Result<()> {
    among_ourselves("evenkeel_v2_with_authentication_header", authenticated(Plan::version2(), "AH"))
}

#[test]
fn evenkeel_v3_ipv6() -> Result<()> {
    among_ourselves("evenkeel_v3_ipv6", over_ipv6(Plan::version3()))
}

/// An `auth_hmac` block with one key, in a mode.
fn signed(key: &str, mode: &str) -> String {
    format!(
        "    auth_hmac {{\n        key 1 {key}\n        active_key 1\n        mode {mode}\n        time_window 30\n    }}\n"
    )
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn evenkeel_v3_signed() -> Result<()> {
    among_ourselves("evenkeel_v3_signed", Plan { instance: signed(KEY, "enforce"), ..Plan::version3() })
}

#[test]
fn evenkeel_v3_ipv6_unicast_signed() -> Result<()> {
    let plan = unicast(over_ipv6(Plan { instance: signed(KEY, "enforce"), ..Plan::version3() }));
    among_ourselves("evenkeel_v3_ipv6_unicast_signed", plan)
}

/// The middle of a roll-out: one signs already and believes everybody, the other only listens.
#[test]
fn evenkeel_v2_signed_by_one() -> Result<()> {
    let apart = [signed(KEY, "permissive"), signed(KEY, "receive-only")];
    among_ourselves("evenkeel_v2_signed_by_one", Plan { apart, ..Plan::version2() })
}

#[test]
fn another_key_is_not_believed_until_it_is_put_right() -> Result<()> {
    trial::in_namespaces("another_key_is_not_believed_until_it_is_put_right", || {
        let other = "fedcba9876543210fedcba9876543210";
        let good = Plan { instance: signed(KEY, "enforce"), ..Plan::version3() };
        let bad = Plan { instance: signed(other, "enforce"), ..good.clone() };
        let kind = trial::evenkeel()?;
        let config = |place| if place == Primary { good.text(place) } else { bad.text(place) };
        let mut pair = Pair::build(|_| (kind.clone(), Options::default()), config)?;
        trial::with_words(put_right(&mut pair, &good), || pair.last_words())
    })
}

fn put_right(pair: &mut Pair, good: &Plan) -> Result<()> {
    let begin = pair.start()?;
    for place in Place::BOTH {
        pair.wait_taken(place, begin, good.master_down(place) + PATIENCE)?;
    }
    let invalid = |pair: &Pair, place| -> Option<u64> {
        let director = pair.director(place);
        let program = director.program.path().display().to_string();
        let status = director.room().command(&[&program, "status", "--json"]).ok()?;
        let status: serde_json::Value = serde_json::from_str(&status).ok()?;
        status.pointer("/instances/0/auth_invalid")?.as_u64()
    };
    for place in Place::BOTH {
        let counted = || invalid(pair, place).filter(|count| *count > 0);
        let counted = wait::until(PATIENCE, counted);
        ensure(counted.is_some(), || format!("{} counts no wrong signature", place.name()))?;
    }
    let both = pair.holders()?;
    ensure(both == Place::BOTH, || format!("who cannot believe each other are both masters, not {both:?}"))?;
    let backup = &pair.director(Backup).program;
    backup.write_config(good.text(Backup))?;
    backup.signal(Signal::SIGHUP)?;
    let alone = wait::until(PATIENCE, || (pair.holders().ok()? == [Primary]).then_some(()));
    ensure(alone.is_some(), || format!("after the reload, held by {:?}", pair.holders()))
}
