//! Sync groups: what the standing of the members means for them all; it moves nothing itself.
//!
//! The rules look only at where the members stand now, never at how they came there, so they may be applied after every
//! step until they ask for nothing more.
use alloc::format;
use alloc::string::String;
use model::Name;
use model::state::vrrp::RouterState;

/// How a member stands.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: Name,
    /// Its state; FAULT as soon as it hands over because of one.
    pub(crate) state: RouterState,
    /// Whether it has handed over on an operator's order and nobody took over.
    pub(crate) unclaimed: bool,
    /// Whether it still hands over.
    pub(crate) is_leaving: bool,
    /// What keeps it, itself, from taking part.
    pub(crate) fault: Option<String>,
    /// What it was told that keeps another member, and so it, from taking part.
    pub(crate) imposed: Option<String>,
    /// As backup: its timer has run out.
    pub(crate) expired: bool,
    /// As backup: its timer runs for the first time after its start, and nobody was heard.
    pub(crate) fresh: bool,
    /// As backup: its addresses are in place from before a restart.
    pub(crate) resuming: bool,
    /// As master: has said so.
    pub(crate) settled: bool,
}

impl Member {
    /// Its fault in words for the others.
    pub(crate) fn fault_for_others(&self) -> Option<String> {
        self.fault.as_ref().map(|why| format!("{} of the same group: {why}", self.name))
    }
}

/// What the members have to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Those without a fault of their own go to FAULT, or stay there, for this reason.
    Fault(String),
    /// Those in FAULT leave it.
    Recover,
    /// Those with an expired timer become master.
    TakeOver,
    /// Masters, and those that handed over in vain, become backups, for this reason.
    Yield(String),
    /// Those that handed over in vain are master again.
    TakeBack,
    /// Nobody resumes.
    EndResuming,
}

/// What is to be done, one thing at a time; `None` when all is well.
pub(crate) fn judge(members: &[Member]) -> Option<Verdict> {
    use RouterState::{Backup, Fault, Init, Master, Releasing, Stopped};
    // A member that a reload added is not counted before it has started.
    let started = || members.iter().filter(|member| member.state != Init);
    let any = |state: RouterState| started().any(|member| member.state == state);
    if let Some(why) = started().find_map(Member::fault_for_others) {
        let is_news = |m: &Member| m.state != Fault || (m.fault.is_none() && m.imposed.as_ref() != Some(&why));
        return started().any(is_news).then_some(Verdict::Fault(why));
    }
    if any(Fault) {
        return Some(Verdict::Recover);
    }
    if started().any(|member| member.state == Stopped || (member.state == Releasing && !member.unclaimed)) {
        return None;
    }
    let expired = started().any(|member| member.expired);
    if expired && members.iter().all(|member| member.state == Master || member.expired) {
        return Some(Verdict::TakeOver);
    }
    // A group changes hands as a whole; only a member that has just been added may still come to its masters.
    let lagging = started().find(|member| member.state == Backup && !member.fresh && !member.expired);
    if let Some(member) = lagging.filter(|_| any(Master) || any(Releasing)) {
        return Some(Verdict::Yield(format!("{} of the same group is not master", member.name)));
    }
    if any(Releasing) {
        return Some(Verdict::TakeBack);
    }
    let (resuming, not) = (started().any(|m| m.resuming), started().any(|m| m.state == Backup && !m.resuming));
    (resuming && not).then_some(Verdict::EndResuming)
}

/// Where a group stands as a whole; `None` while it is on its way.
pub(crate) fn standing(members: &[Member]) -> Option<RouterState> {
    let all = |state: RouterState| members.iter().all(|member| member.state == state);
    if members.is_empty() || members.iter().any(|member| member.is_leaving) {
        return None;
    }
    if all(RouterState::Master) {
        return members.iter().all(|member| member.settled).then_some(RouterState::Master);
    }
    if all(RouterState::Fault) {
        return Some(RouterState::Fault);
    }
    all(RouterState::Backup).then_some(RouterState::Backup)
}

#[cfg(test)]
mod tests;
