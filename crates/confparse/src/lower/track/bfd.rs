//! `bfd_instance` blocks.
use super::weight::{self, Beyond};
use super::{Defined, Registry, incomplete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::global::small;
use crate::lower::item::{Item, Value};
use crate::lower::reader::Reader;
use crate::span::Origin;
use model::config::bfd::BfdInstance;
use model::config::track::Weight;
use model::{Family, Interval, Name};
use std::net::IpAddr;

/// Longest name, in bytes.
const NAME_BYTES: usize = 31;

#[derive(Default)]
struct Said {
    neighbor: Option<IpAddr>,
    source: Option<(IpAddr, Origin)>,
    min_rx: Option<Interval>,
    min_tx: Option<Interval>,
    idle_tx: Option<Interval>,
    multiplier: Option<u8>,
    passive: bool,
    ttl: Option<u8>,
    max_hops: Option<(i64, Origin)>,
    multihop: bool,
    weight: Weight,
    vrrp: bool,
    checker: bool,
}

/// Reads one block and adds it, unless the session cannot be.
pub(super) fn define(reader: &mut Reader<'_>, item: &Item<'_>, known: &mut Registry<BfdInstance>) {
    let Some(word) = item.text() else { return };
    let mut said = Said::default();
    reader.block("bfd_instance", item.body, &mut |reader, item| keyword(reader, &mut said, &item));
    let name = Name::new(word.text());
    if word.text().len() > NAME_BYTES {
        let message = format!("the name of a bfd_instance has at most {NAME_BYTES} bytes");
        return dropped(reader, "bfd-name-too-long", message, word.origin());
    }
    let Some(neighbor) = said.neighbor else {
        return incomplete(reader, item, &name, "neighbor_ip");
    };
    if let Some((source, place)) = said.source.filter(|(source, _)| Family::of(*source) != Family::of(neighbor)) {
        let message = format!("{source} cannot talk to {neighbor}: they are of two families");
        return dropped(reader, "mixed-families", message, place);
    }
    let source = said.source.map(|(source, _)| source);
    let same = |defined: &&Defined<BfdInstance>| defined.thing.neighbor == neighbor && defined.thing.source == source;
    if let Some(other) = known.list.iter().find(same) {
        let message = format!("bfd_instance {} has this pair of addresses already", other.name);
        return dropped(reader, "duplicate-bfd-session", message, word.origin());
    }
    let thing = finished(reader, said, name.clone(), neighbor);
    let weight = thing.weight;
    let defined = Defined { name, thing, weight, place: word.origin() };
    known.add(reader, "bfd_instance", Severity::Error, defined);
}

fn dropped(reader: &mut Reader<'_>, code: &'static str, message: String, place: Origin) {
    reader
        .report(Diagnostic::new(code, Severity::Error, message).at(place, "").meanwhile("the bfd_instance is dropped"));
}

fn keyword(reader: &mut Reader<'_>, said: &mut Said, item: &Item<'_>) {
    match item.row.keyword {
        "neighbor_ip" | "neighbour_ip" => said.neighbor = item.address(),
        "source_ip" => said.source = item.address().map(|address| (address, item.place())),
        "min_rx" => said.min_rx = millis(item),
        "min_tx" => said.min_tx = millis(item),
        "idle_tx" => said.idle_tx = millis(item),
        "multiplier" => said.multiplier = small(item),
        "passive" => said.passive = true,
        "ttl" | "hoplimit" => said.ttl = small(item),
        "max_hops" => said.max_hops = item.number().map(|hops| (hops, item.place())),
        "multihop" => said.multihop = item.on(),
        "weight" => {
            let weight = weight::of_block(reader, item, 253, Beyond::Lost, said.weight);
            said.weight = weight.unwrap_or(said.weight);
        }
        "vrrp" => said.vrrp = true,
        "checker" => said.checker = true,
        _ => {}
    }
}

/// Milliseconds with three decimals.
const fn millis(item: &Item<'_>) -> Option<Interval> {
    match item.value {
        Value::Steps(micros) => Some(Interval::from_micros(micros)),
        _ => None,
    }
}

fn finished(reader: &mut Reader<'_>, said: Said, name: Name, neighbor: IpAddr) -> BfdInstance {
    let ttl = said.ttl.unwrap_or(match neighbor {
        IpAddr::V4(_) => 255,
        IpAddr::V6(_) => 64,
    });
    let nobody = !said.vrrp && !said.checker;
    BfdInstance {
        name,
        neighbor,
        source: said.source.map(|(source, _)| source),
        min_rx: said.min_rx.unwrap_or(Interval::from_millis(10)),
        min_tx: said.min_tx.unwrap_or(Interval::from_millis(10)),
        idle_tx: said.idle_tx.unwrap_or(Interval::from_secs(1)),
        multiplier: said.multiplier.unwrap_or(5),
        passive: said.passive,
        ttl,
        max_hops: max_hops(reader, said.max_hops, ttl),
        multihop: said.multihop,
        weight: said.weight,
        vrrp: said.vrrp || nobody,
        checker: said.checker || nobody,
    }
}

/// -1 and 255 do not look, which takes a time to live of 255.
fn max_hops(reader: &mut Reader<'_>, said: Option<(i64, Origin)>, ttl: u8) -> Option<u8> {
    let Some((hops, place)) = said else { return Some(0) };
    let hops = u8::try_from(hops).unwrap_or(255);
    if hops <= ttl {
        return (hops != 255).then_some(hops);
    }
    reader.report(
        Diagnostic::new("hops-above-ttl", Severity::Error, format!("max_hops is at most the ttl, which is {ttl}"))
            .at(place, format!("this is {}", if hops == 255 { "no limit".to_owned() } else { hops.to_string() }))
            .meanwhile(format!("{ttl} is used"))
            .help("set ttl 255 to accept packets from any distance"),
    );
    (ttl != 255).then_some(ttl)
}
