//! `was:` the names that things had, by the path that they have now.
//!
//! Whether something had such a name is told from what was compiled before (`recorded`); here only what the
//! blueprint alone shows to be wrong.

use std::collections::BTreeMap;

use super::unknown::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::source::Span;
use crate::syntax::{Action, Document, Entity, Field, FieldType, Map, Name};

pub fn renames(document: &Document, out: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut all = Renames { list: BTreeMap::new(), out };
    all.built_in(&document.identity.contexts, &["self", "anyone"], |context| context.was.as_ref());
    all.map("identity.contexts", &document.identity.contexts, |context| context.was.as_ref());
    all.map("roles", &document.roles, |role| role.was.as_ref());
    all.map("commands", &document.commands, |command| command.was.as_ref());
    all.map("entities", &document.entities, |entity| entity.was.as_ref());
    for (name, entity) in document.entities.iter() {
        all.entity(document, &format!("entities.{name}"), entity);
    }
    all.list
}

struct Renames<'o> {
    list: BTreeMap<String, String>,
    out: &'o mut Diagnostics,
}

impl Renames<'_> {
    fn entity(&mut self, document: &Document, path: &str, entity: &Entity) {
        self.map(&format!("{path}.fields"), &entity.fields, |field| field.was.as_ref());
        for (name, field) in entity.fields.iter() {
            self.values(document, &format!("{path}.fields.{name}"), name, field);
        }
        self.map(&format!("{path}.totals"), &entity.totals, |total| total.was.as_ref());
        self.map(&format!("{path}.unique"), &entity.unique, |key| key.was.as_ref());
        self.map(&format!("{path}.exclude"), &entity.exclude, |apart| apart.was.as_ref());
        self.map(&format!("{path}.rules"), &entity.rules, |rule| rule.was.as_ref());
        self.built_in(&entity.actions, &Action::IS_BY_NAME, |action| action.was.as_ref());
        self.map(&format!("{path}.actions"), &entity.actions, |action| action.was.as_ref());
        let Some(states) = &entity.states else { return };
        for (name, _) in states.was.iter() {
            if !states.list.contains(name) {
                let known = states.list.iter().map(Name::as_str);
                unknown(self.out, name, "state", known, document.incomplete);
            }
        }
        let states = states.list.iter().map(|state| (state, states.was.get(&state.value)));
        self.group(&format!("{path}.states"), states);
    }

    /// Values of an enumeration.
    fn values(&mut self, document: &Document, path: &str, name: &Name, field: &Field) {
        let Some(ty) = &field.ty else { return };
        let FieldType::OneOf(list) = &ty.value else {
            if let Some((first, _)) = field.values_were.iter().next() {
                self.out.push(
                    Diagnostic::new(
                        codes::NOT_RENAMED,
                        first.span,
                        format!("`{name}` has no values that could have had another name"),
                    )
                    .also(ty.span, "is no `one of`")
                    .next("remove `values_were`; for the field's own name there is `was`"),
                );
            }
            return;
        };
        for (value, _) in field.values_were.iter() {
            if !list.contains(value) {
                let known = list.iter().map(Name::as_str);
                unknown(self.out, value, "value", known, document.incomplete);
            }
        }
        let values = list.iter().map(|value| (value, field.values_were.get(&value.value)));
        self.group(&format!("{path}.values"), values);
    }

    /// Names that say what they name; such a one had no other.
    fn built_in<T>(&mut self, all: &Map<T>, fixed: &[&str], was: impl Fn(&T) -> Option<&Name>) {
        for (name, one) in all.iter().filter(|(name, _)| fixed.contains(&name.as_str())) {
            if let Some(was) = was(one) {
                let message = format!("`{name}` is what it is by that name, and had no other");
                self.out.push(
                    Diagnostic::new(codes::NOT_RENAMED, was.span, message).next("remove `was`"),
                );
            }
        }
    }

    fn map<T>(&mut self, parent: &str, all: &Map<T>, was: impl Fn(&T) -> Option<&Name>) {
        self.group(parent, all.iter().map(|(name, one)| (name, was(one))));
    }

    /// Names beside each other, with those that they had.
    fn group<'n>(
        &mut self,
        parent: &str,
        names: impl Iterator<Item = (&'n Name, Option<&'n Name>)>,
    ) {
        let names: Vec<(&Name, Option<&Name>)> = names.collect();
        if names.iter().all(|(_, was)| was.is_none()) {
            return;
        }
        let places: BTreeMap<&str, Span> =
            names.iter().map(|(name, _)| (name.as_str(), name.span)).collect();
        let mut taken: BTreeMap<&str, Span> = BTreeMap::new();
        let is_entry = parent.ends_with(".values") || parent.ends_with(".states");
        let remove = if is_entry { "remove this" } else { "remove `was`" };
        for (name, was) in names {
            let Some(was) = was else { continue };
            let told = |message: String| Diagnostic::new(codes::NOT_RENAMED, was.span, message);
            if was == name {
                self.out.push(
                    told(format!("`{name}` has that name"))
                        .next(format!("write the name that it had, or {remove}")),
                );
            } else if let Some(there) = places.get(was.as_str()) {
                self.out.push(
                    told(format!("`{was}` is still there, so `{name}` cannot have been it"))
                        .also(*there, "is declared here")
                        .next(format!("write the name that it had, or {remove}")),
                );
            } else if let Some(first) = taken.insert(was.as_str(), was.span) {
                self.out.push(
                    told(format!("two cannot both have been `{was}`"))
                        .also(first, "the first")
                        .next("keep it where what is stored belongs, and remove the other"),
                );
            } else {
                self.list.insert(format!("{parent}.{name}"), was.value.clone());
            }
        }
    }
}
