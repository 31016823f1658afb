//! `strict_mode`: the letter of the RFC, whatever else is configured.
use model::Interval;
use model::config::vrrp::{Authentication, Hmac, HmacMode, Instance};

/// The instance as it is to run.
pub(super) fn strictly(mut instance: Instance) -> Instance {
    if !instance.strict {
        return instance;
    }
    instance.wants_master &= instance.priority.is_owner();
    instance.authentication = Authentication::None;
    instance.preempt_delay = Interval::ZERO;
    instance.down_timer_adverts = 3;
    instance.announce.lower_prio_repeat = 0;
    instance.lower_prio_no_advert = true;
    instance.higher_prio_send_advert = false;
    instance.owner_ignore_adverts |= instance.priority.is_owner();
    instance.hmac = instance.hmac.map(|hmac| Hmac { mode: HmacMode::Enforce, ..hmac });
    instance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn only_where_it_is_asked_for() {
        let mut instance = sample::instance(1, 100);
        instance.wants_master = true;
        instance.preempt_delay = Interval::from_secs(3);
        instance.down_timer_adverts = 5;
        assert_eq!(strictly(instance.clone()), instance);
        instance.strict = true;
        let strict = strictly(instance);
        assert!(!strict.wants_master && strict.preempt_delay.is_zero() && strict.lower_prio_no_advert);
        assert_eq!((strict.down_timer_adverts, strict.announce.lower_prio_repeat), (3, 0));
        assert!(!strict.owner_ignore_adverts);
        let owner = strictly(Instance { strict: true, ..sample::instance(1, 255) });
        assert!(owner.owner_ignore_adverts);
    }
}
