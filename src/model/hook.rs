//! Code written by hand, and what it is given. Types only.

use super::{EntityId, FieldId, Input, Type};
use crate::expr::typed::{Column, Expr, Node, Op};

/// What a hook of kind `compute` is given and gives: it depends on nothing else.
#[derive(Debug, Clone)]
pub struct Hook {
    /// snake_case.
    pub name: String,
    pub summary: String,
    pub input: Vec<Input>,
    pub reads: Vec<HookReads>,
    /// One that has no name of its own is called `value`.
    pub output: Vec<Input>,
    /// Whether it gives one value without a name.
    pub single: bool,
}

/// Rows that a hook is given.
#[derive(Debug, Clone)]
pub struct HookReads {
    pub name: String,
    pub entity: EntityId,
    /// Of each row, beside its id; in the order declared.
    pub fields: Vec<FieldId>,
    /// Over the rows' own columns and the hook's input.
    pub filter: Expr,
}

impl HookReads {
    /// The input that names the one row which it is: `id == input.listing`.
    pub fn named_by(&self) -> Option<usize> {
        let Node::Binary(Op::Eq, left, right) = &self.filter.node else { return None };
        match (&left.node, &right.node) {
            (Node::Column(Column::Id), Node::Input(input))
            | (Node::Input(input), Node::Column(Column::Id)) => Some(*input),
            _ => None,
        }
    }
}

impl Hook {
    /// `hooks.quote`.
    pub fn path(&self) -> String {
        format!("hooks.{}", self.name)
    }

    /// Everything that it is given or gives, by type.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.input.iter().chain(&self.output).map(|one| &one.ty)
    }
}
