//! Addresses are put on links and taken off.
use crate::room::{Watch, ip, ip_addresses, ip_prefixes, name, one_space, prefix, run, texts};
use evenkeel_kernel::linux::LinuxKernel;
use evenkeel_kernel::ports::{Addresses, Event, Refusal, Ticket};
use model::config::vrrp::VirtualAddress;
use model::holdings::{AddressKey, Change};
use model::limits;

fn address(link: &str, text: &str) -> VirtualAddress {
    VirtualAddress::plain(prefix(text), name(link))
}

fn add(link: &str, text: &str) -> Change {
    Change::AddAddress(address(link, text))
}

fn remove(link: &str, text: &str) -> Change {
    Change::RemoveAddress(AddressKey { interface: name(link), prefix: prefix(text) })
}

/// The answer to a submission: what was refused.
async fn refused(kernel: &mut LinuxKernel, changes: Vec<Change>) -> Vec<(Change, Refusal)> {
    let ticket = Ticket(77);
    kernel.submit(ticket, changes.clone());
    let results = kernel
        .wait_for("an answer", |event| match event {
            Event::Applied { ticket: answered, results } if answered == ticket => Some(results),
            _ => None,
        })
        .await;
    assert!(results.iter().map(|(change, _)| change).eq(&changes), "the changes come back in order");
    results.into_iter().filter_map(|(change, result)| result.err().map(|refusal| (change, refusal))).collect()
}

#[test]
fn a_thousand_addresses_in_batches_in_order_without_loss() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        let all: Vec<String> = (0..1_000).map(|n| format!("10.1.{}.{}/32", n / 250, 1 + n % 250)).collect();
        for (step, make) in [add as fn(&str, &str) -> Change, remove].into_iter().enumerate() {
            let begun = std::time::Instant::now();
            let changes: Vec<Change> = all.iter().map(|text| make("a", text)).collect();
            let batches: Vec<_> = changes.chunks(limits::NETLINK_BATCH).map(<[Change]>::to_vec).collect();
            for (number, batch) in batches.iter().enumerate() {
                kernel.submit(Ticket(number as u64), batch.clone());
            }
            let mut answered = 0;
            let mut last = Vec::new();
            while answered < batches.len() {
                match kernel.wait_for("an answer", Some).await {
                    Event::Applied { ticket, results } => {
                        assert_eq!(ticket, Ticket(answered as u64));
                        assert!(results.iter().map(|(change, _)| change).eq(&batches[answered]));
                        assert!(results.iter().all(|(_, result)| result.is_ok()));
                        answered += 1;
                        // What an answer says has already been reported.
                        let expected = (answered * limits::NETLINK_BATCH).min(all.len());
                        assert!(last.len() == if step == 0 { expected } else { all.len() - expected });
                    }
                    Event::Addresses { addresses, .. } => last = texts(&addresses),
                    Event::Overrun => panic!("messages were lost"),
                    _ => {}
                }
            }
            println!("1000 addresses in {:?}", begun.elapsed());
            let expected = if step == 0 { all.as_slice() } else { &[] };
            assert_eq!(last, expected);
            assert_eq!(ip_prefixes("a"), expected);
        }
    });
}

#[test]
fn one_submission_may_be_larger_than_a_batch() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        let changes = (1..=200).map(|n| add("a", &format!("10.1.0.{n}/32"))).collect();
        assert!(refused(&mut kernel, changes).await.is_empty());
        assert_eq!(ip_prefixes("a").len(), 200);
        assert!(refused(&mut kernel, Vec::new()).await.is_empty());
    });
}

#[test]
fn label_broadcast_and_scope_reach_the_kernel() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        let mut special = address("a", "10.1.0.1/24");
        special.broadcast = Some("10.1.0.255".parse().expect("an address"));
        special.scope = 253;
        special.label = Some("a:vip".into());
        let changes = vec![Change::AddAddress(special), add("a", "10.2.0.1/24"), add("a", "2001:db8::1/64")];
        assert!(refused(&mut kernel, changes).await.is_empty());
        let all = ip_addresses("a");
        let find = |local: &str| all.iter().find(|a| a["local"] == local).expect("the address is there");
        let special = find("10.1.0.1");
        assert_eq!((special["broadcast"].as_str(), special["scope"].as_str()), (Some("10.1.0.255"), Some("link")));
        assert_eq!((special["label"].as_str(), special["prefixlen"].as_u64()), (Some("a:vip"), Some(24)));
        let plain = find("10.2.0.1");
        assert_eq!((plain["broadcast"].as_str(), plain["scope"].as_str()), (None, Some("global")));
        assert_eq!(plain["label"], "a");
        let six = find("2001:db8::1");
        assert_eq!((six["tentative"].as_bool(), six["nodad"].as_bool()), (None, Some(true)));
    });
}

