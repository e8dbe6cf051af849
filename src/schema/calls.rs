//! What the service says to the database: the functions it calls and the columns it selects.
//! Everything that builds Rust, OpenAPI or tests reads it from here and not from the SQL.

use std::fmt;

use crate::expr::typed::Expr;
use crate::model::{ContextId, EntityId, FieldId};

/// How one action is run in one context: `SELECT * FROM api.<name>($1, …)`.
#[derive(Debug, Clone)]
pub struct Call {
    pub entity: EntityId,
    /// Index into the entity's `actions`.
    pub action: usize,
    pub context: ContextId,
    /// `entities.Task.actions.finish`.
    pub path: String,
    /// Without its schema: the wrapper is `api.<name>`, the door `act.<name>`.
    pub name: String,
    pub arguments: Vec<Argument>,
    /// What says what its hook is given, where it asks one.
    pub look: Option<Look>,
    /// Columns of the row read back, the same as [`Read::columns`]; the function answers one such
    /// row, or none where the caller cannot read it any more. Empty where the context reads nothing
    /// of the entity, and where the action deletes it: the function returns void.
    pub returns: Vec<Column>,
    /// The rows that it locks, in this order.
    pub locks: Vec<Lock>,
}

/// A row that a door locks before it asks what must hold.
#[derive(Debug, Clone)]
pub struct Lock {
    pub entity: EntityId,
    /// The reference that names it; none: the door's own row, or those that a hook is given.
    pub of: Option<Expr>,
    /// Whether others wait who only read it under a lock of their own.
    pub changes: bool,
    /// Columns of another's row that are read.
    pub reads: Vec<String>,
    /// The step that finds them, counted from 0, where they are several.
    pub each: Option<usize>,
}

/// `SELECT act.<name>($1, …)`.
#[derive(Debug, Clone)]
pub struct Look {
    pub name: String,
    pub arguments: Vec<Argument>,
}

#[derive(Debug, Clone)]
pub struct Argument {
    /// `_title`, never quoted.
    pub name: String,
    pub ty: SqlType,
    pub carries: Carries,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// Whom the service speaks for, proved: what a gate verifies.
    Assertion,
    Tenant,
    /// Of the row that is changed, or of the one to be made, which the service makes.
    Id,
    /// The version that the caller saw.
    Version,
    /// Names of the accepted fields that are given.
    Set,
    Field(FieldId),
    /// Start of a range.
    From(FieldId),
    /// End of a range, exclusive.
    Until(FieldId),
    /// Index into the action's `input`.
    Input(usize),
    InputFrom(usize),
    InputUntil(usize),
    Because,
    /// Under which the answer is kept.
    Key,
    /// What the action's hook gave, and the service vouches for.
    Gave,
}

/// What a context may select of an entity.
#[derive(Debug, Clone)]
pub struct Read {
    pub entity: EntityId,
    pub context: ContextId,
    pub columns: Vec<Column>,
    /// `app.task t`, with its facets joined.
    pub from: String,
    pub anchor: Anchor,
}

/// What a context's statements say beside row security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// This column (`t.team`) equals the tenant that the path names.
    Tenant(String),
    /// The row is the person: `t.id = rt.sealed_me()`.
    Me,
    /// Row security alone says which rows.
    Policy,
}

#[derive(Debug, Clone)]
pub struct Column {
    /// As the result names it, unquoted.
    pub name: String,
    /// As the statement selects it: `t.title`, `lower(t.during)`, `f1.id IS NOT NULL`.
    pub expr: String,
    pub ty: SqlType,
    pub holds: Holds,
    /// Whether it can be null: because the field is optional, or because its facet is not granted.
    pub nullable: bool,
    /// Number of the facet in which it stands, counted from 1.
    pub facet: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Id,
    Field(FieldId),
    From(FieldId),
    Until(FieldId),
    State,
    Version,
    CreatedAt,
    UpdatedAt,
    /// Whether the caller is given the columns of this column's facet.
    Granted,
}

/// How a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    Uuid,
    Bytea,
    Text,
    TextArray,
    /// 32 bits.
    Int,
    /// 64 bits.
    Bigint,
    Numeric,
    Boolean,
    Date,
    Timestamptz,
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SqlType::Uuid => "uuid",
            SqlType::Bytea => "bytea",
            SqlType::Text => "text",
            SqlType::TextArray => "text[]",
            SqlType::Int => "int",
            SqlType::Bigint => "bigint",
            SqlType::Numeric => "numeric",
            SqlType::Boolean => "boolean",
            SqlType::Date => "date",
            SqlType::Timestamptz => "timestamptz",
        })
    }
}

/// What it means when a constraint refuses a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Name of the constraint or unique index.
    pub constraint: String,
    /// Its table, without schema, unquoted.
    pub table: String,
    /// `entities.Task.fields.title`.
    pub path: String,
    /// The field of which it speaks, where it is one.
    pub field: Option<String>,
    pub kind: RefusalKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// 422 with the field.
    Bounds,
    /// 409.
    Rule,
    /// 402.
    Unpaid,
    /// 409.
    Unique,
    /// 409.
    Exclusion,
    /// 404 with the field.
    Reference,
}
