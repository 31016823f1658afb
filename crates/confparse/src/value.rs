//! Words to numbers, times, switches and addresses, with keepalived's strictness; no keyword is named here.
use crate::schema::steps;
use crate::similar;
use crate::tree::Word;
use model::{Family, Prefix};
use std::net::{IpAddr, Ipv4Addr};

/// Why a word is not the value that it should be, and what can still be made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bad<T> {
    /// Name of the problem.
    pub(crate) code: &'static str,
    /// How it is told.
    pub(crate) telling: Box<Telling>,
    /// What can be used nevertheless.
    pub(crate) usable: Option<T>,
}

/// How a bad value is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Telling {
    /// What the value is, to follow the name of the thing: `is 1 to 255`.
    pub(crate) message: String,
    /// What stands there: `this is 256`.
    pub(crate) label: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// What to write instead, when that is certain.
    pub(crate) instead: Option<String>,
}

impl<T> Bad<T> {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, label: impl Into<String>) -> Self {
        let telling = Telling { message: message.into(), label: label.into(), help: None, instead: None };
        Self { code, telling: Box::new(telling), usable: None }
    }

    fn help(mut self, text: impl Into<String>) -> Self {
        self.telling.help = Some(text.into());
        self
    }

    /// The same problem with another type of value, of which nothing can be used.
    pub(crate) fn lost<U>(mut self) -> Bad<U> {
        self.telling.instead = None;
        Bad { code: self.code, telling: self.telling, usable: None }
    }

    fn usable(mut self, value: T, instead: String) -> Self {
        self.usable = Some(value);
        self.telling.instead = Some(instead);
        self
    }
}

/// A legal range with its unit, as text: `1 to 255`, `0.01 to 255 s`, `at least 1`.
fn range(min: &str, max: Option<&str>, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match max {
        Some(max) => format!("is {min} to {max}{unit}"),
        None => format!("is at least {min}{unit}"),
    }
}

fn a_number(range: &str) -> String {
    format!("is a number, {}", range.strip_prefix("is ").unwrap_or(range))
}

fn int_range(min: i64, max: i64, unit: &str) -> String {
    let bounded = max < i64::from(i32::MAX);
    range(&min.to_string(), bounded.then(|| max.to_string()).as_deref(), unit)
}

/// How a word says a number: sign, digits, and what follows them.
struct Digits<'a> {
    negative: bool,
    whole: &'a str,
    decimals: Option<&'a str>,
    rest: &'a str,
}

fn digits(text: &str) -> Digits<'_> {
    let text = text.trim_start();
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    match rest.strip_prefix('.') {
        Some(after) => {
            let (decimals, rest) = after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
            Digits { negative, whole, decimals: Some(decimals), rest }
        }
        None => Digits { negative, whole, decimals: None, rest },
    }
}

/// A whole number in `min..=max`. With digits and then other characters the digits can be used, unless `strict`.
///
/// # Errors
/// When it is no number, has other characters behind it, or is out of range.
pub(crate) fn int(word: &Word, min: i64, max: i64, unit: &str, strict: bool) -> Result<i64, Bad<i64>> {
    let said = digits(word.text());
    let expected = || int_range(min, max, unit);
    if said.whole.is_empty() {
        let bad = Bad::new("not-a-number", a_number(&expected()), "this is not a number");
        return Err(bad);
    }
    let number = said.whole.parse::<i64>().map(|n| if said.negative { -n } else { n });
    let number = match number {
        Ok(number) if (min..=max).contains(&number) => number,
        number => {
            let too_small = number.is_ok_and(|number| number < min);
            let whole = || range(&min.to_string(), Some(&max.to_string()), unit);
            let bad = out_of_range(if too_small { expected() } else { whole() }, word.text());
            return Err(decimal_here(bad, word.text()));
        }
    };
    if said.rest.is_empty() && said.decimals.is_none() {
        return Ok(number);
    }
    let junk = if said.decimals.is_some() { "a whole number is needed" } else { "only digits can stand here" };
    let bad = decimal_here(Bad::new("trailing-characters", expected(), junk), word.text());
    Err(if strict { bad } else { bad.usable(number, number.to_string()) })
}

fn decimal_here<T>(bad: Bad<T>, text: &str) -> Bad<T> {
    if text.starts_with("0x") { bad.help("numbers are decimal here") } else { bad }
}

fn out_of_range<T>(expected: String, text: &str) -> Bad<T> {
    Bad::new("number-out-of-range", expected, format!("this is {}", shown(text)))
}

