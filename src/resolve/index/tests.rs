//! Renaming tells whether the index has every place: what is missed no longer compiles, or means something else.

use std::path::{Path, PathBuf};

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};

use super::{Index, Kind};
use crate::diagnostics::Edit;
use crate::diagnostics::fix::edited;
use crate::source::{Span, Unsaved};
use crate::{compile, load_as, study};

fn blueprint(app: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints").join(app).join("blueprint.yaml")
}

/// The texts of all files with edits made.
fn with(main: &Path, edits: &[(Span, String)]) -> Unsaved {
    let sources = load_as(main, "blueprint.yaml", &Unsaved::new()).expect("it can be read");
    let mut texts = Unsaved::new();
    for id in sources.ids() {
        let here = edits.iter().filter(|(span, _)| span.file == id);
        let here: Vec<Edit> = here.map(|(span, text)| Edit::new(*span, text.clone())).collect();
        let path = sources.path(id).expect("it is a file").to_owned();
        texts.insert(path, edited(&sources.file(id).text, &here));
    }
    texts
}

fn meaning(main: &Path, texts: &Unsaved) -> Result<String, String> {
    let sources = load_as(main, "blueprint.yaml", texts).expect("it can be read");
    let (model, diagnostics) = compile(&sources);
    let first = diagnostics.iter().find(|one| !one.code.is_warning());
    model.map(|model| format!("{model:?}")).ok_or_else(|| {
        first.map(|one| format!("{}: {}", one.code, one.message)).unwrap_or_default()
    })
}

fn index(main: &Path) -> Index {
    let sources = load_as(main, "blueprint.yaml", &Unsaved::new()).expect("it can be read");
    study(&sources).index().expect("it can be read").clone()
}

fn fresh(kind: Kind) -> &'static str {
    match kind {
        Kind::Entity => "Qzx",
        Kind::Setting => "QZX",
        _ => "qzx",
    }
}

/// The meaning of a renamed blueprint in the words of the one that it was.
fn undone(meaning: &str, kind: Kind, old: &str) -> String {
    if kind != Kind::Entity {
        let word = fresh(kind);
        return meaning
            .replace(&format!("\"{word}\""), &format!("\"{old}\""))
            .replace(&format!(".{word}\""), &format!(".{old}\""))
            .replace(&format!(".{word}."), &format!(".{old}."))
            // Of requests for an action of that name.
            .replace(&format!("`{word}`"), &format!("`{old}`"))
            .replace(&format!("_{word}_"), &format!("_{}_", old.to_snake_case()))
            .replace("Qzx", &old.to_upper_camel_case());
    }
    let snake = old.to_snake_case();
    let plural = match snake.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{snake}s"),
    };
    // The regular plural of the fresh name.
    meaning
        .replace("\"qzxes\"", &format!("\"{}\"", plural.to_kebab_case()))
        .replace("Qzx", old)
        .replace("\"qzx\"", &format!("\"{snake}\""))
        .replace(".qzx\"", &format!(".{snake}\""))
        .replace("\"qzx_", &format!("\"{snake}_"))
}

/// Dashes and underscores aside: a path is the kebab-case of a plural.
fn plain(meaning: &str) -> String {
    meaning.replace('-', "_")
}

fn each_name(app: &str) {
    let main = blueprint(app);
    let index = index(&main);
    let before = plain(&meaning(&main, &Unsaved::new()).expect("it compiles"));
    let mut renamed = 0;
    for (path, symbol) in index.symbols() {
        if symbol.definition.is_none() && symbol.kind != Kind::Entity {
            continue;
        }
        let new = fresh(symbol.kind);
        let Ok(edits) = index.renamed(path, new) else { continue };
        let after = meaning(&main, &with(&main, &edits));
        let after = after.unwrap_or_else(|why| panic!("{path} renamed does not compile: {why}"));
        let after = plain(&undone(&after, symbol.kind, &symbol.name));
        if before != after {
            let at =
                before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
            let near =
                |text: &str| text[at.saturating_sub(80)..(at + 80).min(text.len())].to_owned();
            panic!("{path} renamed means something else:\n{}\n{}", near(&before), near(&after));
        }
        // Without one of its places it is not the same; which one is another for each name.
        if edits.len() > 1 && renamed % 3 == 0 {
            let mut fewer = edits.clone();
            let left_out = fewer.remove(renamed % edits.len());
            let same = meaning(&main, &with(&main, &fewer))
                .is_ok_and(|after| plain(&undone(&after, symbol.kind, &symbol.name)) == before);
            assert!(!same, "{path}: nobody misses {left_out:?}");
        }
        renamed += 1;
    }
    assert!(renamed > 15, "only {renamed} names of {app} can be renamed");
}

#[test]
fn each_name_of_projects_can_be_another() {
    each_name("projects");
    each_name("starter");
}

#[test]
fn each_name_of_the_marketplace_can_be_another() {
    each_name("marketplace");
}

#[test]
fn what_a_word_means_by_its_name_stays() {
    let index = index(&blueprint("projects"));
    for path in
        ["entities.Task.actions.create", "identity.contexts.self", "entities.Task.fields.team"]
    {
        assert!(index.renamed(path, "other").is_err(), "{path}");
    }
}
