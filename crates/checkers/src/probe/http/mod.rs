//! `HTTP_GET`: asks for pages, one connection each, and looks at status and digest.
pub mod body;
pub mod chunked;
pub mod head;

use super::{Event, Step, fail};
use crate::fact::Verdict;
use alloc::format;
use alloc::string::{String, ToString};
use body::{Body, hex};
use core::net::SocketAddr;
use head::{Collector, Head, Problem};
use model::Interval;
use model::config::server::{Connect, Http as Check, HttpVersion, Url};

/// The conversation of an `HTTP_GET`.
#[derive(Clone, Debug)]
pub struct Http {
    check: Check,
    place: SocketAddr,
    timeout: Interval,
    /// Index of the page being asked for.
    page: usize,
    /// Pages to ask for, this one included.
    left: usize,
    /// Pages to ask for in all.
    count: usize,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Connecting,
    Head(Collector),
    Body { status: u16, body: Body },
    Searching { status: u16, size: u64 },
}

impl Http {
    /// A conversation that has not begun, about `count` pages from index `first` on; indexes wrap around.
    #[must_use]
    pub fn new(connect: &Connect, check: Check, first: usize, count: usize) -> Self {
        let page = first.checked_rem(check.urls.len()).unwrap_or(0);
        let place = SocketAddr::new(connect.address, connect.port);
        Self { check, place, timeout: connect.timeout, page, left: count, count, state: State::Connecting }
    }

    /// Bytes of the peer that are kept.
    #[must_use]
    pub fn kept(&self) -> usize {
        match &self.state {
            State::Head(collector) => collector.kept(),
            State::Body { body, .. } => body.kept(),
            State::Connecting | State::Searching { .. } => 0,
        }
    }

