//! The expression language: parsed, typed, and printed as SQL.
//!
//! Text of a blueprint never passes through: it is parsed into [`typed::Expr`] and printed anew.

pub mod typed;
