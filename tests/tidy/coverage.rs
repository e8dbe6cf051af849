//! docs/coverage.md says what a domain asks for, where its blueprint says it, and whether it passes.
//!
//! What is asked, and where it is said, stands in `docs/coverage/*.tsv`; each path that is named there must be one
//! that `explain` tells of. Whether it passes is taken from what a run of the services' tests printed, into the
//! folder that `BLUEPRINT_RESULTS` names; without one the page keeps what the last run said. With
//! `BLUEPRINT_UPDATE` the page is written, else compared.

use crate::guards::model;
use crate::sources::{none, root};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/coverage.md";
const HEAD: &str = "docs/coverage/head.md";

/// Of what no whole run has said anything: it claims nothing, so nothing contradicts it.
const NOT_RUN: &str = "not run";

/// Blueprints, and what their section of the page is called.
const APPS: &[(&str, &str)] =
    &[("marketplace", "The marketplace"), ("saas_billing", "Subscriptions and usage billing")];

/// One thing that a domain asks for.
struct Row {
    /// A feature's code, or a scenario's number.
    key: String,
    what: String,
    /// Where the blueprint says it.
    paths: Vec<String>,
    /// The test of a scenario.
    test: Option<String>,
    /// What stands in its place, or what it waits for.
    note: String,
}

impl Row {
    fn parse(line: &str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let [key, what, paths, test, note] = columns[..] else {
            panic!("five columns are wanted: {line}")
        };
        let paths = paths.split(' ').filter(|path| !path.is_empty()).map(str::to_owned).collect();
        let test = (!test.is_empty()).then(|| test.to_owned());
        Self { key: key.to_owned(), what: what.to_owned(), paths, test, note: note.to_owned() }
    }

    fn is_a_scenario(&self) -> bool {
        self.key.parse::<u32>().is_ok()
    }

    /// Whether a test has to do with it.
    fn concerns(&self, test: &str) -> bool {
        if self.is_a_scenario() {
            return self.test.as_deref() == Some(test);
        }
        let part = |name: &str| test.split(['/', '@', '.']).any(|part| part == name);
        self.paths.iter().any(|path| match path.split('.').collect::<Vec<_>>()[..] {
            ["entities" | "commands", name, ..] => part(name),
            // What holds of the whole service is tried by all of its generated tests.
            _ => test.contains('/'),
        })
    }

    /// What the page says of it after a run; `None` where nothing in the run had to do with it.
    fn passes(&self, results: &BTreeMap<String, bool>) -> Option<&'static str> {
        let mut concerned = results.iter().filter(|(test, _)| self.concerns(test)).peekable();
        concerned.peek()?;
        Some(if concerned.all(|(_, passed)| *passed) { "yes" } else { "no" })
    }

    fn waits(&self) -> bool {
        if self.is_a_scenario() { self.test.is_none() } else { self.paths.is_empty() }
    }
}

#[test]
fn every_path_of_the_coverage_is_told_by_explain() {
    let mut findings = Vec::new();
    for (app, _) in APPS {
        let model = model(app);
        for row in rows(app) {
            let gone = row.paths.iter().filter(|path| blueprint::cli::said(&model, path).is_none());
            findings.extend(gone.map(|path| format!("{app}: {}: {path}", row.key)));
            if row.waits() && row.note.is_empty() {
                findings.push(format!("{app}: {}: it waits, and nothing says for what", row.key));
            }
        }
    }
    none(&findings, "paths of docs/coverage that no blueprint has");
}

#[test]
fn every_scenario_of_the_coverage_is_a_test() {
    let mut findings = Vec::new();
    for (app, _) in APPS {
        let main = fs::read_to_string(scenarios(app)).unwrap();
        let rows = rows(app);
        let numbers = rows.iter().filter(|row| row.is_a_scenario()).count();
        assert_eq!(numbers, 10, "{app}: scenarios");
        let named: Vec<&String> = rows.iter().filter_map(|row| row.test.as_ref()).collect();
        let played = |name: &str| main.contains(&format!("(\"{name}\", "));
        findings
            .extend(named.iter().filter(|name| !played(name)).map(|name| format!("{app}: {name}")));
    }
    none(&findings, "scenarios that docs/coverage names and nobody plays");
}

