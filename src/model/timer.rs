//! What the clock does.

use super::{Action, Entity, Exclusion, StateId};
use crate::expr::decide::{Decided, decide};
use crate::expr::typed::{Column, Expr, Literal, Node, Op, Ty};

/// When the clock does an action: in one of the states from which it leads, and of a row of which
/// `when` and all that the action requires hold. They speak of the row's own columns alone.
#[derive(Debug, Clone)]
pub struct Timer {
    pub due: Due,
    pub when: Option<Expr>,
}

#[derive(Debug, Clone)]
pub enum Due {
    /// From this instant on.
    At(Expr),
    /// The same, written as the time since the row came into its state.
    After(Expr),
    /// As long as this holds.
    AsSoon(Expr),
}

impl Due {
    /// The word that says it.
    pub fn word(&self) -> &'static str {
        match self {
            Due::At(_) => "at",
            Due::After(_) => "after",
            Due::AsSoon(_) => "as_soon",
        }
    }

    /// The instant from which on it is due, where it is one.
    pub fn instant(&self) -> Option<&Expr> {
        match self {
            Due::At(instant) | Due::After(instant) => Some(instant),
            Due::AsSoon(_) => None,
        }
    }
}

impl Timer {
    /// Every expression in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let (Due::At(due) | Due::After(due) | Due::AsSoon(due)) = &self.due;
        std::iter::once(due).chain(&self.when)
    }
}

impl Action {
    /// `entities.Booking.actions.expire.at`: what an action says that its timer precedes.
    pub fn timer_path(&self, entity: &Entity) -> Option<String> {
        let timer = self.timer.as_ref()?;
        Some(format!("{}.{}", self.path(entity), timer.due.word()))
    }

    /// What makes a row due for its timer, in whatever state it is.
    pub fn is_due(&self) -> Option<Expr> {
        let timer = self.timer.as_ref()?;
        let now = Expr { node: Node::Now, ty: Ty::Timestamp, nullable: false };
        let due = match &timer.due {
            Due::At(instant) | Due::After(instant) => binary(Op::Le, instant.clone(), now),
            Due::AsSoon(holds) => holds.clone(),
        };
        // What tells that an optional is there comes first.
        let all = timer.when.iter().cloned().chain([due]);
        let all = all.chain(self.require.iter().map(|one| one.holds.clone()));
        all.reduce(|left, right| binary(Op::And, left, right))
    }

    /// What an action that is legal in these states may count on: that its row does not wait for this one.
    pub fn is_not_due(&self, entity: &Entity, states: &[StateId]) -> Option<Expr> {
        let always = !states.is_empty() && states.iter().all(|state| self.from.contains(state));
        let due = if always { self.is_due() } else { self.is_due_in_state(entity) };
        let node = match due?.node {
            Node::Binary(Op::Le, instant, now) if now.node == Node::Now => {
                Node::Binary(Op::Lt, now, instant)
            }
            node => Node::Not(Box::new(Expr { node, ty: Ty::Bool, nullable: false })),
        };
        Some(Expr { node, ty: Ty::Bool, nullable: false })
    }

    /// The same of a row in one of the states from which it leads.
    pub fn is_due_in_state(&self, entity: &Entity) -> Option<Expr> {
        Some(binary(Op::And, is_in(entity, &self.from), self.is_due()?))
    }
}

impl Entity {
    /// What the clock may do, before any action that is legal in one of these states; none: in any.
    pub fn timers_in<'e>(&'e self, states: &'e [StateId]) -> impl Iterator<Item = &'e Action> {
        self.actions.iter().filter(move |action| {
            let meets = |state: &StateId| states.is_empty() || states.contains(state);
            action.timer.is_some() && action.from.iter().any(meets)
        })
    }

    /// Those that come before an action on a row that is there, whoever does it.
    pub fn timers_before<'e>(&'e self, action: &'e Action) -> impl Iterator<Item = &'e Action> {
        let there = action.kind.on_existing_row();
        let timers = self.timers_in(&action.from);
        timers.filter(move |timer| there && timer.name != action.name)
    }

    /// Those that take a row out of those that an exclusion keeps apart.
    pub fn timers_out_of<'e>(
        &'e self,
        exclusion: &'e Exclusion,
    ) -> impl Iterator<Item = &'e Action> {
        let counts = move |states: &[StateId]| {
            let filter = exclusion.filter.clone();
            let with = filter.map(|filter| binary(Op::And, filter, is_in(self, states)));
            with.is_none_or(|with| decide(&with) != Decided::Never)
        };
        self.timers().filter(move |timer| {
            let to = timer.to.as_ref().map(std::slice::from_ref);
            counts(&timer.from) && to.is_some_and(|to| !counts(to))
        })
    }

    pub fn timers(&self) -> impl Iterator<Item = &Action> {
        self.timers_in(&[])
    }
}

/// That a row is in one of these states.
pub fn is_in(entity: &Entity, states: &[StateId]) -> Expr {
    let list = entity.states.iter().flat_map(|states| &states.list);
    let names: Vec<String> = list.map(|state| state.name.clone()).collect();
    let name = |state: &StateId| Literal::Name(names[state.0].clone());
    let ty = Ty::Names(names.as_slice().into());
    let state = Expr { node: Node::Column(Column::State), ty: ty.clone(), nullable: false };
    let node = match states {
        [one] => {
            let name = Expr { node: Node::Literal(name(one)), ty, nullable: false };
            Node::Binary(Op::Eq, Box::new(state), Box::new(name))
        }
        several => Node::OneOf(Box::new(state), several.iter().map(name).collect()),
    };
    Expr { node, ty: Ty::Bool, nullable: false }
}

fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    let node = Node::Binary(op, Box::new(left), Box::new(right));
    Expr { node, ty: Ty::Bool, nullable: false }
}
