//! The expression language: parsed, typed, evaluated, and printed as SQL and as Rust.
//!
//! Text of a blueprint never passes through: it is parsed into [`typed::Expr`] and printed anew. What it
//! means is said by [`eval`].

pub mod check;
pub mod currency;
pub mod decide;
pub mod eval;
mod lexer;
pub mod mentions;
mod parse;
pub mod rust;
pub mod scope;
pub mod sql;
pub mod tokens;
mod tree;
pub mod typed;
pub mod values;
pub mod zone;

pub use check::{FUNCTIONS, condition, given, value};
pub use lexer::duration;

#[cfg(test)]
mod tests;
