//! The words of the demo: one step while it runs, one step when it is done, and the table at the end.
use crate::screen::Screen;
use lab::client::Report;
use lab::main_job::{Outcome, Rule, Step};
use std::time::Duration;

/// What is being done, for the person who waits.
pub(crate) fn title(step: Step) -> &'static str {
    match step {
        Step::Start => "both directors start",
        Step::Traffic => "the client asks for pages",
        Step::WebStops => "web1 stops answering",
        Step::WebReturns => "web1 answers again",
        Step::PowerCut => "director1 loses power (daemon killed, cable dead)",
        Step::PowerReturns => "director1 boots and takes the address back",
        Step::PlannedStop => "director1 is told to stop (SIGTERM)",
        Step::Restart => "director1 is started again",
    }
}

/// What is shown while a step runs.
pub(crate) fn under_way(screen: Screen, step: Step) -> String {
    format!("  {} {} {}", screen.yellow("◌"), title(step), screen.dim("…"))
}

/// What is shown when it is done: what happened, and what the client noticed.
pub(crate) fn done(screen: Screen, outcome: &Outcome) -> String {
    let mut lines = format!("  {} {}", screen.green("✔"), screen.bold(title(outcome.step)));
    if outcome.step != Step::Traffic {
        let took = screen.green(time(outcome.took));
        lines += &format!("\n      {} after {took} {}", effect(outcome), screen.dim(rule(outcome)));
    }
    if outcome.client.sent > 0 {
        lines += &format!("\n      {}", client(screen, outcome));
    }
    lines
}

fn effect(outcome: &Outcome) -> String {
    let holder = outcome.holder.name();
    match outcome.step {
        Step::Start => format!("{holder} is master"),
        Step::Traffic => String::new(),
        Step::WebStops => "it leaves the IPVS table".into(),
        Step::WebReturns => "it is in the IPVS table again".into(),
        Step::PowerCut | Step::PlannedStop => format!("{holder} takes over"),
        Step::PowerReturns | Step::Restart => format!("{holder} is master again"),
    }
}

fn rule(outcome: &Outcome) -> String {
    let whose =
        if matches!(outcome.step, Step::WebStops | Step::WebReturns) { "its checks take" } else { "VRRP waits" };
    match outcome.rule {
        Rule::Free => String::new(),
        Rule::Waits(duration) => format!("({whose} {})", time(duration)),
        Rule::AtMost(duration) => format!("({whose} at most {})", time(duration)),
    }
}

fn client(screen: Screen, outcome: &Outcome) -> String {
    let Report { sent, lost, gap, by_server, .. } = &outcome.client;
    let lost = match lost {
        0 => screen.green("none lost"),
        lost => screen.yellow(format!("{lost} lost")),
    };
    let servers: Vec<String> = by_server.iter().map(|(name, answers)| format!("{name} {answers}")).collect();
    let silence = screen.dim(format!("longest silence {}", time(*gap)));
    format!("{sent} requests, {lost} {} {silence}", screen.dim(format!("· {} ·", servers.join(", "))))
}

/// The summary.
pub(crate) fn table(screen: Screen, outcomes: &[Outcome]) -> Vec<String> {
    let head = format!("  {:50}{:>10}{:>12}{:>7}{:>6}{:>10}", "", "took", "by rule", "asked", "lost", "silence");
    let mut lines = vec![screen.dim(head)];
    lines.extend(outcomes.iter().map(|outcome| row(screen, outcome)));
    lines
}

fn row(screen: Screen, outcome: &Outcome) -> String {
    let took = if outcome.step == Step::Traffic { String::new() } else { time(outcome.took) };
    let rule = match outcome.rule {
        Rule::Free => String::new(),
        Rule::Waits(duration) => time(duration),
        Rule::AtMost(duration) => format!("≤ {}", time(duration)),
    };
    let Report { sent, lost, gap, .. } = outcome.client;
    let counts = if sent == 0 {
        String::new()
    } else {
        // Padded before it is painted: escape sequences have no width.
        let lost = if lost == 0 { screen.green(format!("{lost:>6}")) } else { screen.yellow(format!("{lost:>6}")) };
        format!("{sent:>7}{lost}{:>10}", time(gap))
    };
    format!("  {:50}{took:>10}{}{counts}", title(outcome.step), screen.dim(format!("{rule:>12}")))
}

/// A time as a person reads it: milliseconds below ten seconds.
fn time(duration: Duration) -> String {
    format!("{} ms", thousands(duration.as_millis()))
}

fn thousands(number: u128) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_grouped() {
        assert_eq!(time(Duration::from_micros(900)), "0 ms");
        assert_eq!(time(Duration::from_millis(3_009)), "3,009 ms");
    }

    #[test]
    fn every_row_of_the_table_fits_a_hundred_columns() {
        let plain = Screen { live: false, colour: false };
        let client = Report { sent: 12_345, lost: 1_234, gap: Duration::from_secs(9), ..Report::default() };
        let took = Duration::from_secs(9);
        let holder = lab::pair::Place::Primary;
        let all = Step::ALL.map(|step| Outcome {
            step,
            took,
            rule: Rule::AtMost(took),
            client: client.clone(),
            machine: lab::watch::Allowance::default(),
            holder,
        });
        for line in table(plain, &all) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