/// At most 40 characters of a word, for a message.
#[must_use]
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A whole number as C writes it: decimal, octal behind `0`, hexadecimal behind `0x`; without a sign.
pub(crate) fn c_number(text: &str) -> Option<u64> {
    let (digits, radix) = match (text.strip_prefix("0x").or(text.strip_prefix("0X")), text.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    };
    // `from_str_radix` takes a sign as well.
    if digits.starts_with(['+', '-']) { None } else { u64::from_str_radix(digits, radix).ok() }
}

/// A number with decimals, counted in steps of 10 to the minus `places` of `unit`. More decimals are rounded half up.
///
/// # Errors
/// When it is no number, has too many decimals or other characters behind it (the number itself can be used then), or is
/// out of range.
pub(crate) fn decimal(word: &Word, min: u64, max: u64, places: u32, unit: &str) -> Result<u64, Bad<u64>> {
    let said = digits(word.text());
    let bounded = max < u64::from(u32::MAX);
    let expected = || range(&steps(min, places), bounded.then(|| steps(max, places)).as_deref(), unit);
    if said.whole.is_empty() && said.decimals.is_none_or(str::is_empty) {
        return Err(Bad::new("not-a-number", a_number(&expected()), "this is not a number"));
    }
    let (count, rounded) = match count_steps(&said, places) {
        Some((count, rounded)) if !said.negative && (min..=max).contains(&count) => (count, rounded),
        counted => {
            let too_small = said.negative || counted.is_some_and(|(count, _)| count < min);
            let whole = || range(&steps(min, places), Some(&steps(max, places)), unit);
            return Err(out_of_range(if too_small { expected() } else { whole() }, word.text()));
        }
    };
    if !said.rest.is_empty() {
        let bad = Bad::new("trailing-characters", expected(), "only a number can stand here")
            .help("keepalived 2.4.3 takes such a number in its smallest unit, so 60s would be 60 microseconds");
        return Err(bad.usable(count, steps(count, places)));
    }
    if rounded {
        let bad =
            Bad::new("too-many-decimals", format!("has at most {places} decimals"), "there are more decimals here");
        return Err(bad.usable(count, steps(count, places)));
    }
    Ok(count)
}

/// The number of steps, and whether decimals were lost.
fn count_steps(said: &Digits<'_>, places: u32) -> Option<(u64, bool)> {
    let scale = 10u64.checked_pow(places)?;
    let whole = if said.whole.is_empty() { 0 } else { said.whole.parse::<u64>().ok()? };
    let decimals = said.decimals.unwrap_or_default();
    let kept = decimals.get(..places as usize).unwrap_or(decimals);
    let lost = decimals.get(places as usize..).unwrap_or_default();
    let mut part = if kept.is_empty() { 0 } else { kept.parse::<u64>().ok()? };
    part = part.checked_mul(10u64.checked_pow(places.checked_sub(u32::try_from(kept.len()).ok()?)?)?)?;
    if lost.starts_with(|c: char| c >= '5') {
        part += 1;
    }
    let count = whole.checked_mul(scale)?.checked_add(part)?;
    Some((count, lost.bytes().any(|digit| digit != b'0')))
}

/// `true on yes` or `false off no`, in small letters.
///
/// # Errors
/// When it is another word.
pub(crate) fn switch(word: &Word) -> Result<bool, Bad<bool>> {
    match word.text() {
        "true" | "on" | "yes" => return Ok(true),
        "false" | "off" | "no" => return Ok(false),
        _ => {}
    }
    let bad = Bad::new("not-a-switch", "is true, on, yes, false, off or no", "this is none of them");
    let small = word.text().to_ascii_lowercase();
    Err(match small.as_str() {
        "true" | "on" | "yes" | "false" | "off" | "no" => bad.help(format!("write it in small letters: {small}")),
        "1" | "enable" | "enabled" => bad.help("write on"),
        "0" | "disable" | "disabled" => bad.help("write off"),
        _ => bad,
    })
}

/// One of `words`, exactly or in letters of any case; answers the word as it is listed.
///
/// # Errors
/// When it is another word.
pub(crate) fn choice(
    word: &Word,
    words: &'static [&'static str],
    any_case: bool,
) -> Result<&'static str, Bad<&'static str>> {
    let same = |one: &&&str| **one == word.text() || (any_case && one.eq_ignore_ascii_case(word.text()));
    if let Some(found) = words.iter().find(same) {
        return Ok(found);
    }
    let list = match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(""),
    };
    let bad = Bad::new("unknown-word", format!("is {list}"), "this is none of them");
    Err(match similar::closest(word.text(), words.iter().copied()) {
        Some(near) => bad.help(format!("did you mean {near}?")),
        None => bad,
    })
}

/// An IP address.
///
/// # Errors
/// When it is none; the help says why where that can be seen.
pub(crate) fn address(word: &Word) -> Result<IpAddr, Bad<IpAddr>> {
    parse_address(word.text())
}

