//! Dotted paths of a blueprint: what stands there, what is implied, and the guards that keep it.

use super::super::exit::Fault;
use super::super::terminal::{Format, Terminal};
use super::known::Known;
use crate::diagnostics::nearest;
use crate::model::{Action, ActionKind, Entity, EntityId, Model, StateId};
use crate::plan::{Operation, Route, routes};
use serde_json::json;
use std::fmt::Write;

pub(super) fn run(path: &str, known: &Known, terminal: &mut Terminal) -> Result<(), Fault> {
    let model = &known.model;
    let guards = guards_of(model, path);
    let Some(text) = said_of(model, path).or((!guards.is_empty()).then(String::new)) else {
        let paths = paths(model);
        let hint = nearest(path, paths.iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(Fault::Usage(format!("{} has no `{path}`{hint}", known.file)));
    };
    if terminal.format == Format::Json {
        terminal.document(json!({ "path": path, "text": text, "guards": guards }));
        return Ok(());
    }
    terminal.out(format_args!("{path}\n{text}"));
    if !guards.is_empty() {
        terminal.out(format_args!("\nKept by {}:\n", count(guards.len(), "guard")));
        for guard in guards {
            terminal.out(format_args!("  {guard}\n"));
        }
    }
    Ok(())
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Guards at or below a path; those of the store repeat what the database holds, and are told with it.
fn guards_of(model: &Model, path: &str) -> Vec<String> {
    let store = path.strip_prefix("entities.").map(|rest| format!("store.{rest}"));
    let below = |guard: &str, path: &str| {
        guard.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '@']))
    };
    let mut guards = crate::guards(model);
    guards.retain(|guard| {
        below(guard, path) || store.as_ref().is_some_and(|path| below(guard, path))
    });
    guards
}

/// Sections that can be asked for as they are.
pub(super) fn is_section(word: &str) -> bool {
    matches!(word, "service" | "identity" | "settings" | "roles" | "entities" | "routes")
}

/// Paths that can be asked for.
fn paths(model: &Model) -> Vec<String> {
    let mut known = Vec::new();
    for entity in &model.entities {
        known.push(format!("entities.{}", entity.name));
        known.extend(
            entity
                .actions
                .iter()
                .map(|action| format!("entities.{}.actions.{}", entity.name, action.name)),
        );
    }
    known
        .extend(model.contexts.iter().map(|context| format!("identity.contexts.{}", context.name)));
    known.extend(model.roles.iter().map(|role| format!("roles.{}", role.name)));
    known
}

pub(super) fn said_of(model: &Model, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["entities", entity] => Some(entity_text(model, model.entity_named(entity)?)),
        ["entities", entity, "actions", action] => {
            let id = model.entity_named(entity)?;
            let index = model[id].actions.iter().position(|one| one.name == *action)?;
            Some(action_text(model, id, index))
        }
        ["identity", "contexts", name] => {
            let id = model.context_ids().find(|id| model[*id].name == *name)?;
            let roles: Vec<&str> =
                model.roles_in(id).map(|role| model[role].name.as_str()).collect();
            let mut text = String::new();
            line(&mut text, "summary", &model[id].summary);
            line(&mut text, "roles", &roles.join(", "));
            let found = routes(model);
            told_routes(&mut text, found.iter().filter(|route| route.context == id));
            Some(text)
        }
        ["roles", name] => {
            let role = model.roles.iter().find(|role| role.name == *name)?;
            let includes: Vec<&str> =
                role.includes.iter().map(|id| model[*id].name.as_str()).collect();
            let mut text = String::new();
            line(&mut text, "summary", &role.summary);
            line(&mut text, "in", &model[role.context].name);
            line(&mut text, "includes", &includes.join(", "));
            Some(text)
        }
        _ => None,
    }
}

/// `  word  what`, unless there is nothing to say.
fn line(text: &mut String, word: &str, what: &str) {
    if !what.is_empty() {
        writeln!(text, "  {word:10} {what}").expect("a string takes all that is written to it");
    }
}

fn told_routes<'r>(text: &mut String, routes: impl Iterator<Item = &'r Route>) {
    for route in routes {
        line(text, "route", &format!("{} {}", route.method.lower().to_uppercase(), route.path));
    }
}

