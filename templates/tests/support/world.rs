//! The finite space in which every promise is tried: two tenants, every role, the revoked, the
//! foreign and the stranger, and rows in every state on both sides of every condition.

use super::eval::{self, Scope};
use super::far;
use super::oracle;
use super::rows::Rows;
use super::settle::{Wanted, acted, barred, settle};
use super::spec::{
    Context, ContextKind, Door, DoorKind, Entity, EntityKind, Expr, Field, Op, Spec, Type, Unique,
    Who,
};
use super::value::{Value, now};
use std::collections::BTreeMap;

pub struct World {
    pub people: Vec<Person>,
    rows: Rows,
}

#[derive(Debug, Clone)]
pub struct Person {
    /// What he is there for: `team_lead`, `team_revoked`, `stranger`.
    pub name: String,
    pub id: String,
    pub subject: String,
}

impl Person {
    /// Whom no row names: a request of his makes him.
    pub fn newcomer() -> Self {
        let (id, subject) = (oracle::NO_TENANT.to_owned(), oracle::NOBODY.to_owned());
        Self { name: "nobody".to_owned(), id, subject }
    }
}

#[derive(Debug, Clone)]
pub struct Row {
    pub entity: String,
    pub id: String,
    pub tenant: Option<String>,
    pub values: BTreeMap<String, Value>,
    pub state: Option<String>,
    pub version: i64,
    /// Seconds since 1970.
    pub created: i64,
    /// Whether it is one of the rows that other rows refer to.
    pub anchor: bool,
}

impl Row {
    pub fn column(&self, name: &str) -> Value {
        match name {
            "id" => Value::text(&self.id),
            "state" => self.state.as_ref().map_or(Value::Null, Value::text),
            "version" => Value::Int(self.version),
            "created_at" | "updated_at" => Value::Time(self.created),
            field => self.values.get(field).cloned().unwrap_or(Value::Null),
        }
    }

    /// Whether a field holds this id or name.
    pub fn names(&self, field: &str, text: &str) -> bool {
        matches!(self.values.get(field), Some(Value::Text(own)) if own == text)
    }

    /// Whether a condition on the row's own columns holds.
    pub fn holds(&self, condition: &Expr, actor: Option<&str>) -> bool {
        let scope =
            Scope { column: &|name| self.column(name), input: &|_| Value::Null, actor, now: now() };
        eval::holds(condition, &scope)
    }
}

/// What the generator of one row must reach, beside being valid.
#[derive(Default, Clone)]
pub struct Wish<'a> {
    pub tenant: Option<&'a str>,
    pub state: Option<&'a str>,
    /// Turns references and people round, so that all of them occur.
    pub turn: usize,
    /// A condition, and which way it should fall.
    pub condition: Option<(&'a Expr, bool)>,
    pub fixed: BTreeMap<String, Value>,
}

/// Walks without an end after which conditions count as ones that never hold together.
const WALKS: usize = 8;

pub struct Maker<'s> {
    pub spec: &'s Spec,
    pub world: World,
    random: Random,
    ids: u64,
    serial: u64,
}

impl World {
    pub fn new(spec: &Spec) -> Self {
        let mut maker = Maker {
            spec,
            world: World { people: Vec::new(), rows: Rows::default() },
            random: Random::new(),
            ids: 0,
            serial: 0,
        };
        maker.people();
        for entity in &spec.entities {
            match entity.kind {
                EntityKind::User => maker.users(entity),
                EntityKind::Tenant => maker.tenants(entity),
                EntityKind::Grants => maker.grants(entity),
                EntityKind::Plain => {}
            }
            if entity.kind == EntityKind::Plain {
                maker.in_force(entity);
                maker.plain(entity);
            }
            maker.both_sides(entity);
            maker.due_but_deleted(entity);
            maker.many(entity);
            maker.requests(entity);
        }
        maker.world
    }

    /// Puts a row in, and what it adds to the rows to which it refers.
    pub fn add(&mut self, spec: &Spec, row: Row) {
        self.rows.push(row.clone());
        for (entity, id, name, value) in self.totals_with(spec, &row) {
            self.rows.set(&entity, &id, name, value);
        }
    }

