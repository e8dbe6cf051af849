//! Where everything was written.

use crate::model::Places;
use crate::source::Span;
use crate::syntax::{Action, Document, Entity, Name};

pub fn places(document: &Document) -> Places {
    let mut all = All { list: Vec::new() };
    for (name, _) in document.settings.iter() {
        all.add("settings", name);
    }
    for (name, _) in document.identity.contexts.iter() {
        all.add("identity.contexts", name);
    }
    for (name, _) in document.roles.iter() {
        all.add("roles", name);
    }
    for (name, entity) in document.entities.iter() {
        let path = all.add("entities", name);
        all.entity(&path, entity);
    }
    Places::new(document.span, all.list)
}

struct All {
    list: Vec<(Span, String)>,
}

impl All {
    fn add(&mut self, around: &str, name: &Name) -> String {
        let path = format!("{around}.{name}");
        self.list.push((name.span, path.clone()));
        path
    }

    fn names<'n>(&mut self, around: &str, names: impl IntoIterator<Item = &'n Name>) {
        for name in names {
            self.add(around, name);
        }
    }

    fn entity(&mut self, path: &str, entity: &Entity) {
        for (word, names) in [
            ("fields", entity.fields.iter().map(|(name, _)| name).collect::<Vec<_>>()),
            ("parties", entity.parties.iter().map(|(name, _)| name).collect()),
            ("unique", entity.unique.iter().map(|(name, _)| name).collect()),
            ("rules", entity.rules.iter().map(|(name, _)| name).collect()),
        ] {
            self.names(&format!("{path}.{word}"), names);
        }
        if let Some(states) = &entity.states {
            self.list.push((states.span, format!("{path}.states")));
            self.names(&format!("{path}.states"), &states.list);
        }
        for (name, _) in entity.read.iter().flat_map(|read| read.iter()) {
            self.add(&format!("{path}.read"), name);
        }
        for (name, action) in entity.actions.iter() {
            let path = self.add(&format!("{path}.actions"), name);
            self.action(&path, action);
        }
    }

    fn action(&mut self, path: &str, action: &Action) {
        self.names(&format!("{path}.by"), &action.by);
        self.names(&format!("{path}.accept"), &action.accept);
        self.names(&format!("{path}.input"), action.input.iter().map(|(name, _)| name));
        self.names(&format!("{path}.require"), action.require.iter().map(|(name, _)| name));
    }
}
