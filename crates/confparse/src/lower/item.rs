//! One statement that was read by its row, and what its arguments came to.
use super::script::Spoken;
use crate::schema::{Args, Row};
use crate::span::Origin;
use crate::tree::{Statement, Word};
use model::config::global::User;
use model::{InterfaceName, Interval};
use std::net::IpAddr;

/// A statement with its row; what is in it has been checked against the row.
pub(crate) struct Item<'t> {
    pub(crate) row: &'static Row,
    pub(crate) statement: &'t Statement<'t>,
    pub(crate) value: Value<'t>,
    /// The statements in its block.
    pub(crate) body: &'t [Statement<'t>],
}

/// What the arguments of a statement came to.
pub(crate) enum Value<'t> {
    /// There are none, or they do not matter.
    Nothing,
    /// A switch; on where the word was left out.
    Switch(bool),
    /// A whole number.
    Number(i64),
    /// A decimal in its smallest steps.
    Steps(u64),
    /// One of the words of the row.
    Word(&'static str),
    /// An MD5 digest.
    Digest([u8; 16]),
    /// An address.
    Address(IpAddr),
    /// An interface.
    Interface(InterfaceName),
    /// A name or other text.
    Text(&'t Word<'t>),
    /// A command.
    Command(Spoken),
    /// A user.
    User(User),
    /// Words by rules of their own; at least one where the row demands it.
    Words(&'t [Word<'t>]),
}

impl<'t> Item<'t> {
    /// The place of the first argument, else of the keyword.
    pub(crate) fn place(&self) -> Origin {
        self.statement.words.get(1).map_or(self.origin(), Word::origin)
    }

    /// The place of the keyword.
    pub(crate) fn origin(&self) -> Origin {
        self.statement.words.first().map_or(self.statement.origin, Word::origin)
    }

    /// The words behind the keyword.
    pub(crate) fn words(&self) -> &'t [Word<'t>] {
        self.statement.words.get(1..).unwrap_or_default()
    }

    /// A switch; on for a keyword that takes none.
    pub(crate) const fn on(&self) -> bool {
        !matches!(self.value, Value::Switch(false))
    }

    /// A whole number.
    pub(crate) const fn number(&self) -> Option<i64> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number that the row keeps between 0 and 4294967295.
    pub(crate) fn unsigned(&self) -> Option<u32> {
        self.number().and_then(|number| u32::try_from(number).ok())
    }

    /// A length of time in seconds, whole or with decimals.
    pub(crate) fn interval(&self) -> Option<Interval> {
        match (&self.value, self.row.args) {
            (Value::Number(number), _) => u64::try_from(*number).ok().map(Interval::from_secs),
            (Value::Steps(steps), Args::Decimal { places, .. }) => {
                let nanos = 10u64.checked_pow(9u32.checked_sub(places)?)?;
                Some(Interval::from_nanos(steps.saturating_mul(nanos)))
            }
            _ => None,
        }
    }

    /// An address.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        match self.value {
            Value::Address(address) => Some(address),
            _ => None,
        }
    }

    /// One of the words of the row.
    pub(crate) const fn word(&self) -> Option<&'static str> {
        match self.value {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// A name or other text.
    pub(crate) const fn text(&self) -> Option<&'t Word<'t>> {
        match self.value {
            Value::Text(word) => Some(word),
            _ => None,
        }
    }

    /// A command.
    pub(crate) fn command(self) -> Option<Spoken> {
        match self.value {
            Value::Command(spoken) => Some(spoken),
            _ => None,
        }
    }

    /// A command of a thing that there may be thousands of, most of them without one.
    pub(crate) fn hook(self) -> Option<Box<Spoken>> {
        self.command().map(Box::new)
    }

    /// An interface.
    pub(crate) fn interface(&self) -> Option<InterfaceName> {
        match &self.value {
            Value::Interface(name) => Some(name.clone()),
            _ => None,
        }
    }
}
