//! Rows that hold for a time: within what there is one at once, and that nothing else changes them.

use super::draft::{Draft, World};
use super::exclusions::not_the_same;
use super::steps::Steps;
use super::types::BROKEN;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{
    Effective, Entity, EntityId, EntityKind, Exclusion, Field, FieldId, Origin, Type,
};
use crate::source::Span;
use crate::syntax::{self, Change, Delete, Name};

/// What stands beside it and would change its rows, or says again that nothing does.
pub fn check(draft: &Draft<'_>, out: &mut Diagnostics) {
    let Some(effective) = draft.effective() else { return };
    let Some(declared) = draft.declared else { return };
    let here = effective.span;
    let mut wrong = |span: Span, message: String, next: &str| {
        let told = Diagnostic::new(codes::NOT_EFFECTIVE, span, message);
        let told =
            if span == here { told } else { told.also(here, "says that they hold for a time") };
        out.push(told.next(next));
    };
    if draft.kind != EntityKind::Plain {
        let message = format!("rows of `{}` cannot hold for a time", draft.name);
        wrong(here, message, "keep what holds for a time as rows of an entity of its own");
        return;
    }
    let name = draft.name;
    if let Some(again) = declared.append_only {
        let message = format!("rows of `{name}` never change but for their end already");
        wrong(again, message, "remove `append_only`");
        // What else that forbids is told there.
        return;
    }
    if let Some(states) = &declared.states {
        let message = format!("rows of `{name}` hold for a time, and would go through states");
        wrong(states.span, message, "remove the states: what is next is another row");
    }
    if let Some(delete) = declared.delete.as_ref().filter(|one| one.value != Delete::Never) {
        let message = format!("rows of `{name}` say what held, and would be deleted");
        wrong(delete.span, message, "remove `delete`: a row ends where the next begins");
    }
    if let Some((total, _)) = declared.totals.iter().next() {
        let message = format!("`{total}` would change rows of `{name}`, which never change");
        wrong(total.span, message, "keep the total in another entity");
    }
    for (action, _) in declared.actions.iter() {
        let message = match action.as_str() {
            "create" => format!("rows of `{name}` are made by the step `revise` alone"),
            _ => format!("`{action}` would change a row of `{name}`, and none is rewritten"),
        };
        wrong(
            action.span,
            message,
            "let a command `revise` it: that ends the row in force and makes the next",
        );
    }
    for (field, written) in declared.fields.iter() {
        if let Some(frozen) = written.frozen {
            let message = format!("`{field}` never changes already");
            wrong(frozen, message, "remove `frozen`");
        }
    }
    if let Some((other, _)) = declared.exclude.entry(Effective::NAME) {
        let message = "`effective` keeps rows apart under this name".to_owned();
        wrong(other.span, message, "give the exclusion another name");
    }
}

/// Once all entities have their fields.
pub fn effective(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let plain = world.drafts[index].kind == EntityKind::Plain;
        let Some(written) = world.drafts[index].effective().filter(|_| plain) else { continue };
        let Some(found) = (One { world, id: EntityId(index), written, out }).effective() else {
            continue;
        };
        let entity = &mut world.entities[index];
        entity.exclusions.push(Exclusion {
            name: Effective::NAME.to_owned(),
            same: found.by.clone(),
            overlapping: found.during,
            filter: None,
        });
        entity.effective = Some(found);
    }
}

struct One<'w, 'o> {
    world: &'w World<'w>,
    id: EntityId,
    written: &'w syntax::Effective,
    out: &'o mut Diagnostics,
}

