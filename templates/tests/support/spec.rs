//! What the tests know of the service: its closed world as data, read from `spec.json`.
//!
//! Expectations are computed from this by code that shares nothing with the policies, doors and
//! queries under test.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    pub service: String,
    pub settings: Vec<Setting>,
    pub tokens: Tokens,
    /// Claims that fill the user's fields when the row is made at the first token; none: invited only.
    pub provision: Option<Vec<Claim>>,
    pub standard_routes: bool,
    pub contexts: Vec<Context>,
    /// In the order in which their rows can be made.
    pub entities: Vec<Entity>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setting {
    pub name: String,
    /// What the tests start the service with.
    pub value: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub issuer: String,
    /// The setting that holds the issuer, where the blueprint does not fix it.
    pub issuer_setting: Option<String>,
    pub audience: String,
    pub audience_setting: Option<String>,
    pub algorithms: Vec<String>,
    pub subject: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub field: String,
    pub claim: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Context {
    pub name: String,
    pub kind: ContextKind,
    /// First segment of its routes.
    pub path: String,
    pub tenant: Option<String>,
    pub grants: Option<String>,
    /// The role of whoever founds a tenant.
    pub founder: Option<String>,
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextKind {
    Anyone,
    Person,
    Tenant,
    Staff,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    pub name: String,
    /// Transitive, without itself.
    pub includes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entity {
    pub name: String,
    pub kind: EntityKind,
    /// As SQL writes it: `app.task`.
    pub table: String,
    /// Its collection's segment in paths.
    pub path: String,
    /// The column that names its tenant, and the tenant's entity.
    pub tenant: Option<TenantColumn>,
    pub fields: Vec<Field>,
    /// The first is the start.
    pub states: Vec<String>,
    /// Every legal change of state.
    pub moves: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub append_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Effective>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picks: Vec<Pick>,
    /// The field that says since when a row is deleted, where deleted rows stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<String>,
    /// The field that says since when a person is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<String>,
    /// What goes with a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Erasure>,
    pub parties: Vec<Party>,
    pub uniques: Vec<Unique>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<Total>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<Quota>,
    pub rules: Vec<Rule>,
    pub reads: Vec<Access>,
    pub doors: Vec<Door>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<Timer>,
    /// Contexts in which steps write rows that may be another's than who acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Contexts in which they make such rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made_for_others: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Plain,
    User,
    Tenant,
    Grants,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TenantColumn {
    pub column: String,
    pub entity: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// Its one column in the table.
    pub column: String,
    #[serde(rename = "type")]
    pub ty: Type,
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub frozen: bool,
    /// Frozen once it is there, which it is not when the row is made.
    #[serde(default, skip_serializing_if = "is_false")]
    pub later: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub personal: bool,
    /// What a create that leaves it out makes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    /// Kept equal to a column of the row that a reference names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<Copied>,
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Copied {
    pub through: String,
    pub field: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Bool,
    Int { min: i64, max: i64 },
    Decimal { scale: u32 },
    Money { currency: String },
    Bps,
    Text { min: u32, max: u32 },
    Email,
    Phone,
    Url,
    Slug,
    Date,
    Timestamp,
    Duration,
    RangeOfTimestamp,
    RangeOfDate,
    OneOf { values: Vec<String> },
    Ref { entity: String },
    UserIn { context: String },
}

/// A number without gaps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Number {
    pub field: String,
    /// Its counters' table in `rt`.
    pub counter: String,
    /// With the tenant first, where there is one.
    pub per: Vec<String>,
    /// The states in which a row has one; empty: each row has.
    pub given: Vec<String>,
    /// The states between which a row gets it.
    pub from: String,
    pub to: String,
}

/// Rows hold for a time each: of each `by` one at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Effective {
    /// With the tenant first, where there is one.
    pub by: Vec<String>,
    pub during: String,
    /// Whether what begins begins in the future.
    pub future: bool,
}

/// A field that refers to the row of another entity which was in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pick {
    pub field: String,
    pub from: String,
    /// The state to which a row comes that finds it; none: it is found when the row is made.
    pub to: Option<String>,
    /// The most particular first: a field of the other's `by`, or none of them.
    pub by: Vec<Option<Given>>,
    pub clear: bool,
    pub takes: Vec<Given>,
}

/// Fields that never change once a row is in one of these states, or the row that `of` names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settled {
    pub fields: Vec<String>,
    pub from: Vec<String>,
    pub of: Option<String>,
}

/// A role that a person has on the rows whose column names him; no column: the row is the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    pub field: Option<String>,
    pub context: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unique {
    pub name: String,
    /// With the tenant first, where it leads.
    pub fields: Vec<String>,
    pub filter: Option<Expr>,
}

/// What the rows of another entity that refer to a row add up to: one of the fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Total {
    pub name: String,
    pub child: String,
    /// The child's field that refers to the row.
    pub by: String,
    pub adds: Adds,
    pub filter: Option<Expr>,
    /// Whether the row is locked before its children.
    pub first: bool,
}

