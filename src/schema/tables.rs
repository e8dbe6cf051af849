//! Tables: columns, and the conditions that each row alone must meet.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot};
use super::names::{self, ident, joined, literals};
use super::pieces::{Constraint, RowSecurity, Table, TableColumn, Trigger};
use super::who::{Place, Row};
use super::{erased, erasure, exclusions, facets, guards, keys, policies, types};
use crate::expr::sql;
use crate::model::{Asked, Default, EntityId};

pub fn lower(cx: &Cx<'_>, entity: EntityId) -> Table {
    let it = &cx.model[entity];
    let name = names::table(&it.name);
    let path = format!("entities.{}", it.name);
    let mut constraints = keys::unique(cx, entity);
    constraints.extend(super::numbers::unique(cx, entity));
    constraints.extend(bounds(cx, entity));
    constraints.extend(rules(cx, entity));
    constraints.extend(exclusions::constraints(cx, entity));
    constraints.extend(erased::constraint(cx, entity));

    let mut triggers = vec![Trigger {
        name: joined(&[&name, "guard"]),
        when: match it.append_only && !erasure::reaches(cx, entity) {
            true => "BEFORE INSERT",
            false => "BEFORE INSERT OR UPDATE",
        },
        each: "ROW",
        only: None,
        call: format!("rt.{}()", ident(&joined(&[&name, "guard"]))),
    }];
    if cx.guard(format!("{path}.audit")) {
        triggers.push(super::audit::trigger(cx, entity));
    }
    triggers.extend(super::append_only::trigger(cx, entity));
    triggers.extend(super::effective::trigger(cx, entity));
    let forced = cx.guard(format!("{path}.security.forced"));
    let enabled = cx.guard(format!("{path}.security.enabled"));

    Table {
        columns: cx.slots(entity).into_iter().map(|slot| column(cx, entity, slot)).collect(),
        constraints,
        indexes: keys::indexes(cx, entity),
        guard: guards::function(cx, entity),
        triggers,
        row_security: RowSecurity { enabled, forced },
        access: policies::lower(cx, entity),
        facets: facets::lower(cx, entity),
        unmeasured: facets::unmeasured(cx, entity),
        references: keys::references(cx, entity),
        summary: it.summary.clone(),
        path,
        name,
    }
}

fn column(cx: &Cx<'_>, entity: EntityId, slot: Slot) -> TableColumn {
    let it = &cx.model[entity];
    let plain = |ty: &str| TableColumn {
        name: cx.bare_column(entity, slot),
        ty: ty.to_owned(),
        required: true,
        default: None,
        summary: String::new(),
    };
    match slot {
        Slot::Id => plain("uuid"),
        Slot::Subject => TableColumn { required: it.erased_at().is_none(), ..plain("text") },
        Slot::Version => plain("int"),
        Slot::CreatedAt | Slot::UpdatedAt => plain("timestamptz"),
        Slot::State => TableColumn { default: first_state(cx, entity), ..plain("text") },
        Slot::Field(field) => {
            let field = &it.fields[field.0];
            TableColumn {
                required: !field.optional,
                default: match &field.default {
                    Some(Default::Value(value)) => Some(names::value(value)),
                    _ => None,
                },
                summary: field.summary.clone(),
                ..plain(&types::stored(&field.ty))
            }
        }
    }
}

/// The first state as a literal.
pub fn first_state(cx: &Cx<'_>, entity: EntityId) -> Option<String> {
    let states = cx.model[entity].states.as_ref()?;
    Some(names::literal(&states.list.first()?.name))
}

fn bounds(cx: &Cx<'_>, entity: EntityId) -> Vec<Constraint> {
    let it = &cx.model[entity];
    let table = names::table(&it.name);
    let mut out = Vec::new();
    for slot in cx.slots(entity) {
        let column = cx.column(entity, slot);
        let (what, path, condition, guard) = match slot {
            // Each of what it is of is within bounds.
            Slot::Field(field) if it.fields[field.0].origin.is_kept() => continue,
            Slot::Field(field) => {
                let field = &it.fields[field.0];
                let path = format!("entities.{}.fields.{}", it.name, field.name);
                let guard = format!("{path}.bounds");
                (field.name.clone(), path, types::bounds(&field.ty, &column), guard)
            }
            Slot::State => {
                let names = it.states.iter().flat_map(|states| &states.list);
                let names = literals(names.map(|state| state.name.as_str()));
                let path = format!("entities.{}.states", it.name);
                let guard = format!("{path}.values");
                ("state".to_owned(), path, Some(format!("state IN ({names})")), guard)
            }
            _ => continue,
        };
        if let Some(condition) = condition
            && cx.guard(guard)
        {
            let field = matches!(slot, Slot::Field(_)).then(|| what.clone());
            out.push(Constraint {
                definition: format!("CHECK ({condition})"),
                refusal: Refusal {
                    constraint: joined(&[&table, &what, "check"]),
                    table: table.clone(),
                    path,
                    field,
                    kind: RefusalKind::Bounds,
                },
            });
        }
    }
    out
}

fn rules(cx: &Cx<'_>, entity: EntityId) -> Vec<Constraint> {
    let it = &cx.model[entity];
    let table = names::table(&it.name);
    let row = Row::new(cx, entity, "", Place::Policy);
    it.rules
        .iter()
        .filter(|rule| rule.asked == Asked::Always)
        .map(|rule| (rule, format!("entities.{}.rules.{}", it.name, rule.name)))
        .filter(|(_, path)| cx.guard(path))
        .map(|(rule, path)| Constraint {
            definition: format!("CHECK ({})", sql::print(&rule.holds, &row)),
            refusal: Refusal {
                constraint: joined(&[&table, &rule.name, "rule"]),
                table: table.clone(),
                path,
                field: None,
                kind: if rule.paid { RefusalKind::Unpaid } else { RefusalKind::Rule },
            },
        })
        .collect()
}
