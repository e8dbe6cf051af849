//! docs/permissions.md: who may see and do what, one table for each entity.

use serde::Serialize;

use crate::model::{self, Entity, FieldId, Model, Who};
use crate::permissions::{self, Permissions, Row, Verdict, What};

use super::names;

/// One entity's table.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    pub entity: String,
    pub summary: String,
    /// An empty corner, then everyone to whom anything is granted.
    pub head: Vec<String>,
    /// What it is, then for each of them: `yes`, `when …`, or nothing.
    pub rows: Vec<Vec<String>>,
    /// How a person comes to be what no role makes him.
    pub parties: Vec<String>,
    /// The same in one sentence.
    pub short: String,
}

/// Every role: its name, its context, what it includes, and what is said of it.
pub fn roles(model: &Model) -> Vec<Vec<String>> {
    let row = |role: &model::Role| {
        let includes: Vec<&str> = role.includes.iter().map(|id| &*model[*id].name).collect();
        let about = if role.summary.is_empty() {
            String::new()
        } else {
            names::sentence(&role.summary, "")
        };
        vec![role.name.clone(), model[role.context].name.clone(), includes.join(", "), about]
    };
    model.roles.iter().map(row).collect()
}

/// What is said of the contexts of which something is.
pub fn contexts(model: &Model) -> Vec<String> {
    let told = model.contexts.iter().filter(|context| !context.summary.is_empty());
    told.map(|one| format!("{}: {}", one.name, names::sentence(&one.summary, ""))).collect()
}

pub fn tables(model: &Model) -> Vec<Table> {
    // One at a time: all of them are many times what is made of them.
    let parts = model.entity_ids().map(|id| permissions::permissions(model, id));
    parts.filter_map(|part| table(model, &part)).collect()
}

/// None where nothing is granted to anybody.
fn table(model: &Model, part: &Permissions) -> Option<Table> {
    let entity = &model[part.entity];
    let given: Vec<usize> = (0..part.people.len())
        .filter(|at| {
            part.rows.iter().any(|row| {
                row.cells[*at].verdict.is_possible() || !part.besides(row, *at).is_empty()
            })
        })
        .collect();
    let heads = given.iter().map(|at| head(model, entity, part.people[*at].who));
    let head: Vec<String> = std::iter::once(String::new()).chain(heads).collect();
    (!given.is_empty()).then(|| Table {
        entity: entity.name.clone(),
        summary: names::about(model, entity),
        head,
        rows: part.rows.iter().map(|row| self::row(model, part, row, &given)).collect(),
        parties: entity.parties.iter().map(|party| self::party(entity, party)).collect(),
        short: short(model, entity),
    })
}

/// A condition that is the same for all who may stands at the row's head.
fn row(model: &Model, part: &Permissions, row: &Row, given: &[usize]) -> Vec<String> {
    let entity = &model[part.entity];
    let action = row.what.action(entity);
    let what = match row.what {
        What::Read => "reads rows".to_owned(),
        What::See(field) => format!("sees {}", entity.fields[field.0].name),
        What::Run(at) => {
            let clock = entity.actions[at].timer.as_ref().map_or("", |_| ", as does the clock");
            format!("may {}{clock}", entity.actions[at].name)
        }
    };
    let cells = given.iter().map(|at| match &row.cells[*at].verdict {
        Verdict::Never(_) => String::new(),
        verdict => {
            let when = verdict.when(entity, action);
            when.map_or("yes".to_owned(), |when| format!("when {when}"))
        }
    });
    let cells: Vec<String> = cells.collect();
    let mut said = cells.iter().filter(|cell| !cell.is_empty());
    let common = said.next().filter(|first| *first != "yes" && said.all(|cell| cell == *first));
    let what = common.map_or(what.clone(), |common| format!("{what}, {common}"));
    let cells = cells.iter().zip(given).map(|(cell, at)| match cell.as_str() {
        "" => besides(model, part, row, *at),
        _ if common.is_some() => "yes".to_owned(),
        cell => cell.to_owned(),
    });
    std::iter::once(what).chain(cells).collect()
}

/// Of a party who sees no rows by himself: as what he does.
fn besides(model: &Model, part: &Permissions, row: &Row, at: usize) -> String {
    let roles = part.besides(row, at);
    let names: Vec<String> = roles.iter().map(|role| model[*role].name.clone()).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("only who is {} besides", names::either(&names))
}

/// `read by member; create by lead`.
fn short(model: &Model, entity: &Entity) -> String {
    let words = |list: &mut dyn Iterator<Item = Who>| {
        let mut names: Vec<String> = Vec::new();
        for who in list {
            let name = model.name_of(entity, who).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names::either(&names)
    };
    let mut parts = Vec::new();
    if !entity.reads.is_empty() {
        parts.push(format!("read by {}", words(&mut entity.reads.iter().map(|grant| grant.who))));
    }
    for action in &entity.actions {
        let people = words(&mut action.by.iter().copied());
        let clock = action.timer.as_ref().map(|_| "the clock".to_owned());
        let by: Vec<String> =
            Some(people).filter(|by| !by.is_empty()).into_iter().chain(clock).collect();
        parts.push(format!("{} by {}", action.name, by.join(" or ")));
    }
    parts.join("; ")
}

fn head(model: &Model, entity: &Entity, who: Who) -> String {
    let context = &model[model.context_of(entity, who)].name;
    let name = model.name_of(entity, who);
    match who {
        Who::Anyone => name.to_owned(),
        _ => format!("{name} in {context}"),
    }
}

fn party(entity: &Entity, party: &model::Party) -> String {
    let because = match party.column {
        Some(FieldId(field)) => format!("the person whom {} names", entity.fields[field].name),
        None => "the person whose row it is".to_owned(),
    };
    format!("{} is {because}", party.name)
}
