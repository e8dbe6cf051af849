//! Whatever stands in the texts of a blueprint, what is compiled of it says and does the same.

use std::collections::BTreeMap;

use blueprint::diagnostics::render::{Look, human};
use blueprint::source::Sources;
use blueprint::tree::Tree;
use serde_json::Value;

use super::random::{Random, seed};
use super::texts::{NASTY, corners};
use super::{markdown, rust, sql};

/// Compiling in a debug build takes a second; `BLUEPRINT_FUZZ` says how many more there are.
const ROUNDS: usize = 5;

fn compiled(text: &str) -> Tree {
    let sources = Sources::from_text("blueprint.yaml", text);
    let (model, diagnostics) = blueprint::compile(&sources);
    let told = human(&diagnostics, &sources, Look::Plain);
    blueprint::emit(&model.unwrap_or_else(|| panic!("{told}\n{text}")))
}

/// By path: what is left of each file when its texts are taken out.
fn skeletons(tree: &Tree) -> BTreeMap<String, String> {
    tree.iter().map(|(path, file)| (path.to_owned(), skeleton(path, &file.text))).collect()
}

fn skeleton(path: &str, text: &str) -> String {
    match path {
        "Cargo.toml" => {
            let mut cargo: toml::Table = toml::from_str(text).expect("Cargo.toml is TOML");
            let package = cargo["package"].as_table_mut().expect("there is a package");
            assert!(package.remove("description").is_some_and(|text| text.is_str()));
            format!("{cargo:?}")
        }
        // What a shell or compose would take, and how many lines of comments.
        ".env.example" => {
            let comment = |line| if str::starts_with(line, '#') { "#" } else { line };
            text.lines().map(comment).collect::<Vec<_>>().join("\n")
        }
        path if path.contains("/kernel/") || path.contains("/support/") => text.to_owned(),
        path if path.ends_with(".rs") => {
            let (tokens, docs) = rust::skeleton(text);
            let more: Vec<_> = docs.iter().flat_map(|doc| markdown::beyond_words(doc)).collect();
            assert_eq!(more, Vec::<String>::new(), "{path}: {docs:#?}");
            format!("{} {tokens}", docs.len())
        }
        path if path.ends_with(".sql") => sql::skeleton(text),
        path if path.ends_with(".md") => markdown::skeleton(text),
        path if path.ends_with(".json") => {
            let mut value: Value = serde_json::from_str(text).expect("it is JSON");
            blank(&mut value);
            value.to_string()
        }
        _ => text.to_owned(),
    }
}

fn blank(value: &mut Value) {
    match value {
        Value::String(text) => text.clear(),
        Value::Array(items) => items.iter_mut().for_each(blank),
        Value::Object(members) => members.values_mut().for_each(blank),
        _ => {}
    }
}

fn same(tame: &BTreeMap<String, String>, text: &str) {
    let nasty = skeletons(&compiled(text));
    assert!(tame.keys().eq(nasty.keys()), "other files: {:?}", nasty.keys());
    for (path, tame) in tame {
        let nasty = &nasty[path];
        if nasty != tame {
            let at = tame.bytes().zip(nasty.bytes()).take_while(|(a, b)| a == b).count();
            let part = |text: &str| {
                let from = text.floor_char_boundary(at.saturating_sub(200));
                text[from..text.floor_char_boundary(at + 200)].to_owned()
            };
            panic!("{path}:\n{}\n--- is ---\n{}\nof\n{text}", part(tame), part(nasty));
        }
    }
}

fn tame() -> BTreeMap<String, String> {
    skeletons(&compiled(&corners(|| "tame".to_owned())))
}

#[test]
fn the_texts_of_corners_act_nowhere() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/services/corners/blueprint.yaml");
    same(&tame(), &std::fs::read_to_string(path).expect("it is there"));
}

/// Each place holds another nasty text in each round.
#[test]
fn nasty_texts_act_nowhere() {
    let rounds =
        std::env::var("BLUEPRINT_FUZZ").map_or(ROUNDS, |more| more.parse().expect("a number"));
    let mut random = Random::seeded(seed(Some(1)));
    let tame = tame();
    for _ in 0..rounds {
        let text = corners(|| NASTY[random.below(NASTY.len())].to_owned());
        same(&tame, &text);
    }
}

/// A comment is wrapped: wherever that is, no line of it begins a block of code, which rustdoc would run as a test.
#[test]
fn no_comment_is_code_wherever_it_is_wrapped() {
    let text = |before: usize| {
        let summary =
            format!("{} ``` rust std::process::abort() - 1. > # ~~~ x ", "x".repeat(before));
        format!(
            "blueprint: 1\nservice: {{ name: shop, summary: \"{summary}\" }}\nsettings: {{ LABEL: {{ type: text, summary: \"{summary}\" }} }}\n"
        )
    };
    for before in 20..100 {
        for (path, file) in compiled(&text(before)).iter() {
            if path.ends_with(".rs") && !path.contains("/kernel/") && !path.contains("/support/") {
                skeleton(path, &file.text);
            }
        }
    }
}
