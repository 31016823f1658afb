//! The link that an instance runs on, and its own link above that.
use super::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::reader::Reader;
use crate::lower::vrrp::{InstanceDraft, LinkKind};
use model::config::vrrp::{IpvlanMode, VirtualLink, VirtualLinkKind};
use model::{Family, InterfaceName, Vrid};

/// Link and identifier, without which nothing can be sent.
pub(super) fn essentials(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    default_interface: Option<&InterfaceName>,
) -> Option<(InterfaceName, Vrid)> {
    if draft.vrid.is_none() {
        let message = format!("{} has no usable virtual_router_id", draft.name);
        let found = problem("vrid-missing", message, draft.place, "needs a number")
            .meanwhile(format!("instance {} is skipped", draft.name))
            .help("write virtual_router_id NUMBER, 1 to 255, the same on all directors of this virtual router");
        reader.report(draft.futile.explain(&["virtual_router_id"], found));
    }
    let interface = interface(reader, draft, default_interface);
    Some((interface?, draft.vrid?.0))
}

/// What was said, else the routing domain; with unicast peers nothing need be said.
fn interface(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    default_interface: Option<&InterfaceName>,
) -> Option<InterfaceName> {
    if let Some((name, because)) = &draft.interface {
        if let Some((_, place)) = draft.vrf.take() {
            let message = format!("{} runs on {name}, which has its routing domain already", draft.name);
            let found = problem("vrf-with-interface", message, place, "of no use here");
            reader.report(found.with(*because, "the interface").meanwhile("the line is ignored"));
        }
        return Some(name.clone());
    }
    if let Some((name, _)) = &draft.vrf {
        return Some(name.clone());
    }
    let found =
        problem("interface-missing", format!("{} has no usable interface", draft.name), draft.place, "needs a link");
    if draft.unicast.peers.is_empty() {
        let found = found.meanwhile(format!("instance {} is skipped", draft.name)).help("write interface NAME in it");
        reader.report(draft.futile.explain(&["interface"], found));
        return None;
    }
    let name = default_interface.cloned().or_else(|| InterfaceName::new("eth0").ok())?;
    let found = found.meanwhile(format!("it runs on {name}, the default_interface"));
    reader.report(Diagnostic { severity: Severity::Warning, ..found }.help("write interface NAME"));
    Some(name)
}

/// `use_vmac` or `use_ipvlan`.
pub(super) fn own(
    reader: &mut Reader<'_>,
    draft: &mut InstanceDraft,
    family: Family,
    vrid: Vrid,
) -> Option<VirtualLink> {
    let link = *draft.link.take()?;
    let kind = match link.kind {
        LinkKind::Macvlan { hardware, announce } => {
            let hardware = hardware.and_then(|(mut octets, _)| {
                octets.resize(6, vrid.get());
                octets.try_into().ok()
            });
            VirtualLinkKind::Macvlan { hardware, announce }
        }
        LinkKind::Ipvlan { address, mode } => {
            let address = address.and_then(|(prefix, place)| {
                if prefix.family() == family {
                    return Some(prefix);
                }
                let message = format!("{} is {family}, so the address of its link is too", draft.name);
                let found = problem("mixed-families", message, place, &format!("this is {}", prefix.family()));
                reader.report(found.meanwhile("the word is ignored"));
                None
            });
            VirtualLinkKind::Ipvlan { address, mode: mode.unwrap_or(IpvlanMode::Bridge) }
        }
    };
    Some(VirtualLink { name: link.name.map(|(name, _)| name), group: link.group, kind })
}
