//! Looking things up in the spec by name.

use super::spec::{Access, Context, Door, DoorKind, Entity, EntityKind, Field, Party, Rule, Spec};

impl Spec {
    pub fn context(&self, name: &str) -> &Context {
        let found = self.contexts.iter().find(|context| context.name == name);
        found.unwrap_or_else(|| panic!("no context {name}"))
    }

    pub fn entity(&self, name: &str) -> &Entity {
        let found = self.entities.iter().find(|entity| entity.name == name);
        found.unwrap_or_else(|| panic!("no entity {name}"))
    }

    pub fn user(&self) -> &Entity {
        let found = self.entities.iter().find(|entity| entity.kind == EntityKind::User);
        found.expect("people are an entity")
    }

    /// Whether some action waits for a second person.
    pub fn has_approvals(&self) -> bool {
        let mut doors = self.entities.iter().flat_map(|entity| &entity.doors);
        doors.any(|door| door.approval.is_some())
    }

    /// Whether some action does.
    pub fn knows_repeats(&self) -> bool {
        let mut doors = self.entities.iter().flat_map(|entity| &entity.doors);
        doors.any(|door| door.idempotency.is_some())
    }
}

impl Context {
    /// `role` and all that it includes.
    pub fn roles_of(&self, role: &str) -> Vec<&str> {
        let role = self.roles.iter().find(|other| other.name == role);
        let included = role.into_iter().flat_map(|role| role.includes.iter().map(String::as_str));
        role.map(|role| role.name.as_str()).into_iter().chain(included).collect()
    }
}

impl Entity {
    pub fn field(&self, name: &str) -> &Field {
        let found = self.fields.iter().find(|field| field.name == name);
        found.unwrap_or_else(|| panic!("{} has no field {name}", self.name))
    }

    pub fn access(&self, context: &str) -> Option<&Access> {
        self.reads.iter().find(|access| access.context == context)
    }

    pub fn party(&self, name: &str) -> &Party {
        let found = self.parties.iter().find(|party| party.name == name);
        found.unwrap_or_else(|| panic!("{} has no party {name}", self.name))
    }
}

impl Access {
    /// Fields that every grant gives: columns of the table itself.
    pub fn base(&self) -> Vec<&str> {
        let all = |field: &&String| self.grants.iter().all(|grant| grant.fields.contains(field));
        self.grants.iter().flat_map(|grant| &grant.fields).filter(all).map(String::as_str).fold(
            Vec::new(),
            |mut fields, field| {
                if !fields.contains(&field) {
                    fields.push(field);
                }
                fields
            },
        )
    }
}

impl Door {
    /// The path of its action: `entities.Task.actions.finish`, `commands.book`.
    pub fn path(&self, entity: &Entity) -> String {
        match self.kind {
            DoorKind::Command => format!("commands.{}", self.action),
            _ => format!("entities.{}.actions.{}", entity.name, self.action),
        }
    }
}

impl Rule {
    /// Of a requirement, behind the action's path: `require.in_time`, `before`.
    pub fn part(&self) -> String {
        self.part.clone().unwrap_or_else(|| format!("require.{}", self.name))
    }
}

impl DoorKind {
    /// Whether it is about a row that is still to be made.
    pub fn makes(self) -> bool {
        matches!(self, DoorKind::Create | DoorKind::Found | DoorKind::Grant | DoorKind::Command)
    }

    /// Whether nothing is answered of its row.
    pub fn takes_away(self) -> bool {
        matches!(self, DoorKind::Delete | DoorKind::Hide | DoorKind::Erase)
    }
}
