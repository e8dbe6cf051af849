//! What was copied and frozen is not read anew: a rule that has changed since would rewrite the past.

use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Column, Expr, Far, Node, Ty};
use crate::model::{Action, ActionKind, Copy, Does, Entity, FieldId, Step, Taken, Timer};
use crate::source::Span;

/// Once all actions have their steps.
pub fn live_reads(world: &World<'_>, out: &mut Diagnostics) {
    for (index, entity) in world.entities.iter().enumerate() {
        for action in &entity.actions {
            let Some(place) = place(world, index, action) else { continue };
            let spoken = spoken(entity, action);
            if let Some((path, kept)) = spoken.into_iter().find_map(|one| {
                let own = action.kind.on_existing_row().then_some(entity);
                anew(world, own, one)
            }) {
                let message = format!(
                    "`{}` reads `{path}` anew, of which `{kept}` keeps what it was",
                    action.name
                );
                out.push(
                    Diagnostic::new(codes::LIVE_READ, place, message)
                        .reason("what is decided later would be decided by what has changed since")
                        .next(format!("write `{kept}`")),
                );
            } else if let Some(path) = spoken_early(world, action) {
                let message =
                    format!("`{}` speaks of `{path}`, which the database writes", action.name);
                out.push(
                    Diagnostic::new(codes::WRONG_STEP, place, message)
                        .reason("a step knows of a row that an earlier one makes what that one gives it")
                        .next("say there what it would hold, or let a later action read it"),
                );
            }
        }
    }
}

fn place(world: &World<'_>, index: usize, action: &Action) -> Option<Span> {
    if action.kind == ActionKind::Command {
        return world.document.commands.entry(&action.name).map(|(name, _)| name.span);
    }
    let declared = world.drafts[index].declared?;
    declared.actions.entry(&action.name).map(|(name, _)| name.span)
}

/// What an action asks and does, but for what it copies.
fn spoken<'a>(entity: &'a Entity, action: &'a Action) -> Vec<&'a Expr> {
    let mut all: Vec<&Expr> = action.require.iter().map(|one| &one.holds).collect();
    all.extend(action.timer.iter().flat_map(Timer::expressions));
    for step in &action.steps {
        match &step.does {
            Does::Set(set) => {
                all.extend(&step.when);
                let given = set.iter().filter(|(field, _)| entity.fields[field.0].taken.is_none());
                all.extend(given.map(|(_, value)| value));
            }
            // What the row that is made copies is copied by way of what this one names.
            Does::Create { .. } => all.extend(&step.when),
            _ => all.extend(step.expressions()),
        }
    }
    all
}

/// The column of another row that is read where its row keeps a copy, and that copy.
fn anew(world: &World<'_>, own: Option<&Entity>, expr: &Expr) -> Option<(String, String)> {
    if let Node::Path(of, far) = &expr.node
        && let Some((holder, by)) = holder(world, own, of)
        && let Some(copy) = kept(holder, by, far)
    {
        let name = &holder.fields[by.0].name;
        let kept = holder.fields[copy.field.0].name.clone();
        return Some((format!("{name}.{}", far.name), kept));
    }
    expr.parts().into_iter().find_map(|part| anew(world, own, part))
}

/// The entity in whose row a reference stands, and the field.
fn holder<'w>(
    world: &'w World<'_>,
    own: Option<&'w Entity>,
    of: &Expr,
) -> Option<(&'w Entity, FieldId)> {
    match &of.node {
        Node::Column(Column::Field(at)) => Some((own?, FieldId(*at))),
        Node::Path(before, Far { column: Column::Field(at), .. }) => {
            let Ty::Ref(name) = &before.ty else { return None };
            let id = world.drafts.find(name)?;
            Some((&world.entities[id.0], FieldId(*at)))
        }
        _ => None,
    }
}

fn kept<'e>(holder: &'e Entity, by: FieldId, far: &Far) -> Option<&'e Copy> {
    let taken = holder.picks.iter().flat_map(|pick| &pick.takes).chain(&holder.copies);
    let is_it = |copy: &&Copy| {
        let field = &holder.fields[copy.field.0];
        let column = |of: &Expr| of.node == Node::Column(Column::Field(by.0));
        let same = |value: &Expr| matches!(&value.node, Node::Path(of, other) if column(of) && other.column == far.column);
        field.frozen && field.taken == Some(Taken::Made) && same(&copy.value)
    };
    taken.into_iter().find(is_it)
}

/// A column of a row that an earlier step makes which nobody gives it.
fn spoken_early(world: &World<'_>, action: &Action) -> Option<String> {
    action.steps.iter().flat_map(Step::expressions).find_map(|expr| early(world, action, expr))
}

fn early(world: &World<'_>, action: &Action, expr: &Expr) -> Option<String> {
    if let Node::Path(of, far) = &expr.node
        && let (Node::Made(step), Column::Field(at)) = (&of.node, far.column)
        && let Does::Create { entity, .. } = &action.steps[*step].does
    {
        let entity = &world.entities[entity.0];
        let taken = entity.picks.iter().flat_map(|pick| &pick.takes);
        if entity.fields[at].origin.is_kept() || taken.into_iter().any(|copy| copy.field.0 == at) {
            return Some(far.name.clone());
        }
    }
    expr.parts().into_iter().find_map(|part| early(world, action, part))
}
