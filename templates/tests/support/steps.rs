//! What the steps of actions come to: which rows they make and change, worked out anew.

use super::calls::{Call, Drafter, Outcome};
use super::eval::{self, Scope};
use super::oracle::Principal;
use super::settle::{columns, inputs, walk};
use super::spec::{Does, Door, DoorKind, Entity, Expr, Given, Spec, Step, Timer, Type};
use super::value::{Value, now};
use super::world::Row;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// A row that a step makes or changes, as it is afterwards.
#[derive(Debug, Clone)]
pub struct Effect {
    pub row: Row,
    /// Fields that hold a moment which the tests do not know.
    pub loose: BTreeSet<String>,
    pub made: bool,
    /// The row that one which is made ends.
    pub ends: Option<String>,
    /// What the audit tells of it, where it is not what it tells of the call.
    pub told: Option<Told>,
}

impl Effect {
    pub fn changed(row: Row) -> Self {
        Self { row, loose: BTreeSet::new(), made: false, ends: None, told: None }
    }

    /// The row in whose place it comes, of those that were there.
    pub fn except(&self) -> Option<&str> {
        let own = (!self.made).then_some(self.row.id.as_str());
        own.or(self.ends.as_deref())
    }
}

/// Who did something for which another asked.
#[derive(Debug, Clone)]
pub struct Told {
    pub actor: Option<String>,
    pub path: String,
    pub because: String,
    pub approver: Option<String>,
}

/// The id, in a draft, of the row that a step makes: the database chooses it.
pub fn made(door: &Door, step: usize, id: &str) -> String {
    match door.kind == DoorKind::Command && door.returns == Some(step) {
        true => id.to_owned(),
        false => format!("made by step {step}"),
    }
}

/// Every expression of a step.
pub fn expressions(step: &Step) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = step.when.iter().collect();
    match &step.does {
        Does::Set { set } => set.iter().for_each(|given| all.push(&given.value)),
        Does::Create { with, .. } | Does::Call { with } => {
            with.iter().for_each(|given| all.push(&given.value))
        }
        Does::Run { of, accept, input, .. } => {
            all.push(of);
            accept.iter().chain(input).for_each(|given| all.push(&given.value));
        }
        Does::Each { accept, input, .. } => {
            accept.iter().chain(input).for_each(|given| all.push(&given.value));
        }
        Does::Agree { of, .. } => all.push(of),
    }
    all
}

/// Columns of other rows of which a door's conditions and steps speak, by the row or by an input.
pub fn far(door: &Door, by_input: bool) -> Vec<&str> {
    let mut names = Vec::new();
    let conditions = door.require.iter().map(|rule| &rule.holds);
    for expr in conditions.chain(door.steps.iter().flat_map(expressions)) {
        match by_input {
            true => inputs(expr, &mut names),
            false => columns(expr, &mut names),
        }
    }
    names.retain(|name| name.contains('.') && !name.starts_with("step "));
    names
}

/// Whether it speaks of the moment.
fn is_of_the_moment(expr: &Expr) -> bool {
    let mut found = false;
    walk(expr, &mut |part| found |= matches!(part, Expr::Now));
    found
}

impl<'w> Drafter<'w> {
    /// What `set` gives to the row of the call, over `before`; also the fields that hold a moment.
    pub fn set(
        &self,
        door: &Door,
        call: &Call<'_>,
        before: &Row,
    ) -> (Vec<(String, Value)>, BTreeSet<String>) {
        let made = RefCell::new(Vec::new());
        let scope = Steps { drafter: self, door, call, before, made: &made };
        let (mut set, mut loose) = (Vec::new(), BTreeSet::new());
        for step in &door.steps {
            let Does::Set { set: given } = &step.does else { continue };
            if !scope.is_done(step) {
                continue;
            }
            for one in given {
                if is_of_the_moment(&one.value) {
                    loose.insert(one.name.clone());
                }
                set.push((one.name.clone(), scope.value(&one.value)));
            }
        }
        (set, loose)
    }

