//! Totals: whatever is written, they are what a recount by SQL finds.

use super::calls::{Call, Drafter};
use super::database::{Database, Refusal, Session, Template};
use super::oracle::{NO_TENANT, Principal};
use super::spec::{Adds, Asked, Door, Entity, EntityKind, Expr, Op, Rule, Spec, Total, Type};
use super::value::{Value, quote};
use super::world::{Row, World};
use super::{Bench, Faults, Tests, calls, counters, quotas};
use std::time::{Duration, Instant};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in spec.entities.iter().filter(|entity| !entity.totals.is_empty()) {
        for (at, total) in entity.totals.iter().enumerate() {
            let name = entity.name.clone();
            tests.add(format!("total/kept/{name}/{}", total.name), move |bench, faults| {
                kept(bench, bench.spec.entity(&name), at, faults);
            });
        }
        let name = entity.name.clone();
        tests.add(format!("total/unwritten/{name}"), move |bench, faults| {
            unwritten(bench, bench.spec.entity(&name), faults);
        });
    }
    for child in &spec.entities {
        for by in references(&spec, child) {
            let (name, by) = (child.name.clone(), by.to_owned());
            tests.add(format!("total/turn/{name}/{by}"), move |bench, faults| {
                turns(bench, bench.spec.entity(&name), &by, faults);
            });
        }
    }
    counters::add(tests);
}

/// Entities and totals that rows of `child` feed.
pub fn fed<'s>(spec: &'s Spec, child: &str) -> Vec<(&'s Entity, &'s Total)> {
    let all =
        spec.entities.iter().flat_map(|entity| entity.totals.iter().map(move |one| (entity, one)));
    all.filter(|(_, total)| total.child == child).collect()
}

/// Fields of the child by which it is counted, once each.
fn references<'s>(spec: &'s Spec, child: &Entity) -> Vec<&'s str> {
    let mut all: Vec<&str> = Vec::new();
    let totals = fed(spec, &child.name).into_iter().map(|(_, total)| total.by.as_str());
    let used = quotas::used_by(spec, &child.name).into_iter();
    for by in totals.chain(used.map(|(_, quota)| quota.by.as_str())) {
        if !all.contains(&by) {
            all.push(by);
        }
    }
    all
}

impl Entity {
    /// Whether the database alone writes it.
    pub fn is_total(&self, field: &str) -> bool {
        let is_number = self.number.as_ref().is_some_and(|number| number.field == field);
        is_number || self.totals.iter().any(|total| total.name == field)
    }

    /// Rules that a row keeps before it has children.
    pub fn at_first(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| {
            let mut names = Vec::new();
            super::settle::columns(&rule.holds, &mut names);
            rule.asked != Asked::AtCommit || !names.into_iter().any(|name| self.is_total(name))
        })
    }

    /// Whether the grants that a world needs could all be counted on a tenant.
    pub fn has_room(&self, spec: &Spec, row: &Row) -> bool {
        let mut full = row.clone();
        for total in &self.totals {
            let grants = spec.entity(&total.child).kind == EntityKind::Grants;
            if grants && total.adds == Adds::Count {
                full.values.insert(total.name.clone(), Value::Int(24));
            }
        }
        self.rules.iter().all(|rule| full.holds(&rule.holds, None) || !row.holds(&rule.holds, None))
    }

    /// Whether somebody in the context is shown one.
    pub fn shows_totals(&self, context: &str) -> bool {
        let grants = self.access(context).into_iter().flat_map(|access| &access.grants);
        let mut shown = grants.flat_map(|grant| &grant.fields);
        shown.any(|field| self.totals.iter().any(|total| total.name == *field))
    }

    /// What a total is where there are no children.
    pub fn no_children(&self, field: &str) -> Value {
        if self.number.as_ref().is_some_and(|number| number.field == field) {
            return Value::Null;
        }
        let greatest = |total: &Total| total.name == field && matches!(total.adds, Adds::Max(_));
        if self.totals.iter().any(greatest) { Value::Null } else { Value::Int(0) }
    }
}