fn parse_address(text: &str) -> Result<IpAddr, Bad<IpAddr>> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let bad = Bad::new("not-an-address", "is an IPv4 or IPv6 address", "this is not an address");
    Err(match why_no_address(text) {
        Some(why) => bad.help(why),
        None => bad,
    })
}

fn why_no_address(text: &str) -> Option<String> {
    if text.contains('$') {
        return Some("the parameter in it is not defined, or a reference such as $A. needs braces: ${A}".to_owned());
    }
    let parts: Vec<&str> = text.split('.').collect();
    if text.contains(':') || parts.len() < 2 || !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return text.bytes().any(|b| b.is_ascii_alphabetic()).then(|| "names are not looked up here".to_owned());
    }
    if parts.len() != 4 {
        return Some(format!("an IPv4 address has four numbers, this has {}", parts.len()));
    }
    if let Some(part) = parts.iter().find(|part| part.len() > 1 && part.starts_with('0')) {
        return Some(format!("{part} begins with a zero, which could mean octal"));
    }
    let large = parts.iter().find(|part| part.parse::<u8>().is_err())?;
    Some(if large.is_empty() { "a number is missing".to_owned() } else { format!("{large} is above 255") })
}

/// The address in front of a range or mask, which keepalived cuts off where it makes no sense.
///
/// # Errors
/// When what is left is no address.
pub(crate) fn address_cut(word: &Word) -> Result<IpAddr, Bad<IpAddr>> {
    let text = word.text();
    parse_address(text.split(['-', '/']).next().unwrap_or(text))
}

/// `ADDRESS` or `ADDRESS/LENGTH`; without a length the full one.
///
/// # Errors
/// When the address is none (nothing can be used), or the length is not (the full length can).
pub(crate) fn prefix(word: &Word) -> Result<Prefix, Bad<Prefix>> {
    let (address, length) = match word.text().split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (word.text(), None),
    };
    let address = parse_address(address).map_err(Bad::lost)?;
    let Some(length) = length else { return Ok(Prefix::host(address)) };
    let bits = Family::of(address).bits();
    let legal = length.parse::<u8>().ok().and_then(|length| Prefix::new(address, length).ok());
    legal.ok_or_else(|| {
        let label = match length {
            "" => "nothing stands behind the /".to_owned(),
            _ => format!("{} is no such length", shown(length)),
        };
        let mut bad = Bad::new("bad-prefix-length", format!("has a prefix length of 0 to {bits}"), label);
        bad.usable = Some(Prefix::host(address));
        if length.contains('.') { bad.help(of_mask(address, length)) } else { bad }
    })
}

/// What to write instead of a mask.
fn of_mask(address: IpAddr, mask: &str) -> String {
    let bits = mask.parse::<Ipv4Addr>().ok().map(Ipv4Addr::to_bits).filter(|_| address.is_ipv4());
    match bits.filter(|bits| bits.leading_ones() + bits.trailing_zeros() == 32) {
        Some(bits) => format!("write the number of bits, not a mask: {address}/{}", bits.leading_ones()),
        None => "write the number of bits, not a mask".to_owned(),
    }
}

/// An MD5 digest: 32 hexadecimal digits.
///
/// # Errors
/// When it is something else.
pub(crate) fn digest(word: &Word) -> Result<[u8; 16], Bad<[u8; 16]>> {
    let text = word.text();
    let bad = |label: String| Err(Bad::new("bad-digest", "is 32 hexadecimal digits (MD5)", label));
    if text.len() != 32 || !text.is_ascii() {
        return bad(format!("this has {} characters", text.chars().count()));
    }
    let mut digest = [0; 16];
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        match u8::from_str_radix(pair, 16) {
            Ok(value) if !pair.starts_with('+') => *byte = value,
            _ => return bad(format!("{pair} is not hexadecimal")),
        }
    }
    Ok(digest)
}

/// A status code or a range of them, each 100 to 599.
///
/// # Errors
/// When it is something else, or the range is turned round.
pub(crate) fn status(word: &Word) -> Result<(u16, u16), Bad<(u16, u16)>> {
    let (first, last) = word.text().split_once('-').unwrap_or((word.text(), word.text()));
    let one = |text: &str| text.parse::<u16>().ok().filter(|code| (100..=599).contains(code));
    match (one(first), one(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        (Some(_), Some(_)) => {
            Err(Bad::new("bad-status-code", "is 100 to 599, the smaller one first", "turn these round"))
        }
        _ => Err(Bad::new("bad-status-code", "is 100 to 599, or a range such as 200-299", "this is not")),
    }
}

#[cfg(test)]
mod tests;
