//! Checks, the server that each meets, and what it must find.

/// One check of one server.
pub(crate) struct Case {
    /// Its block in `real_server`, with `PORT` as the port below.
    pub(crate) check: &'static str,
    /// Where it connects.
    pub(crate) port: u16,
    /// Whether it must pass.
    pub(crate) up: bool,
    /// What its finding must contain.
    pub(crate) found: &'static str,
}

const fn good(port: u16, check: &'static str, found: &'static str) -> Case {
    Case { check, port, up: true, found }
}

const fn bad(port: u16, check: &'static str, found: &'static str) -> Case {
    Case { check, port, up: false, found }
}

/// Ports of nginx: plain, TLS of each version alone, an expired certificate, one of another name.
pub(crate) const PLAIN: u16 = 8080;
pub(crate) const TLS: &[(u16, &str)] = &[(8410, "TLSv1"), (8411, "TLSv1.1"), (8412, "TLSv1.2"), (8413, "TLSv1.3")];
pub(crate) const EXPIRED: u16 = 8420;
pub(crate) const SELF_SIGNED: u16 = 8421;
/// Port of OpenSMTPD.
pub(crate) const MAIL: u16 = 2525;
/// Port of Unbound.
pub(crate) const NAMES: u16 = 5300;
/// Ports of servers that misbehave.
pub(crate) const SILENT: u16 = 9001;
pub(crate) const HALF_CLOSED: u16 = 9002;
pub(crate) const GARBAGE: u16 = 9003;
pub(crate) const ENDLESS_BODY: u16 = 9004;
pub(crate) const ENDLESS_HEAD: u16 = 9005;
pub(crate) const DRIPPING: u16 = 9006;
pub(crate) const RESET: u16 = 9007;
pub(crate) const MANY_HEADERS: u16 = 9008;
pub(crate) const DRIPPING_BODY: u16 = 9009;
pub(crate) const SHORT_BODY: u16 = 9010;
pub(crate) const DRIPPING_TLS: u16 = 9011;
pub(crate) const ENDLESS_MAIL: u16 = 9012;
pub(crate) const DRIPPING_MAIL: u16 = 9013;
pub(crate) const REFUSING_MAIL: u16 = 9014;
pub(crate) const RUDE_MAIL: u16 = 9015;
pub(crate) const FULL: u16 = 9016;
pub(crate) const REFUSED: u16 = 9999;
/// The same over UDP.
pub(crate) const UDP_GARBAGE: u16 = 9101;
pub(crate) const UDP_LARGE: u16 = 9102;
pub(crate) const UDP_CUT: u16 = 9103;
pub(crate) const UDP_OTHER_ID: u16 = 9104;
pub(crate) const UDP_FAILING: u16 = 9105;
pub(crate) const UDP_ENDLESS: u16 = 9106;

const PAGE: &str = "HTTP_GET { url {\n path /\n status_code 200\n} }";
const TLS_PAGE: &str = "SSL_GET { url {\n path /\n status_code 200\n} }";
const VERIFIED: &str = "SSL_GET {\n verify\n virtualhost web.test\n url {\n path /\n status_code 200\n} }";

const MD5: &str = "HTTP_GET { url {\n path /\n digest 00000000000000000000000000000000\n} }";
const HUGE: &str = "HTTP_GET { url {\n path /huge\n status_code 200\n} }";
const HUGE_MD5: &str = "HTTP_GET { url {\n path /huge\n digest 00000000000000000000000000000000\n} }";
const TLS_HUGE: &str = "SSL_GET { url {\n path /huge\n status_code 200\n} }";
const TLS_HUGE_MD5: &str = "SSL_GET { url {\n path /huge\n digest 00000000000000000000000000000000\n} }";
const TLS_ENDLESS: &str = "SSL_GET { url {\n path /endless\n status_code 200\n} }";
const TLS_ENDLESS_MD5: &str = "SSL_GET { url {\n path /endless\n digest 00000000000000000000000000000000\n} }";
const MAIL_CHECK: &str = "SMTP_CHECK { }";
const NAME: &str = "DNS_CHECK {\n name web.test\n}";
const ANY_REPLY: &str = "UDP_CHECK {\n payload 00\n require_reply\n}";
const THIS_REPLY: &str = "UDP_CHECK {\n payload 00\n require_reply 01 02\n}";

