//! One row for each word of the language: where it is legal, what follows it, its range, unit, default and meaning.
#[macro_use]
mod row;
mod facts;
pub mod global;
pub mod language;
mod relations;
pub mod routing;
pub mod server;
pub mod track;
pub mod vrrp;

pub use facts::Fact;
pub use relations::{is_secret, may_repeat, takes_over};
pub use row::{Args, Family, Kind, Missing, Names, OnBad, Repeat, Row, Wired, key, option, steps, value};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A block with the words that are legal in it.
#[derive(Debug)]
pub struct Block {
    /// Keywords from the root to the block with slashes between: `virtual_server/real_server`; the root is `/`. Words
    /// that stand behind a keyword without a block are listed under that keyword in the same way.
    pub path: &'static str,
    /// The tables of its words; some tables serve several blocks.
    pub tables: &'static [&'static [Row]],
}

impl Block {
    /// The rows of this block.
    pub fn rows(&self) -> impl Iterator<Item = &'static Row> {
        self.tables.iter().flat_map(|table| table.iter())
    }

    /// The last part of the path, as an operator would call the block; empty at the root.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Where its words stand: `in vrrp_instance`, `outside all blocks`.
    #[must_use]
    pub fn place(&self) -> String {
        if self.path == "/" { "outside all blocks".to_owned() } else { format!("in {}", self.name()) }
    }
}

