//! One afternoon of two services with three servers each, written down line by line.
use super::*;

fn web(weight: u32) -> Block {
    let mut servers: Vec<_> = (8001..8004).map(real_server).collect();
    servers[0].weight = weight;
    servers[2].checkers = vec![http_check(8003, &["/a", "/b"])];
    with_sorry(false, Block { quorum: 2, ..virtual_server(80, servers) })
}

fn mail() -> Block {
    Block { omega: true, ..virtual_server(25, alpha((2501..2504).map(real_server).collect())) }
}

#[track_caller]
fn expect(world: &mut World, until: u64, lines: &[&str]) {
    world.run_until(until);
    assert_eq!(world.told(), lines, "until {until}");
}

#[test]
fn an_afternoon() {
    let mut world = World::configured(vec![web(1), mail()]);

    // Start: the web servers serve unasked, the mail servers (alpha) must pass first; one of them does not.
    world.bad.insert(2503);
    expect(
        &mut world,
        1_500,
        &[
            "     0 hold [10.0.0.1]:tcp:80: 8001x1 8002x1 8003x1",
            "     0 hold [10.0.0.1]:tcp:25: ",
            "     0 [10.0.0.1]:tcp:80 up run quorum_up: live weight 3 reaches quorum 2",
            "  1001 hold [10.0.0.1]:tcp:25: 2501x1",
            "  1001 2501 of [10.0.0.1]:tcp:25 up run notify_up: TCP_CHECK: connection opened",
            "  1001 [10.0.0.1]:tcp:25 up run quorum_up: live weight 1 reaches quorum 1",
            "  1001 hold [10.0.0.1]:tcp:25: 2501x1 2502x1",
            "  1001 2502 of [10.0.0.1]:tcp:25 up run notify_up: TCP_CHECK: connection opened",
            "  1001 2503 of [10.0.0.1]:tcp:25 down run notify_down: TCP_CHECK: connection refused",
        ],
    );

    // A web server hiccups for less than its repeats: nothing is said. Then it dies: two repeats, a second apart.
    world.bad.insert(8002);
    expect(&mut world, 4_500, &[]);
    world.bad.remove(&8002);
    expect(&mut world, 6_000, &[]);
    world.bad.insert(8002);
    expect(
        &mut world,
        10_000,
        &[
            "  9003 hold [10.0.0.1]:tcp:80: 8001x1 8003x1",
            "  9003 8002 of [10.0.0.1]:tcp:80 down run notify_down: TCP_CHECK: connection refused",
        ],
    );

    // A second one dies: the quorum is lost and the sorry server takes over; the late mail server comes.
    world.bad.insert(8003);
    world.bad.remove(&2503);
    expect(
        &mut world,
        14_000,
        &[
            " 11001 hold [10.0.0.1]:tcp:25: 2501x1 2502x1 2503x1",
            " 11001 2503 of [10.0.0.1]:tcp:25 up run notify_up: TCP_CHECK: connection opened",
            " 13003 hold [10.0.0.1]:tcp:80: 80x1",
            " 13003 8003 of [10.0.0.1]:tcp:80 down run notify_down: HTTP_GET: connection refused",
            " 13003 [10.0.0.1]:tcp:80 down run quorum_down: live weight 1 is below quorum 2",
        ],
    );

    // A reload makes the survivor count double: the quorum is back with what is there.
    world.say(Fact::Configured(config(vec![web(2), mail()])));
    expect(
        &mut world,
        14_000,
        &[
            " 14000 hold [10.0.0.1]:tcp:80: 8001x2",
            " 14000 [10.0.0.1]:tcp:80 up run quorum_up: live weight 2 reaches quorum 2",
        ],
    );

    // Both come back; the pages are asked in one go, and afterwards in turn again.
    world.bad.clear();
    world.run_until(20_000);
    let pages: Vec<_> = world.log.iter().filter(|l| l.contains("start 8003")).cloned().collect();
    let (together, first, second) = ("page 1 count 2", "page 1 count 1", "page 0 count 1");
    assert_eq!(
        pages,
        [
            format!(" 15000 start 8003 {together}"),
            format!(" 17000 start 8003 {first}"),
            format!(" 19000 start 8003 {second}")
        ]
    );
    expect(
        &mut world,
        20_000,
        &[
            " 15001 hold [10.0.0.1]:tcp:80: 8001x2 8002x1",
            " 15001 8002 of [10.0.0.1]:tcp:80 up run notify_up: TCP_CHECK: connection opened",
            " 15001 hold [10.0.0.1]:tcp:80: 8001x2 8002x1 8003x1",
            " 15001 8003 of [10.0.0.1]:tcp:80 up run notify_up: HTTP_GET: connection opened",
        ],
    );

    // The mail service leaves the file, and says goodbye (omega); the web service stays as it is.
    world.say(Fact::Configured(config(vec![web(2)])));
    expect(
        &mut world,
        22_000,
        &[
            " 20000 hold [10.0.0.1]:tcp:25 not at all",
            " 20000 2501 of [10.0.0.1]:tcp:25 down run notify_down: removed from the configuration",
            " 20000 2502 of [10.0.0.1]:tcp:25 down run notify_down: removed from the configuration",
            " 20000 2503 of [10.0.0.1]:tcp:25 down run notify_down: removed from the configuration",
            " 20000 [10.0.0.1]:tcp:25 down run quorum_down: removed from the configuration",
        ],
    );
    world.say(Fact::StopRequested);
    expect(&mut world, 30_000, &[" 22000 hold [10.0.0.1]:tcp:80 not at all", " 22000 all released"]);
}
