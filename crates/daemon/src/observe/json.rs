//! The picture as JSON, from the rows of `model::state::fields`.
use model::Instant;
use model::state::State;
use model::state::fields::{self, Field, Value};
use model::state::server::{RealServer, VirtualServer};
use model::state::vrrp::{Instance, Transition};
use serde_json::{Map, Value as Json, json};

/// The whole picture.
#[must_use]
pub fn render(state: &State) -> Json {
    let now = state.process.now;
    json!({
        "process": object(now, fields::PROCESS, &state.process),
        "instances": state.instances.iter().map(|i| instance(now, i)).collect::<Vec<_>>(),
        "groups": list(now, fields::GROUP, &state.groups),
        "scripts": list(now, fields::SCRIPT, &state.scripts),
        "deliveries": list(now, fields::DELIVERY, &state.deliveries),
        "virtual_servers": state.virtual_servers.iter().map(|v| virtual_server(now, v)).collect::<Vec<_>>(),
    })
}

fn instance(now: Instant, instance: &Instance) -> Json {
    let mut object = members(now, fields::INSTANCE, instance);
    object.insert("history".to_owned(), instance.history.iter().map(|t| transition(now, t)).collect());
    Json::Object(object)
}

fn transition(now: Instant, transition: &Transition) -> Json {
    json!({
        "seconds_ago": seconds(now, transition.at),
        "from": transition.from.to_string(),
        "to": transition.to.to_string(),
        "reason": transition.reason,
    })
}

fn virtual_server(now: Instant, server: &VirtualServer) -> Json {
    let mut object = members(now, fields::VIRTUAL_SERVER, server);
    object.insert("real_servers".to_owned(), server.real_servers.iter().map(|r| real_server(now, r)).collect());
    Json::Object(object)
}

fn real_server(now: Instant, server: &RealServer) -> Json {
    let mut object = members(now, fields::REAL_SERVER, server);
    object.insert("checkers".to_owned(), list(now, fields::CHECKER, &server.checkers));
    Json::Object(object)
}

fn list<T>(now: Instant, rows: &[Field<T>], of: &[T]) -> Json {
    of.iter().map(|item| object(now, rows, item)).collect()
}

fn object<T>(now: Instant, rows: &[Field<T>], of: &T) -> Json {
    Json::Object(members(now, rows, of))
}

fn members<T>(now: Instant, rows: &[Field<T>], of: &T) -> Map<String, Json> {
    rows.iter().map(|row| (row.name.to_owned(), value(now, (row.value)(of)))).collect()
}

fn value(now: Instant, value: Value<'_>) -> Json {
    match value {
        Value::Text(text) => Json::from(text),
        Value::Gauge(number) => Json::from(number),
        Value::Counter(number) => Json::from(number),
        Value::Switch(on) => Json::from(on),
        Value::Time(at) => seconds(now, at),
        Value::List(items) => items.into_iter().map(Json::from).collect(),
        Value::Absent => Json::Null,
    }
}

/// Seconds with three decimals.
fn seconds(now: Instant, at: Instant) -> Json {
    let millis = now.since(at).as_millis();
    let text = format!("{}.{:03}", millis / 1000, millis % 1000);
    text.parse::<f64>().map_or(Json::Null, Json::from)
}
