//! Checks of real servers. Words of ours alone are left out where they change nothing, so that keepalived can read the rest.
use crate::lower::check::RECORDS;
use crate::print::global::seconds;
use crate::print::node::Nodes;
use model::config::check::{CheckKind, Checker, Connect, Http, HttpVersion, Misc, Regex, Tls, Udp, Url};
use model::config::global::Command;
use std::fmt::Write;

/// One check.
pub(super) fn checker(checker: &Checker, nodes: &mut Nodes) {
    let mut block = |keyword: &str, fill: &dyn Fn(&mut Nodes)| nodes.block([keyword], |nodes| fill(nodes));
    let general = |nodes: &mut Nodes| {
        timing(checker, nodes);
        connect(&checker.connect, nodes);
    };
    match &checker.kind {
        CheckKind::Tcp => block("TCP_CHECK", &general),
        CheckKind::Ping => block("PING_CHECK", &general),
        CheckKind::Http(http) => block("HTTP_GET", &|nodes| {
            general(nodes);
            pages(http, None, nodes);
        }),
        CheckKind::Ssl(http, tls) => block("SSL_GET", &|nodes| {
            general(nodes);
            pages(http, Some(tls), nodes);
        }),
        CheckKind::Smtp { helo } => block("SMTP_CHECK", &|nodes| {
            general(nodes);
            nodes.word("helo_name", helo);
        }),
        CheckKind::Dns { record, name } => block("DNS_CHECK", &|nodes| {
            general(nodes);
            nodes.maybe("type", RECORDS.iter().find(|(_, number)| number == record).map(|(name, _)| name));
            nodes.word("name", name);
        }),
        CheckKind::Udp(udp) => block("UDP_CHECK", &|nodes| {
            general(nodes);
            datagrams(udp, nodes);
        }),
        CheckKind::Misc(misc) => block("MISC_CHECK", &|nodes| {
            timing(checker, nodes);
            script(misc, checker, nodes);
        }),
        CheckKind::File { file, weight } => block("FILE_CHECK", &|nodes| {
            nodes.word("track_file", file);
            // Without the last word the file's own sign would turn it.
            nodes.line(["weight".to_owned(), weight.to_string(), "noreverse".to_owned()]);
        }),
        CheckKind::Bfd { session } => block("BFD_CHECK", &|nodes| {
            nodes.word("name", session);
            nodes.switch("alpha", checker.alpha);
        }),
    }
}

fn timing(checker: &Checker, nodes: &mut Nodes) {
    nodes.word("retry", checker.retry);
    nodes.word("delay_before_retry", seconds(checker.delay_before_retry));
    nodes.word("warmup", seconds(checker.warmup));
    nodes.word("delay_loop", seconds(checker.delay_loop));
    nodes.switch("alpha", checker.alpha);
    nodes.switch("log_all_failures", checker.log_all_failures);
    nodes.maybe("rise", Some(checker.rise).filter(|rise| *rise != 1));
    nodes.maybe("fall", Some(checker.fall).filter(|fall| *fall != 1));
}

fn connect(connect: &Connect, nodes: &mut Nodes) {
    nodes.word("connect_ip", connect.address);
    nodes.maybe("connect_port", Some(connect.port).filter(|port| *port != 0));
    nodes.maybe("bindto", connect.bind_address);
    nodes.maybe("bind_port", connect.bind_port);
    nodes.maybe("bind_if", connect.bind_interface.as_ref());
    nodes.word("connect_timeout", seconds(connect.timeout));
    nodes.word("fwmark", connect.fwmark);
}

fn pages(http: &Http, tls: Option<&Tls>, nodes: &mut Nodes) {
    let version = match http.version {
        HttpVersion::V1_0 => "1.0",
        HttpVersion::V1_0Close => "1.0C",
        HttpVersion::V1_1 => "1.1",
    };
    nodes.word("http_protocol", version);
    nodes.switch("fast_recovery", http.fast_recovery);
    if let Some(tls) = tls {
        nodes.switch("enable_sni", tls.sni);
        nodes.switch("tls_compliant", tls.close_notify);
        nodes.maybe("verify", tls.verify.then_some("on"));
    }
    http.urls.iter().for_each(|one| nodes.block(["url"], |nodes| url(one, tls.is_some(), nodes)));
}

