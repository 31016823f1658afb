//! The one binary: daemon under keepalived's options, tool under a word of ours.
use evenkeel::cli::{self, Invocation};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    match cli::understand(&words) {
        Invocation::Daemon(options) => evenkeel::start::run(&options),
        Invocation::Tool(tool) => evenkeel::tools::run(&tool),
        Invocation::Ipvs(words) => evenkeel::ipvs::run(&words),
        Invocation::Print(text) => evenkeel::tools::print(&text),
        Invocation::Wrong(text) => {
            eprintln!("{}", text.trim_end());
            ExitCode::from(1)
        }
    }
}
