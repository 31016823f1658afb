//! `evenkeel completion`: scripts with which a shell completes words, options and topics.
use crate::cli;
use clap::builder::PossibleValuesParser;
use clap_complete::{Shell, generate};
use confparse::{codes, schema};
use std::collections::BTreeSet;

/// The script for a shell. It completes every word of ours, every option of the daemon, and the topics of `explain`.
#[must_use]
pub fn script(shell: Shell) -> String {
    let topics: BTreeSet<&str> =
        schema::all().map(|(_, row)| row.keyword).chain(codes::all().map(|c| c.name)).collect();
    let topics: Vec<&str> = topics.into_iter().filter(|topic| !topic.starts_with('<')).collect();
    let mut command = cli::command().mut_subcommand("explain", |explain| {
        explain.mut_arg("topic", |topic| topic.value_parser(PossibleValuesParser::new(topics.clone())))
    });
    let mut text = Vec::new();
    generate(shell, &mut command, "evenkeel", &mut text);
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if shell == Shell::Fish {
        // For fish, clap completes options and subcommands only.
        let condition = "__fish_evenkeel_using_subcommand explain";
        text.push_str(&format!("complete -c evenkeel -n \"{condition}\" -f -a \"{}\"\n", topics.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_knows_words_options_and_topics() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = script(shell);
            for word in ["status", "completion", "log-detail", "offline", "virtual_router_id", "duplicate-keyword"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
            assert!(!script.contains("<address>"), "{shell}");
        }
    }

    #[test]
    fn the_script_for_bash_is_bash() {
        let file = std::env::temp_dir().join(format!("evenkeel-completion-{}", std::process::id()));
        std::fs::write(&file, script(Shell::Bash)).unwrap();
        let checked = std::process::Command::new("bash").arg("-n").arg(&file).output();
        std::fs::remove_file(&file).unwrap();
        if let Ok(output) = checked {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
