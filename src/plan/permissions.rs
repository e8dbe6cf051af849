//! docs/permissions.md: who may see and do what, one table for each entity.

use serde::Serialize;

use crate::model::{self, Entity, FieldId, Model, PartyId, ReadGrant, RoleId, Who};

use super::names;
use super::phrase::phrase;

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

pub fn tables(model: &Model) -> Vec<Table> {
    let granted = |entity: &&Entity| !everyone(model, entity).is_empty();
    model.entities.iter().filter(granted).map(|entity| table(model, entity)).collect()
}

fn table(model: &Model, entity: &Entity) -> Table {
    let everyone = everyone(model, entity);
    let row = |what: String, cell: &dyn Fn(Who) -> String| -> Vec<String> {
        std::iter::once(what).chain(everyone.iter().map(|who| cell(*who))).collect()
    };
    let mut rows = vec![row("reads rows".to_owned(), &|who| sees_rows(model, entity, who))];
    for (index, field) in entity.fields.iter().enumerate() {
        rows.push(row(format!("sees {}", field.name), &|who| {
            sees(model, entity, who, FieldId(index))
        }));
    }
    for action in &entity.actions {
        rows.push(row(format!("may {}", action.name), &|who| {
            let may = action.by.iter().any(|by| stands_for(model, who, *by));
            if may { "yes".to_owned() } else { String::new() }
        }));
    }
    Table {
        entity: entity.name.clone(),
        summary: names::about(model, entity),
        head: row(String::new(), &|who| head(model, entity, who)),
        rows,
        parties: entity.parties.iter().map(|party| self::party(entity, party)).collect(),
        short: short(model, entity),
    }
}

/// All who are granted anything on the entity, also through a role that theirs includes.
pub fn everyone(model: &Model, entity: &Entity) -> Vec<Who> {
    let mut granted: Vec<Who> = entity.reads.iter().map(|grant| grant.who).collect();
    granted.extend(entity.actions.iter().flat_map(|action| action.by.iter().copied()));
    let mut all = vec![Who::Anyone, Who::User];
    all.extend((0..model.roles.len()).map(|role| Who::Role(RoleId(role))));
    all.extend((0..entity.parties.len()).map(|party| Who::Party(PartyId(party))));
    all.retain(|who| granted.iter().any(|to| stands_for(model, *who, *to)));
    all
}

/// Whether what is granted to `to` is `who`'s as well.
pub fn stands_for(model: &Model, who: Who, to: Who) -> bool {
    match (who, to) {
        (Who::Role(role), Who::Role(to)) => role == to || model[role].includes.contains(&to),
        _ => who == to,
    }
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
        parts.push(format!("{} by {}", action.name, words(&mut action.by.iter().copied())));
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

fn sees_rows(model: &Model, entity: &Entity, who: Who) -> String {
    cell(entity, entity.reads.iter().filter(|grant| stands_for(model, who, grant.who)))
}

fn sees(model: &Model, entity: &Entity, who: Who, field: FieldId) -> String {
    let grants = entity.reads.iter().filter(|grant| stands_for(model, who, grant.who));
    cell(entity, grants.filter(|grant| grant.fields.contains(&field)))
}

/// Grants add up: one without a condition makes it a plain yes.
fn cell<'g>(entity: &Entity, grants: impl Iterator<Item = &'g ReadGrant>) -> String {
    let mut conditions: Vec<String> = Vec::new();
    for grant in grants {
        match &grant.when {
            None => return "yes".to_owned(),
            Some(when) => {
                let condition = phrase(when, entity, None);
                if !conditions.contains(&condition) {
                    conditions.push(condition);
                }
            }
        }
    }
    if conditions.is_empty() {
        return String::new();
    }
    format!("when {}", conditions.join(", or when "))
}
