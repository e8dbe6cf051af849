//! The forms for programs: their shape is a promise.

use blueprint::diagnostics::render::{Look, github, human, json, sarif};
use blueprint::source::Sources;
use serde_json::{Value, json};

use super::diagnose;

const TEXT: &str = "blueprint: 1\nservice:\n  name: shop\n  name: \"50%, or: so\"\n";

fn sources() -> Sources {
    Sources::from_text("apps/shop.yaml", TEXT)
}

#[test]
fn json_has_every_part() {
    let sources = sources();
    let report: Value = serde_json::from_str(&json(&diagnose(&sources), &sources)).unwrap();
    let place = |line: usize, start: usize| {
        json!({
            "file": "apps/shop.yaml",
            "line": line, "column": 3, "end_line": line, "end_column": 7,
            "start": start, "end": start + 4,
        })
    };
    assert_eq!(
        report,
        json!({
            "version": 1,
            "diagnostics": [{
                "code": "E009",
                "severity": "error",
                "title": "the same key twice",
                "message": "`name` stands here twice",
                "place": place(4, 37),
                "label": "the second",
                "related": [{ "place": place(3, 24), "label": "the first" }],
                "reason": "only one of them could count",
                "next": "remove one of them, or give it its own name",
                "fix": null,
            }],
        })
    );
}

#[test]
fn json_and_sarif_have_fixes() {
    let sources = Sources::from_text("a.yaml", "blueprint: 1\nservice: { nmae: shöp }\n");
    let diagnostics = diagnose(&sources);
    let report: Value = serde_json::from_str(&json(&diagnostics, &sources)).unwrap();
    let of_word = &report["diagnostics"].as_array().unwrap()[0];
    assert_eq!(
        of_word["fix"],
        json!({
            "title": "write `name`",
            "edits": [{
                "place": {
                    "file": "a.yaml",
                    "line": 2, "column": 12, "end_line": 2, "end_column": 16,
                    "start": 24, "end": 28,
                },
                "replacement": "name",
            }],
        })
    );
    let log: Value = serde_json::from_str(&sarif(&diagnostics, &sources)).unwrap();
    assert_eq!(
        log["runs"][0]["results"][0]["fixes"],
        json!([{
            "description": { "text": "write `name`" },
            "artifactChanges": [{
                "artifactLocation": { "uri": "a.yaml" },
                "replacements": [{
                    "deletedRegion":
                        { "startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 16 },
                    "insertedContent": { "text": "name" },
                }],
            }],
        }])
    );
}

/// Programs put in what they are given: in a file of another system with that system's line ends.
#[test]
fn edits_end_their_lines_as_the_file_does() {
    let sources = Sources::from_text("a.yaml", "service: { name: shop }\r\n");
    let diagnostics = diagnose(&sources);
    let report: Value = serde_json::from_str(&json(&diagnostics, &sources)).unwrap();
    let edit = &report["diagnostics"][0]["fix"]["edits"][0];
    assert_eq!(edit["replacement"], "blueprint: 1\r\n");
    let log: Value = serde_json::from_str(&sarif(&diagnostics, &sources)).unwrap();
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "blueprint: 1\r\n");
    let shown = human(&diagnostics, &sources, Look::Plain);
    assert!(shown.contains("+ blueprint: 1\n") && !shown.contains("\\u{d}"), "{shown}");
}

#[test]
fn nothing_wrong_is_an_empty_list() {
    let sources = Sources::from_text("a.yaml", "blueprint: 1\nservice: { name: shop }\n");
    let diagnostics = diagnose(&sources);
    let report: Value = serde_json::from_str(&json(&diagnostics, &sources)).unwrap();
    assert_eq!(report, json!({ "version": 1, "diagnostics": [] }));
    assert_eq!(human(&diagnostics, &sources, Look::Coloured), "");
    assert_eq!(github(&diagnostics, &sources), "");
}

#[test]
fn github_is_one_line_each() {
    let sources = sources();
    assert_eq!(
        github(&diagnose(&sources), &sources),
        "::error file=apps/shop.yaml,line=4,endLine=4,col=3,endColumn=7,title=E009::\
         `name` stands here twice%0Aonly one of them could count%0A\
         remove one of them, or give it its own name\n"
    );
}

#[test]
fn sarif_names_its_rules() {
    let sources = sources();
    let log: Value = serde_json::from_str(&sarif(&diagnose(&sources), &sources)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "E009");
    assert_eq!(run["results"][0]["ruleId"], "E009");
    let region = &run["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 4);
    let related = &run["results"][0]["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "the first");
}

#[test]
fn colour_is_only_colour() {
    let sources = sources();
    let diagnostics = diagnose(&sources);
    let coloured = human(&diagnostics, &sources, Look::Coloured);
    let mut plain = String::new();
    for (index, part) in coloured.split("\u{1b}[").enumerate() {
        let text = if index == 0 { part } else { part.split_once('m').unwrap().1 };
        plain.push_str(text);
    }
    assert_eq!(plain, human(&diagnostics, &sources, Look::Plain));
}
