//! Names of routing tables, protocols, scopes, realms and the like: those of iproute2's files, and those that need no file.
use super::reader::Reader;
use crate::value;
use model::{Family, limits};
use std::collections::{BTreeMap, HashMap};

/// What routes and rules share while they are read.
pub(crate) struct Routing {
    /// `iproute_etc_dir`.
    pub(crate) etc: Option<String>,
    /// `iproute_usr_dir`.
    pub(crate) usr: Option<String>,
    known: BTreeMap<Table, HashMap<String, u32>>,
    /// The next preferences for rules without one, IPv4 and IPv6.
    next: (u32, u32),
}

impl Default for Routing {
    fn default() -> Self {
        Self { etc: None, usr: None, known: BTreeMap::new(), next: (FIRST_PREFERENCE, FIRST_PREFERENCE) }
    }
}

/// From here keepalived counts down when it has to find a place for a rule.
const FIRST_PREFERENCE: u32 = 16_384;
/// Where iproute2 keeps the tables of the host.
const ETC: &str = "/etc/iproute2";
/// Where it keeps those that came with it, by distribution.
const USR: [&str; 2] = ["/usr/share/iproute2", "/usr/lib/iproute2"];

impl Routing {
    /// A place among the rules for one that says none.
    pub(crate) const fn next_preference(&mut self, family: Family) -> u32 {
        let next = match family {
            Family::V4 => &mut self.next.0,
            Family::V6 => &mut self.next.1,
        };
        let chosen = *next;
        *next = chosen.saturating_sub(1);
        chosen
    }
}

/// A table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Routing tables.
    Tables,
    /// Who sets routes.
    Protocols,
    /// How far an address or destination is.
    Scopes,
    /// Groups of routes for accounting.
    Realms,
    /// Differentiated services field.
    Dsfield,
    /// Groups of links.
    Groups,
    /// Transport protocols (IANA protocol-numbers).
    Transports,
}

impl Table {
    /// What an entry is called in a message.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Tables => "routing table",
            Self::Protocols => "routing protocol",
            Self::Scopes => "scope",
            Self::Realms => "realm",
            Self::Dsfield => "type of service",
            Self::Groups => "link group",
            Self::Transports => "transport protocol",
        }
    }

    /// The file of iproute2.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Tables => "rt_tables",
            Self::Protocols => "rt_protos",
            Self::Scopes => "rt_scopes",
            Self::Realms => "rt_realms",
            Self::Dsfield => "rt_dsfield",
            Self::Groups => "group",
            Self::Transports => "/etc/protocols",
        }
    }

    /// The largest number.
    pub(crate) const fn max(self) -> u32 {
        match self {
            Self::Tables | Self::Groups => u32::MAX,
            Self::Realms => 0xffff,
            Self::Protocols | Self::Scopes | Self::Dsfield | Self::Transports => 0xff,
        }
    }

    /// Names that hold without a file: the kernel's (linux/rtnetlink.h), and those that standards give.
    const fn usual(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::Tables => &[("default", 253), ("main", 254), ("local", 255)],
            Self::Protocols => PROTOCOLS,
            Self::Scopes => {
                &[("global", 0), ("universe", 0), ("site", 200), ("link", 253), ("host", 254), ("nowhere", 255)]
            }
            Self::Realms => &[("cosmos", 0)],
            Self::Dsfield => DSFIELD,
            Self::Groups => &[("default", 0)],
            Self::Transports => TRANSPORTS,
        }
    }
}

/// `RTPROT_*` (linux/rtnetlink.h).
const PROTOCOLS: &[(&str, u32)] = &[
    ("unspec", 0),
    ("redirect", 1),
    ("kernel", 2),
    ("boot", 3),
    ("static", 4),
    ("gated", 8),
    ("ra", 9),
    ("mrt", 10),
    ("zebra", 11),
    ("bird", 12),
    ("dnrouted", 13),
    ("xorp", 14),
    ("ntk", 15),
    ("dhcp", 16),
    ("mrouted", 17),
    ("keepalived", 18),
    ("babel", 42),
    ("openr", 99),
    ("bgp", 186),
    ("isis", 187),
    ("ospf", 188),
    ("rip", 189),
    ("eigrp", 192),
];

