//! Requests for actions that wait for a second person: what is kept of each, and what comes of it when somebody
//! agrees.

use super::Faults;
use super::calls::{Call, Drafter};
use super::eval::{self, Scope};
use super::http::Answer;
use super::oracle::Principal;
use super::spec::{Context, Does, Door, Entity, Expr, Given, Op, Step, Timer, Who};
use super::steps::{Effect, Told};
use super::value::{Value, now};
use super::world::{Maker, Person, Row, Wish};
use std::collections::{BTreeMap, BTreeSet};

/// The step by which somebody agrees, of a door that has one.
pub fn agrees(door: &Door) -> Option<&Step> {
    door.steps.iter().find(|step| matches!(step.does, Does::Agree { .. }))
}

impl<'w> Drafter<'w> {
    /// Whether the call is kept for a second person, and nothing is done.
    pub fn waits(&self, door: &Door, call: &Call<'_>) -> bool {
        let Some(approval) = door.approval.as_ref().filter(|_| !call.agreed) else { return false };
        let Some(row) = call.row else { return false };
        let when = approval.when.as_ref();
        when.is_none_or(|when| {
            let scope = Scope {
                column: &|name| row.column(name),
                input: &|name| call.inputs.get(name).cloned().unwrap_or(Value::Null),
                actor: call.principal.id(),
                now: now(),
            };
            eval::eval(when, &scope) != Value::Bool(false)
        })
    }

    /// Mostly says back what a request holds, where who agrees has to.
    pub fn say_back(
        &mut self,
        door: &Door,
        row: Option<&Row>,
        inputs: &mut BTreeMap<String, Value>,
    ) {
        let Some(row) = row.filter(|_| agrees(door).is_some()) else { return };
        for rule in &door.require {
            let Expr::Binary(Op::Eq, said, kept) = &rule.holds else { continue };
            if let (Expr::Input(name), Expr::Column(column)) = (said.as_ref(), kept.as_ref())
                && self.random.below(8) > 0
            {
                inputs.insert(name.clone(), row.column(column));
            }
        }
    }

    /// What is kept of a call that waits.
    pub fn request(&self, door: &Door, call: &Call<'_>) -> Option<Effect> {
        let (approval, before) = (door.approval.as_ref()?, call.row?);
        let requests = self.spec.entity(&approval.entity);
        let principal = &call.principal;
        let tenant = requests.tenant.as_ref().map(|_| match &before.tenant {
            Some(tenant) => tenant.clone(),
            None => before.id.clone(),
        });
        let mut row = self.fresh(requests, principal, "made for the request", tenant);
        let given = |name: &str| call.values.get(name).or(call.inputs.get(name)).cloned();
        for one in &approval.with {
            let scope = Scope {
                column: &|name| before.column(name),
                input: &|name| given(name).unwrap_or(Value::Null),
                actor: principal.id(),
                now: now(),
            };
            row.values.insert(one.name.clone(), eval::eval(&one.value, &scope));
        }
        if let (Some(field), Some(because)) = (&approval.because, &call.because) {
            row.values.insert(field.clone(), Value::text(because));
        }
        for field in &requests.fields {
            let Some(copied) = &field.copied else { continue };
            row.values.insert(field.name.clone(), before.column(&copied.field));
        }
        let loose: BTreeSet<String> = approval.loose.iter().cloned().collect();
        Some(Effect { row, loose, made: true, ends: None, told: None })
    }

