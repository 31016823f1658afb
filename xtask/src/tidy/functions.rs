//! The length of functions, by their indentation: the formatter has put the closing brace below the beginning.
use super::Finding;
use super::files::Source;

/// Lines of a function's body, its signature and tests not counted.
const LONGEST: usize = 70;

/// Finds functions that are too long.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    let too_long = lengths(&source.lines()).into_iter().filter(|function| function.length > LONGEST);
    let finding = |function: Function| Finding {
        file: source.path.clone(),
        line: function.line,
        what: format!("fn {} has {} lines, at most {LONGEST}", function.name, function.length),
        why: "split it: branches stay in the parent, straight lines move out",
    };
    too_long.map(finding).collect()
}

#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    length: usize,
}

fn lengths(lines: &[&str]) -> Vec<Function> {
    lines.iter().enumerate().filter_map(|(at, line)| measure(lines, at, name(line)?)).collect()
}

fn measure(lines: &[&str], at: usize, name: &str) -> Option<Function> {
    let begin = lines.get(at)?;
    let indent: String = begin.chars().take_while(|character| *character == ' ').collect();
    let rest = lines.iter().enumerate().skip(at);
    // The body begins where a line ends with a brace; a declaration without body ends with a semicolon.
    let (open, _) = rest.clone().find(|(_, line)| line.ends_with(['{', ';', '}']))?;
    if !lines.get(open)?.ends_with('{') {
        return None;
    }
    let (close, _) = rest.clone().skip(open - at + 1).find(|(_, line)| **line == format!("{indent}}}"))?;
    Some(Function { name: name.to_owned(), line: at + 1, length: close - open - 1 })
}

/// The name of the function that begins on this line.
fn name(line: &str) -> Option<&str> {
    let mut words = line.trim_start();
    for prefix in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async "] {
        words = words.strip_prefix(prefix).unwrap_or(words);
    }
    words.strip_prefix("fn ")?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_as_long_as_its_body() {
        let text = "impl A {\n    pub(crate) async fn long(\n        x: u8,\n    ) -> u8 {\n        if x {\n        }\n        x\n    }\n}\nfn short() {}\ntrait T {\n    fn none();\n}\n";
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lengths(&lines), [Function { name: "long".into(), line: 2, length: 3 }]);
    }

    #[test]
    fn seventy_lines_are_enough() {
        let body = |lines: usize| format!("//! x\nfn a() {{\n{}}}\n", "    b();\n".repeat(lines));
        let complaints = |text: String| check(&Source { path: "a.rs".into(), text }).len();
        assert_eq!(complaints(body(LONGEST)), 0);
        assert_eq!(complaints(body(LONGEST + 1)), 1);
    }
}
