//! All problems as one SARIF 2.1.0 log (OASIS standard), for code hosts and reviewers. Places are as written.
use super::step;
use crate::codes;
use crate::diagnostic::{Diagnostic, Edit, Label, Severity};
use crate::source::Sources;
use crate::span::Span;
use serde_json::{Map, Value, json};

/// Where the standard's schema is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One log with one run. Its rules are the codes that occur, with the page of each as help; a result has a location where
/// the problem has one, the places that belong to it, the way of an expansion as a stack, and a fix where that is certain.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, version: &str) -> String {
    let mut rules: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, &rules, sources)).collect();
    let driver = json!({
        "name": "evenkeel",
        "semanticVersion": version,
        "rules": rules.iter().map(|code| rule(code)).collect::<Vec<Value>>(),
    });
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    log.to_string()
}

fn rule(code: &str) -> Value {
    let Some(row) = codes::find(code) else { return json!({ "id": code }) };
    let text = row.explanation.trim();
    json!({
        "id": code,
        "shortDescription": { "text": row.title },
        "fullDescription": { "text": text },
        "help": {
            "text": format!("{text}\n\nWrong:\n\n{}\nRight:\n\n{}", row.example, row.fixed),
            "markdown": format!("{text}\n\nWrong:\n\n```\n{}```\n\nRight:\n\n```\n{}```\n", row.example, row.fixed),
        },
    })
}

fn result(diagnostic: &Diagnostic, rules: &[&str], sources: &Sources) -> Value {
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    set("ruleId", diagnostic.code.into());
    set("ruleIndex", rules.binary_search(&diagnostic.code).unwrap_or(0).into());
    set("level", level(diagnostic.severity).into());
    set("message", json!({ "text": message(diagnostic) }));
    if let Some(primary) = &diagnostic.primary {
        set("locations", Value::Array(labelled(primary, sources).into_iter().collect()));
        let frames: Vec<Value> = sources
            .chain(primary.origin)
            .filter_map(|expansion| located(expansion.used.span, &step(expansion, sources), sources))
            .map(|location| json!({ "location": location }))
            .collect();
        if !frames.is_empty() {
            set("stacks", json!([{ "message": { "text": "how the text came here" }, "frames": frames }]));
        }
    }
    let related = distinct(diagnostic.related.iter().filter_map(|label| labelled(label, sources)));
    if !related.is_empty() {
        set("relatedLocations", related.into());
    }
    if let Some(fix) = diagnostic.edit.as_ref().and_then(|edit| fix(edit, sources)) {
        set("fixes", json!([fix]));
    }
    Value::Object(object)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Security | Severity::Error | Severity::Fatal => "error",
    }
}

/// What is wrong, what the daemon does, what to do: SARIF has one text for all.
fn message(diagnostic: &Diagnostic) -> String {
    let parts = [Some(&diagnostic.message), diagnostic.meanwhile.as_ref(), diagnostic.help.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("; ")
}

/// The standard wants each place once; what was expanded twice may be two places that were written as one.
fn distinct(places: impl Iterator<Item = Value>) -> Vec<Value> {
    places.fold(Vec::new(), |mut known, place| {
        if !known.contains(&place) {
            known.push(place);
        }
        known
    })
}

fn labelled(label: &Label, sources: &Sources) -> Option<Value> {
    located(label.origin.span, &label.text, sources)
}

fn located(span: Span, text: &str, sources: &Sources) -> Option<Value> {
    let place = json!({ "artifactLocation": artifact(span, sources)?, "region": region(span, sources)? });
    Some(if text.is_empty() {
        json!({ "physicalLocation": place })
    } else {
        json!({ "physicalLocation": place, "message": { "text": text } })
    })
}

/// Lines and columns from 1; the end column is that behind the last character. Only characters are given: offsets of
/// bytes would differ where a file is no UTF-8.
fn region(span: Span, sources: &Sources) -> Option<Value> {
    let file = sources.file(span.file)?;
    let (start, end) = (file.position(span.start), file.position(span.end));
    Some(json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }))
}

