//! Exclusions: no two rows at one time, held by a GiST index that is led by the tenant.
//!
//! Two writers that meet in such an index each enter their row first and look for others then, so
//! each may wait for the other: PostgreSQL breaks that off as a deadlock. Therefore who writes a row
//! that counts takes a turn before, by a lock on what the rows share.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot};
use super::keys::tenant_column;
use super::names::{joined, literal, table};
use super::pieces::Constraint;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::model::{EntityId, Exclusion, Model};

/// Whether some index needs equality beside overlapping, which `btree_gist` brings.
pub fn need_extension(model: &Model) -> bool {
    model.entities.iter().any(|entity| {
        let tenant = entity.scope.tenant().is_some();
        entity.exclusions.iter().any(|one| tenant || !one.same.is_empty())
    })
}

pub fn constraints(cx: &Cx<'_>, entity: EntityId) -> Vec<Constraint> {
    let it = &cx.model[entity];
    let table = table(&it.name);
    let row = Row::new(cx, entity, "", Place::Policy);
    it.exclusions
        .iter()
        .map(|one| (one, path(cx, entity, one)))
        .filter(|(_, path)| cx.guard(path))
        .map(|(one, path)| {
            let same = super::effective::operands(cx, entity, one);
            let mut operands: Vec<String> =
                same.into_iter().map(|same| format!("{same} WITH =")).collect();
            let range = cx.column(entity, Slot::Field(one.overlapping));
            operands.push(format!("{range} WITH &&"));
            let mut definition = format!("EXCLUDE USING gist ({})", operands.join(", "));
            if let Some(filter) = &one.filter {
                definition.push_str(&format!("\nWHERE ({})", sql::print(filter, &row)));
            }
            Constraint {
                definition,
                refusal: Refusal {
                    constraint: joined(&[&table, &one.name, "excl"]),
                    table: table.clone(),
                    path,
                    field: None,
                    kind: RefusalKind::Exclusion,
                },
            }
        })
        .collect()
}

/// For the table's trigger: one after the other, in the order declared.
pub fn turns(cx: &Cx<'_>, entity: EntityId) -> Vec<String> {
    let it = &cx.model[entity];
    let row = Row::new(cx, entity, "NEW.", Place::Policy);
    it.exclusions
        .iter()
        .filter(|one| cx.guard(format!("{}.turn", path(cx, entity, one))))
        .map(|one| {
            let mut key = vec![format!("text {}", literal(&path(cx, entity, one)))];
            key.extend(shared(cx, entity, one).map(|column| format!("NEW.{column}")));
            let lock = format!(
                "PERFORM pg_advisory_xact_lock(hash_record_extended(\n  ROW({}), 0\n));",
                key.join(", ")
            );
            match &one.filter {
                None => lock,
                Some(filter) => format!(
                    "IF {} THEN\n{}\nEND IF;",
                    sql::print(filter, &row),
                    super::layout::indent(&lock, "  ")
                ),
            }
        })
        .collect()
}

pub fn path(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> String {
    let it = &cx.model[entity];
    format!("entities.{}.{}", it.name, one.part(it))
}

/// Columns that the rows share, the tenant first.
pub fn shared(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> impl Iterator<Item = String> {
    let same = one.same.iter().map(move |field| cx.column(entity, Slot::Field(*field)));
    tenant_column(cx, entity).into_iter().chain(same)
}
