//! Numbers without gaps: within what they count, and when a row gets its own.

use super::draft::World;
use super::unknown::{summary, unknown_in};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{
    ActionKind, Entity, EntityId, EntityKind, Field, FieldId, Number, Origin, StateId, Type,
};
use crate::source::Span;
use crate::syntax::{self, Name};

/// What it is called.
pub const NUMBER: &str = "number";

/// The word for the tenant alone.
const TENANT: &str = "tenant";

/// The column, before it is known whether its scope is there.
pub fn field(world: &World<'_>, id: EntityId) -> Option<Field> {
    let number = world.drafts[id.0].declared?.number.as_ref()?;
    Some(Field {
        name: NUMBER.to_owned(),
        summary: summary(number.summary.as_ref()),
        ty: Type::Int { min: 1, max: i64::MAX },
        optional: number.at.is_some(),
        default: None,
        // Its own guard keeps it.
        frozen: false,
        taken: None,
        personal: false,
        origin: Origin::Number,
    })
}

/// Once all entities have their actions.
pub fn numbers(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let declared = world.drafts[index].declared;
        let Some(written) = declared.and_then(|declared| declared.number.as_ref()) else {
            continue;
        };
        let number = One { world, id: EntityId(index), written, out }.number();
        world.entities[index].number = number;
    }
}

struct One<'w, 'o> {
    world: &'w World<'w>,
    id: EntityId,
    written: &'w syntax::Number,
    out: &'o mut Diagnostics,
}

impl<'w> One<'w, '_> {
    fn entity(&self) -> &'w Entity {
        &self.world.entities[self.id.0]
    }

    fn wrong<T>(&mut self, span: Span, message: String, next: &str) -> Option<T> {
        self.out.push(Diagnostic::new(codes::NO_NUMBER, span, message).next(next));
        None
    }

    fn number(&mut self) -> Option<Number> {
        let entity = self.entity();
        if entity.kind != EntityKind::Plain {
            let message = format!("rows of `{}` have no number", entity.name);
            let next = "number the rows of an entity of your own";
            return self.wrong(self.written.span, message, next);
        }
        let field = entity.fields.iter().position(|field| field.origin == Origin::Number)?;
        self.can_be_global()?;
        let per = self.per()?;
        let to = match &self.written.at {
            Some(at) => Some(self.to(at)?),
            None => None,
        };
        Some(Number { field: FieldId(field), per, global: self.written.global.is_some(), to })
    }

    fn can_be_global(&mut self) -> Option<()> {
        let Some(global) = &self.written.global else { return Some(()) };
        let entity = self.entity();
        if entity.scope.tenant().is_none() && !self.world.tenants_lost() {
            let message =
                format!("`{}` is no tenant's, so it counts across all as it is", entity.name);
            return self.wrong(global.span, message, "remove it");
        }
        if let Some(tenant) = self.written.per.iter().find(|name| name.value == TENANT) {
            let message = "what counts within the tenant does not count across tenants".to_owned();
            return self.wrong(
                tenant.span,
                message,
                "name the fields within which it counts, or remove `global`",
            );
        }
        Some(())
    }

    /// Within what it counts, beside the tenant.
    fn per(&mut self) -> Option<Vec<FieldId>> {
        let entity = self.entity();
        let tenant = entity.scope.tenant().map(|(_, column)| column);
        let mut per = Vec::new();
        for name in &self.written.per {
            let at = entity.fields.iter().position(|field| field.name == name.value);
            match at.map(FieldId) {
                None if name.value == TENANT && tenant.is_some() => {}
                None if name.value == TENANT => {
                    let message = format!("rows of `{}` are no tenant's", entity.name);
                    return self.wrong(
                        name.span,
                        message,
                        "name the fields within which it counts",
                    );
                }
                None => {
                    let known = entity.fields.iter().map(|field| field.name.as_str());
                    let lost = self.world.field_lost(self.id, &name.value);
                    unknown_in(self.out, name, "field", &entity.name, known, lost);
                    return None;
                }
                Some(at) if Some(at) == tenant => {}
                Some(at) => {
                    self.can_scope(name, &entity.fields[at.0])?;
                    if !per.contains(&at) {
                        per.push(at);
                    }
                }
            }
        }
        Some(per)
    }

    /// A row must not leave the series in which it has its number.
    fn can_scope(&mut self, name: &Name, field: &Field) -> Option<()> {
        let kept = field.frozen || self.entity().append_only;
        if field.optional || !kept {
            let message = format!("`{name}` is not always the same");
            return self.wrong(name.span, message, "make it `frozen: true`, and not optional");
        }
        let fits = matches!(
            field.ty,
            Type::Ref(_)
                | Type::UserIn(_)
                | Type::OneOf(_)
                | Type::Int { .. }
                | Type::Text { .. }
                | Type::Slug
                | Type::Date
                | Type::Bool
        );
        if !fits {
            let message = format!("nothing is counted within `{name}`");
            return self.wrong(
                name.span,
                message,
                "name a reference, a text, a whole number, a date or one of several names",
            );
        }
        Some(())
    }

    /// The state to which the transition leads that gives the number.
    fn to(&mut self, at: &Name) -> Option<StateId> {
        let entity = self.entity();
        let Some(action) = entity.actions.iter().find(|action| action.name == at.value) else {
            let known = entity.actions.iter().map(|action| action.name.as_str());
            let lost = self.world.lost(self.id);
            unknown_in(self.out, at, "action", &entity.name, known, lost);
            return None;
        };
        match (action.kind, action.to) {
            (ActionKind::Create, _) => {
                let message =
                    format!("`{at}` makes the row, which is when a number is given anyway");
                self.wrong(at.span, message, "remove `at`")
            }
            (ActionKind::Change, Some(to)) if to != StateId(0) => Some(to),
            _ => {
                let message =
                    format!("`{at}` leads to no state of which one could say that it has a number");
                self.wrong(at.span, message, "name an action with `to:` a later state")
            }
        }
    }
}
