//! A table with one row for each daemon, and the ratios below.
use crate::figures::median;
use lab::{Kind, Result};
use std::path::Path;

/// Measures both daemons in turn, so that what else the machine does meets both, and prints the medians.
pub(crate) fn compare(
    evenkeel: &Path,
    rounds: usize,
    heads: &[&str],
    measure: impl Fn(&Kind) -> Result<Vec<f64>>,
) -> Result<()> {
    let kinds = [Kind::Keepalived, Kind::Evenkeel(evenkeel.to_owned())];
    let mut figures = [const { Vec::new() }; 2];
    for _ in 0..rounds.max(1) {
        for (kind, figures) in kinds.iter().zip(&mut figures) {
            figures.push(measure(kind)?);
        }
    }
    let mut table = Table::new(heads);
    for (kind, rounds) in kinds.iter().zip(&figures) {
        let column = |at: usize| median(rounds.iter().filter_map(|round| round.get(at).copied()).collect());
        table.row(kind.name(), &(0..heads.len()).map(column).collect::<Vec<_>>());
    }
    table.print();
    Ok(())
}

/// Columns of figures.
#[derive(Debug)]
pub(crate) struct Table {
    heads: Vec<String>,
    rows: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// With these columns.
    pub(crate) fn new(heads: &[&str]) -> Self {
        Self { heads: heads.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, name: &str, figures: &[f64]) {
        self.rows.push((name.to_owned(), figures.to_vec()));
    }

    /// Prints it, with ratios of the second row to the first.
    pub(crate) fn print(&self) {
        println!("{}", self.text());
    }

    fn text(&self) -> String {
        let mut lines = vec![line("", &self.heads)];
        lines.extend(
            self.rows.iter().map(|(name, figures)| line(name, &figures.iter().map(|f| shown(*f)).collect::<Vec<_>>())),
        );
        if let [(_, theirs), (_, ours)] = self.rows.as_slice() {
            let ratio = |(theirs, ours): (&f64, &f64)| {
                if *theirs > 0.0 { format!("{:.2}", ours / theirs) } else { "-".to_owned() }
            };
            lines.push(line("ratio", &theirs.iter().zip(ours).map(ratio).collect::<Vec<_>>()));
        }
        lines.join("\n")
    }
}

fn line(name: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!(" {cell:>14}")).collect();
    format!("{name:<12}{cells}")
}

fn shown(figure: f64) -> String {
    if figure.abs() < 100.0 && figure.fract() != 0.0 { format!("{figure:.1}") } else { format!("{figure:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_ours_to_theirs() {
        let mut table = Table::new(&["a", "b"]);
        table.row("keepalived", &[10.0, 0.0]);
        table.row("evenkeel", &[2.5, 1.0]);
        let text = table.text();
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            words,
            [vec!["a", "b"], vec!["keepalived", "10", "0"], vec!["evenkeel", "2.5", "1"], vec!["ratio", "0.25", "-"]]
        );
    }
}
