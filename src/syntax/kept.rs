//! What was read of a blueprint's files, for when they are read again and few of them have changed.
//!
//! An editor's blueprint is read after every pause in typing. A file that says what it said before is not parsed and
//! decoded again: its entities, which are nearly all of a large blueprint, are those of the last reading. Only
//! files of which there was nothing to say are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Document, Entity, document, parts, reader};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Sources, Span};
use crate::yaml::{self, Content, Entry, Node};

/// What was read last.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    files: BTreeMap<FileId, Part>,
    entities: Entities,
}

/// Entities by the place of their name, and how many names stand in each.
pub(super) type Entities = BTreeMap<Span, (Arc<Entity>, usize)>;

#[derive(Debug, Clone)]
struct Part {
    text: String,
    /// Its tree, in which entities are names alone.
    outline: Node,
    /// How many values its whole tree has.
    values: usize,
}

impl Kept {
    /// As `yaml::parse_all` and then `syntax::document`, and keeps what can be used the next time.
    pub fn read(&mut self, sources: &Sources, diagnostics: &mut Diagnostics) -> Option<Document> {
        let mut old = std::mem::take(self);
        old.files.retain(|id, part| {
            sources.ids().any(|other| other == *id) && part.text == sources.file(*id).text
        });
        let known = |id| old.files.get(&id).map(|part| (part.outline.clone(), part.values));
        let trees = yaml::parse_changed(sources, known, diagnostics);
        let outlines: Vec<Option<Node>> =
            trees.iter().map(|tree| tree.as_ref().map(outline)).collect();
        let values: Vec<usize> =
            trees.iter().map(|tree| tree.as_ref().map_or(0, Node::values)).collect();

        let is_kept = |span: &Span| old.files.contains_key(&span.file);
        old.entities.retain(|span, _| is_kept(span));
        let mut reader = reader::Reader::new(diagnostics).with(old.entities);
        let parts = parts::join(trees, &mut reader)?;
        let document = document::read(&parts, sources.includes(), &mut reader);
        let entities = reader.entities();

        // Where there is too much to say, not all was looked at.
        if diagnostics.is_full() {
            return Some(document);
        }
        let mut said: Vec<FileId> = diagnostics.iter().map(|one| one.primary.span.file).collect();
        said.dedup();
        for ((id, outline), values) in sources.ids().zip(outlines).zip(values) {
            let Some(outline) = outline.filter(|_| !said.contains(&id)) else { continue };
            let part = old.files.remove(&id);
            let part = part.unwrap_or_else(|| {
                let text = sources.file(id).text.clone();
                Part { text, outline, values }
            });
            self.files.insert(id, part);
        }
        self.entities = entities;
        self.entities.retain(|span, _| self.files.contains_key(&span.file));
        Some(document)
    }
}

/// A tree with nothing below the names of its entities.
fn outline(tree: &Node) -> Node {
    let Content::Mapping(sections) = &tree.content else { return tree.clone() };
    let name_alone = |entry: &Entry| {
        let value = Node { span: entry.value.span, content: Content::Refused };
        Entry { key: entry.key.clone(), value }
    };
    let section = |entry: &Entry| match &entry.value.content {
        Content::Mapping(names) if entry.key.value == "entities" => {
            let content = Content::Mapping(names.iter().map(name_alone).collect());
            Entry { key: entry.key.clone(), value: Node { span: entry.value.span, content } }
        }
        _ => entry.clone(),
    };
    let content = Content::Mapping(sections.iter().map(section).collect());
    Node { span: tree.span, content }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "blueprint: 1\nservice: { name: shop }\n";

    fn read(text: &str, kept: &mut Kept) -> (Document, Vec<String>) {
        let sources = Sources::from_text("a.yaml", text);
        let mut diagnostics = Diagnostics::new();
        let document = kept.read(&sources, &mut diagnostics).expect("it is YAML");
        (document, diagnostics.iter().map(|one| one.message.clone()).collect())
    }

    #[test]
    fn what_did_not_change_is_what_was_read() {
        let text = format!("{HEAD}entities:\n  Task: {{ fields: {{ title: text(1..80) }} }}\n");
        let mut kept = Kept::default();
        let (first, _) = read(&text, &mut kept);
        let (second, _) = read(&text, &mut kept);
        let task = |document: &Document| std::ptr::from_ref(document.entities.get("Task").unwrap());
        assert!(std::ptr::eq(task(&first), task(&second)));
        let (third, _) = read(&text.replace("80", "90"), &mut kept);
        assert!(!std::ptr::eq(task(&first), task(&third)));
    }

    #[test]
    fn what_there_was_to_say_is_said_again() {
        let text = format!("{HEAD}entities:\n  Task: {{ feilds: {{ title: text(1..80) }} }}\n");
        let mut kept = Kept::default();
        let (_, first) = read(&text, &mut kept);
        let (_, second) = read(&text, &mut kept);
        assert_eq!(first, ["`feilds` is not a word of an entity"]);
        assert_eq!(first, second);
    }
}