    /// Keeps a place for a row that is not there yet.
    pub fn reserve(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn rows_of<'w>(&'w self, entity: &str) -> impl Iterator<Item = &'w Row> + use<'w> {
        self.rows.of(entity)
    }

    pub fn row(&self, entity: &str, id: &str) -> Option<&Row> {
        self.rows.find(entity, id)
    }

    /// The two tenants in which the rows lie.
    pub fn tenants(&self, entity: &str) -> Vec<&str> {
        self.rows_of(entity).filter(|row| row.anchor).map(|row| row.id.as_str()).collect()
    }

    /// The role that a person holds now, by his row among the context's grants.
    pub fn role(&self, context: &Context, tenant: Option<&str>, person: &str) -> Option<String> {
        let grants = context.grants.as_deref()?;
        let row = self
            .rows_of(grants)
            .find(|row| row.tenant.as_deref() == tenant && row.names("user", person))?;
        match (row.column("role"), row.column("revoked_at")) {
            (Value::Text(role), Value::Null) => Some(role),
            _ => None,
        }
    }

    /// Inserts every row, as the owner, with the tables' own triggers off meanwhile.
    pub fn sql(&self, spec: &Spec) -> String {
        let mut sql = String::from("SET timezone = 'UTC';\n");
        for entity in &spec.entities {
            sql += &format!("ALTER TABLE {} DISABLE TRIGGER USER;\n", entity.table);
        }
        for row in self.rows.iter() {
            sql += &self.insert(spec.entity(&row.entity), row);
        }
        for entity in &spec.entities {
            sql += &Self::counters(entity);
            sql += &super::quotas::recounted(spec, &entity.name);
            sql += &format!("ALTER TABLE {} ENABLE TRIGGER USER;\n", entity.table);
        }
        sql
    }

    pub fn insert(&self, entity: &Entity, row: &Row) -> String {
        let at = Value::Time(row.created).sql();
        let mut columns = vec![("id".to_owned(), Some(row.id.clone()))];
        if entity.kind == EntityKind::User {
            columns.push(("subject".to_owned(), Some(self.subject(row))));
        }
        for field in &entity.fields {
            columns.push((field.column.clone(), row.column(&field.name).sql()));
        }
        if row.state.is_some() {
            columns.push(("state".to_owned(), row.state.clone()));
        }
        columns.push(("version".to_owned(), Some(row.version.to_string())));
        columns.push(("created_at".to_owned(), at.clone()));
        columns.push(("updated_at".to_owned(), at));
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<String> =
            columns.iter().map(|(_, value)| super::value::quote(value.as_deref())).collect();
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO {} ({names}) VALUES ({values});\n", entity.table)
    }

    /// Of a person's row.
    pub fn subject(&self, row: &Row) -> String {
        let person = self.people.iter().find(|person| person.id == row.id);
        person.map_or(format!("sub|{}", row.id), |person| person.subject.clone())
    }

    /// Where it was deleted.
    pub fn insert_again(&self, entity: &Entity, row: &Row) -> String {
        self.insert(entity, row).replace(";\n", " ON CONFLICT DO NOTHING;\n")
    }
}

impl<'s> Maker<'s> {
    /// One that makes more rows for the same world.
    pub fn again(spec: &'s Spec) -> Self {
        let (ids, serial) = (0x7000_0000, 7_000_000);
        Self { spec, world: World::new(spec), random: Random::new(), ids, serial }
    }

    pub fn id(&mut self) -> String {
        self.ids += 1;
        format!("01900000-0000-7000-8000-{:012x}", self.ids)
    }

    fn people(&mut self) {
        let mut names = vec!["stranger".to_owned(), "another".to_owned()];
        for context in &self.spec.contexts {
            let Some(top) = context.roles.last() else { continue };
            for role in &context.roles {
                names.push(format!("{}_{}", context.name, role.name));
            }
            names.push(format!("{}_revoked", context.name));
            if context.kind == ContextKind::Tenant {
                names.push(format!("{}_other_{}", context.name, top.name));
                names.push(format!("{}_both", context.name));
            }
        }
        for name in names {
            let id = self.id();
            let subject = format!("sub|{name}");
            self.world.people.push(Person { name, id, subject });
        }
    }