fn artifact(span: Span, sources: &Sources) -> Option<Value> {
    Some(json!({ "uri": uri(sources.file(span.file)?.path()) }))
}

fn fix(edit: &Edit, sources: &Sources) -> Option<Value> {
    let replacement = json!({
        "deletedRegion": region(edit.span, sources)?,
        "insertedContent": { "text": edit.text },
    });
    Some(json!({
        "description": { "text": if edit.text.is_empty() { "remove this".to_owned() } else { format!("write {}", edit.text) } },
        "artifactChanges": [{ "artifactLocation": artifact(edit.span, sources)?, "replacements": [replacement] }],
    }))
}

/// A path as a reference (RFC 3986): `file:` with an absolute one, and what has a meaning in it or is no ASCII encoded.
fn uri(path: &str) -> String {
    let mut text = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if plain { text.push(char::from(byte)) } else { text.push_str(&format!("%{byte:02X}")) }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;
    use crate::source::{Context, MemoryLoader};
    use crate::tree::Arena;

    fn log(text: &[u8]) -> Value {
        let context = Context { config_id: "lb1".into(), host_name: "lb1".into(), all_include_checks: false };
        let loader = MemoryLoader::new().file("/a b/k.conf", text).file("/a b/p.conf", "router_id ${X}\n");
        let arena = Arena::default();
        let read = read("/a b/k.conf", &loader, &context, &arena);
        serde_json::from_str(&sarif(&read.diagnostics, &read.sources, "1.2.3")).unwrap()
    }

    #[test]
    fn the_log_has_what_the_standard_requires() {
        let log = log(b"\xef\xbb\xbfinclude p.conf\n}\n");
        assert_eq!((log["version"].as_str(), log["runs"].as_array().map(Vec::len)), (Some("2.1.0"), Some(1)));
        let (driver, results) = (&log["runs"][0]["tool"]["driver"], &log["runs"][0]["results"]);
        assert_eq!((driver["name"].as_str(), driver["semanticVersion"].as_str()), (Some("evenkeel"), Some("1.2.3")));
        let results = results.as_array().unwrap();
        assert_eq!(results.len(), 3);
        for result in results {
            let rule = &driver["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["text"].as_str().is_some_and(|help| help.contains("Right:")));
            assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
            assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("file:///a%20b/"));
            let at = |key: &str| place["region"][key].as_u64().unwrap();
            assert!(at("startLine") >= 1 && at("startColumn") >= 1 && at("endLine") >= at("startLine"));
        }
    }

    #[test]
    fn fixes_and_the_way_of_expansions_are_told() {
        let log = log(b"\xef\xbb\xbfinclude p.conf\n");
        let results = &log["runs"][0]["results"];
        let change = &results[0]["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "file:///a%20b/k.conf");
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "");
        assert_eq!(change["replacements"][0]["deletedRegion"]["endColumn"], 2);
        let frame = &results[1]["stacks"][0]["frames"][0]["location"];
        assert_eq!(frame["physicalLocation"]["artifactLocation"]["uri"], "file:///a%20b/k.conf");
        assert_eq!(frame["physicalLocation"]["region"]["startLine"], 1);
        assert!(frame["message"]["text"].as_str().unwrap().contains("included at"));
    }

    #[test]
    fn places_that_belong_to_a_problem_are_told_once() {
        // Four blocks, all of them opened by the same brace.
        let log = log(b"~SEQ(N, 1, 4) a${N} {\n");
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.iter().filter(|result| result["ruleId"] == "missing-close-brace").count(), 1);
        let lists: Vec<&Vec<Value>> =
            results.iter().filter_map(|result| result["relatedLocations"].as_array()).collect();
        assert_eq!(lists.iter().map(|list| list.len()).collect::<Vec<usize>>(), [1], "{lists:?}");
    }

    #[test]
    fn nothing_wrong_is_a_log_without_results() {
        assert_eq!(log(b"a\n")["runs"][0]["results"], json!([]));
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("/etc/k.conf"), "file:///etc/k.conf");
        assert_eq!(uri("a?b#\u{e9}.conf"), "a%3Fb%23%C3%A9.conf");
    }
}
