//! Fields that never change once a row has come to a state: which states those are, and that no action
//! would change one all the same.

use super::draft::World;
use super::states;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Column, Expr, Far, Literal, Node, Ty};
use crate::model::{
    Action, ActionKind, Entity, EntityId, FieldId, Origin, Required, Requirement, Settled, StateId,
    Type,
};
use crate::source::Span;
use crate::syntax::{self, Fields, Name};

/// Once all actions are known, and what they write.
pub fn settled(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let declared = world.drafts[index].declared;
        let Some(written) = declared.and_then(|declared| declared.frozen.as_ref()) else {
            continue;
        };
        let one = One { world, id: EntityId(index), written };
        let Some(settled) = one.settled(out) else { continue };
        match settled.of {
            Some(of) => one.asked(&settled, of).into_iter().for_each(|(action, require)| {
                world.entities[index].actions[action].require.push(require);
            }),
            None => one.refused(&settled, out),
        }
        world.entities[index].settled = Some(settled);
    }
}

struct One<'w> {
    world: &'w World<'w>,
    id: EntityId,
    written: &'w syntax::Frozen,
}

impl One<'_> {
    fn entity(&self) -> &Entity {
        &self.world.entities[self.id.0]
    }

    fn settled(&self, out: &mut Diagnostics) -> Option<Settled> {
        let entity = self.entity();
        if entity.append_only {
            let message =
                format!("`{}` is append-only: none of its fields ever changes", entity.name);
            let told = Diagnostic::new(codes::NOT_SETTLED, self.written.span, message);
            out.push(told.next("remove `frozen`"));
            return None;
        }
        let fields = self.fields(out)?;
        let (of, whose) = match &self.written.of {
            None => (None, self.id),
            Some(name) => {
                let (of, target) = self.reference(name, out)?;
                (Some(of), target)
            }
        };
        let from = self.from(whose, out)?;
        Some(Settled { fields, from, of })
    }

    /// What can change at all.
    fn fields(&self, out: &mut Diagnostics) -> Option<Vec<FieldId>> {
        let entity = self.entity();
        let tenant = entity.scope.tenant().map(|(_, column)| column);
        let can = |at: &FieldId| {
            let field = &entity.fields[at.0];
            let changes = !field.frozen || field.is_frozen_later();
            changes && Some(*at) != tenant && !field.origin.is_kept()
        };
        let names = match &self.written.fields {
            Fields::All => {
                return Some((0..entity.fields.len()).map(FieldId).filter(can).collect());
            }
            Fields::These(names) => names,
        };
        let mut fields = Vec::new();
        for name in names {
            let Some(at) = entity.fields.iter().position(|field| field.name == name.value) else {
                let known = entity.fields.iter().map(|field| field.name.as_str());
                let lost = self.world.field_lost(self.id, &name.value);
                unknown_in(out, name, "field", &entity.name, known, lost);
                return None;
            };
            if !can(&FieldId(at)) {
                let (message, next) = match entity.fields[at].origin {
                    Origin::Number => (format!("`{name}` never changes anyway"), "remove it here"),
                    Origin::Total => (
                        format!("`{name}` changes with the rows that it is of"),
                        "freeze those rows",
                    ),
                    _ => (format!("`{name}` never changes anyway"), "remove it here"),
                };
                out.push(Diagnostic::new(codes::NOT_SETTLED, name.span, message).next(next));
                return None;
            }
            fields.push(FieldId(at));
        }
        fields.sort_unstable();
        fields.dedup();
        Some(fields)
    }

    /// The row whose state it is.
    fn reference(&self, name: &Name, out: &mut Diagnostics) -> Option<(FieldId, EntityId)> {
        let entity = self.entity();
        let Some(at) = entity.fields.iter().position(|field| field.name == name.value) else {
            let known = entity.fields.iter().map(|field| field.name.as_str());
            unknown_in(out, name, "field", &entity.name, known, self.world.lost(self.id));
            return None;
        };
        let field = &entity.fields[at];
        match field.ty {
            Type::Ref(target) if field.frozen && !field.optional => Some((FieldId(at), target)),
            _ => {
                let message = format!("`{name}` is not always the same row");
                let told = Diagnostic::new(codes::NOT_SETTLED, name.span, message)
                    .reason("what is frozen with a row could change by going to another");
                out.push(told.next("name a reference that is `frozen: true` and not optional"));
                None
            }
        }
    }

    /// The states that are named and all that follow.
    fn from(&self, whose: EntityId, out: &mut Diagnostics) -> Option<Vec<StateId>> {
        let entity = &self.world.entities[whose.0];
        let draft = &self.world.drafts[whose.0];
        let mut from = Vec::new();
        for name in &self.written.from {
            match states::meant(entity.states.as_ref(), &name.value) {
                Some(meant) => from.extend(meant),
                None => {
                    states::unknown_state(entity.states.as_ref(), name, draft, out);
                    return None;
                }
            }
        }
        while let Some(next) = next(entity, &from) {
            from.push(next);
        }
        from.sort_unstable();
        from.dedup();
        if from.contains(&StateId(0))
            && entity.states.as_ref().is_some_and(|all| !all.list.is_empty())
        {
            let place = self.written.from.first().map_or(self.written.span, |name| name.span);
            let message = "a row is there from the start, or comes back to where it started";
            out.push(
                Diagnostic::new(codes::NOT_SETTLED, place, message)
                    .reason(
                        "what is frozen stays so, and a row that starts anew could not be filled",
                    )
                    .next("name later states, or write `frozen: true` at the fields"),
            );
            return None;
        }
        Some(from)
    }

    /// Reports each action that may be run in such a state and would change such a field.
    fn refused(&self, settled: &Settled, out: &mut Diagnostics) {
        let entity = self.entity();
        let declared = self.world.drafts[self.id.0].declared;
        for action in entity.actions.iter().filter(|one| one.kind == ActionKind::Change) {
            let late = settled.from.iter().find(|state| is_legal(action, **state));
            let Some((field, late)) = written_in(action, settled).next().zip(late) else {
                continue;
            };
            let named = declared.and_then(|declared| declared.actions.entry(&action.name));
            let Some((name, _)) = named else { continue };
            let field = &entity.fields[field.0].name;
            let message =
                format!("`{name}` would change `{field}` of a row that is {}", self.state(*late));
            let mut told = Diagnostic::new(codes::NOT_SETTLED, name.span, message)
                .also(self.written.span, "freezes it from then on");
            if let Some((by, from)) = self.led_to(*late, settled) {
                let (from, to) = (self.state(from), self.state(*late));
                told = told.also(by, format!("leads from {from} to {to}"));
            }
            out.push(
                told.next("say with `from` in which earlier states the action is legal, or do not freeze the field"),
            );
        }
    }

    fn state(&self, state: StateId) -> &str {
        self.entity().states.as_ref().map_or("", |all| all.list[state.0].name.as_str())
    }

    /// The action by which a state follows that is not named, and from which it leads there.
    fn led_to(&self, state: StateId, settled: &Settled) -> Option<(Span, StateId)> {
        let entity = self.entity();
        let named = self.written.from.iter();
        let named = named.filter_map(|name| states::meant(entity.states.as_ref(), &name.value));
        if named.flatten().any(|named| named == state) {
            return None;
        }
        let (action, from) = entity.actions.iter().find_map(|action| {
            let from = settled.from.iter().find(|from| is_legal(action, **from) && **from != state);
            (action.to == Some(state)).then_some(action).zip(from)
        })?;
        let declared = self.world.drafts[self.id.0].declared?;
        Some((declared.actions.entry(&action.name)?.0.span, *from))
    }

    /// What each action that would change such a field asks of the row whose state it is.
    fn asked(&self, settled: &Settled, of: FieldId) -> Vec<(usize, Requirement)> {
        let entity = self.entity();
        let field = &entity.fields[of.0];
        let Type::Ref(target) = field.ty else { return Vec::new() };
        let Some(states) = &self.world.entities[target.0].states else { return Vec::new() };
        let plain = |node: Node, ty: Ty| Expr { node, ty, nullable: false };
        let ty = Ty::Ref(self.world.entities[target.0].name.clone());
        let row = plain(Node::Column(Column::Field(of.0)), ty);
        let far = Far { column: Column::State, name: "state".to_owned() };
        let names = states.list.iter().map(|state| state.name.clone()).collect();
        let state = plain(Node::Path(Box::new(row), far), Ty::Names(names));
        let open = (0..states.list.len()).filter(|at| !settled.from.contains(&StateId(*at)));
        let open = open.map(|at| Literal::Name(states.list[at].name.clone())).collect();
        let holds = plain(Node::OneOf(Box::new(state), open), Ty::Bool);
        let name = format!("frozen_by_{}", field.name);
        let all = entity.actions.iter().enumerate();
        let all = all.filter(|(_, action)| {
            action.kind == ActionKind::Change && written_in(action, settled).next().is_some()
        });
        all.map(|(at, _)| {
            (at, Requirement { asked: Required::Named(name.clone()), holds: holds.clone() })
        })
        .collect()
    }
}

/// A state to which a row goes from one of these, and is not among them.
fn next(entity: &Entity, from: &[StateId]) -> Option<StateId> {
    let moves =
        entity.actions.iter().filter(|action| from.iter().any(|state| is_legal(action, *state)));
    moves.filter_map(|action| action.to).find(|to| !from.contains(to))
}

fn is_legal(action: &Action, state: StateId) -> bool {
    let moves = action.kind == ActionKind::Change;
    moves && (action.from.is_empty() || action.from.contains(&state))
}

/// The frozen fields that an action writes.
fn written_in<'a>(action: &'a Action, settled: &'a Settled) -> impl Iterator<Item = FieldId> + 'a {
    let fields = settled.fields.iter().copied();
    fields.filter(|field| {
        action.accept.contains(field) || action.sets().any(|(_, set, _)| set == *field)
    })
}