    /// The call that somebody agrees to by agreeing to this request, as who asked for it would make it now; none
    /// where he may not enter any more.
    pub fn asked_for(
        &self,
        step: &Step,
        principal: &Principal<'w>,
        request: &Row,
    ) -> Option<(&'w Entity, &'w Door, Call<'w>)> {
        let Does::Agree { entity, action, of, maker, accept, input, because } = &step.does else {
            return None;
        };
        let (spec, world) = (self.spec, self.world);
        let target = spec.entity(entity);
        let is_it =
            |door: &&Door| door.action == *action && door.context == principal.context.name;
        let door = target.doors.iter().find(is_it).expect("it is done in this context");
        let value = |expr: &Expr| {
            let scope = Scope {
                column: &|name| request.column(name),
                input: &|_| Value::Null,
                actor: principal.id(),
                now: now(),
            };
            eval::eval(expr, &scope)
        };
        let row = world.row(entity, &value(of).sql()?)?;
        let maker = request.column(maker).sql()?;
        let person = world.people.iter().find(|person| person.id == maker)?;
        let (context, tenant) = (principal.context, principal.tenant.clone());
        let role = world.role(context, tenant.as_deref(), &maker)?;
        let maker = Principal {
            context,
            person: Some(person),
            subject: Some(person.subject.clone()),
            tenant,
            role: Some(role),
        };
        let of = |given: &[Given]| {
            given.iter().map(|one| (one.name.clone(), value(&one.value))).collect()
        };
        let mut call = Call {
            principal: maker,
            row: Some(row),
            values: of(accept),
            inputs: of(input),
            because: because.as_ref().and_then(|field| request.column(field).sql()),
            id: row.id.clone(),
            result: Row { version: row.version + 1, ..row.clone() },
            loose: BTreeSet::new(),
            effects: Vec::new(),
            agreed: true,
            waits: false,
        };
        world.reach_by_inputs(spec, door, &mut call.inputs);
        call.result.values.extend(call.values.clone());
        if let Some(to) = &door.to {
            call.result.state = Some(to.clone());
        }
        Some((target, door, self.with_steps(door, call)))
    }

    /// What is done when somebody agrees, or why not.
    pub fn agreed(
        &self,
        step: &Step,
        own: &str,
        call: &Call<'w>,
    ) -> Result<Vec<Effect>, (String, String)> {
        let before = call.row.unwrap_or(&call.result);
        let Some((target, door, asked)) = self.asked_for(step, &call.principal, before) else {
            return Err(("BP409".to_owned(), format!("{own}.maker")));
        };
        self.outcome(target, door, &asked)?;
        let told = Told {
            actor: asked.principal.id().map(str::to_owned),
            path: door.path(target),
            because: asked.because.clone().unwrap_or_default(),
            approver: call.principal.id().map(str::to_owned),
        };
        let row = asked.result.clone();
        let own = Effect {
            loose: asked.loose,
            told: Some(told.clone()),
            ..Effect::changed(row)
        };
        let besides = asked.effects.into_iter();
        let besides = besides.map(|effect| Effect { told: Some(told.clone()), ..effect });
        Ok([own].into_iter().chain(besides).collect())
    }
}

/// In so many tenants, and about so many rows of each, there are requests.
const TARGETS: usize = 3;

