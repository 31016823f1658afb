//! An instance as the reader would give it, for tests of this crate.
use model::config::vrrp::{Announce, Authentication, Instance, Notify, Version};
use model::{Family, InterfaceName, Interval, Priority, Vrid};
use std::net::IpAddr;

/// An instance without addresses, with these hooks.
pub(crate) fn instance(notify: Notify) -> Instance {
    Instance {
        name: "VI_1".into(),
        interface: InterfaceName::new("eth0").expect("a name"),
        vrid: Vrid::new(1).expect("in range"),
        family: Family::V4,
        version: Version::V2,
        priority: Priority::DEFAULT,
        wants_master: false,
        advert_interval: Interval::from_secs(1),
        preempt: true,
        preempt_delay: Interval::ZERO,
        down_timer_adverts: 3,
        authentication: Authentication::None,
        addresses: vec![],
        excluded: vec![],
        source: None,
        group: IpAddr::from([224, 0, 0, 18]),
        track_interfaces: vec![],
        track_scripts: vec![],
        ignore_own_link: false,
        announce: Announce {
            repeat: 5,
            delay: Interval::from_secs(5),
            refresh: Interval::ZERO,
            refresh_repeat: 1,
            lower_prio_delay: Interval::from_secs(5),
            lower_prio_repeat: 5,
            spacing: Interval::ZERO,
        },
        lower_prio_no_advert: false,
        higher_prio_send_advert: false,
        skip_check_adv_addr: false,
        notify_priority_changes: false,
        notify,
    }
}
