//! Guards left out one at a time: which of them would be missed?
//!
//! A service's crate is copied beside itself and built once, with every guard of its Rust behind a
//! switch that the environment turns. Guards of the database need no build at all, since the tests
//! read the migrations when they run. Each mutant meets first the tests in which its guard stands
//! alone, then, if it lives, all of them.

mod guards;
mod instrument;
#[path = "../../templates/tests/support/postgres.rs"]
mod postgres;
pub mod record;
mod run;
mod scratch;

pub use guards::{Guard, Layer, guards};
pub use run::{Outcome, Report, Verdict, run};

use std::path::PathBuf;

/// Why no mutant could be judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {doing} {}: {cause}", path.display())]
    Io { doing: &'static str, path: PathBuf, cause: std::io::Error },
    #[error("{0}")]
    Postgres(String),
    #[error("{path}: {reason}")]
    Source { path: String, reason: String },
    #[error("the copy in {} does not build", .0.display())]
    Build(PathBuf),
    #[error("the tests fail without any mutant:\n{0}")]
    Control(String),
    #[error("there is no guard `{0}`; `blueprint mutate --list` names them all")]
    Unknown(String),
}
