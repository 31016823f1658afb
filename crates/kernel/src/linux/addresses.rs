//! The addresses of this host, kept current for whoever only asks which there are.
use super::monitor::Monitor;
use crate::ports::Event;
use model::InterfaceName;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::task::{Context, Poll};

/// Watches the addresses of the namespace in which it was opened.
pub struct HostAddresses {
    monitor: Monitor,
    events: VecDeque<Event>,
    links: BTreeMap<InterfaceName, BTreeSet<IpAddr>>,
    /// What was told last.
    told: Option<BTreeSet<IpAddr>>,
}

impl HostAddresses {
    /// Begins to watch. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn open() -> io::Result<Self> {
        Ok(Self { monitor: Monitor::open()?, events: VecDeque::new(), links: BTreeMap::new(), told: None })
    }

    /// All addresses, when they are known for the first time and after every change. Nothing is lost when the future is
    /// dropped.
    pub async fn changed(&mut self) -> BTreeSet<IpAddr> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<BTreeSet<IpAddr>> {
        self.monitor.poll(cx, &mut self.events);
        while let Some(event) = self.events.pop_front() {
            self.take(event);
        }
        if !self.monitor.is_current() {
            return Poll::Pending;
        }
        let here: BTreeSet<IpAddr> = self.links.values().flatten().copied().collect();
        if self.told.as_ref() == Some(&here) {
            return Poll::Pending;
        }
        self.told = Some(here.clone());
        Poll::Ready(here)
    }

    fn take(&mut self, event: Event) {
        let addresses = |keys: Vec<model::holdings::AddressKey>| keys.iter().map(|key| key.prefix.address()).collect();
        match event {
            Event::Link { interface, link } => drop(self.links.insert(interface, addresses(link.addresses))),
            Event::Addresses { interface, addresses: held } => drop(self.links.insert(interface, addresses(held))),
            Event::LinkGone(interface) => drop(self.links.remove(&interface)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    #[tokio::test]
    async fn the_addresses_are_told_once_and_again_when_they_change() {
        let mut addresses = HostAddresses::open().expect("a monitor");
        let here = addresses.changed().await;
        assert!(here.contains(&IpAddr::from(Ipv4Addr::LOCALHOST)), "{here:?}");
        let again = tokio::time::timeout(Duration::from_millis(50), addresses.changed()).await;
        assert!(again.is_err(), "nothing changed");
        let lo = InterfaceName::new("lo").expect("a name");
        let gone = Event::LinkGone(lo.clone());
        addresses.take(gone);
        assert!(!addresses.changed().await.contains(&IpAddr::from(Ipv4Addr::LOCALHOST)));
    }
}
