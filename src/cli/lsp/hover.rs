//! What stands at a place: a mistake's page, a name with all that it stands for, a word with its meaning.

use super::cursor::cursor;
use super::text;
use super::words::Words;
use super::world::Seen;
use crate::cli::explain;
use crate::source::{FileId, Span};
use serde_json::{Value, json};

pub fn hover(words: &Words, seen: &Seen, file: FileId, offset: usize) -> Value {
    let mut parts = Vec::new();
    let mut place = None;
    let inside = |span: Span| {
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        span.file == file && span.start <= at && at <= span.end
    };
    for one in &seen.study.diagnostics {
        if inside(one.primary.span) {
            place = Some(one.primary.span);
            parts.push(one.code.page.trim().to_owned());
        }
    }
    for (path, span) in super::names::at(seen, file, offset) {
        place = Some(span);
        parts.push(named(seen, path));
    }
    let source = seen.sources.file(file);
    if let Some((span, path)) = key(&source.text, file, offset)
        && let Some(about) = words.said(&path).filter(|about| !about.is_empty())
    {
        place.get_or_insert(span);
        let word = path.last().map_or("", String::as_str);
        parts.push(format!("`{word}`: {about}"));
    }
    let Some(place) = place else { return Value::Null };
    json!({
        "contents": { "kind": "markdown", "value": parts.join("\n\n---\n\n") },
        "range": text::range(source, place),
    })
}

/// A name: what it is and, where the blueprint is sound, all that it stands for.
fn named(seen: &Seen, path: &str) -> String {
    let symbol = seen.study.index().and_then(|index| index.symbol(path));
    let kind = symbol.map_or("name", |symbol| symbol.kind.name());
    let mut text = format!("**{kind}** `{path}`");
    if symbol.is_some_and(|symbol| symbol.definition.is_none()) {
        text += ", implied";
    }
    let said = seen.study.sound.as_ref().and_then(|(model, _)| explain::said(model, path));
    if let Some(said) = said {
        text += &format!("\n\n```text\n{}\n```", said.trim_end());
    } else if let Some(line) = written(seen, path) {
        text += &format!("\n\n```yaml\n{line}\n```");
    }
    text
}

/// The line on which a name is declared.
fn written(seen: &Seen, path: &str) -> Option<String> {
    let span = seen.study.index()?.symbol(path)?.definition?;
    let file = seen.sources.file(span.file);
    let line = file.line(file.position(span.start as usize).line).trim();
    Some(line.chars().take(200).collect())
}

/// The key at a place, and the keys that lead to it.
fn key(text: &str, file: FileId, offset: usize) -> Option<(Span, Vec<String>)> {
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind(|one| !is_word(one)).map_or(0, |at| at + 1);
    let start = text.ceil_char_boundary(start);
    let end = text[offset..].find(|one| !is_word(one)).map_or(text.len(), |at| offset + at);
    if start >= end || !text[end..].starts_with(':') {
        return None;
    }
    let here = cursor(text, end);
    let mut path = here.path;
    (here.is_key && here.prefix == text[start..end]).then(|| {
        path.push(here.prefix);
        (Span::new(file, start..end), path)
    })
}
