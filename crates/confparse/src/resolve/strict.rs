//! Strict mode: what the letter of the RFC refuses is taken out, and what it demands is put in.
use super::problem;
use crate::lower::reader::Reader;
use crate::lower::vrrp::{InstanceDraft, LinkKind};
use crate::span::Origin;
use model::config::vrrp::{HmacMode, Version};
use model::{Family, Interval, Priority};

/// Makes a draft strict.
pub(super) fn enforce(reader: &mut Reader<'_>, draft: &mut InstanceDraft, version: Version, priority: Priority) {
    let mut refused = |message: &str, place: Origin, meanwhile: &str| {
        let message = format!("strict mode: {message}");
        reader.report(problem("not-strict", message, place, "against the letter of the RFC").meanwhile(meanwhile));
    };
    if !priority.is_owner()
        && let Some(place) = draft.master.take()
    {
        refused("state MASTER belongs to priority 255", place, "it starts as backup");
    }
    if let Some((_, place)) = draft.authentication.kind.take() {
        refused("there is no authentication", place, "adverts carry none");
    }
    if let Some((_, place)) = draft.preempt_delay.take_if(|(delay, _)| !delay.is_zero()) {
        refused("there is no preempt_delay", place, "preempt_delay is ignored");
    }
    if let Some((_, place)) = draft.down_timer_adverts.take_if(|(adverts, _)| *adverts != 3) {
        refused("a master is gone after three silent intervals", place, "3 is used");
    }
    if let Some((_, place)) = draft.higher_prio_send_advert.take_if(|(on, _)| *on) {
        refused("nothing is said to a stronger router", place, "it yields without a last advert");
    }
    if !draft.unicast.peers.is_empty()
        && let Some(place) = draft.unicast.wished
    {
        refused("adverts go to the multicast group", place, "they go to the peers all the same");
    }
    if let Some(LinkKind::Macvlan { hardware, .. }) = draft.link.as_mut().map(|link| &mut link.kind)
        && let Some((_, place)) = hardware.take()
    {
        refused("the hardware address is that of the RFC", place, "that of the RFC is used");
    }
    if let Some((mode, place)) = draft.hmac.as_mut().and_then(|hmac| hmac.mode.as_mut())
        && *mode != HmacMode::Enforce
    {
        refused("adverts must be signed where keys are given", *place, "unsigned adverts are refused");
        *mode = HmacMode::Enforce;
    }
    first_address(&mut refused, draft);
    silence(&mut refused, draft);
    draft.lower_prio_no_advert = Some(true);
    draft.owner_ignore_adverts = Some(true);
    draft.accept = Some(draft.accept == Some(true) && version == Version::V3);
}

/// RFC 9568 section 5.2.9: the first IPv6 address is link-local.
fn first_address(refused: &mut impl FnMut(&str, Origin, &str), draft: &InstanceDraft) {
    let Some(first) = draft.addresses.first().filter(|line| line.prefix.family() == Family::V6) else { return };
    let link_local = matches!(first.prefix.address(), std::net::IpAddr::V6(address) if address.is_unicast_link_local());
    if !link_local {
        refused("the first IPv6 address is link-local", first.place, "it is used all the same");
    }
}

/// No announcements are provoked by a weaker router.
fn silence(refused: &mut impl FnMut(&str, Origin, &str), draft: &mut InstanceDraft) {
    let announce = &mut draft.announce;
    let said = announce.lower_prio_delay.is_some_and(|delay| !delay.is_zero())
        || announce.lower_prio_repeat.is_some_and(|repeat| repeat > 0);
    if said {
        refused(
            "a weaker router is not answered",
            draft.place,
            "garp_lower_prio_delay and garp_lower_prio_repeat are 0",
        );
    }
    announce.lower_prio_delay = Some(Interval::ZERO);
    announce.lower_prio_repeat = Some(0);
}
