//! Each grant gives somebody something.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Entity, Who};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (id, entity) in ground.entities() {
        // Who may agree is written in one place, for all that follows.
        if ground.model.is_of_requests(id) {
            continue;
        }
        reads(ground, entity, out);
        actions(ground, entity, out);
    }
}

/// A grant is written out with all that others give the same people, so one that adds nothing has
/// just the fields of another.
fn reads(ground: &Ground<'_>, entity: &Entity, out: &mut Diagnostics) {
    for (at, grant) in entity.reads.iter().enumerate() {
        let other = entity.reads.iter().enumerate().find(|(index, other)| {
            *index != at
                && other.when.is_none()
                && other.fields == grant.fields
                && ground.model.implies(entity, grant.who, other.who)
                // Of two alike only the later is told.
                && (*index < at || !(other.who == grant.who && grant.when.is_none()))
        });
        let Some((_, other)) = other else { continue };
        let path =
            |who: Who| format!("entities.{}.read.{}", entity.name, name(ground, entity, who));
        if ground.places.written(&path(grant.who)) {
            warn(ground, entity, (grant.who, &path(grant.who)), (other.who, &path(other.who)), out);
        }
    }
}

fn actions(ground: &Ground<'_>, entity: &Entity, out: &mut Diagnostics) {
    for action in &entity.actions {
        for who in &action.by {
            let other = action
                .by
                .iter()
                .find(|other| *other != who && ground.model.implies(entity, *who, **other));
            let Some(other) = other else { continue };
            let path = |who: Who| {
                format!("{}.by.{}", action_path(entity, action), name(ground, entity, who))
            };
            warn(ground, entity, (*who, &path(*who)), (*other, &path(*other)), out);
        }
    }
}

fn warn(
    ground: &Ground<'_>,
    entity: &Entity,
    (who, path): (Who, &str),
    (other, other_path): (Who, &str),
    out: &mut Diagnostics,
) {
    let (who, other) = (name(ground, entity, who), name(ground, entity, other));
    let message = if who == other {
        format!("`{who}` has this already")
    } else {
        format!("`{who}` has this already: whoever is `{who}` is `{other}`")
    };
    out.push(
        Diagnostic::new(codes::IDLE_GRANT, ground.place(path), message)
            .also(ground.place(other_path), "given here")
            .next("remove it"),
    );
}

fn name<'a>(ground: &Ground<'a>, entity: &'a Entity, who: Who) -> &'a str {
    ground.model.name_of(entity, who)
}
