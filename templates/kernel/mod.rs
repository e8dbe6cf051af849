//! What every service of this kind has and no entity needs to know.

pub mod answers;
pub mod audit;
pub mod cli;
pub mod config;
pub mod cursor;
pub mod db;
pub mod health;
pub mod hook;
pub mod http;
pub mod identity;
pub mod limits;
mod members;
pub mod migrate;
pub mod problem;
pub mod serve;
pub mod telemetry;
#[cfg(feature = "tls")]
mod tls;
mod urlencoded;
pub mod values;
pub mod work;
