//! What children of one row add up to within a day, a week, a month or a year, and what it may reach.

use super::{Adds, EntityId, FieldId};
use crate::expr::typed::{Expr, Node};

/// A total that begins anew with each window. It stands beside the row, one for each window in which a child counts.
#[derive(Debug, Clone)]
pub struct Quota {
    /// snake_case; declared among the totals.
    pub name: String,
    pub summary: String,
    pub child: EntityId,
    /// The child's reference to this row.
    pub by: FieldId,
    /// A sum or a count.
    pub adds: Adds,
    /// Only children of which this holds count; their own columns only.
    pub filter: Option<Expr>,
    /// A child counts in the window in which it was made, in UTC.
    pub per: Per,
    /// What a window's total does not grow beyond: of the type that is added up, and of the row's own columns.
    pub cap: Expr,
    pub when_lowered: Lowered,
    /// Whether the refusal says that more is to be had for money: 402.
    pub paid: bool,
}

impl Quota {
    /// Whether the cap is the same for all rows, for ever.
    pub fn is_fixed(&self) -> bool {
        is_fixed(&self.cap)
    }
}

/// Whether it speaks of no column.
pub fn is_fixed(cap: &Expr) -> bool {
    !matches!(cap.node, Node::Column(_)) && cap.parts().into_iter().all(is_fixed)
}

/// How long a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Day,
    /// From Monday.
    Week,
    Month,
    Year,
}

impl Per {
    pub fn word(self) -> &'static str {
        match self {
            Per::Day => "day",
            Per::Week => "week",
            Per::Month => "month",
            Per::Year => "year",
        }
    }
}

/// What becomes of a cap that is lowered below what the window under way has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lowered {
    /// It is taken; what is used stays, and does not grow.
    KeepUsed,
    Refuse,
}
