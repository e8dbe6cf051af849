//! What a question is about: an entity and what is done with its rows, or somebody. Names as people say
//! them, with or without their sections.

use super::super::exit::Fault;
use super::known::Known;
use crate::diagnostics::nearest;
use crate::model::{Entity, EntityId, Model};
use crate::permissions::{Permissions, Row, What};

/// An entity as a whole, or one thing that is done with its rows.
pub(super) enum Target {
    Whole(EntityId),
    One(EntityId, What),
}

/// `Booking.accept`, `accept Booking`, `read Project.budget`, `entities.Booking.actions.accept`.
pub(super) fn target(words: &[String], known: &Known) -> Result<Target, Fault> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    let plain: Vec<&str> =
        plain.into_iter().filter(|word| !matches!(*word, "a" | "an" | "the")).collect();
    match plain.as_slice() {
        ["read" | "reads" | "see" | "sees", what] => read(what, known),
        ["run", what] => dotted(what, known),
        [action, entity] => dotted(&format!("{entity}.{action}"), known),
        [what] => dotted(what, known),
        [] => Err(Fault::Usage("say what: `Booking.accept`, or `read Booking`".to_owned())),
        [_, _, more, ..] => Err(Fault::Usage(format!("`{more}` is one word too many"))),
    }
}

fn read(what: &str, known: &Known) -> Result<Target, Fault> {
    let what = what.strip_prefix("entities.").unwrap_or(what);
    let parts: Vec<&str> = what.split('.').collect();
    match *parts.as_slice() {
        [name] | [name, "read", ..] => Ok(Target::One(entity(name, known)?, What::Read)),
        [name, field] | [name, "fields", field] => {
            let id = entity(name, known)?;
            let entity = &known.model[id];
            match field_of(entity, field) {
                Some(field) => Ok(Target::One(id, field)),
                None => Err(unknown("field", name, field, fields(entity), known)),
            }
        }
        _ => Err(no_such(what, known)),
    }
}

fn dotted(what: &str, known: &Known) -> Result<Target, Fault> {
    let what = what.strip_prefix("entities.").unwrap_or(what);
    let what = what.strip_prefix("commands.").unwrap_or(what);
    let parts: Vec<&str> = what.split('.').collect();
    let [name, rest @ ..] = parts.as_slice() else { return Err(no_such(what, known)) };
    if rest.is_empty()
        && named(name, known).is_none()
        && let Some(found) = by_action(name, known)
    {
        return found;
    }
    let id = entity(name, known)?;
    let own = &known.model[id];
    match *rest {
        [] => Ok(Target::Whole(id)),
        ["actions", action, ..] => match action_of(own, action) {
            Some(action) => Ok(Target::One(id, action)),
            None => Err(unknown("action", name, action, actions(own), known)),
        },
        ["fields", _] => read(what, known),
        ["read", _] => Ok(Target::One(id, What::Read)),
        [last] => {
            let read = (last == "read").then_some(What::Read);
            let meant = action_of(own, last).or(read).or_else(|| field_of(own, last));
            let names = actions(own).chain(fields(own)).chain(["read"]);
            meant
                .map(|what| Target::One(id, what))
                .ok_or_else(|| unknown("action or field", name, last, names, known))
        }
        _ => Err(no_such(what, known)),
    }
}

fn actions(entity: &Entity) -> impl Iterator<Item = &str> {
    entity.actions.iter().map(|action| action.name.as_str())
}

fn fields(entity: &Entity) -> impl Iterator<Item = &str> {
    entity.fields.iter().map(|field| field.name.as_str())
}

fn action_of(entity: &Entity, name: &str) -> Option<What> {
    actions(entity).position(|action| action == name).map(What::Run)
}

fn field_of(entity: &Entity, name: &str) -> Option<What> {
    // They come with any row that is read.
    if matches!(name, "id" | "state" | "version" | "created_at" | "updated_at") {
        return Some(What::Read);
    }
    fields(entity).position(|field| field == name).map(|at| What::See(crate::model::FieldId(at)))
}

