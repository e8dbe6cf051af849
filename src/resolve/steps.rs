//! What actions and commands do step by step: every field known, given and of its type.

use super::conditions::{self, Names};
use super::draft::World;
use super::types;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::{Gave, Known, Place};
use crate::expr::typed::{Column, Expr, Ty};
use crate::model::{
    Action, ActionKind, Does, Entity, EntityId, Field, FieldId, Origin, Step, Taken, Type,
};
use crate::source::Span;
use crate::syntax::{self, ExprText, Name};

/// The steps of one action, whose entity is `id`; of a command, that of the row which it returns.
pub struct Steps<'w, 'o> {
    pub world: &'w World<'w>,
    pub id: EntityId,
    /// Without its steps.
    pub action: &'w Action,
    pub out: &'o mut Diagnostics,
}

impl Steps<'_, '_> {
    /// None where a step was reported: what stands in its place is not known.
    pub fn all(&mut self, written: &[syntax::Step]) -> Vec<Step> {
        let names = match self.action.kind {
            ActionKind::Command => Names::without_row(self.world),
            _ => Names::of(self.world, self.id),
        };
        let inputs = conditions::inputs(self.world, &self.action.input);
        let mut made: Vec<(usize, Known)> = Vec::new();
        let mut gave: Vec<Gave> = Vec::new();
        let mut steps = Vec::new();
        self.revises_once(written);
        for step in written {
            let scope = StepScope { names: &names, inputs: &inputs, made: &made, gave: &gave };
            let does = self.step(step, &scope);
            let when = step.when.as_ref().map(|when| scope.condition(when, self.out));
            let (Some(does), false) = (does, matches!(when, Some(None))) else {
                // Later steps may speak of what it would have made.
                let lost = step.name.as_ref().map(|name| name.value.clone());
                made.extend(lost.map(|name| {
                    let known = Known { name, column: Column::Id, ty: None, optional: false };
                    (steps.len(), known)
                }));
                continue;
            };
            let when = when.flatten();
            if let Does::Call { hook, .. } = &does {
                if gave.is_empty() {
                    gave = self.gave(*hook, step);
                } else {
                    let next = "ask one hook for all of it: what it gives can be several values";
                    let message = "an action asks one hook".to_owned();
                    self.wrong::<()>(step.span, message, next);
                }
                if let Some(name) = &step.name {
                    self.named(name, step, &names, &made);
                }
            }
            if let (Some(name), Does::Create { entity, .. }) = (&step.name, &does) {
                self.named(name, step, &names, &made);
                let ty = Ty::Ref(self.world.entities[entity.0].name.clone());
                let known = Known {
                    name: name.value.clone(),
                    column: Column::Id,
                    ty: step.when.is_none().then_some(ty),
                    optional: false,
                };
                made.push((steps.len(), known));
            }
            let name = step.name.as_ref().map(|name| name.value.clone());
            steps.push(Step { when, does, name });
        }
        steps
    }

    /// A name that is somebody else's, or of a row that may not be there.
    fn named(
        &mut self,
        name: &Name,
        step: &syntax::Step,
        names: &Names<'_>,
        made: &[(usize, Known)],
    ) {
        let taken = names.knows(&name.value)
            || made.iter().any(|(_, known)| known.name == name.value)
            || matches!(name.as_str(), "this" | "actor" | "input");
        if taken {
            let told = Diagnostic::new(
                codes::NAME_COLLISION,
                name.span,
                format!("`{name}` is something else in this action already"),
            );
            self.out.push(told.next("give the row another name"));
        } else if step.when.is_some() {
            let told = Diagnostic::new(
                codes::WRONG_STEP,
                name.span,
                format!("later steps cannot speak of `{name}`, which may not be there"),
            );
            self.out.push(told.next("remove `as`, or `when`"));
        }
    }

    fn step(&mut self, step: &syntax::Step, scope: &StepScope<'_>) -> Option<Does> {
        if let Some(set) = &step.set {
            let set = set.iter().filter_map(|(name, value)| self.set(name, value, step, scope));
            let mut set: Vec<(FieldId, Expr)> = set.collect();
            set.sort_by_key(|(field, _)| *field);
            return (!set.is_empty()).then_some(Does::Set(set));
        }
        match (step.makes(), &step.run, &step.call) {
            (Some(entity), ..) => self.create(entity, step, scope),
            (_, Some(run), _) => self.runs(&run.value, step, scope),
            (.., Some(hook)) => self.call(hook, step, scope),
            _ => None,
        }
    }

