//! The drawing of the site.
use crate::screen::Screen;
use lab::main_job::PERIOD;
use lab::site::{CLIENT, DIRECTORS, VIP, WEBS};

/// Prints who is connected to what. At most 84 columns.
pub(crate) fn show(screen: Screen, daemon: &str) {
    let [director1, director2] = DIRECTORS;
    let [web1, web2] = WEBS;
    let title = format!("  {} {}", screen.bold(daemon), "· two directors, one address, two web servers");
    let wire = |text: &str| screen.cyan(text);
    let rate = 1_000 / PERIOD.as_millis();
    let lines = [
        title,
        String::new(),
        "                            ┌─────────────────────┐".into(),
        format!(
            "                            │ {} {:>12} │  {}",
            screen.bold("client"),
            CLIENT.to_string(),
            screen.dim(format!("asks http://{VIP}/ {rate} times a second"))
        ),
        "                            └──────────┬──────────┘".into(),
        wire("  ━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━┯━━━━━━┷━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━"),
        "  ┌─────────┴─────────┐┌────────┴──────────┐┌─────────┴─────────┐┌────────┴──────────┐".into(),
        boxes(screen, ["director1", "director2", "web1", "web2"], true),
        boxes(
            screen,
            [director1, director2, web1, web2].map(|address| address.to_string()).each_ref().map(String::as_str),
            false,
        ),
        boxes(screen, ["priority 150", "priority 100", "nginx", "nginx"], false),
        "  └───────────────────┘└───────────────────┘└───────────────────┘└───────────────────┘".into(),
        format!(
            "          {}",
            screen.dim(format!("{VIP} is on one director, IPVS hands its connections to web1 and web2"))
        ),
        String::new(),
    ];
    for line in lines {
        screen.line(line);
    }
}

fn boxes(screen: Screen, texts: [&str; 4], bold: bool) -> String {
    let cell = |text: &str| {
        let padded = format!("{text:^19}");
        let shown = if bold { screen.bold(padded) } else { padded };
        format!("│{shown}│")
    };
    format!("  {}", texts.map(cell).concat())
}
