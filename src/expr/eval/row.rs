//! What expressions are evaluated over.

use std::cmp::Ordering;

use crate::expr::typed::Column;
use crate::expr::values::{Day, Decimal, Instant, Span};

/// A value of any type; also an optional that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Absent,
    Bool(bool),
    /// Also money in minor units, basis points, and a duration in seconds.
    Int(i64),
    Decimal(Decimal),
    /// Also a state or another name, and the id of a row.
    Text(String),
    Day(Day),
    Instant(Instant),
    Days(Span<Day>),
    Instants(Span<Instant>),
}

impl Value {
    /// Of two values of one type that has an order.
    pub(super) fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
            (Value::Day(a), Value::Day(b)) => a.cmp(b),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (a, b) => unreachable!("checked: {a:?} and {b:?} have no order"),
        }
    }
}

/// A row and those around it: whatever an expression can speak of.
pub trait Row {
    fn column(&self, column: Column) -> Value;
    /// What the caller gave for the n-th input.
    fn input(&self, index: usize) -> Value;
    /// The id of the person who acts.
    fn actor(&self) -> Value;
    fn now(&self) -> Instant;
}
