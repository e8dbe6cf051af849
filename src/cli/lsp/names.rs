//! Definitions, references, names of a document, and other names for them.

use super::text;
use super::world::{Seen, World};
use crate::cli::{rename, was};
use crate::diagnostics::Edit;
use crate::diagnostics::fix::edited;
use crate::resolve::index::Kind;
use crate::source::{FileId, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn location(world: &World, seen: &Seen, span: Span) -> Value {
    let range = text::range(seen.sources.file(span.file), span);
    json!({ "uri": world.uri(seen, span.file), "range": range })
}

/// What is named at a place.
pub fn at(seen: &Seen, file: FileId, offset: usize) -> Vec<(&str, Span)> {
    seen.study.index().map(|index| index.at(file, offset)).unwrap_or_default()
}

pub fn definition(world: &World, seen: &Seen, file: FileId, offset: usize) -> Value {
    let Some(index) = seen.study.index() else { return Value::Null };
    let mut found: Vec<Span> = Vec::new();
    for (path, _) in at(seen, file, offset) {
        for member in index.family(path) {
            found.extend(index.symbol(member).and_then(|symbol| symbol.definition));
        }
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|span| location(world, seen, span)).collect()
}

pub fn references(
    world: &World,
    seen: &Seen,
    file: FileId,
    offset: usize,
    with_definition: bool,
) -> Value {
    let Some(index) = seen.study.index() else { return Value::Null };
    let mut found: Vec<Span> = Vec::new();
    for (path, _) in at(seen, file, offset) {
        found.extend(index.everywhere(path));
        if !with_definition && let Some(symbol) = index.symbol(path) {
            found.retain(|span| Some(*span) != symbol.definition);
        }
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|span| location(world, seen, span)).collect()
}

/// The place that a new name would replace; an error says why there is none.
pub fn renameable(seen: &Seen, file: FileId, offset: usize) -> Result<Value, String> {
    let Some(index) = seen.study.index() else {
        return Err("the blueprint cannot be read yet".to_owned());
    };
    if !seen.is_whole() {
        return Err("a file of the blueprint cannot be read yet, and may use the name".to_owned());
    }
    let (path, span) =
        at(seen, file, offset).first().copied().ok_or("nothing is named here".to_owned())?;
    let symbol = index.symbol(path).ok_or("nothing is named here".to_owned())?;
    index.renamed(path, &symbol.name)?;
    let range = text::range(seen.sources.file(span.file), span);
    Ok(json!({ "range": range, "placeholder": symbol.name }))
}

/// All that is to be changed for a new name, and what is to be said of it.
pub fn rename(
    world: &World,
    seen: &Seen,
    file: FileId,
    offset: usize,
    new: &str,
) -> Result<(Value, Option<String>), String> {
    renameable(seen, file, offset)?;
    let Some(index) = seen.study.index() else { return Ok((Value::Null, None)) };
    let found = at(seen, file, offset);
    let Some((path, _)) = found.first() else { return Ok((Value::Null, None)) };
    // What was compiled beside the blueprint, as `blueprint compile` does where nothing else is said.
    let folder = seen.sources.path(seen.sources.main()).and_then(Path::parent);
    let before = folder.map(was::recorded).unwrap_or_default();
    let (edits, unsaid) = rename::edits(&seen.sources, index, path, new, &before)?;
    still_right(world, seen, &edits)?;
    let changes: serde_json::Map<String, Value> = edits
        .iter()
        .map(|(file, edits)| {
            let edits: Vec<Value> = edits.iter().map(|edit| text_edit(seen, edit)).collect();
            (world.uri(seen, *file), Value::Array(edits))
        })
        .collect();
    let note = unsaid.then(|| rename::NO_WAS.to_owned());
    Ok((json!({ "changes": changes }), note))
}

pub fn text_edit(seen: &Seen, edit: &Edit) -> Value {
    let file = seen.sources.file(edit.span.file);
    json!({ "range": text::range(file, edit.span), "newText": edit.replacement })
}

/// A new name that makes a mistake is refused, with the mistake.
fn still_right(
    world: &World,
    seen: &Seen,
    edits: &BTreeMap<FileId, Vec<Edit>>,
) -> Result<(), String> {
    let errors = |diagnostics: &crate::diagnostics::Diagnostics| {
        diagnostics.iter().filter(|one| !one.code.is_warning()).count()
    };
    let texts: BTreeMap<PathBuf, String> = edits
        .iter()
        .filter_map(|(file, edits)| {
            let path = seen.sources.path(*file)?.to_owned();
            Some((path, edited(&seen.sources.file(*file).text, edits)))
        })
        .collect();
    let Some(after) = world.with(seen, &texts) else { return Ok(()) };
    if errors(&after.diagnostics) <= errors(&seen.study.diagnostics) {
        return Ok(());
    }
    let known = |message: &str| seen.study.diagnostics.iter().any(|one| one.message == message);
    let first = after.diagnostics.iter().find(|one| !one.code.is_warning() && !known(&one.message));
    Err(first
        .map_or("it would not compile".to_owned(), |one| format!("{}: {}", one.code, one.message)))
}

/// The names declared in a file, in the order of the text.
pub fn symbols(world: &World, seen: &Seen, file: FileId) -> Value {
    let Some(index) = seen.study.index() else { return json!([]) };
    let mut found: Vec<(Span, Value)> = index
        .symbols()
        .filter_map(|(path, symbol)| {
            let span = symbol.definition.filter(|span| span.file == file)?;
            let around = path.rsplit_once('.').map_or("", |(around, _)| around);
            let one = json!({
                "name": symbol.name,
                "kind": number(symbol.kind),
                "location": location(world, seen, span),
                "containerName": around,
            });
            Some((span, one))
        })
        .collect();
    found.sort_by_key(|(span, _)| *span);
    found.into_iter().map(|(_, one)| one).collect()
}

/// The protocol's number for a kind of name.
fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Entity => 5,
        Kind::Field | Kind::Input | Kind::Output | Kind::Total => 8,
        Kind::Action | Kind::Command => 6,
        Kind::Context => 3,
        Kind::Role | Kind::Party => 11,
        Kind::State | Kind::Value => 22,
        Kind::Row | Kind::Rows => 13,
        Kind::Hook => 12,
        Kind::Group => 10,
        Kind::Setting => 14,
        Kind::Unique | Kind::Exclusion | Kind::Rule | Kind::Requirement => 20,
    }
}
