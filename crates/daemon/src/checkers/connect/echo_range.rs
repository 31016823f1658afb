//! Who may send echo requests without a raw socket: the kernel's range of groups. It is widened by our own group when
//! the first PING_CHECK needs that, and put back at the end.
use std::fs;
use std::io;
use std::sync::Mutex;

/// Of the calling thread's network namespace; for IPv6 too.
const PATH: &str = "/proc/sys/net/ipv4/ping_group_range";

/// What it was before us.
static BEFORE: Mutex<Option<String>> = Mutex::new(None);

/// Lets our group in.
///
/// # Errors
/// When the range cannot be read or written.
pub(super) fn widen() -> io::Result<()> {
    let text = fs::read_to_string(PATH)?;
    let wider = widened(&text, nix::unistd::getegid().as_raw()).ok_or(io::ErrorKind::InvalidData)?;
    fs::write(PATH, wider)?;
    if let Ok(mut before) = BEFORE.lock() {
        before.get_or_insert(text);
    }
    Ok(())
}

/// Puts back what was there before us.
pub fn restore() {
    let before = BEFORE.lock().ok().and_then(|mut before| before.take());
    if let Some(before) = before {
        // Who lost the right to write it meanwhile cannot be helped, and leaves a range that harms nobody.
        let _ = fs::write(PATH, before);
    }
}

/// A range with this group in it; one that begins behind its end, as in a new namespace, holds nobody.
fn widened(text: &str, group: u32) -> Option<String> {
    let mut words = text.split_whitespace().map(|word| word.parse::<u32>().ok());
    let (first, last) = (words.next()??, words.next()??);
    let (first, last) = if first > last { (group, group) } else { (first.min(group), last.max(group)) };
    Some(format!("{first} {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_takes_one_more_group_in() {
        for (text, group, expected) in [
            ("1\t0\n", 0, Some("0 0")),
            ("1\t0\n", 7, Some("7 7")),
            ("0\t2147483647\n", 7, Some("0 2147483647")),
            ("5\t9\n", 0, Some("0 9")),
            ("5\t9\n", 12, Some("5 12")),
            ("", 0, None),
            ("5", 0, None),
            ("a b", 0, None),
        ] {
            assert_eq!(widened(text, group).as_deref(), expected, "{text:?} {group}");
        }
    }
}
