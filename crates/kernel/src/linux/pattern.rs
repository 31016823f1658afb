//! Patterns that are looked for in the bodies of health checks: the PCRE2 library with keepalived's option words.
use super::sys;
use model::limits;

/// Steps that one search may take: enough for any honest pattern, and a few milliseconds for one that runs wild.
const STEPS: u32 = 1_000_000;

/// keepalived's word and PCRE2's bit for each option.
pub const OPTIONS: &[(&str, u32)] = &[
    ("allow_empty_class", pcre2_sys::PCRE2_ALLOW_EMPTY_CLASS),
    ("alt_bsux", pcre2_sys::PCRE2_ALT_BSUX),
    ("alt_circumflex", pcre2_sys::PCRE2_ALT_CIRCUMFLEX),
    ("alt_verbnames", pcre2_sys::PCRE2_ALT_VERBNAMES),
    ("auto_callout", pcre2_sys::PCRE2_AUTO_CALLOUT),
    ("caseless", pcre2_sys::PCRE2_CASELESS),
    ("dollar_endonly", pcre2_sys::PCRE2_DOLLAR_ENDONLY),
    ("dotall", pcre2_sys::PCRE2_DOTALL),
    ("dupnames", pcre2_sys::PCRE2_DUPNAMES),
    ("extended", pcre2_sys::PCRE2_EXTENDED),
    ("firstline", pcre2_sys::PCRE2_FIRSTLINE),
    ("match_unset_backref", pcre2_sys::PCRE2_MATCH_UNSET_BACKREF),
    ("multiline", pcre2_sys::PCRE2_MULTILINE),
    ("never_backslash_c", pcre2_sys::PCRE2_NEVER_BACKSLASH_C),
    ("never_ucp", pcre2_sys::PCRE2_NEVER_UCP),
    ("never_utf", pcre2_sys::PCRE2_NEVER_UTF),
    ("no_auto_capture", pcre2_sys::PCRE2_NO_AUTO_CAPTURE),
    ("no_auto_possess", pcre2_sys::PCRE2_NO_AUTO_POSSESS),
    ("no_dotstar_anchor", pcre2_sys::PCRE2_NO_DOTSTAR_ANCHOR),
    ("no_start_optimize", pcre2_sys::PCRE2_NO_START_OPTIMIZE),
    ("ucp", pcre2_sys::PCRE2_UCP),
    ("ungreedy", pcre2_sys::PCRE2_UNGREEDY),
    ("use_offset_limit", pcre2_sys::PCRE2_USE_OFFSET_LIMIT),
    ("utf", pcre2_sys::PCRE2_UTF),
];

/// A pattern, ready to be looked for.
#[derive(Debug)]
pub struct Pattern {
    code: sys::Pattern,
    first: usize,
    last: Option<usize>,
    /// Kibibytes.
    memory: u32,
}

impl Pattern {
    /// Compiles a pattern. A match may begin from `first` on, and at `last` at the latest, in bytes. Option words that are
    /// not known mean nothing.
    ///
    /// # Errors
    /// What is wrong with the pattern, and where.
    pub fn new(pattern: &str, options: &[String], first: u64, last: Option<u64>) -> Result<Self, String> {
        let bits = options.iter().filter_map(|word| OPTIONS.iter().find(|(name, _)| name == word));
        let limit = if last.is_some() { pcre2_sys::PCRE2_USE_OFFSET_LIMIT } else { 0 };
        let bits = bits.fold(limit, |all, (_, bit)| all | bit);
        let code = sys::Pattern::compile(pattern.as_bytes(), bits)
            .map_err(|(error, at)| format!("{} at position {at}", sys::pattern_error(error)))?;
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let memory = kibibytes(limits::REGEX_BYTES);
        Ok(Self { code, first: size(first), last: last.map(size), memory })
    }

    /// Lets a search take this many bytes, where that is more than it may take anyway (`limits::REGEX_BYTES`).
    #[must_use]
    pub fn with_memory(self, bytes: u64) -> Self {
        Self { memory: self.memory.max(kibibytes(bytes)), ..self }
    }

    /// Whether it is in these bytes.
    ///
    /// # Errors
    /// Why it cannot be looked for: too many steps, bytes that are no UTF-8 where that was demanded.
    pub fn is_in(&self, text: &[u8]) -> Result<bool, String> {
        if self.first > text.len() {
            return Ok(false);
        }
        self.code.finds(text, self.first, self.last, (STEPS, self.memory)).map_err(sys::pattern_error)
    }
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes >> 10).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(pattern: &str, options: &str, first: u64, last: Option<u64>, text: &[u8]) -> Result<bool, String> {
        let options: Vec<_> = options.split_whitespace().map(str::to_owned).collect();
        Pattern::new(pattern, &options, first, last)?.is_in(text)
    }

    #[test]
    fn patterns_options_and_offsets() {
        for (pattern, options, first, last, text, found) in [
            ("status: *up", "", 0, None, &b"x\nstatus:  up\n"[..], true),
            ("Status", "", 0, None, b"status", false),
            ("Status", "caseless", 0, None, b"status", true),
            ("^up$", "", 0, None, b"a\nup\nb", false),
            ("^up$", "multiline", 0, None, b"a\nup\nb", true),
            ("u p", "extended unheard_of", 0, None, b"up", true),
            ("up", "", 1, None, b"up", false),
            ("up", "", 1, None, b"upup", true),
            ("up", "", 0, Some(1), b"..up", false),
            ("up", "", 0, Some(2), b"..up", true),
            ("up", "", 99, None, b"up", false),
            ("", "", 0, None, b"", true),
        ] {
            assert_eq!(search(pattern, options, first, last, text), Ok(found), "{pattern} {options} {first} {last:?}");
        }
    }

    #[test]
    fn memory_has_a_limit_that_can_be_raised() {
        let text = vec![b'a'; 900_000];
        let hungry = || Pattern::new("^(?:(a)|b)*$", &[], 0, None).expect("a pattern");
        let small = Pattern { memory: 1_024, ..hungry() };
        assert_eq!(small.is_in(&text), Err("heap limit exceeded".into()));
        assert_eq!(hungry().with_memory(1 << 20).memory, kibibytes(limits::REGEX_BYTES));
        assert_eq!(hungry().with_memory(1 << 30).memory, 1 << 20);
    }

    #[test]
    fn bad_patterns_and_wild_ones_are_told() {
        assert_eq!(search("a(", "", 0, None, b""), Err("missing closing parenthesis at position 2".into()));
        let wild =
            search("^(a+)+$", "no_auto_possess no_start_optimize", 0, None, &[[b'a'; 64].as_slice(), b"!"].concat());
        assert_eq!(wild, Err("match limit exceeded".into()));
        assert!(search("x", "utf", 0, None, b"\xff").is_err());
    }
}
