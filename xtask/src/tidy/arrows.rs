//! Who may import whom, read from the manifests as cargo understands them.
use super::Finding;
use serde_json::Value;

const WHY: &str = "imports go downward, see docs/ARCHITECTURE.md";

/// One row per crate: its package, and the packages of ours that it may depend on. `None` is everything.
const ARROWS: &[(&str, Option<&[&str]>)] = &[
    ("evenkeel-model", Some(&[])),
    ("evenkeel-confparse", Some(&["evenkeel-model"])),
    ("evenkeel-vrrp", Some(&["evenkeel-model"])),
    ("evenkeel-checkers", Some(&["evenkeel-model"])),
    ("evenkeel-kernel", Some(&["evenkeel-model"])),
    ("evenkeel-ipvs", Some(&[])),
    (
        "evenkeel",
        Some(&[
            "evenkeel-model",
            "evenkeel-confparse",
            "evenkeel-vrrp",
            "evenkeel-checkers",
            "evenkeel-kernel",
            "evenkeel-ipvs",
        ]),
    ),
    (
        "evenkeel-sim",
        Some(&[
            "evenkeel-model",
            "evenkeel-confparse",
            "evenkeel-vrrp",
            "evenkeel-checkers",
            "evenkeel-kernel",
            "evenkeel-ipvs",
            "evenkeel",
        ]),
    ),
    ("evenkeel-lab", None),
    ("evenkeel-bench", None),
    ("evenkeel-fuzz", None),
    ("xtask", None),
];

/// Crates that may use no crate of anybody's.
const WITHOUT_DEPENDENCIES: &[&str] = &["evenkeel-model"];

/// Checks every package of the workspace.
pub(crate) fn check(metadata: &Value) -> Vec<Finding> {
    list(metadata, "packages").iter().flat_map(check_package).collect()
}

fn check_package(package: &Value) -> Vec<Finding> {
    let name = text(package, "name");
    let finding = |what| Finding { file: manifest(package), line: 0, what, why: WHY };
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        return vec![finding(format!("package {name} is not in the table of arrows (xtask/src/tidy/arrows.rs)"))];
    };
    let imports: Vec<&str> = list(package, "dependencies")
        .iter()
        .filter(|dependency| dependency.get("kind").is_none_or(Value::is_null))
        .map(|dependency| text(dependency, "name"))
        .collect();
    let ours = |import: &&&str| ARROWS.iter().any(|(known, _)| known == *import);
    let forbidden = imports.iter().filter(ours).filter(|import| allowed.is_some_and(|list| !list.contains(import)));
    let mut findings: Vec<Finding> =
        forbidden.map(|import| finding(format!("{name} must not depend on {import}"))).collect();
    if WITHOUT_DEPENDENCIES.contains(&name) && !imports.is_empty() {
        findings.push(finding(format!("{name} must not depend on anything, but does on {}", imports.join(", "))));
    }
    findings
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn manifest(package: &Value) -> String {
    let path = text(package, "manifest_path");
    let root = crate::build::root().display().to_string();
    path.strip_prefix(&root).map_or(path, |rest| rest.trim_start_matches('/')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let list: Vec<Value> = dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        json!({"packages": [{"name": name, "manifest_path": "/x/Cargo.toml", "dependencies": list}]})
    }

    fn complaints(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        check(&package(name, dependencies)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn arrows_point_downward() {
        let none = Vec::<String>::new();
        assert_eq!(complaints("evenkeel-vrrp", &[("evenkeel-model", None), ("pnet", None)]), none);
        assert_eq!(complaints("evenkeel", &[("evenkeel-vrrp", None), ("tokio", None)]), none);
        let upward = complaints("evenkeel-vrrp", &[("evenkeel-kernel", None)]);
        assert_eq!(upward, ["evenkeel-vrrp must not depend on evenkeel-kernel"]);
        let sim = complaints("evenkeel", &[("evenkeel-sim", None)]);
        assert_eq!(sim, ["evenkeel must not depend on evenkeel-sim"]);
        let wrapper = complaints("evenkeel-ipvs", &[("evenkeel-model", None)]);
        assert_eq!(wrapper, ["evenkeel-ipvs must not depend on evenkeel-model"]);
    }

    #[test]
    fn the_model_has_no_dependencies_but_its_tests_may() {
        assert_eq!(complaints("evenkeel-model", &[("proptest", Some("dev"))]), Vec::<String>::new());
        let serde = complaints("evenkeel-model", &[("serde", None)]);
        assert_eq!(serde, ["evenkeel-model must not depend on anything, but does on serde"]);
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        let what = complaints("evenkeel-attic", &[]);
        assert!(what.iter().any(|what| what.contains("not in the table")), "{what:?}");
    }
}