impl World {
    /// What a total of one row is, where `with` stands in place of the child that has its id.
    fn total(&self, entity: &Entity, total: &Total, id: &str, with: &Row) -> Value {
        let others = self.rows_of(&total.child).filter(|row| row.id != with.id);
        let own = (with.entity == total.child).then_some(with);
        let counted = others.chain(own).filter(|row| {
            row.names(&total.by, id)
                && total.filter.as_ref().is_none_or(|filter| row.holds(filter, None))
        });
        let first = entity.no_children(&total.name);
        match &total.adds {
            Adds::Count => Value::Int(i64::try_from(counted.count()).unwrap_or(i64::MAX)),
            Adds::Sum(field) => counted.fold(first, |sum, row| match (sum, row.column(field)) {
                (Value::Int(sum), Value::Int(more)) => Value::Int(sum.saturating_add(more)),
                (sum, _) => sum,
            }),
            Adds::Max(field) => counted.map(|row| row.column(field)).fold(first, greater),
        }
    }

    /// Totals of the rows to which a child refers now or referred, once it is as `child` says: entity,
    /// id, field and value of each.
    pub fn totals_with(&self, spec: &Spec, child: &Row) -> Vec<(String, String, String, Value)> {
        let before = self.row(&child.entity, &child.id);
        let mut all = Vec::new();
        for (entity, total) in fed(spec, &child.entity) {
            let mut ids: Vec<String> = Vec::new();
            for row in before.into_iter().chain([child]) {
                ids.extend(row.column(&total.by).sql().filter(|id| !ids.contains(id)));
            }
            for id in ids {
                let value = self.total(entity, total, &id, child);
                all.push((entity.name.clone(), id, total.name.clone(), value));
            }
        }
        all
    }

    /// Whether what a child is counted on keeps its rules once it is as `child` says.
    pub fn counted_on_hold(&self, spec: &Spec, child: &Row) -> bool {
        if !self.has_room_for(spec, child) {
            return false;
        }
        let mut after: Vec<Row> = Vec::new();
        for (entity, id, name, value) in self.totals_with(spec, child) {
            let at = after.iter().position(|row| row.entity == entity && row.id == id);
            let at = match at {
                Some(at) => at,
                // A new row that is counted on itself is not there yet.
                None => match self.row(&entity, &id).or((child.id == id).then_some(child)) {
                    Some(row) => {
                        after.push(row.clone());
                        after.len() - 1
                    }
                    None => continue,
                },
            };
            after[at].values.insert(name, value);
        }
        after.iter().all(|row| {
            let rules = &spec.entity(&row.entity).rules;
            let before = self.row(&row.entity, &row.id);
            rules.iter().all(|rule| {
                // While the world is made, what is missing is on its way.
                let missing = |before: &Row| !before.holds(&rule.holds, None);
                row.holds(&rule.holds, None)
                    || rule.asked == Asked::AtCommit && before.is_some_and(missing)
            })
        })
    }
}

fn greater(one: Value, other: Value) -> Value {
    let more = match (&one, &other) {
        (Value::Null, _) => true,
        (Value::Int(a), Value::Int(b))
        | (Value::Date(a), Value::Date(b))
        | (Value::Time(a), Value::Time(b)) => b > a,
        (Value::Decimal(a, _), Value::Decimal(b, _)) => b > a,
        _ => false,
    };
    if more { other } else { one }
}

/// Entities whose totals rows of `child` feed, each with these.
fn feeding<'s>(spec: &'s Spec, child: &str) -> Vec<(&'s Entity, Vec<&'s Total>)> {
    let mut all: Vec<(&Entity, Vec<&Total>)> = Vec::new();
    for (entity, total) in fed(spec, child) {
        match all.iter_mut().find(|(other, _)| other.name == entity.name) {
            Some((_, totals)) => totals.push(total),
            None => all.push((entity, vec![total])),
        }
    }
    all
}

/// SQL that gives what `child` is counted on the totals of the world again.
pub fn as_in_the_world(spec: &Spec, world: &World, child: &str) -> String {
    let mut sql = String::new();
    for (entity, totals) in feeding(spec, child) {
        for row in world.rows_of(&entity.name) {
            let value = |total: &Total| quote(row.column(&total.name).sql().as_deref());
            let set = together(entity, &totals, &value);
            sql += &format!("UPDATE {} SET {set} WHERE id = '{}';\n", entity.table, row.id);
        }
    }
    sql + &quotas::recounted(spec, child)
}

/// Sets what `child` is counted on to what a recount finds, as the owner, while no trigger is in the way.
pub fn recounted(spec: &Spec, child: &str) -> String {
    let parts = feeding(spec, child).into_iter().map(|(entity, totals)| {
        let set = together(entity, &totals, &|total| recount(spec, entity, total));
        format!("UPDATE {} p SET {set};\n", entity.table)
    });
    parts.collect::<String>() + &quotas::recounted(spec, child)
}

