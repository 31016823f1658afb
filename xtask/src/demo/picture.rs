//! The drawing of the site.
use crate::screen::Screen;
use lab::main_job::PERIOD;
use lab::pair::{CLIENT, DIRECTORS, VIP};
use lab::site::WEBS;

/// Columns of one machine's box, borders included, and of the space between two.
const BOX: usize = 20;
const SPACE: usize = 2;
const MACHINES: usize = 4;
const WIDTH: usize = MACHINES * BOX + (MACHINES - 1) * SPACE;
const INDENT: &str = "  ";

/// Prints who is connected to what.
pub(crate) fn show(screen: Screen, daemon: &str) {
    for line in lines(screen, daemon) {
        screen.line(format!("{INDENT}{line}").trim_end());
    }
}

fn lines(screen: Screen, daemon: &str) -> Vec<String> {
    let [director1, director2] = DIRECTORS.map(|address| address.to_string());
    let [web1, web2] = WEBS.map(|address| address.to_string());
    let rate = 1_000 / PERIOD.as_millis();
    let above = " ".repeat(WIDTH / 2 - BOX / 2);
    let client = format!("{:^18}", "client");
    let asks = screen.dim(format!("asks http://{VIP}/ {rate} times a second"));
    vec![
        format!("{} {}", screen.bold(daemon), "· two directors, one address, two web servers"),
        String::new(),
        format!("{above}{}", edge('┌', '─', '┐')),
        format!("{above}│{}│  {asks}", screen.bold(client)),
        format!("{above}│{:^18}│", CLIENT.to_string()),
        format!("{above}{}", edge('└', '┬', '┘')),
        screen.cyan(wire()),
        row(|_| edge('┌', '┴', '┐')),
        cells(["director1", "director2", "web1", "web2"], |text| screen.bold(text)),
        cells([&director1, &director2, &web1, &web2], |text| text),
        cells(["priority 150", "priority 100", "nginx", "nginx"], |text| screen.dim(text)),
        row(|_| edge('└', '─', '┘')),
        format!(
            "  {}",
            screen.dim(format!("{VIP} is on one director; IPVS there hands its connections to web1 and web2"))
        ),
    ]
}

fn row(cell: impl Fn(usize) -> String) -> String {
    (0..MACHINES).map(cell).collect::<Vec<_>>().join(&" ".repeat(SPACE))
}

/// Texts are centred before they are painted: escape sequences have no width.
fn cells(texts: [&str; MACHINES], paint: impl Fn(String) -> String) -> String {
    row(|number| {
        let text = texts.get(number).copied().unwrap_or_default();
        format!("│{}│", paint(format!("{text:^18}")))
    })
}

fn edge(left: char, middle: char, right: char) -> String {
    let half = BOX / 2;
    let line = |length: usize| "─".repeat(length);
    format!("{left}{}{middle}{}{right}", line(half - 1), line(BOX - half - 2))
}

/// A line with a tap for each box below and one for the box above.
fn wire() -> String {
    let tap = |column: usize| column % (BOX + SPACE) == BOX / 2;
    let piece = |column: usize| match column {
        column if column == WIDTH / 2 => '┷',
        column if tap(column) => '┯',
        _ => '━',
    };
    (0..WIDTH).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_fits_and_its_lines_meet() {
        let plain = Screen { live: false, colour: false };
        let lines = lines(plain, "evenkeel");
        assert!(lines.iter().all(|line| line.chars().count() <= 98), "{lines:#?}");
        let columns = |line: &str, of: char| -> Vec<usize> {
            line.chars().enumerate().filter(|(_, character)| *character == of).map(|(column, _)| column).collect()
        };
        let wire = wire();
        assert_eq!(columns(&wire, '┯'), columns(&lines[7], '┴'));
        assert_eq!(columns(&wire, '┷'), columns(&lines[5], '┬'));
    }
}
