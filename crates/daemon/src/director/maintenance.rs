//! Taking routers out of service and putting them back, by order or because their time has come.
use super::Director;
use crate::control::Answer;
use crate::operator::{self, Book, Order};
use model::Name;
use tracing::info;

impl Director {
    pub(super) async fn maintain(&self, subject: Option<&str>, reason: Option<String>) {
        self.tell_routers(vrrp::Fact::MaintenanceSet { subject: subject.map(Name::from), reason }).await;
    }

    pub(super) async fn maintenance_on(&mut self, order: Order) -> Answer {
        let known = |name: &str| {
            self.config.instances.iter().any(|i| i.name.as_str() == name)
                || self.config.groups.iter().any(|g| g.name.as_str() == name)
        };
        if let Some(name) = order.subject.as_deref().filter(|name| !known(name)) {
            return Err(format!("no instance or group is called {name}"));
        }
        let text = order.describe(operator::unix_now());
        info!("maintenance on: {text}");
        self.maintain(order.subject.as_deref(), Some(order.reason.clone())).await;
        match self.book.add(order) {
            Ok(()) => Ok(format!("out of service: {text}\n")),
            Err(problem) => Err(format!("out of service until the next restart: it cannot be kept: {problem}")),
        }
    }

    pub(super) async fn maintenance_off(&mut self, subject: Option<&str>) -> Answer {
        let ended = self.book.end(subject).map_err(|problem| format!("back until the next restart: {problem}"))?;
        self.maintain(subject, None).await;
        let name = subject.unwrap_or("everything");
        info!("maintenance off: {name}");
        if ended { Ok(format!("{name} is back in service\n")) } else { Err(format!("{name} was not out of service")) }
    }

    pub(super) async fn maintenance_ended(&mut self) {
        for order in self.book.expire(operator::unix_now()) {
            let name = order.subject.as_deref().unwrap_or("everything");
            info!("maintenance of {name} is over: its time has come");
            self.maintain(order.subject.as_deref(), None).await;
        }
    }

    pub(super) fn maintenance(&self) -> Vec<String> {
        let now = operator::unix_now();
        self.book.orders().iter().map(|order| order.describe(now)).collect()
    }
}

/// Waits until something goes back into service by itself.
pub(super) async fn end(book: &Book) {
    match book.next_end(operator::unix_now()) {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
