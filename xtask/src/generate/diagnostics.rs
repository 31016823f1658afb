//! `docs/reference/diagnostics`: an index, and a page for each problem.
use super::Files;
use super::markdown::{NOTE, code, example, prose, sentence, table, text};
use confparse::codes::{self, Code};

/// Adds every page.
pub(super) fn pages(files: &mut Files) {
    let mut codes: Vec<&Code> = codes::all().collect();
    codes.sort_by_key(|code| code.name);
    let rows = codes.iter().map(|one| vec![format!("[{}]({}.md)", code(one.name), one.name), text(one.title)]);
    let rows: Vec<Vec<String>> = rows.collect();
    let introduction = "What `evenkeel check` can find; the code stands in brackets behind the severity. On a terminal,\n\
                        `evenkeel explain CODE` shows the same.\n\n";
    let index = format!("{NOTE}# Problems\n\n{introduction}{}", table(&["code", "problem"], &rows));
    files.insert("docs/reference/diagnostics/README.md".into(), index);
    for one in codes {
        files.insert(format!("docs/reference/diagnostics/{}.md", one.name), page(one));
    }
}

fn page(one: &Code) -> String {
    let mut out = format!("{NOTE}# {}\n\n{}\n\n", code(one.name), text(&sentence(one.title)));
    out.push_str(&prose(one.explanation));
    if one.fatal_status != 0 {
        out.push_str(&format!("`-t` can leave with status {} because of it.\n\n", one.fatal_status));
    }
    out.push_str(&format!("## Wrong\n\n{}", example(one.example)));
    out.push_str(&format!("## Right\n\n{}", example(one.fixed)));
    if codes::is_harmless(one.name) {
        out.push_str("A reload goes ahead under this problem: nothing that was written is lost.\n\n");
    }
    out.push_str("[All problems](README.md)\n");
    super::lines(&out)
}
