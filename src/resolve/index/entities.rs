//! Entities, and all that is named within one.

use heck::ToSnakeCase;

use super::scope::{parent, tenant};
use super::types::{each_type, values};
use super::{Index, Kind};
use crate::expr::mentions::{Slot, What, mentions};
use crate::syntax::{
    Action, Document, Entity, ExprText, Fields, From, Map, Name, Scope, Total, User,
};

pub fn entities(document: &Document, index: &mut Index) {
    names(document, index);
    for (name, entity) in document.entities.iter() {
        declare(document, name, entity, index);
    }
    for grants in contexts(document).filter_map(|context| context.grants.as_ref()) {
        if document.entities.get(&grants.value).is_none() {
            imply_grants(document, grants.as_str(), None, index);
        }
    }
    for (name, entity) in document.entities.iter() {
        let mut uses = Uses { document, name: name.as_str(), entity, index };
        uses.all();
    }
    let user = document.identity.user.name();
    if let Some(from) = &document.identity.user.from {
        for (field, _) in from.iter() {
            index.refer(&format!("entities.{user}.fields.{field}"), field.span);
        }
    } else {
        index.fix(
            &format!("entities.{user}.fields.email"),
            "the claim of its name fills it; say so first: `user: { entity: …, from: { email: email } }`",
        );
    }
}

fn contexts(document: &Document) -> impl Iterator<Item = &crate::syntax::Context> {
    document.identity.contexts.iter().map(|(_, context)| context)
}

/// Entities by name, declared or implied by `identity`.
fn names(document: &Document, index: &mut Index) {
    for (name, _) in document.entities.iter() {
        index.define(format!("entities.{name}"), Kind::Entity, name);
    }
    let user = document.identity.user.entity.as_ref();
    let named = contexts(document)
        .flat_map(|context| [context.tenant.as_ref(), context.grants.as_ref()])
        .chain([user]);
    for name in named.flatten() {
        let path = format!("entities.{name}");
        index.imply(path.clone(), Kind::Entity, &name.value);
        index.refer(&path, name.span);
    }
    if user.is_none() {
        index.imply(format!("entities.{}", User::NAME), Kind::Entity, User::NAME);
        index.fix(
            &format!("entities.{}", User::NAME),
            "people are `User` where nothing else is said: say `identity: { user: … }` first",
        );
    }
    for (_, entity) in document.entities.iter() {
        if let Some(scope) = &entity.scope
            && let Scope::Tenant(tenant) = &scope.value
        {
            index.refer(&format!("entities.{tenant}"), tenant.span);
        }
    }
    each_type(document, |entity, _| {
        index.refer(&format!("entities.{entity}"), entity.span);
    });
}

