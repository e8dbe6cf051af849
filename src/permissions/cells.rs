//! What one of them may do of one thing.

use super::condition::{Condition, Rule, all_of, condition};
use super::{Cell, Missing, Somebody, Verdict, What};
use crate::expr::decide::{self, Decided};
use crate::expr::typed::{Column, Expr, Literal, Node, Op, Ty};
use crate::model::{Action, ActionKind, Entity, EntityId, FieldId, Model, ReadGrant, StateId, Who};

/// One of the people, and all grants to read that are his: the same for each of an entity's rows.
pub struct Reader<'m> {
    model: &'m Model,
    id: EntityId,
    one: &'m Somebody,
    his: Vec<&'m ReadGrant>,
}

impl<'m> Reader<'m> {
    pub fn of(model: &'m Model, id: EntityId, one: &'m Somebody) -> Self {
        Reader { model, id, one, his: his(model, &model[id], one) }
    }

    pub fn cell(&self, what: What) -> Cell {
        match what {
            What::Read => self.seen(None),
            What::See(field) => self.seen(Some(field)),
            What::Run(action) => self.run(&self.model[self.id].actions[action]),
        }
    }

    fn grants(&self, field: Option<FieldId>) -> Vec<&'m ReadGrant> {
        among(self.model, &self.model[self.id], &self.his, field)
    }

    /// Rows, or a field of them: through any of the grants that give it.
    fn seen(&self, field: Option<FieldId>) -> Cell {
        let grants = self.grants(field);
        match sight(&grants) {
            None => never(Missing::Grant),
            Some(conditions) => Cell {
                verdict: verdict(conditions),
                by: grants.into_iter().map(|grant| grant.path.clone()).collect(),
            },
        }
    }

    fn run(&self, action: &Action) -> Cell {
        let (model, one) = (self.model, self.one);
        let entity = &model[self.id];
        let path = action.path(entity);
        let by: Vec<String> = granting(model, entity, one, action)
            .map(|to| format!("{path}.by.{}", model.name_of(entity, to)))
            .collect();
        if by.is_empty() {
            return never(Missing::Grant);
        }
        let (mut sight, mut own) = (Vec::new(), Vec::new());
        if action.kind.on_existing_row() {
            // Where nobody reads in the context, a door asks for nothing but its own conditions.
            if model.is_read_in(entity, one.context) {
                match self::sight(&self.grants(None)) {
                    None => return never(Missing::Sight),
                    Some(conditions) => sight = conditions,
                }
            }
            own.extend(legal_from(entity, action, &path));
            own.extend(entity.timers_before(action).filter_map(|timer| {
                let holds = timer.is_not_due(entity, &action.from)?;
                Some(Condition::of(timer.timer_path(entity)?, holds))
            }));
        }
        own.extend(action.require.iter().map(|require| {
            Condition::of(format!("{path}.{}", require.part()), require.holds.clone())
        }));
        if self.never_his(&sight, &own) {
            return never(Missing::Chance);
        }
        // What follows from the action's own conditions is better said by them.
        if !own.is_empty() && decide::follows(&all_of(&sight), &all_of(&own)) {
            sight.clear();
        }
        let verdict = verdict(sight.into_iter().chain(own).collect());
        let by = if verdict.is_possible() { by } else { Vec::new() };
        Cell { verdict, by }
    }
}

impl Reader<'_> {
    /// Whether these conditions cannot hold of a row of which he is a party: one that asks for another person.
    fn never_his(&self, sight: &[Condition], own: &[Condition]) -> bool {
        let Who::Party(party) = self.one.who else { return false };
        let Some(column) = self.model[self.id].parties[party.0].column else { return false };
        let ty = Ty::Ref(self.model[self.model.identity.user].name.clone());
        let side = |node: Node| Box::new(Expr { node, ty: ty.clone(), nullable: false });
        let column = side(Node::Column(Column::Field(column.0)));
        let his = condition(Node::Binary(Op::Eq, column, side(Node::Actor)));
        let all: Vec<Condition> = sight.iter().chain(own).cloned().collect();
        let both = Node::Binary(Op::And, Box::new(all_of(&all)), Box::new(his));
        decide::decide(&condition(both)) == Decided::Never
    }
}

