//! What must not impress a director: broken files, false adverts, things that hang, things that are missing. Each has
//! a message of its own, and the good part of the work goes on.
use evenkeel_lab::calm::undisturbed;
use evenkeel_lab::impostor::{Forged, Impostor};
use evenkeel_lab::pair::{CLIENT, Pair, Place, VIP};
use evenkeel_lab::plan::Plan;
use evenkeel_lab::watch::Frames;
use evenkeel_lab::{Options, Result, ensure, trial, wait};
use nix::sys::signal::Signal;
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// From the start of a process to its first second's work.
const BOOT: Duration = Duration::from_secs(20);

/// A damage to a good file, and a word of which the daemon must speak.
struct Damage {
    name: &'static str,
    make: fn(&str) -> Vec<u8>,
    word: &'static str,
}

const DAMAGES: &[Damage] = &[
    Damage { name: "unknown word", make: |good| insert(good, b"    frobnicate 7\n"), word: "frobnicate" },
    Damage {
        name: "bad number",
        make: |good| insert(good, b"    garp_master_delay soon\n"),
        word: "garp_master_delay",
    },
    Damage { name: "missing brace", make: |good| good.trim_end().trim_end_matches('}').into(), word: "}" },
    Damage {
        name: "file that includes itself",
        make: |good| before(good, b"include keepalived.conf\n"),
        word: "include",
    },
    Damage {
        name: "parameter that means itself",
        make: |good| before(good, b"$LOOP=a $LOOP\nstatic_$LOOP\n"),
        word: "LOOP",
    },
    Damage {
        name: "line of a megabyte",
        make: |good| before(good, &[b"x".repeat(1 << 20), b"\n".to_vec()].concat()),
        word: "line",
    },
    Damage { name: "binary junk", make: |good| before(good, &junk()), word: "keepalived.conf" },
];

fn before(good: &str, text: &[u8]) -> Vec<u8> {
    [text, good.as_bytes()].concat()
}

/// Among the lines of the instance.
fn insert(good: &str, line: &[u8]) -> Vec<u8> {
    let (head, tail) = good.split_once("    virtual_router_id").unwrap_or((good, ""));
    [head.as_bytes(), line, b"    virtual_router_id", tail.as_bytes()].concat()
}

/// Every byte, in an order without sense, on lines of its own.
fn junk() -> Vec<u8> {
    let mut junk: Vec<u8> = (0..2_048_usize).map(|number| u8::try_from(number * 167 % 256).unwrap_or(0)).collect();
    // Not the end of everything: an open brace or quote would rightly swallow what follows.
    junk.retain(|byte| !b"{}\"'\\@!#~".contains(byte));
    junk.push(b'\n');
    junk
}

fn lone(plan: &Plan, config: impl AsRef<[u8]>, options: Options) -> Result<(Pair, Instant)> {
    let kind = trial::evenkeel()?;
    let mut pair = Pair::build(|_| (kind.clone(), options.clone()), |place| plan.text(place))?;
    let program = &mut pair.director_mut(Place::Primary).program;
    program.write_config(config)?;
    let begin = program.start()?;
    Ok((pair, begin))
}

fn become_master(pair: &Pair, plan: &Plan, begin: Instant) -> Result<()> {
    let limit = plan.master_down(Place::Primary) + BOOT;
    trial::with_words(pair.wait_taken(Place::Primary, begin, limit).map(drop), || pair.last_words())
}

fn must_say(pair: &Pair, word: &str, what: &str) -> Result<()> {
    let program = &pair.director(Place::Primary).program;
    let said = wait::until(Duration::from_secs(20), || program.log().contains(word).then_some(()));
    ensure(said.is_some(), || format!("{what}: nothing is said of `{word}`\n{}", pair.last_words()))
}

#[test]
fn a_broken_file_at_the_start_leaves_what_could_be_understood() -> Result<()> {
    trial::in_namespaces("a_broken_file_at_the_start_leaves_what_could_be_understood", || {
        let plan = Plan::version3();
        for damage in DAMAGES {
            println!("start with: {}", damage.name);
            let (pair, begin) = lone(&plan, (damage.make)(&plan.text(Place::Primary)), Options::default())?;
            become_master(&pair, &plan, begin)?;
            must_say(&pair, damage.word, damage.name)?;
        }
        Ok(())
    })
}

