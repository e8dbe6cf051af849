//! Code written by hand.

use super::said::Said;
use crate::model::{Hook, HookReads, Input, Model};
use crate::phrase;
use crate::plan::hooks::file;

/// All of them.
pub fn all(model: &Model) -> Said {
    Said::section(
        "hook",
        model.hooks.iter().map(|hook| format!("{}: {}", hook.name, gives(model, hook))),
    )
}

pub fn said(model: &Model, name: &str, rest: &[&str]) -> Option<Said> {
    let hook = model.hooks.iter().find(|hook| hook.name == name)?;
    match rest {
        [] => Some(whole(model, hook)),
        ["input"] => Some(Said::section("input", hook.input.iter().map(|one| value(model, one)))),
        ["reads"] => {
            Some(Said::section("rows", hook.reads.iter().map(|one| rows(model, hook, one))))
        }
        ["output"] => {
            Some(Said::section("output", hook.output.iter().map(|one| value(model, one))))
        }
        ["input", name] => one(model, &hook.input, name, "input"),
        ["output", name] => one(model, &hook.output, name, "output"),
        ["reads", name] => {
            let reads = hook.reads.iter().find(|one| one.name == *name)?;
            let mut said = Said::new("list of rows of a hook");
            said.say("are", rows(model, hook, reads));
            said.say(
                "asked",
                "once before the hook runs, and again behind the locks of the action",
            );
            Some(said)
        }
        _ => None,
    }
}

fn one(model: &Model, all: &[Input], name: &str, kind: &'static str) -> Option<Said> {
    let input = all.iter().find(|one| one.name == name)?;
    let mut said = Said::new(kind);
    said.say("is", value(model, input));
    said.say("summary", &*input.summary);
    Some(said)
}

fn whole(model: &Model, hook: &Hook) -> Said {
    let mut said = Said::new("hook");
    said.say("summary", &*hook.summary);
    said.say("kind", "compute: what it gives depends on nothing but what it is given");
    hook.input.iter().for_each(|input| said.say("input", value(model, input)));
    hook.reads.iter().for_each(|one| said.say("rows", rows(model, hook, one)));
    hook.output.iter().for_each(|output| said.say("output", value(model, output)));
    for (entity, action) in asked_by(model, hook) {
        said.say("asked by", action.path(&model[entity]));
    }
    said.say("written in", file(hook));
    said.say(
        "runs",
        "where no transaction is open; the action then checks that it would be given the same, and else it is asked again",
    );
    said
}

/// The actions that ask it, each with its entity.
pub fn asked_by<'m>(
    model: &'m Model,
    hook: &Hook,
) -> Vec<(crate::model::EntityId, &'m crate::model::Action)> {
    let of = |id: crate::model::EntityId| {
        let own = |action: &&crate::model::Action| {
            action.hook(model).is_some_and(|one| one.name == hook.name)
        };
        model[id].actions.iter().filter(own).map(move |action| (id, action)).collect::<Vec<_>>()
    };
    model.entity_ids().flat_map(of).collect()
}

fn gives(model: &Model, hook: &Hook) -> String {
    let output: Vec<String> = hook.output.iter().map(|one| value(model, one)).collect();
    format!("gives {}", output.join(", "))
}

/// `price: money`.
pub fn value(model: &Model, one: &Input) -> String {
    let optional = if one.optional { "optional " } else { "" };
    format!("{}: {optional}{}", one.name, phrase::type_words(model, &one.ty))
}

/// ``amount, kind of Rate, where id == input.rate``.
pub fn rows(model: &Model, hook: &Hook, one: &HookReads) -> String {
    let entity = &model[one.entity];
    let fields: Vec<&str> =
        one.fields.iter().map(|field| entity.fields[field.0].name.as_str()).collect();
    format!(
        "{}: {} of {}, where {}",
        one.name,
        fields.join(", "),
        entity.name,
        phrase::of_hook(model, hook, one)
    )
}
