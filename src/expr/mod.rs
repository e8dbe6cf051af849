//! The expression language: parsed, typed, and printed as SQL.
//!
//! Text of a blueprint never passes through: it is parsed into [`typed::Expr`] and printed anew.

pub mod check;
pub mod currency;
mod lexer;
pub mod mentions;
mod parse;
pub mod scope;
pub mod sql;
pub mod tokens;
mod tree;
pub mod typed;

pub use check::condition;
pub use lexer::duration;

#[cfg(test)]
mod tests;
