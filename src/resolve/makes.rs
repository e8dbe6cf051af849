//! Rows that steps make: of what entity, with whatever such a row must have, and of a tenant.

use super::steps::{StepScope, Steps};
use super::{entities, takes};
use crate::diagnostics::{Diagnostic, codes, is_slip};
use crate::expr::typed::Expr;
use crate::model::{Does, Entity, EntityId, EntityKind, Field, FieldId, Model, Origin, Type, Who};
use crate::syntax::{self, Name};

impl Steps<'_, '_> {
    pub fn create(
        &mut self,
        name: &Name,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Does> {
        let id = entities::named(self.world.document, &self.world.drafts, name, self.out)?;
        let entity = &self.world.entities[id.0];
        if entity.kind != EntityKind::Plain {
            let message = format!("rows of `{name}` are made by `identity`'s own actions alone");
            return self.wrong(name.span, message, "make a row of an entity of your own");
        }
        self.is_revised(id, step)?;
        let mut with = Vec::new();
        let mut whole = true;
        for (field, value) in step.with.iter() {
            let Some((at, it)) = self.field(entity, field) else {
                whole = false;
                continue;
            };
            if let Some(why) = self.kept(entity, at, it) {
                whole = false;
                let told =
                    Diagnostic::new(codes::WRONG_STEP, field.span, format!("`{field}` {why}"));
                let of = self.world.drafts[id.0].span;
                self.out.push(told.also(of, "of the rows declared here").next("remove it"));
                continue;
            }
            match self.value(it, value, step, scope) {
                Some(value) => with.push((at, value)),
                None => whole = false,
            }
        }
        self.all_given(id, name, step)?;
        if whole {
            match takes::of_made(self.world, id, &with) {
                Ok(taken) => with.extend(taken),
                Err((_, needed)) if self.is_not_found(id, &needed) => return None,
                Err((copy, needed)) => {
                    let message =
                        format!("`{copy}` is copied by way of `{needed}`, which is not given");
                    return self.wrong(name.span, message, "give it under `with`");
                }
            }
        }
        with.sort_by_key(|(field, _)| *field);
        if whole && let Some(context) = self.nowhere(entity, &with) {
            let message = format!("in `{context}` nothing says whose the row of `{name}` would be");
            let next = "give it a reference to a row of the tenant, under `with`";
            return self.wrong(name.span, message, next);
        }
        whole.then_some(Does::Create { entity: id, with })
    }

    /// Whether whatever a row must have is given.
    fn all_given(&mut self, id: EntityId, name: &Name, step: &syntax::Step) -> Option<()> {
        let entity = &self.world.entities[id.0];
        let missing: Vec<&str> = (0..entity.fields.len())
            .map(FieldId)
            .filter(|at| {
                let field = &entity.fields[at.0];
                let given = step.with.get(&field.name).is_some();
                let filled = field.optional || field.default.is_some();
                // Of a name that is nearly its own, only that is told.
                let slip = |name: &Name| {
                    is_slip(name.as_str(), &field.name)
                        && !entity.fields.iter().any(|other| other.name == name.value)
                };
                let meant = step.with.iter().any(|(name, _)| slip(name));
                !given && !filled && !meant && self.kept(entity, *at, field).is_none()
            })
            .map(|at| entity.fields[at.0].name.as_str())
            .collect();
        let Some(first) = missing.first() else { return Some(()) };
        if self.world.field_lost(id, first) {
            return None;
        }
        let list: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("rows of `{name}` have {} too", list.join(", "));
        self.wrong(name.span, message, "give each under `with`")
    }

    /// Whether a field is a pick of which something is wrong, which is told there.
    fn is_not_found(&self, id: EntityId, field: &str) -> bool {
        let entity = &self.world.entities[id.0];
        let at = entity.fields.iter().position(|one| one.name == field);
        at.is_some_and(|at| {
            entity.fields[at].origin == Origin::Picked
                && !entity.picks.iter().any(|pick| pick.field == FieldId(at))
        })
    }

    /// A context in which the action is run and no tenant is entered that a row made there would be of.
    fn nowhere(&self, made: &Entity, with: &[(FieldId, Expr)]) -> Option<&str> {
        let (tenant, _) = made.scope.tenant()?;
        let leads = |field: &Field| match field.ty {
            Type::Ref(target) => {
                !field.optional && self.world.scopes[target.0].tenant() == Some(tenant)
            }
            _ => false,
        };
        if with.iter().any(|(field, _)| leads(&made.fields[field.0])) {
            return None;
        }
        let contexts = self.action.by.iter().map(|who| match who {
            Who::Role(role) => self.world.roles[role.0].context,
            Who::Party(party) => self.world.entities[self.id.0].parties[party.0].context,
            Who::Anyone | Who::User => Model::SELF,
        });
        let mut outside = contexts.filter(|context| self.world.tenant_of(*context) != Some(tenant));
        outside.next().map(|context| self.world.contexts[context.0].name.as_str())
    }
}
