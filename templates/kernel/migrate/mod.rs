//! Brings a database to the schema that this service was built for.

mod bootstrap;
mod roles;
mod run;

pub use bootstrap::{Bootstrap, bootstrap};
pub use roles::Prefix;
pub use run::{Migration, migrate};
