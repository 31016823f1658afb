//! Configurations for a pair of directors that only does VRRP, and the times that follow from them.
use crate::pair::{PREFIX, Place, VIP};
use crate::timers;
use std::time::Duration;

/// What a pair is configured to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Protocol version, 2 or 3.
    pub version: u8,
    /// Between two adverts; whole seconds in version 2.
    pub interval: Duration,
    /// Does a director that returns take the address back?
    pub preempt: bool,
    /// Further lines of the instance.
    pub instance: String,
    /// Further lines before the instance.
    pub head: String,
}

impl Plan {
    /// Version 2 at its usual interval of one second.
    pub fn version2() -> Self {
        let interval = Duration::from_secs(1);
        Self { version: 2, interval, preempt: true, instance: String::new(), head: String::new() }
    }

    /// Version 3 at a tenth of a second.
    pub fn version3() -> Self {
        Self { version: 3, interval: Duration::from_millis(100), ..Self::version2() }
    }

    /// The configuration file of one director.
    pub fn text(&self, place: Place) -> String {
        let Self { version, interval, preempt, instance, head } = self;
        let (name, priority, seconds) = (place.name(), place.priority(), interval.as_secs_f64());
        let nopreempt = if *preempt { "" } else { "    nopreempt\n" };
        format!(
            "global_defs {{\n    router_id {name}\n    vrrp_version {version}\n}}\n{head}\n\
             vrrp_instance VI_1 {{\n    interface eth0\n    virtual_router_id 51\n    priority {priority}\n    \
             advert_int {seconds}\n{nopreempt}{instance}    virtual_ipaddress {{\n        {VIP}/{PREFIX}\n    }}\n}}\n"
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
        for line in ["vrrp_version 3", "priority 100", "advert_int 0.1", "nopreempt", "track_interface { eth1 }"] {
            assert!(text.lines().any(|found| found.trim() == line), "{line} in {text}");
        }
        assert_eq!(plan.master_down(Place::Backup), Duration::from_millis(360));
    }
}
