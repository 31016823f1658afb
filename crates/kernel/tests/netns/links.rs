//! Links come, change and go.
use crate::room::{Space, Watch, cable, ip, one_space, run, texts};
use evenkeel_kernel::linux::LinuxKernel;
use evenkeel_kernel::ports::Event;
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn every_link_is_told_at_the_start() {
    run(|| async {
        let _space = one_space();
        ip("addr add 10.0.0.1/24 dev a");
        ip("addr add 10.0.0.9/32 dev a");
        ip("link set dev a mtu 1400");
        let mut kernel = LinuxKernel::started().await;
        let mut links = std::collections::BTreeMap::new();
        while let Some(event) = kernel.try_next_event() {
            let Event::Link { interface, link } = event else { panic!("only links: {event:?}") };
            assert!(links.insert(interface.to_string(), link).is_none(), "{interface} twice");
        }
        assert_eq!(links.keys().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "lo"]);
        let (a, lo) = (&links["a"], &links["lo"]);
        assert!(a.running && a.arp && a.hardware.len() == 6 && a.mtu == 1_400);
        assert_eq!(texts(&a.addresses), ["10.0.0.1/24", "10.0.0.9/32"]);
        assert!(lo.running && lo.hardware.is_empty() && lo.mtu == 65_536);
        assert_eq!(texts(&lo.addresses), ["127.0.0.1/8", "::1/128"]);
        assert_eq!(kernel.all().await, []);
    });
}

#[test]
fn down_up_carrier_mtu_vanish_and_return() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        kernel.all().await;
        ip("link set dev a down");
        assert!(!kernel.link("a").await.running);
        ip("link set dev a up");
        while !kernel.link("a").await.running {}
        // The far end goes down: no carrier.
        ip("link set dev b down");
        while kernel.link("a").await.running {}
        ip("link set dev b up");
        while !kernel.link("a").await.running {}
        ip("link set dev a mtu 1300");
        assert_eq!(kernel.link("a").await.mtu, 1_300);
        ip("link set dev a arp off");
        assert!(!kernel.link("a").await.arp);
        ip("link set dev a address 02:00:00:00:00:07");
        assert_eq!(kernel.link("a").await.hardware, [2, 0, 0, 0, 0, 7]);
        ip("link del dev a");
        kernel
            .wait_for("a gone", |event| matches!(&event, Event::LinkGone(i) if i.as_str() == "a").then_some(()))
            .await;
        cable("a", "b");
        while !kernel.link("a").await.running {}
    });
}

#[test]
fn a_link_that_was_replaced_meanwhile_is_gone_and_new() {
    run(|| async {
        let _space = one_space();
        ip("addr add 10.0.0.1/24 dev a");
        let mut kernel = LinuxKernel::started().await;
        kernel.all().await;
        ip("link del dev a");
        cable("a", "b");
        let events = kernel.all().await;
        let about: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Link { interface, link } if interface.as_str() == "a" => {
                    Some(format!("{}", link.addresses.len()))
                }
                Event::LinkGone(interface) if interface.as_str() == "a" => Some("gone".to_owned()),
                _ => None,
            })
            .collect();
        assert_eq!(about[..2], ["gone", "0"], "{events:#?}");
    });
}

#[test]
fn a_renamed_link_is_gone_and_new() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        kernel.all().await;
        ip("link set dev a down");
        ip("link set dev a name c");
        ip("link set dev c up");
        kernel
            .wait_for("a gone", |event| matches!(&event, Event::LinkGone(i) if i.as_str() == "a").then_some(()))
            .await;
        while !kernel.link("c").await.running {}
    });
}

#[test]
fn a_port_that_joins_and_leaves_a_bridge_is_never_gone() {
    run(|| async {
        let _space = one_space();
        ip("link add name br type bridge");
        let mut kernel = LinuxKernel::started().await;
        kernel.all().await;
        ip("link set dev a master br");
        ip("link set dev a nomaster");
        let events = kernel.all().await;
        assert!(!events.iter().any(|event| matches!(event, Event::LinkGone(_))), "{events:?}");
        ip("link set dev a mtu 1300");
        assert_eq!(kernel.link("a").await.mtu, 1_300, "it is still known");
    });
}

#[test]
fn a_link_that_moves_to_another_namespace_is_gone() {
    run(|| async {
        let other = Space::new();
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        ip(&format!("link set dev a netns {}", other.path()));
        kernel
            .wait_for("a gone", |event| matches!(&event, Event::LinkGone(i) if i.as_str() == "a").then_some(()))
            .await;
    });
}

#[test]
fn after_an_overrun_everything_is_told_again() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        kernel.all().await;
        // More notifications than the receive buffer holds, while nobody reads.
        let mut batch = Command::new("ip").args(["-batch", "-"]).stdin(Stdio::piped()).spawn().expect("ip(8)");
        let lines: String = (0..12_000).map(|n| format!("link set dev a mtu {}\n", 1_300 + n % 2)).collect();
        let mut input = batch.stdin.take().expect("a pipe");
        input.write_all(lines.as_bytes()).expect("a reader");
        drop(input);
        assert!(batch.wait().expect("it ends").success());
        ip("addr add 10.0.0.1/24 dev a");
        kernel.wait_for("an overrun", |event| matches!(event, Event::Overrun).then_some(())).await;
        let mut told = std::collections::BTreeSet::new();
        for event in kernel.all().await {
            let Event::Link { interface, link } = event else { continue };
            if interface.as_str() == "a" {
                assert_eq!((link.mtu, texts(&link.addresses)), (1_301, vec!["10.0.0.1/24".to_owned()]));
            }
            told.insert(interface.to_string());
        }
        assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "lo"]);
        ip("addr del 10.0.0.1/24 dev a");
        kernel.addresses("a", &[]).await;
    });
}