    pub fn wrong<T>(&mut self, span: Span, message: String, next: &str) -> Option<T> {
        self.out.push(Diagnostic::new(codes::WRONG_STEP, span, message).next(next));
        None
    }

    fn set(
        &mut self,
        name: &Name,
        value: &ExprText,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<(FieldId, Expr)> {
        let entity = &self.world.entities[self.id.0];
        if !matches!(self.action.kind, ActionKind::Change | ActionKind::Create) {
            let next = "give the fields of the row that a step makes under `with`";
            let message =
                format!("`{}` has no row whose fields a step could set", self.action.name);
            return self.wrong(name.span, message, next);
        }
        let (at, field) = self.field(entity, name)?;
        if let Some(why) = self.kept(entity, at, field) {
            return self.wrong(name.span, format!("`{name}` {why}"), "remove it");
        }
        if self.action.kind == ActionKind::Change && (field.frozen || entity.append_only) {
            let message = format!("`{name}` is written once, when the row is made");
            return self.wrong(name.span, message, "remove it, or take `frozen` from the field");
        }
        if self.action.accept.contains(&at) {
            let message = format!("`{name}` is what the caller gives");
            return self.wrong(name.span, message, "remove it here, or from `accept`");
        }
        let value = self.value(field, value, step, scope)?;
        Some((at, value))
    }

    pub fn field<'e>(&mut self, entity: &'e Entity, name: &Name) -> Option<(FieldId, &'e Field)> {
        let at = entity.fields.iter().position(|field| field.name == name.value);
        let Some(at) = at else {
            let id = self.world.drafts.find(&entity.name)?;
            let known = entity.fields.iter().map(|field| field.name.as_str());
            let lost = self.world.field_lost(id, &name.value);
            unknown_in(self.out, name, "field", &entity.name, known, lost);
            return None;
        };
        Some((FieldId(at), &entity.fields[at]))
    }

    /// Whether the action, or a step of it, makes rows of the entity.
    fn makes(&self, entity: &Entity) -> bool {
        let own = self.world.entities[self.id.0].name == entity.name;
        !(own && self.action.kind == ActionKind::Change)
    }

    /// Why no step writes a field.
    pub fn kept(&self, entity: &Entity, at: FieldId, field: &Field) -> Option<&'static str> {
        let tenant = entity.scope.tenant().is_some_and(|(_, column)| column == at);
        match field.origin {
            _ if tenant => Some("is the tenant, which no step chooses"),
            Origin::Copied { .. } => Some("is copied from the row that its reference names"),
            Origin::Implied => Some("is written by what grants and revokes"),
            Origin::Total => Some("is what other rows add up to"),
            Origin::Number => Some("is given by the database, in order"),
            Origin::Picked => Some("is found by the database"),
            Origin::Declared => match &field.taken {
                Some(Taken::Made) if self.makes(entity) => Some("is copied when the row is made"),
                Some(Taken::At(action)) if *action == self.action.name || field.frozen => {
                    Some("is copied, and not given")
                }
                _ => None,
            },
        }
    }

    pub fn value(
        &mut self,
        field: &Field,
        value: &ExprText,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Expr> {
        let optional = field.optional || field.default.is_some();
        self.of_type(&field.ty, optional, value, step, scope)
    }

    pub fn of_type(
        &mut self,
        ty: &Type,
        optional: bool,
        value: &ExprText,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Expr> {
        let ty = types::in_expressions(self.world, ty)?;
        scope.value(value, (&ty, optional), step.when.as_ref(), self.out)
    }
}

/// What the expressions of one step know.
pub struct StepScope<'a> {
    pub names: &'a Names<'a>,
    pub inputs: &'a [Known],
    made: &'a [(usize, Known)],
    gave: &'a [Gave],
}

impl StepScope<'_> {
    fn condition(&self, text: &ExprText, out: &mut Diagnostics) -> Option<Expr> {
        let scope = self.names.scope(Place::Step, self.inputs, self.made, self.gave);
        crate::expr::condition(text, &scope, out)
    }

    pub fn value(
        &self,
        text: &ExprText,
        ty: (&Ty, bool),
        when: Option<&ExprText>,
        out: &mut Diagnostics,
    ) -> Option<Expr> {
        let scope = self.names.scope(Place::Step, self.inputs, self.made, self.gave);
        crate::expr::given(text, ty, when, &scope, out)
    }
}
