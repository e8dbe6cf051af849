//! Fields that stay once a row has come to a state: refused by a trigger of the table, whoever writes.
//!
//! Where it is the state of another row, the trigger is one of the totals' role, which may look at it. Doors
//! have locked that row before and asked the same; the trigger is for everybody else.

use super::cx::{Cx, Slot};
use super::erasure;
use super::keys::tenant_column;
use super::layout::{indent, two};
use super::names::{ident, joined, literal, literals, quoted, table};
use super::text_of_functions::dollars;
use crate::model::{EntityId, Model, Settled, Type};

/// Whether some entity's fields stay by the state of another's row.
pub fn any_of_another(model: &Model) -> bool {
    model.entities.iter().any(|entity| entity.settled.as_ref().is_some_and(|one| one.of.is_some()))
}

/// For the table's own trigger: refusals of changes by the row's own state.
pub fn refusals(cx: &Cx<'_>, entity: EntityId) -> Vec<String> {
    let own = cx.model[entity].settled.as_ref().filter(|settled| settled.of.is_none());
    let Some(settled) = own else { return Vec::new() };
    let late = format!("OLD.state IN ({})", states(cx, entity, settled));
    refused(cx, entity, settled, &late)
}

/// A refusal for each field, where `late` holds.
fn refused(cx: &Cx<'_>, entity: EntityId, settled: &Settled, late: &str) -> Vec<String> {
    let it = &cx.model[entity];
    let each = settled.fields.iter().map(|field| {
        let path = format!("entities.{}.frozen.{}", it.name, it.fields[field.0].name);
        (cx.column(entity, Slot::Field(*field)), path)
    });
    let kept = each.filter(|(_, path)| cx.guard(path));
    let refusals = kept.map(|(column, path)| {
        let text = format!(
            "IF NEW.{column} IS DISTINCT FROM OLD.{column}\n  AND {late}\nTHEN\n  \
             RAISE EXCEPTION {} USING ERRCODE = 'BP422';\nEND IF;",
            literal(&path)
        );
        format!("{}\n", indent(&text, "  "))
    });
    refusals.collect()
}

fn states(cx: &Cx<'_>, whose: EntityId, settled: &Settled) -> String {
    let list = cx.model[whose].states.as_ref().map_or(&[][..], |states| &states.list);
    literals(settled.from.iter().map(|state| list[state.0].name.as_str()))
}

fn target(cx: &Cx<'_>, entity: EntityId, settled: &Settled) -> Option<EntityId> {
    match cx.model[entity].fields[settled.of?.0].ty {
        Type::Ref(target) => Some(target),
        _ => None,
    }
}

/// The triggers that look at the states of other rows.
pub fn sql(cx: &Cx<'_>) -> String {
    let all: String = cx.model.entity_ids().filter_map(|entity| one(cx, entity)).collect();
    match all.is_empty() {
        true => all,
        false => format!("-- What another row's state freezes.\n{all}"),
    }
}

fn one(cx: &Cx<'_>, entity: EntityId) -> Option<String> {
    let settled = cx.model[entity].settled.as_ref()?;
    let of = target(cx, entity, settled)?;
    let reference = cx.column(entity, Slot::Field(settled.of?));
    let mut key = vec![format!("x.id = OLD.{reference}")];
    if let (Some(theirs), Some(own)) = (tenant_column(cx, of), tenant_column(cx, entity)) {
        key.insert(0, format!("x.{theirs} = OLD.{own}"));
    }
    let body = refused(cx, entity, settled, "late IS NOT FALSE").concat();
    if body.is_empty() {
        return None;
    }
    let select = format!(
        "SELECT x.state IN ({}) INTO late\nFROM {} x WHERE {};",
        states(cx, of, settled),
        cx.table(of),
        key.join(" AND ")
    );
    let body = format!("{}\n{body}", indent(&select, "  "));
    let mark = dollars(std::slice::from_ref(&body));
    let name = ident(&joined(&[&table(&cx.model[entity].name), "settled"]));
    let only = match erasure::reaches(cx, entity) {
        true => format!("\nWHEN (NOT ({}))", erasure::erases(cx)),
        false => String::new(),
    };
    let table_name = cx.table(entity);
    let head = format!("CREATE TRIGGER {name} BEFORE UPDATE ON {table_name}\nFOR EACH ROW{only}");
    let trigger = two(&head, &format!("EXECUTE FUNCTION rt.{name}();"));
    Some(format!(
        "
CREATE FUNCTION rt.{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
DECLARE
  late boolean;
BEGIN
{body}  RETURN NEW;
END {mark};

{trigger}

ALTER FUNCTION rt.{name}() OWNER TO {};
",
        quoted(&cx.role("totals"))
    ))
}

/// What these triggers read of an entity.
pub fn read_of(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let asked = cx.model.entity_ids().any(|other| {
        let settled = cx.model[other].settled.as_ref();
        settled.is_some_and(|settled| target(cx, other, settled) == Some(entity))
    });
    if asked { vec![Slot::State] } else { Vec::new() }
}
