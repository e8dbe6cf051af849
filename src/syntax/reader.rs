//! What all readers share: where mistakes go, and how lists, maps and alternatives are read.
//!
//! A reader of a value is `fn(&Node, &mut Reader) -> Option<T>`; None means that it is reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Entity;
use super::kept::Entities;
use super::limits;
use super::map::Map;
use super::names::Alphabet;
use super::scalars::Name;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Fix, codes};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Node};

pub(super) struct Reader<'d> {
    /// The word under which it reads, for messages.
    pub word: &'static str,
    /// Whether it reads under a word that is planned, which is refused already.
    pub in_planned: bool,
    /// How many more names may follow.
    names: usize,
    /// Entities of files that did not change, and those that were read.
    kept: Entities,
    read: Entities,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Reader<'d> {
    pub fn new(diagnostics: &'d mut Diagnostics) -> Self {
        Reader {
            word: "",
            in_planned: false,
            names: limits::NAMES,
            kept: Entities::new(),
            read: Entities::new(),
            diagnostics,
        }
    }

    /// As `new`; these entities are not read again.
    pub fn with(self, kept: Entities) -> Self {
        Reader { kept, ..self }
    }

    /// All entities that were read.
    pub fn entities(self) -> Entities {
        self.read
    }

    /// An entity as it was read before, or as it is read now.
    pub fn entity(&mut self, name: &Name, read: impl FnOnce(&mut Self) -> Entity) -> Arc<Entity> {
        let (entity, names) = match self.kept.remove(&name.span) {
            Some((entity, names)) => {
                self.names = self.names.saturating_sub(names);
                (entity, names)
            }
            None => {
                let before = self.names;
                let entity = Arc::new(read(self));
                (entity, before - self.names)
            }
        };
        self.read.insert(name.span, (Arc::clone(&entity), names));
        entity
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn report(&mut self, code: Code, span: Span, message: impl Into<String>, next: &str) {
        self.push(Diagnostic::new(code, span, message).next(next));
    }

    /// Whether so much is wrong that more need not be looked for.
    pub fn is_full(&self) -> bool {
        self.diagnostics.is_full()
    }

    /// Another shape is expected; nothing is said of what was refused already.
    pub fn wrong_shape(&mut self, node: &Node, what: &str, example: &str) {
        if matches!(node.content, Content::Refused) {
            return;
        }
        let found = node.content.kind();
        self.report(
            codes::WRONG_SHAPE,
            first_line(node),
            format!("{what} cannot be {found}"),
            &format!("write it as in {example}"),
        );
    }

    pub fn too_many(&mut self, place: Span, what: &str) {
        self.push(
            Diagnostic::new(codes::TOO_MANY, place, format!("there are more than {what}"))
                .reason("what is compiled of them would grow beyond all use")
                .next("part it into several entities or services, or keep data in the database"),
        );
    }

    /// Names, each with a value. A name that cannot be one is reported and kept.
    pub fn map<T, V: Into<Arc<T>>>(
        &mut self,
        node: &Node,
        what: &str,
        example: &str,
        alphabet: Alphabet,
        mut read: impl FnMut(&Spanned<String>, &Node, &mut Self) -> Option<V>,
    ) -> Option<Map<T>> {
        let Content::Mapping(entries) = &node.content else {
            self.wrong_shape(node, what, example);
            return None;
        };
        let most = if what == "entities" { limits::ENTITIES } else { limits::IN_ONE };
        if let Some(first) = entries.get(most) {
            self.too_many(first.key.span, &format!("{most} names in this"));
            return None;
        }
        match self.names.checked_sub(entries.len()) {
            Some(left) => self.names = left,
            None => {
                // Said once.
                if self.names > 0 {
                    let place = entries.first().map_or(node.span, |entry| entry.key.span);
                    self.too_many(place, &format!("{} names in all", limits::NAMES));
                }
                self.names = 0;
                return None;
            }
        }
        let mut map = Map::default();
        for entry in entries {
            alphabet.check(&entry.key, self);
            if let Some(value) = read(&entry.key, &entry.value, self) {
                map.push(entry.key.clone(), value);
            }
        }
        Some(map)
    }

    /// One value, or a list of them in which each stands once.
    pub fn one_or_list(
        &mut self,
        node: &Node,
        mut read: impl FnMut(&Node, &mut Self) -> Option<Name>,
    ) -> Option<Vec<Name>> {
        let Content::List(items) = &node.content else {
            return read(node, self).map(|one| vec![one]);
        };
        if let Some(first) = items.get(limits::IN_ONE) {
            self.too_many(first.span, &format!("{} names in this list", limits::IN_ONE));
            return None;
        }
        let mut list = Vec::new();
        let mut places = BTreeMap::new();
        for item in items {
            let Some(value) = read(item, self) else { continue };
            if let Some(first) = places.get(&value.value) {
                self.push(twice(&value, *first));
            } else {
                places.insert(value.value.clone(), value.span);
                list.push(value);
            }
        }
        Some(list)
    }
}

pub(super) fn twice(second: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(
        codes::TWICE_IN_LIST,
        second.span,
        format!("`{second}` stands in this list twice"),
    )
    .label("the second")
    .also(first, "the first")
    .next("remove one of them")
    .fixed_by(Fix::remove(format!("remove the second `{second}`"), second.span))
}

/// Where a caret can stand: of a mapping or list its first value.
pub(super) fn first_line(node: &Node) -> Span {
    match &node.content {
        Content::Mapping(entries) => entries.first().map_or(node.span, |entry| entry.key.span),
        Content::List(items) => items.first().map_or(node.span, first_line),
        Content::Scalar(_) | Content::Refused => node.span,
    }
}
