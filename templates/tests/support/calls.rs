//! Calls of doors: valid ones drafted from the world, and what each must be answered.

use super::assertion::assertion;
use super::overwritten::erased;
use super::eval::{self, Scope};
use super::oracle::Principal;
use super::settle::{Wanted, acted, settle};
use super::spec::{
    Context, ContextKind, Door, DoorKind, Entity, EntityKind, Expr, Field, Spec, Timer, Type,
};
use super::steps::Effect;
use super::value::{Value, now, quote};
use super::world::{Random, Row, World};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds within which a draft is sent.
const MOMENT: i64 = 45;

/// SQLSTATE and message of a refusal.
pub type Outcome = Result<(), (String, String)>;

/// One way of calling a door.
#[derive(Debug, Clone)]
pub struct Call<'w> {
    pub principal: Principal<'w>,
    /// The row that it is about, as it stands; for a create none.
    pub row: Option<&'w Row>,
    /// Accepted fields.
    pub values: BTreeMap<String, Value>,
    /// By name; also what conditions say of the rows that they name: `listing.state`.
    pub inputs: BTreeMap<String, Value>,
    pub because: Option<String>,
    /// The id of the row that it makes or changes.
    pub id: String,
    /// The row afterwards.
    pub result: Row,
    /// Its fields that hold a moment which the tests do not know.
    pub loose: BTreeSet<String>,
    /// What its steps make and change besides; of a command, also its row.
    pub effects: Vec<Effect>,
    /// Whether a second person has agreed to it.
    pub agreed: bool,
    /// Whether it is kept for a second person, and nothing is done.
    pub waits: bool,
}

impl Call<'_> {
    /// The row in whose place its own comes, of those that are there.
    pub fn except(&self) -> Option<&str> {
        let made = self.effects.iter().find(|effect| effect.row.id == self.id);
        let own = self.row.map(|row| row.id.as_str());
        own.or_else(|| made.and_then(Effect::except))
    }
}

/// Drafts calls and says what they come to.
pub struct Drafter<'w> {
    pub spec: &'w Spec,
    pub world: &'w World,
    pub random: Random,
    pub serial: u64,
}

impl<'w> Drafter<'w> {
    pub fn new(spec: &'w Spec, world: &'w World) -> Self {
        Self { spec, world, random: Random::new(), serial: 1_000_000 }
    }