#[test]
fn the_coverage_says_what_the_last_run_said() {
    let path = root().join(PAGE);
    let stands = fs::read_to_string(&path).unwrap_or_default();
    let mut page = fs::read_to_string(root().join(HEAD)).unwrap();
    for (app, title) in APPS {
        section(&mut page, title, &rows(app), &results(app), &stands);
    }
    if updates() {
        fs::write(path, page).unwrap();
    } else {
        assert!(
            stands == page,
            "{PAGE} is stale: scripts/coverage runs the services and writes it"
        );
    }
}

/// Where its scenarios are listed: in its example, or beside the services that have none.
fn scenarios(app: &str) -> PathBuf {
    let example = root().join(format!("examples/{app}/tests/scenarios/main.rs"));
    match example.is_file() {
        true => example,
        false => root().join(format!("tests/services/{app}/scenarios/main.rs")),
    }
}

fn updates() -> bool {
    std::env::var_os("BLUEPRINT_UPDATE").is_some()
}

fn rows(app: &str) -> Vec<Row> {
    let path = root().join(format!("docs/coverage/{app}.tsv"));
    let text = fs::read_to_string(&path).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(Row::parse).collect()
}

/// Each test that ran, and whether it passed; `None` where there was no run. What a run says that did not try
/// everything, or was broken off, is passed over.
fn results(app: &str) -> Option<BTreeMap<String, bool>> {
    let folder = std::env::var_os("BLUEPRINT_RESULTS")?;
    let path = Path::new(&folder).join(format!("{app}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let (mut all, mut run) = (BTreeMap::new(), Vec::new());
    for line in text.lines() {
        if line.starts_with("running ") {
            run.clear();
        } else if line.starts_with("test result: ") && line.contains("; 0 filtered out;") {
            all.extend(run.drain(..));
        } else if let Some((name, fate)) =
            line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        {
            run.push((name.trim().to_owned(), fate.trim() == "ok"));
        }
    }
    Some(all)
}

fn section(
    page: &mut String,
    title: &str,
    rows: &[Row],
    results: &Option<BTreeMap<String, bool>>,
    stands: &str,
) {
    let before = stands.split(&format!("\n## {title}\n")).nth(1).unwrap_or_default();
    let before = before.split("\n## ").next().unwrap_or_default();
    let passes = |row: &Row| {
        let claimed = said_before(before, &row.key).filter(|claimed| claimed != "waits");
        let claimed = claimed.unwrap_or_else(|| NOT_RUN.to_owned());
        match results {
            _ if row.waits() => "waits".to_owned(),
            Some(results) if updates() || claimed != NOT_RUN => {
                row.passes(results).unwrap_or(NOT_RUN).to_owned()
            }
            _ => claimed,
        }
    };
    let scenarios: Vec<&Row> = rows.iter().filter(|row| row.is_a_scenario()).collect();
    let passed = scenarios.iter().filter(|row| passes(row) == "yes").count();
    write!(
        page,
        "\n## {title}\n\n{passed} of its {} scenarios were seen to pass.\n\n\
         | | what is asked | where it is said | passes | what stands in its place, or what it waits for |\n\
         |---|---|---|---|---|\n",
        scenarios.len(),
    )
    .unwrap();
    for row in rows {
        let mut places: Vec<String> = row.paths.iter().map(|path| format!("`{path}`")).collect();
        places.extend(row.test.iter().map(|test| format!("scenario `{test}`")));
        let (passes, Row { key, what, note, .. }) = (passes(row), row);
        writeln!(page, "| {key} | {what} | {} | {passes} | {note} |", places.join(", ")).unwrap();
    }
}

/// What a section said of a row after the last run.
fn said_before(section: &str, key: &str) -> Option<String> {
    let line = section.lines().find(|line| line.starts_with(&format!("| {key} | ")))?;
    line.split(" | ").nth(3).map(str::to_owned)
}
