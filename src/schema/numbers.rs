//! Numbers without gaps: a counter for each series, whose row is changed in the transaction of the row
//! that gets the number. Who comes next waits until that has ended; what is undone leaves no gap.
//!
//! The trigger is one of the totals' role, and nobody else may touch the counters. It fires where the row
//! is written, behind all locks that a door has taken before, so counters come last in their order.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot};
use super::keys::tenant_column;
use super::layout::indent;
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::Constraint;
use super::types;
use crate::model::{EntityId, Model, Number};

/// Whether the service has any.
pub fn any(model: &Model) -> bool {
    model.entities.iter().any(|entity| entity.number.is_some())
}

/// Columns within which it counts, with their types.
fn series(cx: &Cx<'_>, entity: EntityId, number: &Number) -> Vec<(String, String)> {
    let it = &cx.model[entity];
    let tenant = tenant_column(cx, entity).map(|column| (column, "uuid".to_owned()));
    let rest = number.per.iter().map(|field| {
        (cx.column(entity, Slot::Field(*field)), types::stored(&it.fields[field.0].ty))
    });
    tenant.into_iter().chain(rest).collect()
}

fn path(cx: &Cx<'_>, entity: EntityId) -> String {
    format!("entities.{}.number", cx.model[entity].name)
}

/// Two rows of a series never have the same, whatever became of the counter.
pub fn unique(cx: &Cx<'_>, entity: EntityId) -> Option<Constraint> {
    let number = cx.model[entity].number.as_ref()?;
    let path = format!("{}.unique", path(cx, entity));
    let bare = table(&cx.model[entity].name);
    let mut columns: Vec<String> =
        series(cx, entity, number).into_iter().map(|(column, _)| column).collect();
    columns.push(cx.column(entity, Slot::Field(number.field)));
    cx.guard(&path).then(|| Constraint {
        definition: format!("UNIQUE ({})", columns.join(", ")),
        refusal: Refusal {
            constraint: joined(&[&bare, "number_key"]),
            table: bare.clone(),
            path,
            field: None,
            kind: RefusalKind::Unique,
        },
    })
}

/// The counters, and the triggers that count.
pub fn sql(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for entity in cx.model.entity_ids() {
        if let Some(number) = &cx.model[entity].number {
            out.push_str(&one(cx, entity, number));
        }
    }
    if !out.is_empty() {
        out.insert_str(0, "-- Numbers without gaps: a counter for each series.\n");
    }
    out
}

fn one(cx: &Cx<'_>, entity: EntityId, number: &Number) -> String {
    let bare = table(&cx.model[entity].name);
    let name = ident(&joined(&[&bare, "number"]));
    let series = series(cx, entity, number);
    let column = cx.column(entity, Slot::Field(number.field));
    let of_series: Vec<String> = series.iter().map(|(column, _)| column.clone()).collect();
    let of_series = of_series.join(", ");
    let news: Vec<String> = series.iter().map(|(column, _)| format!("NEW.{column}")).collect();
    let count = format!(
        "INSERT INTO rt.{name} AS c ({of_series}, last)\nVALUES ({}, 1)\n\
         ON CONFLICT ({of_series}) DO UPDATE SET last = c.last + 1\nRETURNING last INTO NEW.{column};",
        news.join(", ")
    );
    let given = format!("NEW.{column} IS NOT NULL");
    let changed = format!("NEW.{column} IS DISTINCT FROM OLD.{column}");
    let refused = |when: &str| match cx.guard(path(cx, entity)) {
        true => format!(
            "IF {when} THEN\n  RAISE EXCEPTION {} USING ERRCODE = 'BP422';\nEND IF;\n",
            literal(&path(cx, entity))
        ),
        false => String::new(),
    };
    let body = match number.to {
        None => format!(
            "IF TG_OP = 'INSERT' THEN\n{}{}{}END IF;\n",
            inner(&refused(&given)),
            inner(&count),
            match refused(&changed) {
                text if text.is_empty() => text,
                text => format!("ELSE\n{}", inner(&text)),
            }
        ),
        Some(to) => {
            let states = cx.model[entity].states.as_ref().map_or(&[][..], |all| &all.list);
            let to = literal(&states[to.0].name);
            format!(
                "{}IF NEW.state = {to} AND NEW.{column} IS NULL THEN\n{}END IF;\n",
                refused(&format!("CASE TG_OP WHEN 'INSERT' THEN {given} ELSE {changed} END")),
                inner(&count)
            )
        }
    };
    let columns: Vec<String> =
        series.iter().map(|(column, ty)| format!("  {column} {ty} NOT NULL,\n")).collect();
    let table = cx.table(entity);
    let owner = quoted(&cx.role("totals"));
    format!(
        "
CREATE TABLE rt.{name} (
{}  last bigint NOT NULL,
  PRIMARY KEY ({of_series})
);

CREATE FUNCTION rt.{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
{}  RETURN NEW;
END $$;

CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION rt.{name}();

ALTER TABLE rt.{name} OWNER TO {owner};
ALTER FUNCTION rt.{name}() OWNER TO {owner};
",
        columns.concat(),
        inner(&body)
    )
}

/// A block within another; nothing where there is nothing.
fn inner(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("{}\n", indent(text, "  ")),
    }
}
