//! Servers that a configuration took out and that keep weight 0 until their `drain` is over.
use crate::effect::Destination;
use crate::real_server::{Place, RealServer};
use alloc::vec::Vec;
use model::config::server;
use model::{Instant, state};

/// The servers of one virtual server that leave, in the order they were taken out.
#[derive(Debug, Default)]
pub(crate) struct Departures {
    leaving: Vec<Leaving>,
}

#[derive(Debug)]
struct Leaving {
    config: server::RealServer,
    since: Instant,
    until: Instant,
}

impl Departures {
    /// This server is not wanted any more; it drains if it is to and took part until now.
    pub(crate) fn see_off(&mut self, now: Instant, gone: &RealServer, displaced: bool) {
        let drain = gone.config().drain.filter(|drain| !drain.is_zero());
        if let Some(drain) = drain.filter(|_| gone.standing().member(displaced).is_some()) {
            self.leaving.push(Leaving { config: gone.config().clone(), since: now, until: now + drain });
        }
    }

    /// A server of this place is wanted again.
    pub(crate) fn recall(&mut self, place: Place) {
        self.leaving.retain(|leaving| (leaving.config.address, leaving.config.port) != place);
    }

    /// Lets go of those whose time is over; says whether there were any.
    pub(crate) fn let_go(&mut self, now: Instant) -> bool {
        let before = self.leaving.len();
        self.leaving.retain(|leaving| leaving.until > now);
        self.leaving.len() < before
    }

    /// When the next one goes.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.leaving.iter().map(|leaving| leaving.until).min()
    }

    /// What is left of them in the table.
    pub(crate) fn destinations(&self) -> impl Iterator<Item = Destination> {
        self.leaving.iter().map(|leaving| Destination::of(&leaving.config, 0))
    }

    pub(crate) fn snapshot(&self) -> impl Iterator<Item = state::server::RealServer> {
        self.leaving.iter().map(|leaving| state::server::RealServer {
            in_table: true,
            draining: true,
            ..state::server::RealServer::absent(&leaving.config, leaving.since)
        })
    }
}
