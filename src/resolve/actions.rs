//! How rows come to be and change.

use super::conditions::{self, Names};
use super::draft::World;
use super::unknown::summary;
use super::{accepts, deletion, grantees, references_linked, states, step_up, timers, types};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::{Known, Place};
use crate::expr::typed::{Expr, Node, Op, Ty};
use crate::model::{
    Action, ActionKind, ContextId, ContextKind, EntityId, EntityKind, Idempotency, Input, Required,
    Requirement, StateId, Who,
};
use crate::syntax::{self, ExprText, From};

pub fn actions(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> Vec<Action> {
    let Some(declared) = world.drafts[id.0].declared else { return Vec::new() };
    let mut actions = Vec::new();
    for (name, written) in declared.actions.iter() {
        let Some(kind) = kind(world, id, name, out) else { continue };
        actions.push(action(world, id, name, written, kind, out));
    }
    timers::agree(world, id, &actions, out);
    actions
}

/// What an action does, told by its name.
fn kind(
    world: &World<'_>,
    id: EntityId,
    name: &syntax::Name,
    out: &mut Diagnostics,
) -> Option<ActionKind> {
    let entity = &world.drafts[id.0];
    let refuse = |out: &mut Diagnostics, message: String, next: &str| {
        out.push(Diagnostic::new(codes::WRONG_ACTION, name.span, message).next(next));
        None
    };
    match (name.as_str(), entity.kind) {
        ("create", EntityKind::Plain) => Some(ActionKind::Create),
        ("create", EntityKind::Tenant(_)) => refuse(
            out,
            "a tenant that nobody leads could not be reached by anybody".into(),
            "name the action `found` and give the context a `founder:`",
        ),
        ("create", EntityKind::User) => refuse(
            out,
            format!("a row of `{}` is made at the first token, or by the operator", entity.name),
            "remove the action",
        ),
        ("create", EntityKind::Grants(_)) => {
            refuse(out, "a grant is made by granting".into(), "name the action `grant`")
        }
        (deletion::DELETE, _) => {
            deletion::action(entity, name.span, out).map(|()| ActionKind::Delete)
        }
        ("found", EntityKind::Tenant(context)) => match world.contexts[context.0].kind {
            ContextKind::Tenant { founder: Some(_), .. } => Some(ActionKind::Found),
            // Whom it names is reported there.
            _ if names_a_founder(world, context) => Some(ActionKind::Found),
            _ => refuse(
                out,
                "nobody could lead what is founded".into(),
                "give the context a `founder:` with the role of whoever founds",
            ),
        },
        ("grant", EntityKind::Grants(_)) => Some(ActionKind::Grant),
        ("revoke", EntityKind::Grants(_)) => Some(ActionKind::Revoke),
        _ => Some(ActionKind::Change),
    }
}

pub fn idempotency(written: syntax::Idempotency) -> Idempotency {
    match written {
        syntax::Idempotency::Required => Idempotency::Required,
        syntax::Idempotency::Optional => Idempotency::Optional,
    }
}

fn names_a_founder(world: &World<'_>, context: ContextId) -> bool {
    let written = world.document.identity.contexts.get(&world.contexts[context.0].name);
    written.is_some_and(|context| context.founder.is_some())
}

fn action(
    world: &World<'_>,
    id: EntityId,
    name: &syntax::Name,
    written: &syntax::Action,
    kind: ActionKind,
    out: &mut Diagnostics,
) -> Action {
    let accept = accepts::accepts(world, id, (name.as_str(), kind), written, out);
    let input = inputs(world, id, &written.input, &written.accept, out);
    let (from, to) = moves(world, id, name, written, kind, out);
    let mut action = Action {
        name: name.value.clone(),
        summary: summary(written.summary.as_ref()),
        kind,
        by: by(world, id, name.as_str(), &written.by, out),
        accept,
        require: requirements(world, id, written, &input, out),
        timer: None,
        input,
        from,
        to,
        because: written.because.is_some(),
        idempotency: written.idempotency.as_ref().map(|it| idempotency(it.value)),
        step_up: step_up::seconds(written.step_up.as_ref(), out),
        approval: None,
        // Once all entities have their actions.
        steps: Vec::new(),
        returns: None,
    };
    action.timer = timers::timer(world, id, name, written, &action, out);
    action
}

pub fn by(
    world: &World<'_>,
    id: EntityId,
    name: &str,
    written: &[syntax::Name],
    out: &mut Diagnostics,
) -> Vec<Who> {
    let entity = &world.entities[id.0];
    let mut by: Vec<Who> = Vec::new();
    for who_name in written {
        let Some(who) = grantees::grantee(world, id, who_name, out) else { continue };
        if who == Who::Anyone {
            out.push(
                Diagnostic::new(
                    codes::NOT_SUPPORTED_YET,
                    who_name.span,
                    "actions by `anyone` are planned, not supported yet",
                )
                .reason("what is done without a token cannot be laid to anybody")
                .next("write `user`: any signed-in person"),
            );
        } else if let (Who::Party(_), "create" | "found" | "grant") = (who, name) {
            let message = format!("there is no row yet that could name its `{who_name}`");
            out.push(
                Diagnostic::new(codes::NOT_THEIRS, who_name.span, message)
                    .next("write `user`, or a role"),
            );
        } else if foreign_to_platform(world, id, who) {
            let message = format!(
                "`{who_name}` would change rows of `{}` that all tenants share",
                entity.name
            );
            out.push(
                Diagnostic::new(codes::NOT_THEIRS, who_name.span, message)
                    .reason("what one tenant writes there, every other would see")
                    .next("grant it to a role of a context without a tenant, such as one of the staff"),
            );
        } else {
            by.push(who);
        }
    }
    by
}

/// A tenant's role on rows that are nobody's in particular.
fn foreign_to_platform(world: &World<'_>, id: EntityId, who: Who) -> bool {
    let Who::Role(role) = who else { return false };
    world.is_tenant_context(world.roles[role.0].context) && world.owner(id).is_none()
}

pub fn inputs(
    world: &World<'_>,
    id: EntityId,
    written: &syntax::Map<syntax::Input>,
    accept: &[syntax::Name],
    out: &mut Diagnostics,
) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, input) in written.iter() {
        if let Some(field) = accept.iter().find(|field| field.value == name.value) {
            out.push(
                Diagnostic::new(
                    codes::NAME_COLLISION,
                    name.span,
                    format!("`{name}` is an input and an accepted field"),
                )
                .also(field.span, "accepted here")
                .reason("both are members of the same body")
                .next("give the input another name, or do not accept the field"),
            );
        }
        if name.value == "because" {
            let message = "`because` is what the caller says where `because: required` stands";
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, name.span, message)
                    .next("write `because: required`"),
            );
        }
        let Some(ty) = types::ty(world, input.ty.as_ref(), out) else { continue };
        if let Some(fault) = references_linked::crosses(world, id, &ty, &name.value, name.span) {
            out.push(fault);
        }
        if ty == crate::model::Type::Ref(world.user()) {
            out.push(accepts::anybody(world, id, name));
        }
        inputs.push(Input {
            name: name.value.clone(),
            summary: summary(input.summary.as_ref()),
            ty,
            optional: input.optional,
        });
    }
    inputs
}

