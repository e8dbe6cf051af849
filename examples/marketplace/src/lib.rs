//! Vendors list what they offer, customers book it, the platform holds the money in between.

#[rustfmt::skip]
pub mod generated;

pub use generated::{App, Config, SERVICE};
