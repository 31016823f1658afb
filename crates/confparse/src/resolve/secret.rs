//! `authentication` and `auth_hmac` of an instance, as far as they can be used.
use super::problem;
use crate::lower::reader::Reader;
use crate::lower::vrrp::{HmacDraft, InstanceDraft};
use model::config::vrrp::{Authentication, Hmac, HmacMode, Version};
use model::{Family, Interval};

/// Authentication of version 2; a draft that signs its adverts has none.
pub(super) fn authentication(
    reader: &mut Reader<'_>,
    draft: &InstanceDraft,
    version: Version,
    family: Family,
) -> Authentication {
    let said = &draft.authentication;
    let Some((kind, place)) = said.kind else { return Authentication::None };
    let block = said.place.unwrap_or(place);
    let mut refused = |code: &'static str, message: &str, at, label: &str| {
        let meanwhile = format!("{} sends adverts without it", draft.name);
        reader.report(problem(code, message, at, label).meanwhile(meanwhile));
        Authentication::None
    };
    if draft.hmac.is_some() {
        return refused(
            "authentication-with-hmac",
            "authentication and auth_hmac exclude each other",
            block,
            "dropped",
        );
    }
    if version == Version::V3 && !(kind == "AH" && family == Family::V6) {
        let message = "version 3 has no authentication";
        return refused("authentication-in-version-3", message, block, "version 2 only");
    }
    if kind == "AH" && family == Family::V6 {
        return refused("authentication-in-version-3", "AH authentication is of IPv4 only", block, "version 2 only");
    }
    let Some((password, _)) = &said.password else {
        return refused("password-missing", "authentication has no auth_pass", place, "needs a password");
    };
    let mut padded = [0; 8];
    for (to, from) in padded.iter_mut().zip(password) {
        *to = *from;
    }
    if kind == "AH" {
        return Authentication::Header(padded);
    }
    Authentication::Password(padded)
}

/// AH begins as backup, whatever `state` says; an owner is master all the same.
pub(super) fn state_with_header(reader: &mut Reader<'_>, draft: &mut InstanceDraft) {
    let Some(("AH", place)) = draft.authentication.kind else { return };
    let Some(because) = draft.master.take() else { return };
    let message = "AH authentication needs a start as backup";
    let found = problem("state-with-ah", message, because, "state MASTER contradicts it");
    reader.report(found.with(place, "AH is chosen here").meanwhile(format!("{} starts as backup", draft.name)));
}

/// Signed adverts; `None`, with a report, without a key that signs.
pub(super) fn hmac(reader: &mut Reader<'_>, draft: &mut InstanceDraft, advert_interval: Interval) -> Option<Hmac> {
    let HmacDraft { place, keys, active, window, replay, mode } = *draft.hmac.take()?;
    let found = match active {
        Some((id, _)) if keys.iter().any(|(key, _)| key.id == id) => id,
        _ => {
            let (at, message) = match active {
                Some((id, at)) => (at, format!("there is no usable key {id}")),
                None => (place, "auth_hmac has no active_key".to_owned()),
            };
            let problem = problem("active-key-missing", message, at, "the key that signs");
            reader.report(problem.meanwhile(format!("{} sends and accepts adverts without signatures", draft.name)));
            return None;
        }
    };
    Some(Hmac {
        keys: keys.into_iter().map(|(key, _)| key).collect(),
        active: found,
        window: window.unwrap_or_else(|| usual_window(advert_interval)),
        replay,
        mode: mode.map_or(HmacMode::Enforce, |(mode, _)| mode),
    })
}

/// Three advert intervals in whole seconds, 5 to 300.
fn usual_window(advert_interval: Interval) -> Interval {
    let seconds = advert_interval.scaled(3, 1).as_millis().div_ceil(1_000);
    Interval::from_secs(seconds.clamp(5, 300))
}