/// The grants that are his, without those that add nothing: a grant has the fields of those that
/// the same people have anyway.
pub fn grants<'m>(
    model: &'m Model,
    entity: &'m Entity,
    one: &Somebody,
    field: Option<FieldId>,
) -> Vec<&'m ReadGrant> {
    among(model, entity, &his(model, entity, one), field)
}

fn his<'m>(model: &Model, entity: &'m Entity, one: &Somebody) -> Vec<&'m ReadGrant> {
    entity.reads.iter().filter(|grant| model.implies(entity, one.who, grant.who)).collect()
}

fn among<'m>(
    model: &Model,
    entity: &Entity,
    his: &[&'m ReadGrant],
    field: Option<FieldId>,
) -> Vec<&'m ReadGrant> {
    let gives = |grant: &ReadGrant, field: FieldId| grant.fields.binary_search(&field).is_ok();
    let his: Vec<&ReadGrant> =
        his.iter().copied().filter(|grant| field.is_none_or(|field| gives(grant, field))).collect();
    let covers = |other: &ReadGrant, at: usize, grant: &ReadGrant, own: usize| {
        let wider = model.implies(entity, grant.who, other.who)
            && !model.implies(entity, other.who, grant.who);
        let alike = model.implies(entity, grant.who, other.who)
            && model.implies(entity, other.who, grant.who);
        other.when.is_none() && (wider || alike && (grant.when.is_some() || at < own))
    };
    let idle = |own: usize, grant: &ReadGrant| {
        his.iter().enumerate().any(|(at, other)| at != own && covers(other, at, grant, own))
    };
    let kept = his.iter().enumerate().filter(|(own, grant)| !idle(*own, grant));
    kept.map(|(_, grant)| *grant).collect()
}

/// Those in `by` of an action that he is.
pub fn granting<'m>(
    model: &'m Model,
    entity: &'m Entity,
    one: &Somebody,
    action: &'m Action,
) -> impl Iterator<Item = Who> + use<'m> {
    let who = one.who;
    // A row that is still to be made names nobody.
    let is_there = action.kind.on_existing_row() || !matches!(who, Who::Party(_));
    let by = action.by.iter().copied();
    by.filter(move |to| is_there && model.implies(entity, who, *to))
}

/// What must hold of a row for one of these grants to show it; none: nothing shows it.
fn sight(grants: &[&ReadGrant]) -> Option<Vec<Condition>> {
    if grants.is_empty() {
        return None;
    }
    let mut any = Vec::new();
    for grant in grants {
        let Some(when) = &grant.when else { return Some(Vec::new()) };
        any.push(Rule { path: format!("{}.when", grant.path), holds: when.clone() });
    }
    Some(vec![Condition { any }])
}

/// The states in which an action is legal, where not in all.
pub fn legal_from(entity: &Entity, action: &Action, path: &str) -> Option<Condition> {
    let path = format!("{path}.from");
    if action.kind == ActionKind::Revoke {
        let revoked = entity.fields.iter().position(|field| field.name == "revoked_at")?;
        let column =
            Expr { node: Node::Column(Column::Field(revoked)), ty: Ty::Timestamp, nullable: true };
        return Some(Condition::of(path, condition(Node::IsUnset(Box::new(column)))));
    }
    let states = entity.states.as_ref()?;
    if action.from.is_empty() {
        return None;
    }
    let literal = |StateId(at): &StateId| Literal::Name(states.list[*at].name.clone());
    let names = states.list.iter().map(|state| state.name.clone()).collect();
    let legal = action.from.iter().map(literal).collect();
    let state = Expr { node: Node::Column(Column::State), ty: Ty::Names(names), nullable: false };
    Some(Condition::of(path, condition(Node::OneOf(Box::new(state), legal))))
}

fn verdict(conditions: Vec<Condition>) -> Verdict {
    match decide::decide(&all_of(&conditions)) {
        Decided::Always => Verdict::Always,
        Decided::Never => Verdict::Never(Missing::Chance),
        Decided::Sometimes => Verdict::When(conditions),
    }
}

fn never(missing: Missing) -> Cell {
    Cell { verdict: Verdict::Never(missing), by: Vec::new() }
}
