//! Entities, and all that is named within one.

use heck::ToSnakeCase;

use super::scope::{parent, tenant};
use super::types::{each_type, values};
use super::uses::{Owner, Uses};
use super::{Index, Kind, Lead};
use crate::syntax::{Action, Document, Entity, ExprText, Input, Map, Name, Scope, Step, User};

/// Entities and commands with all that is named within them.
pub fn declared(document: &Document, index: &mut Index) {
    names(document, index);
    for (name, entity) in document.entities.iter() {
        declare(document, name, entity, index);
    }
    for grants in contexts(document).filter_map(|context| context.grants.as_ref()) {
        if document.entities.get(&grants.value).is_none() {
            imply_grants(document, grants.as_str(), None, index);
        }
    }
    for (name, command) in document.commands.iter() {
        let path = format!("commands.{name}");
        index.define(path.clone(), Kind::Command, name);
        asked(&path, &command.input, &command.require, &command.steps, index);
    }
}

pub fn entities(document: &Document, index: &mut Index) {
    declared(document, index);
    for (name, entity) in document.entities.iter() {
        let mut uses = Uses { document, name: name.as_str(), entity: Some(entity), index };
        uses.all(entity);
    }
    commands(document, index);
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
        index.leads_by(&path, written.ty.as_ref());
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
    for (total, written) in entity.totals.iter() {
        index.define(format!("{path}.totals.{total}"), Kind::Total, total);
        // What begins anew with each window is no field.
        if written.per.is_some() {
            continue;
        }
        let field = format!("{path}.fields.{total}");
        index.imply(field.clone(), Kind::Field, &total.value);
        index.same.push((field, format!("{path}.totals.{total}")));
    }
    for (pick, written) in entity.pick.iter() {
        let path = format!("{path}.fields.{pick}");
        index.leads_to(&path, Lead::Row(written.from.value.clone()));
        index.define(path, Kind::Field, pick);
    }
    if entity.number.is_some() {
        let field = format!("{path}.fields.number");
        index.imply(field.clone(), Kind::Field, "number");
        index.fix(&field, "what counts rows is called `number`");
    }
    for (rule, _) in entity.rules.iter() {
        index.define(format!("{path}.rules.{rule}"), Kind::Rule, rule);
    }
    for (action, written) in entity.actions.iter() {
        let path = format!("{path}.actions.{action}");
        index.define(path.clone(), Kind::Action, action);
        if Action::IS_BY_NAME.contains(&action.as_str()) {
            index.fix(&path, format!("an action is what it is by the name `{action}`"));
        }
        asked(&path, &written.input, &written.require, &written.steps, index);
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

/// What an action or a command asks of its caller, and what its steps make.
pub fn asked(
    path: &str,
    input: &Map<Input>,
    require: &Map<ExprText>,
    steps: &[Step],
    index: &mut Index,
) {
    for (input, written) in input.iter() {
        let path = format!("{path}.input.{input}");
        index.define(path.clone(), Kind::Input, input);
        index.leads_by(&path, written.ty.as_ref());
        for value in values(written.ty.as_ref()) {
            index.define(format!("{path}.values.{value}"), Kind::Value, value);
        }
    }
    for (requirement, _) in require.iter() {
        index.define(format!("{path}.require.{requirement}"), Kind::Requirement, requirement);
    }
    for step in steps {
        let Some(name) = &step.name else { continue };
        let path = format!("{path}.as.{name}");
        index.leads_from(&path, step);
        index.define(path, Kind::Row, name);
    }
}

fn imply_tenant(name: &str, tenant: &str, index: &mut Index) {
    let field = tenant.to_snake_case();
    let path = format!("entities.{name}.fields.{field}");
    index.imply(path.clone(), Kind::Field, &field);
    index.leads_to(&path, Lead::Row(tenant.to_owned()));
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
            let written = above.1.fields.get(&field.value);
            let frozen = written.is_some_and(|field| field.frozen.is_some() && field.at.is_none());
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

/// The names that commands use.
fn commands(document: &Document, index: &mut Index) {
    for (name, command) in document.commands.iter() {
        let path = format!("commands.{name}");
        let owner = Owner { path: path.clone(), input: &command.input, steps: &command.steps };
        let mut uses = Uses { document, name: "", entity: None, index };
        command.by.iter().for_each(|who| uses.who(who));
        for (_, holds) in command.require.iter() {
            uses.expression(holds, Some(&owner));
        }
        uses.steps(&owner);
        if let Some(returned) = &command.returns {
            uses.index.refer(&format!("{path}.as.{returned}"), returned.span);
        }
    }
}