/// Totals of one row at once, so that no rule sees half of them.
fn together(entity: &Entity, totals: &[&Total], value: &dyn Fn(&Total) -> String) -> String {
    let one =
        |total: &&Total| format!("\"{}\" = {}", entity.field(&total.name).column, value(total));
    totals.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A total as a sub-query on the row `p`.
fn recount(spec: &Spec, entity: &Entity, total: &Total) -> String {
    let child = spec.entity(&total.child);
    let (value, mut all) = recount_of(spec, entity, total);
    all.extend(total.filter.as_ref().map(|filter| written(child, filter)));
    format!("(SELECT {value} FROM {} c WHERE {})", child.table, all.join(" AND "))
}

/// What rows `c` add up to, and by what they are those of the row `p`.
pub fn recount_of(spec: &Spec, entity: &Entity, total: &Total) -> (String, Vec<String>) {
    let child = spec.entity(&total.child);
    let column = |name: &str| format!("c.\"{}\"", child.field(name).column);
    let value = match &total.adds {
        Adds::Count => "count(*)".to_owned(),
        Adds::Sum(field) => format!("coalesce(sum({}), 0)", column(field)),
        Adds::Max(field) => format!("max({})", column(field)),
    };
    let mut all = vec![format!("{} = p.id", column(&total.by))];
    if let (Some(own), Some(theirs)) = (&child.tenant, &entity.tenant) {
        all.push(format!("c.\"{}\" = p.\"{}\"", own.column, theirs.column));
    }
    (value, all)
}

/// A condition on the row `c`, by a writer of the tests' own.
pub fn written(child: &Entity, expr: &Expr) -> String {
    let inner = |of: &Expr| written(child, of);
    match expr {
        Expr::Bool(truth) => truth.to_string(),
        Expr::Int(number) => number.to_string(),
        Expr::Decimal(text) => text.clone(),
        Expr::Text(text) => quote(Some(text)),
        Expr::Column(name) => match name.as_str() {
            "id" | "state" | "version" | "created_at" | "updated_at" => format!("c.{name}"),
            name => format!("c.\"{}\"", child.field(name).column),
        },
        Expr::Not(of) => format!("NOT ({})", inner(of)),
        Expr::Negate(of) => format!("-({})", inner(of)),
        Expr::Binary(op, left, right) => {
            let op = match op {
                Op::Eq => "=",
                Op::Ne => "<>",
                Op::Lt => "<",
                Op::Le => "<=",
                Op::Gt => ">",
                Op::Ge => ">=",
                Op::And => "AND",
                Op::Or => "OR",
                Op::Add => "+",
                Op::Sub => "-",
                Op::Mul => "*",
            };
            format!("({} {op} {})", inner(left), inner(right))
        }
        Expr::In(of, values) => {
            let values: Vec<String> = values.iter().map(inner).collect();
            format!("{} IN ({})", inner(of), values.join(", "))
        }
        Expr::IsSet(of) => format!("({}) IS NOT NULL", inner(of)),
        Expr::IsUnset(of) => format!("({}) IS NULL", inner(of)),
        Expr::Or(of, default) => format!("coalesce({}, {})", inner(of), inner(default)),
        Expr::If(when, then, other) => {
            format!("CASE WHEN {} THEN {} ELSE {} END", inner(when), inner(then), inner(other))
        }
        other => panic!("no total counts by {other:?}"),
    }
}

/// Totals that rows of `child` feed and that are not what a recount finds.
pub fn wrong(spec: &Spec, child: &str, session: &mut Session) -> Vec<String> {
    let mut all = Vec::new();
    for (entity, total) in fed(spec, child) {
        let column = &entity.field(&total.name).column;
        let found = session.rows(&format!(
            "SELECT p.id::text, p.\"{column}\"::text, r.found::text
             FROM {} p, LATERAL (SELECT {} AS found) r WHERE p.\"{column}\" IS DISTINCT FROM r.found",
            entity.table,
            recount(spec, entity, total)
        ));
        match found {
            Ok(lines) => all.extend(lines.into_iter().map(|line| {
                format!(
                    "{}.{} of {:?} is {:?}, and should be {:?}",
                    entity.name, total.name, line[0], line[1], line[2]
                )
            })),
            Err(refusal) => all.push(refusal.to_string()),
        }
    }
    all
}

/// By direct SQL of the owner: children taken away, put in again, moved, and changed in each value.
fn kept(bench: &Bench, entity: &Entity, at: usize, faults: &mut Faults) {
    let total = &entity.totals[at];
    let child = bench.spec.entity(&total.child);
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    faults
        .same(&wrong(&bench.spec, &child.name, &mut owner), &Vec::new(), || "the world".to_owned());
    let (table, mut moved) = (&child.table, 0);
    for row in bench.world.rows_of(&child.name).take(24) {
        let mut changes = Vec::new();
        for change in changes_of(bench, child, total, row) {
            changes.push(format!("UPDATE {table} SET {change} WHERE id = '{}'", row.id));
        }
        changes.push(format!("DELETE FROM {table} WHERE id = '{}'", row.id));
        let mut again =
            Row { id: NO_TENANT.to_owned(), state: child.states.first().cloned(), ..row.clone() };
        for total in &child.totals {
            again.values.insert(total.name.clone(), child.no_children(&total.name));
        }
        changes.push(bench.world.insert(child, &again));
        for change in changes {
            let found = owner.undone(|owner| {
                let before = sums(owner, entity, total);
                // Nothing but the total decides here.
                free_of_keys(owner, child)?;
                owner.run(&change)?;
                Ok::<_, Refusal>((
                    wrong(&bench.spec, &child.name, owner),
                    before != sums(owner, entity, total),
                ))
            });
            let Ok((wrong, differs)) = found else { continue };
            moved += usize::from(differs);
            faults.check(wrong.is_empty(), || format!("{change}\n    {}", wrong.join("\n    ")));
        }
    }
    faults.check(moved > 0, || format!("nothing was found that changes {}", total.name));
}

fn sums(session: &mut Session, entity: &Entity, total: &Total) -> Vec<super::database::Line> {
    let column = &entity.field(&total.name).column;
    session
        .rows(&format!("SELECT id::text, \"{column}\"::text FROM {} ORDER BY id", entity.table))
        .unwrap_or_default()
}

/// Takes away what else could refuse a change of a child; references stay.
fn free_of_keys(session: &mut Session, child: &Entity) -> Result<(), Refusal> {
    super::tables::unreferenced(session, &child.table)?;
    for trigger in ["guard", "append_only"] {
        let name =
            format!("{}_{trigger}", child.table.trim_start_matches("app.").trim_matches('"'));
        let there = session.column(&format!(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = '{}'::regclass AND tgname = '{name}'",
            child.table
        ))?;
        if !there.is_empty() {
            session.run(&format!("ALTER TABLE {} DISABLE TRIGGER \"{name}\"", child.table))?;
        }
    }
    let checks = session.column(&format!(
        "SELECT conname FROM pg_constraint WHERE conrelid = '{}'::regclass AND contype IN ('c', 'x', 'u')",
        child.table
    ))?;
    for name in checks {
        session.run(&format!("ALTER TABLE {} DROP CONSTRAINT \"{name}\" CASCADE", child.table))?;
    }
    let partial = session.column(&format!(
        "SELECT indexrelid::regclass::text FROM pg_index
         WHERE indrelid = '{}'::regclass AND indisunique AND NOT indisprimary",
        child.table
    ))?;
    partial.iter().try_for_each(|index| session.run(&format!("DROP INDEX {index}")))
}

/// What can be set in a child: every other state, another row that it is counted on, other values of
/// what is read of it.
pub fn changes_of(bench: &Bench, child: &Entity, total: &Total, row: &Row) -> Vec<String> {
    let mut all: Vec<String> = child
        .states
        .iter()
        .filter(|state| Some(*state) != row.state.as_ref())
        .map(|state| format!("state = '{state}'"))
        .collect();
    let mut names: Vec<&str> = vec![&total.by];
    if let Adds::Sum(field) | Adds::Max(field) = &total.adds {
        names.push(field);
    }
    if let Some(filter) = &total.filter {
        super::settle::columns(filter, &mut names);
    }
    let mut random = super::world::Random::new();
    let tenant = child.tenant.as_ref().map(|tenant| tenant.column.as_str());
    for field in child.fields.iter().filter(|field| names.contains(&field.name.as_str())) {
        if Some(field.column.as_str()) == tenant {
            continue;
        }
        let values: Vec<Value> = match &field.ty {
            Type::Ref { .. } | Type::UserIn { .. } => {
                let others = bench.world.referable(&bench.spec, &field.ty, row.tenant.as_deref());
                others.into_iter().take(4).map(Value::Text).collect()
            }
            Type::OneOf { values } => values.iter().map(Value::text).collect(),
            scalar => (0..4).map(|serial| random.scalar(scalar, 7_000_000 + serial)).collect(),
        };
        let none = field.optional.then_some(Value::Null);
        for value in values.into_iter().chain(none) {
            all.push(format!("\"{}\" = {}", field.column, quote(value.sql().as_deref())));
        }
    }
    all
}

/// Nobody writes a total: not the owner, not a context, not the role of its doors.
fn unwritten(bench: &Bench, entity: &Entity, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let Some(row) = bench.world.rows_of(&entity.name).next() else { return };
    let mut admin = database.admin();
    let table = &entity.table;
    let path = format!("entities.{}.totals", entity.name);
    for total in &entity.totals {
        let column = &entity.field(&total.name).column;
        let other = match &entity.field(&total.name).ty {
            Type::Date => "'2001-02-03'::date".to_owned(),
            Type::Timestamp => "'2001-02-03'::timestamptz".to_owned(),
            _ => format!("coalesce(\"{column}\", 0) + 1"),
        };
        let update = format!("UPDATE {table} SET \"{column}\" = {other} WHERE id = '{}'", row.id);
        let mut owner = database.login("owner");
        let found = owner.undone(|owner| owner.run(&update)).err();
        let found = found.map(|refusal| (refusal.code, refusal.message));
        faults.same(&found, &Some(("BP422".to_owned(), path.clone())), || update.clone());
        let mut roles: Vec<String> =
            bench.spec.contexts.iter().map(|context| context.name.clone()).collect();
        let doors = bench.spec.entities.iter().flat_map(|entity| &entity.doors);
        roles.extend(doors.map(|door| format!("{}_door", door.context)));
        roles.sort();
        roles.dedup();
        for role in roles {
            let refused = admin.undone(|admin| {
                admin.run(&format!("SET LOCAL ROLE \"{}_{role}\"", database.cluster.prefix))?;
                admin.run(&update)
            });
            let code = refused.err().map(|refusal| refusal.code);
            faults.same(&code.as_deref(), &Some("42501"), || format!("{role}: {update}"));
        }
    }
    let mut again =
        Row { id: NO_TENANT.to_owned(), state: entity.states.first().cloned(), ..row.clone() };
    for total in &entity.totals {
        let forged = match entity.field(&total.name).ty {
            Type::Date => Value::Date(1),
            Type::Timestamp => Value::Time(1),
            Type::Decimal { scale } => Value::Decimal(super::value::DECIMAL_ONE, scale),
            _ => Value::Int(1),
        };
        again.values.insert(total.name.clone(), forged);
    }
    let insert = bench.world.insert(entity, &again);
    let columns: Vec<String> = entity
        .totals
        .iter()
        .map(|one| format!("\"{}\"::text", entity.field(&one.name).column))
        .collect();
    let mut owner = database.login("owner");
    let found = owner.undone(|owner| {
        super::tables::unconstrained(owner, table)?;
        owner.run(&insert)?;
        owner.rows(&format!("SELECT {} FROM {table} WHERE id = '{NO_TENANT}'", columns.join(", ")))
    });
    let expected: Vec<Option<String>> =
        entity.totals.iter().map(|one| entity.no_children(&one.name).sql()).collect();
    faults.same(&found.map_err(|refusal| refusal.to_string()), &Ok(vec![expected]), || {
        "a first total".to_owned()
    });
}

/// A door waits for what a child is counted on before it locks anything that comes after it.
fn turns(bench: &Bench, child: &Entity, by: &str, faults: &mut Faults) {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let database = bench.cluster().database(Template::World);
    for door in &child.doors {
        let Some(call) = waiting(bench, &mut drafter, child, door, by) else { continue };
        let Some((what, later)) = later(bench, child, door, by, &call) else { continue };
        let on = call.row.unwrap_or(&call.result).column(by).sql();
        waits(bench, &database, child, door, by, &call, &on, &what, &later, faults);
    }
    faults.check(true, String::new);
}

/// A call that succeeds and changes a child that is counted.
fn waiting<'b>(
    bench: &'b Bench,
    drafter: &mut Drafter<'b>,
    child: &'b Entity,
    door: &'b Door,
    by: &str,
) -> Option<Call<'b>> {
    let context = bench.spec.context(&door.context);
    let person = person_named(child, door);
    let rows: Vec<Option<&Row>> = match door.kind {
        // It locks nothing before the row that is counted on.
        kind if kind.makes() && person.is_none() => return None,
        kind if kind.makes() => vec![None],
        _ => bench.world.rows_of(&child.name).map(Some).collect(),
    };
    let there = |call: &Call<'_>, field: &str| !call.result.column(field).is_null();
    let principals = Principal::all(&bench.world, context).into_iter();
    for principal in principals.filter(|principal| principal.refused().is_none()) {
        for row in &rows {
            let Some(call) = drafter.draft(child, door, &principal, *row) else { continue };
            let named = row.is_some() || person.is_none_or(|field| there(&call, &field.name));
            if drafter.outcome(child, door, &call).is_ok() && there(&call, by) && named {
                return Some(call);
            }
        }
    }
    None
}

