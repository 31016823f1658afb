//! One row per command and attribute: the number in `linux/ip_vs.h`, and the name in messages.
use crate::attribute::Field;

/// Name of the generic netlink family.
pub(crate) const FAMILY_NAME: &str = "IPVS";

/// Commands (`IPVS_CMD_*`).
pub(crate) mod op {
    pub(crate) const NEW_SERVICE: u8 = 1;
    pub(crate) const SET_SERVICE: u8 = 2;
    pub(crate) const DEL_SERVICE: u8 = 3;
    pub(crate) const GET_SERVICE: u8 = 4;
    pub(crate) const NEW_DEST: u8 = 5;
    pub(crate) const SET_DEST: u8 = 6;
    pub(crate) const DEL_DEST: u8 = 7;
    pub(crate) const GET_DEST: u8 = 8;
    pub(crate) const NEW_DAEMON: u8 = 9;
    pub(crate) const DEL_DAEMON: u8 = 10;
    pub(crate) const GET_DAEMON: u8 = 11;
    pub(crate) const SET_CONFIG: u8 = 12;
    pub(crate) const GET_CONFIG: u8 = 13;
    pub(crate) const GET_INFO: u8 = 15;
    pub(crate) const ZERO: u8 = 16;
    pub(crate) const FLUSH: u8 = 17;
}

/// First level (`IPVS_CMD_ATTR_*`).
pub(crate) mod top {
    use super::Field;
    pub(crate) const COUNT: usize = 7;
    pub(crate) const SERVICE: Field = Field::new(1, "service");
    pub(crate) const DESTINATION: Field = Field::new(2, "destination");
    pub(crate) const DAEMON: Field = Field::new(3, "sync daemon");
    pub(crate) const TIMEOUT_TCP: Field = Field::new(4, "TCP timeout");
    pub(crate) const TIMEOUT_TCP_FIN: Field = Field::new(5, "TCP FIN timeout");
    pub(crate) const TIMEOUT_UDP: Field = Field::new(6, "UDP timeout");
}

/// Of a service (`IPVS_SVC_ATTR_*`).
pub(crate) mod svc {
    use super::Field;
    pub(crate) const COUNT: usize = 13;
    pub(crate) const FAMILY: Field = Field::new(1, "service family");
    pub(crate) const PROTOCOL: Field = Field::new(2, "service protocol");
    pub(crate) const ADDRESS: Field = Field::new(3, "service address");
    pub(crate) const PORT: Field = Field::new(4, "service port");
    pub(crate) const FWMARK: Field = Field::new(5, "firewall mark");
    pub(crate) const SCHEDULER: Field = Field::new(6, "scheduler");
    pub(crate) const FLAGS: Field = Field::new(7, "service flags");
    pub(crate) const TIMEOUT: Field = Field::new(8, "persistence timeout");
    pub(crate) const NETMASK: Field = Field::new(9, "persistence netmask");
    pub(crate) const STATS: Field = Field::new(10, "service counters");
    pub(crate) const ENGINE: Field = Field::new(11, "persistence engine");
    pub(crate) const STATS64: Field = Field::new(12, "service counters");
}

/// Of a destination (`IPVS_DEST_ATTR_*`).
pub(crate) mod dest {
    use super::Field;
    pub(crate) const COUNT: usize = 16;
    pub(crate) const ADDRESS: Field = Field::new(1, "destination address");
    pub(crate) const PORT: Field = Field::new(2, "destination port");
    pub(crate) const FORWARDING: Field = Field::new(3, "forwarding method");
    pub(crate) const WEIGHT: Field = Field::new(4, "weight");
    pub(crate) const UPPER: Field = Field::new(5, "upper threshold");
    pub(crate) const LOWER: Field = Field::new(6, "lower threshold");
    pub(crate) const ACTIVE: Field = Field::new(7, "active connections");
    pub(crate) const INACTIVE: Field = Field::new(8, "inactive connections");
    pub(crate) const PERSISTENT: Field = Field::new(9, "persistent connections");
    pub(crate) const STATS: Field = Field::new(10, "destination counters");
    pub(crate) const FAMILY: Field = Field::new(11, "destination family");
    pub(crate) const STATS64: Field = Field::new(12, "destination counters");
    pub(crate) const TUNNEL_TYPE: Field = Field::new(13, "tunnel type");
    pub(crate) const TUNNEL_PORT: Field = Field::new(14, "tunnel port");
    pub(crate) const TUNNEL_FLAGS: Field = Field::new(15, "tunnel flags");
}

/// Of a sync daemon (`IPVS_DAEMON_ATTR_*`).
pub(crate) mod sync {
    use super::Field;
    pub(crate) const COUNT: usize = 9;
    pub(crate) const ROLE: Field = Field::new(1, "sync daemon state");
    pub(crate) const INTERFACE: Field = Field::new(2, "sync daemon interface");
    pub(crate) const ID: Field = Field::new(3, "sync daemon id");
    pub(crate) const MAX_LENGTH: Field = Field::new(4, "sync daemon message length");
    pub(crate) const GROUP_V4: Field = Field::new(5, "sync daemon group");
    pub(crate) const GROUP_V6: Field = Field::new(6, "sync daemon IPv6 group");
    pub(crate) const PORT: Field = Field::new(7, "sync daemon port");
    pub(crate) const TTL: Field = Field::new(8, "sync daemon time to live");
}

/// Counters (`IPVS_STATS_ATTR_*`).
pub(crate) mod stats {
    use super::Field;
    pub(crate) const COUNT: usize = 11;
    pub(crate) const CONNECTIONS: Field = Field::new(1, "connection counter");
    pub(crate) const PACKETS_IN: Field = Field::new(2, "counter of packets in");
    pub(crate) const PACKETS_OUT: Field = Field::new(3, "counter of packets out");
    pub(crate) const BYTES_IN: Field = Field::new(4, "counter of bytes in");
    pub(crate) const BYTES_OUT: Field = Field::new(5, "counter of bytes out");
    pub(crate) const CONNECTION_RATE: Field = Field::new(6, "connection rate");
    pub(crate) const PACKET_RATE_IN: Field = Field::new(7, "rate of packets in");
    pub(crate) const PACKET_RATE_OUT: Field = Field::new(8, "rate of packets out");
    pub(crate) const BYTE_RATE_IN: Field = Field::new(9, "rate of bytes in");
    pub(crate) const BYTE_RATE_OUT: Field = Field::new(10, "rate of bytes out");
}

/// Version and size (`IPVS_INFO_ATTR_*`).
pub(crate) mod info {
    use super::Field;
    pub(crate) const COUNT: usize = 3;
    pub(crate) const VERSION: Field = Field::new(1, "IPVS version");
    pub(crate) const TABLE_SIZE: Field = Field::new(2, "connection table size");
}

/// Of a generic netlink family (`CTRL_ATTR_*` in `linux/genetlink.h`).
pub(crate) mod family {
    use super::Field;
    pub(crate) const COUNT: usize = 3;
    pub(crate) const ID: Field = Field::new(1, "family number");
    pub(crate) const NAME: Field = Field::new(2, "family name");
}

/// Of an error (`NLMSGERR_ATTR_*` in `linux/netlink.h`).
pub(crate) mod refusal {
    use super::Field;
    pub(crate) const COUNT: usize = 2;
    pub(crate) const TEXT: Field = Field::new(1, "error text");
}