/// Every block, in the order of the manual page.
pub static BLOCKS: &[Block] = &[
    Block { path: "/", tables: &[global::ROOT] },
    Block { path: "global_defs", tables: &[global::GLOBAL] },
    Block { path: "global_defs/dynamic_interfaces", tables: &[global::DYNAMIC_INTERFACES] },
    Block { path: "global_defs/lvs_timeouts", tables: &[global::LVS_TIMEOUTS] },
    Block { path: "global_defs/lvs_sync_daemon", tables: &[global::LVS_SYNC_DAEMON] },
    Block { path: "global_defs/vrrp_garp_extra_if", tables: &[global::GARP_EXTRA_IF] },
    Block { path: "global_defs/notify_webhook", tables: &[global::WEBHOOK] },
    Block { path: "global_defs/include_check", tables: &[global::INCLUDE_CHECK] },
    Block { path: "track_group", tables: &[global::TRACK_GROUP] },
    Block { path: "garp_group", tables: &[global::GARP_GROUP] },
    Block { path: "linkbeat_interfaces", tables: &[global::LINKBEAT_INTERFACES] },
    Block { path: "interface_up_down_delays", tables: &[global::INTERFACE_UP_DOWN_DELAYS] },
    Block { path: "vrrp_sync_group", tables: &[vrrp::SYNC_GROUP] },
    Block { path: "vrrp_sync_group/track_interface", tables: &[track::TRACKED_INTERFACE] },
    Block { path: "vrrp_sync_group/track_script", tables: &[track::TRACKED_SCRIPT] },
    Block { path: "vrrp_sync_group/track_file", tables: &[track::TRACKED_FILE] },
    Block { path: "vrrp_sync_group/track_process", tables: &[track::TRACKED_FILE] },
    Block { path: "vrrp_sync_group/track_bfd", tables: &[track::TRACKED_SCRIPT] },
    Block { path: "vrrp_sync_group/notify_webhook", tables: &[global::WEBHOOK] },
    Block { path: "vrrp_instance", tables: &[vrrp::INSTANCE] },
    Block { path: "vrrp_instance/track_interface", tables: &[track::TRACKED_INTERFACE] },
    Block { path: "vrrp_instance/track_script", tables: &[track::TRACKED_SCRIPT] },
    Block { path: "vrrp_instance/track_file", tables: &[track::TRACKED_FILE] },
    Block { path: "vrrp_instance/track_process", tables: &[track::TRACKED_FILE] },
    Block { path: "vrrp_instance/track_bfd", tables: &[track::TRACKED_SCRIPT] },
    Block { path: "vrrp_instance/garp_extra_if", tables: &[global::GARP_EXTRA_IF] },
    Block { path: "vrrp_instance/use_vmac", tables: &[vrrp::USE_VMAC] },
    Block { path: "vrrp_instance/use_ipvlan", tables: &[vrrp::USE_IPVLAN] },
    Block { path: "vrrp_instance/unicast_peer", tables: &[vrrp::UNICAST_PEER] },
    Block { path: "vrrp_instance/authentication", tables: &[vrrp::AUTHENTICATION] },
    Block { path: "vrrp_instance/notify_webhook", tables: &[global::WEBHOOK] },
    Block { path: "vrrp_instance/auth_hmac", tables: &[vrrp::AUTH_HMAC] },
    Block { path: "vrrp_script", tables: &[track::SCRIPT] },
    Block { path: "vrrp_script/weight", tables: &[track::WEIGHT] },
    Block { path: "vrrp_track_process", tables: &[track::PROCESS] },
    Block { path: "vrrp_track_process/weight", tables: &[track::WEIGHT] },
    Block { path: "track_file", tables: &[track::FILE] },
    Block { path: "track_file/weight", tables: &[track::WEIGHT] },
    Block { path: "track_file/init_file", tables: &[track::INIT_FILE] },
    Block { path: "vrrp_track_file", tables: &[track::FILE] },
    Block { path: "vrrp_track_file/weight", tables: &[track::WEIGHT] },
    Block { path: "vrrp_track_file/init_file", tables: &[track::INIT_FILE] },
    Block { path: "bfd_instance", tables: &[track::BFD] },
    Block { path: "bfd_instance/weight", tables: &[track::WEIGHT] },
    Block { path: "vrrp_instance/virtual_ipaddress", tables: &[routing::ADDRESS, routing::VIRTUAL_ADDRESS] },
    Block { path: "vrrp_instance/virtual_ipaddress_excluded", tables: &[routing::ADDRESS, routing::VIRTUAL_ADDRESS] },
    Block { path: "static_ipaddress", tables: &[routing::ADDRESS, routing::STATIC_ADDRESS] },
    Block { path: "vrrp_instance/virtual_routes", tables: &[routing::ROUTE] },
    Block { path: "vrrp_instance/virtual_routes/encap ip", tables: &[routing::ENCAP_IP] },
    Block { path: "vrrp_instance/virtual_routes/encap ip6", tables: &[routing::ENCAP_IP6] },
    Block { path: "vrrp_instance/virtual_routes/encap mpls", tables: &[routing::ENCAP_MPLS] },
    Block { path: "vrrp_instance/virtual_routes/encap ila", tables: &[routing::ENCAP_ILA] },
    Block { path: "vrrp_instance/virtual_routes/nexthop", tables: &[routing::NEXTHOP] },
    Block { path: "static_routes", tables: &[routing::ROUTE, routing::STATIC_ROUTE] },
    Block { path: "static_routes/encap ip", tables: &[routing::ENCAP_IP] },
    Block { path: "static_routes/encap ip6", tables: &[routing::ENCAP_IP6] },
    Block { path: "static_routes/encap mpls", tables: &[routing::ENCAP_MPLS] },
    Block { path: "static_routes/encap ila", tables: &[routing::ENCAP_ILA] },
    Block { path: "static_routes/nexthop", tables: &[routing::NEXTHOP] },
    Block { path: "vrrp_instance/virtual_rules", tables: &[routing::RULE] },
    Block { path: "static_rules", tables: &[routing::RULE, routing::STATIC_RULE] },
    Block { path: "SSL", tables: &[server::SSL] },
    Block { path: "virtual_server_group", tables: &[server::GROUP] },
    Block { path: "virtual_server_group/fwmark", tables: &[server::MARK] },
    Block { path: "virtual_server", tables: &[server::VIRTUAL] },
    Block { path: "virtual_server/lvs_method", tables: &[server::METHOD] },
    Block { path: "virtual_server/real_server/lvs_method", tables: &[server::METHOD] },
    Block { path: "virtual_server/sorry_server_lvs_method", tables: &[server::METHOD] },
    Block { path: "virtual_server/real_server", tables: &[server::REAL] },
    Block { path: "virtual_server/real_server/MISC_CHECK", tables: &[server::TIMING, server::MISC] },
    Block {
        path: "virtual_server/real_server/SMTP_CHECK",
        tables: &[server::TIMING, server::CONNECTION, server::SMTP],
    },
    Block { path: "virtual_server/real_server/SMTP_CHECK/host", tables: &[server::TIMING, server::CONNECTION] },
    Block { path: "virtual_server/real_server/TCP_CHECK", tables: &[server::TIMING, server::CONNECTION] },
    Block { path: "virtual_server/real_server/PING_CHECK", tables: &[server::TIMING, server::CONNECTION] },
    Block { path: "virtual_server/real_server/UDP_CHECK", tables: &[server::TIMING, server::CONNECTION, server::UDP] },
    Block {
        path: "virtual_server/real_server/HTTP_GET",
        tables: &[server::TIMING, server::CONNECTION, server::HTTP, server::PLAIN],
    },
    Block { path: "virtual_server/real_server/HTTP_GET/url", tables: &[server::URL, server::REQUEST] },
    Block {
        path: "virtual_server/real_server/SSL_GET",
        tables: &[server::TIMING, server::CONNECTION, server::HTTP, server::TLS],
    },
    Block { path: "virtual_server/real_server/SSL_GET/url", tables: &[server::URL, server::REQUEST, server::TLS_URL] },
    Block { path: "virtual_server/real_server/DNS_CHECK", tables: &[server::TIMING, server::CONNECTION, server::DNS] },
    Block { path: "virtual_server/real_server/FILE_CHECK", tables: &[server::FILE] },
    Block { path: "virtual_server/real_server/FILE_CHECK/weight", tables: &[server::FILE_WEIGHT] },
    Block { path: "virtual_server/real_server/BFD_CHECK", tables: &[server::BFD] },
];

