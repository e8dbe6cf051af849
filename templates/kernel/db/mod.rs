//! The database: pools, one flight per request, and what a refusal means.
//!
//! Nothing outside this module sees a client. A [`Session`] is all that queries get: it enters its
//! context in the same transaction as the query, so that who may see what is decided there and then.

mod asking;
mod assertion;
mod bound;
mod connect;
mod error;
mod flight;
mod pool;
mod session;

pub use asking::Asking;
pub use connect::{Settings, Worker, config_of, connect};
pub use error::{Constraint, Error, Kind, Refusal, Violation};
pub use pool::Pool;
pub use session::{Asked, FromRow, Gate, Once, Provision, Session};

/// A parameter of a statement.
pub type Param<'a> = &'a (dyn tokio_postgres::types::ToSql + Sync);
