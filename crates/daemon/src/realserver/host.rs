//! The machine: what it has now, and the steps carried out.
use super::plan::{Links, Step};
use kernel::linux::sysctl::LinuxSysctls;
use kernel::linux::{LinuxKernel, tunnel};
use kernel::ports::{Addresses, Event, Sysctls, Ticket};
use model::holdings::Change;
use model::{InterfaceName, limits};

/// The kernel, and its links as it told them.
pub struct Machine {
    kernel: LinuxKernel,
    links: Links,
}

impl Machine {
    /// Opens the kernel and learns its links.
    ///
    /// # Errors
    /// Without permission, in words.
    pub async fn open() -> Result<Self, String> {
        let kernel = LinuxKernel::open().await.map_err(|error| error.to_string())?;
        let mut machine = Self { kernel, links: Links::new() };
        machine.learn();
        Ok(machine)
    }

    /// The links as they are.
    pub fn links(&self) -> &Links {
        &self.links
    }

    fn learn(&mut self) {
        while let Some(event) = self.kernel.try_next_event() {
            self.hear(event);
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Link { interface, link } => drop(self.links.insert(interface, link)),
            Event::LinkGone(interface) => drop(self.links.remove(&interface)),
            Event::Addresses { interface, addresses } => {
                if let Some(link) = self.links.get_mut(&interface) {
                    link.addresses = addresses;
                }
            }
            Event::Packet(_) | Event::Applied { .. } | Event::LinkRenamed { .. } | Event::Overrun => {}
        }
    }

    /// Carries one step out.
    ///
    /// # Errors
    /// What the kernel says.
    pub async fn carry_out(&mut self, step: &Step) -> Result<(), String> {
        let in_words = |refusal: kernel::ports::Refusal| refusal.to_string();
        match step {
            Step::Make(kind) => {
                let name = InterfaceName::new(kind.fallback()).map_err(|problem| problem.to_string())?;
                tunnel::create(&name, *kind).await.map_err(in_words)?;
                self.wait_for(&name).await
            }
            Step::Set { name, value } => LinuxSysctls.write(name, value).map_err(|error| error.to_string()),
            Step::Raise(link) => tunnel::set_up(link, true).await.map_err(in_words),
            Step::Lower(link) => tunnel::set_up(link, false).await.map_err(in_words),
            Step::Delete(link) => tunnel::delete(link).await.map_err(in_words),
            Step::Add(address) => self.change(Change::AddAddress(address.clone())).await,
            Step::Remove(key) => self.change(Change::RemoveAddress(key.clone())).await,
        }
    }

    /// A link that was ordered is told of a moment later.
    async fn wait_for(&mut self, name: &InterfaceName) -> Result<(), String> {
        let told = async {
            while !self.links.contains_key(name) {
                let event = self.kernel.next_event().await;
                self.hear(event);
            }
        };
        let late = |_| format!("the kernel made no link {name}");
        tokio::time::timeout(limits::NETLINK_TIMEOUT.into(), told).await.map_err(late)
    }

    async fn change(&mut self, change: Change) -> Result<(), String> {
        self.kernel.submit(Ticket(0), vec![change]);
        loop {
            // The kernel's hand answers every submission within its own limit of time.
            match self.kernel.next_event().await {
                Event::Applied { results, .. } => {
                    let refused = results.into_iter().find_map(|(_, result)| result.err());
                    return refused.map_or(Ok(()), |refusal| Err(refusal.to_string()));
                }
                event => self.hear(event),
            }
        }
    }
}

/// The boot that this is.
#[must_use]
pub fn boot() -> String {
    LinuxSysctls.read("kernel/random/boot_id").unwrap_or_default()
}
