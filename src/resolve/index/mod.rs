//! Where every name of a blueprint is declared, and where it is used: also within expressions.
//!
//! The one source for whoever finds definitions and references or renames. A name is known by its dotted
//! path; an occurrence is a place that has exactly the name. It is built from what was written, as far as
//! that could be read, and complains of nothing.

mod entities;
mod hooks;
mod identity;
mod leads;
mod scope;
mod types;
mod uses;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use heck::ToSnakeCase;

use crate::diagnostics::missing;
use crate::source::Span;
use crate::syntax::{Document, Name};

pub use leads::Lead;
pub(super) use types::values;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Setting,
    Context,
    Role,
    Entity,
    Field,
    Party,
    State,
    Group,
    /// A value of an enumeration.
    Value,
    Unique,
    Exclusion,
    Total,
    Rule,
    Action,
    Input,
    Requirement,
    Command,
    /// A row that a step makes, or what a hook gives to one.
    Row,
    Hook,
    /// Rows that a hook is given.
    Rows,
    /// What a hook gives.
    Output,
}

impl Kind {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Setting => "setting",
            Kind::Context => "context",
            Kind::Role => "role",
            Kind::Entity => "entity",
            Kind::Field => "field",
            Kind::Party => "party",
            Kind::State => "state",
            Kind::Group => "group of states",
            Kind::Value => "value",
            Kind::Unique => "unique key",
            Kind::Exclusion => "exclusion",
            Kind::Total => "total",
            Kind::Rule => "rule",
            Kind::Action => "action",
            Kind::Input => "input",
            Kind::Requirement => "requirement",
            Kind::Command => "command",
            Kind::Row => "row of a step",
            Kind::Hook => "hook",
            Kind::Rows => "rows of a hook",
            Kind::Output => "output",
        }
    }
}

/// A name.
#[derive(Debug, Clone)]
pub struct Symbol {
    pub kind: Kind,
    pub name: String,
    /// Where it is declared; none where it is implied.
    pub definition: Option<Span>,
    /// Where it is used, in order.
    pub references: Vec<Span>,
    /// Why it cannot have another name, where it cannot.
    pub fixed: Option<String>,
}

/// All names of a blueprint.
#[derive(Debug, Clone, Default)]
pub struct Index {
    symbols: BTreeMap<Arc<str>, Symbol>,
    /// Names that are the same by nature: a party and the field of its name.
    same: Vec<(String, String)>,
    /// An entity, and a field that is named after it in snake_case.
    after: Vec<(String, String)>,
    /// Every place, by where it begins.
    places: Vec<(Span, Arc<str>)>,
    /// What stands behind a dot.
    leads: BTreeMap<String, Lead>,
}

/// All names, and all places where they stand.
pub fn index(document: &Document) -> Index {
    let mut index = Index::default();
    identity::identity(document, &mut index);
    hooks::hooks(document, &mut index);
    entities::entities(document, &mut index);
    hooks::used(document, &mut index);
    for (path, symbol) in &mut index.symbols {
        symbol.references.sort();
        symbol.references.dedup();
        let places = symbol.references.iter().chain(&symbol.definition);
        index.places.extend(places.map(|span| (*span, Arc::clone(path))));
    }
    index.places.sort_unstable();
    index.places.dedup();
    index
}

/// All names, and not where they are used: what completion asks for, at a quarter of the price.
pub fn names(document: &Document) -> Index {
    let mut index = Index::default();
    identity::identity(document, &mut index);
    hooks::hooks(document, &mut index);
    entities::declared(document, &mut index);
    index
}

impl Index {
    fn define(&mut self, path: String, kind: Kind, name: &Name) {
        self.entry(path, kind, &name.value).definition = Some(name.span);
    }

    /// There without being declared.
    fn imply(&mut self, path: String, kind: Kind, name: &str) {
        self.entry(path, kind, name);
    }

    fn entry(&mut self, path: String, kind: Kind, name: &str) -> &mut Symbol {
        self.symbols.entry(path.into()).or_insert_with(|| Symbol {
            kind,
            name: name.to_owned(),
            definition: None,
            references: Vec::new(),
            fixed: None,
        })
    }

    fn fix(&mut self, path: &str, why: impl Into<String>) {
        if let Some(symbol) = self.symbols.get_mut(path) {
            symbol.fixed = Some(why.into());
        }
    }

    /// A place that names what stands at a path; whether there is such a thing.
    fn refer(&mut self, path: &str, span: Span) -> bool {
        match self.symbols.get_mut(path) {
            Some(symbol) => {
                symbol.references.push(span);
                true
            }
            None => false,
        }
    }

    fn has(&self, path: &str) -> bool {
        self.symbols.contains_key(path)
    }

    pub fn symbol(&self, path: &str) -> Option<&Symbol> {
        self.symbols.get(path)
    }

