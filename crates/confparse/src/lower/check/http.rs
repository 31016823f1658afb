//! `HTTP_GET` and `SSL_GET`: their pages, and how a good page looks.
use super::{General, HttpDraft, path};
use crate::command::{self, CommandError};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lower::arguments::diagnose;
use crate::lower::item::{Item, Value};
use crate::lower::reader::Reader;
use crate::span::Origin;
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::check::{HttpVersion, Regex, Tls, Url};

/// Reads an `HTTP_GET` block; `None` when it has no page to fetch, which is reported.
pub(super) fn http(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General) -> Option<HttpDraft> {
    pages(reader, item, general, &mut |_| {})
}

/// Reads an `SSL_GET` block; `None` when it has no page to fetch, which is reported.
pub(super) fn ssl(reader: &mut Reader<'_>, item: &Item<'_>, general: &mut General) -> Option<(HttpDraft, Tls)> {
    let mut tls = Tls::default();
    let http = pages(reader, item, general, &mut |item| match item.row.keyword {
        "enable_sni" => tls.sni = item.on(),
        "tls_compliant" => tls.close_notify = item.on(),
        "verify" => tls.verify = item.on(),
        _ => {}
    })?;
    Some((http, tls))
}

/// Reads the block of either; what is not about pages goes to `other`.
fn pages(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    general: &mut General,
    other: &mut dyn FnMut(&Item<'_>),
) -> Option<HttpDraft> {
    let mut draft = HttpDraft::default();
    let block = path(item);
    reader.block(&block, item.body, &mut |reader, item| {
        let Some(item) = general.keyword(reader, item) else { return };
        match item.row.keyword {
            "virtualhost" => draft.virtual_host = item.text().map(|word| word.text().to_owned()),
            "http_protocol" => {
                draft.version = match item.word() {
                    Some("1.1") => HttpVersion::V1_1,
                    Some("1.0C" | "1.0c") => HttpVersion::V1_0Close,
                    _ => HttpVersion::V1_0,
                };
            }
            "fast_recovery" => draft.fast_recovery = item.on(),
            "url" => draft.urls.extend(url(reader, &format!("{block}/url"), &item)),
            _ => other(&item),
        }
    });
    if draft.urls.is_empty() {
        let message = format!("{} has no url with a path", item.row.keyword);
        reader.report(
            Diagnostic::new("check-without-url", Severity::Error, message)
                .at(item.origin(), "this check has nothing to fetch")
                .meanwhile("the check is dropped"),
        );
        return None;
    }
    Some(draft)
}

/// What the words about a pattern say, whether or not there is a pattern.
#[derive(Default)]
struct RegexDraft {
    pattern: Option<String>,
    negate: bool,
    options: Vec<String>,
    min_offset: u64,
    max_offset: Option<u64>,
    stack: Option<(u64, u64)>,
    /// The first word that needs a pattern.
    place: Option<(&'static str, Origin)>,
    /// Where the offsets stand.
    offsets: Option<Origin>,
}

fn url(reader: &mut Reader<'_>, block: &str, item: &Item<'_>) -> Option<Url> {
    let mut path = None;
    let mut url = Url { status: Vec::new(), ..Url::plain("") };
    let mut regex = RegexDraft::default();
    reader.block(block, item.body, &mut |reader, item| {
        let text = item.text().map(|word| word.text().to_owned());
        match item.row.keyword {
            "path" => path = text,
            "virtualhost" => url.virtual_host = text,
            "digest" => {
                if let Value::Digest(digest) = item.value {
                    url.digest = Some(digest);
                }
            }
            "status_code" => statuses(reader, &mut url, &item),
            "tls_compliant" => url.close_notify = item.on(),
            "method" => url.method = method(reader, &item).or(url.method.take()),
            "header" => url.headers.extend(header(reader, &item)),
            _ => regex.keyword(reader, &item),
        }
    });
    let Some(path) = path else {
        if item.body.iter().any(|line| line.words.first().is_some_and(|word| word.text() == "path")) {
            return None;
        }
        reader.report(
            Diagnostic::new("url-without-path", Severity::Error, "a url has no path")
                .at(item.origin(), "no path line in this block")
                .meanwhile("the url is dropped"),
        );
        return None;
    };
    url.path = path;
    if url.status.is_empty() {
        url.status.push((200, 299));
    }
    url.regex = regex.finish(reader);
    Some(url)
}

fn statuses(reader: &mut Reader<'_>, url: &mut Url, item: &Item<'_>) {
    for word in item.words() {
        match value::status(word) {
            Ok(range) => url.status.push(range),
            Err(bad) => reader.report(diagnose("a status code", word, &bad, "it is ignored")),
        }
    }
}

/// A character of a token (RFC 9110 section 5.6.2).
const fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '.' | '^' | '_' | '`' | '|' | '~')
}

