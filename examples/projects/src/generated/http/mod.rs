//! Routes and handlers, one file for each entity.

pub mod member;
pub mod project;
pub mod task;
pub mod team;
pub mod user;
