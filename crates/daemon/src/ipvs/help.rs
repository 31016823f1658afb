//! The help page, from the rows.
use super::rows::{OPTIONS, OptRow, Takes, VERBS, VerbRow};
use std::fmt::Write;

/// The page of `evenkeel ipvs --help`; the manual has it too.
#[must_use]
pub fn page() -> String {
    let mut text = String::from(
        "The kernel's load balancer, IPVS\n\n\
         By word:     evenkeel ipvs COMMAND [tcp|udp|sctp ADDRESS:PORT | fwmark MARK [-6]] [SERVER] [OPTIONS]\n\
         By letter:   evenkeel ipvs -A -t 10.0.0.1:80 -s wrr        every command line of ipvsadm(8)\n\n\
         Commands:\n\n",
    );
    for row in VERBS {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {:<46} {}", command(row), row.help);
    }
    text.push_str(
        "  connections, timeouts, daemons                 words for list -c, list --timeout, list --daemon\n",
    );
    text.push_str("\nOptions:\n\n");
    for row in OPTIONS {
        let _ = writeln!(text, "  {:<36} {}", option(row), row.help);
    }
    text.push_str(
        "\nServices of the running daemon are marked * by the word list, and \"owned\" in --json; changing them asks for\n\
         --force, and the daemon changes them back.\n\
         Exit status: 0 done, 1 nothing to show, 2 not understood, 3 belongs to the daemon, 255 refused by the kernel.\n",
    );
    text
}

fn command(row: &VerbRow) -> String {
    let [_, by_word] = row.needs;
    let letters: Vec<String> = row.shorts.chars().map(|letter| format!("-{letter}")).collect();
    let letters = if letters.is_empty() { format!("--{}", row.long) } else { letters.join("|") };
    format!("{letters}, {} {by_word}", row.word).trim_end().to_owned()
}

fn option(row: &OptRow) -> String {
    let short = row.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    match row.takes {
        Takes::Nothing => format!("{short}--{}", row.long),
        Takes::Value(name) => format!("{short}--{} {name}", row.long),
        Takes::Optional(name) => format!("{short}--{} [{name}]", row.long),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_the_page() {
        let page = page();
        assert!(OPTIONS.iter().all(|row| page.contains(&format!("--{}", row.long))));
        assert!(VERBS.iter().all(|row| page.contains(row.word)));
        assert!(page.lines().all(|line| line.len() <= 120), "{page}");
    }
}
