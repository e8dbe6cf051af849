//! `was:` the names that things had, by the path that they have now.
//!
//! Whether something had such a name is told from what was compiled before (`recorded`); here only what the
//! blueprint alone shows to be wrong.

use std::collections::BTreeMap;

use super::unknown::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::source::Span;
use crate::syntax::{Document, Entity, Name};

pub fn renames(document: &Document, out: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut all = Renames { list: BTreeMap::new(), out };
    let roles = document.roles.iter();
    all.group("roles", roles.map(|(name, role)| (name, role.was.as_ref())));
    let entities = document.entities.iter();
    all.group("entities", entities.map(|(name, entity)| (name, entity.was.as_ref())));
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
        let fields = entity.fields.iter();
        let fields = fields.map(|(name, field)| (name, field.was.as_ref()));
        self.group(&format!("{path}.fields"), fields);
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
        for (name, was) in names {
            let Some(was) = was else { continue };
            let told = |message: String| Diagnostic::new(codes::NOT_RENAMED, was.span, message);
            if was == name {
                self.out.push(
                    told(format!("`{name}` has that name"))
                        .next("write the name that it had, or remove `was`"),
                );
            } else if let Some(there) = places.get(was.as_str()) {
                self.out.push(
                    told(format!("`{was}` is still there, so `{name}` cannot have been it"))
                        .also(*there, "is declared here")
                        .next("write the name that it had, or remove `was`"),
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
