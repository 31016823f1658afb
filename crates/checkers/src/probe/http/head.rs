//! The head of an HTTP response: collected within limits, then read by httparse; status and body framing come out.
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str;
use httparse::{Header, ParserConfig, Response, Status};
use model::limits::{HTTP_HEAD_BYTES, HTTP_HEADERS};

/// How much of an answer is looked at to tell HTTP from something else, and shown if it is something else.
const FIRST_LINE: usize = 64;

/// What a response head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Status code.
    pub status: u16,
    /// How the body ends.
    pub framing: Framing,
}

/// How a body ends (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// After this many bytes.
    Length(u64),
    /// With the chunked coding's own end.
    Chunked,
    /// With the connection.
    Close,
}

/// Why an answer is not a response; reads on after the name of the page.
pub type Problem = String;

/// Collects the bytes of one response head, interim responses included.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    bytes: Vec<u8>,
    /// Bytes of interim responses and blank lines that were let go.
    skipped: usize,
}

impl Collector {
    /// Bytes kept.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes that came, kept or not.
    #[must_use]
    pub fn received(&self) -> usize {
        self.bytes.len() + self.skipped
    }

    /// Takes bytes. Once the head is complete, gives it and how many bytes of `input` belong to it. An interim response
    /// (1xx) that `accepts` does not take is passed over (RFC 9110 section 15.2).
    ///
    /// # Errors
    /// When the bytes are not HTTP, malformed, or more than a head may have.
    pub fn feed(&mut self, input: &[u8], accepts: impl Fn(u16) -> bool) -> Result<Option<(Head, usize)>, Problem> {
        let mut used = 0;
        while let Some((&byte, rest)) = input.get(used..).and_then(<[u8]>::split_first) {
            // A head ends with an empty line, so only line ends are worth a look; all else is taken as a run.
            let run = if byte == b'\n' { 1 } else { rest.iter().take_while(|b| **b != b'\n').count() + 1 };
            let room = HTTP_HEAD_BYTES.saturating_sub(self.received());
            let run = run.min(room);
            self.bytes.extend_from_slice(input.get(used..used + run).unwrap_or_default());
            used += run;
            if byte == b'\n' && run == 1 && self.line_ended()? {
                let head = parse(&self.bytes)?;
                if !(100..200).contains(&head.status) || head.status == 101 || accepts(head.status) {
                    return Ok(Some((head, used)));
                }
                self.let_go();
            }
            if self.received() >= HTTP_HEAD_BYTES {
                return Err(format!("has a head of more than {HTTP_HEAD_BYTES} bytes"));
            }
        }
        self.recognise()?;
        Ok(None)
    }

    /// Whether the line that just ended was the empty one after a head. Blank lines before a head are let go.
    fn line_ended(&mut self) -> Result<bool, Problem> {
        if self.bytes.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            self.let_go();
            return Ok(false);
        }
        self.recognise()?;
        Ok(self.bytes.ends_with(b"\n\n") || self.bytes.ends_with(b"\n\r\n"))
    }

    fn let_go(&mut self) {
        self.skipped += self.bytes.len();
        self.bytes.clear();
    }

    /// Says early that this is no HTTP, as soon as there is a line, or enough of one, to show.
    fn recognise(&self) -> Result<(), Problem> {
        let start = self.bytes.get(..FIRST_LINE).unwrap_or(&self.bytes);
        let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        let whole = line.len() < start.len() || self.bytes.len() >= FIRST_LINE;
        // What may still become a blank line is let go at its end, however long it is.
        let blank = self.bytes.iter().all(|b| *b == b'\r');
        if !whole || blank || line.starts_with(b"HTTP/") {
            return Ok(());
        }
        Err(format!("is not HTTP: {:?}", String::from_utf8_lossy(line.trim_ascii_end())))
    }
}

fn parse(bytes: &[u8]) -> Result<Head, Problem> {
    let mut headers = [httparse::EMPTY_HEADER; HTTP_HEADERS];
    let mut response = Response::new(&mut headers);
    // What other checkers let pass must not take a server down here.
    let parsed = ParserConfig::default()
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .parse_response(&mut response, bytes);
    match parsed {
        Ok(Status::Complete(_)) => {}
        Ok(Status::Partial) => return Err("has a malformed head".to_string()),
        Err(httparse::Error::TooManyHeaders) => return Err(format!("has more than {HTTP_HEADERS} headers")),
        Err(error) => return Err(format!("has a malformed head: {error}")),
    }
    let status = response.code.ok_or_else(|| "has no status".to_string())?;
    let framing = framing(status, response.version == Some(1), response.headers)?;
    Ok(Head { status, framing })
}

/// RFC 9112 section 6.3, for an answer to GET.
fn framing(status: u16, one_dot_one: bool, headers: &[Header<'_>]) -> Result<Framing, Problem> {
    if matches!(status, 100..200 | 204 | 304) {
        return Ok(Framing::Length(0));
    }
    let named = |name: &'static str| headers.iter().filter(move |h| h.name.eq_ignore_ascii_case(name));
    if one_dot_one && let Some(coding) = named("transfer-encoding").next_back() {
        let last = coding.value.rsplit(|b| *b == b',').next().unwrap_or_default();
        return Ok(if last.trim_ascii().eq_ignore_ascii_case(b"chunked") { Framing::Chunked } else { Framing::Close });
    }
    let mut length = None;
    for header in named("content-length") {
        let value = str::from_utf8(header.value).ok().and_then(|v| v.trim().parse::<u64>().ok());
        match (value, length) {
            (Some(value), None) => length = Some(value),
            (Some(value), Some(known)) if value == known => {}
            _ => return Err("has a malformed Content-Length".to_string()),
        }
    }
    Ok(length.map_or(Framing::Close, Framing::Length))
}

#[cfg(test)]
mod tests;