/// Per-hop behaviours in the upper six bits (RFC 2474, RFC 2597, RFC 3246).
const DSFIELD: &[(&str, u32)] = &[
    ("default", 0x00),
    ("CS1", 0x20),
    ("AF11", 0x28),
    ("AF12", 0x30),
    ("AF13", 0x38),
    ("CS2", 0x40),
    ("AF21", 0x48),
    ("AF22", 0x50),
    ("AF23", 0x58),
    ("CS3", 0x60),
    ("AF31", 0x68),
    ("AF32", 0x70),
    ("AF33", 0x78),
    ("CS4", 0x80),
    ("AF41", 0x88),
    ("AF42", 0x90),
    ("AF43", 0x98),
    ("CS5", 0xa0),
    ("EF", 0xb8),
    ("CS6", 0xc0),
    ("CS7", 0xe0),
];

/// Assigned Internet protocol numbers, those in use.
const TRANSPORTS: &[(&str, u32)] = &[
    ("icmp", 1),
    ("igmp", 2),
    ("ipencap", 4),
    ("tcp", 6),
    ("udp", 17),
    ("dccp", 33),
    ("ipv6", 41),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("ospf", 89),
    ("pim", 103),
    ("vrrp", 112),
    ("sctp", 132),
    ("udplite", 136),
];

impl Reader<'_> {
    /// The number that a word means in a table: written as in C, or by a name.
    pub(crate) fn number_of(&mut self, table: Table, word: &str) -> Option<u32> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let number = value::c_number(word).and_then(|number| u32::try_from(number).ok());
            return number.filter(|number| *number <= table.max());
        }
        if !self.routing.known.contains_key(&table) {
            let names = self.names(table);
            self.routing.known.insert(table, names);
        }
        self.routing.known.get(&table)?.get(word).copied()
    }

    /// All names of a table. What came with iproute2 counts where the host has no file of its own; what stands in
    /// directories is added, that of the host last.
    fn names(&self, table: Table) -> HashMap<String, u32> {
        let mut names: HashMap<String, u32> = HashMap::new();
        for (name, number) in table.usual() {
            names.insert((*name).to_owned(), *number);
        }
        for text in self.texts(table) {
            for line in text.lines().take(limits::NAMES) {
                names.extend(entries(table, line));
            }
        }
        names
    }

    fn texts(&self, table: Table) -> Vec<String> {
        let file = table.file();
        if file.starts_with('/') {
            return self.text(file).into_iter().collect();
        }
        let etc = self.routing.etc.as_deref().unwrap_or(ETC);
        let usr: Vec<&str> = self.routing.usr.as_deref().map_or_else(|| USR.to_vec(), |usr| vec![usr]);
        let directories = || std::iter::once(etc).chain(usr.iter().copied());
        let main = directories().find_map(|directory| self.text(&format!("{directory}/{file}")));
        let parts = usr
            .iter()
            .copied()
            .chain([etc])
            .flat_map(|directory| self.loader.glob(&format!("{directory}/{file}.d/*.conf")).unwrap_or_default());
        main.into_iter().chain(parts.filter_map(|path| self.text(&path))).collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.loader.read(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The names in a line: `NUMBER NAME`, or in `/etc/protocols` `NAME NUMBER ALIAS...`.
fn entries(table: Table, line: &str) -> Vec<(String, u32)> {
    let mut words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
    if words.len() < 2 {
        return Vec::new();
    }
    let number = words.remove(usize::from(table == Table::Transports));
    if table != Table::Transports {
        words.truncate(1);
    }
    let number = value::c_number(number).and_then(|number| u32::try_from(number).ok());
    let Some(number) = number.filter(|number| *number <= table.max()) else { return Vec::new() };
    words.into_iter().map(|name| (name.to_owned(), number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_kinds_of_files_are_read() {
        let one =
            |table, line| entries(table, line).into_iter().map(|(name, n)| format!("{name}={n}")).collect::<Vec<_>>();
        assert_eq!(one(Table::Tables, "100\tblue # ours"), ["blue=100"]);
        assert_eq!(one(Table::Dsfield, "0xB8 EF"), ["EF=184"]);
        assert_eq!(one(Table::Transports, "ipv6-icmp 58 IPv6-ICMP # RFC 4443"), ["ipv6-icmp=58", "IPv6-ICMP=58"]);
        for nothing in ["# 1 a", "", "7", "x y", "300 far"] {
            assert!(entries(Table::Scopes, nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn preferences_count_down_for_each_family() {
        let mut routing = Routing::default();
        let next: Vec<u32> = [Family::V4, Family::V4, Family::V6].map(|family| routing.next_preference(family)).into();
        assert_eq!(next, [16_384, 16_383, 16_384]);
    }
}