fn entity_text(model: &Model, id: EntityId) -> String {
    let entity = &model[id];
    let mut text = String::new();
    line(&mut text, "summary", &entity.summary);
    let tenant = entity.scope.tenant().map_or("platform", |(tenant, _)| &model[tenant].name);
    line(&mut text, "scope", tenant);
    for field in &entity.fields {
        let implied = if field.origin == crate::model::Origin::Declared { "" } else { ", implied" };
        let optional = if field.optional { ", optional" } else { "" };
        let frozen = if field.frozen { ", never changes" } else { "" };
        let ty = crate::phrase::type_words(model, &field.ty);
        line(&mut text, "field", &format!("{}: {ty}{optional}{frozen}{implied}", field.name));
    }
    for party in &entity.parties {
        line(&mut text, "party", &format!("{} in {}", party.name, model[party.context].name));
    }
    if let Some(states) = &entity.states {
        let names: Vec<&str> = states.list.iter().map(|state| state.name.as_str()).collect();
        line(&mut text, "states", &names.join(", "));
    }
    for grant in &entity.reads {
        let fields: Vec<&str> =
            grant.fields.iter().map(|field| entity.fields[field.0].name.as_str()).collect();
        let when = grant.when.as_ref().map(|when| crate::phrase::phrase(when, entity, None));
        let when = when.map_or(String::new(), |when| format!(" when {when}"));
        let who = model.name_of(entity, grant.who);
        let context = &model[model.context_of(entity, grant.who)].name;
        line(&mut text, "read", &format!("{who} in {context}: {}{when}", fields.join(", ")));
    }
    for action in &entity.actions {
        line(&mut text, "action", &format!("{}: {}", action.name, in_short(model, entity, action)));
    }
    let found = routes(model);
    told_routes(&mut text, found.iter().filter(|route| route.entity == id));
    text
}

fn in_short(model: &Model, entity: &Entity, action: &Action) -> String {
    let who: Vec<&str> = action.by.iter().map(|who| model.name_of(entity, *who)).collect();
    let to = action.to.map_or(String::new(), |to| format!(" → {}", state(entity, to)));
    let from: Vec<&str> = action.from.iter().map(|from| state(entity, *from)).collect();
    let by = format!("by {}", who.join(" or "));
    let moves = format!("{}{to}", from.join(" or "));
    let moves = moves.trim();
    if moves.is_empty() { by } else { format!("{by}; {moves}") }
}

fn state(entity: &Entity, StateId(index): StateId) -> &str {
    entity.states.as_ref().map_or("", |states| &states.list[index].name)
}

fn action_text(model: &Model, id: EntityId, index: usize) -> String {
    let entity = &model[id];
    let action = &entity.actions[index];
    let mut text = String::new();
    line(&mut text, "summary", &action.summary);
    let kind = match action.kind {
        ActionKind::Create => "makes a row",
        ActionKind::Found => "makes a tenant, and its first grant for the person who acts",
        ActionKind::Grant => "gives a person a role, or gives it again",
        ActionKind::Change => "changes a row",
        ActionKind::Revoke => "takes a role from a person",
    };
    line(&mut text, "does", kind);
    for door in action.doors(model, entity) {
        let who: Vec<&str> = door.by.iter().map(|who| model.name_of(entity, *who)).collect();
        line(&mut text, "by", &format!("{} in {}", who.join(" or "), model[door.context].name));
    }
    let names = |fields: &[crate::model::FieldId]| -> Vec<String> {
        fields.iter().map(|field| entity.fields[field.0].name.clone()).collect()
    };
    line(&mut text, "accepts", &names(&action.accept).join(", "));
    for input in &action.input {
        let ty = crate::phrase::type_words(model, &input.ty);
        line(&mut text, "input", &format!("{}: {ty}", input.name));
    }
    let from: Vec<&str> = action.from.iter().map(|from| state(entity, *from)).collect();
    line(&mut text, "from", &from.join(", "));
    line(&mut text, "to", action.to.map_or("", |to| state(entity, to)));
    for require in &action.require {
        let holds = crate::phrase::phrase(&require.holds, entity, Some(action));
        line(&mut text, "require", &format!("{}: {holds}", require.name));
    }
    if action.because {
        line(&mut text, "because", "required, and kept with the audit");
    }
    let found = routes(model);
    let runs = |route: &&Route| route.entity == id && route.operation == Operation::Action(index);
    told_routes(&mut text, found.iter().filter(runs));
    text
}