/// A request method (RFC 9110 section 9.1); `GET` is what holds anyway.
fn method(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let word = item.text()?;
    if !word.text().is_empty() && word.text().chars().all(is_token) {
        return Some(word.text().to_owned());
    }
    reader.report(
        Diagnostic::new("bad-http-method", Severity::Error, "method is one word such as GET, HEAD or OPTIONS")
            .at(word.origin(), format!("this is {}", shown(word.text())))
            .meanwhile("the line is ignored (default: GET)"),
    );
    None
}

/// A header line of a request (RFC 9112 section 5).
fn header(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let word = item.text()?;
    let problem = match word.text().split_once(':') {
        None => "header is Name: value",
        Some((name, _)) if name.is_empty() || !name.chars().all(is_token) => {
            "the name of a header has letters, digits and dashes"
        }
        Some((name, _)) if name.eq_ignore_ascii_case("host") => "the Host header is said with virtualhost",
        Some((_, value)) if value.chars().any(|c| c.is_control() && c != '\t') => {
            "the value of a header has no control characters"
        }
        Some(_) => return Some(word.text().to_owned()),
    };
    reader.report(
        Diagnostic::new("bad-http-header", Severity::Error, problem)
            .at(word.origin(), format!("this is {}", shown(word.text())))
            .meanwhile("the line is ignored")
            .help("write header \"Name: value\""),
    );
    None
}

/// The words of `regex_options` (PCRE2).
const OPTIONS: &[&str] = &[
    "allow_empty_class",
    "alt_bsux",
    "auto_callout",
    "caseless",
    "dollar_endonly",
    "dotall",
    "dupnames",
    "extended",
    "firstline",
    "match_unset_backref",
    "multiline",
    "never_ucp",
    "never_utf",
    "no_auto_capture",
    "no_auto_possess",
    "no_dotstar_anchor",
    "no_start_optimize",
    "ucp",
    "ungreedy",
    "utf",
    "never_backslash_c",
    "alt_circumflex",
    "alt_verbnames",
    "use_offset_limit",
];

impl RegexDraft {
    /// Takes a keyword about the pattern.
    fn keyword(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) {
        match item.row.keyword {
            "regex" => {
                self.pattern = pattern(reader, item).or(self.pattern.take());
                return;
            }
            "regex_no_match" => self.negate = true,
            "regex_options" => self.options(reader, item),
            "regex_min_offset" => {
                self.min_offset = bytes(reader, item, "0 is used").unwrap_or(0);
                self.offsets = Some(item.place());
            }
            "regex_max_offset" => {
                self.max_offset = bytes(reader, item, "the line is ignored");
                self.offsets = Some(item.place());
            }
            "regex_stack" => self.stack = stack(reader, item).or(self.stack),
            _ => return,
        }
        self.place.get_or_insert((item.row.keyword, item.origin()));
    }