    /// The host of the page being asked for.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.check.urls.get(self.page)?.virtual_host.as_deref()
    }

    /// Takes what happened and says what to do.
    pub fn step(&mut self, event: Event<'_>) -> Step {
        match event {
            Event::Connected => self.ask(),
            Event::Received(bytes) => self.received(bytes).unwrap_or_else(|problem| self.refuse(&problem)),
            Event::Searched(found) => self.searched(found),
            Event::Closed => self.closed(),
            Event::TimedOut => self.timed_out(),
            Event::Failed(problem) => self.failed(problem),
        }
    }

    fn ask(&mut self) -> Step {
        let Some(url) = self.check.urls.get(self.page) else {
            return fail("no page to ask for".to_string());
        };
        let request = request(self.check.version, url, self.place);
        self.state = State::Head(Collector::default());
        Step::Send(request.into_bytes())
    }

    fn received(&mut self, bytes: &[u8]) -> Result<Step, Problem> {
        match &mut self.state {
            State::Connecting | State::Searching { .. } => Ok(Step::Wait),
            State::Head(collector) => {
                let url = self.check.urls.get(self.page);
                match collector.feed(bytes, |status| url.is_some_and(|url| accepts(url, status)))? {
                    None => Ok(Step::Wait),
                    Some((head, used)) => self.head(head, bytes.get(used..).unwrap_or_default()),
                }
            }
            State::Body { status, body } => {
                let status = *status;
                if body.feed(bytes)? { Ok(self.body_complete(status)) } else { Ok(Step::Wait) }
            }
        }
    }

    fn head(&mut self, head: Head, rest: &[u8]) -> Result<Step, Problem> {
        let status = head.status;
        let Some(url) = self.check.urls.get(self.page).filter(|url| accepts(url, status)) else {
            return Ok(self.wrong_status(status));
        };
        if url.digest.is_none() && url.regex.is_none() {
            return Ok(self.page_passed(format!("status {status} from {}", url.path)));
        }
        let mut body = Body::new(head.framing, url.regex.is_some())?;
        let complete = body.feed(rest)?;
        self.state = State::Body { status, body };
        if complete { Ok(self.body_complete(status)) } else { Ok(Step::Wait) }
    }

    fn body_complete(&mut self, status: u16) -> Step {
        let State::Body { body, .. } = core::mem::replace(&mut self.state, State::Connecting) else {
            return Step::Wait;
        };
        let size = body.received();
        let (found, text) = body.finish();
        match self.check.urls.get(self.page) {
            Some(Url { path, digest: Some(expected), .. }) if found != *expected => {
                fail(format!("digest of {path} is {}, expected {}", hex(&found), hex(expected)))
            }
            Some(Url { regex: Some(regex), .. }) => {
                let regex = regex.clone();
                self.state = State::Searching { status, size };
                Step::Search(regex, text)
            }
            _ => self.page_passed(format!("status {status} and digest from {}", self.path())),
        }
    }

    fn searched(&mut self, found: Result<bool, &str>) -> Step {
        let State::Searching { status, size } = self.state else { return Step::Wait };
        let Some(regex) = self.check.urls.get(self.page).and_then(|url| url.regex.as_ref()) else {
            return Step::Wait;
        };
        let pattern = &regex.pattern;
        match found {
            Err(problem) => fail(format!("pattern {pattern:?} for {}: {problem}", self.path())),
            Ok(found) if found != regex.negate => {
                self.page_passed(format!("status {status} and the right body from {}", self.path()))
            }
            Ok(true) => fail(format!("body of {} contains {pattern:?}", self.path())),
            Ok(false) => fail(format!("body of {}, {size} bytes, does not contain {pattern:?}", self.path())),
        }
    }

    fn page_passed(&mut self, text: String) -> Step {
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            self.page = (self.page + 1).checked_rem(self.check.urls.len()).unwrap_or(0);
            self.state = State::Connecting;
            return Step::Connect;
        }
        let text = if self.count > 1 { format!("{text}, the last of {} pages", self.count) } else { text };
        Step::Done(Verdict::Pass(text))
    }

    fn closed(&mut self) -> Step {
        match &self.state {
            // All that matters has come already.
            State::Searching { .. } => Step::Wait,
            State::Connecting => fail(format!("connection closed before {}", self.asked())),
            State::Head(collector) => match collector.received() {
                0 => fail(format!("connection closed without an answer to {}", self.asked())),
                bytes => fail(format!("connection closed within the head of {}, after {bytes} bytes", self.path())),
            },
            State::Body { status, body } => {
                let status = *status;
                match body.close() {
                    Ok(()) => self.body_complete(status),
                    Err(problem) => self.refuse(&problem),
                }
            }
        }
    }

    fn timed_out(&self) -> Step {
        let (path, timeout) = (self.path(), self.timeout);
        fail(match &self.state {
            State::Connecting | State::Searching { .. } => format!("no connection within {timeout}"),
            State::Head(collector) => match collector.received() {
                0 => format!("no answer to {} within {timeout}", self.asked()),
                bytes => format!("silence of {timeout} within the head of {path}, after {bytes} bytes"),
            },
            State::Body { body, .. } => {
                format!("silence of {timeout} within the body of {path}, after {} bytes", body.received())
            }
        })
    }

    fn failed(&self, problem: &str) -> Step {
        fail(match &self.state {
            State::Connecting => problem.to_string(),
            State::Head(_) | State::Body { .. } | State::Searching { .. } => {
                format!("{problem} during {}", self.asked())
            }
        })
    }

    fn wrong_status(&self, status: u16) -> Step {
        let ranges = self.check.urls.get(self.page).map(|url| url.status.as_slice()).unwrap_or_default();
        fail(format!("status {status} from {} (expected {})", self.path(), expected(ranges)))
    }

    fn refuse(&self, problem: &str) -> Step {
        fail(format!("answer to {} {problem}", self.asked()))
    }

    /// `GET /path`, for messages.
    fn asked(&self) -> String {
        let method = self.check.urls.get(self.page).and_then(|url| url.method.as_deref());
        format!("{} {}", method.unwrap_or("GET"), self.path())
    }

    fn path(&self) -> &str {
        self.check.urls.get(self.page).map_or("", |url| &url.path)
    }
}

fn accepts(url: &Url, status: u16) -> bool {
    url.status.iter().any(|(first, last)| (*first..=*last).contains(&status))
}

fn expected(ranges: &[(u16, u16)]) -> String {
    let words = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    });
    words.reduce(|all, word| format!("{all} or {word}")).unwrap_or_else(|| "none".to_string())
}

/// The request as keepalived writes it, byte for byte, because operators filter their access logs for it. A virtual
/// host stands as written; the connect address has its port, 80 too, and brackets for IPv6 (RFC 3986 section 3.2.2).
fn request(version: HttpVersion, url: &Url, place: SocketAddr) -> String {
    let (number, close) = match version {
        HttpVersion::V1_0 => ("1.0", ""),
        HttpVersion::V1_0Close => ("1.0", "Connection: close\r\n"),
        HttpVersion::V1_1 => ("1.1", "Connection: close\r\n"),
    };
    let host = url.virtual_host.clone().unwrap_or_else(|| place.to_string());
    let (method, path) = (url.method.as_deref().unwrap_or("GET"), &url.path);
    let further = url.headers.iter().fold(String::new(), |text, header| text + header + "\r\n");
    format!("{method} {path} HTTP/{number}\r\nUser-Agent: KeepAliveClient\r\n{close}Host: {host}\r\n{further}\r\n")
}

#[cfg(test)]
mod tests;
