//! `vrrp_sync_group`: what one block says, as far as it says it.
use super::Hooks;
use crate::lower::item::Item;
use crate::lower::reader::Reader;
use crate::lower::track::{Trackers, Watched};
use crate::span::Origin;
use model::Name;

/// A `vrrp_sync_group` as far as it was said.
pub(crate) struct GroupDraft {
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) members: Vec<(Name, Origin)>,
    pub(crate) trackers: Trackers,
    pub(crate) tracking_weight: bool,
    pub(crate) notify_priority_changes: Option<bool>,
    pub(crate) smtp_alert: Option<bool>,
    pub(crate) hooks: Hooks,
}

pub(super) fn group(reader: &mut Reader<'_>, item: &Item<'_>, watched: &Watched) -> Option<GroupDraft> {
    let name = item.text()?;
    let mut draft = GroupDraft {
        name: Name::new(name.text()),
        place: name.origin(),
        members: Vec::new(),
        trackers: Trackers::default(),
        tracking_weight: false,
        notify_priority_changes: None,
        smtp_alert: None,
        hooks: Hooks::default(),
    };
    reader.block("vrrp_sync_group", item.body, &mut |reader, item| match item.row.keyword {
        "group" => draft.members.extend(names(&item)),
        "sync_group_tracking_weight" | "global_tracking" => draft.tracking_weight = true,
        "notify_priority_changes" => draft.notify_priority_changes = Some(item.on()),
        "smtp_alert" => draft.smtp_alert = Some(item.on()),
        _ if draft.trackers.keyword(reader, watched, &item) => {}
        _ => draft.hooks.keyword(reader, item),
    });
    Some(draft)
}

/// Every word of every line in the block is a name.
pub(crate) fn names(item: &Item<'_>) -> impl Iterator<Item = (Name, Origin)> {
    item.body.iter().flat_map(|line| line.words).map(|word| (Name::new(word.text()), word.origin()))
}
