//! Picks: the row that was in force when a row was written, found by a trigger of the table and so for whoever writes.
//!
//! The instant is the row's own, which the table's guard has taken just before. The locks of all keys are shared
//! then: who is revising one of them has ended, and what began by that instant is there.

use super::cx::{Cx, Slot};
use super::effective::{compared, equal, turn, wanted};
use super::far::FarRow;
use super::keys::{is_within_tenant, tenant_column};
use super::layout::{indent, two};
use super::names::{ident, joined, literal, quoted, table};
use super::text_of_functions::dollars;
use super::types;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::expr::typed::{Column, Node};
use crate::model::{EntityId, FieldId, Model, Pick};

/// Whether the service has any.
pub fn any(model: &Model) -> bool {
    model.entities.iter().any(|entity| !entity.picks.is_empty())
}

/// The triggers that look for rows in force.
pub fn sql(cx: &Cx<'_>) -> String {
    let picks = |entity: EntityId| cx.model[entity].picks.iter().map(move |pick| (entity, pick));
    let all = cx.model.entity_ids().flat_map(picks);
    let all: String = all.map(|(entity, pick)| one(cx, entity, pick)).collect();
    match all.is_empty() {
        true => all,
        false => format!("-- Picks: what is in force when a row is written.\n{all}"),
    }
}

fn path(cx: &Cx<'_>, entity: EntityId, pick: &Pick) -> String {
    let it = &cx.model[entity];
    format!("entities.{}.pick.{}", it.name, it.fields[pick.field.0].name)
}

fn one(cx: &Cx<'_>, entity: EntityId, pick: &Pick) -> String {
    let found = Found::of(cx, entity, pick);
    let declare: String =
        found.declare().iter().map(|name| format!("  {name} record;\n")).collect();
    let declare = if declare.is_empty() { declare } else { format!("DECLARE\n{declare}") };
    let body = indent(&found.text(), "  ");
    let mark = dollars(std::slice::from_ref(&body));
    let it = &cx.model[entity];
    let field = &it.fields[pick.field.0].name;
    let name = ident(&joined(&[&table(&it.name), "pick", field]));
    let own = cx.column(entity, Slot::Field(pick.field));
    let when = match pick.to {
        None => "BEFORE INSERT".to_owned(),
        Some(_) => format!("BEFORE INSERT OR UPDATE OF state, {own}"),
    };
    let head = format!("CREATE TRIGGER {name} {when} ON {}\nFOR EACH ROW", cx.table(entity));
    let trigger = two(&head, &format!("EXECUTE FUNCTION rt.{name}();"));
    format!(
        "
CREATE FUNCTION rt.{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
{declare}BEGIN
{body}
  RETURN NEW;
END {mark};

{trigger}

ALTER FUNCTION rt.{name}() OWNER TO {};
",
        quoted(&cx.role("totals"))
    )
}

/// How one pick is found, printed, with the rows of others of which it speaks.
struct Found<'a> {
    cx: &'a Cx<'a>,
    entity: EntityId,
    pick: &'a Pick,
    row: Row<'a>,
    /// What of each key is wanted, by the field of the other's `by`.
    keys: Vec<Option<(FieldId, String)>>,
    /// How many rows of others the keys speak of; what is taken speaks of the rest.
    by_keys: usize,
    taken: Vec<(Slot, String)>,
}

impl<'a> Found<'a> {
    fn of(cx: &'a Cx<'a>, entity: EntityId, pick: &'a Pick) -> Self {
        let row = Row::new(cx, entity, "NEW.", Place::Policy);
        let keys = pick.by.iter().map(|key| {
            let (field, value) = key.0.as_ref()?;
            Some((*field, sql::print(value, &row)))
        });
        let keys: Vec<Option<(FieldId, String)>> = keys.collect();
        let by_keys = row.far.borrow().len();
        let taken =
            pick.takes.iter().map(|copy| (Slot::Field(copy.field), sql::print(&copy.value, &row)));
        let taken = taken.collect();
        Found { cx, entity, pick, row, keys, by_keys, taken }
    }

    fn declare(&self) -> Vec<String> {
        (0..self.row.far.borrow().len()).map(FarRow::record).collect()
    }

    fn text(&self) -> String {
        let own = self.cx.column(self.entity, Slot::Field(self.pick.field));
        let mut steps: Vec<String> = self.snapshot().into_iter().collect();
        steps.extend(self.looked_at(0..self.by_keys));
        if self.cx.guard(format!("{}.turn", path(self.cx, self.entity, self.pick))) {
            steps.extend(self.keys.iter().map(|key| self.turn(key.as_ref())));
        }
        let each: Vec<String> = self.keys.iter().map(|key| self.in_force(key.as_ref())).collect();
        steps.push(match each.as_slice() {
            [one] => format!("NEW.{own} := {one};"),
            several => {
                format!("NEW.{own} := coalesce(\n{}\n);", indent(&several.join(",\n"), "  "))
            }
        });
        steps.extend(self.missing(&own));
        let all = self.row.far.borrow().len();
        steps.extend(self.looked_at(self.by_keys..all));
        for (slot, value) in &self.taken {
            steps.push(format!("NEW.{} := {value};", self.cx.column(self.entity, *slot)));
        }
        self.when(&own, &steps.join("\n"))
    }

