//! Brings a database to the schema that this service was built for.

mod bootstrap;
mod keys;
mod roles;
mod run;

pub use bootstrap::{Bootstrap, bootstrap};
pub use keys::{Blocks, SubjectKeys, write_subject_keys};
pub use roles::Prefix;
pub use run::{Migration, migrate};
