//! Dotted paths of a blueprint: what stands there, all that is implied, and the guards that keep it.

mod actions;
mod all;
pub(in crate::cli) mod approval;
mod asks;
mod effective;
mod effects;
mod entity;
mod exclusions;
mod field;
pub(in crate::cli) mod hooks;
mod identity;
mod meant;
mod mentions;
mod numbers;
mod reads;
mod routes;
mod rules;
mod said;
mod service;
mod states;
mod steps;
mod totals;

use super::super::exit::Fault;
use super::super::terminal::{Colour, Format, Terminal, paint};
use super::known::Known;
use crate::model::{Entity, EntityId, Model, Who};
use crate::permissions::{self, Permissions, What};
use meant::Meant;
pub(super) use meant::meant;
use said::{Said, article};
use serde_json::{Value, json};

pub(super) fn run(asked: &str, known: &Known, terminal: &mut Terminal) -> Result<(), Fault> {
    let Meant { path, also } = meant(asked, known)?;
    let guards = guards_of(&known.model, &path);
    let mut said = said_of(&known.model, &path).unwrap_or_else(|| guard(&path));
    for other in also {
        said.say("also", other);
    }
    if terminal.format == Format::Json {
        terminal.document(document(&path, &said, &guards, known));
        return Ok(());
    }
    let head = paint(&path, Colour::Bold, terminal.colour.out);
    let at = paint(&place(&path, &said, known), Colour::Dim, terminal.colour.out);
    terminal.out(format_args!("{head}   {}, {at}\n\n{}", article(said.kind), said.text()));
    if guards.len() > MANY {
        let count = guards.len();
        terminal.out(format_args!(
            "\nKept by {count} guards: ask for what stands in it to see them.\n"
        ));
    } else if !guards.is_empty() && said.kind != GUARD {
        let many = if guards.len() == 1 { "guard" } else { "guards" };
        terminal.out(format_args!("\nKept by {} {many}:\n", guards.len()));
        for guard in guards {
            terminal.out(format_args!("  {guard}\n"));
        }
    }
    Ok(())
}

/// `at blueprint.yaml:12:7`, or what implies it and where that stands.
fn place(path: &str, said: &Said, known: &Known) -> String {
    let path = said.stands_at.as_deref().unwrap_or(path);
    match known.spot(path) {
        Some(spot) => format!("at {spot}"),
        None => {
            let (by, spot) = known.source(path);
            match said.kind {
                "section" | "reason" => format!("not written; it would stand in {by} at {spot}"),
                _ => format!("implied by {by} at {spot}"),
            }
        }
    }
}

fn document(path: &str, said: &Said, guards: &[String], known: &Known) -> Value {
    let standing = said.stands_at.as_deref().unwrap_or(path);
    let spot = known.spot(standing);
    let implied = spot.is_none().then(|| {
        let (by, spot) = known.source(standing);
        json!({ "path": by, "place": spot.json() })
    });
    let lines: Vec<Value> =
        said.lines.iter().map(|(word, text)| json!({ "word": word, "text": text })).collect();
    json!({
        "version": 1,
        "path": path,
        "kind": said.kind,
        "place": spot.map(|spot| spot.json()),
        "implied_by": implied,
        "says": lines,
        "guards": guards,
    })
}

const GUARD: &str = "guard";

/// More guards are not a list that somebody reads.
const MANY: usize = 80;

