//! What values are and what is done with them, exactly as PostgreSQL does it.
//!
//! The evaluator computes with these, and so does printed Rust: nothing here needs more than `std`, so
//! that the folder can stand in another crate as it is. What cannot be computed is a [`Fault`], never
//! a panic and never a wrong number.

mod calendar;
mod decimal;
mod instant;
mod rounding;
mod span;
mod text;
mod whole;

pub use calendar::Day;
pub use decimal::Decimal;
pub use instant::Instant;
pub use rounding::Rounding;
pub use span::Span;
pub use text::{len, lower};
pub use whole::{add, mul, neg, quotient, share, sub};

use std::fmt;

/// Why an expression has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A number does not fit 64 bits, or a moment does not fit the calendar.
    Overflow,
    DividedByZero,
    /// An optional value is asked for and is not there. A checked expression never asks.
    Absent,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Fault::Overflow => "a number or a moment is out of range",
            Fault::DividedByZero => "a division by zero",
            Fault::Absent => "a value is not there",
        })
    }
}

impl std::error::Error for Fault {}

/// What an optional holds, where the expression has made sure that it is there.
///
/// # Errors
///
/// [`Fault::Absent`] where it is not.
pub fn there<T>(value: Option<T>) -> Result<T, Fault> {
    value.ok_or(Fault::Absent)
}