    /// A call that is valid but perhaps for who makes it and on which row; none where the world has
    /// no row that a reference could name.
    pub fn draft(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'w>,
        row: Option<&'w Row>,
    ) -> Option<Call<'w>> {
        let mut last = None;
        // Without arguments each candidate is the same.
        let free = row.is_none() || !door.accept.is_empty() || !door.input.is_empty();
        for _ in 0..if free { 60 } else { 1 } {
            let Some(call) = self.candidate(entity, door, principal, row, None) else { continue };
            let outcome = self.outcome(entity, door, &call);
            // What is so now only for a moment is another's test.
            if self.outcome_at(entity, door, &call, now() + MOMENT) != outcome {
                continue;
            }
            // A requirement is asked before anything is written, so what would be need not be valid.
            let unmet = matches!(&outcome, Err((_, path)) if asks(path));
            let valid = entity.rules.iter().all(|rule| call.result.holds(&rule.holds, None))
                && self.world.free(entity, &call.result, call.except())
                && self.world.counted_on_hold(self.spec, &call.result)
                && self.effects_hold(&call.effects);
            if !valid && !unmet {
                continue;
            }
            let done = outcome.is_ok() || !matches!(&outcome, Err((_, path)) if depends(path));
            last = Some(call);
            if done {
                break;
            }
        }
        last
    }

    /// A call that is refused by this requirement and by nothing before it, where arguments decide that.
    pub fn unmet(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'w>,
        row: Option<&'w Row>,
        requirement: &str,
    ) -> Option<Call<'w>> {
        let asked = door.require.iter().find(|one| one.name == requirement)?;
        let path = format!("{}.{}", door.path(entity), asked.part());
        let tries = if row.is_none() || !door.input.is_empty() { 200 } else { 0 };
        (0..tries).find_map(|_| {
            let call = self.candidate(entity, door, principal, row, Some(requirement))?;
            let refused = |by: &(String, String)| by.1 == path;
            self.outcome(entity, door, &call).is_err_and(|by| refused(&by)).then_some(call)
        })
    }

    /// As `draft`; where a row is to be made, also one for each requirement that it does not meet.
    pub fn drafts(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'w>,
        row: Option<&'w Row>,
    ) -> Vec<Call<'w>> {
        let mut drafts: Vec<_> = self.draft(entity, door, principal, row).into_iter().collect();
        for requirement in door.require.iter().filter(|_| row.is_none()) {
            drafts.extend(self.unmet(entity, door, principal, row, &requirement.name));
        }
        drafts
    }

    /// With `unmet` a requirement that should not hold.
    fn candidate(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'w>,
        row: Option<&'w Row>,
        unmet: Option<&str>,
    ) -> Option<Call<'w>> {
        self.serial += 1;
        let id = match row {
            Some(row) => row.id.clone(),
            None => format!("01900000-0000-7000-8000-{:012x}", self.serial),
        };
        let mut tenant = match row {
            Some(row) => row.tenant.clone(),
            None => principal.tenant.clone().filter(|_| entity.tenant.is_some()),
        };
        let mut values = BTreeMap::new();
        for name in &door.accept {
            let field = entity.field(name);
            let value = self.value(&field.ty, field.optional, principal, tenant.as_deref())?;
            if tenant.is_none() && entity.tenant.is_some() {
                tenant = self.tenant_of(&field.ty, &value);
            }
            values.insert(name.clone(), value);
        }
        let mut inputs = BTreeMap::new();
        for input in &door.input {
            let value =
                self.value(&input.ty, input.optional, principal, principal.tenant.as_deref())?;
            inputs.insert(input.name.clone(), value);
        }
        for one in door.asks.iter().flat_map(|asks| &asks.gives) {
            let value = self.value(&one.ty, one.optional, principal, None)?;
            inputs.insert(one.name.clone(), value);
        }
        self.say_back(door, row, &mut inputs);
        self.world.reach_by_inputs(self.spec, door, &mut inputs);
        self.suit_inputs(entity, door, principal, &mut inputs, unmet);
        let because = door.because.then(|| "it was asked for".to_owned());
        let mut result = match row {
            Some(row) if door.kind == DoorKind::Delete => row.clone(),
            Some(row) => Row { version: row.version + 1, ..row.clone() },
            None => self.fresh(entity, principal, &id, tenant),
        };
        result.values.extend(values.clone());
        if door.kind == DoorKind::Revoke {
            result.values.insert("revoked_at".to_owned(), Value::Time(now()));
        }
        if let (DoorKind::Hide, Some(field)) = (door.kind, &entity.deleted_at) {
            result.values.insert(field.clone(), Value::Time(now()));
        }
        if door.kind == DoorKind::Erase {
            result = erased(entity, &result);
        }
        if let Some(to) = &door.to {
            result.state = Some(to.clone());
        }
        self.copy_down(entity, &mut result);
        let required: Vec<(Expr, bool)> = door
            .require
            .iter()
            .filter(|_| row.is_none())
            .map(|requirement| {
                let holds = &requirement.holds;
                let holds = principal.id().map_or_else(|| holds.clone(), |id| acted(holds, id));
                (holds, unmet != Some(requirement.name.as_str()))
            })
            .collect();
        let rules = entity.rules.iter().filter(|rule| !entity.speaks_of_picks(&rule.holds));
        let mut wanted: Vec<Wanted<'_>> = rules.map(|rule| (&rule.holds, true)).collect();
        wanted.extend(required.iter().map(|(holds, side)| (holds, *side)));
        let free = |field: &Field| door.accept.contains(&field.name);
        settle(entity, &mut result, &wanted, &free, &mut self.random, &mut self.serial);
        self.move_apart(entity, door, &mut result, &wanted);
        for (name, value) in &mut values {
            *value = result.column(name);
        }
        // A row may be counted on itself, and a founder's grant on what he founds.
        let counted = self.first_grant(entity, door, principal, &result);
        let counted = counted.as_ref().unwrap_or(&result);
        for (counted_on, at, name, value) in self.world.totals_with(self.spec, counted) {
            if counted_on == entity.name && at == result.id {
                result.values.insert(name, value);
            }
        }
        let principal = principal.clone();
        let stamped = entity.deleted_at.iter().filter(|_| door.kind == DoorKind::Hide);
        let erases = door.kind == DoorKind::Erase;
        let stamped = stamped.chain(entity.erased_at.iter().filter(|_| erases));
        let (loose, effects) = (stamped.cloned().collect(), Vec::new());
        let (agreed, waits) = (false, false);
        let mut call = Call {
            principal, row, values, inputs, because, id, result, loose, effects, agreed, waits,
        };
        self.suit_hook(entity, door, &mut call);
        Some(self.with_steps(door, call))
    }

    /// The call with what its steps make of its row.
    pub fn with_steps(&self, door: &Door, mut call: Call<'w>) -> Call<'w> {
        if let Some(row) = call.row.filter(|_| self.waits(door, &call)) {
            call.waits = true;
            call.result = row.clone();
            call.loose.clear();
            call.effects = self.effects(door, &call).unwrap_or_default();
            return call;
        }
        let before = call.row.unwrap_or(&call.result);
        let (set, loose) = self.set(door, &call, before);
        call.result.values.extend(set);
        call.loose.extend(loose);
        let own = self.spec.entity(&call.result.entity);
        if door.kind != DoorKind::Command && self.world.number(own, &mut call.result) {
            call.loose.extend(own.number.iter().map(|number| number.field.clone()));
        }
        if door.kind != DoorKind::Command {
            // What refuses it, the outcome tells.
            let _ = self.world.pick(self.spec, own, &mut call.result, call.row);
        }
        call.effects = self.effects(door, &call).unwrap_or_default();
        if door.kind == DoorKind::Erase {
            call.effects = self.erased_with(&call.id);
        }
        let returned = call.effects.iter().find(|effect| effect.row.id == call.id);
        if let Some(returned) = returned.filter(|_| door.kind == DoorKind::Command) {
            call.result = returned.row.clone();
            call.loose = returned.loose.clone();
        }
        call
    }

    /// The grant that is made with a tenant.
    fn first_grant(
        &self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'_>,
        founded: &Row,
    ) -> Option<Row> {
        let of = |context: &&Context| context.tenant.as_ref() == Some(&entity.name);
        let context =
            self.spec.contexts.iter().find(of).filter(|_| door.kind == DoorKind::Found)?;
        let grants = self.spec.entity(context.grants.as_deref()?);
        let tenant = Some(founded.id.clone());
        let id = super::oracle::NO_TENANT;
        let mut grant = self.fresh(grants, principal, id, tenant);
        let person = principal.id().map_or(Value::Null, Value::text);
        grant.values.insert("user".to_owned(), person);
        grant.values.insert("role".to_owned(), Value::text(context.founder.as_deref()?));
        Some(grant)
    }

    /// Gives a range that may not overlap a time of its own, so that each draft can be sent after the
    /// others; where the conditions allow that.
    fn move_apart(&self, entity: &Entity, door: &Door, row: &mut Row, wanted: &[Wanted<'_>]) {
        let mut moved = row.clone();
        for one in &entity.exclusions {
            if door.accept.contains(&one.overlapping) {
                let steps = i64::try_from(self.serial % 997).unwrap_or(0) + 1;
                super::exclusions::shift(&mut moved, &one.overlapping, steps);
            }
        }
        let as_before = |(condition, side): &Wanted<'_>| {
            row.holds(condition, None) != *side || moved.holds(condition, None) == *side
        };
        if wanted.iter().all(as_before) {
            *row = moved;
        }
    }

    /// A new row before the accepted fields are put in.
    pub fn fresh(
        &self,
        entity: &Entity,
        principal: &Principal<'_>,
        id: &str,
        tenant: Option<String>,
    ) -> Row {
        let mut row = Row {
            entity: entity.name.clone(),
            id: id.to_owned(),
            tenant,
            values: BTreeMap::new(),
            state: entity.states.first().cloned(),
            version: 1,
            created: now(),
            anchor: false,
        };
        for field in &entity.fields {
            let scope = Scope {
                column: &|_| Value::Null,
                input: &|_| Value::Null,
                actor: principal.id(),
                now: now(),
            };
            let value = match &field.default {
                Some(default) => match (eval::eval(default, &scope), &field.ty) {
                    (Value::Decimal(units, _), Type::Decimal { scale }) => {
                        Value::Decimal(units, *scale)
                    }
                    (value, _) => value,
                },
                None => Value::Null,
            };
            row.values.insert(field.name.clone(), value);
        }
        if let (Some(tenant), Some(column)) = (&row.tenant, &entity.tenant) {
            row.values.insert(column.column.clone(), Value::text(tenant));
        }
        row
    }

    fn copy_down(&self, entity: &Entity, row: &mut Row) {
        for field in &entity.fields {
            let Some(copied) = &field.copied else { continue };
            let Type::Ref { entity: parent } = &entity.field(&copied.through).ty else { continue };
            let id = row.column(&copied.through).sql().unwrap_or_default();
            let parent = self.world.row(parent, &id);
            let value = parent.map_or(Value::Null, |parent| parent.column(&copied.field));
            row.values.insert(field.name.clone(), value);
        }
        if let (Some(tenant), Some(column)) = (&row.tenant, &entity.tenant) {
            row.values.insert(column.column.clone(), Value::text(tenant));
        }
        self.world.reach(self.spec, entity, row);
    }

    fn tenant_of(&self, ty: &Type, value: &Value) -> Option<String> {
        let (Type::Ref { entity }, Value::Text(id)) = (ty, value) else { return None };
        self.world.row(entity, id).and_then(|row| row.tenant.clone())
    }

    fn value(
        &mut self,
        ty: &Type,
        optional: bool,
        principal: &Principal<'w>,
        tenant: Option<&str>,
    ) -> Option<Value> {
        if optional && self.random.below(4) == 0 {
            return Some(Value::Null);
        }
        if !is_reference(ty) {
            return Some(self.random.scalar(ty, self.serial));
        }
        let mut candidates = self.world.referable(self.spec, ty, tenant);
        let nameable = |id: &String| self.may_name(principal, ty, id, tenant);
        if candidates.iter().any(nameable) {
            candidates.retain(nameable);
        }
        match candidates.is_empty() {
            true => optional.then_some(Value::Null),
            false => Some(Value::text(&candidates[self.random.below(candidates.len())])),
        }
    }

    /// Whether a reference to `id` in a row of `tenant` is answered as one to a row that exists.
    pub fn may_name(
        &self,
        principal: &Principal<'_>,
        ty: &Type,
        id: &str,
        tenant: Option<&str>,
    ) -> bool {
        match ty {
            Type::UserIn { context } => {
                self.world.role(self.spec.context(context), tenant, id).is_some()
            }
            Type::Ref { entity } => {
                let entity = self.spec.entity(entity);
                let Some(row) = self.world.row(&entity.name, id) else { return false };
                if entity.kind == EntityKind::User {
                    return true;
                }
                let own = entity.access(&principal.context.name);
                let seen = own.is_some_and(|access| principal.sees(entity, access, row).is_some());
                let public =
                    self.spec.contexts.iter().find(|context| context.kind == ContextKind::Anyone);
                let open =
                    public.and_then(|context| entity.access(&context.name)).is_some_and(|access| {
                        access.grants.iter().any(|grant| {
                            grant.when.as_ref().is_none_or(|when| row.holds(when, None))
                        })
                    });
                (seen || open)
                    && (row.tenant.is_none() || tenant.is_none() || row.tenant.as_deref() == tenant)
            }
            _ => true,
        }
    }

    /// What the call must come to, in the order in which doors refuse.
    pub fn outcome(&self, entity: &Entity, door: &Door, call: &Call<'w>) -> Outcome {
        self.outcome_at(entity, door, call, now())
    }

    fn outcome_at(&self, entity: &Entity, door: &Door, call: &Call<'w>, at: i64) -> Outcome {
        let name = &entity.name;
        let action = door.path(entity);
        let refuse = |code: &str, path: String| Err((code.to_owned(), path));
        let principal = &call.principal;
        if let Some((code, path)) = principal.refused() {
            return refuse(code, path);
        }
        let access = entity.access(&door.context);
        if let Some(row) = call.row {
            let seen = access.is_none_or(|access| principal.sees(entity, access, row).is_some());
            if !principal.reaches(entity, row) || !seen || entity.hides(row) {
                return refuse("BP404", format!("entities.{name}"));
            }
        }
        if !door.by.iter().any(|who| principal.is(who, entity, call.row)) {
            if access.is_none() && call.row.is_some() {
                return refuse("BP404", format!("entities.{name}"));
            }
            return refuse("BP403", format!("{action}.by"));
        }
        if let Some(row) = call.row {
            let state = row.state.clone().unwrap_or_default();
            let revoked = door.kind == DoorKind::Revoke && !row.column("revoked_at").is_null();
            if revoked || !door.from.is_empty() && !door.from.contains(&state) {
                return refuse("BP409", format!("{action}.from"));
            }
            if let Some(timer) = Timer::before(entity, &door.action, row, at) {
                return refuse("BP409", timer.path(entity));
            }
        }
        for field in door.accept.iter().map(|name| entity.field(name)) {
            let tenant = call.result.tenant.as_deref();
            let named = call.values.get(&field.name).and_then(Value::sql);
            if named.is_some_and(|id| !self.may_name(principal, &field.ty, &id, tenant)) {
                return refuse("BP404", format!("entities.{name}.fields.{}", field.name));
            }
        }
        for input in &door.input {
            let tenant = principal.tenant.as_deref();
            let named = call.inputs.get(&input.name).filter(|_| is_reference(&input.ty));
            let named = named.and_then(Value::sql);
            if named.is_some_and(|id| !self.may_name(principal, &input.ty, &id, tenant)) {
                return refuse("BP404", format!("{action}.input.{}", input.name));
            }
        }
        let speaks_of = call.row.unwrap_or(&call.result);
        let scope = Scope {
            column: &|column| speaks_of.column(column),
            input: &|input| call.inputs.get(input).cloned().unwrap_or(Value::Null),
            actor: principal.id(),
            now: at,
        };
        for requirement in &door.require {
            if !eval::holds(&requirement.holds, &scope) {
                return refuse("BP409", format!("{action}.{}", requirement.part()));
            }
        }
        self.refused_by_steps(door, call)?;
        if door.kind != DoorKind::Command {
            let mut result = call.result.clone();
            result.values.extend(entity.picks.iter().map(|pick| {
                let was = call.row.map_or(Value::Null, |row| row.column(&pick.field));
                (pick.field.clone(), was)
            }));
            self.world.pick(self.spec, entity, &mut result, call.row)?;
        }
        if door.kind == DoorKind::Grant {
            let user = call.result.column("user").sql().unwrap_or_default();
            if self.world.role(principal.context, principal.tenant.as_deref(), &user).is_some() {
                return refuse("BP409", format!("{action}.granted"));
            }
        }
        if door.kind == DoorKind::Delete {
            return self.refused_by_references(entity, &call.id);
        }
        Ok(())
    }
}

