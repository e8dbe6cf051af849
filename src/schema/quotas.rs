//! Totals that begin anew with each window: a row for each window in which a child counts, beside the row that the
//! children refer to.
//!
//! A child counts in the window in which it was made, by the database's clock and in UTC; that moment never
//! changes. The row that is counted on is locked before its cap is read, as for any total, so that writers of its
//! children, and whoever changes the cap, take turns.

use super::cx::{Cx, Slot};
use super::keys::tenant_column;
use super::layout::{WIDTH, block, indent, two};
use super::names::{ident, joined, literal, quoted, table};
use super::text_of_functions::dollars;
use super::who::{Place, Row};
use super::{change, totals};
use crate::expr::sql;
use crate::model::{EntityId, Lowered, Model, Quota};

/// Whether the service has any.
pub fn any(model: &Model) -> bool {
    model.entities.iter().any(|entity| !entity.quotas.is_empty())
}

fn path(cx: &Cx<'_>, parent: EntityId, quota: &Quota) -> String {
    format!("entities.{}.totals.{}", cx.model[parent].name, quota.name)
}

fn code(quota: &Quota) -> &'static str {
    if quota.paid { "BP402" } else { "BP409" }
}

/// The table of its windows, with its schema.
pub fn qualified(parent: &str, quota: &Quota) -> String {
    format!("rt.{}", ident(&windows(parent, quota)))
}

/// The same, unquoted and without it.
fn windows(parent: &str, quota: &Quota) -> String {
    joined(&[&table(parent), &quota.name, "windows"])
}

/// The first day of the window in which a moment lies.
fn starts(quota: &Quota, moment: &str) -> String {
    format!("date_trunc('{}', {moment} AT TIME ZONE 'UTC')::date", quota.per.word())
}

/// Columns by which a window names the row, each with the column of that row.
fn names(cx: &Cx<'_>, parent: EntityId) -> Vec<(String, String)> {
    let tenant = tenant_column(cx, parent).map(|column| (column.clone(), column));
    let own = (ident(&table(&cx.model[parent].name)), "id".to_owned());
    tenant.into_iter().chain([own]).collect()
}

/// The tables, and what looks whether a cap may be lowered.
pub fn sql(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for parent in cx.model.entity_ids() {
        for quota in &cx.model[parent].quotas {
            out.push_str(&one(cx, parent, quota));
            out.push_str(&lowered(cx, parent, quota).unwrap_or_default());
        }
    }
    if !out.is_empty() {
        out.insert_str(
            0,
            "-- What children add up to within a window, for each window in which one counts.\n",
        );
    }
    out
}

fn one(cx: &Cx<'_>, parent: EntityId, quota: &Quota) -> String {
    let bare = windows(&cx.model[parent].name, quota);
    let (name, names) = (ident(&bare), names(cx, parent));
    let columns: String =
        names.iter().map(|(own, _)| format!("  {own} uuid NOT NULL,\n")).collect();
    let (own, theirs): (Vec<String>, Vec<String>) = names.into_iter().unzip();
    format!(
        "
CREATE TABLE rt.{name} (
{columns}  starts date NOT NULL,
  used bigint NOT NULL,
  CONSTRAINT {} PRIMARY KEY ({own}, starts),
  CONSTRAINT {} FOREIGN KEY ({own})
    REFERENCES {} ({}) ON DELETE CASCADE
);

COMMENT ON TABLE rt.{name} IS {};

{}",
        ident(&joined(&[&bare, "pkey"])),
        ident(&joined(&[&bare, "fkey"])),
        cx.table(parent),
        theirs.join(", "),
        literal(&format!(
            "What each {} has used, of {}",
            quota.per.word(),
            path(cx, parent, quota)
        )),
        reach(cx, parent, quota, &name),
        own = own.join(", "),
    )
}

