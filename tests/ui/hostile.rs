//! Files that are meant to hurt are refused at their place, with few words.

use blueprint::diagnostics::Diagnostics;
use blueprint::diagnostics::render::{Look, human, json};
use blueprint::source::Sources;

use super::diagnose;

/// Code, line and column of each.
fn found(sources: &Sources, diagnostics: &Diagnostics) -> Vec<String> {
    let file = sources.file(sources.main());
    diagnostics
        .iter()
        .map(|one| {
            let place = file.position(one.primary.span.start as usize);
            format!("{} {}:{}", one.code, place.line, place.column)
        })
        .collect()
}

fn check(text: impl Into<String>, expected: &[&str]) {
    let sources = Sources::from_text("blueprint.yaml", text);
    let diagnostics = diagnose(&sources);
    assert_eq!(found(&sources, &diagnostics), expected);
    let shown = human(&diagnostics, &sources, Look::Plain);
    assert!(shown.len() < 4096, "{} bytes", shown.len());
    assert!(shown.chars().all(|one| one == '\n' || !one.is_control()));
    assert!(json(&diagnostics, &sources).len() < 16 * 1024);
}

fn check_bytes(bytes: &[u8], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("blueprint.yaml");
    std::fs::write(&path, bytes).expect("it can be written");
    let sources = Sources::read(&path).expect("it can be read");
    assert_eq!(found(&sources, &diagnose(&sources)), expected);
}

#[test]
fn a_value_of_64_mib() {
    check_bytes(&[b"a: ".as_slice(), &vec![b'x'; 64 << 20]].concat(), &["E001 1:1"]);
}

#[test]
fn what_is_no_plain_file_is_not_opened() {
    let error = Sources::read(std::path::Path::new("/dev/zero")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /dev/zero: it is no plain file");
}

#[test]
fn a_long_value() {
    let text = format!("blueprint: 1\nservice: {{ name: {} }}\n", "x".repeat(65 * 1024));
    check(text, &["E013 2:18"]);
}

#[test]
fn a_long_key() {
    check(format!("{}: 1\n", "x".repeat(5000)), &["E004 1:5001"]);
}

#[test]
fn many_values() {
    let text = format!("entities: [{}]\n", "a,".repeat(500_000));
    check(text, &["E012 1:200006"]);
}

#[test]
fn deep_lists() {
    check("a: ".to_owned() + &"[".repeat(100_000), &["E011 1:37"]);
    check("- ".repeat(100_000), &["E011 1:65"]);
    let block: String = (0..500).map(|depth| " ".repeat(depth) + "a:\n").collect();
    check(block, &["E011 33:33"]);
}

#[test]
fn an_alias_bomb() {
    let text = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n";
    let sources = Sources::from_text("blueprint.yaml", text);
    let found = found(&sources, &diagnose(&sources));
    let anchors: Vec<&String> = found.iter().filter(|one| one.starts_with("E007")).collect();
    assert_eq!(anchors, ["E007 1:4", "E007 2:4", "E007 3:4"]);
}

#[test]
fn bytes_that_are_no_text() {
    check_bytes(b"blueprint: 1\nservice: \xc3\x28\n", &["E002 2:10"]);
    check_bytes(b"\xff\xfeb\0l\0u\0e\0", &["E002 1:1"]);
    check_bytes(
        b"\x7fELF\x02\x01\x01\0\0",
        &["E003 1:1", "E003 1:5", "E003 1:6", "E003 1:7", "E003 1:8", "E003 1:9"],
    );
}

#[test]
fn marks_and_line_ends_of_other_systems_are_fine() {
    check("\u{feff}blueprint: 1\r\nservice: { name: shop }\r\n", &[]);
    check("blueprint: 1\rservice: { name: shop }\r", &["E003 1:13", "E003 1:37"]);
    check("blueprint: 1\nservice: { name: sh\u{feff}op }\n", &["E003 2:20"]);
}

/// Nothing is compared with everything.
#[test]
fn wide_mappings_and_lists() {
    let keys: String = (0..18_000).map(|key| format!("k{key}: x, ")).collect();
    let names: String = (0..18_000).map(|name| format!("n{name}, ")).collect();
    let text = format!(
        "a: {{ {keys} }}\nroles: {{ {keys} }}\nentities: {{ A: {{ states: [{names}] }} }}\n"
    );
    let sources = Sources::from_text("blueprint.yaml", text);
    let found = found(&sources, &diagnose(&sources));
    assert_eq!(found.iter().filter(|one| one.starts_with("E012")).count(), 2, "{found:?}");
}

#[test]
fn many_mistakes_are_cut_off() {
    let keys: String = (0..20_000).map(|key| format!("zebra_{key}: 1\n")).collect();
    let sources = Sources::from_text("blueprint.yaml", keys);
    assert_eq!(diagnose(&sources).len(), 500);
}

/// Whatever is cut off, left out or put in: mistakes are told, nothing breaks.
#[test]
fn damaged_blueprints() {
    let text = include_str!("../../blueprints/projects/blueprint.yaml");
    let judge = |damaged: String| {
        let sources = Sources::from_text("blueprint.yaml", damaged);
        let diagnostics = diagnose(&sources);
        human(&diagnostics, &sources, Look::Coloured);
        json(&diagnostics, &sources);
        let faults = super::words::faults(&sources, &diagnostics);
        assert!(faults.is_empty(), "{faults}\n{}", sources.file(sources.main()).text);
    };
    for (at, _) in text.char_indices().step_by(3) {
        judge(text[..at].to_owned());
    }
    for (index, special) in "{}[]:,&*!|>'\"%@`#-?\n\té\u{0}".chars().enumerate() {
        for (at, _) in text.char_indices().skip(index).step_by(29) {
            judge(format!("{}{special}{}", &text[..at], &text[at..]));
        }
    }
    for left_out in text.lines() {
        let rest: Vec<&str> = text.lines().filter(|line| *line != left_out).collect();
        judge(rest.join("\n"));
    }
}