/// What is named within an entity, and what its scope and kind bring.
fn declare(document: &Document, name: &Name, entity: &Entity, index: &mut Index) {
    let path = format!("entities.{name}");
    for (field, written) in entity.fields.iter() {
        let path = format!("{path}.fields.{field}");
        index.define(path.clone(), Kind::Field, field);
        for value in values(written.ty.as_ref()) {
            index.define(format!("{path}.values.{value}"), Kind::Value, value);
        }
        if let Some(default) = &written.default {
            index.refer(&format!("{path}.values.{default}"), default.span);
        }
    }
    for (party, written) in entity.parties.iter() {
        index.define(format!("{path}.parties.{party}"), Kind::Party, party);
        if written.user.is_none() {
            index.same.push((format!("{path}.parties.{party}"), format!("{path}.fields.{party}")));
        }
    }
    if let Some(states) = &entity.states {
        for state in &states.list {
            index.define(format!("{path}.states.{state}"), Kind::State, state);
        }
        for (group, _) in states.groups.iter() {
            index.define(format!("{path}.groups.{group}"), Kind::Group, group);
        }
    }
    for (key, _) in entity.unique.iter() {
        index.define(format!("{path}.unique.{key}"), Kind::Unique, key);
    }
    for (exclusion, _) in entity.exclude.iter() {
        index.define(format!("{path}.exclude.{exclusion}"), Kind::Exclusion, exclusion);
    }
    for (total, _) in entity.totals.iter() {
        index.define(format!("{path}.totals.{total}"), Kind::Total, total);
        let field = format!("{path}.fields.{total}");
        index.imply(field.clone(), Kind::Field, &total.value);
        index.same.push((field, format!("{path}.totals.{total}")));
    }
    for (rule, _) in entity.rules.iter() {
        index.define(format!("{path}.rules.{rule}"), Kind::Rule, rule);
    }
    for (action, written) in entity.actions.iter() {
        let path = format!("{path}.actions.{action}");
        index.define(path.clone(), Kind::Action, action);
        if matches!(action.as_str(), "create" | "found" | "grant" | "revoke" | "delete") {
            index.fix(&path, format!("an action is what it is by the name `{action}`"));
        }
        for (input, written) in written.input.iter() {
            let path = format!("{path}.input.{input}");
            index.define(path.clone(), Kind::Input, input);
            for value in values(written.ty.as_ref()) {
                index.define(format!("{path}.values.{value}"), Kind::Value, value);
            }
        }
        for (requirement, _) in written.require.iter() {
            let path = format!("{path}.require.{requirement}");
            index.define(path, Kind::Requirement, requirement);
        }
    }
    let is_grants = contexts(document)
        .any(|context| context.grants.as_ref().is_some_and(|one| one.value == name.value));
    if is_grants {
        imply_grants(document, name.as_str(), Some(entity), index);
    }
    if let Some(tenant) = tenant(document, name.as_str(), Some(entity)) {
        imply_tenant(name.as_str(), tenant, index);
    }
    inherit(document, name.as_str(), entity, index);
}

fn imply_tenant(name: &str, tenant: &str, index: &mut Index) {
    let field = tenant.to_snake_case();
    let path = format!("entities.{name}.fields.{field}");
    index.imply(path.clone(), Kind::Field, &field);
    index.after.push((format!("entities.{tenant}"), path));
}

/// What makes a row a grant.
fn imply_grants(document: &Document, name: &str, entity: Option<&Entity>, index: &mut Index) {
    for field in ["user", "role", "revoked_at"] {
        let path = format!("entities.{name}.fields.{field}");
        index.imply(path.clone(), Kind::Field, field);
        index.fix(&path, "every grant has a field of this name");
    }
    if let Some(tenant) = tenant(document, name, entity) {
        imply_tenant(name, tenant, index);
    }
}

/// Frozen fields of the parent's parties are the row's too, and so are the parties.
fn inherit(document: &Document, name: &str, entity: &Entity, index: &mut Index) {
    let Some((parent_name, parent)) = parent(document, entity) else { return };
    let mut above = (parent_name, parent);
    for _ in 0..document.entities.len() {
        for (party, written) in above.1.parties.iter() {
            let field = written.user.as_ref().unwrap_or(party);
            let frozen =
                above.1.fields.get(&field.value).is_some_and(|field| field.frozen.is_some());
            if !frozen {
                continue;
            }
            for (section, kind, what) in
                [("parties", Kind::Party, party), ("fields", Kind::Field, field)]
            {
                let here = format!("entities.{name}.{section}.{what}");
                let there = format!("entities.{}.{section}.{what}", above.0);
                index.imply(here.clone(), kind, &what.value);
                index.same.push((here, there));
            }
        }
        match super::scope::parent(document, above.1) {
            Some(next) => above = next,
            None => break,
        }
    }
}

/// The places within one entity where names are used.
struct Uses<'d, 'i> {
    document: &'d Document,
    name: &'d str,
    entity: &'d Entity,
    index: &'i mut Index,
}

impl Uses<'_, '_> {
    fn path(&self, rest: &str) -> String {
        format!("entities.{}.{rest}", self.name)
    }

