//! Diagnostics for people and for programs. Each form is one string, ending with a line end.

mod change;
mod frame;
mod github;
mod human;
mod json;
mod sarif;
mod snippet;
mod window;
mod wrap;

pub use github::github;
pub use human::{Look, human, human_within};
pub use json::{json, listed};
pub use sarif::{log, sarif};
pub use wrap::wrapped;
