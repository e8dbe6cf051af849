//! Somebody may run every action.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Action, Entity, EntityId};
use crate::permissions::{What, permissions};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (id, entity) in ground.entities() {
        for (index, action) in entity.actions.iter().enumerate() {
            if unseen(ground, entity, action) && !runs(ground, id, index) {
                out.push(nobody(ground, entity, action));
            }
        }
    }
}

/// Whether nobody for whom the action is has a grant to read: few are, and only these are asked for.
fn unseen(ground: &Ground<'_>, entity: &Entity, action: &Action) -> bool {
    action.kind.on_existing_row()
        && !action.by.is_empty()
        && !action.by.iter().any(|who| {
            entity.reads.iter().any(|grant| ground.model.implies(entity, *who, grant.who))
        })
}

fn runs(ground: &Ground<'_>, id: EntityId, index: usize) -> bool {
    let table = permissions(ground.model, id);
    let row = table.rows.iter().find(|row| row.what == What::Run(index));
    row.is_none_or(|row| {
        (0..table.people.len())
            .any(|at| row.cells[at].verdict.is_possible() || !table.besides(row, at).is_empty())
    })
}

fn nobody(ground: &Ground<'_>, entity: &Entity, action: &Action) -> Diagnostic {
    let people: Vec<&str> =
        action.by.iter().map(|who| ground.model.name_of(entity, *who)).collect();
    let (name, first) = (&entity.name, people[0]);
    let place = ground.place(&format!("{}.by", action_path(entity, action)));
    Diagnostic::new(codes::UNRUN_ACTION, place, format!("nobody may ever run `{}`", action.name))
        .reason(format!(
            "`{}` cannot read `{name}`, and what somebody cannot read is not there to be changed",
            people.join("` and `")
        ))
        .next(format!(
            "add `{first}: all`, or the fields that `{first}` may see, under `read` of `{name}`"
        ))
}