/// An action that is named alone: `withdraw`, where one entity has it.
fn by_action(name: &str, known: &Known) -> Option<Result<Target, Fault>> {
    let model = &known.model;
    let having: Vec<(EntityId, What)> = model
        .entity_ids()
        .filter_map(|id| action_of(&model[id], name).map(|what| (id, what)))
        .collect();
    match having.as_slice() {
        [] => None,
        [(id, what)] => Some(Ok(Target::One(*id, *what))),
        several => {
            let each: Vec<String> =
                several.iter().map(|(id, _)| format!("`{}.{name}`", model[*id].name)).collect();
            let each = each.join(", ");
            Some(Err(Fault::Usage(format!("`{name}` may be {each}; say which"))))
        }
    }
}

/// An entity as people write it: `Note`, `note`, `notes`.
fn named(name: &str, known: &Known) -> Option<EntityId> {
    let model = &known.model;
    let alike = |id: &EntityId| {
        model[*id].name.eq_ignore_ascii_case(name) || model[*id].plural.eq_ignore_ascii_case(name)
    };
    model.entity_named(name).or_else(|| model.entity_ids().find(alike))
}

fn entity(name: &str, known: &Known) -> Result<EntityId, Fault> {
    named(name, known).ok_or_else(|| {
        let names: Vec<&str> = known.model.entities.iter().map(|one| one.name.as_str()).collect();
        let hint = hint(name, names.iter().copied());
        Fault::Usage(format!(
            "{} has no entity `{name}`{hint}; it has {}",
            known.file,
            names.join(", ")
        ))
    })
}

fn hint<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    nearest(name, names).map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

fn unknown<'n>(
    what: &str,
    entity: &str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
    known: &Known,
) -> Fault {
    let names: Vec<&str> = names.collect();
    let hint = hint(name, names.iter().copied());
    let hint = match hint.is_empty() {
        true => format!("; it has {}", names.join(", ")),
        false => hint,
    };
    Fault::Usage(format!("`{entity}` in {} has no {what} `{name}`{hint}", known.file))
}

fn no_such(what: &str, known: &Known) -> Fault {
    Fault::Usage(format!(
        "`{what}` is nothing that somebody may do in {}; ask for `ENTITY.ACTION`, `read ENTITY` or \
         `read ENTITY.FIELD`",
        known.file
    ))
}

/// The column of somebody: a role, a party of the entity, `user`, `anyone`.
pub(super) fn somebody(name: &str, part: &Permissions, known: &Known) -> Result<usize, Fault> {
    let model = &known.model;
    let name = name.strip_prefix("roles.").unwrap_or(name);
    let names: Vec<&str> = names_of(model, part);
    // A party stands before a role of the same name, as in `by` and `read`.
    if let Some(at) = names.iter().rposition(|other| *other == name) {
        return Ok(at);
    }
    let entity = &model[part.entity].name;
    let elsewhere =
        model.entities.iter().find(|other| other.parties.iter().any(|party| party.name == name));
    let more = match elsewhere {
        Some(other) => format!("; it is a party of `{}`", other.name),
        None => match hint(name, names.iter().copied()) {
            hint if hint.is_empty() => format!("; there are {}", names.join(", ")),
            hint => hint,
        },
    };
    Err(Fault::Usage(format!(
        "`{name}` is no role in {} and no party of `{entity}`{more}",
        known.file
    )))
}

pub(super) fn names_of<'m>(model: &'m Model, part: &Permissions) -> Vec<&'m str> {
    let entity = &model[part.entity];
    part.people.iter().map(|one| model.name_of(entity, one.who)).collect()
}

/// The row of the table about this.
pub(super) fn row(part: &Permissions, what: What) -> &Row {
    part.rows.iter().find(|row| row.what == what).expect("the table has a row for each")
}

/// `run Booking.accept`, `read rows of Booking`, `see budget of Project`.
pub(super) fn told(model: &Model, id: EntityId, what: What) -> String {
    let entity = &model[id];
    let name = &entity.name;
    match what {
        What::Read => format!("read rows of {name}"),
        What::See(field) => format!("see {} of {name}", entity.fields[field.0].name),
        What::Run(action) => format!("run {name}.{}", entity.actions[action].name),
    }
}

/// How one asks for it again: `Booking.accept`, `read Project.budget`.
pub(super) fn asked(model: &Model, id: EntityId, what: What) -> String {
    let entity = &model[id];
    let name = &entity.name;
    match what {
        What::Read => format!("read {name}"),
        What::See(field) => format!("read {name}.{}", entity.fields[field.0].name),
        What::Run(action) => format!("{name}.{}", entity.actions[action].name),
    }
}
