//! Standings and what they ask for.
use super::*;
use RouterState::{Backup, Fault, Init, Master, Releasing};
use alloc::string::ToString;
use alloc::vec::Vec;

/// `I` init, `F` its own fault, `f` fault of another, `g` a fault that is over, `M` master, `m` master that has not said so, `B` backup, `N` a new
/// one, `E` expired, `R` resuming, `X` resuming and expired, `L` releasing, `U` releasing
/// in vain.
fn members(letters: &str) -> Vec<Member> {
    let member = |letter: char| {
        let state = match letter {
            'I' => Init,
            'F' | 'f' | 'g' => Fault,
            'M' | 'm' => Master,
            'L' | 'U' => Releasing,
            _ => Backup,
        };
        Member {
            is_leaving: false,
            unclaimed: letter == 'U',
            name: letter.to_string().into(),
            state,
            fault: (letter == 'F').then(|| "link is down".to_string()),
            imposed: (letter == 'f').then(|| "F of the same group: link is down".to_string()),
            expired: matches!(letter, 'E' | 'X'),
            fresh: letter == 'N',
            resuming: matches!(letter, 'R' | 'X'),
            settled: letter == 'M',
        }
    };
    letters.chars().map(member).collect()
}

fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "-",
        Some(Verdict::Fault(_)) => "fault",
        Some(Verdict::Recover) => "recover",
        Some(Verdict::TakeOver) => "take over",
        Some(Verdict::Yield(_)) => "yield",
        Some(Verdict::TakeBack) => "take back",
        Some(Verdict::EndResuming) => "end resuming",
    }
}

#[test]
fn verdicts() {
    for (letters, expected) in [
        ("", "-"),
        ("II", "-"),
        ("BB", "-"),
        ("BE", "-"),
        ("EE", "take over"),
        ("E", "take over"),
        ("XX", "take over"),
        ("MM", "-"),
        ("ME", "take over"),
        ("MB", "yield"),
        ("MEB", "yield"),
        ("MN", "-"),
        ("MNE", "-"),
        ("MI", "-"),
        ("EI", "-"),
        ("FB", "fault"),
        ("FM", "fault"),
        ("Ff", "-"),
        ("FF", "-"),
        ("FI", "-"),
        ("Fg", "fault"),
        ("gg", "recover"),
        ("ff", "recover"),
        ("fB", "recover"),
        ("RR", "-"),
        ("RB", "end resuming"),
        ("XB", "end resuming"),
        ("XR", "-"),
        ("LB", "-"),
        ("LE", "-"),
        ("LF", "fault"),
        ("Lf", "recover"),
        ("LU", "-"),
        ("UU", "take back"),
        ("UM", "take back"),
        ("UE", "take back"),
        ("UN", "take back"),
        ("UB", "yield"),
        ("UF", "fault"),
        ("Ug", "recover"),
    ] {
        assert_eq!(word(judge(&members(letters))), expected, "{letters}");
    }
}

#[test]
fn the_reason_names_the_member() {
    let verdict = judge(&members("FB"));
    assert_eq!(verdict, Some(Verdict::Fault("F of the same group: link is down".to_string())));
}

#[test]
fn where_a_group_stands() {
    for (letters, expected) in [
        ("", None),
        ("II", None),
        ("BB", Some(Backup)),
        ("BEN", Some(Backup)),
        ("MM", Some(Master)),
        ("Mm", None),
        ("MB", None),
        ("Ff", Some(Fault)),
        ("FB", None),
    ] {
        assert_eq!(standing(&members(letters)), expected, "{letters}");
    }
}
