//! What is said can be understood by whoever has never seen a compiler, is said once, and leads on.

use std::collections::BTreeSet;
use std::fmt::Write;

use blueprint::diagnostics::render::json;
use blueprint::diagnostics::{Diagnostic, Diagnostics, codes};
use blueprint::source::Sources;
use serde_json::Value;

use super::cases::{Case, all};

/// Words of parsers, of the compiler's own types and of the libraries beneath it. Text in backquotes is the
/// blueprint's, and may have any of them.
const INSIDES: &[&str] = &[
    "ast",
    "boxed",
    "deserialize",
    "deserialise",
    "deserializer",
    "enum",
    "eof",
    "event",
    "expr",
    "flow",
    "granit",
    "hashmap",
    "ident",
    "identifier",
    "indexmap",
    "internal",
    "invalid",
    "lex",
    "lexer",
    "lexical",
    "literal",
    "lookahead",
    "marker",
    "missing field",
    "node",
    "null",
    "nullable",
    "operand",
    "opt",
    "option",
    "panic",
    "panicked",
    "parse",
    "parsed",
    "parser",
    "parsing",
    "regex",
    "rowan",
    "saphyr",
    "scalar",
    "schema",
    "semantic",
    "sequence",
    "serde",
    "span",
    "str",
    "struct",
    "subtree",
    "syntax",
    "tuple",
    "unexpected",
    "unhandled",
    "unimplemented",
    "unreachable",
    "unwrap",
    "usize",
    "utf8error",
    "variant",
    "vec",
];
/// Signs that only code has.
const SIGNS: &[&str] =
    &["::", "->", "=>", "Option<", "Some(", "Ok(", "Err(", "Vec<", "&str", "{:?}", "\\n"];

/// The same without what stands in backquotes.
fn prose(text: &str) -> String {
    match text.matches('`').count() % 2 {
        0 => text.split('`').step_by(2).collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

fn inside(text: &str) -> Option<&'static str> {
    let prose = prose(text.lines().next().unwrap_or_default());
    let lower = prose.to_lowercase();
    let has = |word: &str| {
        lower.match_indices(word).any(|(at, _)| {
            let letter = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
            !letter(lower[..at].chars().next_back())
                && !letter(lower[at + word.len()..].chars().next())
        })
    };
    let word = INSIDES.iter().find(|word| has(word));
    word.or_else(|| SIGNS.iter().find(|sign| prose.contains(**sign))).copied()
}

fn texts(one: &Diagnostic) -> Vec<&str> {
    let labels = one.secondary.iter().chain([&one.primary]).map(|label| label.text.as_str());
    let fix = one.fix.as_ref().map(|fix| fix.title.as_str());
    let texts = [Some(one.message.as_str()), one.reason.as_deref(), one.next.as_deref(), fix];
    labels.chain(texts.into_iter().flatten()).filter(|text| !text.is_empty()).collect()
}

/// What is wrong with the words of one run; used wherever many broken blueprints are at hand.
pub fn faults(sources: &Sources, diagnostics: &Diagnostics) -> String {
    let mut wrong = String::new();
    let mut said = BTreeSet::new();
    let mut places = BTreeSet::new();
    for one in diagnostics {
        let mut fault = |why: String| {
            let _ = writeln!(wrong, "{}: {why}: {}", one.code, one.message);
        };
        for text in texts(one) {
            if let Some(word) = inside(text) {
                fault(format!("speaks of `{word}` in: {text}"));
            }
            if text.trim() != text || text.ends_with('.') || text.ends_with('!') {
                fault(format!("ends as no other text does: {text:?}"));
            }
        }
        if one.next.is_none() && one.fix.is_none() {
            fault("leads nowhere".to_owned());
        }
        if one.message.is_empty() || one.reason.as_ref() == Some(&one.message) {
            fault("says nothing".to_owned());
        }
        let line =
            sources.file(one.primary.span.file).position(one.primary.span.start as usize).line;
        if !said.insert((one.primary.span.file, line, one.message.clone())) {
            fault("is said twice of a line".to_owned());
        }
        // What is missing has no place of its own.
        if one.code != codes::MISSING_WORD && !places.insert((one.primary.span, one.code)) {
            fault("is told twice at a place".to_owned());
        }
    }
    wrong
}

#[test]
fn every_case_is_told_in_words_that_lead_on() {
    let mut wrong = String::new();
    for Case { folder, sources, diagnostics } in all() {
        let faults = faults(sources, diagnostics);
        if !faults.is_empty() {
            let _ = writeln!(wrong, "{}\n{faults}", folder.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn programs_are_told_the_same() {
    for Case { sources, diagnostics, .. } in all() {
        let report: Value = serde_json::from_str(&json(diagnostics, sources)).unwrap();
        let told = report["diagnostics"].as_array().unwrap();
        assert_eq!(told.len(), diagnostics.len());
        for (told, one) in told.iter().zip(diagnostics) {
            assert_eq!(told["message"], one.message.as_str());
            assert!(told["next"].is_string() || told["fix"].is_object(), "{told:#}");
            assert_eq!(told["title"], one.code.title);
            assert_eq!(inside(one.code.title), None);
        }
    }
}

#[test]
fn what_only_programmers_say_is_found() {
    for (text, found) in [
        ("unexpected token", Some("unexpected")),
        ("expected a scalar node", Some("node")),
        ("called `unwrap` here", None),
        ("a first token", None),
        ("got Some(3)", Some("Some(")),
    ] {
        assert_eq!(inside(text), found, "{text}");
    }
}