#[test]
fn what_is_already_right_is_a_success() {
    run(|| async {
        let _space = one_space();
        ip("addr add 10.1.0.1/24 dev a");
        ip("addr add 2001:db8::1/64 dev a nodad");
        let mut kernel = LinuxKernel::started().await;
        let changes = vec![
            add("a", "10.1.0.1/24"),
            add("a", "2001:db8::1/64"),
            add("a", "10.1.0.1/32"),
            remove("a", "10.9.9.9/32"),
            remove("a", "2001:db8::9/128"),
            remove("gone", "10.9.9.9/32"),
        ];
        assert!(refused(&mut kernel, changes).await.is_empty());
        assert_eq!(ip_prefixes("a"), ["10.1.0.1/24", "10.1.0.1/32", "2001:db8::1/64"]);
    });
}

#[test]
fn a_refusal_concerns_its_own_change_only() {
    run(|| async {
        let _space = one_space();
        ip("addr add 2001:db8::1/64 dev a nodad");
        let mut kernel = LinuxKernel::started().await;
        let bad =
            [add("gone", "10.1.0.1/32"), add("a", "2001:db8::1/128"), add("a", "224.0.0.1/32"), add("a", "::/128")];
        let mut changes = vec![add("a", "10.1.0.1/32")];
        for (number, bad) in bad.iter().enumerate() {
            changes.push(bad.clone());
            changes.push(add("a", &format!("10.1.1.{number}/32")));
        }
        let refused = refused(&mut kernel, changes).await;
        let about: Vec<_> = refused.iter().map(|(change, refusal)| (change.clone(), refusal.text.as_str())).collect();
        assert_eq!(
            about,
            [
                (bad[0].clone(), "no such link"),
                (bad[1].clone(), "the link holds this address with another prefix length"),
                (bad[2].clone(), "invalid argument"),
                (bad[3].clone(), "the kernel does not accept this address"),
            ]
        );
        assert_eq!(ip_prefixes("a").len(), 6);
    });
}

#[test]
fn somebody_elses_changes_are_reported() {
    run(|| async {
        let _space = one_space();
        let mut kernel = LinuxKernel::started().await;
        assert!(refused(&mut kernel, vec![add("a", "10.1.0.1/32"), add("a", "10.1.0.2/32")]).await.is_empty());
        ip("addr del 10.1.0.1/32 dev a");
        kernel.addresses("a", &["10.1.0.2/32"]).await;
        ip("addr add 10.1.0.3/32 dev a");
        kernel.addresses("a", &["10.1.0.2/32", "10.1.0.3/32"]).await;
        ip("addr change 10.1.0.3/32 dev a valid_lft 1000 preferred_lft 500");
        assert_eq!(kernel.all().await, [], "nothing really changed");
        ip("addr flush dev a");
        kernel.addresses("a", &[]).await;
    });
}

#[test]
fn the_order_is_that_of_the_kernel() {
    run(|| async {
        let _space = one_space();
        std::fs::write("/proc/sys/net/ipv4/conf/a/promote_secondaries", "1").expect("a setting");
        let mut kernel = LinuxKernel::started().await;
        let mut last = Vec::new();
        for command in [
            "add 10.1.0.1/24 dev a",
            "add 10.1.0.2/24 dev a",
            "add 10.2.0.1/24 dev a",
            "add 169.254.0.1/16 dev a scope link",
            "add 10.3.0.1/32 dev a",
            "add 10.1.0.3/24 dev a",
            "add 2001:db8::1/64 dev a nodad",
            "add fe80::1/64 dev a nodad",
            "add 2001:db8::2/64 dev a nodad",
            "add fe80::2/64 dev a nodad",
            "add 10.4.0.1 peer 10.4.0.2/32 dev a",
            "del 10.1.0.1/24 dev a",
            "del 2001:db8::2/64 dev a",
            "add 10.1.0.1/24 dev a",
        ] {
            ip(&format!("addr {command}"));
            for event in kernel.all().await {
                if let Event::Addresses { addresses, .. } = event {
                    last = texts(&addresses);
                }
            }
            assert_eq!(last, ip_prefixes("a"), "after {command}");
        }
    });
}

#[test]
fn without_permission_nothing_opens_and_the_message_says_which() {
    for (capability, text) in [
        (
            caps::Capability::CAP_NET_ADMIN,
            "netlink connection cannot be opened: permission denied: CAP_NET_ADMIN is needed",
        ),
        (
            caps::Capability::CAP_NET_RAW,
            "socket for announcements cannot be opened: permission denied: CAP_NET_RAW is needed",
        ),
    ] {
        if !nix::unistd::geteuid().is_root() {
            println!("skipped: needs root");
            return;
        }
        // Capabilities belong to a thread.
        std::thread::spawn(move || {
            caps::drop(None, caps::CapSet::Effective, capability).expect("a capability can be given up");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let error = runtime.block_on(LinuxKernel::open()).err().expect("it is refused");
            assert!(error.is_permission());
            assert_eq!(error.to_string(), text);
        })
        .join()
        .expect("the thread ends");
    }
}
