//! The words of one mapping.

use std::borrow::Cow;

use super::elsewhere;
use super::form::{Section, Word};
use super::planned;
use super::reader::{Reader, first_line};
use crate::diagnostics::{Diagnostic, Edit, Fix, codes, nearest};
use crate::source::Span;
use crate::yaml::{Content, Entry, Node};

/// A mapping whose keys are words of the language.
pub(super) trait Shape {
    /// With its article, for messages.
    const WHAT: &'static str;
    /// Those that are legal, in the order of the reference, each with a value that is right.
    const WORDS: &'static [(&'static str, &'static str)];
    /// Those that the language has and that do nothing yet.
    const PLANNED: &'static [Word];
    /// One that is right.
    const EXAMPLE: &'static str;
}

/// The entries of a mapping, by word.
pub(super) struct Words<'n> {
    what: &'static str,
    example: Cow<'static, str>,
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
        let legal: Vec<&'static str> = S::WORDS.iter().map(|(word, _)| *word).collect();
        let words = Words { what: S::WHAT, example: S::EXAMPLE.into(), ..Words::at(place) };
        words.read(node, &legal, S::PLANNED, reader)
    }

    /// As `of`, of words that are all planned.
    pub fn of_section(
        section: &'static Section,
        example: &str,
        node: &'n Node,
        place: Span,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let legal: Vec<&'static str> = section.words.iter().map(|word| word.name).collect();
        let example = example.to_owned().into();
        let words = Words { what: section.what, example, ..Words::at(place) };
        words.read(node, &legal, &[], reader)
    }

    fn at(place: Span) -> Self {
        Words {
            what: "",
            example: "".into(),
            place,
            is_block: false,
            entries: Vec::new(),
            lost: Vec::new(),
        }
    }

    fn read(
        mut self,
        node: &'n Node,
        legal: &[&'static str],
        planned: &'static [Word],
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let Content::Mapping(given) = &node.content else {
            reader.wrong_shape(node, self.what, &self.example);
            return None;
        };
        self.is_block = given.first().is_some_and(|first| first.key.span.start == node.span.start);
        let mut unknown = Vec::new();
        for entry in given {
            let key = entry.key.value.as_str();
            if let Some(word) = legal.iter().find(|word| **word == key) {
                self.entries.push((word, entry));
            } else if let Some(word) = planned.iter().find(|word| word.name == key) {
                planned::refuse(word, entry, self.what, reader);
                if planned::gives_names(key) {
                    self.lost.push("");
                }
            } else {
                unknown.push(entry);
            }
        }
        for entry in unknown {
            if reader.is_full() {
                break;
            }
            self.unknown(entry, legal, planned, reader);
        }
        Some(self)
    }

    fn unknown(
        &mut self,
        entry: &'n Entry,
        legal: &[&'static str],
        planned: &'static [Word],
        reader: &mut Reader<'_>,
    ) {
        let key = &entry.key;
        let known = || legal.iter().copied().chain(planned.iter().map(|word| word.name));
        let near = nearest(&key.value, known());
        let free = legal.iter().find(|word| Some(**word) == near && self.entry(word).is_none());
        let ours = elsewhere::said(self.what, &key.value);
        let diagnostic = Diagnostic::new(
            codes::UNKNOWN_WORD,
            key.span,
            format!("`{key}` is not a word of {}", self.what),
        );
        reader.push(match near {
            Some(_) if free.is_some() => diagnostic.meant_word(&key.value, known()),
            _ if ours.is_some() => diagnostic.next(ours.unwrap_or_default()),
            Some(near) => diagnostic.next(format!("did you mean `{near}`?")),
            None if legal.is_empty() => diagnostic.next("remove it"),
            None => diagnostic.next(format!("words here: {}", legal.join(", "))),
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
        // The word that is not known here may be this one.
        if self.entry(word).is_none() && !self.lost(&[]) {
            self.missing(word, reader);
        }
        self.optional(word, reader, read)
    }

    /// Reports a word that must be there.
    fn missing(&self, word: &str, reader: &mut Reader<'_>) {
        let message = format!("{} needs `{word}`", self.what);
        let told = Diagnostic::new(codes::MISSING_WORD, self.place, message)
            .next(format!("add it, as in {}", self.example));
        reader.push(match word {
            // There is only one version.
            "blueprint" if self.is_block => {
                let first = Span { end: self.place.start, ..self.place };
                let edit = Edit::new(first, "blueprint: 1\n");
                let next = format!(
                    "add it, as in {}; where another file includes this one, name that one instead",
                    self.example
                );
                told.next(next).fixed_by(Fix::new("write `blueprint: 1`", vec![edit]))
            }
            _ => told,
        });
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
