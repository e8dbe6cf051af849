//! A fix that is offered mends its mistake, and makes no other.

use std::collections::BTreeMap;
use std::fmt::Write;

use blueprint::diagnostics::fix::edited;
use blueprint::diagnostics::{Diagnostics, codes};
use blueprint::source::Sources;

use super::cases::folders;
use super::diagnose;

/// How often each mistake was told, by code and words. Warnings wait until nothing is wrong, so mending one
/// mistake may be what lets them come.
fn told(diagnostics: &Diagnostics) -> BTreeMap<(&str, &str), usize> {
    let mut told = BTreeMap::new();
    for one in diagnostics.iter().filter(|one| !one.code.is_warning()) {
        *told.entry((one.code.id, one.message.as_str())).or_default() += 1;
    }
    told
}

#[test]
fn each_fix_of_a_case_mends_and_harms_nothing() {
    let mut tried = 0;
    let mut wrong = String::new();
    for folder in folders() {
        let Ok(text) = std::fs::read_to_string(folder.join("blueprint.yaml")) else { continue };
        let sources = Sources::from_text("blueprint.yaml", text.clone());
        let before = diagnose(&sources);
        for one in before.iter().filter(|one| !one.code.is_warning()) {
            let Some(edits) = one.edits(&sources) else { continue };
            let mended = edited(&text, &edits);
            let after = diagnose(&Sources::from_text("blueprint.yaml", mended.clone()));
            let mut expected = told(&before);
            *expected.get_mut(&(one.code.id, one.message.as_str())).unwrap() -= 1;
            for (mistake, count) in told(&after) {
                let most = expected.get(&mistake).copied().unwrap_or(0);
                if count > most {
                    let _ = writeln!(wrong, "{}: {mistake:?} after {one:?}", folder.display());
                }
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(tried > 40, "only {tried} fixes were offered");
}

/// What is offered for one small mistake, applied.
fn mended(line: &str) -> Option<String> {
    let text = format!(
        "blueprint: 1\nservice: {{ name: shop, currency: EUR }}\nidentity: {{ contexts: {{ team: \
         {{ tenant: Team, grants: Member, founder: lead }} }} }}\nroles: {{ lead: {{ in: team }} }}\n\
         entities:\n  Task:\n    states: [open, done]\n    fields:\n      title: text(1..80)\n      \
         size: optional int\n{line}"
    );
    let sources = Sources::from_text("blueprint.yaml", text.clone());
    let diagnostics = diagnose(&sources);
    let first = diagnostics.iter().find(|one| !one.code.is_warning())?;
    let fixed = edited(&text, &first.edits(&sources)?);
    let start = text.len() - line.len();
    Some(fixed[start..].to_owned())
}

#[test]
fn what_is_written_instead() {
    for (line, fixed) in [
        ("    rules: { r: size = 1 }", "    rules: { r: size == 1 }"),
        ("    rules: { r: size <> 1 }", "    rules: { r: size != 1 }"),
        ("    rules: { r: \"!(len(title) > 3)\" }", "    rules: { r: \"not (len(title) > 3)\" }"),
        (
            "    rules: { r: len(title) > 3 and size > 1 }",
            "    rules: { r: len(title) > 3 && size > 1 }",
        ),
        ("    rules: { r: size == null }", "    rules: { r: size is unset }"),
        ("    rules: { r: size!=null || size > 1 }", "    rules: { r: size is set || size > 1 }"),
        ("    rules: { r: state is not open }", "    rules: { r: not state is open }"),
        ("    rules: { r: size is not set }", "    rules: { r: size is unset }"),
        ("      due: integer\n", "      due: int\n"),
        ("      due: date optional\n", "      due: optional date\n"),
        ("      due: { type: 'date optional' }\n", "      due: { type: 'optional date' }\n"),
        ("      title: text(1..80)\n    rules: {}\n", "    rules: {}\n"),
        ("      a: { type: int, type: int }\n", "      a: { type: int }\n"),
        ("    summary: Tasks: to do\n", "    summary: 'Tasks: to do'\n"),
        ("    summary: It's: so\r\n", "    summary: 'It''s: so'\r\n"),
        (
            "    read: { lead: { fields: title, size } }\n",
            "    read: { lead: { fields: [title, size] } }\n",
        ),
        ("    read: { lead: 'title, size' }\n", "    read: { lead: [title, size] }\n"),
        (
            "      due: { type: date, summary: At noon, say }   # when\n",
            "      due:   # when\n        type: date\n        summary: At noon, say\n",
        ),
        (
            "    unique: { u: { fields: [title], global: one, and all } }\n",
            "    unique: { u: { fields: [title], global: 'one, and all' } }\n",
        ),
        ("      due: optional one of a, b }\n", ""),
    ] {
        assert_eq!(mended(line).unwrap_or_default(), fixed, "{line}");
    }
}

#[test]
fn what_is_not_certain_is_left_to_people() {
    for line in [
        // Two names are near.
        "      titel: text\n    rules: { r: tite == title }\n",
        // What a text holds is for its author to say.
        "      due: string\n",
        // The second says something else.
        "      title: text(1..90)\n",
        // An escape: the text does not stand there as it is meant.
        "    rules: { r: \"si\\x7ae = 1\" }\n",
    ] {
        assert_eq!(mended(line), None, "{line}");
    }
}

#[test]
fn a_missing_version_is_added_to_a_block_alone() {
    for (text, offered) in [("service: { name: a }\n", true), ("{ service: { name: a } }\n", false)]
    {
        let sources = Sources::from_text("a.yaml", text);
        let diagnostics = diagnose(&sources);
        let missing = diagnostics.iter().find(|one| one.code == codes::MISSING_WORD).unwrap();
        assert_eq!(missing.edits(&sources).is_some(), offered, "{text}");
    }
}
