//! Connections that break, and answers that do not come.
use super::*;
use crate::linux::links::Table;
use crate::ports::Event;
use model::holdings::{AddressKey, Change};
use model::{InterfaceName, Prefix};

/// A removal that changes nothing on any machine: nobody has this address (RFC 5737).
fn harmless() -> Change {
    let key = AddressKey {
        interface: InterfaceName::new("lo").expect("a name"),
        prefix: Prefix::host(std::net::IpAddr::from([192, 0, 2, 1])),
    };
    Change::RemoveAddress(key)
}

async fn next(commands: &mut Commands<Change>) -> Event {
    let mut out = VecDeque::new();
    std::future::poll_fn(|cx| {
        commands.poll(cx);
        commands.finish(cx, &Table::default(), |ticket, results| out.push_back(Event::Applied { ticket, results }));
        out.pop_front().map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

fn errors(event: &Event) -> Vec<i32> {
    let Event::Applied { results, .. } = event else { panic!("only answers: {event:?}") };
    results.iter().map(|(_, result)| result.as_ref().err().map_or(0, |refusal| refusal.errno)).collect()
}

#[tokio::test]
async fn a_broken_connection_refuses_what_is_unanswered_and_is_opened_again() {
    let table = Table::default();
    let mut commands = Commands::open().expect("a connection");
    commands.submit(Ticket(1), vec![harmless(), harmless()], &table);
    commands.submit(Ticket(2), vec![harmless()], &table);
    commands.break_off(libc::ENOBUFS);
    assert!(commands.take_lost() && !commands.take_lost());
    let first = next(&mut commands).await;
    assert_eq!(errors(&first), [libc::ENOBUFS, libc::ENOBUFS]);
    let second = next(&mut commands).await;
    let expected = if nix::unistd::geteuid().is_root() { 0 } else { libc::EPERM };
    assert_eq!(errors(&second), [expected], "over a new connection");
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_a_refusal() {
    let mut commands = Commands::open().expect("a connection");
    commands.submit(Ticket(1), vec![harmless()], &Table::default());
    // As if it had been lost on its way.
    commands.running.as_mut().expect("it is under way").answers = None;
    commands.timer.as_mut().reset(Instant::now() + Duration::from_millis(20));
    assert_eq!(
        next(&mut commands).await,
        Event::Applied {
            ticket: Ticket(1),
            results: vec![(harmless(), Err(Refusal { errno: 0, text: "no answer from the kernel within 5 s".into() }))],
        }
    );
    assert!(commands.take_lost());
}