    fn users(&mut self, entity: &'s Entity) {
        for (turn, person) in self.world.people.clone().into_iter().enumerate() {
            let state = cycle(&entity.states, turn).map(String::as_str);
            let mut row = self
                .row(entity, &Wish { turn, state, ..Wish::default() })
                .unwrap_or_else(|| panic!("no valid row of {}", entity.name));
            row.id = person.id;
            self.world.add(self.spec, row);
        }
    }

    /// Two that hold rows: one of which all holds that actions ask of it, else in the first state, and
    /// one in the other end; then one more for every state but the first.
    fn tenants(&mut self, entity: &'s Entity) {
        let demanded = self.as_demanded(entity);
        let elsewhere =
            demanded.as_ref().is_some_and(|row| row.state.as_ref() != entity.states.first());
        let mut demanded = demanded;
        for turn in 0..2.max(entity.states.len() + 1) {
            let state = match turn {
                0 => entity.states.first(),
                1 if elsewhere => entity.states.first(),
                1 => entity.states.last(),
                _ => entity.states.get(turn - 1),
            };
            let wish = Wish { turn, state: state.map(String::as_str), ..Wish::default() };
            let mut row = demanded
                .take()
                .or_else(|| self.row(entity, &wish))
                .unwrap_or_else(|| panic!("no valid row of {}", entity.name));
            row.anchor = turn < 2;
            self.world.add(self.spec, row);
        }
    }

