//! Names and numbers that identify things, checked when they are made; no raw `u8` identifier beyond this file.
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::net::IpAddr;

/// Why an identifier was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// The number or length is outside `min..=max`.
    Range {
        /// Smallest legal value.
        min: u32,
        /// Largest legal value.
        max: u32,
    },
    /// A character that cannot stand in such a name.
    Character(char),
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { min, max } => write!(f, "must be {min} to {max}"),
            Self::Character(c) => write!(f, "must not contain {c:?}"),
        }
    }
}

impl core::error::Error for IdError {}

/// Virtual router identifier, 1 to 255 (RFC 9568 section 5.2.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vrid(u8);

impl Vrid {
    /// Checks the range.
    ///
    /// # Errors
    /// When the number is 0 or above 255.
    pub fn new(number: u32) -> Result<Self, IdError> {
        match u8::try_from(number) {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(IdError::Range { min: 1, max: 255 }),
        }
    }

    /// The number as it stands on the wire.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Vrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Vrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Election priority, 1 to 255; 255 is the address owner (RFC 9568 section 5.2.4). Zero, "I am leaving", is a field on
/// the wire but never the priority of a router.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// The address owner.
    pub const OWNER: Self = Self(255);
    /// The protocol's default.
    pub const DEFAULT: Self = Self(100);
    /// The lowest priority that may still become master.
    pub const MIN: Self = Self(1);
    /// The highest priority that trackers can reach.
    pub const MAX_NOT_OWNER: Self = Self(254);

    /// Checks the range.
    ///
    /// # Errors
    /// When the number is 0 or above 255.
    pub fn new(number: u32) -> Result<Self, IdError> {
        match u8::try_from(number) {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(IdError::Range { min: 1, max: 255 }),
        }
    }

    /// The number as it stands on the wire.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether this is the address owner's priority.
    #[must_use]
    pub const fn is_owner(self) -> bool {
        self.0 == 255
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Name of a network interface, 1 to 15 bytes without blanks or slashes (`IFNAMSIZ` less the final zero).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceName(Arc<str>);

impl InterfaceName {
    /// Checks length and characters as the kernel does.
    ///
    /// # Errors
    /// When the name is empty, longer than 15 bytes, or holds a blank, a slash or a colon.
    pub fn new(name: &str) -> Result<Self, IdError> {
        if name.is_empty() || name.len() > 15 {
            return Err(IdError::Range { min: 1, max: 15 });
        }
        match name.chars().find(|c| c.is_whitespace() || matches!(c, '/' | ':' | '\0')) {
            Some(c) => Err(IdError::Character(c)),
            None => Ok(Self(Arc::from(name))),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that the operator chose (instance, group, script); cheap to clone, compared exactly.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Any text is a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(Arc::from(name))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// The longest prefix: 32 or 128 bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// An address with a prefix length; host bits may be set, as they are in an interface address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

impl Prefix {
    /// Checks the length against the family.
    ///
    /// # Errors
    /// When the length exceeds 32 (IPv4) or 128 (IPv6).
    pub fn new(address: IpAddr, length: u8) -> Result<Self, IdError> {
        let max = Family::of(address).bits();
        if length > max {
            return Err(IdError::Range { min: 0, max: u32::from(max) });
        }
        Ok(Self { address, length })
    }

    /// The address alone: /32 or /128.
    #[must_use]
    pub const fn host(address: IpAddr) -> Self {
        Self { address, length: Family::of(address).bits() }
    }

    /// The address, host bits included.
    #[must_use]
    pub const fn address(self) -> IpAddr {
        self.address
    }

    /// The prefix length in bits.
    #[must_use]
    pub const fn length(self) -> u8 {
        self.length
    }

    /// The family of the address.
    #[must_use]
    pub const fn family(self) -> Family {
        Family::of(self.address)
    }

    /// The same with host bits off.
    #[must_use]
    pub fn network(self) -> Self {
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(u32::from(32_u8.saturating_sub(self.length))).unwrap_or(0);
                IpAddr::V4((address.to_bits() & mask).into())
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(u32::from(128_u8.saturating_sub(self.length))).unwrap_or(0);
                IpAddr::V6((address.to_bits() & mask).into())
            }
        };
        Self { address, length: self.length }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked() {
        assert!(Vrid::new(0).is_err() && Vrid::new(256).is_err());
        assert_eq!(Vrid::new(255).map(Vrid::get), Ok(255));
        assert!(Priority::new(0).is_err() && Priority::new(256).is_err());
        assert!(Priority::OWNER.is_owner() && !Priority::MAX_NOT_OWNER.is_owner());
    }

    #[test]
    fn interface_names_are_what_the_kernel_takes() {
        for bad in ["", "sixteen-bytes-xx", "a b", "a/b", "a:1"] {
            assert!(InterfaceName::new(bad).is_err(), "{bad}");
        }
        assert!(InterfaceName::new("enp0s31f6.4094x").is_ok());
    }

    #[test]
    fn prefix_length_is_checked_by_family() {
        assert!(Prefix::new(IpAddr::from([10, 0, 0, 1]), 33).is_err());
        assert!(Prefix::new(IpAddr::from([0u16; 8]), 128).is_ok());
        assert_eq!(Prefix::host(IpAddr::from([10, 0, 0, 1])).length(), 32);
    }

    #[test]
    fn a_network_has_no_host_bits() {
        for (length, expected) in [(32, [10, 9, 8, 7]), (24, [10, 9, 8, 0]), (9, [10, 0, 0, 0]), (0, [0; 4])] {
            let prefix = Prefix::new(IpAddr::from([10, 9, 8, 7]), length).expect("a length");
            assert_eq!(prefix.network().address(), IpAddr::from(expected), "{length}");
        }
        let all = Prefix::new(IpAddr::from([0xffff_u16; 8]), 20).expect("a length");
        assert_eq!(all.network().address(), IpAddr::from([0xffff, 0xf000, 0, 0, 0, 0, 0, 0]));
    }
}
