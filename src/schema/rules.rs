//! Rules that no CHECK can hold: those asked when the transaction ends, and those that only growth breaks.

use super::cx::{Cx, Slot};
use super::keys::tenant_column;
use super::layout::{indent, two};
use super::names::{ident, joined, literal, quoted, table};
use super::text_of_functions::dollars;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::model::{Asked, EntityId, Model, Rule};

/// Whether some rule is asked when the transaction ends.
pub fn any_at_commit(model: &Model) -> bool {
    model
        .entities
        .iter()
        .any(|entity| entity.rules.iter().any(|rule| rule.asked == Asked::AtCommit))
}

fn path(cx: &Cx<'_>, entity: EntityId, rule: &Rule) -> String {
    format!("entities.{}.rules.{}", cx.model[entity].name, rule.name)
}

fn code(rule: &Rule) -> &'static str {
    if rule.paid { "BP402" } else { "BP409" }
}

/// Constraint triggers of all rules that are asked when the transaction ends.
pub fn at_commit(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for entity in cx.model.entity_ids() {
        for rule in cx.model[entity].rules.iter().filter(|rule| rule.asked == Asked::AtCommit) {
            if cx.guard(path(cx, entity, rule)) {
                out.push_str(&one_at_commit(cx, entity, rule));
            }
        }
    }
    if !out.is_empty() {
        out.insert_str(
            0,
            "-- Rules that are asked of a row when the transaction ends, as it is then.\n",
        );
    }
    out
}

fn one_at_commit(cx: &Cx<'_>, entity: EntityId, rule: &Rule) -> String {
    let row = Row::new(cx, entity, "t.", Place::Policy);
    let bare = table(&cx.model[entity].name);
    let name = ident(&joined(&[&bare, &rule.name, "rule"]));
    let function = format!("rt.{name}()");
    let mut key = vec!["t.id = NEW.id".to_owned()];
    key.extend(tenant_column(cx, entity).map(|column| format!("t.{column} = NEW.{column}")));
    let body = format!(
        "IF EXISTS (
  SELECT FROM {} t
  WHERE {}
    AND ({}) IS NOT TRUE
) THEN
  RAISE EXCEPTION {} USING ERRCODE = '{}';
END IF;",
        cx.table(entity),
        key.join(" AND "),
        sql::print(&rule.holds, &row),
        literal(&path(cx, entity, rule)),
        code(rule)
    );
    let body = indent(&body, "  ");
    let mark = dollars(std::slice::from_ref(&body));
    let head = format!(
        "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR UPDATE ON {}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
        cx.table(entity)
    );
    let trigger = two(&head, &format!("EXECUTE FUNCTION {function};"));
    format!(
        "
CREATE FUNCTION {function} RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
BEGIN
{body}
  RETURN NULL;
END {mark};

{trigger}

ALTER FUNCTION {function} OWNER TO {};
",
        quoted(&cx.role("totals"))
    )
}

/// What such rules speak of, which their role must read.
pub fn read_at_commit(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let row = Row::new(cx, entity, "t.", Place::Policy);
    for rule in cx.model[entity].rules.iter().filter(|rule| rule.asked == Asked::AtCommit) {
        drop(sql::print(&rule.holds, &row));
    }
    row.used.into_inner().into_iter().collect()
}

/// For the table's own trigger: refusals of growth, of a new row and of one that changes.
pub fn growth(cx: &Cx<'_>, entity: EntityId) -> (String, String) {
    let (now, before) =
        (Row::new(cx, entity, "NEW.", Place::Policy), Row::new(cx, entity, "OLD.", Place::Policy));
    let (mut insert, mut update) = (String::new(), String::new());
    for rule in &cx.model[entity].rules {
        let Asked::Growth(grows) = &rule.asked else { continue };
        let path = path(cx, entity, rule);
        if !cx.guard(&path) {
            continue;
        }
        let broken = format!("({}) IS NOT TRUE", sql::print(&rule.holds, &now));
        let raise = format!(
            "  RAISE EXCEPTION {} USING ERRCODE = '{}';\nEND IF;\n",
            literal(&path),
            code(rule)
        );
        insert.push_str(&format!("IF {broken} THEN\n{raise}"));
        let side = |row: &Row<'_>| {
            let text = sql::print(grows, row);
            if text.contains(' ') { format!("({text})") } else { text }
        };
        let grown = format!("{} > {}", side(&now), side(&before));
        update.push_str(&format!("IF {broken}\n  AND {grown}\nTHEN\n{raise}"));
    }
    let inner = |text: String| match text.is_empty() {
        true => text,
        false => format!("{}\n", indent(&text, "  ")),
    };
    (inner(insert), inner(update))
}