impl<'w> One<'w, '_> {
    fn entity(&self) -> &'w Entity {
        &self.world.entities[self.id.0]
    }

    fn wrong<T>(&mut self, span: Span, message: String, next: &str) -> Option<T> {
        self.out.push(Diagnostic::new(codes::NOT_EFFECTIVE, span, message).next(next));
        None
    }

    fn effective(&mut self) -> Option<Effective> {
        self.is_nobodys()?;
        let during = self.during();
        let by: Vec<Option<FieldId>> = self.written.by.iter().map(|name| self.by(name)).collect();
        let future = self.written.change.as_ref().is_none_or(|one| one.value == Change::Future);
        let by: Option<Vec<FieldId>> = by.into_iter().collect();
        Some(Effective { by: by?, during: during?, future })
    }

    /// Erasing somebody would rewrite what held.
    fn is_nobodys(&mut self) -> Option<()> {
        let entity = self.entity();
        let Some(field) = entity.fields.iter().find(|field| field.personal) else {
            return Some(());
        };
        let declared = self.world.drafts[self.id.0].declared;
        let place = declared.and_then(|declared| declared.fields.entry(&field.name));
        let place = place.map_or(self.written.span, |(name, _)| name.span);
        let message = format!("`{}` is personal, and would have to be erased", field.name);
        self.wrong(place, message, "keep it in a row of another entity")
    }

    fn field(&mut self, name: &Name) -> Option<(FieldId, &'w Field)> {
        let entity = self.entity();
        let at = entity.fields.iter().position(|field| field.name == name.value);
        let Some(at) = at else {
            let known = entity.fields.iter().map(|field| field.name.as_str());
            let lost = self.world.field_lost(self.id, &name.value);
            unknown_in(self.out, name, "field", &entity.name, known, lost);
            return None;
        };
        Some((FieldId(at), &entity.fields[at]))
    }

    /// The range in which a row holds.
    fn during(&mut self) -> Option<FieldId> {
        let name = &self.written.during;
        let (at, field) = self.field(name)?;
        if field.ty == BROKEN {
            return None;
        }
        if field.ty != Type::RangeOfTimestamp {
            let message = format!("`{name}` is no range of instants");
            return self.wrong(name.span, message, "name a field of type `range of timestamp`");
        }
        if field.optional || field.taken.is_some() || field.default.is_some() {
            let message = format!("`{name}` says when a row holds, and is not always given");
            return self.wrong(name.span, message, "let it be there, and given by what revises");
        }
        Some(at)
    }

    /// Of what there is one row at a time.
    fn by(&mut self, name: &Name) -> Option<FieldId> {
        let (at, field) = self.field(name)?;
        if field.ty == BROKEN {
            return None;
        }
        let entity = self.entity();
        if entity.scope.tenant().is_some_and(|(_, column)| column == at) {
            let message = format!("`{name}` leads whatever is kept apart within a tenant");
            return self.wrong(name.span, message, "remove it");
        }
        let why = match (&field.origin, &field.ty) {
            (Origin::Declared, ty) => not_the_same(field.origin, ty),
            _ => Some("not what a row is given"),
        };
        if let Some(why) = why {
            let message = format!("`{name}` is {why}, by which rows are not told apart here");
            let next = "name a reference, a text, a number, a date or one of several names";
            return self.wrong(name.span, message, next);
        }
        if field.optional && !matches!(field.ty, Type::Ref(_)) {
            let message = format!("`{name}` may be absent, and is no reference");
            return self.wrong(name.span, message, "remove `optional`, or refer to a row");
        }
        if field.taken.is_some() {
            let message = format!("`{name}` is copied, and rows are told apart by what is given");
            return self.wrong(name.span, message, "let it be given");
        }
        Some(at)
    }
}

impl Steps<'_, '_> {
    /// Rows that hold for a time come to be by `revise` alone, and no others do.
    pub fn is_revised(&mut self, id: EntityId, step: &syntax::Step) -> Option<()> {
        let name = step.makes()?;
        match (self.world.drafts[id.0].effective(), &step.revise) {
            (Some(_), None) => {
                let message =
                    format!("rows of `{name}` hold for a time, and the next ends the one before");
                self.wrong(name.span, message, &format!("write `revise: {name}`"))
            }
            (None, Some(_)) => {
                let message = format!("rows of `{name}` hold always, and none ends another");
                let next = format!("write `create: {name}`, or give it `effective`");
                self.wrong(name.span, message, &next)
            }
            _ => Some(()),
        }
    }

    /// The locks of two keys have no order.
    pub fn revises_once(&mut self, written: &[syntax::Step]) {
        let Some(again) = written.iter().filter(|step| step.revise.is_some()).nth(1) else {
            return;
        };
        let message = "an action revises once: two would wait for each other in any order";
        let next = "let another command revise the other";
        self.wrong::<()>(again.span, message.to_owned(), next);
    }
}
