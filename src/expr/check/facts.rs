//! Which optionals are known to be there.

use std::collections::BTreeSet;

use crate::expr::typed::{Column, Expr, Node};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    Column(Column),
    Far(Box<Slot>, Column),
    Input(usize),
}

impl Slot {
    /// The optional that an expression is, if it is one.
    pub fn of(expr: &Expr) -> Option<Slot> {
        match &expr.node {
            Node::Column(column) => Some(Slot::Column(*column)),
            Node::Path(of, far) => Some(Slot::Far(Box::new(Slot::of(of)?), far.column)),
            Node::Input(index) => Some(Slot::Input(*index)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(BTreeSet<Slot>);

impl Facts {
    pub fn one(slot: Slot) -> Self {
        Facts(BTreeSet::from([slot]))
    }

    pub fn holds(&self, slot: &Slot) -> bool {
        self.0.contains(slot)
    }

    pub fn and(&self, other: &Facts) -> Facts {
        Facts(self.0.union(&other.0).cloned().collect())
    }

    pub fn common(&self, other: &Facts) -> Facts {
        Facts(self.0.intersection(&other.0).cloned().collect())
    }
}
