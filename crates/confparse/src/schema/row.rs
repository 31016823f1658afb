//! The row of one word, and the short functions by which the tables say it.

/// What is known of one word of the language.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The word; `<name>` stands for a value without a name of its own.
    pub keyword: &'static str,
    /// Whether it begins a line, stands inside one, or is a bare value.
    pub kind: Kind,
    /// Other words that mean the same, or the word that replaced this one.
    pub names: Names,
    /// What may follow it.
    pub args: Args,
    /// The arguments as a manual writes them, where `args` does not say it all.
    pub usage: &'static str,
    /// What holds when it is absent.
    pub default: &'static str,
    /// Unit of its number.
    pub unit: &'static str,
    /// What it does, without a final stop.
    pub meaning: &'static str,
    /// What an absent argument is.
    pub missing: Missing,
    /// What a bad argument leads to.
    pub on_bad: OnBad,
    /// What a second use leads to.
    pub repeat: Repeat,
    /// Whether the whole number must be digits; otherwise leading digits are used and the rest is reported.
    pub strict: bool,
    /// Whether it has an effect in this program.
    pub wired: Wired,
    /// Whether it is a word of this program alone, which keepalived does not know.
    pub ours: bool,
    /// Whether keepalived has it only to refuse it.
    pub refused: bool,
    /// Whether it leaves a trace in a printed configuration.
    pub printed: bool,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It begins a statement.
    Keyword,
    /// It stands inside a line.
    Option,
    /// A value that no word announces.
    Value,
}

/// Other words for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// There are none.
    One,
    /// These mean the same and have rows of their own.
    Also(&'static [&'static str]),
    /// An old spelling of another word. Keepalived's `-t` counts it as an error when `counted`.
    Old {
        /// The word of today.
        now: &'static str,
        /// Whether `-t` fails on it.
        counted: bool,
    },
}

/// What may follow a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Args {
    /// Nothing; words that follow are not looked at.
    Ignored,
    /// Nothing or a switch: `true on yes false off no`.
    Switch,
    /// A whole number.
    Int {
        /// Smallest legal value.
        min: i64,
        /// Largest legal value.
        max: i64,
    },
    /// Nothing or a whole number.
    MaybeInt {
        /// Smallest legal value.
        min: i64,
        /// Largest legal value.
        max: i64,
    },
    /// A number with decimals; `min` and `max` count its smallest step, 10 to the minus `places`.
    Decimal {
        /// Smallest legal value.
        min: u64,
        /// Largest legal value.
        max: u64,
        /// Decimals that count.
        places: u32,
    },
    /// One of these words, exactly as written.
    Word(&'static [&'static str]),
    /// One of these words in capital or small letters.
    WordNoCase(&'static [&'static str]),
    /// 32 hexadecimal digits.
    Digest,
    /// An IP address.
    Address(Family),
    /// Name of an interface.
    Interface,
    /// One word of any kind.
    Text,
    /// Nothing or one word.
    MaybeText,
    /// A command by the quoting rules of its own, then a user and a group.
    Command,
    /// Such a command, with nothing behind it.
    CommandAlone,
    /// Nothing or such a command.
    MaybeCommand,
    /// A user, then perhaps a group.
    User,
    /// A block of keywords.
    Block,
    /// A name, then a block of keywords.
    Named,
    /// Words of its own, then a block of keywords.
    Head,
    /// A block of lines that begin with no keyword.
    List,
    /// A name, then such a block.
    NamedList,
    /// Words by rules of its own, told in `usage`.
    Own,
}

/// Which addresses are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4 or IPv6.
    Any,
    /// A multicast group of either family.
    Multicast,
    /// An IPv4 multicast group.
    Multicast4,
    /// An IPv6 multicast group.
    Multicast6,
}

/// What an absent argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Fine, or decided by whoever reads the line.
    Fine,
    /// An error; the line is ignored.
    Error,
    /// Keepalived ends with status 2 at once.
    Fatal,
}

/// What a bad argument leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBad {
    /// The line is ignored.
    Ignored,
    /// This value is used: a whole number, or steps of a decimal.
    Uses(i64),
}

/// What a second use in one block leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The last one counts, silently.
    Last,
    /// The first one is kept; the second is an error.
    First,
    /// The last one counts, and it is an error.
    Replaces,
}

/// Whether a word has an effect in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wired {
    /// It has.
    Yes,
    /// It is read and checked, and has none yet.
    NotYet,
}

/// A row whose word begins a statement.
#[must_use]
pub const fn key(keyword: &'static str, args: Args) -> Row {
    Row {
        keyword,
        kind: Kind::Keyword,
        names: Names::One,
        args,
        usage: "",
        default: "",
        unit: "",
        meaning: "",
        missing: Missing::Fine,
        on_bad: OnBad::Ignored,
        repeat: Repeat::Last,
        strict: false,
        wired: Wired::NotYet,
        ours: false,
        refused: false,
        printed: true,
    }
}

