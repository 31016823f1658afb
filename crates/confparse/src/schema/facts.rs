//! What a row says, in words: read by the manual, the reference and `evenkeel explain`.
use super::{Args, Block, Kind, Missing, Names, OnBad, Repeat, Row, Wired, all, inner, steps, words};

/// One thing to know of a word, with its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// A word or two: `default`.
    pub title: &'static str,
    /// The rest of the line, without a final stop.
    pub text: String,
}

impl Row {
    /// The word with its arguments, as a manual heads the paragraph about it.
    #[must_use]
    pub fn synopsis(&self) -> String {
        let arguments = match self.kind {
            Kind::Value if !self.usage.is_empty() => return format!("{} ({})", self.keyword, self.usage),
            _ => self.arguments(),
        };
        if arguments.is_empty() { self.keyword.to_owned() } else { format!("{} {arguments}", self.keyword) }
    }

    /// What there is to know beside meaning and arguments; only what is not the same for nearly every word.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut add = |title: &'static str, text: String| {
            if !text.is_empty() {
                facts.push(Fact { title, text });
            }
        };
        add("range", self.range());
        add("default", self.default.to_owned());
        add("unit", self.unit_in_full().to_owned());
        add("bad value", self.bad_value());
        add("no argument", self.no_argument().to_owned());
        add("repeated", self.repeated().to_owned());
        add("names", self.other_names());
        add("effect", self.effect().to_owned());
        facts
    }

    /// The range of its number, where the arguments leave its end out for being far away.
    fn range(&self) -> String {
        match self.args {
            Args::Int { min, max } if self.arguments().contains("at least") => format!("{min} to {max}"),
            _ => String::new(),
        }
    }

    /// The unit of its number, spelled out; empty when it has none.
    #[must_use]
    pub const fn unit_in_full(&self) -> &'static str {
        match self.unit.as_bytes() {
            b"s" => "seconds",
            b"ms" => "milliseconds",
            b"us" => "microseconds",
            _ => self.unit,
        }
    }

    /// What a bad argument leads to; empty where nothing can be bad.
    #[must_use]
    pub fn bad_value(&self) -> String {
        if matches!(self.kind, Kind::Value) || matches!(self.args, Args::Ignored | Args::Block | Args::List) {
            return String::new();
        }
        let outcome = match (self.on_bad, self.args) {
            (OnBad::Uses(count), Args::Decimal { places, .. }) => {
                format!("an error, {} is used", steps(u64::try_from(count).unwrap_or(0), places))
            }
            (OnBad::Uses(number), _) => format!("an error, {number} is used"),
            (OnBad::Ignored, Args::Text | Args::MaybeText | Args::Named | Args::NamedList | Args::Own | Args::Head) => {
                return String::new();
            }
            (OnBad::Ignored, _) if self.kind == Kind::Option => "an error, the word is ignored".to_owned(),
            (OnBad::Ignored, _) => "an error, the line is ignored".to_owned(),
        };
        let lenient = matches!(self.args, Args::Int { .. } | Args::MaybeInt { .. }) && !self.strict;
        if lenient { format!("{outcome}; of 12x, 12 is used") } else { outcome }
    }

    /// What an absent argument leads to; empty where none is needed, or whoever reads the line decides.
    #[must_use]
    pub const fn no_argument(&self) -> &'static str {
        match self.missing {
            Missing::Fine => "",
            Missing::Error => "an error, the line is ignored",
            Missing::Fatal => "an error, the line is ignored; keepalived stops reading here",
        }
    }

    /// What a second use leads to; empty where the last one counts, which is the rule.
    #[must_use]
    pub const fn repeated(&self) -> &'static str {
        match self.repeat {
            Repeat::Last => "",
            Repeat::First => "an error, the first one is kept",
            Repeat::Replaces => "an error, the last one counts",
        }
    }

    fn other_names(&self) -> String {
        match self.names {
            Names::One => String::new(),
            Names::Also([name]) => format!("{name} means the same"),
            Names::Also(names) => format!("{} mean the same", names.join(", ")),
            Names::Old { now, counted: true } => format!("an old spelling of {now}; an error under -t"),
            Names::Old { now, counted: false } => format!("an old spelling of {now}"),
        }
    }

    fn effect(&self) -> &'static str {
        match (self.wired, self.ours) {
            (Wired::NotYet, _) => "read and checked, without effect yet",
            (Wired::Yes, true) => "a word of Evenkeel, unknown to keepalived",
            (Wired::Yes, false) => "",
        }
    }
}

impl Block {
    /// The row that opens this block, with the block that it stands in; `None` for the root, and for words behind a pair
    /// of words.
    #[must_use]
    pub fn opener(&self) -> Option<(&'static Block, &'static Row)> {
        all().find(|(outer, row)| outer.path != self.path && inner(outer, row.keyword) == self.path)
    }

    /// The path of the block whose words stand behind a word of this one; `None` when there are none.
    #[must_use]
    pub fn opens(&self, row: &Row) -> Option<String> {
        let path = inner(self, row.keyword);
        (!words(&path).block().tables.is_empty()).then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{all, find};

    fn facts(path: &str, word: &str) -> Vec<String> {
        let row = find(path, word).unwrap();
        row.facts().into_iter().map(|fact| format!("{}: {}", fact.title, fact.text)).collect()
    }

    #[test]
    fn facts_are_told_in_words() {
        assert_eq!(
            facts("vrrp_instance", "priority"),
            [
                "default: 100; 255 when state MASTER is set",
                "bad value: an error, 100 is used; of 12x, 12 is used",
                "no argument: an error, the line is ignored; keepalived stops reading here",
            ]
        );
        assert_eq!(
            facts("vrrp_script", "interval")[1..3],
            ["unit: seconds", "bad value: an error, 1 is used"].map(str::to_owned)
        );
        assert!(facts("virtual_server", "lb_kind").contains(&"names: lvs_method means the same".to_owned()));
        assert_eq!(find("vrrp_instance", "state").unwrap().synopsis(), "state MASTER|BACKUP");
        assert_eq!(find("vrrp_instance/unicast_peer", "<address>").unwrap().synopsis(), "<address> (ADDR)");
    }

    #[test]
    fn no_fact_ends_with_a_stop_or_is_more_than_a_line() {
        for (block, row) in all() {
            for fact in row.facts() {
                let stop = fact.text.ends_with('.') && !fact.text.ends_with("...");
                assert!(!stop && !fact.text.contains('\n'), "{}: {}", block.path, row.keyword);
            }
        }
    }
}
