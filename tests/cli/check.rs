//! `blueprint check`: four faults, each with its next command, in each format.

use crate::command::blueprint;
use crate::compile::{change, compiled};
use crate::folder::snapshot;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One fault of each kind.
fn faulty() -> tempfile::TempDir {
    let root = compiled();
    let notes = root.path().join("notes");
    let edited = notes.join("src/generated/mod.rs");
    change(root.path());
    fs::write(&edited, fs::read_to_string(&edited).unwrap() + "// mine\n").unwrap();
    fs::remove_file(notes.join("README.md")).unwrap();
    root
}

#[test]
fn the_four_faults_are_told_apart() {
    let root = faulty();
    let before = snapshot(root.path());
    let run = blueprint(root.path(), "check notes").ends_with(1);
    assert_eq!(run.out, "");
    for expected in [
        "stale ",
        "hand-edited  src/generated/mod.rs",
        "missing ",
        "orphaned ",
        "next: `blueprint compile notes` for what is missing or stale or orphaned",
        "src/generated/mod.rs is hand-edited: `git checkout -- notes/src/generated/mod.rs` to put it back",
    ] {
        assert!(run.err.contains(expected), "{expected:?} in\n{}", run.err);
    }
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn programs_read_the_same() {
    let root = faulty();
    let run = blueprint(root.path(), "check notes --format json").ends_with(1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["result"], "differs");
    let standing = |path: &str| {
        let files = report["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["path"] == path);
        file.map(|file| file["standing"].as_str().unwrap().to_owned())
    };
    assert_eq!(standing("src/generated/mod.rs").as_deref(), Some("hand-edited"));
    assert_eq!(standing("README.md").as_deref(), Some("missing"));
    assert_eq!(standing("migrations/0001_init.sql").as_deref(), Some("stale"));
    assert_eq!(standing("src/generated/domain/note.rs").as_deref(), Some("orphaned"));
    let run = blueprint(root.path(), "check notes --format github").ends_with(1);
    let line = run.out.lines().find(|line| line.contains("README.md")).unwrap();
    assert_eq!(
        line,
        "::error file=notes/README.md,title=missing::missing. Next: blueprint compile notes"
    );
    let run = blueprint(root.path(), "check notes --format sarif").ends_with(1);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        log["runs"][0]["results"].as_array().unwrap().len(),
        report["files"].as_array().unwrap().len()
    );
}

#[test]
fn being_up_to_date_is_a_result_in_each_format() {
    let root = compiled();
    let run = blueprint(root.path(), "check notes").ends_with(0);
    assert_eq!(run.out, "notes is up to date with notes/blueprint.yaml\n");
    let run = blueprint(root.path(), "check notes --format json").ends_with(0);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["result"], "up_to_date");
    assert_eq!(blueprint(root.path(), "check notes --format github").ends_with(0).out, "");
    let run = blueprint(root.path(), "check notes --format sarif").ends_with(0);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 0);
}

#[test]
fn an_interrupted_compile_is_seen_and_finished() {
    let root = compiled();
    let staging = root.path().join("notes/.blueprint-staging");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("journal"), "end\n").unwrap();
    let run = blueprint(root.path(), "check notes").ends_with(1);
    assert!(run.err.contains("`blueprint compile notes` finishes it"), "{}", run.err);
    blueprint(root.path(), "compile notes").ends_with(0);
    blueprint(root.path(), "check notes").ends_with(0);
    assert!(!staging.exists());
}

#[test]
fn what_a_killed_compile_had_staged_is_cleared_though_nothing_else_is_to_do() {
    let root = compiled();
    let staging = root.path().join("notes/.blueprint-staging");
    fs::create_dir_all(staging.join("after")).unwrap();
    fs::write(staging.join("after/0"), "whatever\n").unwrap();
    blueprint(root.path(), "check notes").ends_with(0);
    blueprint(root.path(), "compile notes").ends_with(0);
    assert!(!staging.exists());
}

/// The examples are what the compiler of this source writes.
#[test]
fn the_examples_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for app in ["projects", "marketplace"] {
        let run = blueprint(root, &format!("check --full --out examples/{app}"));
        assert_eq!(run.code, 0, "{}\nnext: scripts/regenerate", run.err);
    }
}