    /// Known options, each once; any other is noted, as keepalived passes over it.
    fn options(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) {
        for word in item.words() {
            match value::choice(word, OPTIONS, false) {
                Ok(option) if self.options.iter().any(|known| known == option) => {}
                Ok(option) => self.options.push(option.to_owned()),
                Err(_) => {
                    let message = format!("regex_options does not take {}", shown(word.text()));
                    let mut problem = Diagnostic::new("unknown-word", Severity::Warning, message)
                        .at(word.origin(), "not an option of patterns")
                        .meanwhile("the word is ignored");
                    if let Some(near) = crate::similar::closest(word.text(), OPTIONS.iter().copied()) {
                        problem = problem.help(format!("did you mean {near}?"));
                    }
                    reader.report(problem);
                }
            }
        }
    }

    fn finish(mut self, reader: &mut Reader<'_>) -> Option<Regex> {
        let Some(pattern) = self.pattern else {
            if let Some((keyword, place)) = self.place {
                reader.report(
                    Diagnostic::new("regex-missing", Severity::Warning, format!("{keyword} needs a regex"))
                        .at(place, "no regex in this url")
                        .meanwhile("the line is ignored"),
                );
            }
            return None;
        };
        if let (Some(max), Some(place)) = (self.max_offset, self.offsets)
            && max <= self.min_offset
        {
            reader.report(
                Diagnostic::new("bad-regex-offset", Severity::Warning, "regex_max_offset is above regex_min_offset")
                    .at(place, format!("{} to {max} bytes", self.min_offset))
                    .meanwhile("a match may begin anywhere"),
            );
            (self.min_offset, self.max_offset) = (0, None);
        }
        let Self { negate, options, min_offset, max_offset, stack, .. } = self;
        Some(Regex { pattern, negate, options, min_offset, max_offset, stack })
    }
}

/// The one argument of `regex`, with its escapes resolved.
fn pattern(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let (message, help) = match command::only(item.statement.raw) {
        Ok(pattern) => return Some(pattern),
        Err(CommandError::Unbalanced(quote)) => {
            ("regex has a quote that is not closed", Some(format!("add the closing {quote}")))
        }
        Err(CommandError::Missing | CommandError::Empty) => ("regex has no pattern", None),
        Err(CommandError::Zero) => ("regex has a zero byte in its pattern", None),
        Err(CommandError::TooMany) => {
            ("regex takes one pattern", Some("put a pattern with blanks in double quotes".to_owned()))
        }
    };
    let mut problem = Diagnostic::new("bad-regex", Severity::Error, message)
        .at(item.place(), "this is not a pattern")
        .meanwhile("the line is ignored");
    problem.help = help;
    reader.report(problem);
    None
}

/// One whole number of bytes. Keepalived only logs a bad one.
fn bytes(reader: &mut Reader<'_>, item: &Item<'_>, meanwhile: &str) -> Option<u64> {
    let [word] = item.words() else {
        reader.report(bad_bytes(item, item.place(), "takes one number", meanwhile));
        return None;
    };
    size(reader, item, word, meanwhile)
}

fn size(reader: &mut Reader<'_>, item: &Item<'_>, word: &Word, meanwhile: &str) -> Option<u64> {
    match value::int(word, 0, i64::MAX, item.row.unit, true) {
        Ok(number) => u64::try_from(number).ok(),
        Err(bad) => {
            let problem = diagnose(item.row.keyword, word, &bad, meanwhile);
            reader.report(Diagnostic { severity: Severity::Warning, ..problem });
            None
        }
    }
}

fn bad_bytes(item: &Item<'_>, place: Origin, what: &str, meanwhile: &str) -> Diagnostic {
    Diagnostic::new("bad-regex-offset", Severity::Warning, format!("{} {what}", item.row.keyword))
        .at(place, "this is something else")
        .meanwhile(meanwhile)
}

/// `START MAX`.
fn stack(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<(u64, u64)> {
    const IGNORED: &str = "the line is ignored";
    let [start, max] = item.words() else {
        reader.report(bad_bytes(item, item.place(), "takes a size at first and a size at most", IGNORED));
        return None;
    };
    let sizes = (size(reader, item, start, IGNORED)?, size(reader, item, max, IGNORED)?);
    if sizes.0 > sizes.1 {
        reader.report(bad_bytes(item, start.origin(), "begins with the smaller size", IGNORED));
        return None;
    }
    Some(sizes)
}
