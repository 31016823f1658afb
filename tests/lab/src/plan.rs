//! Configurations for a pair of directors that only does VRRP, and the times that follow from them.
use crate::pair::{PREFIX, Place, VIP, VIP_6};
use crate::timers;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// The address that must come first in IPv6 (RFC 9568 section 5.2.9).
const LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0x100);

/// Which protocol carries the adverts and has the virtual addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6, which needs version 3.
    V6,
}

/// What a pair is configured to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Protocol version, 2 or 3.
    pub version: u8,
    /// Between two adverts; whole seconds in version 2.
    pub interval: Duration,
    /// Adverts and addresses.
    pub family: Family,
    /// Are adverts sent to the other director alone, rather than to the group?
    pub unicast: bool,
    /// Does a director that returns take the address back?
    pub preempt: bool,
    /// Further lines of the instance.
    pub instance: String,
    /// Further lines of the primary's instance, and of the backup's.
    pub apart: [String; 2],
    /// Further lines before the instance.
    pub head: String,
}

impl Plan {
    /// Version 2 at its usual interval of one second.
    pub fn version2() -> Self {
        let interval = Duration::from_secs(1);
        Self {
            version: 2,
            interval,
            family: Family::V4,
            unicast: false,
            preempt: true,
            instance: String::new(),
            apart: [String::new(), String::new()],
            head: String::new(),
        }
    }

    /// Version 3 at a fifth of a second: a peer without real-time priority must not miss three adverts on a busy machine.
    pub fn version3() -> Self {
        Self { version: 3, interval: Duration::from_millis(200), ..Self::version2() }
    }

    /// The virtual addresses, in the order of the adverts.
    pub fn addresses(&self) -> Vec<IpAddr> {
        match self.family {
            Family::V4 => vec![VIP.into()],
            Family::V6 => vec![LINK_LOCAL.into(), VIP_6.into()],
        }
    }

    /// The one that clients ask.
    pub fn vip(&self) -> IpAddr {
        match self.family {
            Family::V4 => VIP.into(),
            Family::V6 => VIP_6.into(),
        }
    }

    /// A director's own address in this family.
    pub fn own(&self, place: Place) -> IpAddr {
        match self.family {
            Family::V4 => place.address().into(),
            Family::V6 => place.address_6().into(),
        }
    }

    fn unicast_lines(&self, place: Place) -> String {
        let (own, peer) = (self.own(place), self.own(place.other()));
        if !self.unicast {
            return String::new();
        }
        format!("    unicast_src_ip {own}\n    unicast_peer {{\n        {peer}\n    }}\n")
    }

    /// The configuration file of one director.
    pub fn text(&self, place: Place) -> String {
        let Self { version, interval, preempt, instance, head, .. } = self;
        let (name, priority, seconds) = (place.name(), place.priority(), interval.as_secs_f64());
        let nopreempt = if *preempt { "" } else { "    nopreempt\n" };
        let [primary, backup] = &self.apart;
        let apart = if place == Place::Primary { primary } else { backup };
        let unicast = self.unicast_lines(place);
        let addresses = self.addresses().into_iter().map(|address| format!("        {address}/{PREFIX}\n"));
        let addresses: String = addresses.collect();
        format!(
            "global_defs {{\n    router_id {name}\n    vrrp_version {version}\n}}\n{head}\n\
             vrrp_instance VI_1 {{\n    interface eth0\n    virtual_router_id 51\n    priority {priority}\n    \
             advert_int {seconds}\n{nopreempt}{unicast}{instance}{apart}    virtual_ipaddress {{\n{addresses}    }}\n}}\n"
        )
    }

    /// How long a director waits after the master's goodbye.
    pub fn skew(&self, place: Place) -> Duration {
        match self.version {
            2 => timers::skew_v2(place.priority()),
            _ => timers::skew_v3(place.priority(), self.interval),
        }
    }

    /// How long it waits for a silent master.
    pub fn master_down(&self, place: Place) -> Duration {
        self.interval * 3 + self.skew(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_what_was_planned() {
        let plan = Plan { preempt: false, instance: "    track_interface { eth1 }\n".into(), ..Plan::version3() };
        let text = plan.text(Place::Backup);
        for line in ["vrrp_version 3", "priority 100", "advert_int 0.2", "nopreempt", "track_interface { eth1 }"] {
            assert!(text.lines().any(|found| found.trim() == line), "{line} in {text}");
        }
        assert_eq!(plan.master_down(Place::Backup), Duration::from_millis(720));
    }
}
