//! Runs a probe to its verdict: over a connection, with a datagram, or by a command. Every wait is bounded.
mod datagram;
pub mod echo_range;
mod socket;
mod stream;
pub mod tls;

use crate::notify::script::identity_of;
use checkers::effect::{Probe, Question};
use checkers::fact::Verdict;
use checkers::probe::{Conversation, Event, Step, misc};
use kernel::linux::children::{self, Request};
use kernel::linux::pattern::Pattern;
use model::config::global::{Global, User};
use model::config::server::{Misc, Regex};
use model::limits;
use model::net::Outcome;
use std::io;
use tls::Contexts;

/// What all probes of a configuration share.
pub struct Tools {
    tls: Contexts,
    default_user: Option<User>,
}

impl Tools {
    /// The tools of these settings.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        Self { tls: Contexts::new(global.lvs.ssl.clone()), default_user: global.script_user.clone() }
    }
}

/// Runs the probe to its verdict.
pub async fn run(probe: Probe, tools: &Tools) -> Verdict {
    let mut conversation = Conversation::new(&probe);
    match &probe.question {
        Question::Command { check, weight } => command(check, *weight, tools).await,
        Question::Name { .. } | Question::Datagram { .. } => {
            datagram::talk(socket::udp(&probe.connect), &probe.connect, &mut conversation).await
        }
        Question::Echo { .. } => datagram::talk(socket::echo(&probe.connect), &probe.connect, &mut conversation).await,
        Question::Connect | Question::Mail { .. } | Question::Pages { tls: None, .. } => {
            stream::talk(&probe.connect, &mut conversation).await
        }
        Question::Pages { tls: Some(how), .. } => tls::talk(&probe.connect, *how, &tools.tls, &mut conversation).await,
    }
}

async fn command(check: &Misc, weight: u32, tools: &Tools) -> Verdict {
    let outcome = match identity_of(check.command.user.as_ref(), tools.default_user.as_ref()) {
        Ok(identity) => {
            let (argv, timeout) = (check.command.argv.clone(), Some(misc::limit(check)));
            children::run(Request { argv, identity, timeout, kill_grace: limits::KILL_GRACE }).await
        }
        Err(problem) => Outcome::NotStarted(problem.to_string()),
    };
    misc::judge(check, weight, &outcome)
}

/// Looks for a pattern where the conversation wants it; gives the step that follows.
fn search(conversation: &mut Conversation, regex: &Regex, text: &[u8]) -> Step {
    let memory = regex.stack.map_or(0, |(_, most)| most);
    let found = Pattern::new(&regex.pattern, &regex.options, regex.min_offset, regex.max_offset)
        .and_then(|pattern| pattern.with_memory(memory).is_in(text));
    match found {
        Ok(found) => conversation.step(Event::Searched(Ok(found))),
        Err(problem) => conversation.step(Event::Searched(Err(&problem))),
    }
}

/// The error in the words that operators know, without the number.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset by the server".to_owned(),
        io::ErrorKind::HostUnreachable => "no route to host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network is unreachable".to_owned(),
        io::ErrorKind::AddrNotAvailable => "the source address (bindto) is not on this host".to_owned(),
        io::ErrorKind::AddrInUse => "the source address and port are in use".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