    /// A row of which all holds that actions ask of it, in the first state in which it can.
    fn as_demanded(&mut self, entity: &'s Entity) -> Option<Row> {
        let demands = far::demands(self.spec, entity).into_iter();
        let all = demands.reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)))?;
        let states: Vec<Option<&str>> = match entity.states.is_empty() {
            true => vec![None],
            false => entity.states.iter().map(|state| Some(state.as_str())).collect(),
        };
        states.into_iter().find_map(|state| {
            self.row(entity, &Wish { state, condition: Some((&all, true)), ..Wish::default() })
        })
    }

    fn grants(&mut self, entity: &'s Entity) {
        let contexts = self.spec.contexts.iter();
        for context in contexts.filter(|context| context.grants.as_ref() == Some(&entity.name)) {
            let tenants: Vec<String> = match &context.tenant {
                Some(tenant) => self.world.tenants(tenant).into_iter().map(str::to_owned).collect(),
                None => Vec::new(),
            };
            let (first, second) = (tenants.first().cloned(), tenants.get(1).cloned());
            let bottom = context.roles[0].name.clone();
            let top = context.roles[context.roles.len() - 1].name.clone();
            let mut held: Vec<(String, Option<String>, String, bool)> = Vec::new();
            for role in &context.roles {
                let name = format!("{}_{}", context.name, role.name);
                held.push((name, first.clone(), role.name.clone(), false));
            }
            held.push((format!("{}_revoked", context.name), first.clone(), top.clone(), true));
            if second.is_some() {
                let other = format!("{}_other_{top}", context.name);
                held.push((other, second.clone(), top.clone(), false));
                held.push((format!("{}_both", context.name), first, bottom, false));
                held.push((format!("{}_both", context.name), second, top.clone(), false));
            }
            // Where rules count grants, no tenant is without one.
            if let Some(entity) = context.tenant.as_ref().map(|name| self.spec.entity(name))
                && entity.at_first().count() < entity.rules.len()
                && let Some(founder) = &context.founder
            {
                let others = self.world.rows_of(&entity.name).filter(|row| !row.anchor);
                held.extend(others.map(|row| {
                    let other = format!("{}_other_{top}", context.name);
                    (other, Some(row.id.clone()), founder.clone(), false)
                }));
            }
            for (turn, (name, tenant, role, revoked)) in held.into_iter().enumerate() {
                let person = self.world.people.iter().find(|person| person.name == name);
                let person = person.expect("made above").id.clone();
                let revoked = if revoked { Value::Time(now() - 3600) } else { Value::Null };
                let fixed = BTreeMap::from([
                    ("user".to_owned(), Value::Text(person)),
                    ("role".to_owned(), Value::Text(role)),
                    ("revoked_at".to_owned(), revoked),
                ]);
                let tenant = tenant.as_deref();
                let state = entity.states.first().map(String::as_str);
                let wish = Wish { tenant, state, turn, fixed, condition: None };
                let row = self.row(entity, &wish);
                let row = row.unwrap_or_else(|| panic!("no valid row of {}", entity.name));
                self.world.add(self.spec, row);
            }
        }
    }

    fn plain(&mut self, entity: &'s Entity) {
        for (tenant, state) in self.places(entity) {
            for turn in 0..if entity.parties.is_empty() { 2 } else { 5 } {
                let (tenant, state) = (tenant.as_deref(), state.as_deref());
                let wish = Wish { tenant, state, turn, ..Wish::default() };
                if let Some(row) = self.row(entity, &wish) {
                    self.world.add(self.spec, row);
                }
            }
        }
        assert!(
            self.world.rows_of(&entity.name).next().is_some(),
            "no valid row of {}",
            entity.name
        );
    }

    /// Every tenant with every state.
    fn places(&self, entity: &Entity) -> Vec<(Option<String>, Option<String>)> {
        let tenants: Vec<Option<String>> = match &entity.tenant {
            Some(tenant) => self
                .world
                .tenants(&tenant.entity)
                .into_iter()
                .map(|id| Some(id.to_owned()))
                .collect(),
            None => vec![None],
        };
        let states: Vec<Option<String>> = match entity.states.is_empty() {
            true => vec![None],
            false => entity.states.iter().cloned().map(Some).collect(),
        };
        let pair = |tenant: &Option<String>| {
            let tenant = tenant.clone();
            states.clone().into_iter().map(move |state| (tenant.clone(), state))
        };
        tenants.iter().flat_map(pair).collect()
    }

    /// For every condition on the entity and every state: a row of the first tenant on each side.
    fn both_sides(&mut self, entity: &'s Entity) {
        if matches!(entity.kind, EntityKind::User | EntityKind::Grants) {
            return;
        }
        let read = entity.reads.iter().flat_map(|access| &access.grants);
        let required = entity.doors.iter().flat_map(|door| &door.require);
        let mut conditions: Vec<Expr> = read
            .filter_map(|grant| grant.when.clone())
            .chain(required.map(|requirement| requirement.holds.clone()))
            .collect();
        conditions.extend(far::demands(self.spec, entity));
        conditions.extend(entity.timers.iter().map(|timer| timer.due.clone()));
        for door in entity.doors.iter().filter(|door| door.kind != DoorKind::Command) {
            let when = door.steps.iter().filter_map(|step| step.when.clone());
            conditions.extend(when.filter(|when| {
                let mut given = Vec::new();
                super::settle::inputs(when, &mut given);
                given.is_empty()
            }));
        }
        // All that one action requires, at once, of everybody who may run it.
        for door in &entity.doors {
            let all = door.require.iter().map(|requirement| requirement.holds.clone());
            let due = entity.timers.iter().filter(|timer| timer.precedes(door));
            let due: Vec<Expr> =
                due.map(|timer| Expr::Not(Box::new(timer.due.clone()))).collect();
            // One that is deleted is not due either, and nobody acts on it.
            let there = entity.deleted_at.iter().filter(|_| !due.is_empty());
            let there = there.map(|name| Expr::IsUnset(Box::new(Expr::Column(name.clone()))));
            let there: Vec<Expr> = there.collect();
            let all = all.chain(due).chain(there);
            let all = all.reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)));
            let Some(all) = all else { continue };
            for who in &door.by {
                let Some(person) = self.holder(door, who) else { continue };
                conditions.push(acted(&all, &person));
                conditions.extend(unmet_alone(door).map(|unmet| acted(&unmet, &person)));
            }
            conditions.push(all);
        }
        let mut tried: Vec<&Expr> = Vec::new();
        for condition in &conditions {
            if tried.contains(&condition) {
                continue;
            }
            tried.push(condition);
            for (tenant, state) in self.places(entity) {
                for side in [true, false] {
                    let there = self.world.rows_of(&entity.name).any(|row| {
                        row.tenant == tenant
                            && row.state == state
                            && row.holds(condition, None) == side
                    });
                    if there {
                        continue;
                    }
                    let condition = Some((condition, side));
                    let (tenant, state) = (tenant.as_deref(), state.as_deref());
                    let turn = self.world.rows.len();
                    let wish = Wish { tenant, state, turn, condition, ..Wish::default() };
                    if let Some(row) = self.row(entity, &wish) {
                        self.world.add(self.spec, row);
                    }
                }
            }
        }
    }

    /// More rows in the first tenant of which all holds that actions ask, where they also measure their
    /// own against them: so that some fit.
    fn many(&mut self, entity: &'s Entity) {
        if entity.kind != EntityKind::Plain || !far::is_measured(self.spec, entity) {
            return;
        }
        let demands = far::demands(self.spec, entity).into_iter();
        let all = demands.reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)));
        let mut places = self.places(entity);
        places.retain(|(tenant, _)| *tenant == self.places(entity)[0].0);
        for turn in 0..12 {
            for (tenant, state) in &places {
                let condition = all.as_ref().map(|all| (all, true));
                let (tenant, state) = (tenant.as_deref(), state.as_deref());
                let wish = Wish { tenant, state, turn, condition, ..Wish::default() };
                if let Some(row) = self.row(entity, &wish) {
                    self.world.rows.push(row);
                    break;
                }
            }
        }
    }

    /// Somebody who is what a door asks for.
    fn holder(&self, door: &Door, who: &Who) -> Option<String> {
        let Who::Role(role) = who else { return None };
        let context = self.spec.context(&door.context);
        let tenant = context.tenant.as_ref().and_then(|tenant| {
            self.world.tenants(tenant).first().map(|tenant| (*tenant).to_owned())
        });
        let holds = |person: &&Person| {
            self.world.role(context, tenant.as_deref(), &person.id).as_ref() == Some(role)
        };
        self.world.people.iter().find(holds).map(|person| person.id.clone())
    }

    /// A valid row, if some tries find one.
    pub fn row(&mut self, entity: &'s Entity, wish: &Wish<'_>) -> Option<Row> {
        let mut walks = 0;
        for attempt in 0..60 {
            let mut row = Row {
                entity: entity.name.clone(),
                id: self.id(),
                tenant: wish.tenant.map(str::to_owned),
                values: wish.fixed.clone(),
                state: wish.state.map(str::to_owned),
                version: 1 + i64::try_from(self.random.below(3)).unwrap_or(0),
                created: now() - [60, 4000, 100_000, 40_000_000][self.random.below(4)],
                anchor: false,
            };
            if !self.fill(entity, &mut row, wish.turn + attempt) {
                return None;
            }
            let mut wanted: Vec<Wanted<'_>> =
                entity.at_first().map(|rule| (&rule.holds, true)).collect();
            wish.condition.into_iter().for_each(|one| apart(one, &mut wanted));
            let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
            let free = |field: &Field| {
                field.copied.is_none()
                    && !entity.is_total(&field.name)
                    && Some(field.column.as_str()) != tenant
                    && !wish.fixed.contains_key(&field.name)
            };
            if barred(entity, &row, &wanted, &free) {
                continue;
            }
            let (random, serial) = (&mut self.random, &mut self.serial);
            if !settle(entity, &mut row, &wanted, &free, random, serial) {
                walks += 1;
                if walks == WALKS {
                    return None;
                }
                continue;
            }
            self.world.move_apart(entity, &mut row);
            self.world.numbered(entity, &mut row);
            let holds = |(condition, side): &Wanted<'_>| row.holds(condition, None) == *side;
            if attempt < 45 && !entity.has_room(self.spec, &row) {
                continue;
            }
            if wanted.iter().all(holds)
                && self.world.free(entity, &row, None)
                && self.world.counted_on_hold(self.spec, &row)
            {
                return Some(row);
            }
        }
        None
    }

    /// Gives every field a value; not possible where a reference finds no row.
    fn fill(&mut self, entity: &'s Entity, row: &mut Row, turn: usize) -> bool {
        for field in &entity.fields {
            if row.values.contains_key(&field.name) || field.copied.is_some() {
                continue;
            }
            let tenant = entity.tenant.as_ref().filter(|tenant| tenant.column == field.column);
            let value = match tenant {
                _ if entity.is_total(&field.name) => entity.no_children(&field.name),
                Some(_) => row.tenant.as_ref().map_or(Value::Null, Value::text),
                None => match self.value(entity, field, row.tenant.as_deref(), turn) {
                    Some(value) => value,
                    None => return false,
                },
            };
            row.values.insert(field.name.clone(), value);
        }
        for field in &entity.fields {
            let Some(copied) = &field.copied else { continue };
            let Type::Ref { entity: parent } = &entity.field(&copied.through).ty else { continue };
            let parent = match row.column(&copied.through) {
                Value::Text(id) => self.world.row(parent, &id),
                _ => None,
            };
            let value = parent.map_or(Value::Null, |parent| parent.column(&copied.field));
            row.values.insert(field.name.clone(), value);
        }
        self.world.reach(self.spec, entity, row);
        true
    }

    fn value(
        &mut self,
        entity: &Entity,
        field: &Field,
        tenant: Option<&str>,
        turn: usize,
    ) -> Option<Value> {
        let since = [&entity.deleted_at, &entity.erased_at];
        let stamped = since.into_iter().flatten().any(|name| *name == field.name);
        if field.optional && (stamped || self.random.below(3) == 0) {
            return Some(Value::Null);
        }
        let mut candidates = self.world.referable(self.spec, &field.ty, tenant);
        // Where each can be named once, some are left for the tests to name.
        let once = entity.uniques.iter().any(|unique| unique.fields.contains(&field.name));
        if once && matches!(field.ty, Type::Ref { .. }) && candidates.len() > 3 {
            let mut place = 0;
            candidates.retain(|_| {
                place += 1;
                place % 3 != 0
            });
        }
        self.world.leave_some(self.spec, field, turn, &mut candidates);
        match &field.ty {
            Type::Ref { .. } | Type::UserIn { .. } => match cycle(&candidates, turn) {
                Some(id) => Some(Value::text(id)),
                None => field.optional.then_some(Value::Null),
            },
            scalar => {
                self.serial += 1;
                Some(self.random.scalar(scalar, self.serial))
            }
        }
    }
}