/// The id of a guard, which stands where that stands which it keeps.
fn guard(id: &str) -> Said {
    let mut said = Said::new(GUARD);
    said.say(
        "keeps",
        "what stands there; `blueprint mutate` removes it and looks for a test that dies",
    );
    let own = id.split('@').next().unwrap_or(id);
    let own = own.strip_prefix("store.").map_or(own.to_owned(), |rest| format!("entities.{rest}"));
    said.stands_at = Some(own);
    said
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

/// All that a path stands for, as lines.
pub(super) fn text_of(model: &Model, path: &str) -> Option<String> {
    said_of(model, path).map(|said| said.text())
}

fn said_of(model: &Model, path: &str) -> Option<Said> {
    if path.contains('/') {
        return routes::route(model, path);
    }
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["service"] => Some(service::service(model)),
        ["settings"] => Some(service::settings(model)),
        ["settings", name] => service::setting(model, name),
        ["identity", rest @ ..] => identity::said(model, rest),
        ["roles"] => Some(identity::roles(model)),
        ["roles", name] => identity::role(model, name),
        ["routes"] => Some(routes::table(model)),
        ["entities"] => Some(entity::all(model)),
        ["hooks"] => Some(hooks::all(model)),
        ["hooks", name, rest @ ..] => hooks::said(model, name, rest),
        ["commands"] => Some(steps::all(model)),
        ["commands", name, rest @ ..] => {
            let id = steps::find(model, name)?;
            At { model, id, entity: &model[id] }.command(name, rest)
        }
        ["entities", name, rest @ ..] => {
            let id = model.entity_named(name)?;
            At { model, id, entity: &model[id] }.said(rest)
        }
        _ => None,
    }
}

/// An entity of which something is asked.
#[derive(Clone, Copy)]
struct At<'m> {
    model: &'m Model,
    id: EntityId,
    entity: &'m Entity,
}

impl<'m> At<'m> {
    fn said(self, rest: &[&str]) -> Option<Said> {
        match rest {
            [] => Some(self.whole()),
            ["scope"] => Some(self.scope()),
            ["fields"] => Some(self.fields()),
            ["fields", name] => self.field(name),
            ["fields", name, "values", value] => self.value(name, value),
            ["parties"] => Some(self.parties()),
            ["parties", name] => self.party(name),
            ["states"] => self.states(),
            ["states", name] => self.state(name),
            ["groups"] => self.groups(),
            ["groups", name] => self.group(name),
            ["append_only"] => self.append_only(),
            ["number"] => self.number(),
            ["effective"] => self.effective(),
            ["pick"] => Some(self.picks()),
            ["pick", name] => self.pick(name),
            ["delete"] => self.deletion(),
            ["unique"] => Some(self.uniques()),
            ["unique", name] => self.unique(name),
            ["exclude"] => Some(self.exclusions()),
            ["exclude", name] => self.exclusion(name),
            ["totals"] => Some(self.totals()),
            ["totals", name] => self.total(name),
            ["rules"] => Some(self.rules()),
            ["rules", name] => self.rule(name),
            ["read"] => Some(self.reads()),
            ["read", rest @ ..] => self.read(rest),
            ["actions"] => Some(self.actions()),
            ["actions", name, rest @ ..] => self.action(name, rest),
            _ => None,
        }
    }

    fn name(self, who: Who) -> &'m str {
        self.model.name_of(self.entity, who)
    }

    /// `customer in self`.
    fn who(self, who: Who) -> String {
        match who {
            Who::Anyone => "anyone, also without signing in".to_owned(),
            who => {
                let context = self.model.context_of(self.entity, who);
                format!("{} in {}", self.name(who), self.model[context].name)
            }
        }
    }

    /// Who does it, the clock among them.
    fn doers(self, action: &crate::model::Action) -> String {
        let people = action.by.iter().map(|who| self.name(*who));
        let clock = action.timer.as_ref().map(|_| "the clock");
        people.chain(clock).collect::<Vec<_>>().join(" or ")
    }

    fn people(self, who: &[Who]) -> String {
        who.iter().map(|who| self.name(*who)).collect::<Vec<_>>().join(" or ")
    }

    fn path(self, rest: &str) -> String {
        format!("entities.{}.{rest}", self.entity.name)
    }

    fn permissions(self) -> Permissions {
        permissions::permissions(self.model, self.id)
    }

    /// Who may, a line for each condition: `owner, member`, `customer, when state is open`.
    fn may(self, part: &Permissions, what: What) -> Vec<String> {
        let row = super::target::row(part, what);
        let groups = super::who_may::groups(self.model, part, row);
        let line = |(names, when): (Vec<String>, String)| match when.is_empty() {
            true => names.join(", "),
            false => format!("{}, when {when}", names.join(", ")),
        };
        groups.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests;
