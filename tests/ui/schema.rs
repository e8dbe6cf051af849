//! The JSON Schema against every case: what is right fits, and a wrong shape does not.

use std::fs;
use std::path::Path;

use blueprint::diagnostics::Diagnostics;
use blueprint::source::Sources;
use blueprint::syntax::schema;
use blueprint::yaml;
use serde_json::Value;

use super::diagnose;

/// Codes of mistakes that a schema can see: words that are unknown, missing, or hold another kind of value.
const OF_SHAPE: &[&str] = &["E101", "E103", "E104"];

/// Cases that a schema cannot refuse, and why.
const BEYOND: &[(&str, &str)] =
    &[("missing_sections", "without the words of the main file it could be a part")];

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema::text()).expect("it is JSON");
    jsonschema::draft202012::new(&schema).expect("it is a schema")
}

/// As an editor reads it; none of what is no YAML, or is refused as such.
fn read(text: &str) -> Option<Value> {
    let sources = Sources::from_text("blueprint.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let tree = yaml::parse(&sources, sources.main(), &mut diagnostics)?;
    diagnostics.is_empty().then(|| schema::as_json(&tree))
}

fn texts(name: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut found: Vec<(String, String)> = fs::read_dir(root)
        .expect("there are cases")
        .filter_map(|entry| {
            let folder = entry.expect("it can be listed").path();
            let text = fs::read_to_string(folder.join(name)).ok()?;
            Some((folder.file_name()?.to_string_lossy().into_owned(), text))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn what_is_fixed_fits() {
    let validator = validator();
    let mut wrong = Vec::new();
    let texts = texts("fixed.yaml");
    assert!(texts.len() > 50);
    for (case, text) in texts {
        let value = read(&text).unwrap_or_else(|| panic!("{case} is no YAML"));
        wrong.extend(
            validator
                .iter_errors(&value)
                .map(|error| format!("{case}: {}: {error}", error.instance_path())),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_wrong_shape_does_not_fit() {
    let validator = validator();
    let mut let_through = Vec::new();
    let mut seen = 0;
    for (case, text) in texts("blueprint.yaml") {
        let Some(value) = read(&text) else { continue };
        let sources = Sources::from_text("blueprint.yaml", text.as_str());
        let diagnostics = diagnose(&sources);
        let of_shape = diagnostics.iter().any(|one| OF_SHAPE.contains(&one.code.id));
        if !of_shape || BEYOND.iter().any(|(beyond, _)| *beyond == case) {
            continue;
        }
        seen += 1;
        if validator.is_valid(&value) {
            let_through.push(case);
        }
    }
    assert_eq!(let_through, Vec::<String>::new());
    assert!(seen > 8, "{seen}");
}