/// A total that begins anew with each window, beside the row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Quota {
    pub name: String,
    pub child: String,
    /// The child's field that refers to the row.
    pub by: String,
    pub adds: Adds,
    pub filter: Option<Expr>,
    pub per: Per,
    /// What a window may reach, by the row's own columns.
    pub cap: Expr,
    /// Whether a cap below what is used is refused.
    pub refuse: bool,
    pub paid: bool,
    /// Whether the row is locked before its children.
    pub first: bool,
    /// Of its windows, with its schema.
    pub table: String,
    /// By which a window names the row.
    pub column: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    Day,
    Week,
    Month,
    Year,
}

/// What is made of the children, by a field of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adds {
    Sum(String),
    Count,
    Max(String),
}

/// No two rows that share these fields overlap in a range.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exclusion {
    pub name: String,
    /// Where it stands, unless under `exclude`; what is absent is a value of its own then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// With the tenant first, where there is one.
    pub same: Vec<String>,
    pub overlapping: String,
    pub filter: Option<Expr>,
    /// Actions of timers that take a row out of those that count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    /// Of a requirement, where it does not stand under `require`: `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    pub holds: Expr,
    #[serde(default, skip_serializing_if = "is_always")]
    pub asked: Asked,
    /// Refused with 402.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paid: bool,
}

/// When a rule is asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    #[default]
    Always,
    /// When the transaction ends.
    AtCommit,
    /// Where this has grown.
    Growth(Expr),
}

fn is_always(asked: &Asked) -> bool {
    *asked == Asked::Always
}

/// Who sees what of the entity in one context.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Access {
    pub context: String,
    pub grants: Vec<Grant>,
    pub facets: Vec<Facet>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// Where it stands: `entities.Task.read.member`.
    pub path: String,
    pub who: Who,
    pub fields: Vec<String>,
    pub when: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Anyone,
    User,
    Role(String),
    Party(String),
}

/// A view that holds fields which only some grants give.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facet {
    pub view: String,
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    Required,
    Optional,
}

/// One action in one context.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Door {
    pub action: String,
    pub context: String,
    pub kind: DoorKind,
    /// Without its schema, which is `act` or `api`.
    pub function: String,
    pub by: Vec<Who>,
    pub accept: Vec<String>,
    pub input: Vec<Input>,
    /// Empty: any.
    pub from: Vec<String>,
    pub to: Option<String>,
    pub require: Vec<Rule>,
    pub because: bool,
    /// Whether a repeat is known by a key.
    pub idempotency: Option<Idempotency>,
    /// How lately the person must have signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUp>,
    /// Whether a second person agrees first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// The hook that it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asks>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Of a command: the step that makes the row which is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<usize>,
}

/// How lately a person must have signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepUp {
    /// At most.
    pub seconds: i64,
    /// What refuses.
    pub path: String,
}

