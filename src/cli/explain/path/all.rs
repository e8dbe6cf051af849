//! Every path of a blueprint that has a meaning of its own.

use super::routes;
use crate::model::{Action, ActionKind, Deletion, Entity, Model, Type};

/// In the order of the blueprint, sections first.
pub fn all(model: &Model) -> Vec<String> {
    let mut all: Vec<String> =
        ["service", "settings", "identity", "identity.user", "identity.tokens"]
            .into_iter()
            .chain(["identity.contexts", "roles", "entities", "routes"])
            .map(str::to_owned)
            .collect();
    let names = |section: &str, names: Vec<&str>| -> Vec<String> {
        names.into_iter().map(|name| format!("{section}.{name}")).collect()
    };
    all.extend(names("settings", model.settings.iter().map(|one| one.name.as_str()).collect()));
    let contexts = model.contexts.iter().map(|one| one.name.as_str());
    all.extend(names("identity.contexts", contexts.collect()));
    let asking = model.contexts.iter().filter(|one| one.step_up.is_some());
    all.extend(asking.map(|one| format!("identity.contexts.{}.step_up", one.name)));
    all.extend(names("roles", model.roles.iter().map(|one| one.name.as_str()).collect()));
    for entity in &model.entities {
        of_entity(model, entity, &mut all);
    }
    if model.commands().next().is_some() {
        all.push("commands".to_owned());
    }
    for (_, entity, command) in model.commands() {
        of_action(model, entity, command, &mut |path| all.push(path));
    }
    if !model.hooks.is_empty() {
        all.push("hooks".to_owned());
    }
    for hook in &model.hooks {
        let own = hook.path();
        all.push(own.clone());
        all.extend(["input", "reads", "output"].map(|part| format!("{own}.{part}")));
        all.extend(hook.input.iter().map(|one| format!("{own}.input.{}", one.name)));
        all.extend(hook.reads.iter().map(|one| format!("{own}.reads.{}", one.name)));
        if !hook.single {
            all.extend(hook.output.iter().map(|one| format!("{own}.output.{}", one.name)));
        }
    }
    let mut paths: Vec<String> = Vec::new();
    for route in crate::plan::routes(model) {
        if !paths.contains(&route.path) {
            paths.push(route.path.clone());
        }
        all.push(routes::name(&route));
    }
    all.extend(paths);
    all
}

fn of_entity(model: &Model, entity: &Entity, all: &mut Vec<String>) {
    let path = format!("entities.{}", entity.name);
    let mut add = |rest: String| all.push(format!("{path}{rest}"));
    add(String::new());
    for section in [
        ".scope", ".fields", ".parties", ".unique", ".exclude", ".totals", ".rules", ".read",
        ".actions",
    ] {
        add(section.to_owned());
    }
    if entity.append_only {
        add(".append_only".to_owned());
    }
    if entity.effective.is_some() {
        add(".effective".to_owned());
    }
    if !entity.picks.is_empty() {
        add(".pick".to_owned());
    }
    for pick in &entity.picks {
        add(format!(".pick.{}", entity.fields[pick.field.0].name));
    }
    if entity.number.is_some() {
        add(".number".to_owned());
    }
    if entity.deletion != Deletion::Never {
        add(".delete".to_owned());
    }
    for field in &entity.fields {
        add(format!(".fields.{}", field.name));
        if let Type::OneOf(values) = &field.ty {
            values.iter().for_each(|value| add(format!(".fields.{}.values.{value}", field.name)));
        }
    }
    for name in super::entity::system(entity) {
        add(format!(".fields.{name}"));
    }
    entity.parties.iter().for_each(|party| add(format!(".parties.{}", party.name)));
    if let Some(states) = &entity.states {
        add(".states".to_owned());
        add(".groups".to_owned());
        states.list.iter().for_each(|state| add(format!(".states.{}", state.name)));
        states.groups.iter().for_each(|group| add(format!(".groups.{}", group.name)));
    }
    entity.uniques.iter().for_each(|unique| add(format!(".unique.{}", unique.name)));
    let exclusions = entity.exclusions.iter().map(|one| one.part(entity));
    exclusions.filter(|one| one != "effective").for_each(|one| add(format!(".{one}")));
    entity
        .totals
        .iter()
        .for_each(|one| add(format!(".totals.{}", entity.fields[one.field.0].name)));
    entity.quotas.iter().for_each(|one| add(format!(".totals.{}", one.name)));
    entity.rules.iter().for_each(|rule| add(format!(".rules.{}", rule.name)));
    for grant in &entity.reads {
        let own = grant.path.strip_prefix(&path).unwrap_or(&grant.path).to_owned();
        let several = format!(".read.{}", model.name_of(entity, grant.who));
        if own == format!("{several}.1") {
            add(several);
        }
        add(own.clone());
        if grant.when.is_some() {
            add(format!("{own}.when"));
        }
    }
    let own = |action: &&Action| action.kind != ActionKind::Command;
    for action in entity.actions.iter().filter(own) {
        of_action(model, entity, action, &mut |path| all.push(path));
    }
}

fn of_action(model: &Model, entity: &Entity, action: &Action, add: &mut dyn FnMut(String)) {
    let own = action.path(entity);
    add(own.clone());
    let parts: &[&str] = match action.kind {
        ActionKind::Command => {
            &["by", "input", "require", "because", "idempotency", "step_up", "do"]
        }
        _ => &[
            "by",
            "accept",
            "input",
            "from",
            "require",
            "because",
            "idempotency",
            "step_up",
            "approval",
            "do",
        ],
    };
    for part in parts {
        add(format!("{own}.{part}"));
    }
    for who in &action.by {
        add(format!("{own}.by.{}", model.name_of(entity, *who)));
    }
    for field in &action.accept {
        add(format!("{own}.accept.{}", entity.fields[field.0].name));
    }
    action.input.iter().for_each(|input| add(format!("{own}.input.{}", input.name)));
    if action.to.is_some() {
        add(format!("{own}.to"));
    }
    action.require.iter().for_each(|one| add(format!("{own}.{}", one.part())));
    action.timer_path(entity).into_iter().for_each(&mut *add);
    let named = action.steps.iter().filter_map(|step| step.name.as_ref());
    named.for_each(|name| add(format!("{own}.as.{name}")));
}
