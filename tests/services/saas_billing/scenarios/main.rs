//! Acceptance scenarios of subscriptions and billing, from outside: people, staff and workers who speak HTTP.
//!
//! Run by `scripts/test`, which compiles the service and lays these files and the stage into its `tests` folder: all
//! paths are as they are there.

#[path = "../generated/support/http.rs"]
#[rustfmt::skip]
mod http;
#[path = "../generated/support/postgres.rs"]
#[rustfmt::skip]
mod server;

#[path = "../shared/stage/second.rs"]
mod second;
#[path = "../shared/stage/mod.rs"]
mod stage;

mod numbers;
mod office;
mod payments;
mod periods;
mod plans;
mod seats;
mod tenants;
mod usage;

use std::process::ExitCode;

fn main() -> ExitCode {
    stage::play(
        env!("CARGO_BIN_EXE_saas_billing"),
        &[
            ("foreign_tenant", tenants::foreign_tenant),
            ("pooled_connection", tenants::pooled_connection),
            ("last_seat", seats::last_seat),
            ("gapless_numbers", numbers::gapless_numbers),
            ("cancel_at_the_boundary", periods::cancel_at_the_boundary),
            ("renewal_twice", periods::renewal_twice),
            ("duplicate_usage", usage::duplicate_usage),
            ("plan_edit", plans::plan_edit),
            ("priced_and_paid", payments::priced_and_paid),
            ("two_owners_leave", tenants::two_owners_leave),
        ],
    )
}
