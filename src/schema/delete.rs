//! What a door does that takes a row away: the foreign keys of those that refer to it decide, and
//! the door says which of them did.

use super::cx::Cx;
use super::doors::DoorCx;
use super::keys;
use super::layout::indent;
use super::names::literal;
use super::pieces::Step;
use crate::model::{ActionKind, Deletion, EntityId};

/// Its row is locked against new references too. A weaker lock would have to grow while somebody who
/// refers to the row waits to change it.
pub const LOCK: &str = "FOR UPDATE";

/// Whether the door takes its row away.
pub fn goes(it: &DoorCx<'_>) -> bool {
    it.action().kind == ActionKind::Delete && it.it().deletion == Deletion::Restrict
}

/// What it declares besides.
pub fn declared(it: &DoorCx<'_>) -> Option<String> {
    let kept = goes(it) && !in_its_way(it.cx, it.entity).is_empty();
    kept.then(|| "refers text".to_owned())
}

pub fn write(it: &DoorCx<'_>, named: &str) -> Step {
    it.cx.deletes(it.entity, it.door.context);
    let delete = format!("DELETE FROM {} x\nWHERE {named};", it.cx.table(it.entity));
    let in_its_way = in_its_way(it.cx, it.entity);
    if in_its_way.is_empty() {
        return Step::Run(delete);
    }
    let cases = in_its_way.iter().map(|(constraint, path)| {
        format!("    WHEN {} THEN {}", literal(constraint), literal(path))
    });
    Step::Run(format!(
        "BEGIN
{}
EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
  GET STACKED DIAGNOSTICS refers = CONSTRAINT_NAME;
  RAISE EXCEPTION '%', CASE refers
{}
  END USING ERRCODE = 'BP409';
END;",
        indent(&delete, "  "),
        cases.collect::<Vec<_>>().join("\n")
    ))
}

/// Names of the foreign keys that keep a row of the entity, and the paths of their references.
fn in_its_way(cx: &Cx<'_>, entity: EntityId) -> Vec<(String, String)> {
    let referring = cx.model.referring_to(entity).into_iter();
    let keys = referring.map(|(child, field)| keys::reference_to(cx, child, field));
    keys.map(|refusal| (refusal.constraint, refusal.path)).collect()
}
