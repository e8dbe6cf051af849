//! Words that stand nowhere in the repository.

use crate::sources::{below, none, rust};

/// What the source does not have, in two halves so that this file does not have it either.
const NOWHERE: &[(&str, &str, &str)] = &[
    ("crates", ".io", "the name of a registry's host"),
    ("npm", "js.", "the name of a registry's host"),
    ("docker", ".io", "the name of a registry's host"),
    ("ghcr", ".io", "the name of a registry's host"),
    ("/ro", "ot/", "a path of somebody's machine"),
    ("/ho", "me/", "a path of somebody's machine"),
    ("/wo", "rk/", "a path of somebody's machine"),
];

/// What no Rust file of ours has.
const NOT_IN_RUST: &[(&str, &str, &str)] = &[
    ("todo", "!(", "half of a thought"),
    ("unimplemented", "!(", "half of a thought"),
    ("dbg", "!(", "a trace of looking for a mistake"),
    ("#[igno", "re", "a test that does not test"),
    ("#![all", "ow(", "a lint that is off for a whole file"),
];

/// Where a word of the first list means something else, and what.
const EXCUSED: &[(&str, &str)] = &[];

#[test]
fn no_registry_and_no_machine() {
    let folders = [
        "src",
        "tests",
        "templates",
        "blueprints",
        "examples",
        "docs",
        "scripts",
        ".ci",
        "benches",
    ];
    let mut findings = Vec::new();
    for file in folders.iter().flat_map(|folder| below(folder)) {
        // A lock of cargo's names where each crate comes from.
        if !file.path.ends_with("Cargo.lock") {
            findings.extend(found(&file.path, &file.text, NOWHERE));
        }
    }
    none(&findings, "words that stand nowhere");
}

#[test]
fn no_loose_ends() {
    let mut findings = Vec::new();
    for file in ["src", "tests", "templates"].iter().flat_map(|folder| rust(folder)) {
        findings.extend(found(&file.path, &file.text, NOT_IN_RUST));
    }
    none(&findings, "loose ends");
}

#[test]
fn every_file_ends_with_its_last_line() {
    let mut findings = Vec::new();
    for file in
        ["src", "tests", "templates", "docs", "blueprints"].iter().flat_map(|folder| below(folder))
    {
        if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
            findings.push(format!("{}: ends with no line's end, or with more than one", file.path));
        }
    }
    none(&findings, "files with a ragged end");
}

fn found(path: &str, text: &str, words: &[(&str, &str, &str)]) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (first, second, what) in words {
            let word = format!("{first}{second}");
            let excused = EXCUSED.iter().any(|(file, excused)| *file == path && *excused == word);
            if line.contains(&word) && !excused {
                findings.push(format!("{path}:{}: `{word}` is {what}", number + 1));
            }
        }
    }
    findings
}
