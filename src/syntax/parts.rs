//! The files of a blueprint as one: sections of names are joined, every other stands in one file.

use std::collections::BTreeMap;

use super::reader::Reader;
use super::words::Shape;
use super::{Document, Entity, Role, Setting};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Entry, Node};

/// What only the main file says.
const MAIN_ALONE: &[&str] = &["blueprint", "service", "include"];
/// Sections that are not names with something under each.
const ONE_ALONE: &[&str] = &["identity", "routes", "ledger", "events"];

/// All files as one tree.
pub(super) struct Parts {
    pub root: Node,
    /// Something in one of them could not be read.
    pub lost: bool,
}

/// None without the main one.
pub(super) fn join(trees: Vec<Option<Node>>, reader: &mut Reader<'_>) -> Option<Parts> {
    let mut lost = trees.iter().any(Option::is_none);
    let mut trees = trees.into_iter();
    let mut root = trees.next()??;
    let parts: Vec<Node> = trees.flatten().collect();
    if parts.is_empty() {
        return Some(Parts { root, lost });
    }
    // A main file of another shape is reported as such.
    let Content::Mapping(entries) = &mut root.content else { return Some(Parts { root, lost }) };
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        sections.insert(entry.key.value.clone(), Section::of(at, entry));
    }
    for part in parts {
        let Content::Mapping(more) = part.content else {
            reader.wrong_shape(&part, "a file that is included", "`entities: { Task: … }`");
            lost = true;
            continue;
        };
        for entry in more {
            if MAIN_ALONE.contains(&entry.key.value.as_str()) {
                reader.push(main_alone(&entry.key));
                lost |= entry.key.value == "include";
                continue;
            }
            match sections.get_mut(&entry.key.value) {
                None => {
                    sections.insert(entry.key.value.clone(), Section::of(entries.len(), &entry));
                    entries.push(entry);
                }
                Some(section) => {
                    let into = &mut entries[section.at];
                    lost |= !section.add(into, entry, reader);
                }
            }
        }
    }
    Some(Parts { root, lost })
}

/// A section that is there already.
struct Section {
    /// Its index among the entries.
    at: usize,
    names: BTreeMap<String, Span>,
}

impl Section {
    fn of(at: usize, entry: &Entry) -> Self {
        let mut section = Section { at, names: BTreeMap::new() };
        if let Content::Mapping(names) = &entry.value.content {
            for name in names {
                section.names.insert(name.key.value.clone(), name.key.span);
            }
        }
        section
    }

    /// Whether all of it could be added.
    fn add(&mut self, into: &mut Entry, more: Entry, reader: &mut Reader<'_>) -> bool {
        if ONE_ALONE.contains(&more.key.value.as_str()) {
            reader.push(twice(&more.key, into.key.span).next(format!(
                "keep `{}` in one file; sections of names, such as `entities`, stand in as many as one likes",
                more.key
            )));
            return false;
        }
        let Content::Mapping(names) = more.value.content else {
            let example = example(&more.key.value);
            reader.wrong_shape(&more.value, &format!("`{}`", more.key), example);
            return false;
        };
        let Content::Mapping(all) = &mut into.value.content else {
            // What is there instead is reported where it is read, and what comes now takes its place.
            let example = example(&more.key.value);
            reader.wrong_shape(&into.value, &format!("`{}`", into.key), example);
            into.value.content = Content::Mapping(names);
            into.value.span = more.value.span;
            *self = Section::of(self.at, into);
            return false;
        };
        let mut whole = true;
        for name in names {
            if let Some(first) = self.names.get(&name.key.value) {
                reader.push(
                    twice(&name.key, *first).next("remove one of them, or give it its own name"),
                );
                whole = false;
                continue;
            }
            self.names.insert(name.key.value.clone(), name.key.span);
            all.push(name);
        }
        whole
    }
}

fn example(section: &str) -> &'static str {
    match section {
        "settings" => Setting::EXAMPLE,
        "roles" => Role::EXAMPLE,
        "entities" => Entity::EXAMPLE,
        _ => Document::EXAMPLE,
    }
}

fn twice(second: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_KEY, second.span, format!("`{second}` stands in two files"))
        .label("the second")
        .also(first, "the first")
        .reason("only one of them could count")
}

fn main_alone(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`{key}` stands in a file that is included");
    let diagnostic = Diagnostic::new(codes::MAIN_ALONE, key.span, message);
    if key.value == "include" {
        diagnostic
            .reason(
                "all files of a blueprint are listed in one place, so that none goes in a circle",
            )
            .next("list the files in the main one")
    } else {
        diagnostic
            .reason("it is said of the whole, so it stands in the main file")
            .next("move it there")
    }
}
