//! The packets: for each wire one that must be believed, and what makes it a lie.
use evenkeel_lab::Result;
use evenkeel_lab::calm;
use evenkeel_lab::impostor::{Forged, Forged3, GROUP, GROUP_6};
use evenkeel_lab::pair::{CLIENT, Pair, VIP};
use evenkeel_lab::plan::{Family, Plan};
use std::net::IpAddr;

/// A kind of packet, and the counter that tells it: a field of the process, or of the instance.
pub(crate) struct Lie {
    pub(crate) name: &'static str,
    pub(crate) packet: Vec<u8>,
    pub(crate) hops: u32,
    pub(crate) counter: &'static str,
}

/// What an impostor can say to a master.
pub(crate) struct Repertoire {
    /// Where he speaks from.
    pub(crate) from: IpAddr,
    /// An advert that deposes.
    pub(crate) genuine: Vec<u8>,
    /// The same from somebody with a lower priority.
    pub(crate) worse: Vec<u8>,
    /// What must be refused.
    pub(crate) lies: Vec<Lie>,
}

fn lie(name: &'static str, packet: Vec<u8>, counter: &'static str) -> Lie {
    Lie { name, packet, hops: 255, counter }
}

/// Damages that every version and family has.
fn damages(bytes: &[u8]) -> Vec<Lie> {
    let cut = |length: usize| bytes.iter().copied().take(length).collect::<Vec<u8>>();
    let padded = |more: usize| [bytes, vec![0; more].as_slice()].concat();
    vec![
        lie("empty", Vec::new(), "packets_too_short"),
        lie("cut in its header", cut(6), "packets_too_short"),
        lie("cut in its addresses", cut(10), "length_errors"),
        lie("cut at its end", cut(bytes.len() - 1), "length_errors"),
        lie("one byte too many", padded(1), "length_errors"),
        lie("oversized", padded(1_400), "length_errors"),
        Lie { hops: 254, ..lie("from behind a router", bytes.to_vec(), "ttl_errors") },
        Lie { hops: 1, ..lie("from far behind a router", bytes.to_vec(), "ttl_errors") },
    ]
}

/// To a version 2 master with a password.
pub(crate) fn version2() -> Repertoire {
    let genuine = Forged { authentication: 1, password: *b"s3cret77", ..Forged::genuine(VIP) };
    let mut lies = damages(&genuine.bytes());
    lies.extend([
        lie("more addresses than bytes", Forged { count: 255, ..genuine }.bytes(), "length_errors"),
        lie("other router", Forged { vrid: 52, ..genuine }.bytes(), "packets_unknown_router"),
        lie("version 3", Forged { kind: 0x31, ..genuine }.bytes(), "version_errors"),
        lie("version 9", Forged { kind: 0x91, ..genuine }.bytes(), "version_errors"),
        lie("unknown authentication", Forged { authentication: 9, ..genuine }.bytes(), "auth_type_errors"),
        lie("no authentication", Forged { authentication: 0, ..genuine }.bytes(), "auth_mismatches"),
        lie("wrong password", Forged { password: *b"guess\0\0\0", ..genuine }.bytes(), "auth_failures"),
        lie("other interval", Forged { interval: 7, ..genuine }.bytes(), "interval_errors"),
        lie("unknown type", Forged { kind: 0x27, ..genuine }.bytes(), "type_errors"),
        lie("wrong checksum", Forged { sound: false, ..genuine }.bytes(), "checksum_errors"),
    ]);
    let worse = Forged { priority: 90, ..genuine }.bytes();
    Repertoire { from: CLIENT.into(), genuine: genuine.bytes(), worse, lies }
}

/// To a version 3 master, in either family.
pub(crate) fn version3(pair: &Pair, plan: &Plan) -> Result<Repertoire> {
    let (from, group) = match plan.family {
        Family::V4 => (CLIENT.into(), GROUP.into()),
        Family::V6 => (calm::link_local(&pair.client, plan)?, GROUP_6.into()),
    };
    let genuine = Forged3::genuine(plan.addresses(), (from, group));
    let with = |change: fn(&mut Forged3)| {
        let mut forged = genuine.clone();
        change(&mut forged);
        forged.bytes()
    };
    let mut lies = damages(&genuine.bytes());
    lies.extend([
        lie("more addresses than bytes", with(|one| one.count = 255), "length_errors"),
        lie("no address", with(|one| one.count = 0), "length_errors"),
        lie("other router", with(|one| one.vrid = 52), "packets_unknown_router"),
        lie("version 2", with(|one| one.kind = 0x21), "version_errors"),
        lie("version 9", with(|one| one.kind = 0x91), "version_errors"),
        lie("unknown type", with(|one| one.kind = 0x37), "type_errors"),
        lie("wrong checksum", with(|one| one.sound = false), "checksum_errors"),
    ]);
    Ok(Repertoire { from, genuine: genuine.bytes(), worse: with(|one| one.priority = 90), lies })
}