fn moves(
    world: &World<'_>,
    id: EntityId,
    name: &syntax::Name,
    written: &syntax::Action,
    kind: ActionKind,
    out: &mut Diagnostics,
) -> (Vec<StateId>, Option<StateId>) {
    let states = world.entities[id.0].states.as_ref();
    let place = match (&written.from, &written.to) {
        (_, Some(to)) => Some(to.span),
        (Some(From::Any(span)), None) => Some(*span),
        (Some(From::These(names)), None) => names.first().map(|name| name.span),
        (None, None) => None,
    };
    let Some(place) = place else { return (Vec::new(), None) };
    if let (ActionKind::Delete, Some(to)) = (kind, &written.to) {
        let message = format!("`{name}` leaves no row that could be in a state");
        out.push(Diagnostic::new(codes::WRONG_ACTION, to.span, message).next("remove `to`"));
        return (Vec::new(), None);
    }
    if !matches!(kind, ActionKind::Change | ActionKind::Delete) {
        let message = format!("`{name}` neither starts from a state nor chooses one");
        out.push(
            Diagnostic::new(codes::WRONG_ACTION, place, message)
                .reason("a new row is in the first state, and a revocation is no transition")
                .next("remove `from` and `to`"),
        );
        return (Vec::new(), None);
    }
    if states.is_none() {
        if !world.drafts[id.0].incomplete() {
            let message = format!("`{}` has no states", world.entities[id.0].name);
            let entity = format!("entities.{}", world.entities[id.0].name);
            out.push(
                Diagnostic::new(codes::WRONG_ACTION, place, message)
                    .next("declare them: `states: [open, done]`")
                    .missing(vec![entity], "states", []),
            );
        }
        return (Vec::new(), None);
    }
    let named = |written: &syntax::Name, out: &mut Diagnostics| {
        let meant = states::meant(states, &written.value);
        if meant.is_none() {
            states::unknown_state(states, written, &world.drafts[id.0], out);
        }
        meant
    };
    let mut from: Vec<StateId> = Vec::new();
    if let Some(From::These(names)) = &written.from {
        from.extend(names.iter().filter_map(|name| named(name, out)).flatten());
        from.sort_unstable();
        from.dedup();
    }
    let to = written.to.as_ref().and_then(|to| {
        let meant = named(to, out)?;
        match meant.as_slice() {
            [state] if states.is_some_and(|all| all.list[state.0].name == to.value) => Some(*state),
            _ => {
                let message = format!("`{to}` is a group, and a row is in one state");
                let told = Diagnostic::new(codes::WRONG_ACTION, to.span, message);
                let states = states.iter().flat_map(|all| &all.list);
                out.push(
                    told.or_known(states.map(|state| state.name.as_str()))
                        .or_next("name one of its states"),
                );
                None
            }
        }
    });
    if let (Some(to), None) = (&written.to, &written.from) {
        out.push(
            Diagnostic::new(
                codes::WRONG_ACTION,
                to.span,
                format!("`{name}` does not say from where"),
            )
            .next("add `from:` with the states in which it is legal, or `from: any`"),
        );
    }
    (from, to)
}

