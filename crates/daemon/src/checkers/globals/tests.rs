//! Timeouts, synchronisation and flushing over a table in memory.
use super::*;
use evenkeel_ipvs::{Recording, ServiceKey};
use model::InterfaceName;

fn settings(instance: Option<&str>) -> Settings {
    Settings {
        interface: InterfaceName::new("eth0").expect("a name"),
        instance: instance.map(Into::into),
        id: 7,
        max_length: None,
        port: None,
        ttl: None,
        group: None,
    }
}

fn config(lvs: LvsGlobal) -> Config {
    let mut config = Config::default();
    config.global.lvs = lvs;
    config
}

fn roles(ipvs: &mut Recording) -> Vec<SyncRole> {
    ipvs.sync_daemons().expect("a list").iter().map(|daemon| daemon.role).collect()
}

#[test]
fn timeouts_are_set_kept_and_put_back() {
    let (mut hand, mut ipvs) = (GlobalsHand::default(), Recording::new());
    let before = ipvs.timeouts().expect("timeouts");
    assert_eq!(hand.work(&mut ipvs), Vec::<String>::new());
    assert!(ipvs.take_log().is_empty(), "nothing is wanted, nothing is done");
    let udp = |seconds| LvsTimeouts { udp: Some(Interval::from_secs(seconds)), ..LvsTimeouts::default() };
    hand.configure(&config(LvsGlobal { timeouts: udp(77), ..LvsGlobal::default() }));
    hand.work(&mut ipvs);
    assert_eq!(ipvs.timeouts().expect("timeouts"), Timeouts { udp: 77, ..before });
    // Somebody else changes them: put right.
    ipvs.apply(&[Command::SetTimeouts(before)]);
    hand.work(&mut ipvs);
    assert_eq!(ipvs.timeouts().expect("timeouts").udp, 77);
    hand.configure(&config(LvsGlobal::default()));
    hand.work(&mut ipvs);
    assert_eq!(ipvs.timeouts().expect("timeouts"), before, "no longer written");
    hand.configure(&config(LvsGlobal { timeouts: udp(99), ..LvsGlobal::default() }));
    hand.work(&mut ipvs);
    hand.release(&mut ipvs);
    assert_eq!(ipvs.timeouts().expect("timeouts"), before);
}

#[test]
fn the_synchronisation_follows_its_router() {
    let (mut hand, mut ipvs) = (GlobalsHand::default(), Recording::new());
    hand.configure(&config(LvsGlobal { sync_daemon: Some(settings(Some("VI_1"))), ..LvsGlobal::default() }));
    for (state, expected) in [
        (None, &[SyncRole::Backup][..]),
        (Some(RouterState::Master), &[SyncRole::Master]),
        (Some(RouterState::Releasing), &[SyncRole::Master]),
        (Some(RouterState::Fault), &[SyncRole::Backup]),
        (Some(RouterState::Stopped), &[]),
    ] {
        state.into_iter().for_each(|state| hand.follow(state));
        assert_eq!(hand.work(&mut ipvs), Vec::<String>::new());
        assert_eq!(roles(&mut ipvs), expected, "{state:?}");
        ipvs.take_log();
        hand.work(&mut ipvs);
        assert!(
            ipvs.take_log().iter().all(|call| !call.to_string().contains("sync daemon")),
            "what runs is left alone"
        );
    }
}

#[test]
fn without_a_router_both_halves_run_until_the_end() {
    let (mut hand, mut ipvs) = (GlobalsHand::default(), Recording::new());
    hand.configure(&config(LvsGlobal { sync_daemon: Some(settings(None)), ..LvsGlobal::default() }));
    hand.work(&mut ipvs);
    assert_eq!(roles(&mut ipvs), [SyncRole::Master, SyncRole::Backup]);
    hand.release(&mut ipvs);
    assert_eq!(roles(&mut ipvs), []);
}

#[test]
fn the_table_is_emptied_where_that_is_written() {
    let mark = ServiceKey::fwmark(9, evenkeel_ipvs::Family::V4).expect("a mark");
    let service = evenkeel_ipvs::Service::new(mark, Name::new("rr").expect("a name"));
    for (flush, flush_on_stop, after_start, after_stop) in [
        (false, FlushOnStop::No, 1, 1),
        (true, FlushOnStop::No, 0, 0),
        (false, FlushOnStop::All, 1, 0),
        (false, FlushOnStop::OwnServices, 1, 1),
    ] {
        let (mut hand, mut ipvs) = (GlobalsHand::default(), Recording::new());
        ipvs.apply(&[Command::AddService(service.clone())]);
        hand.configure(&config(LvsGlobal { flush, flush_on_stop, ..LvsGlobal::default() }));
        hand.work(&mut ipvs);
        assert_eq!(ipvs.dump().expect("a table").services.len(), after_start, "{flush} {flush_on_stop:?}");
        hand.release(&mut ipvs);
        assert_eq!(ipvs.dump().expect("a table").services.len(), after_stop, "{flush} {flush_on_stop:?}");
    }
}

#[test]
fn a_thread_that_starts_again_empties_nothing() {
    let mark = ServiceKey::fwmark(9, evenkeel_ipvs::Family::V4).expect("a mark");
    let service = evenkeel_ipvs::Service::new(mark, Name::new("rr").expect("a name"));
    let mut ipvs = Recording::new();
    let mut first = GlobalsHand::after(false);
    first.configure(&config(LvsGlobal { flush: true, ..LvsGlobal::default() }));
    first.work(&mut ipvs);
    ipvs.apply(&[Command::AddService(service)]);
    let mut second = GlobalsHand::after(first.flushed());
    second.configure(&config(LvsGlobal { flush: true, ..LvsGlobal::default() }));
    second.work(&mut ipvs);
    assert_eq!(ipvs.dump().expect("a table").services.len(), 1);
}
