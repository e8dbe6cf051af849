//! Rows that hold for a time, and references to those that held.

use super::{Copy, EntityId, FieldId, StateId};
use crate::expr::typed::Expr;

/// Rows hold for a time each: no two of the same at once, and none is rewritten. Steps that make one end the
/// one before where it begins.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Of which each has one row at a time; the tenant leads them. One that is absent is a value of its own, and
    /// a reference.
    pub by: Vec<FieldId>,
    /// A range of instants, which is there.
    pub during: FieldId,
    /// Whether what begins begins in the future; else where nothing held before.
    pub future: bool,
}

impl Effective {
    /// The name of its exclusion.
    pub const NAME: &'static str = "effective";
}

/// A reference to the row of an effective entity that was in force, found once by the database.
#[derive(Debug, Clone)]
pub struct Pick {
    pub field: FieldId,
    pub from: EntityId,
    /// The state to which a row comes that finds it; none: it is found when the row is made.
    pub to: Option<StateId>,
    /// By what it is looked for, the most particular first.
    pub by: Vec<Key>,
    /// Whether a row may be without.
    pub clear: bool,
    /// What is copied of it then.
    pub takes: Vec<Copy>,
}

impl Pick {
    /// Every expression in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let by = self.by.iter().filter_map(|key| key.0.as_ref()).map(|(_, value)| value);
        by.chain(self.takes.iter().map(|copy| &copy.value))
    }
}

/// By what one is looked for: a field of the other entity's `by` and what it holds there, where the others of its
/// `by` are absent. None: all of them are.
#[derive(Debug, Clone)]
pub struct Key(pub Option<(FieldId, Expr)>);