/// A condition by its parts, where all of them should hold: a walk then changes only those that do not.
fn apart<'e>((condition, side): Wanted<'e>, wanted: &mut Vec<Wanted<'e>>) {
    match condition {
        Expr::Binary(Op::And, left, right) if side => {
            apart((left, side), wanted);
            apart((right, side), wanted);
        }
        _ => wanted.push((condition, side)),
    }
}

/// For each thing that a door requires of several: all the others hold, and it does not.
fn unmet_alone(door: &Door) -> impl Iterator<Item = Expr> {
    let several = if door.require.len() > 1 { door.require.as_slice() } else { &[] };
    several.iter().filter_map(|unmet| {
        let sides = several.iter().map(|one| match one.name == unmet.name {
            true => Expr::Not(Box::new(one.holds.clone())),
            false => one.holds.clone(),
        });
        sides.reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)))
    })
}

impl World {
    /// Ids of the rows that a field of type `ty` in a row of `tenant` can name.
    pub fn referable(&self, spec: &Spec, ty: &Type, tenant: Option<&str>) -> Vec<String> {
        match ty {
            Type::Ref { entity } => {
                let kind = spec.entity(entity).kind;
                let reachable = |row: &&Row| {
                    row.tenant.is_none() || tenant.is_none() || row.tenant.as_deref() == tenant
                };
                let wanted = |row: &&Row| kind != EntityKind::Tenant || row.anchor;
                self.rows_of(entity)
                    .filter(reachable)
                    .filter(wanted)
                    .map(|row| row.id.clone())
                    .collect()
            }
            Type::UserIn { context } => {
                let grants = spec.context(context).grants.clone().unwrap_or_default();
                let held = self.rows_of(&grants).filter(|row| row.tenant.as_deref() == tenant);
                held.filter_map(|row| row.column("user").sql()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether no other row has its unique values or overlaps it where it may not; `except` is the id
    /// of the row that it replaces.
    pub fn free(&self, entity: &Entity, row: &Row, except: Option<&str>) -> bool {
        entity.uniques.iter().all(|unique| self.clash(entity, unique, row, except).is_none())
            && entity.exclusions.iter().all(|one| !self.overlaps(entity, one, row, except))
    }

    pub fn clash(
        &self,
        entity: &Entity,
        unique: &Unique,
        row: &Row,
        except: Option<&str>,
    ) -> Option<&Row> {
        let counts =
            |row: &Row| unique.filter.as_ref().is_none_or(|filter| row.holds(filter, None));
        let key = |row: &Row| -> Vec<Value> {
            unique.fields.iter().map(|field| row.column(field)).collect()
        };
        let own = key(row);
        if !counts(row) || own.iter().any(Value::is_null) {
            return None;
        }
        self.rows_of(&entity.name)
            .filter(|other| Some(other.id.as_str()) != except && other.id != row.id)
            .find(|other| counts(other) && key(other) == own)
    }
}

fn cycle<T>(list: &[T], turn: usize) -> Option<&T> {
    (!list.is_empty()).then(|| &list[turn % list.len()])
}

/// Xorshift, from a seed that `BLUEPRINT_TEST_SEED` may set.
pub struct Random(u64);

impl Random {
    pub fn new() -> Self {
        Self(seed())
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap_or(0)
    }

    /// A valid value; texts are unlike all others where there is room for that.
    pub fn scalar(&mut self, ty: &Type, serial: u64) -> Value {
        let today = now() / 86_400;
        let days = [-400, -30, -1, 0, 1, 30, 400][self.below(7)];
        // What lies ahead still does when the last test runs.
        let seconds =
            [-40_000_000, -90_000, -3600, -60, 2400, 3600, 90_000, 40_000_000][self.below(8)];
        let length = [1, 2, 7][self.below(3)];
        match ty {
            Type::Bool => Value::Bool(self.below(2) == 0),
            Type::Int { min, max } => {
                let usual = [*min, min.saturating_add(1), 0, 1, 2, 5, 10, 100, 1000, *max];
                let allowed: Vec<i64> =
                    usual.into_iter().filter(|number| (min..=max).contains(&number)).collect();
                Value::Int(allowed[self.below(allowed.len())])
            }
            Type::Decimal { scale } => {
                let whole = [0, 1, 2, 10, 100][self.below(5)];
                Value::Decimal(super::value::DECIMAL_ONE * whole, *scale)
            }
            Type::Money { .. } => {
                Value::Int([-100, 0, 1, 100, 5000, 20_000, 100_000][self.below(7)])
            }
            Type::Bps => Value::Int([0, 1, 500, 10_000][self.below(4)]),
            Type::Text { min, max } => {
                let (min, max) = (*min as usize, *max as usize);
                let text = format!("t{serial:x}");
                let text: String = text.chars().rev().take(max).collect();
                Value::Text(format!("{text:x<min$}"))
            }
            Type::Email => Value::Text(format!("p{serial}@example.test")),
            Type::Phone => Value::Text(format!("+4930{:07}", serial)),
            Type::Url => Value::Text(format!("https://example.test/{serial}")),
            Type::Slug => Value::Text(format!("s-{serial}")),
            Type::Date => Value::Date(today + days),
            Type::Timestamp => Value::Time(now() + seconds),
            Type::Duration => Value::Int([0, 60, 3600, 86_400, 40_000_000][self.below(5)]),
            Type::RangeOfTimestamp => {
                Value::Times(now() + seconds, now() + seconds + length * 86_400)
            }
            Type::RangeOfDate => Value::Dates(today + days, today + days + length),
            Type::OneOf { values } => Value::text(&values[self.below(values.len())]),
            Type::Ref { .. } | Type::UserIn { .. } => Value::Null,
        }
    }
}

/// What all that is random here comes from.
pub fn seed() -> u64 {
    let chosen = std::env::var("BLUEPRINT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    chosen.filter(|seed| *seed != 0).unwrap_or(0x9E37_79B9_7F4A_7C15)
}