fn requirements(
    world: &World<'_>,
    id: EntityId,
    written: &syntax::Action,
    input: &[Input],
    out: &mut Diagnostics,
) -> Vec<Requirement> {
    if written.require.is_empty() && written.before.is_none() {
        return Vec::new();
    }
    let names = Names::of(world, id);
    let inputs = conditions::inputs(world, input);
    // An input whose type was reported must not be unknown on top.
    if inputs.len() != written.input.len() {
        return Vec::new();
    }
    let before = written.before.as_ref().and_then(|text| before(&names, &inputs, text, out));
    let named = written.require.iter().filter_map(|(name, text)| {
        let holds = names.check(Place::Require, text, &inputs, out)?;
        Some(Requirement { asked: Required::Named(name.value.clone()), holds })
    });
    let named: Vec<Requirement> = named.collect();
    before.into_iter().chain(named).collect()
}

/// That it is not yet the instant from which on it is too late.
fn before(
    names: &Names<'_>,
    inputs: &[Known],
    text: &ExprText,
    out: &mut Diagnostics,
) -> Option<Requirement> {
    let scope = names.scope(Place::Require, inputs, &[], &[]);
    let instant = crate::expr::value(text, &Ty::Timestamp, &scope, out)?;
    let now = Expr { node: Node::Now, ty: Ty::Timestamp, nullable: false };
    let node = Node::Binary(Op::Lt, Box::new(now), Box::new(instant));
    let holds = Expr { node, ty: Ty::Bool, nullable: false };
    Some(Requirement { asked: Required::Before, holds })
}