    fn all(&mut self) {
        let entity = self.entity;
        if let Some(scope) = &entity.scope
            && let Scope::Through(field) = &scope.value
        {
            self.field(field);
        }
        for (_, party) in entity.parties.iter() {
            party.user.iter().for_each(|field| self.field(field));
        }
        for (_, members) in entity.states.iter().flat_map(|states| states.groups.iter()) {
            members.iter().for_each(|state| self.state(state));
        }
        for (_, key) in entity.unique.iter() {
            key.fields.iter().for_each(|field| self.field(field));
            key.filter.iter().for_each(|filter| self.expression(filter, None));
        }
        for (_, exclusion) in entity.exclude.iter() {
            exclusion.same.iter().for_each(|field| self.field(field));
            self.field(&exclusion.overlapping);
            exclusion.filter.iter().for_each(|filter| self.expression(filter, None));
        }
        for (_, total) in entity.totals.iter() {
            self.total(total);
        }
        for (_, rule) in entity.rules.iter() {
            self.expression(&rule.holds, None);
        }
        for (who, grants) in entity.read.iter().flat_map(Map::iter) {
            self.who(who);
            for grant in grants {
                if let Fields::These(fields) = &grant.fields {
                    fields.iter().for_each(|field| self.field(field));
                }
                grant.when.iter().for_each(|when| self.expression(when, None));
            }
        }
        for (name, action) in entity.actions.iter() {
            self.action(name, action);
        }
    }

    /// What is said of a child is said within that child.
    fn total(&mut self, total: &Total) {
        let child = total.of.child();
        self.index.refer(&format!("entities.{child}"), child.span);
        let Some((child, entity)) = self.document.entities.entry(&child.value) else { return };
        let mut there =
            Uses { document: self.document, name: child.as_str(), entity, index: &mut *self.index };
        total.of.field().into_iter().chain(&total.by).for_each(|field| there.field(field));
        total.filter.iter().for_each(|filter| there.expression(filter, None));
    }

    fn action(&mut self, name: &Name, action: &Action) {
        action.by.iter().for_each(|who| self.who(who));
        action.accept.iter().for_each(|field| self.field(field));
        if let Some(From::These(states)) = &action.from {
            states.iter().for_each(|state| self.state(state));
        }
        action.to.iter().for_each(|state| self.state(state));
        for (_, holds) in action.require.iter() {
            self.expression(holds, Some(name));
        }
    }

    fn field(&mut self, name: &Name) {
        let path = self.path(&format!("fields.{name}"));
        self.index.refer(&path, name.span);
    }

    /// A state, or a group of them.
    fn state(&mut self, name: &Name) {
        let path = self.path(&format!("states.{name}"));
        if !self.index.refer(&path, name.span) {
            let path = self.path(&format!("groups.{name}"));
            self.index.refer(&path, name.span);
        }
    }

    /// A party, or a role.
    fn who(&mut self, name: &Name) {
        let path = self.path(&format!("parties.{name}"));
        if !self.index.refer(&path, name.span) {
            self.index.refer(&format!("roles.{name}"), name.span);
        }
    }

    fn expression(&mut self, text: &ExprText, action: Option<&Name>) {
        for mention in mentions(text).unwrap_or_default() {
            let name = Name::new(mention.name, mention.span);
            let input = |rest: &str| {
                let action = action.map_or("", |action| action.as_str());
                format!("entities.{}.actions.{action}.input.{rest}", self.name)
            };
            match &mention.what {
                What::Column => self.field(&name),
                What::Input => {
                    let path = input(&name.value);
                    self.index.refer(&path, name.span);
                }
                What::ValueOf(Slot::Input(slot)) => {
                    let path = input(&format!("{slot}.values.{name}"));
                    if !self.index.refer(&path, name.span) {
                        self.field(&name);
                    }
                }
                What::ValueOf(Slot::Column(slot)) => self.value(slot, &name),
            }
        }
    }

    fn value(&mut self, slot: &str, name: &Name) {
        let is_role = slot == "role"
            && self.document.identity.contexts.iter().any(|(_, context)| {
                context.grants.as_ref().is_some_and(|grants| grants.value == self.name)
            });
        let state = ["states", "groups"]
            .map(|section| self.path(&format!("{section}.{name}")))
            .into_iter()
            .find(|path| self.index.has(path));
        let path = match (slot, state) {
            ("state", Some(path)) => path,
            _ if is_role => format!("roles.{name}"),
            _ => self.path(&format!("fields.{slot}.values.{name}")),
        };
        if !self.index.refer(&path, name.span) {
            self.field(name);
        }
    }
}
