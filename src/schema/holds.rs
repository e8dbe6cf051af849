//! Rows on which children are counted are locked before the children, by doors and in one order.

use super::cx::{Cx, Slot};
use super::doors::DoorCx;
use super::keys::tenant_column;
use super::names::{ident, joined, quoted, table};
use super::pieces::Step;
use super::totals::{Link, links};
use super::who::Row;
use crate::model::{EntityId, FieldId, Type};

/// Locks rows before their children, in the order of their ids.
pub fn hold(cx: &Cx<'_>, parent: EntityId, holders: &[String]) -> String {
    let tenant = tenant_column(cx, parent);
    let (argument, ty, key) = match &tenant {
        Some(column) => ("_tenant uuid, ", "uuid, ", format!("p.{column} = _tenant AND ")),
        None => ("", "", String::new()),
    };
    let name = format!("rt.{}", hold_name(cx, parent));
    let holders: Vec<String> = holders.iter().map(|role| quoted(role)).collect();
    format!(
        "
CREATE FUNCTION {name}({argument}_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM {} p
  WHERE {key}p.id = ANY (_ids)
  ORDER BY p.id
  FOR NO KEY UPDATE;
END $$;

GRANT EXECUTE ON FUNCTION {name}({ty}uuid[])
  TO {};
ALTER FUNCTION {name}({ty}uuid[]) OWNER TO {};
",
        cx.table(parent),
        holders.join(", "),
        quoted(&cx.role("totals"))
    )
}

fn hold_name(cx: &Cx<'_>, parent: EntityId) -> String {
    ident(&joined(&[&table(&cx.model[parent].name), "hold"]))
}

/// Before a new row names a person whose grant is kept: what it is counted on comes first.
pub fn hold_for_new(it: &DoorCx<'_>, row: &Row<'_>, tenant: &str) -> Vec<Step> {
    let person = |field: &FieldId| matches!(it.it().fields[field.0].ty, Type::UserIn(_));
    if !it.action().accept.iter().any(person) {
        return Vec::new();
    }
    let links = links(it.cx.model, it.entity);
    let held = links.iter().filter(|link| turns(it, link)).map(|link| {
        let id = &row.values[&Slot::Field(link.by)];
        let name = holding(it, link);
        match tenant_column(it.cx, link.parent) {
            Some(_) => Step::Run(format!("PERFORM rt.{name}({tenant}, ARRAY[{id}]);")),
            None => Step::Run(format!("PERFORM rt.{name}(ARRAY[{id}]);")),
        }
    });
    held.collect()
}

/// Before a row is locked: what it is counted on, and shall be, where that comes before it.
pub fn hold_for_old(it: &DoorCx<'_>, named: &str) -> Vec<Step> {
    let (cx, context) = (it.cx, it.door.context);
    let links = links(cx.model, it.entity);
    let first = links.iter().filter(|link| link.parent <= it.entity);
    let held = first.filter(|link| turns(it, link)).map(|link| {
        cx.selects(it.entity, context, Slot::Field(link.by));
        let mut ids = vec![format!("x.{}", it.column(link.by))];
        if it.action().accept.contains(&link.by) {
            ids.push(it.argument(link.by));
        }
        if link.parent == it.entity {
            cx.selects(it.entity, context, Slot::Id);
            ids.push("x.id".to_owned());
        }
        let own = tenant_column(cx, link.parent).and_then(|_| {
            let (_, column) = it.it().scope.tenant()?;
            cx.selects(it.entity, context, Slot::Field(column));
            Some(format!("x.{}, ", it.column(column)))
        });
        Step::Run(format!(
            "PERFORM rt.{}({}ARRAY[{}])\nFROM {} x WHERE {named};",
            holding(it, link),
            own.unwrap_or_default(),
            ids.join(", "),
            cx.table(it.entity)
        ))
    });
    held.collect()
}

/// Whether doors take their turn on what the children are counted on before they lock a child.
fn turns(it: &DoorCx<'_>, link: &Link<'_>) -> bool {
    it.cx.guard(format!("{}.turn", it.field_path(link.by)))
}

fn holding(it: &DoorCx<'_>, link: &Link<'_>) -> String {
    it.cx.holds(link.parent, it.door.context);
    hold_name(it.cx, link.parent)
}
