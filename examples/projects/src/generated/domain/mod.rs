//! What rows hold and what requests bring, one file for each entity.

pub mod currency;
pub mod member;
pub mod project;
pub mod task;
pub mod team;
pub mod user;
