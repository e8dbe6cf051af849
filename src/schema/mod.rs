//! Model → database schema: roles, tables, policies, gates and doors, and their SQL.

pub mod calls;
