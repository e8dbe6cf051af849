//! What the service promises, tried from outside on a real PostgreSQL.
//!
//! `cargo test --test generated -- --list` names every test, `-- door/everybody/` runs some.

mod support;

use std::process::ExitCode;

// The one name in these tests that differs from service to service.
use projects as service;

fn main() -> ExitCode {
    support::run(include_str!("spec.json"), env!("CARGO_BIN_EXE_projects")).exit_code()
}