    /// What the other steps make and change, or why they are refused.
    pub fn effects(&self, door: &Door, call: &Call<'w>) -> Result<Vec<Effect>, (String, String)> {
        if self.waits(door, call) {
            return Ok(self.request(door, call).into_iter().collect());
        }
        let made = RefCell::new(Vec::new());
        let before = call.row.unwrap_or(&call.result);
        let scope = Steps { drafter: self, door, call, before, made: &made };
        let mut effects = Vec::new();
        for (at, step) in door.steps.iter().enumerate() {
            if !scope.is_done(step) {
                continue;
            }
            match &step.does {
                Does::Set { .. } | Does::Call { .. } => {}
                Does::Create { entity, with } => {
                    let entity = self.spec.entity(entity);
                    let mut effect = scope.create(at, entity, with);
                    self.world.pick(self.spec, entity, &mut effect.row, None)?;
                    if let Some(ended) = self.ended(entity, &effect.row)? {
                        effect.ends = Some(ended.row.id.clone());
                        effects.push(ended);
                    }
                    made.borrow_mut().push((at, effect.row.clone()));
                    effects.push(effect);
                }
                Does::Run { entity, action, of, accept, input } => {
                    let entity = self.spec.entity(entity);
                    effects.push(scope.run(entity, action, of, accept, input)?);
                }
                Does::Each { .. } => effects.extend(scope.each(&step.does, self.world)?),
                Does::Agree { .. } => {
                    let own = self.spec.entity(&before.entity);
                    effects.extend(self.agreed(step, &door.path(own), call)?);
                }
            }
        }
        Ok(effects)
    }

    /// Whether no rule, key or exclusion stands against what the steps do.
    pub fn effects_hold(&self, effects: &[Effect]) -> bool {
        effects.iter().all(|effect| {
            let entity = self.spec.entity(&effect.row.entity);
            entity.rules.iter().all(|rule| effect.row.holds(&rule.holds, None))
                && self.world.free(entity, &effect.row, effect.except())
                && self.world.has_room_for(self.spec, &effect.row)
        })
    }

    /// What steps refuse, as doors do.
    pub fn refused_by_steps(&self, door: &Door, call: &Call<'w>) -> Outcome {
        self.effects(door, call).map(|_| ())
    }
}

pub struct Steps<'s> {
    pub drafter: &'s Drafter<'s>,
    pub door: &'s Door,
    pub call: &'s Call<'s>,
    /// The row of which columns are spoken.
    pub before: &'s Row,
    pub made: &'s RefCell<Vec<(usize, Row)>>,
}

