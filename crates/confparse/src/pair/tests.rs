//! A table of what two directors disagree about.
use super::*;
use crate::diagnostic::Severity;
use crate::render::concise;
use crate::source::{Context, MemoryLoader, UnknownHost};
use crate::tree::Arena;
use crate::{load, read};

fn compared(loader: &MemoryLoader, files: [&str; 2], ids: [&str; 2]) -> (Vec<Diagnostic>, Sources) {
    let arena = Arena::default();
    let director = |file: &str, id: &str| {
        let context = Context { config_id: id.into(), host_name: id.into(), all_include_checks: false };
        let config = load(file, loader, &context, &UnknownHost).config;
        let read = read(file, loader, &context, &arena);
        Director { title: id.to_owned(), config, tree: read.tree, sources: read.sources }
    };
    let [a, b] = [director(files[0], ids[0]), director(files[1], ids[1])];
    compare(a, b)
}

/// What is found between two directors that share a file.
pub(crate) fn between(loader: &MemoryLoader, file: &str, ids: [&str; 2]) -> Vec<Diagnostic> {
    compared(loader, [file, file], ids).0
}

const INSTANCE: &str = "vrrp_instance web {\n interface eth0\n virtual_router_id 51\n @a priority 150\n @b priority 100\n \
                        virtual_ipaddress {\n 192.0.2.10/24\n 192.0.2.11/24\n }\n";

/// The severities and first lines of what is found between `a` and `b`, when these lines are added to an instance of both.
fn check(lines: &str, expected: &[(Severity, &str)]) {
    let text = format!("{INSTANCE}{lines}\n}}\n");
    let found = between(&MemoryLoader::new().file("k.conf", text.clone()), "k.conf", ["a", "b"]);
    let found: Vec<(Severity, &str)> = found.iter().map(|one| (one.severity, one.message.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn directors_that_fit_together_have_nothing_between_them() {
    check("", &[]);
    check("@a nopreempt", &[]);
    check("version 3\n advert_int 0.5", &[]);
    check("@a mcast_src_ip 192.0.2.1\n @b mcast_src_ip 192.0.2.2", &[]);
}

#[test]
fn every_difference_has_its_words() {
    use Severity::{Error, Note, Warning};
    check("@b virtual_router_id 52", &[(Error, "web: virtual_router_id: 51 on a, 52 on b")]);
    check("@b interface eth1", &[(Note, "web: interface: eth0 on a, eth1 on b")]);
    check("@a version 3\n @b version 2", &[(Error, "web: version: 3 on a, 2 on b")]);
    check("@b priority 150", &[(Warning, "web: priority: 150 on both")]);
    check("priority 255", &[(Error, "web: priority: 255 on both")]);
    check("nopreempt", &[(Note, "web: nopreempt: nopreempt on both")]);
    check("@b advert_int 2", &[(Error, "web: advert_int: 1 s on a, 2 s on b")]);
    check("version 3\n @b advert_int 2", &[(Warning, "web: advert_int: 1 s on a, 2 s on b")]);
    check("@b mcast_dst_ip 224.0.0.28", &[(Error, "web: mcast_dst_ip: 224.0.0.18 on a, 224.0.0.28 on b")]);
    check("mcast_src_ip 192.0.2.1", &[(Error, "web: mcast_src_ip: 192.0.2.1 on both")]);
    check(
        "@b virtual_ipaddress { 192.0.2.12/24 }",
        &[(Warning, "web: virtual_ipaddress: nothing more on a, also 192.0.2.12 on b")],
    );
    check(
        "@a authentication {\n @a auth_type PASS\n @a auth_pass one\n @a }",
        &[(Error, "web: authentication: PASS on a, none on b")],
    );
}

#[test]
fn places_of_both_files_are_shown() {
    let one = "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n priority 9\n}\n";
    let other = "# second\nvrrp_instance B {\n interface eth0\n virtual_router_id 1\n priority 8\n advert_int 3\n}\n";
    let loader = MemoryLoader::new().file("a.conf", one).file("b.conf", other);
    let (found, sources) = compared(&loader, ["a.conf", "b.conf"], ["a", "b"]);
    let [only] = found.as_slice() else { panic!("{found:?}") };
    let line = concise(only, &sources);
    assert!(
        line.starts_with(
            "a.conf:1:1: error[pair-interval-differs]: A and B: advert_int: 1 s on a, 3 s on b (b.conf:6:2: b: 3 s); "
        ),
        "{line}"
    );
    let related: Vec<_> =
        only.related.iter().map(|label| (sources.place(label.origin.span), label.text.as_str())).collect();
    assert_eq!(related, [("b.conf:6:2".to_owned(), "b: 3 s")]);
}

#[test]
fn what_only_one_has_is_told_of_the_other() {
    let loader = MemoryLoader::new().file("a.conf", format!("{INSTANCE}}}\n")).file("b.conf", "\n");
    let messages =
        |files| compared(&loader, files, ["a", "b"]).0.into_iter().map(|one| one.message).collect::<Vec<_>>();
    let expected = "web: a has virtual router 51 on eth0, b has no such";
    assert_eq!(messages(["a.conf", "b.conf"]), [expected]);
    let expected = "web: b has virtual router 51 on eth0, a has no such";
    assert_eq!(messages(["b.conf", "a.conf"]), [expected]);
}