#[test]
fn a_broken_file_at_a_reload_changes_nothing() -> Result<()> {
    trial::in_namespaces("a_broken_file_at_a_reload_changes_nothing", || {
        let plan = Plan::version3();
        let good = plan.text(Place::Primary);
        let (pair, begin) = lone(&plan, &good, Options::default())?;
        become_master(&pair, &plan, begin)?;
        let frames = Frames::watch(&pair.client)?;
        let program = &pair.director(Place::Primary).program;
        for damage in DAMAGES.iter().filter(|damage| damage.name != "unknown word") {
            println!("reload with: {}", damage.name);
            // A new priority would be seen in the adverts, if the file were used.
            program.write_config((damage.make)(&good.replace("priority 150", "priority 160")))?;
            let told = program.signal(Signal::SIGHUP)?;
            sleep(Duration::from_millis(700));
            undisturbed(&pair, &plan, &frames, told, damage.name)?;
            must_say(&pair, damage.word, damage.name)?;
        }
        program.write_config(good.replace("priority 150", "priority 160"))?;
        let told = program.signal(Signal::SIGHUP)?;
        let heard = || frames.adverts(told).iter().any(|advert| advert.priority == 160).then_some(());
        let heard = wait::until(BOOT, heard);
        ensure(heard.is_some(), || format!("a good file after the bad ones has no effect\n{}", pair.last_words()))
    })
}

/// Adverts that a version 2 master must not believe.
fn lies() -> Vec<(&'static str, Vec<u8>, u32)> {
    let genuine = Forged::genuine(VIP);
    let truncated: Vec<u8> = genuine.bytes().into_iter().take(6).collect();
    vec![
        ("empty packet", Vec::new(), 255),
        ("truncated packet", truncated, 255),
        ("wrong checksum", Forged { sound: false, ..genuine }.bytes(), 255),
        ("other version", Forged { kind: 0x31, ..genuine }.bytes(), 255),
        ("version 9", Forged { kind: 0x91, ..genuine }.bytes(), 255),
        ("unknown type", Forged { kind: 0x27, ..genuine }.bytes(), 255),
        ("other router", Forged { vrid: 52, ..genuine }.bytes(), 255),
        ("more addresses than bytes", Forged { count: 255, ..genuine }.bytes(), 255),
        ("other interval", Forged { interval: 7, ..genuine }.bytes(), 255),
        ("unexpected password", Forged { authentication: 1, ..genuine }.bytes(), 255),
        ("from behind a router", genuine.bytes(), 64),
        ("lower priority", Forged { priority: 90, ..genuine }.bytes(), 255),
        ("nonsense", b"nonsense".repeat(150), 255),
    ]
}

#[test]
fn false_adverts_do_not_depose_a_master_but_a_better_one_does() -> Result<()> {
    trial::in_namespaces("false_adverts_do_not_depose_a_master_but_a_better_one_does", || {
        let plan = Plan::version2();
        let (pair, begin) = lone(&plan, plan.text(Place::Primary), Options::default())?;
        become_master(&pair, &plan, begin)?;
        let impostor = Impostor::new(&pair.client, CLIENT)?;
        let frames = Frames::watch(&pair.client)?;
        let since = Instant::now();
        for (name, packet, hops) in lies() {
            for _ in 0..20 {
                impostor.send(&packet, hops)?;
            }
            sleep(Duration::from_millis(200));
            undisturbed(&pair, &plan, &frames, since, name)?;
        }
        let deposed = Instant::now();
        impostor.send(&Forged::genuine(VIP).bytes(), 255)?;
        let left = pair.director(Place::Primary).addresses.wait_removed(VIP, deposed, BOOT);
        trial::with_words(left.map(drop), || pair.last_words())
    })
}

#[test]
fn a_script_that_hangs_holds_up_nothing_and_ends_with_the_daemon() -> Result<()> {
    trial::in_namespaces("a_script_that_hangs_holds_up_nothing_and_ends_with_the_daemon", || {
        let files = evenkeel_lab::scratch::Scratch::new("hang")?;
        // Under /tmp a script is not safe to run for root, but without enable_script_security it is run.
        let script = files.write("hang", format!("#!/bin/sh\nexec sleep {}\n", nap()))?;
        std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(unexpected)?;
        let instance = format!("    notify \"{}\"\n", script.display());
        let plan = Plan { instance, head: "global_defs {\n    script_user root\n}\n".into(), ..Plan::version3() };
        let (mut pair, begin) = lone(&plan, plan.text(Place::Primary), Options::default())?;
        become_master(&pair, &plan, begin)?;
        let frames = Frames::watch(&pair.client)?;
        ensure(wait::until(BOOT, || hanging().then_some(())).is_some(), || {
            format!("the script was not run\n{}", pair.last_words())
        })?;
        let since = Instant::now();
        sleep(Duration::from_secs(1));
        undisturbed(&pair, &plan, &frames, since, "hanging script")?;
        let (_, took) = pair.director_mut(Place::Primary).program.stop()?;
        ensure(took < BOOT, || format!("the daemon took {took:?} to leave\n{}", pair.last_words()))?;
        ensure(wait::until(BOOT, || (!hanging()).then_some(())).is_some(), || "the script outlives the daemon".into())
    })
}