fn url(url: &Url, tls: bool, nodes: &mut Nodes) {
    nodes.word("path", &url.path);
    nodes.maybe("digest", url.digest.map(|digest| hex(&digest)));
    let ranges = url.status.iter().map(|(first, last)| format!("{first}-{last}"));
    nodes.line(["status_code".to_owned()].into_iter().chain(ranges));
    nodes.maybe("virtualhost", url.virtual_host.as_ref());
    url.regex.iter().for_each(|one| regex(one, nodes));
    nodes.maybe("method", url.method.as_ref());
    url.headers.iter().for_each(|header| nodes.word("header", header));
    if tls {
        nodes.switch("tls_compliant", url.close_notify);
    }
}

fn regex(regex: &Regex, nodes: &mut Nodes) {
    nodes.command_words(["regex".to_owned(), escaped(&regex.pattern)]);
    nodes.flag("regex_no_match", regex.negate);
    if !regex.options.is_empty() {
        nodes.line(["regex_options".to_owned()].into_iter().chain(regex.options.iter().cloned()));
    }
    nodes.word("regex_min_offset", regex.min_offset);
    nodes.maybe("regex_max_offset", regex.max_offset);
    if let Some((start, max)) = regex.stack {
        nodes.line(["regex_stack".to_owned(), start.to_string(), max.to_string()]);
    }
}

/// A pattern with escapes for what would end it or mean something else; the reader resolves them.
fn escaped(pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' | '\'' => push_hex(&mut text, c),
            // Nothing but blanks is no command.
            ' ' if text.is_empty() => push_hex(&mut text, c),
            // What is built in would be replaced; nothing else is defined in a printed configuration.
            '$' if rest.as_str().starts_with(['{', '_']) => push_hex(&mut text, c),
            c if c.is_ascii_control() => push_hex(&mut text, c),
            c => text.push(c),
        }
    }
    text
}

fn push_hex(text: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(text, "\\x{:02x}", u32::from(c));
}

fn datagrams(udp: &Udp, nodes: &mut Nodes) {
    nodes.maybe("payload", Some(hex(&udp.payload)).filter(|payload| !payload.is_empty()));
    if udp.require_reply {
        let pattern = Some(udp.reply.iter().map(|(byte, mask)| masked(*byte, *mask)).collect::<String>());
        let words = ["require_reply".to_owned()].into_iter().chain(pattern.filter(|pattern| !pattern.is_empty()));
        nodes.line(words);
    }
    nodes.word("min_reply_length", udp.min_reply);
    nodes.word("max_reply_length", udp.max_reply);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A byte of which only the digits count that the mask names.
fn masked(byte: u8, mask: u8) -> String {
    let digit = |half: u8, mask: u8| if mask == 0 { "x".to_owned() } else { format!("{half:x}") };
    digit(byte >> 4, mask >> 4) + &digit(byte & 0xf, mask & 0xf)
}

fn script(misc: &Misc, checker: &Checker, nodes: &mut Nodes) {
    nodes.command("misc_path", Some(&Command { user: None, ..misc.command.clone() }));
    // The default is delay_loop, which may have a fraction; this number may not.
    let whole = misc.timeout.as_secs();
    let says_the_same = model::Interval::from_secs(whole) == misc.timeout;
    nodes.maybe("misc_timeout", Some(whole).filter(|_| says_the_same || misc.timeout != checker.delay_loop));
    nodes.flag("misc_dynamic", misc.dynamic);
    if let Some(user) = &misc.command.user {
        let words = ["user".to_owned(), user.user.to_string()].into_iter();
        nodes.line(words.chain(user.group.as_ref().map(ToString::to_string)));
    }
}
