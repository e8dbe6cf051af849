//! Where the names of one entity, or of one command, are used: also within expressions.

use heck::ToSnakeCase;

use super::Index;
use super::scope::tenant;
use crate::expr::mentions::{Mention, Slot, What, mentions, mentions_for};
use crate::source::Spanned;
use crate::syntax::{
    Action, Document, Entity, ExprText, Field, FieldType, Fields, From, Frozen, Input, Map, Name,
    Scope, Step, Total,
};

/// The action or command in which an expression stands.
pub struct Owner<'d> {
    pub path: String,
    pub input: &'d Map<Input>,
    pub steps: &'d [Step],
}

/// The places within one entity, or one command, where names are used.
pub struct Uses<'d, 'i> {
    pub document: &'d Document,
    /// Empty where there is no entity.
    pub name: &'d str,
    pub entity: Option<&'d Entity>,
    pub index: &'i mut Index,
}

impl<'d> Uses<'d, '_> {
    fn path(&self, rest: &str) -> String {
        format!("entities.{}.{rest}", self.name)
    }

    pub fn all(&mut self, entity: &'d Entity) {
        if let Some(scope) = &entity.scope
            && let Scope::Through(field) = &scope.value
        {
            self.field(field);
        }
        for (name, field) in entity.fields.iter() {
            for (value, _) in field.values_were.iter() {
                let path = self.path(&format!("fields.{name}.values.{value}"));
                self.index.refer(&path, value.span);
            }
            self.copy(name, field);
        }
        for (_, party) in entity.parties.iter() {
            party.user.iter().for_each(|field| self.field(field));
        }
        for (_, members) in entity.states.iter().flat_map(|states| states.groups.iter()) {
            members.iter().for_each(|state| self.state(state));
        }
        for (state, _) in entity.states.iter().flat_map(|states| states.was.iter()) {
            self.state(state);
        }
        if let Some(number) = &entity.number {
            number.per.iter().for_each(|field| self.field(field));
            if let Some(at) = &number.at {
                let path = self.path(&format!("actions.{at}"));
                self.index.refer(&path, at.span);
            }
        }
        if let Some(effective) = &entity.effective {
            effective.by.iter().chain([&effective.during]).for_each(|field| self.field(field));
        }
        for (_, pick) in entity.pick.iter() {
            self.index.refer(&format!("entities.{}", pick.from), pick.from.span);
            pick.by.iter().for_each(|by| self.expression(by, None));
            if let Some(at) = &pick.at {
                let path = self.path(&format!("actions.{at}"));
                self.index.refer(&path, at.span);
            }
        }
        if let Some(frozen) = &entity.frozen {
            self.frozen(frozen);
        }
        for (_, key) in entity.unique.iter() {
            key.fields.iter().for_each(|field| self.field(field));
            key.filter.iter().for_each(|filter| self.expression(filter, None));
        }
        for (_, exclusion) in entity.exclude.iter() {
            exclusion.same.iter().for_each(|field| self.field(field));
            self.field(&exclusion.overlapping);
            exclusion.filter.iter().for_each(|filter| self.expression(filter, None));
        }
        for (_, total) in entity.totals.iter() {
            self.total(total);
        }
        for (_, rule) in entity.rules.iter() {
            self.expression(&rule.holds, None);
        }
        for (who, grants) in entity.read.iter().flat_map(Map::iter) {
            self.who(who);
            for grant in grants {
                if let Fields::These(fields) = &grant.fields {
                    fields.iter().for_each(|field| self.field(field));
                }
                grant.when.iter().for_each(|when| self.expression(when, None));
            }
        }
        for (name, action) in entity.actions.iter() {
            self.action(name, action);
        }
    }

    fn frozen(&mut self, frozen: &'d Frozen) {
        if let Fields::These(fields) = &frozen.fields {
            fields.iter().for_each(|field| self.field(field));
        }
        let Some(of) = &frozen.of else {
            return frozen.from.iter().for_each(|state| self.state(state));
        };
        self.field(of);
        let Some(name) = self.named_by_field(self.name, of.as_str()) else { return };
        let (document, index) = (self.document, &mut *self.index);
        let mut there = Uses { document, name, entity: document.entities.get(name), index };
        frozen.from.iter().for_each(|state| there.state(state));
    }

    /// What a field takes, and at which action.
    fn copy(&mut self, name: &Name, field: &'d Field) {
        let Some(text) = &field.copy else { return };
        let slot = Slot::At(self.path(&format!("fields.{name}")));
        let action = field.at.as_ref().and_then(|at| {
            let path = self.path(&format!("actions.{at}"));
            self.index.refer(&path, at.span);
            Some((path, self.entity?.actions.get(&at.value)?))
        });
        let owner =
            action.map(|(path, action)| Owner { path, input: &action.input, steps: &action.steps });
        self.mentioned(mentions_for(text, Some(&slot)), owner.as_ref());
    }

    /// What is said of a child is said within that child.
    fn total(&mut self, total: &'d Total) {
        total.cap.iter().for_each(|cap| self.expression(cap, None));
        let child = total.of.child();
        self.index.refer(&format!("entities.{child}"), child.span);
        let Some((child, entity)) = self.document.entities.entry(&child.value) else { return };
        let mut there = Uses {
            document: self.document,
            name: child.as_str(),
            entity: Some(entity),
            index: &mut *self.index,
        };
        total.of.field().into_iter().chain(&total.by).for_each(|field| there.field(field));
        total.filter.iter().for_each(|filter| there.expression(filter, None));
    }

    fn action(&mut self, name: &Name, action: &'d Action) {
        action.by.iter().for_each(|who| self.who(who));
        action.accept.iter().for_each(|field| self.field(field));
        if let Some(From::These(states)) = &action.from {
            states.iter().for_each(|state| self.state(state));
        }
        action.to.iter().for_each(|state| self.state(state));
        let path = self.path(&format!("actions.{name}"));
        let owner = Owner { path, input: &action.input, steps: &action.steps };
        let timer = action.at.iter().chain(&action.as_soon).chain(&action.when);
        let approval = action.approval.iter();
        approval.clone().flat_map(|one| &one.by).for_each(|who| self.who(who));
        let timer = timer.chain(approval.filter_map(|one| one.when.as_ref()));
        let asked = action.require.iter().map(|(_, holds)| holds);
        for text in action.before.iter().chain(timer).chain(asked) {
            self.expression(text, Some(&owner));
        }
        self.steps(&owner);
    }

    pub fn steps(&mut self, owner: &Owner<'d>) {
        for step in owner.steps {
            step.when.iter().chain(&step.of).for_each(|text| self.expression(text, Some(owner)));
            for (field, value) in step.set.iter().flat_map(Map::iter) {
                self.field(field);
                let path = self.path(&format!("fields.{field}"));
                self.given(value, &path, owner);
            }
            if let Some(entity) = step.makes() {
                self.index.refer(&format!("entities.{entity}"), entity.span);
                for (field, value) in step.with.iter() {
                    let path = format!("entities.{entity}.fields.{field}");
                    self.index.refer(&path, field.span);
                    self.given(value, &path, owner);
                }
            }
            if let Some(hook) = &step.call {
                let path = format!("hooks.{hook}");
                self.index.refer(&path, hook.span);
                for (name, value) in step.with.iter() {
                    let path = format!("{path}.input.{name}");
                    self.index.refer(&path, name.span);
                    self.given(value, &path, owner);
                }
            }
            if let Some(run) = &step.run {
                let (entity, action) = &run.value;
                self.index.refer(&format!("entities.{entity}"), entity.span);
                let path = format!("entities.{entity}.actions.{action}");
                self.index.refer(&path, action.span);
                if let (Some(each), Some(found)) = (&step.each, &step.filter) {
                    self.index.refer(&format!("entities.{each}"), each.span);
                    self.found(each, found, owner);
                }
                for (name, value) in step.with.iter() {
                    let mut path = format!("{path}.input.{name}");
                    if !self.index.refer(&path, name.span) {
                        path = format!("entities.{entity}.fields.{name}");
                        self.index.refer(&path, name.span);
                    }
                    self.given(value, &path, owner);
                }
            }
        }
    }

    /// A condition over rows of another entity, of which no name means a row that a step made.
    fn found(&mut self, each: &'d Name, found: &'d ExprText, owner: &Owner<'d>) {
        let owner = Owner { path: owner.path.clone(), input: owner.input, steps: &[] };
        let entity = self.document.entities.get(&each.value);
        let mut over =
            Uses { document: self.document, name: &each.value, entity, index: self.index };
        over.expression(found, Some(&owner));
    }

    fn given(&mut self, text: &ExprText, path: &str, owner: &Owner<'d>) {
        let slot = Slot::At(path.to_owned());
        self.mentioned(mentions_for(text, Some(&slot)), Some(owner));
    }

    pub fn field(&mut self, name: &Name) {
        let path = self.path(&format!("fields.{name}"));
        self.index.refer(&path, name.span);
    }

    /// A state, or a group of them.
    fn state(&mut self, name: &Name) {
        let path = self.path(&format!("states.{name}"));
        if !self.index.refer(&path, name.span) {
            let path = self.path(&format!("groups.{name}"));
            self.index.refer(&path, name.span);
        }
    }

    /// A party, or a role.
    pub fn who(&mut self, name: &Name) {
        let path = self.path(&format!("parties.{name}"));
        if !self.index.refer(&path, name.span) {
            self.index.refer(&format!("roles.{name}"), name.span);
        }
    }

    pub fn expression(&mut self, text: &ExprText, owner: Option<&Owner<'d>>) {
        self.mentioned(mentions(text), owner);
    }

    fn mentioned(&mut self, mentions: Option<Vec<Mention>>, owner: Option<&Owner<'d>>) {
        for mention in mentions.unwrap_or_default() {
            let name = Name::new(mention.name, mention.span);
            match &mention.what {
                What::Column => self.column(&name, owner),
                What::Input => {
                    let path = input(owner, &name.value);
                    self.index.refer(&path, name.span);
                }
                What::Of(slot) if asked(slot, owner).is_some() => {
                    let hook = asked(slot, owner).unwrap_or_default();
                    self.index.refer(&format!("hooks.{hook}.output.{name}"), name.span);
                }
                What::Of(slot) => {
                    if let Some(row) = self.named_by(slot, owner) {
                        self.index.refer(&format!("entities.{row}.fields.{name}"), name.span);
                    }
                }
                What::ValueOf(slot) => self.value_of(slot, &name, owner),
            }
        }
    }

    /// A value of the slot's enumeration, or what a bare name is else.
    fn value_of(&mut self, slot: &Slot, name: &Name, owner: Option<&Owner<'d>>) {
        let all = match slot {
            Slot::Column(slot) if self.entity.is_some() => return self.value(slot, name),
            Slot::Column(_) => Vec::new(),
            Slot::At(path) => vec![format!("{path}.values.{name}")],
            Slot::Input(slot) => vec![input(owner, &format!("{slot}.values.{name}"))],
            Slot::Far(of, slot) => {
                let row = self.named_by(of, owner).unwrap_or_default();
                let path = |rest: String| format!("entities.{row}.{rest}");
                match slot.as_str() {
                    "state" => {
                        vec![path(format!("states.{name}")), path(format!("groups.{name}"))]
                    }
                    _ => vec![path(format!("fields.{slot}.values.{name}"))],
                }
            }
        };
        if !all.iter().any(|path| self.index.refer(path, name.span)) {
            self.column(name, owner);
        }
    }

    /// A column, or a row that a step made.
    fn column(&mut self, name: &Name, owner: Option<&Owner<'d>>) {
        let owner = owner.filter(|owner| !owner.steps.is_empty());
        let path = owner.map(|owner| format!("{}.as.{name}", owner.path));
        if !path.is_some_and(|path| self.index.refer(&path, name.span)) {
            self.field(name);
        }
    }

    /// The entity whose row a slot names.
    fn named_by(&self, slot: &Slot, owner: Option<&Owner<'d>>) -> Option<&'d str> {
        match slot {
            Slot::Column(name) => {
                let made = owner.and_then(|owner| {
                    let is =
                        |step: &&Step| step.name.as_ref().is_some_and(|one| one.value == *name);
                    owner.steps.iter().find(is)?.makes()
                });
                match made {
                    Some(entity) => Some(entity.as_str()),
                    None => self.named_by_field(self.name, name),
                }
            }
            Slot::Input(name) => target(owner?.input.get(name)?.ty.as_ref()),
            Slot::Far(of, name) => self.named_by_field(self.named_by(of, owner)?, name),
            Slot::At(_) => None,
        }
    }

    /// The entity that a field refers to: as it is declared, or the tenant.
    fn named_by_field(&self, entity: &str, name: &str) -> Option<&'d str> {
        let declared = self.document.entities.get(entity);
        if let Some(field) = declared.and_then(|entity| entity.fields.get(name)) {
            return target(field.ty.as_ref());
        }
        if let Some(pick) = declared.and_then(|entity| entity.pick.get(name)) {
            return Some(pick.from.as_str());
        }
        tenant(self.document, entity, declared).filter(|tenant| tenant.to_snake_case() == name)
    }

    fn value(&mut self, slot: &str, name: &Name) {
        let is_role = slot == "role"
            && self.document.identity.contexts.iter().any(|(_, context)| {
                context.grants.as_ref().is_some_and(|grants| grants.value == self.name)
            });
        let state = ["states", "groups"]
            .map(|section| self.path(&format!("{section}.{name}")))
            .into_iter()
            .find(|path| self.index.has(path));
        let path = match (slot, state) {
            ("state", Some(path)) => path,
            _ if is_role => format!("roles.{name}"),
            _ => self.path(&format!("fields.{slot}.values.{name}")),
        };
        if !self.index.refer(&path, name.span) {
            self.field(name);
        }
    }
}

/// The hook whose answer a step has named so.
fn asked<'d>(slot: &Slot, owner: Option<&Owner<'d>>) -> Option<&'d str> {
    let Slot::Column(name) = slot else { return None };
    let is = |step: &&Step| step.name.as_ref().is_some_and(|one| one.value == *name);
    owner?.steps.iter().find(is)?.call.as_ref().map(|hook| hook.as_str())
}

fn input(owner: Option<&Owner<'_>>, rest: &str) -> String {
    format!("{}.input.{rest}", owner.map_or("", |owner| owner.path.as_str()))
}

fn target(ty: Option<&Spanned<FieldType>>) -> Option<&str> {
    match &ty?.value {
        FieldType::Ref { entity, .. } => Some(entity.as_str()),
        _ => None,
    }
}
