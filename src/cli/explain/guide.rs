//! `explain` without anything: what can be asked, with names of the blueprint that is here.

use super::super::terminal::{Colour, Format, Terminal, paint};
use crate::model::{Entity, EntityKind, Model, Origin, Who};
use crate::permissions::{self, Permissions, What};
use serde_json::json;

/// Names to ask for.
struct Names {
    entity: String,
    field: String,
    action: String,
    state: String,
    role: String,
    /// Somebody who may run the action, and somebody who may not.
    may: String,
    may_not: String,
}

impl Names {
    /// Those of `blueprint new --from projects`.
    fn example() -> Names {
        let name = str::to_owned;
        Names {
            entity: name("Task"),
            field: name("title"),
            action: name("reopen"),
            state: name("done"),
            role: name("lead"),
            may: name("lead"),
            may_not: name("member"),
        }
    }

    /// Of the first entity that has all of these.
    fn of(model: &Model) -> Option<Names> {
        model.entity_ids().filter(|id| model[*id].kind == EntityKind::Plain).find_map(|id| {
            let part = permissions::permissions(model, id);
            Names::within(model, &model[id], &part)
        })
    }

    fn within(model: &Model, entity: &Entity, part: &Permissions) -> Option<Names> {
        let state = entity.states.as_ref()?.list.last()?;
        let row = part.rows.iter().rev().find(|row| {
            let role_who_may_not =
                part.people.iter().zip(&row.cells).any(|(one, cell)| {
                    matches!(one.who, Who::Role(_)) && !cell.verdict.is_possible()
                });
            let any = row.cells.iter().any(|cell| cell.verdict.is_possible());
            matches!(row.what, What::Run(_)) && role_who_may_not && any
        })?;
        let mut cells = part.people.iter().zip(&row.cells);
        let may = cells.clone().find(|(_, cell)| cell.verdict.is_possible())?.0;
        let may_not = cells
            .find(|(one, cell)| matches!(one.who, Who::Role(_)) && !cell.verdict.is_possible())?
            .0;
        let field = entity.fields.iter().find(|field| field.origin == Origin::Declared)?;
        Some(Names {
            entity: entity.name.clone(),
            field: field.name.clone(),
            action: row.what.action(entity)?.name.clone(),
            state: state.name.clone(),
            role: model.roles.first()?.name.clone(),
            may: model.name_of(entity, may.who).to_owned(),
            may_not: model.name_of(entity, may_not.who).to_owned(),
        })
    }

    /// What is asked, and what is answered.
    fn questions(&self) -> Vec<(String, &'static str)> {
        let Names { entity, field, action, state, role, may, may_not } = self;
        vec![
            ("E009".to_owned(), "the page of a diagnostic"),
            ("codes".to_owned(), "all of them"),
            ("entities".to_owned(), "what there is; so too roles, routes, settings, identity"),
            (entity.clone(), "all that an entity stands for, defaults included"),
            (
                format!("{entity}.{field}"),
                "a field: its type, who reads it, what changes it, what speaks of it",
            ),
            (format!("{entity}.{action}"), "an action, with the guards that keep it"),
            (format!("{entity}.states.{state}"), "a state: what leads in and out"),
            (format!("roles.{role}"), "a role: how one comes to have it, and all that it may"),
            (format!("who may {entity}.{action}"), "who may run an action, and when"),
            (
                format!("who may read {entity}.{field}"),
                "who sees a field; without it, who sees rows",
            ),
            ("who may".to_owned(), "the whole permission table; with `--format json` for programs"),
            (
                format!("why {may} may {entity}.{action}"),
                "the chain of what allows it, each link with its place",
            ),
            (
                format!("why not {may_not} {entity}.{action}"),
                "the first thing that is missing, and what one would write",
            ),
        ]
    }
}

pub(super) fn run(model: Option<&Model>, terminal: &mut Terminal) {
    let own = model.and_then(Names::of);
    let is_own = own.is_some();
    let questions = own.unwrap_or_else(Names::example).questions();
    if terminal.format == Format::Json {
        let questions: Vec<_> =
            questions.iter().map(|(ask, answer)| json!({ "ask": ask, "answer": answer })).collect();
        return terminal.document(json!({ "version": 1, "questions": questions }));
    }
    terminal.out("What can be asked:\n\n");
    let width = questions.iter().map(|(ask, _)| ask.len()).max().unwrap_or(0);
    for (ask, answer) in questions {
        let ask = format!("blueprint explain {ask:width$}");
        let ask = paint(&ask, Colour::Bold, terminal.colour.out);
        terminal.out(format_args!("  {ask}  {answer}\n"));
    }
    terminal.out(match is_own {
        true => "\nThese names are of ./blueprint.yaml; another blueprint is named last.\n",
        false => "\nNames are those of your blueprint: ./blueprint.yaml, or the one named last.\n",
    });
}
