//! Numbers without gaps: a counter for each series, whose row is changed in the transaction of the row
//! that gets the number. Who comes next waits until that has ended; what is undone leaves no gap.
//!
//! The trigger is one of the totals' role, and nobody else may touch the counters. It fires where the row
//! is written, behind all locks that a door has taken before, so counters come last in their order.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot};
use super::keys::tenant_column;
use super::layout::{indent, two};
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::Constraint;
use super::text_of_functions::dollars;
use super::types;
use crate::model::{EntityId, Model, Number};

/// Whether the service has any.
pub fn any(model: &Model) -> bool {
    model.entities.iter().any(|entity| entity.number.is_some())
}

/// Columns within which it counts, with their types.
fn series(cx: &Cx<'_>, entity: EntityId, number: &Number) -> Vec<(String, String)> {
    let it = &cx.model[entity];
    let tenant = tenant_column(cx, entity).filter(|_| !number.global);
    let tenant = tenant.map(|column| (column, "uuid".to_owned()));
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
    let name = ident(&joined(&[&table(&cx.model[entity].name), "number"]));
    let series = series(cx, entity, number);
    let (own, owner) = (cx.column(entity, Slot::Field(number.field)), quoted(&cx.role("totals")));
    let columns: Vec<String> =
        series.iter().map(|(column, ty)| format!("  {column} {ty} NOT NULL,\n")).collect();
    let key: Vec<&str> = series.iter().map(|(column, _)| column.as_str()).collect();
    let state = if number.to.is_some() { "state, " } else { "" };
    let head = format!(
        "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {state}{own} ON {}\nFOR EACH ROW",
        cx.table(entity)
    );
    let trigger = two(&head, &format!("EXECUTE FUNCTION rt.{name}();"));
    let body = [kept(cx, entity, &own), count(cx, entity, number, &name)].concat();
    let mark = dollars(std::slice::from_ref(&body));
    format!(
        "
CREATE TABLE rt.{name} (
{}  number bigint NOT NULL,
  CONSTRAINT {} PRIMARY KEY ({})
);

COMMENT ON TABLE rt.{name} IS {};

CREATE FUNCTION rt.{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
BEGIN
{body}  RETURN NEW;
END {mark};

{trigger}

{}ALTER FUNCTION rt.{name}() OWNER TO {owner};
",
        columns.concat(),
        ident(&joined(&[&table(&cx.model[entity].name), "number", "pkey"])),
        key.join(", "),
        literal(&format!("The last number of each series of {}", path(cx, entity))),
        reach(cx, entity, &name),
    )
}

/// Who may touch the counters: the role that counts, and who migrates.
fn reach(cx: &Cx<'_>, entity: EntityId, name: &str) -> String {
    let path = path(cx, entity);
    let (owner, totals) = (quoted(&cx.role("owner")), quoted(&cx.role("totals")));
    let mut out = String::new();
    for (guard, word) in [("enabled", "ENABLE"), ("forced", "FORCE")] {
        if cx.guard(format!("{path}.{guard}")) {
            out.push_str(&format!("ALTER TABLE rt.{name} {word} ROW LEVEL SECURITY;\n"));
        }
    }
    let reach = if cx.guard(format!("{path}.reach")) { &totals } else { "PUBLIC" };
    out.push_str(&format!(
        "CREATE POLICY owner ON rt.{name} TO {owner} USING (true);
CREATE POLICY totals ON rt.{name} TO {totals} USING (true);
GRANT SELECT, INSERT, UPDATE ON rt.{name} TO {reach};
"
    ));
    out
}

/// Nobody brings one, and it never changes.
fn kept(cx: &Cx<'_>, entity: EntityId, own: &str) -> String {
    let path = path(cx, entity);
    if !cx.guard(&path) {
        return String::new();
    }
    let text = format!(
        "IF NEW.{own} IS DISTINCT FROM (CASE WHEN TG_OP = 'UPDATE' THEN OLD.{own} END) THEN
  RAISE EXCEPTION {} USING ERRCODE = 'BP422';
END IF;",
        literal(&path)
    );
    format!("{}\n", indent(&text, "  "))
}

/// The next of its series, for a row that is made or comes to where it gets one.
fn count(cx: &Cx<'_>, entity: EntityId, number: &Number, name: &str) -> String {
    if !cx.guard(format!("{}.given", path(cx, entity))) {
        return String::new();
    }
    let own = cx.column(entity, Slot::Field(number.field));
    let states = cx.model[entity].states.as_ref().map_or(&[][..], |all| &all.list);
    let gets = match number.to.and_then(|to| states.get(to.0)) {
        Some(to) => format!("NEW.state = {} AND NEW.{own} IS NULL", literal(&to.name)),
        None => "TG_OP = 'INSERT'".to_owned(),
    };
    let series = series(cx, entity, number);
    let key: Vec<&str> = series.iter().map(|(column, _)| column.as_str()).collect();
    let news: Vec<String> = key.iter().map(|column| format!("NEW.{column}")).collect();
    let text = format!(
        "IF {gets} THEN
  INSERT INTO rt.{name} AS c ({key}, number)
  VALUES ({news}, 1)
  ON CONFLICT ({key}) DO UPDATE SET number = c.number + 1
  RETURNING c.number INTO NEW.{own};
END IF;",
        key = key.join(", "),
        news = news.join(", "),
    );
    format!("{}\n", indent(&text, "  "))
}