/// An action that the clock does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timer {
    pub action: String,
    /// `at`, `after` or `as_soon`: behind the action's path, where it precedes another.
    pub word: String,
    /// As SQL writes it.
    pub function: String,
    pub from: Vec<String>,
    pub to: String,
    /// What makes a row due in one of these states.
    pub due: Expr,
    pub require: Vec<Rule>,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorKind {
    Create,
    Found,
    Grant,
    Change,
    Revoke,
    Delete,
    /// Deletes a row that stays.
    Hide,
    /// Overwrites what is personal of somebody.
    Erase,
    Command,
}

/// A hook that a door asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asks {
    /// `commands.book.calls.quote`.
    pub path: String,
    /// `hooks.quote`.
    pub hook: String,
    /// What says what it is given: a function of the schema `act`.
    pub look: String,
    /// The door's argument that carries what it gave.
    pub argument: String,
    pub gives: Vec<Gives>,
    /// The rows that it is given.
    pub reads: Vec<Rows>,
}

/// A value that a hook gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gives {
    /// As expressions speak of it, which take it for an input.
    pub name: String,
    /// In the hook's answer.
    pub member: String,
    #[serde(rename = "type")]
    pub ty: Type,
    pub optional: bool,
}

/// Rows of an entity that a hook is given, with these fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rows {
    pub name: String,
    pub entity: String,
    pub fields: Vec<String>,
}

/// What is overwritten in a person's rows when he is erased.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erasure {
    /// The field that names the person; none: the row is the person.
    pub of: Option<String>,
    /// Each field, and what stands in its place then.
    pub fields: Vec<(String, Replacement)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    Absent,
    Fixed {
        text: String,
    },
    /// The row's id without hyphens between these, of at least so many characters.
    OfId {
        before: String,
        after: String,
        width: usize,
    },
}

/// Something that an action does besides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    #[serde(flatten)]
    pub does: Does,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    Set {
        set: Vec<Given>,
    },
    Create {
        entity: String,
        with: Vec<Given>,
    },
    Run {
        entity: String,
        action: String,
        of: Expr,
        accept: Vec<Given>,
        input: Vec<Given>,
    },
    /// Asks the door's hook.
    Call {
        with: Vec<Given>,
    },
    /// Runs an action of each row that is found.
    Each {
        entity: String,
        action: String,
        /// Over the rows that are found.
        filter: Expr,
        /// The reference with which it begins, and what it names.
        by: String,
        named: Expr,
        /// What refuses more than `most`.
        many: String,
        most: usize,
        accept: Vec<Given>,
        input: Vec<Given>,
    },
    /// Does the action that the row is a request for, as who asked for it.
    Agree {
        entity: String,
        action: String,
        of: Expr,
        /// The field that names who asked.
        maker: String,
        accept: Vec<Given>,
        input: Vec<Given>,
        because: Option<String>,
    },
}

/// That a second person agrees first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approval {
    /// Only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// Of the requests.
    pub entity: String,
    /// The request's fields: of what is given, and of what the row tells.
    pub with: Vec<Given>,
    pub because: Option<String>,
    /// The field that says until when.
    pub until: String,
    /// The request's fields that nobody knows before: moments and hashes.
    pub loose: Vec<String>,
}

/// A field or an input, and what it is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Given {
    pub name: String,
    pub value: Expr,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: Type,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    Bool(bool),
    /// Also money in minor units, basis points and seconds.
    Int(i64),
    Decimal(String),
    Text(String),
    /// `id`, `state`, `version`, `created_at`, `updated_at` or a field's name.
    Column(String),
    Input(String),
    Actor,
    Now,
    /// The day at a place: from which second since 1970 on its clocks are so many seconds ahead of UTC.
    Today(Vec<(i64, i64)>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    IsSet(Box<Expr>),
    IsUnset(Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
    Add,
    Sub,
    Mul,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    Min,
    Max,
    Len,
    Lower,
    RangeStart,
    RangeEnd,
    Overlaps,
    Contains,
    Starts,
    Ends,
    Concat,
    AddMonths,
    Div(Rounding),
    Share(Rounding),
    /// Digits after the point.
    DivTo(u32, Rounding),
    RoundTo(u32, Rounding),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    HalfEven,
    HalfUp,
    Down,
    Up,
}
