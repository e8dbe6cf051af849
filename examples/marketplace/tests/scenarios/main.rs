//! Acceptance scenarios of the marketplace, from outside: people, staff and workers who speak HTTP.
//!
//! `cargo test --test scenarios`. Those that are not here wait for what docs/coverage.md says.

#[path = "../generated/support/http.rs"]
#[rustfmt::skip]
mod http;
#[path = "../generated/support/postgres.rs"]
#[rustfmt::skip]
mod server;

#[path = "../../../../tests/shared/stage/mortal.rs"]
mod mortal;
#[path = "../../../../tests/shared/random.rs"]
#[rustfmt::skip]
mod random;
#[path = "../../../../tests/shared/stage/mod.rs"]
mod stage;

mod approvals;
mod bookings;
mod commissions;
mod crossing;
mod erasure;
mod market;
mod refunds;
mod tenants;

use std::process::ExitCode;

fn main() -> ExitCode {
    stage::play(
        env!("CARGO_BIN_EXE_marketplace"),
        &[
            ("concurrent_booking", bookings::concurrent_booking),
            ("stale_hold", bookings::stale_hold),
            ("double_refund", refunds::double_refund),
            ("cross_org_write", tenants::cross_org_write),
            ("last_owner", tenants::last_owner),
            ("erased_customer", erasure::erased_customer),
            ("commission_change", commissions::commission_change),
            ("second_person", approvals::second_person),
            ("crossing", crossing::crossing),
            ("crossing_under_kill", crossing::crossing_under_kill),
        ],
    )
}
