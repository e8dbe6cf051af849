//! The words of one mapping.

use super::planned;
use super::reader::{Reader, first_line};
use crate::diagnostics::{Diagnostic, Edit, Fix, codes, nearest};
use crate::source::Span;
use crate::yaml::{Content, Entry, Node};

/// A mapping whose keys are words of the language.
pub(super) trait Shape {
    /// With its article, for messages.
    const WHAT: &'static str;
    /// Those that are legal, in the order of the reference.
    const WORDS: &'static [&'static str];
    /// Those that the language has and that do nothing yet.
    const PLANNED: &'static [&'static str];
    /// One that is right.
    const EXAMPLE: &'static str;
}

/// The entries of a mapping, by word.
pub(super) struct Words<'n> {
    what: &'static str,
    example: &'static str,
    /// Of the name or word under which it stands.
    place: Span,
    /// Without braces.
    is_block: bool,
    entries: Vec<(&'static str, &'n Entry)>,
    /// Words under which something could not be read; an unknown word is empty.
    lost: Vec<&'static str>,
}

impl<'n> Words<'n> {
    /// Reports words that do not belong here. One that is nearly right is then taken for what was
    /// meant, so that what stands under it is read too.
    pub fn of<S: Shape>(node: &'n Node, place: Span, reader: &mut Reader<'_>) -> Option<Self> {
        let Content::Mapping(given) = &node.content else {
            reader.wrong_shape(node, S::WHAT, S::EXAMPLE);
            return None;
        };
        let mut words = Words {
            what: S::WHAT,
            example: S::EXAMPLE,
            place,
            is_block: given.first().is_some_and(|first| first.key.span.start == node.span.start),
            entries: Vec::new(),
            lost: Vec::new(),
        };
        let mut unknown = Vec::new();
        for entry in given {
            let key = entry.key.value.as_str();
            if let Some(word) = S::WORDS.iter().find(|word| **word == key) {
                words.entries.push((word, entry));
            } else if S::PLANNED.contains(&key) {
                reader.push(planned::word(entry.key.span, key, S::WHAT));
                if planned::gives_names(key) {
                    words.lost.push("");
                }
            } else {
                unknown.push(entry);
            }
        }
        for entry in unknown {
            if reader.is_full() {
                break;
            }
            words.unknown::<S>(entry, reader);
        }
        Some(words)
    }

    fn unknown<S: Shape>(&mut self, entry: &'n Entry, reader: &mut Reader<'_>) {
        let key = &entry.key;
        let near = nearest(&key.value, S::WORDS.iter().chain(S::PLANNED).copied());
        let free = S::WORDS.iter().find(|word| Some(**word) == near && self.entry(word).is_none());
        let diagnostic = Diagnostic::new(
            codes::UNKNOWN_WORD,
            key.span,
            format!("`{key}` is not a word of {}", S::WHAT),
        );
        reader.push(match near {
            Some(_) if free.is_some() => {
                diagnostic.meant(&key.value, S::WORDS.iter().chain(S::PLANNED).copied())
            }
            Some(near) => diagnostic.next(format!("did you mean `{near}`?")),
            None if S::WORDS.is_empty() => diagnostic.next("remove it"),
            None => diagnostic.next(format!("words here: {}", S::WORDS.join(", "))),
        });
        match free {
            Some(word) => self.entries.push((word, entry)),
            None => self.lost.push(""),
        }
    }

    pub fn entry(&self, word: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|(other, _)| *other == word).map(|(_, entry)| *entry)
    }

    /// What stands under a word that may be missing.
    pub fn optional<T>(
        &mut self,
        word: &'static str,
        reader: &mut Reader<'_>,
        read: impl FnOnce(&'n Node, &mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let entry = self.entry(word)?;
        let outer = std::mem::replace(&mut reader.word, word);
        let value = read(&entry.value, reader);
        reader.word = outer;
        if value.is_none() {
            self.lost.push(word);
        }
        value
    }

    /// What stands under a word that must be there.
    pub fn required<T>(
        &mut self,
        word: &'static str,
        reader: &mut Reader<'_>,
        read: impl FnOnce(&'n Node, &mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.entry(word).is_none() {
            let message = format!("{} needs `{word}`", self.what);
            let told = Diagnostic::new(codes::MISSING_WORD, self.place, message)
                .next(format!("add it, as in {}", self.example));
            reader.push(match word {
                // There is only one version.
                "blueprint" if self.is_block => {
                    let first = Span { end: self.place.start, ..self.place };
                    let edit = Edit::new(first, "blueprint: 1\n");
                    told.fixed_by(Fix::new("write `blueprint: 1`", vec![edit]))
                }
                _ => told,
            });
        }
        self.optional(word, reader, read)
    }

    /// As `optional`, with what stands for nothing where it is missing or lost.
    pub fn or_default<T: Default>(
        &mut self,
        word: &'static str,
        reader: &mut Reader<'_>,
        read: impl FnOnce(&'n Node, &mut Reader<'_>) -> Option<T>,
    ) -> T {
        self.optional(word, reader, read).unwrap_or_default()
    }

    /// Whether something under one of these words, or under a word that is unknown, is lost.
    pub fn lost(&self, words: &[&str]) -> bool {
        self.lost.iter().any(|lost| lost.is_empty() || words.contains(lost))
    }
}

/// The place to name when a word is missing in what stands under no name.
pub(super) fn place(node: &Node) -> Span {
    first_line(node)
}
