//! `evenkeel check`: what is wrong with configurations, each by itself, and two directors against each other.
use super::outcome::Outcome;
use super::pair;
use crate::cli::{Check, Format};
use confparse::diagnostic::{Diagnostic, Severity};
use confparse::load;
use confparse::render::{self, Style, concise, full, json, sarif};
use confparse::source::{Context, Host, Loader, Sources};
use model::Config;
use serde_json::Value;

/// Where configurations are read.
pub(super) struct Surroundings<'a> {
    pub(super) loader: &'a dyn Loader,
    pub(super) host: &'a dyn Host,
    /// What is true of a reading with this config id; without one, of this machine.
    pub(super) context: &'a dyn Fn(Option<&String>) -> Context,
}

/// What was found in one reading, or between two.
pub(super) struct Report {
    /// The file, and the config id where one was given.
    pub(super) title: String,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many more there were.
    pub(super) more: usize,
    pub(super) sources: Sources,
    /// How much is configured; empty for what was found between two.
    pub(super) contents: String,
}

/// 0, 1 or 2 for clean, warnings, errors, over all.
pub(super) fn check(options: &Check, around: &Surroundings<'_>, style: Style) -> Outcome {
    let readings = match readings(options) {
        Ok(readings) => readings,
        Err(problem) => return Outcome::failed(problem),
    };
    let mut reports = Vec::new();
    let mut problems = Vec::new();
    for reading in &readings {
        match report(reading, around) {
            Ok(report) => reports.push(report),
            Err(problem) => problems.push(problem),
        }
    }
    if let ([a, b], true, true) = (readings.as_slice(), options.pair, problems.is_empty()) {
        reports.push(pair::report(a, b, around));
    }
    let worst = reports.iter().flat_map(|report| &report.diagnostics).map(|diagnostic| diagnostic.severity).max();
    let status = match worst {
        _ if !problems.is_empty() => 2,
        Some(Severity::Fatal | Severity::Error | Severity::Security) => 2,
        Some(Severity::Warning) => 1,
        Some(Severity::Note) | None => 0,
    };
    Outcome { text: rendered(&reports, options.format, style), problems, status }
}

/// One file, read with one config id.
pub(super) struct Reading {
    pub(super) file: String,
    pub(super) config_id: Option<String>,
}

impl Reading {
    /// What it is called where several are.
    pub(super) fn title(&self) -> String {
        match &self.config_id {
            Some(id) => format!("{} (-i {id})", self.file),
            None => self.file.clone(),
        }
    }
}

/// Every file with every id; a pair is two files, each with its id if there are two, or one file with two.
fn readings(options: &Check) -> Result<Vec<Reading>, String> {
    let reading = |file: &String, id: Option<&String>| Reading { file: file.clone(), config_id: id.cloned() };
    let ids: Vec<Option<&String>> =
        if options.ids.is_empty() { vec![None] } else { options.ids.iter().map(Some).collect() };
    if !options.pair {
        return Ok(options.files.iter().flat_map(|file| ids.iter().map(move |id| reading(file, *id))).collect());
    }
    match (options.files.as_slice(), ids.as_slice()) {
        ([file], [a, b]) => Ok(vec![reading(file, *a), reading(file, *b)]),
        ([one, other], [a, b]) => Ok(vec![reading(one, *a), reading(other, *b)]),
        ([one, other], [id]) => Ok(vec![reading(one, *id), reading(other, *id)]),
        _ => Err("error: --pair takes two files, or one file and -i twice".to_owned()),
    }
}

fn report(reading: &Reading, around: &Surroundings<'_>) -> Result<Report, String> {
    let context = (around.context)(reading.config_id.as_ref());
    let loaded = load(&reading.file, around.loader, &context, around.host);
    if loaded.missing_main {
        return Err(format!("error: there is no file {}", reading.file));
    }
    let contents = contents(&loaded.config);
    let title = reading.title();
    Ok(Report { title, diagnostics: loaded.diagnostics, more: loaded.more, sources: loaded.sources, contents })
}

fn contents(config: &Config) -> String {
    let reals: usize = config.virtual_servers.iter().map(|v| v.real_servers.len()).sum();
    let (routers, services) = (config.instances.len(), config.virtual_servers.len());
    format!("; {routers} virtual router(s), {services} virtual server(s), {reals} real server(s)")
}

fn rendered(reports: &[Report], format: Format, style: Style) -> String {
    match format {
        Format::Full => reports.iter().map(|report| screen(report, style)).collect(),
        Format::Short => reports.iter().flat_map(|r| r.diagnostics.iter().map(|d| line(d, &r.sources))).collect(),
        Format::Json => {
            let lists = reports.iter().map(|report| json(&report.diagnostics, &report.sources));
            format!("{}\n", Value::Array(lists.flat_map(|text| elements(&text, None)).collect()))
        }
        Format::Sarif => {
            let version = env!("CARGO_PKG_VERSION");
            let mut log: Value = serde_json::from_str(&sarif(&[], &Sources::default(), version)).unwrap_or_default();
            let logs = reports.iter().map(|report| sarif(&report.diagnostics, &report.sources, version));
            let runs: Vec<Value> = logs.flat_map(|text| elements(&text, Some("runs"))).collect();
            if let Value::Object(log) = &mut log {
                log.insert("runs".to_owned(), Value::Array(runs));
            }
            format!("{log}\n")
        }
    }
}

/// The elements of an array, or of one that is a field of an object.
fn elements(text: &str, field: Option<&str>) -> Vec<Value> {
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    let list = match field {
        Some(field) => value.get_mut(field).map(Value::take).unwrap_or_default(),
        None => value,
    };
    if let Value::Array(list) = list { list } else { Vec::new() }
}

fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    format!("{}\n", concise(diagnostic, sources))
}

fn screen(report: &Report, style: Style) -> String {
    let problems =
        report.diagnostics.iter().map(|diagnostic| format!("{}\n", full(diagnostic, &report.sources, style)));
    let found = render::summary(&report.diagnostics, report.more);
    let found = if found.is_empty() { "nothing to complain of" } else { &found };
    problems.collect::<String>() + &format!("{}: {found}{}\n", report.title, report.contents)
}
