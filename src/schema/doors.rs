//! Doors: one function for each action and context, the only ways to write.
//!
//! A door enters the context by itself, so that what the caller has set counts for nothing, and
//! refuses in one order: not readable, not permitted, wrong state, wrong version, a condition that
//! does not hold, a reference that is not there. Comparisons are such that a NULL refuses.

use std::cell::RefCell;

use super::arguments::{arguments, given, named_otherwise, range_is_wrong};
use super::calls::{Argument, Carries, Lock, Look};
use super::cx::{Cx, Slot, anchor, range_of};
use super::gates::set;
use super::names::{ident, joined, literal, stored, table};
use super::pieces::{Function, Returns, Step, refuse};
use super::who::{Row, actors};
use super::{approval, change, command, create, hooks, idempotency, policies, step_up, types};
use crate::expr::sql;
use crate::model::{Action, ActionKind, Door, Entity, EntityId, FieldId};

/// The person, in the body of a door.
pub const ME: &str = "rt.me()";

/// One action in one context.
pub struct DoorCx<'a> {
    pub cx: &'a Cx<'a>,
    pub entity: EntityId,
    pub index: usize,
    pub door: Door,
    pub arguments: Vec<Argument>,
    /// Whether it only says what its hook is given.
    pub looks: bool,
    /// What has been locked so far.
    pub locks: RefCell<Vec<Lock>>,
}

pub fn lower<'a>(
    cx: &'a Cx<'a>,
    entity: EntityId,
    index: usize,
    door: Door,
) -> (DoorCx<'a>, Option<Function>, Function) {
    let arguments = arguments(cx, entity, index, &door);
    let locks = RefCell::default();
    let it = DoorCx { cx, entity, index, door, arguments, looks: false, locks };
    let (mut declare, mut body) = it.body();
    let inner = approval::inner(&it, &mut declare, &mut body);
    let returns = idempotency::in_door(&it, &mut declare, &mut body);
    step_up::in_door(&it, &mut body);
    let mut execute = vec![cx.login(it.door.context)];
    if !cx.guard(format!("doors.{}.{}.{}.execute", it.it().name, it.action().name, it.context())) {
        execute = vec!["PUBLIC".to_owned()];
    }
    let function = Function {
        name: format!("act.{}", ident(&it.name())),
        arguments: it.arguments.iter().map(|one| (one.name.clone(), one.ty)).collect(),
        returns,
        definer: true,
        declare,
        body,
        execute,
        owner: Some(cx.door(it.door.context)),
    };
    (it, inner, function)
}

/// What says what the action's hook is given, where it asks one. It refuses as the door does.
pub fn look<'a>(
    cx: &'a Cx<'a>,
    entity: EntityId,
    index: usize,
    door: Door,
) -> Option<(Look, Function)> {
    let action = &cx.model[entity].actions[index];
    action.call()?;
    let mut arguments = arguments(cx, entity, index, &door);
    let makes = !action.kind.on_existing_row();
    arguments.retain(|one| match one.carries {
        Carries::Gave | Carries::Because | Carries::Key => false,
        Carries::Id => !makes,
        _ => true,
    });
    let it = DoorCx {
        cx,
        entity,
        index,
        door,
        arguments: arguments.clone(),
        looks: true,
        locks: RefCell::default(),
    };
    let (declare, mut body) = it.body();
    step_up::in_door(&it, &mut body);
    let mut execute = vec![cx.login(it.door.context)];
    let path = format!("doors.{}.{}.{}.look", it.it().name, it.action().name, it.context());
    if !cx.guard(path) {
        execute = vec!["PUBLIC".to_owned()];
    }
    // No door is called so: each ends with its version.
    let name = format!("{}_look", it.name());
    let function = Function {
        name: format!("act.{}", ident(&name)),
        arguments: arguments.iter().map(|one| (one.name.clone(), one.ty)).collect(),
        returns: Returns::Text,
        definer: true,
        declare,
        body,
        execute,
        owner: Some(cx.door(it.door.context)),
    };
    Some((Look { name, arguments }, function))
}