    /// Where a name is declared that nothing uses. Of what is given by an input, a step or a hook, and of values of an
    /// enumeration, no more may be known than the name: it is the only one then.
    pub fn idle(&self, path: &str) -> Option<Span> {
        let (section, name) = path.rsplit_once('.')?;
        let kinds: &[Kind] = match section {
            "input" => &[Kind::Input, Kind::Output, Kind::Row],
            values if values.starts_with(missing::AMONG) => {
                &[Kind::State, Kind::Group, Kind::Value]
            }
            _ => return self.unused(path),
        };
        let is = |symbol: &Symbol| kinds.contains(&symbol.kind) && symbol.name == name;
        let mut named = self.symbols.iter().filter(|(_, symbol)| is(symbol));
        let only = named.next()?.0;
        named.next().is_none().then(|| self.unused(only))?
    }

    fn unused(&self, path: &str) -> Option<Span> {
        let family = self.family(path);
        let mut family = family.iter().filter_map(|path| self.symbols.get(*path));
        let definition = family.clone().find_map(|symbol| symbol.definition)?;
        family.all(|one| one.references.is_empty() && one.fixed.is_none()).then_some(definition)
    }

    /// By path, in order.
    pub fn symbols(&self) -> impl Iterator<Item = (&str, &Symbol)> {
        self.symbols.iter().map(|(path, symbol)| (&**path, symbol))
    }

    /// Those that stand directly below a path.
    pub fn below<'i>(&'i self, path: &str) -> impl Iterator<Item = (&'i str, &'i Symbol)> {
        let prefix = format!("{path}.");
        let start = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        self.symbols
            .range::<str, _>(start)
            .take_while({
                let prefix = prefix.clone();
                move |(path, _)| path.starts_with(&prefix)
            })
            .filter(move |(path, _)| !path[prefix.len()..].contains('.'))
            .map(|(path, symbol)| (&**path, symbol))
    }

    /// The names that stand at a place, and where exactly; a party and its field may share one.
    pub fn at(&self, file: crate::source::FileId, offset: usize) -> Vec<(&str, Span)> {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let until =
            self.places.partition_point(|(span, _)| (span.file, span.start) <= (file, offset));
        let near = self.places[..until].iter().rev().take_while(|(span, _)| {
            span.file == file && offset.saturating_sub(span.start) <= 100_000
        });
        // Places do not lie within each other but where they are the same.
        let mut found: Vec<(&str, Span)> = Vec::new();
        for (span, path) in near.take(8) {
            if span.end >= offset && found.iter().all(|(_, other)| other == span) {
                found.push((path, *span));
            }
        }
        found
    }

    /// The name and all that have to be the same.
    pub fn family(&self, path: &str) -> Vec<&str> {
        let mut family: Vec<&str> = match self.symbols.get_key_value(path) {
            Some((path, _)) => vec![path],
            None => return Vec::new(),
        };
        let mut at = 0;
        while at < family.len() {
            for (one, other) in &self.same {
                let next = match family[at] {
                    this if this == one => other,
                    this if this == other => one,
                    _ => continue,
                };
                if !family.contains(&next.as_str()) {
                    family.push(next);
                }
            }
            at += 1;
        }
        family
    }

    /// Every place where a name stands, those of its family with it, in order and each once.
    pub fn everywhere(&self, path: &str) -> Vec<Span> {
        let mut places: Vec<Span> = self
            .family(path)
            .into_iter()
            .filter_map(|path| self.symbols.get(path))
            .flat_map(|symbol| symbol.references.iter().chain(&symbol.definition).copied())
            .collect();
        places.sort();
        places.dedup();
        places
    }

    /// What is to be written where, so that a name and all that follow it have another.
    ///
    /// # Errors
    ///
    /// Why it cannot be renamed.
    pub fn renamed(&self, path: &str, new: &str) -> Result<Vec<(Span, String)>, String> {
        let family = self.family(path);
        // In a broken blueprint a name may follow one that is not there.
        let there = || family.iter().filter_map(|member| self.symbols.get(*member));
        if let Some(why) = there().find_map(|symbol| symbol.fixed.as_ref()) {
            return Err(why.clone());
        }
        if there().all(|symbol| symbol.definition.is_none())
            && !self.after.iter().any(|(entity, _)| *entity == path)
            && self.symbols.get(path).is_none_or(|symbol| symbol.kind != Kind::Entity)
        {
            return Err("it is implied, and has its name from something else".to_owned());
        }
        let mut edits: Vec<(Span, String)> = Vec::new();
        edits.extend(self.everywhere(path).into_iter().map(|span| (span, new.to_owned())));
        for (_, field) in self.after.iter().filter(|(entity, _)| family.contains(&entity.as_str()))
        {
            let places = self.everywhere(field).into_iter();
            edits.extend(places.map(|span| (span, new.to_snake_case())));
        }
        edits.sort();
        edits.dedup();
        Ok(edits)
    }
}

#[cfg(test)]
mod tests;
