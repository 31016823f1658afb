//! Netlink messages of nf_tables as bytes (linux/netlink.h, linux/netfilter/nfnetlink.h): pure.
use model::Family;

/// Bytes of `nlmsghdr`.
const HEADER: usize = 16;
/// Bytes of `nfgenmsg`.
const GENERIC: usize = 4;
/// Bit of an attribute that holds attributes.
const NESTED: u16 = 1 << 15;
/// Attributes of `nft_list_attributes`.
pub(super) const LIST_ELEMENT: u16 = 1;

/// A list of attributes. Numbers in nf_tables have network byte order.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes(Vec<u8>);

impl Attributes {
    /// Appends bytes, padded to four.
    pub(super) fn bytes(mut self, kind: u16, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len().saturating_add(4)).unwrap_or(u16::MAX);
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// Appends text with its final zero.
    pub(super) fn text(self, kind: u16, text: &str) -> Self {
        self.bytes(kind, &[text.as_bytes(), &[0]].concat())
    }

    /// Appends a number.
    pub(super) fn number(self, kind: u16, number: u32) -> Self {
        self.bytes(kind, &number.to_be_bytes())
    }

    /// Appends attributes of their own.
    pub(super) fn nest(self, kind: u16, inside: &Self) -> Self {
        self.bytes(kind | NESTED, &inside.0)
    }

    /// How many bytes they take.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Subsystem and kind.
    pub(super) kind: u16,
    /// `NLM_F_*` beside `NLM_F_REQUEST`.
    pub(super) flags: u16,
    /// Family, as `NFPROTO_*`.
    pub(super) family: u8,
    /// `res_id`, meaningful in the messages around a batch.
    pub(super) resource: u16,
    /// What it says.
    pub(super) attributes: Attributes,
}

impl Message {
    /// A message of nf_tables about a family.
    pub(super) fn new(kind: libc::c_int, flags: libc::c_int, family: Family, attributes: Attributes) -> Self {
        let kind = u16::try_from((libc::NFNL_SUBSYS_NFTABLES << 8) | kind).unwrap_or_default();
        Self {
            kind,
            flags: u16::try_from(flags).unwrap_or_default(),
            family: protocol(family),
            resource: 0,
            attributes,
        }
    }

    /// One of the two around a batch.
    pub(super) fn around(kind: libc::c_int) -> Self {
        Self {
            kind: u16::try_from(kind).unwrap_or_default(),
            flags: 0,
            family: 0,
            resource: u16::try_from(libc::NFNL_SUBSYS_NFTABLES).unwrap_or_default(),
            attributes: Attributes::default(),
        }
    }

    /// Appends it to a datagram.
    pub(super) fn write(&self, sequence: u32, out: &mut Vec<u8>) {
        let length = u32::try_from(HEADER.saturating_add(GENERIC).saturating_add(self.attributes.len()));
        let request = u16::try_from(libc::NLM_F_REQUEST).unwrap_or_default();
        out.extend(length.unwrap_or(u32::MAX).to_ne_bytes());
        out.extend(self.kind.to_ne_bytes());
        out.extend((self.flags | request).to_ne_bytes());
        out.extend(sequence.to_ne_bytes());
        out.extend([0; 4]);
        out.extend([self.family, 0]);
        out.extend(self.resource.to_be_bytes());
        out.extend(self.attributes.as_bytes());
    }
}

/// A received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Received<'a> {
    /// Subsystem and kind, or one of netlink's own.
    pub(super) kind: u16,
    /// `NLM_F_*`.
    pub(super) flags: u16,
    /// Which request it answers.
    pub(super) sequence: u32,
    /// All behind the netlink header.
    pub(super) payload: &'a [u8],
}

impl Received<'_> {
    /// The error of an `NLMSG_ERROR`, 0 for an acknowledgement, 22 (EINVAL) for one that is cut.
    pub(super) fn error(&self) -> i32 {
        let number = self.payload.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes));
        number.map_or(libc::EINVAL, i32::saturating_abs)
    }
}

/// The messages of a datagram; ends at the first that is cut.
pub(super) fn messages(mut datagram: &[u8]) -> impl Iterator<Item = Received<'_>> {
    std::iter::from_fn(move || {
        let header = datagram.first_chunk::<HEADER>()?;
        let [l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, ..] = *header;
        let length = usize::try_from(u32::from_ne_bytes([l0, l1, l2, l3])).ok()?;
        let payload = datagram.get(HEADER..length)?;
        datagram = datagram.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(Received {
            kind: u16::from_ne_bytes([k0, k1]),
            flags: u16::from_ne_bytes([f0, f1]),
            sequence: u32::from_ne_bytes([s0, s1, s2, s3]),
            payload,
        })
    })
}

/// Attributes, kind and bytes; ends at the first that is cut.
pub(super) fn attributes(mut list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let [l0, l1, k0, k1] = *list.first_chunk::<4>()?;
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        let bytes = list.get(4..length)?;
        list = list.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((u16::from_ne_bytes([k0, k1]) & !NESTED, bytes))
    })
}

/// `NFPROTO_IPV4` and `NFPROTO_IPV6`.
fn protocol(family: Family) -> u8 {
    let number = match family {
        Family::V4 => libc::NFPROTO_IPV4,
        Family::V6 => libc::NFPROTO_IPV6,
    };
    u8::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let inside = Attributes::default().number(3, 0x0102_0304);
        let list = Attributes::default().text(1, "odd").nest(2, &inside).bytes(4, &[9; 5]);
        let message = Message::new(libc::NFT_MSG_NEWTABLE, libc::NLM_F_ACK, Family::V6, list);
        let mut datagram = Vec::new();
        message.write(7, &mut datagram);
        message.write(8, &mut datagram);
        let read: Vec<_> = messages(&datagram).collect();
        assert_eq!(
            read.iter().map(|m| (m.kind, m.flags, m.sequence)).collect::<Vec<_>>(),
            [(0x0a00, 5, 7), (0x0a00, 5, 8)]
        );
        let found: Vec<_> = attributes(&read[1].payload[GENERIC..]).collect();
        assert_eq!(found, [(1, b"odd\0".as_slice()), (2, inside.as_bytes()), (4, &[9; 5])]);
        assert_eq!(attributes(found[1].1).collect::<Vec<_>>(), [(3, [1, 2, 3, 4].as_slice())]);
        for end in 0..datagram.len() {
            assert!(messages(&datagram[..end]).count() < 2, "{end} bytes");
        }
    }

    #[test]
    fn no_answer_makes_the_reader_panic_or_loop() {
        let mut bytes = vec![0xff; 64];
        for at in 0..bytes.len() {
            bytes[at] = u8::try_from(at % 21).expect("small");
            for message in messages(&bytes) {
                assert!(attributes(message.payload).count() <= bytes.len() && message.error() >= 0);
            }
        }
        assert_eq!(messages(&[0; 64]).count(), 0);
        assert_eq!(attributes(&[0; 64]).count(), 0);
    }
}