/// Whether a requirement refuses.
pub fn asks(path: &str) -> bool {
    path.contains(".require.") || path.ends_with(".before")
}

/// Whether another draft could come to something else.
fn depends(path: &str) -> bool {
    let of_time = path.ends_with(".effective.future") || path.contains(".pick.");
    asks(path) || of_time || path.contains(".fields.") || path.ends_with(".granted")
}

/// The arguments of a call, as SQL literals, by name.
pub fn arguments(entity: &Entity, door: &Door, call: &Call<'_>) -> BTreeMap<String, String> {
    let principal = &call.principal;
    let mut arguments = BTreeMap::new();
    let mut put = |name: &str, value: Option<&str>| {
        arguments.insert(name.to_owned(), quote(value));
    };
    if principal.context.kind == ContextKind::Tenant {
        put("_tenant", principal.tenant.as_deref());
    }
    if names_row(entity, door, principal.context.kind) {
        put("_id", Some(&call.id));
    }
    if !door.kind.makes() {
        let version = call.row.map(|row| row.version.to_string());
        put("_version", version.as_deref());
        if !door.accept.is_empty() {
            put("_set", Some(&format!("{{{}}}", door.accept.join(","))));
        }
    }
    for name in &door.accept {
        let field = entity.field(name);
        let value = call.values.get(name).cloned().unwrap_or(Value::Null);
        match field.ty {
            Type::RangeOfDate | Type::RangeOfTimestamp => {
                let (from, until) = value.ends();
                put(&format!("_{}_from", field.name), from.sql().as_deref());
                put(&format!("_{}_until", field.name), until.sql().as_deref());
            }
            _ => put(&format!("_{}", field.column), value.sql().as_deref()),
        }
    }
    for input in &door.input {
        let value = call.inputs.get(&input.name).cloned().unwrap_or(Value::Null);
        match input.ty {
            Type::RangeOfDate | Type::RangeOfTimestamp => {
                let (from, until) = value.ends();
                put(&format!("_input_{}_from", input.name), from.sql().as_deref());
                put(&format!("_input_{}_until", input.name), until.sql().as_deref());
            }
            _ => put(&format!("_input_{}", stored(&input.name, &input.ty)), value.sql().as_deref()),
        }
    }
    if door.because {
        put("_because", call.because.as_deref());
    }
    if door.idempotency.is_some() {
        // Each time that it is run, another.
        arguments.insert("_key_".to_owned(), "gen_random_uuid()::text".to_owned());
    }
    let (tenant, subject) = (principal.tenant.as_deref(), principal.subject.as_deref());
    let said = assertion(&principal.context.name, tenant, subject);
    arguments.insert("_assertion".to_owned(), said);
    if let Some(asks) = &door.asks {
        let gave = super::hooks::gave(asks, call, &arguments);
        arguments.insert(asks.argument.clone(), gave);
    }
    arguments
}

/// The name under which a value of a type is stored and passed.
pub fn stored(name: &str, ty: &Type) -> String {
    match ty {
        Type::Money { .. } => format!("{name}_minor"),
        Type::Duration => format!("{name}_seconds"),
        _ => name.to_owned(),
    }
}

/// Whether the row has an id of its own among the arguments.
pub fn names_row(entity: &Entity, door: &Door, context: ContextKind) -> bool {
    let own_tenant = entity.kind == EntityKind::Tenant && context == ContextKind::Tenant;
    let own_person = entity.kind == EntityKind::User && context == ContextKind::Person;
    door.kind.makes() || !(own_tenant || own_person)
}

pub fn sql(schema: &str, door: &Door, arguments: &BTreeMap<String, String>) -> String {
    let sent = |value: &str| super::hooks::looked(door, arguments, value);
    let list: Vec<String> =
        arguments.iter().map(|(name, value)| format!("\"{name}\" => {}", sent(value))).collect();
    format!("{schema}.{}({})", door.function, list.join(", "))
}

fn is_reference(ty: &Type) -> bool {
    matches!(ty, Type::Ref { .. } | Type::UserIn { .. })
}
