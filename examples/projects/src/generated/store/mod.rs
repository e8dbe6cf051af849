//! Queries, one file for each entity: each SQL literal stands beside its function.

pub mod member;
pub mod project;
pub mod task;
pub mod team;
pub mod user;
