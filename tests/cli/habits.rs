//! Exit codes, streams, pipes: what every command has in common.

use crate::command::{blueprint, command};
use std::io::Read;
use std::process::Stdio;
use tempfile::tempdir;

#[test]
fn wrong_usage_is_two_and_goes_to_standard_error() {
    let folder = tempdir().unwrap();
    for arguments in
        ["", "nothing", "schema extra", "explain E999", "new", "new a --from nothing", "new 2x"]
    {
        let run = blueprint(folder.path(), arguments).ends_with(2);
        assert!(run.out.is_empty(), "{arguments}: {}", run.out);
        assert!(!run.err.is_empty(), "{arguments}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = tempdir().unwrap();
    for arguments in ["--help", "new --help", "--version"] {
        let run = blueprint(folder.path(), arguments).ends_with(0);
        assert!(run.err.is_empty() && run.out.contains("blueprint"), "{arguments}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempdir().unwrap();
    let mut child = command(folder.path())
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(err, "");
}

#[test]
fn a_result_that_cannot_be_written_is_a_fault() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let folder = tempdir().unwrap();
    let status =
        command(folder.path()).arg("schema").stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn no_colour_but_on_a_terminal() {
    let folder = tempdir().unwrap();
    for arguments in ["explain E999", "new shop", "new shop", "compile missing.yaml"] {
        let run = blueprint(folder.path(), arguments);
        assert!(!(run.out + &run.err).contains('\x1b'), "{arguments}");
    }
}

#[test]
fn lines_are_as_wide_as_columns_asks_for() {
    let folder = tempdir().unwrap();
    let states: Vec<String> = (0..40).map(|number| format!("state_{number}")).collect();
    let text =
        format!("blueprint: 1\nentities: {{ A: {{ states: [{}, 1] }} }}\n", states.join(", "));
    std::fs::write(folder.path().join("blueprint.yaml"), text).unwrap();
    let said = |columns: &str| {
        let output = command(folder.path()).arg("check").env("COLUMNS", columns).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let (narrow, whole) = (said("60"), said(""));
    assert!(narrow.contains('^') && widest(&narrow) <= 60, "{narrow}");
    assert!(widest(&whole) > 100, "{whole}");
    for nothing in ["0", "-3", "wide"] {
        assert_eq!(said(nothing), whole);
    }
}

#[test]
fn every_code_can_be_explained() {
    let folder = tempdir().unwrap();
    let list = blueprint(folder.path(), "explain codes").ends_with(0).out;
    assert_eq!(list.lines().count(), ::blueprint::diagnostics::codes::ALL.len());
    let page = blueprint(folder.path(), "explain e001").ends_with(0).out;
    assert!(page.starts_with("# E001"));
    let json = blueprint(folder.path(), "explain E001 --format json").ends_with(0).out;
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["code"], "E001");
}

#[test]
fn the_schema_is_json() {
    let folder = tempdir().unwrap();
    let text = blueprint(folder.path(), "schema").ends_with(0).out;
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
}

#[test]
fn completions_for_the_usual_shells() {
    let folder = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = blueprint(folder.path(), &format!("completions {shell}")).ends_with(0);
        assert!(run.out.contains("blueprint"), "{shell}");
    }
}