/// The index, built on first use: block path to words to rows.
struct Index {
    blocks: FxHashMap<&'static str, (&'static Block, FxHashMap<&'static str, &'static Row>)>,
    places: FxHashMap<&'static str, Vec<&'static Block>>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut places: FxHashMap<&'static str, Vec<&'static Block>> = FxHashMap::default();
        let mut blocks = FxHashMap::default();
        for block in BLOCKS {
            let words: FxHashMap<_, _> = block.rows().map(|row| (row.keyword, row)).collect();
            for row in block.rows().filter(|row| row.kind == Kind::Keyword) {
                places.entry(row.keyword).or_default().push(block);
            }
            blocks.insert(block.path, (block, words));
        }
        Index { blocks, places }
    })
}

/// The words of one block, ready for many look-ups.
#[derive(Clone, Copy)]
pub struct Words {
    block: &'static Block,
    rows: Option<&'static FxHashMap<&'static str, &'static Row>>,
}

impl Words {
    /// The row of a keyword that is legal here.
    #[must_use]
    pub fn keyword(&self, word: &str) -> Option<&'static Row> {
        self.rows?.get(word).copied().filter(|row| row.kind == Kind::Keyword)
    }

    /// The row of a word inside a line of this block.
    #[must_use]
    pub fn option(&self, word: &str) -> Option<&'static Row> {
        self.rows?.get(word).copied().filter(|row| row.kind == Kind::Option)
    }

    /// The block itself.
    #[must_use]
    pub const fn block(&self) -> &'static Block {
        self.block
    }
}

static NOWHERE: Block = Block { path: "?", tables: &[] };

/// The words of the block with this path; none for a path that does not exist.
#[must_use]
pub fn words(path: &str) -> Words {
    match index().blocks.get(path) {
        Some((block, rows)) => Words { block, rows: Some(rows) },
        None => Words { block: &NOWHERE, rows: None },
    }
}

/// The row of a word, of any kind, in a block.
#[must_use]
pub fn find(path: &str, word: &str) -> Option<&'static Row> {
    index().blocks.get(path)?.1.get(word).copied()
}

/// The blocks in which a keyword is legal.
#[must_use]
pub fn places(keyword: &str) -> &'static [&'static Block] {
    index().places.get(keyword).map_or(&[], Vec::as_slice)
}

/// Every row with its block, blocks in manual order.
pub fn all() -> impl Iterator<Item = (&'static Block, &'static Row)> {
    BLOCKS.iter().flat_map(|block| block.rows().map(move |row| (block, row)))
}

/// The path of the block that a keyword opens.
#[must_use]
pub fn inner(block: &Block, keyword: &str) -> String {
    if block.path == "/" { keyword.to_owned() } else { format!("{}/{keyword}", block.path) }
}

#[cfg(test)]
mod tests;
