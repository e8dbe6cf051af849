//! Steps that run an action of each row that is found: by a reference that an index leads to, of the tenant in which
//! is acted, and so that the rows are locked in the order of all.

use super::conditions::Names;
use super::entities;
use super::runs::Target;
use super::steps::{StepScope, Steps};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::scope::Place;
use crate::expr::typed::{Column, Expr, Node, Op};
use crate::model::{Action, Does, Each, Entity, EntityId, FieldId, Model, Taken, Type, Who};
use crate::source::Span;
use crate::syntax::{self, Name};

impl Steps<'_, '_> {
    pub fn each(
        &mut self,
        each: &Name,
        names: &(Name, Name),
        target: Target,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Does> {
        let named = entities::named(self.world.document, &self.world.drafts, each, self.out)?;
        let entity = &self.world.entities[target.entity.0];
        let run = &entity.actions[target.action];
        if named != target.entity {
            let message = format!("`{}.{}` is no action of `{each}`", names.0, names.1);
            let next = format!("write `each: {}`", names.0);
            return self.wrong(each.span, message, &next);
        }
        self.is_of_its_row_alone(entity, run, &names.1)?;
        let own = self.action.kind.on_existing_row().then_some(self.id);
        if own == Some(target.entity) {
            let message = "the action's own row may be one of these".to_owned();
            return self.wrong(each.span, message, "let a command do it, which has no row");
        }
        let text = step.filter.as_ref()?;
        let over = Names::of(self.world, target.entity);
        let over = over.beside(own.map_or("", |own| &self.world.entities[own.0].name));
        let known = over.scope(Place::Each, scope.inputs, &[], &[]);
        let filter = crate::expr::condition(text, &known, self.out)?;
        let (by, named) = self.found_by(&filter, entity, text.span)?;
        self.is_locked_later(own, target.entity, &named, each.span)?;
        self.has_tenant(entity, by, text.span)?;
        let (accept, input) = self.given(names, run, target.entity, step, scope)?;
        let Target { entity, action } = target;
        Some(Does::Each(Each { entity, action, filter, by, named, accept, input }))
    }

    /// Whether what the action asks and takes is told by the row itself.
    fn is_of_its_row_alone(&mut self, entity: &Entity, run: &Action, name: &Name) -> Option<()> {
        let taken = entity.copies.iter().any(|copy| {
            let field = &entity.fields[copy.field.0];
            matches!(&field.taken, Some(Taken::At(at)) if *at == run.name)
        });
        if !taken && !run.require.iter().any(|one| speaks_of_others(&one.holds)) {
            return Some(());
        }
        let message = format!("what other rows say is asked or copied by `{}.{name}`", entity.name);
        let next = "run an action that only its own row decides, or run it `of` one row";
        self.wrong(name.span, message, next)
    }

    /// The reference with which the filter begins, and what it names.
    fn found_by(&mut self, filter: &Expr, entity: &Entity, span: Span) -> Option<(FieldId, Expr)> {
        let all = Each::conjuncts(filter);
        let found = leads(entity, all[0]);
        if found.is_none() {
            let later = all.iter().find_map(|one| leads(entity, one));
            let next = match later {
                Some((by, named)) => {
                    let named = match named.node {
                        Node::Own => "this".to_owned(),
                        Node::Input(at) => format!("input.{}", self.action.input[at].name),
                        _ => "actor".to_owned(),
                    };
                    format!("begin with `{} == {named} && …`", entity.fields[by.0].name)
                }
                None => {
                    let tenant = entity.scope.tenant().map(|(_, column)| column);
                    let fields = entity.fields.iter().enumerate();
                    let mut references = fields.filter(|(at, field)| {
                        matches!(field.ty, Type::Ref(_)) && Some(FieldId(*at)) != tenant
                    });
                    let example = references.next().map_or("listing", |(_, field)| &field.name);
                    format!(
                        "begin with a reference and what it names, as in `{example} == input.{example} && …`"
                    )
                }
            };
            let message = "no index leads to these rows".to_owned();
            let told = Diagnostic::new(codes::WRONG_STEP, span, message);
            self.out.push(told.reason("each row of the table would be looked at").next(next));
        }
        found
    }

    /// Rows that refer to the action's own are locked after it.
    fn is_locked_later(
        &mut self,
        own: Option<EntityId>,
        each: EntityId,
        named: &Expr,
        span: Span,
    ) -> Option<()> {
        let Some(own) = own.filter(|own| named.node == Node::Own && *own > each) else {
            return Some(());
        };
        let name = |id: EntityId| &self.world.entities[id.0].name;
        let message = format!(
            "rows of `{}` are locked before the action's own of `{}`",
            name(each),
            name(own)
        );
        let told = Diagnostic::new(codes::WRONG_STEP, span, message)
            .reason("rows are locked in the order of their entities, so that no two wait for each other")
            .next(format!("declare `{}` before `{}`", name(own), name(each)));
        self.out.push(told);
        None
    }

    /// Whether it is known, wherever the action is run, of which tenant the rows are.
    fn has_tenant(&mut self, entity: &Entity, by: FieldId, span: Span) -> Option<()> {
        let Some((tenant, column)) = entity.scope.tenant() else { return Some(()) };
        let leads = match entity.fields[by.0].ty {
            Type::Ref(target) => self.world.owner(target) == Some(tenant),
            _ => false,
        };
        if leads || by == column {
            return Some(());
        }
        let contexts = self.action.by.iter().map(|who| match who {
            Who::Role(role) => self.world.roles[role.0].context,
            Who::Party(party) => self.world.entities[self.id.0].parties[party.0].context,
            Who::Anyone | Who::User => Model::SELF,
        });
        let mut outside = contexts.filter(|context| self.world.tenant_of(*context) != Some(tenant));
        let Some(context) = outside.next() else { return Some(()) };
        let message = format!(
            "in `{}` nothing says of which `{}` these rows are",
            self.world.contexts[context.0].name, self.world.entities[tenant.0].name
        );
        self.wrong(span, message, "begin with a reference to a row of the tenant")
    }
}

/// The reference of which a condition says what it names, where that is known before the rows are looked for.
fn leads(entity: &Entity, condition: &Expr) -> Option<(FieldId, Expr)> {
    let Node::Binary(Op::Eq, left, right) = &condition.node else { return None };
    let reference = |one: &Expr| match one.node {
        Node::Column(Column::Field(at)) => {
            let ty = &entity.fields[at].ty;
            matches!(ty, Type::Ref(_) | Type::UserIn(_)).then_some(FieldId(at))
        }
        _ => None,
    };
    let given = |one: &Expr| matches!(one.node, Node::Input(_) | Node::Own | Node::Actor);
    match (reference(left), reference(right)) {
        (Some(by), _) if given(right) => Some((by, (**right).clone())),
        (_, Some(by)) if given(left) => Some((by, (**left).clone())),
        _ => None,
    }
}

/// Whether it speaks of rows that a reference names.
fn speaks_of_others(expr: &Expr) -> bool {
    matches!(expr.node, Node::Path(..)) || expr.parts().into_iter().any(speaks_of_others)
}