pub(crate) const CASES: &[Case] = &[
    good(SILENT, "TCP_CHECK { }", ""),
    good(HALF_CLOSED, "TCP_CHECK { }", ""),
    good(GARBAGE, "TCP_CHECK { }", ""),
    bad(FULL, "TCP_CHECK { }", ""),
    bad(FULL, PAGE, ""),
    good(PLAIN, HUGE, "200"),
    bad(PLAIN, HUGE_MD5, "more than"),
    bad(PLAIN, "HTTP_GET { url {\n path /huge\n regex goodbye\n} }", ""),
    good(PLAIN, "HTTP_GET { url {\n path /huge\n method HEAD\n status_code 200\n} }", "200"),
    bad(MANY_HEADERS, PAGE, "headers"),
    bad(DRIPPING_BODY, MD5, ""),
    bad(SHORT_BODY, MD5, "1000 were announced"),
    good(8412, TLS_HUGE, "200"),
    bad(8413, TLS_HUGE_MD5, "more than"),
    good(8413, TLS_ENDLESS, "200"),
    bad(8412, TLS_ENDLESS_MD5, ""),
    bad(REFUSED, TLS_PAGE, "refused"),
    bad(HALF_CLOSED, TLS_PAGE, ""),
    bad(RESET, TLS_PAGE, ""),
    bad(DRIPPING_TLS, TLS_PAGE, ""),
    bad(FULL, TLS_PAGE, ""),
    good(SELF_SIGNED, TLS_PAGE, "200"),
    bad(SELF_SIGNED, VERIFIED, "self"),
    bad(ENDLESS_MAIL, MAIL_CHECK, "more than"),
    bad(DRIPPING_MAIL, MAIL_CHECK, ""),
    bad(REFUSING_MAIL, MAIL_CHECK, "554"),
    bad(RUDE_MAIL, MAIL_CHECK, "500"),
    bad(RESET, MAIL_CHECK, ""),
    bad(FULL, MAIL_CHECK, ""),
    bad(UDP_GARBAGE, NAME, "that were none"),
    bad(UDP_LARGE, NAME, "that were none"),
    bad(UDP_CUT, NAME, "that were none"),
    bad(UDP_OTHER_ID, NAME, "that were none"),
    bad(UDP_ENDLESS, NAME, "that were none"),
    bad(UDP_FAILING, NAME, "server failure"),
    good(UDP_GARBAGE, ANY_REPLY, "reply of 40 bytes"),
    good(UDP_LARGE, ANY_REPLY, "reply of"),
    good(UDP_ENDLESS, ANY_REPLY, "reply of 200 bytes"),
    bad(UDP_GARBAGE, THIS_REPLY, "differs"),
    bad(UDP_LARGE, THIS_REPLY, "expected"),
    bad(UDP_ENDLESS, THIS_REPLY, "differs"),
    bad(PLAIN, "PING_CHECK { connect_ip 10.99.0.1 }", ""),
    good(PLAIN, "TCP_CHECK { }", ""),
    bad(REFUSED, "TCP_CHECK { }", "refused"),
    good(PLAIN, PAGE, "200"),
    good(
        PLAIN,
        "HTTP_GET {\n http_protocol 1.1\n virtualhost other.test\n url {\n path /host\n regex ^other[.]test$\n} }",
        "",
    ),
    good(PLAIN, "HTTP_GET { url {\n path /\n digest eff5bc1ef8ec9d03e640fc4370f5eacd\n status_code 200-299\n} }", ""),
    good(PLAIN, "HTTP_GET { url {\n path /large\n status_code 200\n} }", "200"),
    good(PLAIN, "HTTP_GET { url {\n path /\n method HEAD\n status_code 200\n} }", "200"),
    bad(PLAIN, "HTTP_GET { url {\n path /\n digest 00000000000000000000000000000000\n} }", "digest"),
    bad(PLAIN, "HTTP_GET { url {\n path /missing\n status_code 200\n} }", "404"),
    good(PLAIN, "HTTP_GET { url {\n path /missing\n status_code 404\n} }", "404"),
    bad(PLAIN, "HTTP_GET { url {\n path /\n regex goodbye\n} }", "does not contain"),
    good(PLAIN, "HTTP_GET { url {\n path /\n regex goodbye\n regex_no_match\n} }", ""),
    bad(REFUSED, PAGE, "refused"),
    bad(SILENT, PAGE, "answer"),
    bad(HALF_CLOSED, PAGE, "closed"),
    bad(GARBAGE, PAGE, ""),
    bad(ENDLESS_HEAD, PAGE, ""),
    good(ENDLESS_BODY, PAGE, "200"),
    bad(ENDLESS_BODY, "HTTP_GET { url {\n path /\n digest 00000000000000000000000000000000\n} }", ""),
    bad(DRIPPING, PAGE, ""),
    bad(RESET, PAGE, ""),
    good(8410, TLS_PAGE, "200"),
    good(8411, TLS_PAGE, "200"),
    good(8412, TLS_PAGE, "200"),
    good(8413, TLS_PAGE, "200"),
    good(EXPIRED, TLS_PAGE, "200"),
    bad(EXPIRED, VERIFIED, "expired"),
    good(8412, VERIFIED, "200"),
    bad(8412, "SSL_GET {\n verify\n virtualhost other.test\n url {\n path /\n status_code 200\n} }", "mismatch"),
    good(8413, "SSL_GET {\n enable_sni\n virtualhost web.test\n url {\n path /sni\n regex ^web[.]test$\n} }", ""),
    bad(PLAIN, TLS_PAGE, ""),
    bad(SILENT, TLS_PAGE, ""),
    bad(GARBAGE, TLS_PAGE, ""),
    good(MAIL, "SMTP_CHECK { helo_name lab.test }", ""),
    bad(PLAIN, "SMTP_CHECK { }", ""),
    bad(SILENT, "SMTP_CHECK { }", ""),
    bad(HALF_CLOSED, "SMTP_CHECK { }", ""),
    bad(GARBAGE, "SMTP_CHECK { }", ""),
    bad(REFUSED, "SMTP_CHECK { }", "refused"),
    good(NAMES, "DNS_CHECK {\n type A\n name web.test\n}", ""),
    good(NAMES, "DNS_CHECK {\n type TXT\n name web.test\n}", ""),
    bad(NAMES, "DNS_CHECK {\n name missing.test\n}", ""),
    bad(NAMES, "DNS_CHECK {\n name a.refused.test\n}", ""),
    bad(NAMES, "DNS_CHECK {\n name a.silent.test\n}", ""),
    bad(REFUSED, "DNS_CHECK {\n name web.test\n}", "refused"),
    bad(NAMES, "UDP_CHECK {\n payload 00\n require_reply\n}", ""),
    good(NAMES, "UDP_CHECK { }", ""),
    bad(REFUSED, "UDP_CHECK { }", "refused"),
    good(PLAIN, "PING_CHECK { }", ""),
    good(PLAIN, "MISC_CHECK { misc_path /bin/true }", ""),
    bad(PLAIN, "MISC_CHECK { misc_path /bin/false }", "status 1"),
    bad(PLAIN, "MISC_CHECK {\n misc_path \"/bin/sleep 30\"\n misc_timeout 1\n}", ""),
];
