//! What the database says no with, and what it means.

use tokio_postgres::error::{DbError, SqlState};

use super::assertion;

const UNPROVED: &str = ": the database does not believe whom this service speaks for; either SUBJECT_KEY is not \
                        the one that `migrate` wrote, or the two clocks are minutes apart";

/// Why there are no rows.
#[derive(Debug)]
pub enum Error {
    /// The database refused, by a rule of the blueprint.
    Refused(Refusal),
    /// It cannot answer now: out of reach, or out of time.
    Unavailable(String),
    /// 40001, 40P01: two transactions stood in each other's way, and nothing of this one is left.
    Collided(String),
    /// 0A000: a prepared plan no longer fits the schema. Its connection has left the pool.
    Stale(String),
    /// A door was given no answer of its hook, or none that it believes; by the path of the call.
    Unvouched(String),
    /// A hook holds a stub still.
    NotWritten(String),
    /// A fault of ours: wrong SQL, a missing grant, an unknown constraint.
    Fault(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    /// Dotted path of the rule; none where a value fits no rule at all.
    pub rule: Option<String>,
    /// The field whose value was refused.
    pub field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The token is good and names nobody.
    Unknown,
    /// The person signed in too long ago: more than so many seconds.
    StepUp { max_age: u32 },
    NotPermitted,
    NotFound,
    WrongState,
    /// It is too late: the clock comes first.
    Deadline,
    Rule,
    /// A rule that more would have to be paid for.
    Unpaid,
    Conflict,
    Version,
    Invalid,
    /// What the caller gave as a key is none.
    Key,
    /// What was asked for under the same key is still under way.
    InFlight,
    /// Something else was asked for under the same key.
    KeyReused,
}

/// A constraint of the schema and the path that it keeps.
#[derive(Debug, Clone, Copy)]
pub struct Constraint {
    pub name: &'static str,
    pub path: &'static str,
    pub violation: Violation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// The value of one field is out of its bounds.
    Bounds(&'static str),
    Rule,
    Unpaid,
    Unique,
    Exclusion,
    /// The row that this field refers to is not there.
    Reference(&'static str),
}

impl Error {
    pub fn of(error: tokio_postgres::Error, constraints: &[Constraint]) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::Unavailable(error.to_string());
        };
        let refusal = raised(db).or_else(|| violated(db, constraints)).or_else(|| overflowed(db));
        if let Some(refusal) = refusal {
            return Self::Refused(refusal);
        }
        if db.code().code() == "BP500" {
            return Self::Unvouched(db.message().to_owned());
        }
        let mut said = format!("{} {}", db.code().code(), db.message());
        if db.message() == assertion::PATH {
            said.push_str(UNPROVED);
        }
        match db.code() {
            &SqlState::FEATURE_NOT_SUPPORTED => Self::Stale(said),
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Collided(said)
            }
            &SqlState::QUERY_CANCELED
            | &SqlState::LOCK_NOT_AVAILABLE
            | &SqlState::TOO_MANY_CONNECTIONS
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::CRASH_SHUTDOWN
            | &SqlState::ADMIN_SHUTDOWN => Self::Unavailable(said),
            _ => Self::Fault(said),
        }
    }

    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// Gates and doors raise SQLSTATE `BPnnn` with the path as the message. An assertion that does not hold
/// is no refusal of the caller's: the service and the database have other keys, or other clocks.
fn raised(db: &DbError) -> Option<Refusal> {
    let path = db.message();
    // guard: kernel.db.assertion
    if path == assertion::PATH {
        return None;
    }
    let kind = match db.code().code() {
        "BP400" => Kind::Key,
        "BP401" => match db.detail().and_then(|seconds| seconds.parse().ok()) {
            Some(max_age) => Kind::StepUp { max_age },
            None => Kind::Unknown,
        },
        "BP402" => Kind::Unpaid,
        "BP403" => Kind::NotPermitted,
        "BP404" => Kind::NotFound,
        "BP409" if path == "idempotency.in_flight" => Kind::InFlight,
        "BP409" => conflict(path),
        "BP412" => Kind::Version,
        "BP422" if path == "idempotency.key_reused" => Kind::KeyReused,
        "BP422" => Kind::Invalid,
        _ => return None,
    };
    Some(Refusal { kind, rule: Some(path.to_owned()), field: field_of(path) })
}

/// What stands in the way, by the word that says it; a rule has a name of its own behind it.
fn conflict(path: &str) -> Kind {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["entities", _, "states"] | ["entities", _, "actions", _, "from"] => Kind::WrongState,
        ["entities", _, "actions", _, "at" | "after" | "as_soon" | "before"] => Kind::Deadline,
        _ => Kind::Rule,
    }
}

/// `entities.Task.fields.title.bounds` speaks of `title`.
fn field_of(path: &str) -> Option<String> {
    let (_, rest) = path.split_once(".fields.")?;
    rest.split('.').next().map(str::to_owned)
}

fn violated(db: &DbError, constraints: &[Constraint]) -> Option<Refusal> {
    let name = db.constraint()?;
    let constraint = constraints.iter().find(|constraint| constraint.name == name)?;
    let (kind, field) = match constraint.violation {
        Violation::Bounds(field) => (Kind::Invalid, Some(field)),
        Violation::Rule => (Kind::Rule, None),
        Violation::Unpaid => (Kind::Unpaid, None),
        Violation::Unique | Violation::Exclusion => (Kind::Conflict, None),
        Violation::Reference(field) => (Kind::NotFound, Some(field)),
    };
    Some(Refusal { kind, rule: Some(constraint.path.to_owned()), field: field.map(str::to_owned) })
}

/// A rule that reckons went out of a number's or a time's range, or divided by zero: only values of
/// the caller's can be such.
fn overflowed(db: &DbError) -> Option<Refusal> {
    let codes = [
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
        SqlState::DATETIME_FIELD_OVERFLOW,
        SqlState::DIVISION_BY_ZERO,
    ];
    codes.contains(db.code()).then_some(Refusal { kind: Kind::Invalid, rule: None, field: None })
}
