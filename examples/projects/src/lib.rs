//! Teams keep projects and finish tasks.

#[rustfmt::skip]
pub mod generated;

pub use generated::{App, Config, SERVICE};