impl Steps<'_> {
    fn is_done(&self, step: &Step) -> bool {
        step.when.as_ref().is_none_or(|when| self.value(when) == Value::Bool(true))
    }

    pub fn value(&self, expr: &Expr) -> Value {
        let principal: &Principal<'_> = &self.call.principal;
        let scope = Scope {
            column: &|name| self.column(name),
            input: &|name| self.call.inputs.get(name).cloned().unwrap_or(Value::Null),
            actor: principal.id(),
            now: now(),
        };
        eval::eval(expr, &scope)
    }

    fn column(&self, name: &str) -> Value {
        let Some(path) = name.strip_prefix("step ") else { return self.before.column(name) };
        let (step, path) = path.split_once('.').map_or((path, ""), |(step, path)| (step, path));
        let step: usize = step.parse().expect("the number of a step");
        let made = self.made.borrow();
        let (_, row) = made.iter().find(|(at, _)| *at == step).expect("it is made before");
        if path.is_empty() {
            return Value::text(&row.id);
        }
        match path.split_once('.') {
            None => row.column(path),
            Some((field, rest)) => {
                let spec: &Spec = self.drafter.spec;
                let ty = &spec.entity(&row.entity).field(field).ty;
                self.drafter.world.far(spec, ty, &row.column(field), rest)
            }
        }
    }

    /// The row of that id, also one that a step made.
    fn row(&self, entity: &str, id: &str) -> Option<Row> {
        let made = self.made.borrow();
        let own = [self.before, &self.call.result];
        let found =
            made.iter().map(|(_, row)| row).find(|row| row.entity == entity && row.id == id);
        let found =
            found.or_else(|| own.into_iter().find(|row| row.entity == entity && row.id == id));
        found.or_else(|| self.drafter.world.row(entity, id)).cloned()
    }

    fn create(&self, at: usize, entity: &Entity, with: &[Given]) -> Effect {
        let principal = &self.call.principal;
        let context = principal.context;
        let values: Vec<(String, Value)> =
            with.iter().map(|one| (one.name.clone(), self.value(&one.value))).collect();
        let own =
            entity.tenant.as_ref().filter(|tenant| context.tenant.as_ref() == Some(&tenant.entity));
        let tenant = match (&entity.tenant, own) {
            (None, _) => None,
            (_, Some(_)) => principal.tenant.clone(),
            _ => values.iter().find_map(|(name, value)| {
                let (Type::Ref { entity }, Value::Text(id)) = (&entity.field(name).ty, value)
                else {
                    return None;
                };
                self.row(entity, id)?.tenant
            }),
        };
        let id = made(self.door, at, &self.call.id);
        let mut row = self.drafter.fresh(entity, principal, &id, tenant);
        for (name, value) in values {
            let absent = value.is_null() && entity.field(&name).default.is_some();
            if !absent {
                row.values.insert(name, value);
            }
        }
        for field in &entity.fields {
            let Some(copied) = &field.copied else { continue };
            let Type::Ref { entity: parent } = &entity.field(&copied.through).ty else { continue };
            let parent = row.column(&copied.through).sql().and_then(|id| self.row(parent, &id));
            let value = parent.map_or(Value::Null, |parent| parent.column(&copied.field));
            row.values.insert(field.name.clone(), value);
        }
        let mut loose = loose(with);
        loose.extend(entity.fields.iter().filter_map(|field| {
            let stamped = matches!(field.default, Some(Expr::Now));
            (stamped && with.iter().all(|one| one.name != field.name)).then(|| field.name.clone())
        }));
        self.drafter.world.number(entity, &mut row);
        loose.extend(entity.number.iter().map(|number| number.field.clone()));
        Effect { row, loose, made: true, ends: None, told: None }
    }

    fn run(
        &self,
        entity: &Entity,
        action: &str,
        of: &Expr,
        accept: &[Given],
        input: &[Given],
    ) -> Result<Effect, (String, String)> {
        let refuse = |what: String| {
            Err(("BP409".to_owned(), format!("entities.{}.actions.{action}.{what}", entity.name)))
        };
        let id = self.value(of).sql().unwrap_or_default();
        let Some(before) = self.row(&entity.name, &id) else {
            return refuse("gone".to_owned());
        };
        // What the call knows of it, which may be more than the world does.
        let seen = |name: &str| {
            let known = match of {
                Expr::Column(path) => self.before.values.get(&format!("{path}.{name}")),
                _ => None,
            };
            known.cloned().unwrap_or_else(|| before.column(name))
        };
        self.lead(entity, action, &before, &seen, (accept, input))
    }

    /// Runs an action of a row, of which so much is `seen`.
    pub fn lead(
        &self,
        entity: &Entity,
        action: &str,
        before: &Row,
        seen: &dyn Fn(&str) -> Value,
        (accept, input): (&[Given], &[Given]),
    ) -> Result<Effect, (String, String)> {
        let refuse = |what: String| {
            Err(("BP409".to_owned(), format!("entities.{}.actions.{action}.{what}", entity.name)))
        };
        let door = entity.doors.iter().find(|door| door.action == action);
        let timer = entity.timers.iter().find(|timer| timer.action == action);
        let (from, require, to) = match (door, timer) {
            (Some(door), _) => (&door.from, &door.require, door.to.as_ref()),
            (None, Some(timer)) => (&timer.from, &timer.require, Some(&timer.to)),
            (None, None) => panic!("nobody could do {action}"),
        };
        let state = seen("state").sql().unwrap_or_default();
        if !from.is_empty() && !from.contains(&state) {
            return refuse("from".to_owned());
        }
        let given = |name: &str| {
            let found = input.iter().find(|one| one.name == name);
            found.map_or(Value::Null, |one| self.value(&one.value))
        };
        for rule in require {
            let scope =
                Scope { column: seen, input: &given, actor: self.call.principal.id(), now: now() };
            if !eval::holds(&rule.holds, &scope) {
                return refuse(rule.part());
            }
        }
        let waits = Timer::before(entity, action, before, now());
        if let Some(timer) = waits.filter(|timer| to != Some(&timer.to)) {
            return Err(("BP409".to_owned(), timer.path(entity)));
        }
        let mut row = Row { version: before.version + 1, ..before.clone() };
        if let Some(to) = to {
            row.state = Some(to.clone());
        }
        for one in accept {
            row.values.insert(one.name.clone(), self.value(&one.value));
        }
        let mut loose = loose(accept);
        if self.drafter.world.number(entity, &mut row) {
            loose.extend(entity.number.iter().map(|number| number.field.clone()));
        }
        self.drafter.world.pick(self.drafter.spec, entity, &mut row, Some(before))?;
        Ok(Effect { loose, ..Effect::changed(row) })
    }
}

fn loose(given: &[Given]) -> BTreeSet<String> {
    given.iter().filter(|one| is_of_the_moment(&one.value)).map(|one| one.name.clone()).collect()
}