    /// The moment at which it is found; before that there is none, and afterwards it stays.
    fn when(&self, own: &str, then: &str) -> String {
        let Some(to) = self.pick.to else {
            return then.to_owned();
        };
        let states = self.cx.model[self.entity].states.as_ref();
        let to = states.map_or(String::new(), |states| literal(&states.list[to.0].name));
        let path = format!("{}.kept", path(self.cx, self.entity, self.pick));
        let mut out = format!("IF TG_OP = 'INSERT' THEN\n  NEW.{own} := NULL;\nEND IF;\n");
        if self.cx.guard(&path) {
            out.push_str(&format!(
                "IF TG_OP = 'UPDATE' AND NEW.{own} IS DISTINCT FROM OLD.{own} THEN
  RAISE EXCEPTION {} USING ERRCODE = 'BP422';
END IF;\n",
                literal(&path)
            ));
        }
        out.push_str(&format!(
            "IF TG_OP = 'UPDATE' AND NEW.state = {to} AND OLD.state IS DISTINCT FROM NEW.state
  AND NEW.{own} IS NULL
THEN\n{}\nEND IF;",
            indent(then, "  ")
        ));
        out
    }

    /// Under an older snapshot what has begun since is not there, and what has ended still holds.
    fn snapshot(&self) -> Option<String> {
        let path = format!("{}.snapshot", path(self.cx, self.entity, self.pick));
        self.cx.guard(&path).then(|| {
            format!(
                "-- An older snapshot would not see what has begun since.
IF current_setting('transaction_isolation') IS DISTINCT FROM 'read committed' THEN
  RAISE EXCEPTION {} USING ERRCODE = 'BP409';
END IF;",
                literal(&path)
            )
        })
    }

    fn missing(&self, own: &str) -> Option<String> {
        let path = path(self.cx, self.entity, self.pick);
        (!self.pick.clear && self.cx.guard(&path)).then(|| {
            format!(
                "IF NEW.{own} IS NULL THEN\n  RAISE EXCEPTION {} USING ERRCODE = 'BP409';\nEND IF;",
                literal(&path)
            )
        })
    }

    /// The row's own moment.
    fn moment(&self) -> &'static str {
        if self.pick.to.is_some() { "NEW.updated_at" } else { "NEW.created_at" }
    }

    fn by(&self) -> &[FieldId] {
        let effective = self.cx.model[self.pick.from].effective.as_ref();
        &effective.expect("resolved: it holds for a time").by
    }

    /// The tenant of rows that are a tenant's.
    fn tenant(&self) -> Option<(String, String)> {
        let theirs = tenant_column(self.cx, self.pick.from)?;
        let own = tenant_column(self.cx, self.entity)?;
        Some((theirs, format!("NEW.{own}")))
    }

    fn turn(&self, key: Option<&(FieldId, String)>) -> String {
        let fields = &self.cx.model[self.pick.from].fields;
        let mut values: Vec<String> = self.tenant().into_iter().map(|(_, own)| own).collect();
        values.extend(self.by().iter().map(|field| match key {
            Some((of, value)) if of == field => value.clone(),
            _ => format!("NULL::{}", types::stored(&fields[field.0].ty)),
        }));
        turn(self.cx, self.pick.from, "pg_advisory_xact_lock_shared", &values)
    }

    fn in_force(&self, key: Option<&(FieldId, String)>) -> String {
        let (cx, from) = (self.cx, self.pick.from);
        let mut all: Vec<String> = Vec::new();
        all.extend(self.tenant().map(|(theirs, own)| format!("x.{theirs} = {own}")));
        for field in self.by() {
            let column = format!("x.{}", cx.column(from, Slot::Field(*field)));
            let value = key.filter(|(of, _)| of == field).map(|(_, value)| value.as_str());
            all.push(equal(&compared(cx, from, *field, &column), &wanted(value)));
        }
        let effective = cx.model[from].effective.as_ref().expect("resolved: it holds for a time");
        let during = cx.column(from, Slot::Field(effective.during));
        all.push(format!("x.{during} @> {}", self.moment()));
        let all: Vec<String> = all.iter().map(|one| one.replace('\n', "\n    ")).collect();
        format!("(SELECT x.id FROM {} x\n  WHERE {})", cx.table(from), all.join("\n    AND "))
    }

    /// Reads rows of others of which it speaks.
    fn looked_at(&self, which: std::ops::Range<usize>) -> Vec<String> {
        let far = self.row.far.borrow();
        let each = which.map(|at| {
            let one = &far[at];
            let mut slots = one.used.clone();
            slots.insert(Slot::Id);
            let columns: Vec<String> = slots
                .iter()
                .map(|slot| format!("x.{}", self.cx.column(one.entity, *slot)))
                .collect();
            let mut all: Vec<String> = Vec::new();
            if let Node::Column(Column::Field(by)) = one.of.node
                && is_within_tenant(self.cx, self.entity, FieldId(by))
                && let Some((own, theirs)) =
                    tenant_column(self.cx, self.entity).zip(tenant_column(self.cx, one.entity))
            {
                all.push(format!("x.{theirs} = NEW.{own}"));
            }
            all.push(format!("x.id = {}", one.id));
            format!(
                "SELECT {} INTO {}\nFROM {} x WHERE {};",
                columns.join(", "),
                FarRow::record(at),
                self.cx.table(one.entity),
                all.join(" AND ")
            )
        });
        each.collect()
    }
}

/// What these triggers read of an entity.
pub fn read_of(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let mut read = Vec::new();
    for other in cx.model.entity_ids() {
        for pick in &cx.model[other].picks {
            if pick.from == entity
                && let Some(effective) = &cx.model[entity].effective
            {
                let fields = effective.by.iter().chain([&effective.during]);
                read.extend(fields.map(|field| Slot::Field(*field)));
            }
            let found = Found::of(cx, other, pick);
            for far in found.row.far.borrow().iter().filter(|far| far.entity == entity) {
                read.push(Slot::Id);
                read.extend(far.used.iter().copied());
            }
        }
    }
    read
}
