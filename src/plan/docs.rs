//! docs/entities.md and docs/states.md: what there is, and how it moves.

use serde::Serialize;

use crate::model::{
    Action, Default, Entity, Field, FieldId, Idempotency, Model, Origin, Scope, Taken, Type,
};

use super::names;
use super::notes::notes;
use crate::phrase::{duration, phrase, timer, type_words};

#[derive(Debug, Clone, Serialize)]
pub struct EntityDoc {
    pub name: String,
    pub summary: String,
    pub scope: String,
    /// Name, type, and what else there is to say.
    pub fields: Vec<Vec<String>>,
    pub notes: Vec<String>,
    /// Who reads rows of it, in words.
    pub readers: String,
}

/// A line of the diagram of entities: `Task }o--|| Project : project`.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    pub from: String,
    pub to: String,
    pub field: String,
    /// How many of `to` a row of `from` names, in mermaid's way of drawing it.
    pub crow: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct StatesDoc {
    pub entity: String,
    pub first: String,
    pub moves: Vec<Move>,
    /// Action, from, to, by, and what else it needs; one row for each move.
    pub table: Vec<Vec<String>>,
    /// `blocking: held or requested`.
    pub groups: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Move {
    pub from: String,
    pub to: String,
    pub action: String,
}

pub fn entities(model: &Model) -> Vec<EntityDoc> {
    model.entities.iter().map(|entity| entity_doc(model, entity)).collect()
}

pub fn references(model: &Model) -> Vec<Reference> {
    let mut references = Vec::new();
    for entity in &model.entities {
        for field in &entity.fields {
            let to = match field.ty {
                Type::Ref(to) => to,
                Type::UserIn(_) => model.identity.user,
                _ => continue,
            };
            references.push(Reference {
                from: entity.name.clone(),
                to: model[to].name.clone(),
                field: field.name.clone(),
                crow: if field.optional { "}o--o|" } else { "}o--||" },
            });
        }
    }
    references
}

pub fn states(model: &Model) -> Vec<StatesDoc> {
    model.entities.iter().filter_map(|entity| states_doc(model, entity)).collect()
}

fn entity_doc(model: &Model, entity: &Entity) -> EntityDoc {
    let scope = match entity.scope {
        Scope::Platform => "Belongs to the platform.".to_owned(),
        Scope::Tenant { tenant, column } => {
            format!(
                "Belongs to one {}, named by {}.",
                model[tenant].name,
                field_name(entity, column)
            )
        }
        Scope::Through { tenant, through, .. } => {
            format!("Belongs to the {} of its {}.", model[tenant].name, field_name(entity, through))
        }
    };
    let mut readers: Vec<String> = Vec::new();
    for grant in &entity.reads {
        let name = model.name_of(entity, grant.who);
        if readers.iter().all(|reader| reader != name) {
            readers.push(name.to_owned());
        }
    }
    EntityDoc {
        name: entity.name.clone(),
        summary: names::about(model, entity),
        scope,
        fields: entity.fields.iter().map(|field| field_doc(model, field)).collect(),
        notes: notes(model, entity),
        readers: names::either(&readers),
    }
}

fn field_name(entity: &Entity, FieldId(index): FieldId) -> &str {
    &entity.fields[index].name
}

fn field_doc(model: &Model, field: &Field) -> Vec<String> {
    let mut about = Vec::new();
    if !field.summary.is_empty() {
        about.push(names::sentence(&field.summary, ""));
    }
    if field.optional {
        about.push("Optional.".to_owned());
    }
    match &field.taken {
        _ if field.origin == Origin::Picked => {}
        Some(Taken::Made) => about.push("Copied when the row is made.".to_owned()),
        Some(Taken::At(action)) => about.push(format!("Copied at `{action}`.")),
        None => {}
    }
    if field.frozen {
        about.push("Never changes.".to_owned());
    }
    if field.personal {
        about.push("Personal: masked in the audit.".to_owned());
    }
    match &field.default {
        _ if field.origin == Origin::Total => {
            about.push("A total: changes with other rows, and nobody writes it.".to_owned());
        }
        _ if field.origin == Origin::Number => {
            about.push("Given by the database, in order and without gaps.".to_owned());
        }
        _ if field.origin == Origin::Picked => {
            about.push("Found by the database: what was in force.".to_owned());
        }
        Some(Default::Now) => about.push("At first: now.".to_owned()),
        Some(Default::Actor) => about.push("At first: who makes the row.".to_owned()),
        Some(Default::Value(value)) => {
            if let Some(value) = super::literal::json(value, &field.ty) {
                about.push(format!("At first: {value}."));
            }
        }
        None => {}
    }
    vec![field.name.clone(), type_words(model, &field.ty), about.join(" ")]
}

fn states_doc(model: &Model, entity: &Entity) -> Option<StatesDoc> {
    let states = entity.states.as_ref()?;
    let name = |index: usize| states.list[index].name.clone();
    let (mut moves, mut table) = (Vec::new(), Vec::new());
    for action in &entity.actions {
        let Some(to) = action.to else { continue };
        let from: Vec<usize> = if action.from.is_empty() {
            (0..states.list.len()).collect()
        } else {
            action.from.iter().map(|state| state.0).collect()
        };
        if !action.kind.on_existing_row() {
            continue;
        }
        for from in from {
            let (from, to, by) = (name(from), name(to.0), by(model, entity, action));
            table.push(vec![
                action.name.clone(),
                from.clone(),
                to.clone(),
                by,
                needs(model, entity, action),
            ]);
            moves.push(Move { from, to, action: action.name.clone() });
        }
    }
    Some(StatesDoc {
        entity: entity.name.clone(),
        first: name(0),
        moves,
        table,
        groups: states
            .groups
            .iter()
            .map(|group| {
                let states: Vec<String> = group.states.iter().map(|state| name(state.0)).collect();
                format!("{} is {}", group.name, names::either(&states))
            })
            .collect(),
    })
}

/// Who may, in words.
pub fn by(model: &Model, entity: &Entity, action: &Action) -> String {
    let names = action.by.iter().map(|who| model.name_of(entity, *who).to_owned());
    let names: Vec<String> = names.chain(timer(entity, action)).collect();
    names::either(&names)
}

/// What else must hold, in words; empty where nothing must.
fn needs(model: &Model, entity: &Entity, action: &Action) -> String {
    let mut needs: Vec<String> =
        action.require.iter().map(|require| phrase(&require.holds, entity, Some(action))).collect();
    if action.because {
        needs.push("a reason".to_owned());
    }
    if action.idempotency == Some(Idempotency::Required) {
        needs.push("a key".to_owned());
    }
    for door in action.doors(model, entity) {
        if let Some(asked) = model.step_up(entity, action, door.context) {
            let said = format!("a sign-in of the last {}", duration(asked.seconds));
            if !needs.contains(&said) {
                needs.push(said);
            }
        }
    }
    match action.approval.as_ref().map(|approval| &approval.when) {
        Some(Some(when)) => {
            let when = phrase(when, entity, Some(action));
            needs.push(format!("another who agrees where {when}"));
        }
        Some(None) => needs.push("another who agrees".to_owned()),
        None => {}
    }
    needs.join(", ")
}