impl<'a> DoorCx<'a> {
    pub fn it(&self) -> &'a Entity {
        &self.cx.model.entities[self.entity.0]
    }

    pub fn action(&self) -> &'a Action {
        &self.it().actions[self.index]
    }

    pub fn context(&self) -> &'a str {
        &self.cx.model.contexts[self.door.context.0].name
    }

    pub fn in_tenant(&self) -> bool {
        self.cx.model[self.door.context].tenant().is_some()
    }

    /// `task_finish_team_v1`, unquoted.
    pub fn name(&self) -> String {
        let table = table(&self.it().name);
        joined(&[&table, &self.action().name, self.context(), "v1"])
    }

    /// `entities.Task.actions.finish`.
    pub fn path(&self) -> String {
        self.action().path(self.it())
    }

    pub fn field_path(&self, field: FieldId) -> String {
        format!("entities.{}.fields.{}", self.it().name, self.it().fields[field.0].name)
    }

    fn body(&self) -> (Vec<String>, Vec<Step>) {
        match self.action().kind {
            ActionKind::Command => command::body(self),
            kind if kind.on_existing_row() => change::body(self),
            _ => create::body(self),
        }
    }

    /// Whether to keep the guard `<action's path>.<what>@<context>`. A look shows something, so who may see it
    /// is a guard there too; the rest it asks so that a hook is not asked in vain.
    pub fn guard(&self, what: &str) -> bool {
        if self.looks {
            let first = what.split('.').next().unwrap_or_default();
            let shows = matches!(first, "by" | "found" | "readable" | "granted");
            let id = || format!("{}.look.{what}@{}", self.path(), self.context());
            return !shows || self.cx.guard(id());
        }
        self.cx.guard(format!("{}.{what}@{}", self.path(), self.context()))
    }

    pub fn column(&self, field: FieldId) -> String {
        self.cx.column(self.entity, Slot::Field(field))
    }

    /// The argument that carries a field, not a range.
    pub fn argument(&self, field: FieldId) -> String {
        format!("_{}", self.cx.bare_column(self.entity, Slot::Field(field)))
    }

    /// A field's value as the arguments give it, as its column takes it.
    pub fn given(&self, field: FieldId) -> String {
        let it = &self.it().fields[field.0];
        given(&it.name, &it.ty, it.optional, || self.argument(field))
    }

    pub fn enter(&self) -> Step {
        let gate = ident(&format!("enter_{}", self.context()));
        let tenant = if self.in_tenant() { ", _tenant" } else { "" };
        Step::Run(format!("PERFORM rt.{gate}(_assertion{tenant});"))
    }

    /// Who may, as a condition on the values of `row`; none: everybody who entered.
    pub fn by_condition(&self, row: &Row<'_>) -> Option<String> {
        actors(self.cx, self.entity, self.door.context, self.mine(), &self.door.by).whole(row)
    }

    /// Refuses all others.
    pub fn by(&self, row: &Row<'_>) -> Option<Step> {
        let condition = self.by_condition(row)?;
        if !self.guard("by") {
            return None;
        }
        let hidden = !self.cx.model.is_read_in(&self.cx.model[self.entity], self.door.context)
            && self.action().kind.on_existing_row();
        Some(match hidden {
            true => refuse(
                format!("({condition}) IS NOT TRUE"),
                format!("entities.{}", self.it().name),
                "BP404",
            ),
            false => refuse(not_true(&condition), format!("{}.by", self.path()), "BP403"),
        })
    }

    /// Conditions of the moment.
    pub fn require(&self, row: &Row<'_>) -> Vec<Step> {
        self.action()
            .require
            .iter()
            .filter(|one| self.guard(&one.part()))
            .map(|one| {
                let path = format!("{}.{}", self.path(), one.part());
                refuse(format!("({}) IS NOT TRUE", sql::print(&one.holds, row)), path, "BP409")
            })
            .collect()
    }

    /// What inputs are called, and after them what a hook gave.
    pub fn inputs(&self) -> Vec<String> {
        let inputs = self.action().input.iter().map(|input| {
            let name = format!("input_{}", input.name);
            given(&name, &input.ty, input.optional, || format!("_{}", stored(&name, &input.ty)))
        });
        inputs.chain(hooks::gave(self.cx.model, self.action())).collect()
    }

    /// Whether inputs and the reason are as they must be.
    pub fn shape_of_inputs(&self) -> Vec<Step> {
        let mut out = Vec::new();
        for input in &self.action().input {
            let name = format!("input_{}", input.name);
            let mut wrong = Vec::new();
            match range_of(&input.ty) {
                Some(_) => wrong.push(range_is_wrong(&name, input.optional)),
                None => {
                    let argument = format!("_{}", stored(&name, &input.ty));
                    let bounds = types::bounds(&input.ty, &argument);
                    wrong.extend(match (bounds, input.optional) {
                        (Some(bounds), false) => Some(format!("({bounds}) IS NOT TRUE")),
                        (Some(bounds), true) => Some(format!("({bounds}) IS FALSE")),
                        (None, false) => Some(format!("{argument} IS NULL")),
                        (None, true) => None,
                    });
                }
            }
            if !wrong.is_empty() && self.guard(&format!("input.{}", input.name)) {
                let path = format!("{}.input.{}", self.path(), input.name);
                out.push(Step::Refuse { when: wrong, path, code: "BP422" });
            }
        }
        if self.action().because && !self.looks && self.guard("because") {
            out.push(refuse(
                "(char_length(btrim(_because)) BETWEEN 1 AND 500) IS NOT TRUE",
                format!("{}.because", self.path()),
                "BP422",
            ));
        }
        out
    }

    /// What the audit is to say.
    pub fn tell(&self, more: &[(&str, &str)]) -> Step {
        let path = literal(&self.path());
        let because = if self.action().because { "_because" } else { "''" };
        let mut settings = more.to_vec();
        settings.extend([("app.path", path.as_str()), ("app.because", because)]);
        set(&settings)
    }

    /// The tenant of `row`; empty where it has none.
    pub fn tenant_of(&self, row: &Row<'_>) -> String {
        let tenant = self.it().scope.tenant();
        tenant.map_or(String::new(), |(_, column)| row.slot(Slot::Field(column)))
    }

    /// The column that holds the person in every row that the door may change.
    pub fn mine(&self) -> Option<Slot> {
        let existing = self.action().kind.on_existing_row();
        let own = self.row_of_the_gate() == Some(ME);
        let held = || policies::mine(self.cx, self.entity, self.door.context);
        if own { Some(Slot::Id) } else { held() }.filter(|_| existing)
    }

    /// What names the row where the gate has established it, which so is there.
    pub fn row_of_the_gate(&self) -> Option<&'static str> {
        named_otherwise(self.cx, self.entity, &self.door)
    }

    /// The row that the caller names, as a condition on `x`.
    pub fn named(&self) -> String {
        let id = self.row_of_the_gate().unwrap_or("_id");
        let mut all = Vec::new();
        if let Some(slot @ Slot::Field(_)) = anchor(self.cx.model, self.it(), self.door.context) {
            self.cx.selects(self.entity, self.door.context, slot);
            all.push(format!("x.{} = _tenant", self.cx.column(self.entity, slot)));
        }
        if let Some(slot @ Slot::Field(_)) = self.mine() {
            self.cx.selects(self.entity, self.door.context, slot);
            all.push(format!("x.{} = rt.me()", self.cx.column(self.entity, slot)));
        }
        self.cx.selects(self.entity, self.door.context, Slot::Id);
        all.push(format!("x.id = {id}"));
        all.join(" AND ")
    }
}

/// `x IS NOT TRUE`, in brackets where it needs them.
pub fn not_true(condition: &str) -> String {
    let call = condition.starts_with("rt.") && !condition.contains(' ');
    let bracketed = condition.starts_with('(') && condition.ends_with(')');
    if call || bracketed && closes_at_end(condition) {
        format!("{condition} IS NOT TRUE")
    } else {
        format!("({condition}) IS NOT TRUE")
    }
}

fn closes_at_end(condition: &str) -> bool {
    let mut depth = 0;
    for (at, c) in condition.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1 == condition.len();
        }
    }
    false
}
