//! What a context selects of an entity: the columns of answers and of rows read back.

use super::calls::{Anchor, Column, Holds, Read, SqlType};
use super::cx::{Cx, Slot, anchor};
use super::{facets, types};
use crate::model::{ContextId, ContextKind, EntityId, EntityKind, FieldId};

/// None where the context reads nothing of the entity.
pub fn lower(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<Read> {
    let it = &cx.model[entity];
    let access = cx.model.access(entity, context)?;
    let tenant = it.scope.tenant().map(|(_, column)| column);

    let mut columns = vec![plain(cx, entity, Slot::Id)];
    for slot in cx.slots(entity) {
        match slot {
            Slot::Field(field) if access.base.contains(&field) => {
                columns.extend(fields(cx, entity, field, "t", None));
            }
            Slot::Id | Slot::Subject | Slot::Field(_) => {}
            other => columns.push(plain(cx, entity, other)),
        }
    }
    let mut from = format!("{} t", cx.table(entity));
    for (index, facet) in access.facets.iter().enumerate() {
        let (number, alias) = (index + 1, format!("f{}", index + 1));
        columns.push(Column {
            name: format!("facet_{number}"),
            expr: format!("{alias}.id IS NOT NULL"),
            ty: SqlType::Boolean,
            holds: Holds::Granted,
            nullable: false,
            facet: Some(number),
        });
        for field in &facet.fields {
            columns.extend(fields(cx, entity, *field, &alias, Some(number)));
        }
        let view = super::names::ident(&facets::view(cx, entity, context, number));
        let same = tenant.map_or(String::new(), |column| {
            let column = cx.column(entity, Slot::Field(column));
            format!("{alias}.{column} = t.{column} AND ")
        });
        from.push_str(&format!("\nLEFT JOIN facet.{view} {alias} ON {same}{alias}.id = t.id"));
    }

    let anchored = match anchor(cx.model, it, context) {
        Some(slot) => Anchor::Tenant(format!("t.{}", cx.column(entity, slot))),
        None if it.kind == EntityKind::User && cx.model[context].kind == ContextKind::Person => {
            Anchor::Me
        }
        None => Anchor::Policy,
    };
    Some(Read { entity, context, columns, from, anchor: anchored })
}

fn plain(cx: &Cx<'_>, entity: EntityId, slot: Slot) -> Column {
    let (ty, holds) = match slot {
        Slot::Id => (SqlType::Uuid, Holds::Id),
        Slot::State => (SqlType::Text, Holds::State),
        Slot::Version => (SqlType::Int, Holds::Version),
        Slot::CreatedAt => (SqlType::Timestamptz, Holds::CreatedAt),
        Slot::UpdatedAt => (SqlType::Timestamptz, Holds::UpdatedAt),
        Slot::Subject | Slot::Field(_) => unreachable!("fields have their own"),
    };
    Column {
        name: cx.bare_column(entity, slot),
        expr: format!("t.{}", cx.column(entity, slot)),
        ty,
        holds,
        nullable: false,
        facet: None,
    }
}

/// One column, or two of a range.
fn fields(
    cx: &Cx<'_>,
    entity: EntityId,
    id: FieldId,
    alias: &str,
    facet: Option<usize>,
) -> Vec<Column> {
    let field = &cx.model[entity].fields[id.0];
    let column = format!("{alias}.{}", cx.column(entity, Slot::Field(id)));
    let one = |name: String, expr: String, holds: Holds| Column {
        name,
        expr,
        ty: types::passed(&field.ty),
        holds,
        nullable: field.optional || facet.is_some(),
        facet,
    };
    match super::cx::is_range(field) {
        true => vec![
            one(format!("{}_from", field.name), format!("lower({column})"), Holds::From(id)),
            one(format!("{}_until", field.name), format!("upper({column})"), Holds::Until(id)),
        ],
        false => {
            vec![one(cx.bare_column(entity, Slot::Field(id)), column, Holds::Field(id))]
        }
    }
}
