//! The authentication field of version 2 (RFC 2338 section 5.3.6): which type a packet claims, and whether it is ours.
use model::config::vrrp::Authentication;

/// Bytes of the authentication field that ends every version 2 packet, used or not (RFC 3768 section 5.3.10).
pub const FIELD_BYTES: usize = 8;

/// What is wrong with the authentication of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// A type that no RFC defines.
    UnknownType,
    /// Another type than ours.
    OtherType,
    /// Another password than ours.
    OtherPassword,
    /// An authentication header that was not made with our key.
    Digest,
    /// The sequence number of an authentication header is older than one that was heard.
    Sequence,
}

/// The type on the wire.
#[must_use]
pub const fn type_of(authentication: &Authentication) -> u8 {
    match authentication {
        Authentication::None => 0,
        Authentication::Password(_) => 1,
        Authentication::Header(_) => 2,
    }
}

/// The field on the wire: the password, or zeros.
#[must_use]
pub const fn field_of(authentication: &Authentication) -> [u8; FIELD_BYTES] {
    match authentication {
        Authentication::None | Authentication::Header(_) => [0; FIELD_BYTES],
        Authentication::Password(password) => *password,
    }
}

/// Whether a packet with this type and field passes under our authentication.
///
/// # Errors
/// The first thing that is wrong, in the order type known, type ours, password ours.
pub fn verify(ours: &Authentication, kind: u8, field: [u8; FIELD_BYTES]) -> Result<(), Refusal> {
    // Type 2 is the IP authentication header, which is judged where the packet around this one is known.
    if kind > 2 {
        return Err(Refusal::UnknownType);
    }
    if kind != type_of(ours) {
        return Err(Refusal::OtherType);
    }
    match ours {
        Authentication::None | Authentication::Header(_) => Ok(()),
        Authentication::Password(password) if *password == field => Ok(()),
        Authentication::Password(_) => Err(Refusal::OtherPassword),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_types() {
        let pass = Authentication::Password(*b"secret\0\0");
        for (ours, kind, field, expected) in [
            (&Authentication::None, 0, [0; 8], Ok(())),
            (&Authentication::None, 0, [7; 8], Ok(())),
            (&Authentication::None, 1, [0; 8], Err(Refusal::OtherType)),
            (&Authentication::None, 2, [0; 8], Err(Refusal::OtherType)),
            (&Authentication::None, 3, [0; 8], Err(Refusal::UnknownType)),
            (&pass, 0, *b"secret\0\0", Err(Refusal::OtherType)),
            (&pass, 1, *b"secret\0\0", Ok(())),
            (&pass, 1, *b"secret\0x", Err(Refusal::OtherPassword)),
            (&pass, 2, *b"secret\0\0", Err(Refusal::OtherType)),
            (&pass, 255, *b"secret\0\0", Err(Refusal::UnknownType)),
        ] {
            assert_eq!(verify(ours, kind, field), expected, "{ours:?} {kind}");
        }
    }
}