fn unexpected(error: std::io::Error) -> evenkeel_lab::Error {
    evenkeel_lab::Error::new(error.to_string())
}

/// How long the script sleeps, in seconds: no other run of this test has the same.
fn nap() -> String {
    format!("98{}", std::process::id())
}

fn hanging() -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    let command = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
    processes.flatten().any(|entry| command(entry) == format!("sleep\0{}\0", nap()).as_bytes())
}

#[test]
fn control_clients_that_hang_hold_up_nobody() -> Result<()> {
    trial::in_namespaces("control_clients_that_hang_hold_up_nobody", || {
        let plan = Plan::version3();
        let (pair, begin) = lone(&plan, plan.text(Place::Primary), Options::default())?;
        become_master(&pair, &plan, begin)?;
        let frames = Frames::watch(&pair.client)?;
        let director = pair.director(Place::Primary);
        let connect =
            || (0..20).map(|_| UnixStream::connect("/run/evenkeel.sock")).collect::<std::io::Result<Vec<_>>>();
        let hanging = director.room().run(connect)?.map_err(unexpected)?;
        let since = Instant::now();
        let status = director.room().command(&[&director.program.path().display().to_string(), "status", "--json"])?;
        let took = since.elapsed();
        ensure(took < Duration::from_secs(10), || format!("status took {took:?}"))?;
        let state: serde_json::Value = serde_json::from_str(&status).map_err(|error| unexpected(error.into()))?;
        ensure(state.to_string().contains("VI_1"), || format!("status does not know VI_1: {status}"))?;
        sleep(Duration::from_secs(1));
        undisturbed(&pair, &plan, &frames, since, "hanging clients")?;
        drop(hanging);
        Ok(())
    })
}

#[test]
fn an_interface_may_come_later() -> Result<()> {
    trial::in_namespaces("an_interface_may_come_later", || {
        const SECOND: Ipv4Addr = Ipv4Addr::new(10, 78, 0, 100);
        let plan = Plan::version3();
        let second = format!(
            "vrrp_instance VI_2 {{\n    interface eth7\n    virtual_router_id 52\n    priority 150\n    advert_int 0.1\n    \
             virtual_ipaddress {{\n        {SECOND}/24\n    }}\n}}\n"
        );
        let (pair, begin) = lone(&plan, plan.text(Place::Primary) + &second, Options::default())?;
        become_master(&pair, &plan, begin)?;
        must_say(&pair, "eth7", "missing interface")?;
        let director = pair.director(Place::Primary);
        pair.lan.plug_as(director.room(), "eth7")?;
        director.room().ip(&["address add 10.78.0.1/24 dev eth7".into(), "link set eth7 up".into()])?;
        let since = Instant::now();
        let taken = director.addresses.wait_added(SECOND, since, BOOT);
        trial::with_words(taken.map(drop), || pair.last_words())?;
        ensure(pair.only_holder()? == Place::Primary, || "the first instance has suffered".into())
    })
}

#[test]
fn a_missing_permission_is_named_and_ends_the_daemon() -> Result<()> {
    trial::in_namespaces("a_missing_permission_is_named_and_ends_the_daemon", || {
        let plan = Plan::version3();
        let wrapper = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"].map(str::to_owned).into();
        let (mut pair, _) = lone(&plan, plan.text(Place::Primary), Options { wrapper, ..Options::default() })?;
        let status = pair.director_mut(Place::Primary).program.wait_for_exit(BOOT);
        let status = trial::with_words(status, || pair.last_words())?;
        ensure(status.code() == Some(4), || format!("{status}, 4 means a missing permission\n{}", pair.last_words()))?;
        must_say(&pair, "CAP_NET", "missing permission")
    })
}

#[test]
fn without_ipvs_vrrp_still_runs() -> Result<()> {
    trial::without_ipvs("without_ipvs_vrrp_still_runs", || {
        let plan = Plan::version3();
        let service = "virtual_server 10.77.0.100 80 {\n    delay_loop 1\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n    \
                       real_server 10.77.0.21 80 {\n        TCP_CHECK {\n            connect_timeout 1\n        }\n    }\n}\n";
        let (pair, begin) = lone(&plan, plan.text(Place::Primary) + service, Options::default())?;
        become_master(&pair, &plan, begin)?;
        must_say(&pair, "IPVS", "no IPVS")?;
        let frames = Frames::watch(&pair.client)?;
        let since = Instant::now();
        sleep(Duration::from_secs(4));
        undisturbed(&pair, &plan, &frames, since, "no IPVS")?;
        let shown = Path::new("/proc/net/ip_vs").exists();
        ensure(!shown, || "this kernel has IPVS after all".into())
    })
}