/// An accepted field whose person's grant the door keeps from being revoked.
fn person_named<'e>(child: &'e Entity, door: &Door) -> Option<&'e super::spec::Field> {
    let accepted = door.accept.iter().map(|name| child.field(name));
    accepted.into_iter().find(|field| matches!(field.ty, Type::UserIn { .. }))
}

/// What the door locks after the row that is counted on: the child itself, or the grant of a person
/// whom a new one names.
fn later(
    bench: &Bench,
    child: &Entity,
    door: &Door,
    by: &str,
    call: &Call<'_>,
) -> Option<(String, String)> {
    let on = match &child.field(by).ty {
        Type::Ref { entity } => entity.clone(),
        _ => return None,
    };
    match call.row {
        Some(row) => {
            let all = fed(&bench.spec, &child.name).into_iter();
            let used = quotas::used_by(&bench.spec, &child.name).into_iter();
            let used = used.map(|(_, quota)| (quota.by.as_str(), quota.first));
            let mut all = all.map(|(_, total)| (total.by.as_str(), total.first)).chain(used);
            let first = on != child.name && all.any(|(own, first)| own == by && first);
            let lock = format!(
                "SELECT FROM {} WHERE id = '{}' FOR NO KEY UPDATE NOWAIT",
                child.table, row.id
            );
            first.then_some((child.name.clone(), lock))
        }
        None => {
            let field = person_named(child, door)?;
            let Type::UserIn { context } = &field.ty else { return None };
            let grants = bench.spec.entity(bench.spec.context(context).grants.as_deref()?);
            let person = quote(call.result.column(&field.name).sql().as_deref());
            let lock = format!(
                "SELECT FROM {} WHERE \"user\" = {person} FOR NO KEY UPDATE NOWAIT",
                grants.table
            );
            Some((grants.name.clone(), lock))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "what is called, by whom, and what is looked at")]
fn waits(
    bench: &Bench,
    database: &Database<'_>,
    child: &Entity,
    door: &Door,
    by: &str,
    call: &Call<'_>,
    on: &Option<String>,
    what: &str,
    later: &str,
    faults: &mut Faults,
) {
    let Type::Ref { entity } = &child.field(by).ty else { return };
    let parent = bench.spec.entity(entity);
    let mut holder = database.login("owner");
    let mut caller = database.login(&door.context);
    let number = caller.column("SELECT pg_backend_pid()::text").expect("it has one").remove(0);
    holder.run("BEGIN").expect("BEGIN");
    let held = format!(
        "SELECT FROM {} WHERE id = {} FOR NO KEY UPDATE",
        parent.table,
        quote(on.as_deref())
    );
    holder.run(&held).expect("the owner locks a row");
    let arguments = calls::arguments(child, door, call);
    let sql = format!("BEGIN; SELECT FROM {}; ROLLBACK", calls::sql("api", door, &arguments));
    let calling = std::thread::spawn(move || (caller.run(&sql), caller));
    let mut looking = database.admin();
    let until = Instant::now() + Duration::from_secs(20);
    let waiting = loop {
        let found = looking
            .column(&format!("SELECT 1::text FROM pg_locks WHERE pid = {number} AND NOT granted"));
        if found.is_ok_and(|found| !found.is_empty()) {
            break true;
        }
        if calling.is_finished() || Instant::now() > until {
            break false;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    faults.check(waiting, || format!("{} does not wait for its {}", door.function, parent.name));
    let locked = holder.run(later).err().map(|refusal| refusal.code);
    faults.same(&locked.as_deref(), &None, || {
        format!("{} locks {what} before the {} that counts it", door.function, parent.name)
    });
    holder.run("ROLLBACK").expect("ROLLBACK");
    let (answer, mut caller) = calling.join().expect("it is answered");
    if answer.is_err() {
        let _ = caller.run("ROLLBACK");
    }
    faults.check(answer.is_ok(), || format!("{}: {answer:?}", door.function));
}
