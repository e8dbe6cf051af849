//! The database, as SQL, inside the binary.

use super::kernel::migrate::Migration;

/// Roles and what everybody may do; run by an administrator.
pub const BOOTSTRAP: &str = include_str!("../../migrations/bootstrap.sql");

/// In the order in which they are run.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_init.sql", sql: include_str!("../../migrations/0001_init.sql") }];
