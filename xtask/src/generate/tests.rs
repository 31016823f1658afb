//! The generated files are complete, and what is committed is what the tables say.
use super::*;
use confparse::{codes, schema};

#[test]
fn the_committed_files_are_what_the_tables_say() {
    assert_eq!(stale(&build::root()).unwrap(), Vec::<String>::new(), "run cargo xtask generate");
}

#[test]
fn every_row_and_every_code_has_its_place() {
    let files = files();
    let manual = &files["docs/man/keepalived.conf.5"];
    for (block, row) in schema::all() {
        let page = &files[&reference::path(block.path)];
        assert!(page.contains(&format!("\n## `{}`\n", row.keyword)), "{}: {}", block.path, row.keyword);
        assert!(manual.contains(&roff::escaped(row.keyword)), "{}", row.keyword);
    }
    for code in codes::all() {
        assert!(files.contains_key(&format!("docs/reference/diagnostics/{}.md", code.name)), "{}", code.name);
    }
}

#[test]
fn links_of_the_reference_lead_somewhere() {
    let files = files();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
        let directory = Path::new(path).parent().unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, found)| text.split_at(at + found.len())) {
            let target = rest.split([')', '#']).next().unwrap();
            if target.is_empty() || target.starts_with("http") {
                continue;
            }
            let mut parts: Vec<&str> = directory.to_str().unwrap().split('/').collect();
            for part in target.split('/') {
                if part == ".." {
                    parts.pop();
                } else {
                    parts.push(part);
                }
            }
            assert!(files.contains_key(&parts.join("/")), "{path}: {target}");
        }
    }
}

#[test]
fn the_manual_pages_are_good_roff() {
    for (path, text) in files().iter().filter(|(path, _)| path.starts_with("docs/man/")) {
        let file = std::env::temp_dir().join(format!("evenkeel-roff-{}", std::process::id()));
        fs::write(&file, text).unwrap();
        let groff = std::process::Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(&file).output();
        fs::remove_file(&file).unwrap();
        // Where there is no groff, the next test still holds.
        if let Ok(output) = groff {
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{path}");
        }
    }
}

#[test]
fn no_line_of_a_manual_page_begins_with_a_request_by_accident() {
    let known = [".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".EX", ".EE", ".\\\"", ".PD"];
    for (path, text) in files().iter().filter(|(path, _)| path.starts_with("docs/man/")) {
        for line in text.lines().filter(|line| line.starts_with(['.', '\''])) {
            assert!(known.iter().any(|request| line.starts_with(request)), "{path}: {line}");
        }
    }
}
