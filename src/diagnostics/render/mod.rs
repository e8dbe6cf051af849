//! Diagnostics for people and for programs. Each form is one string, ending with a line end.

mod change;
mod github;
mod human;
mod json;
mod sarif;
mod snippet;

pub use github::github;
pub use human::{Look, human};
pub use json::json;
pub use sarif::sarif;