/// A row whose word stands inside a line.
#[must_use]
pub const fn option(keyword: &'static str, args: Args) -> Row {
    let mut row = key(keyword, args);
    row.kind = Kind::Option;
    row
}

/// A row of a bare value.
#[must_use]
pub const fn value(keyword: &'static str, args: Args) -> Row {
    let mut row = key(keyword, args);
    row.kind = Kind::Value;
    row
}

impl Row {
    pub(super) const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
    pub(super) const fn error(mut self) -> Self {
        self.missing = Missing::Error;
        self
    }
    pub(super) const fn fatal(mut self) -> Self {
        self.missing = Missing::Fatal;
        self
    }
    pub(super) const fn first(mut self) -> Self {
        self.repeat = Repeat::First;
        self
    }
    pub(super) const fn replaces(mut self) -> Self {
        self.repeat = Repeat::Replaces;
        self
    }
    pub(super) const fn uses(mut self, value: i64) -> Self {
        self.on_bad = OnBad::Uses(value);
        self
    }
    pub(super) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.names = Names::Also(names);
        self
    }
    pub(super) const fn old(mut self, now: &'static str) -> Self {
        self.names = Names::Old { now, counted: true };
        self
    }
    pub(super) const fn renamed(mut self, now: &'static str) -> Self {
        self.names = Names::Old { now, counted: false };
        self
    }
    pub(super) const fn usage(mut self, usage: &'static str) -> Self {
        self.usage = usage;
        self
    }
    pub(super) const fn by(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }
    pub(super) const fn of(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }
    pub(super) const fn means(mut self, meaning: &'static str) -> Self {
        self.meaning = meaning;
        self
    }
    pub(super) const fn refused(mut self) -> Self {
        self.refused = true;
        self
    }
    pub(super) const fn unprinted(mut self) -> Self {
        self.printed = false;
        self
    }
    pub(super) const fn wired(mut self) -> Self {
        self.wired = Wired::Yes;
        self
    }
    pub(super) const fn ours(mut self) -> Self {
        self.ours = true;
        self
    }

    /// Whether it has a block behind it.
    #[must_use]
    pub const fn has_block(&self) -> bool {
        matches!(self.args, Args::Block | Args::Named | Args::Head | Args::List | Args::NamedList)
    }

    /// The arguments as a manual writes them; empty when there are none.
    #[must_use]
    pub fn arguments(&self) -> String {
        if !self.usage.is_empty() {
            return self.usage.to_owned();
        }
        match self.args {
            Args::Ignored | Args::Own => String::new(),
            Args::Switch => "[on|off]".to_owned(),
            Args::Int { min, max } if max >= i64::from(i32::MAX) => format!("NUMBER (at least {min})"),
            Args::Int { min, max } => format!("NUMBER ({min} to {max})"),
            Args::MaybeInt { min, max } => format!("[NUMBER ({min} to {max})]"),
            Args::Decimal { min, max, places } => {
                format!("NUMBER ({} to {})", steps(min, places), steps(max, places))
            }
            Args::Word(words) | Args::WordNoCase(words) => words.join("|"),
            Args::Address(Family::Any) => "ADDRESS".to_owned(),
            Args::Address(_) => "GROUP".to_owned(),
            Args::Digest => "DIGEST".to_owned(),
            Args::Interface => "INTERFACE".to_owned(),
            Args::Text => "TEXT".to_owned(),
            Args::MaybeText => "[TEXT]".to_owned(),
            Args::CommandAlone => "COMMAND".to_owned(),
            Args::Command => "COMMAND [USER [GROUP]]".to_owned(),
            Args::MaybeCommand => "[COMMAND [USER [GROUP]]]".to_owned(),
            Args::User => "USER [GROUP]".to_owned(),
            Args::Block | Args::List => "{ ... }".to_owned(),
            Args::Named | Args::NamedList => "NAME { ... }".to_owned(),
            Args::Head => "... { ... }".to_owned(),
        }
    }
}

/// A number of steps of 10 to the minus `places`, with the decimals it needs.
#[must_use]
pub fn steps(count: u64, places: u32) -> String {
    let scale = 10u64.saturating_pow(places).max(1);
    let (whole, rest) = (count / scale, count % scale);
    if rest == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{rest:0width$}", width = places as usize);
    text.trim_end_matches('0').to_owned()
}

/// A table of rows, one line each.
macro_rules! rows {
    ($(#[$doc:meta])* $name:ident: $($row:expr;)*) => {
        $(#[$doc])*
        pub static $name: &[$crate::schema::Row] = &[$($row),*];
    };
}