/// Who may touch the windows: the role that counts, and who migrates.
fn reach(cx: &Cx<'_>, parent: EntityId, quota: &Quota, name: &str) -> String {
    let path = path(cx, parent, quota);
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

/// What a change of a child adds to, or takes from, its window, of the rows to which it referred and refers.
pub fn part(cx: &Cx<'_>, child: EntityId, link: &totals::Link<'_>, quota: &Quota) -> String {
    let by = cx.column(child, Slot::Field(link.by));
    let row = |of: [String; 2]| indent(&block("(", &of, ")", WIDTH - 12), "      ");
    let was =
        [format!("OLD.{by}"), totals::counted(cx, child, (quota.adds, &quota.filter), "OLD.", "-")];
    let is =
        [format!("NEW.{by}"), totals::counted(cx, child, (quota.adds, &quota.filter), "NEW.", "")];
    format!(
        "-- {path}, by {}
FOR part IN
  SELECT x.id, sum(x.more) AS more
  FROM (
    VALUES
{},
{}
  ) AS x (id, more)
  WHERE x.id IS NOT NULL
  GROUP BY x.id
  HAVING sum(x.more) <> 0
  ORDER BY x.id
LOOP
{}
END LOOP;",
        cx.model[child].fields[link.by.0].name,
        row(was),
        row(is),
        indent(&used(cx, child, link, quota), "  "),
        path = path(cx, link.parent, quota),
    )
}

/// Adds to the window; what has grown is within the cap.
fn used(cx: &Cx<'_>, child: EntityId, link: &totals::Link<'_>, quota: &Quota) -> String {
    let (path, parent) = (path(cx, link.parent, quota), link.parent);
    let (mut columns, mut values): (Vec<String>, Vec<String>) =
        names(cx, parent).into_iter().map(|(own, theirs)| (own, format!("p.{theirs}"))).unzip();
    columns.push("starts".to_owned());
    values.push(starts(quota, "coalesce(NEW.created_at, OLD.created_at)"));
    let add = format!(
        "INSERT INTO rt.{} AS w ({key}, used)
SELECT {},
  part.more
FROM {} p WHERE {}
ON CONFLICT ({key}) DO UPDATE SET used = w.used + excluded.used
RETURNING w.used INTO used;",
        ident(&windows(&cx.model[parent].name, quota)),
        values.join(",\n  "),
        cx.table(parent),
        totals::key(cx, child, link),
        key = columns.join(", "),
    );
    if !cx.guard(&path) {
        return add;
    }
    let fixed = quota.is_fixed();
    let beyond = match fixed {
        true => format!(
            "used <= {}",
            sql::print(&quota.cap, &Row::new(cx, parent, "p.", Place::Policy))
        ),
        false => "used <= cap".to_owned(),
    };
    let refuse = format!(
        "IF part.more > 0 AND ({beyond}) IS NOT TRUE THEN
  RAISE EXCEPTION {} USING ERRCODE = '{}';
END IF;",
        literal(&path),
        code(quota)
    );
    match fixed {
        true => format!("{add}\n{refuse}"),
        false => format!("{}\n{add}\n{refuse}", cap(cx, child, link, quota)),
    }
}

/// What the window may reach, of a row that is locked: whoever lowers it has done so, or waits.
fn cap(cx: &Cx<'_>, child: EntityId, link: &totals::Link<'_>, quota: &Quota) -> String {
    let row = Row::new(cx, link.parent, "p.", Place::Policy);
    let value = sql::print(&quota.cap, &row);
    let kept = cx.guard(format!("{}.turn", path(cx, link.parent, quota)));
    let lock = if kept { format!("\n{}", change::LOCK) } else { String::new() };
    format!(
        "SELECT {value} INTO cap\nFROM {} p WHERE {}{lock};",
        cx.table(link.parent),
        totals::key(cx, child, link)
    )
}

/// Refuses a cap below what the window under way has used.
fn lowered(cx: &Cx<'_>, parent: EntityId, quota: &Quota) -> Option<String> {
    let path = path(cx, parent, quota);
    let refuses = quota.when_lowered == Lowered::Refuse && !quota.is_fixed();
    if !refuses || !cx.guard(format!("{path}.lowered")) {
        return None;
    }
    let bare = windows(&cx.model[parent].name, quota);
    let name = ident(&joined(&[&table(&cx.model[parent].name), &quota.name, "lowered"]));
    let side = |of| sql::print(&quota.cap, &Row::new(cx, parent, of, Place::Policy));
    let mut all: Vec<String> =
        names(cx, parent).iter().map(|(own, theirs)| format!("w.{own} = NEW.{theirs}")).collect();
    all.push(format!("w.starts >= {}", starts(quota, "clock_timestamp()")));
    all.push(format!("w.used > ({})", side("NEW.")));
    let body = format!(
        "  IF ({}) < ({}) AND EXISTS (
    SELECT FROM rt.{} w
    WHERE {}
  ) THEN
    RAISE EXCEPTION {} USING ERRCODE = '{}';
  END IF;",
        side("NEW."),
        side("OLD."),
        ident(&bare),
        all.join("\n      AND "),
        literal(&path),
        code(quota)
    );
    let mark = dollars(std::slice::from_ref(&body));
    let head = format!("CREATE TRIGGER {name} AFTER UPDATE ON {}\nFOR EACH ROW", cx.table(parent));
    let trigger = two(&head, &format!("EXECUTE FUNCTION rt.{name}();"));
    Some(format!(
        "
CREATE FUNCTION rt.{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
BEGIN
{body}
  RETURN NULL;
END {mark};

{trigger}

ALTER FUNCTION rt.{name}() OWNER TO {};
",
        quoted(&cx.role("totals"))
    ))
}

/// What the caps of the entity's rows speak of, which are read under a lock.
pub fn read_of(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let row = Row::new(cx, entity, "p.", Place::Policy);
    cx.model[entity].quotas.iter().for_each(|quota| drop(sql::print(&quota.cap, &row)));
    row.used.into_inner().into_iter().collect()
}
