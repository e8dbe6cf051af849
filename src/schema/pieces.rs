//! The pieces of a database schema. Their SQL is in `text_of_tables` and `text_of_functions`.

use super::calls::{Refusal, SqlType};

/// A table under forced row security with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Table {
    /// `entities.Task`.
    pub path: String,
    /// Without schema, unquoted.
    pub name: String,
    pub summary: String,
    pub columns: Vec<TableColumn>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    pub guard: Function,
    pub triggers: Vec<Trigger>,
    pub row_security: RowSecurity,
    pub access: Vec<Access>,
    pub facets: Vec<Facet>,
    /// Columns about which the planner keeps no statistics, quoted where they must be.
    pub unmeasured: Vec<String>,
    /// Added once all tables are there.
    pub references: Vec<Constraint>,
}

#[derive(Debug, Clone)]
pub struct TableColumn {
    /// Unquoted.
    pub name: String,
    pub ty: String,
    pub required: bool,
    pub default: Option<String>,
    pub summary: String,
}

/// A named condition of a table.
#[derive(Debug, Clone)]
pub struct Constraint {
    pub definition: String,
    pub refusal: Refusal,
}

#[derive(Debug, Clone)]
pub struct Index {
    pub name: String,
    /// Quoted where they must be.
    pub columns: Vec<String>,
    pub filter: Option<String>,
    /// What it means when it refuses, of a unique one.
    pub refusal: Option<Refusal>,
}

#[derive(Debug, Clone)]
pub struct Trigger {
    pub name: String,
    pub when: &'static str,
    /// `ROW` or `STATEMENT`.
    pub each: &'static str,
    /// Fires only then.
    pub only: Option<String>,
    pub call: String,
}

/// Whether row security is on, and for the owner too.
#[derive(Debug, Clone, Copy)]
pub struct RowSecurity {
    pub enabled: bool,
    pub forced: bool,
}

/// What one role may do with a table.
#[derive(Debug, Clone)]
pub struct Access {
    pub policies: Vec<Policy>,
    pub grant: Option<Grant>,
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub name: String,
    pub command: Option<&'static str>,
    /// Unquoted.
    pub role: String,
    /// All hold; none: always.
    pub conjuncts: Vec<String>,
    /// Whether what is written is held to the same, else nothing may be written by it.
    pub writes: bool,
}

#[derive(Debug, Clone)]
pub struct Grant {
    /// `SELECT` and its columns, quoted where they must be; no columns: the whole table.
    pub privileges: Vec<(&'static str, Vec<String>)>,
    /// Unquoted.
    pub role: String,
}

/// Columns that only some of a context's readers are given.
#[derive(Debug, Clone)]
pub struct Facet {
    pub view: String,
    pub note: String,
    pub columns: Vec<String>,
    pub conjuncts: Vec<String>,
    pub barrier: bool,
    /// Login that reads it, unquoted.
    pub reader: String,
    /// Unquoted.
    pub owner: String,
}

#[derive(Debug, Clone)]
pub struct Function {
    /// `act.task_finish_team_v1`.
    pub name: String,
    pub arguments: Vec<(String, SqlType)>,
    pub returns: Returns,
    pub definer: bool,
    pub declare: Vec<String>,
    pub body: Vec<Step>,
    /// Roles that may call it, unquoted; `PUBLIC` for a mutant.
    pub execute: Vec<String>,
    /// To whom it is handed over, unquoted.
    pub owner: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Returns {
    Void,
    Boolean,
    Text,
    Trigger,
    Jsonb,
    Uuid,
    /// Columns, quoted where they must be, with their types.
    Table(Vec<String>),
}

#[derive(Debug, Clone)]
pub enum Step {
    Run(String),
    Refuse { when: Vec<String>, path: String, code: &'static str },
}

/// `IF when THEN RAISE`, the conditions one to a line where there are several.
pub fn refuse(when: impl Into<String>, path: impl Into<String>, code: &'static str) -> Step {
    Step::Refuse { when: vec![when.into()], path: path.into(), code }
}