impl<'s> Maker<'s> {
    /// Requests to which somebody can agree: by each of some who could do it themselves, by one who could not, and by
    /// one who cannot any more; and one for a row as it was before, and one that is over.
    pub fn requests(&mut self, entity: &'s Entity) {
        let found = entity.doors.iter().find_map(|door| Some((door, agrees(door)?)));
        let Some((agree, step)) = found else { return };
        let Does::Agree { entity: target, action, .. } = &step.does else { return };
        let target = self.spec.entity(target);
        let is_it = |door: &&Door| door.action == *action && door.context == agree.context;
        let door = target.doors.iter().find(is_it).expect("it is done in this context");
        let legal = |row: &&Row| {
            let state = row.state.clone().unwrap_or_default();
            (door.from.is_empty() || door.from.contains(&state))
                && Timer::before(target, action, row, now()).is_none()
        };
        let rows: Vec<Row> = self.world.rows_of(&target.name).filter(legal).cloned().collect();
        let mut about: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            let tenant = row.tenant.as_ref().unwrap_or(&row.id);
            let number = about.entry(tenant.clone()).or_default();
            *number += 1;
            if *number > TARGETS || about.len() > TARGETS {
                continue;
            }
            let first = about[tenant] == 1;
            let makers = self.makers(door, tenant);
            for maker in &makers {
                self.asked(entity, (door, step), row, (maker, row.version, 86_400));
            }
            if let (true, Some(maker)) = (first, makers.first()) {
                self.asked(entity, (door, step), row, (maker, row.version + 1, 86_400));
                self.asked(entity, (door, step), row, (maker, row.version, -60));
            }
        }
    }

    /// Two who could do it, one who could not, and one who cannot any more.
    fn makers(&mut self, door: &Door, tenant: &str) -> Vec<String> {
        let context = self.spec.context(&door.context);
        let tenant = Some(tenant).filter(|_| context.tenant.is_some());
        let roles: Vec<&str> = context.roles.iter().map(|role| role.name.as_str()).collect();
        let may = |role: &str| {
            let roles = context.roles_of(role);
            door.by.iter().any(|who| matches!(who, Who::Role(role) if roles.contains(&role.as_str())))
        };
        // Of each role there may be one person alone, who would have to agree with himself.
        let able = roles.into_iter().find(|role| may(role));
        let second = able.and_then(|role| self.second(context, tenant, role));
        let held = |id: &str| self.world.role(context, tenant, id);
        let ids = || self.world.people.iter().map(|person| person.id.as_str());
        let able = |id: &&str| held(id).is_some_and(|held| may(&held));
        let first = ids().find(able).map(str::to_owned);
        let other = ids().find(|id| held(id).is_some_and(|held| !may(&held))).map(str::to_owned);
        let revoked = format!("{}_revoked", context.name);
        let gone = self.world.people.iter().find(|person| person.name == revoked);
        let gone = gone.map(|person| person.id.clone());
        [first, second, other, gone].into_iter().flatten().collect()
    }

    /// Another who holds a role; he is made where he is not there, and so is his grant.
    fn second(
        &mut self,
        context: &'s Context,
        tenant: Option<&str>,
        role: &str,
    ) -> Option<String> {
        let name = format!("{}_second_{role}", context.name);
        let known = self.world.people.iter().find(|person| person.name == name);
        let id = match known.map(|person| person.id.clone()) {
            Some(id) => id,
            None => self.newcomer(&name)?,
        };
        if self.world.role(context, tenant, &id).is_none() {
            let grants = self.spec.entity(context.grants.as_deref()?);
            let fixed = BTreeMap::from([
                ("user".to_owned(), Value::text(&id)),
                ("role".to_owned(), Value::text(role)),
                ("revoked_at".to_owned(), Value::Null),
            ]);
            let state = grants.states.first().map(String::as_str);
            let row = self.row(grants, &Wish { tenant, state, fixed, ..Wish::default() })?;
            self.world.add(self.spec, row);
        }
        Some(id)
    }

    fn newcomer(&mut self, name: &str) -> Option<String> {
        let users = self.spec.user();
        let state = users.states.first().map(String::as_str);
        let mut row = self.row(users, &Wish { state, ..Wish::default() })?;
        let id = self.id();
        row.id.clone_from(&id);
        let subject = format!("sub|{name}");
        self.world.people.push(Person { name: name.to_owned(), id: id.clone(), subject });
        self.world.add(self.spec, row);
        Some(id)
    }

    fn asked(
        &mut self,
        entity: &'s Entity,
        (door, step): (&Door, &Step),
        about: &Row,
        (maker, version, ends): (&str, i64, i64),
    ) {
        let (Some(approval), Does::Agree { maker: field, .. }) = (&door.approval, &step.does) else {
            return;
        };
        let mut fixed = BTreeMap::from([(field.clone(), Value::text(maker))]);
        for one in &approval.with {
            match &one.value {
                Expr::Column(name) if name == "version" => {
                    fixed.insert(one.name.clone(), Value::Int(version));
                }
                Expr::Column(name) => {
                    fixed.insert(one.name.clone(), about.column(name));
                }
                _ => {}
            }
        }
        fixed.insert(approval.until.clone(), Value::Time(now() + ends));
        let tenant = entity.tenant.as_ref().map(|_| about.tenant.clone().unwrap_or(about.id.clone()));
        let state = entity.states.first().map(String::as_str);
        let wish = Wish { tenant: tenant.as_deref(), state, fixed, ..Wish::default() };
        if let Some(row) = self.row(entity, &wish) {
            self.world.add(self.spec, row);
        }
    }
}

/// What is answered where something was asked for: where it waits.
pub fn asked(call: &Call<'_>, answer: &Answer, faults: &mut Faults, what: &dyn Fn() -> String) {
    faults.same(&answer.status, &202, what);
    let body = answer.json();
    let id = body["approval"].as_str().unwrap_or("no id");
    let location = answer.header("location").unwrap_or_default();
    faults.check(location.ends_with(id), || format!("{}\n    at {location}", what()));
    faults.check(call.effects.len() == 1, || format!("{}: it is kept", what()));
}
