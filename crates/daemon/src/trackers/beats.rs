//! Asks links for their carrier at intervals (`linkbeat_interfaces`, `linkbeat_use_polling`), where drivers tell of no
//! change by themselves.
use super::Listeners;
use kernel::linux::carrier::Carrier;
use model::config::global::{PollMethod, PolledLink};
use model::{Config, InterfaceName, limits};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tracing::{info, warn};
use vrrp::Fact;

/// The links that are asked.
#[derive(Default)]
pub(super) struct Beats {
    links: Links,
    task: Option<JoinHandle<()>>,
}

/// Links with the method that is tried first.
type Links = BTreeMap<InterfaceName, Option<PollMethod>>;

impl Beats {
    /// Asks exactly those links that this configuration names; every link of a router where it says so.
    pub(super) fn configure(&mut self, config: &Config, listeners: &Listeners) {
        let links = polled(config);
        if let Some(task) = self.task.take() {
            task.abort();
        }
        for (link, method) in links.iter().filter(|(link, _)| !self.links.contains_key(*link)) {
            let by = method.map_or_else(String::new, |method| format!(", {method:?} first"));
            info!("(linkbeat) {link} is asked for its carrier every {}{by}", limits::LINK_POLL);
        }
        if !links.is_empty() {
            self.task = Some(tokio::task::spawn_local(ask(links.clone(), listeners.clone())));
        }
        self.links = links;
    }
}

fn polled(config: &Config) -> Links {
    let global = &config.global;
    let named = global.polled_links.iter().map(|PolledLink { interface, method }| (interface.clone(), *method));
    let own = config.instances.iter().map(|instance| &instance.interface);
    let of_instances = config.instances.iter().flat_map(|instance| &instance.track_interfaces);
    let of_groups = config.groups.iter().flat_map(|group| &group.track_interfaces);
    let tracked = of_instances.chain(of_groups).map(|tracked| &tracked.interface);
    let used = own.chain(tracked).filter(|_| global.poll_links).map(|link| (link.clone(), None));
    used.chain(named).collect()
}

/// A driver may take its time to answer: it is asked off this thread.
async fn ask(links: Links, listeners: Listeners) {
    let carrier = match Carrier::open() {
        Ok(carrier) => Arc::new(carrier),
        Err(error) => return warn!("(linkbeat) no link is polled: {error}; the kernel's own word counts"),
    };
    let mut last: BTreeMap<InterfaceName, bool> = BTreeMap::new();
    loop {
        let (asked, carrier) = (links.clone(), Arc::clone(&carrier));
        let round = tokio::task::spawn_blocking(move || {
            let answer = |(link, method): (InterfaceName, _)| Some((carrier.ask(&link, method).ok()?, link));
            asked.into_iter().filter_map(answer).collect::<Vec<_>>()
        });
        for (up, interface) in round.await.unwrap_or_default() {
            if last.insert(interface.clone(), up).is_some_and(|before| before != up) {
                info!("(linkbeat) {interface} has {} carrier", if up { "a" } else { "no" });
            }
            // Told each time: a link that went and came again has been forgotten.
            listeners.router(Fact::LinkPolled { interface, up }).await;
        }
        tokio::time::sleep(limits::LINK_POLL.into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::testing::instance;
    use model::config::track::{TrackInterface, Weight};
    use model::config::vrrp::Notify;

    fn name(text: &str) -> InterfaceName {
        InterfaceName::new(text).expect("a name")
    }

    #[test]
    fn named_links_and_where_that_is_said_all_that_are_used() {
        let mut config = Config { instances: vec![instance(Notify::default())], ..Config::default() };
        let tracked = TrackInterface { interface: name("eth1"), weight: Weight::default() };
        config.instances[0].track_interfaces = vec![tracked];
        assert!(polled(&config).is_empty());
        let eth0 = PolledLink { interface: name("eth0"), method: Some(PollMethod::Ethtool) };
        config.global.polled_links = vec![eth0];
        let named = Links::from([(name("eth0"), Some(PollMethod::Ethtool))]);
        assert_eq!(polled(&config), named);
        config.global.poll_links = true;
        let all = Links::from([(name("eth0"), Some(PollMethod::Ethtool)), (name("eth1"), None)]);
        assert_eq!(polled(&config), all, "the named method stays");
    }
}
