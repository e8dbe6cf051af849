//! What an expression may speak of: the place where it stands and the names that are known there.

use super::typed::{Column, Ty};

/// Where an expression stands. Each place is carried out by something that can do less than all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Always true of a row: a CHECK.
    Rule,
    /// Which rows a unique key counts: the predicate of an index.
    UniqueWhere,
    /// Which rows an exclusion counts: the predicate of its index.
    ExcludeWhere,
    /// Which children a total counts: decided as they change.
    TotalWhere,
    /// Which rows a grant shows: a policy, decided over a finite space.
    ReadWhen,
    /// True at the moment of an action, decided under its locks.
    Require,
}

impl Place {
    /// For messages: what the place is called.
    pub fn name(self) -> &'static str {
        match self {
            Place::Rule => "a rule",
            Place::UniqueWhere => "the `where` of a unique key",
            Place::ExcludeWhere => "the `where` of an exclusion",
            Place::TotalWhere => "the `where` of a total",
            Place::ReadWhen => "the `when` of a grant",
            Place::Require => "a `require`",
        }
    }

    pub fn arithmetic(self) -> bool {
        matches!(self, Place::Rule | Place::Require)
    }

    pub fn functions(self) -> bool {
        matches!(self, Place::Rule | Place::Require)
    }

    pub fn now(self) -> bool {
        matches!(self, Place::ReadWhen | Place::Require)
    }

    /// The person who acts, and what he gives.
    pub fn caller(self) -> bool {
        self == Place::Require
    }
}

/// The names known to an expression over one entity's row.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    pub place: Place,
    /// The entity's name.
    pub entity: &'a str,
    pub columns: &'a [Known],
    pub groups: &'a [Group],
    /// In order: the n-th is the action's n-th input.
    pub inputs: &'a [Known],
    /// Name of the entity of people.
    pub user: &'a str,
    /// A field or input could not be read: an unknown name may be one of these.
    pub incomplete: bool,
}

/// A column or an input.
#[derive(Debug, Clone)]
pub struct Known {
    pub name: String,
    /// Meaningless for an input.
    pub column: Column,
    /// None: its type was reported.
    pub ty: Option<Ty>,
    pub optional: bool,
}

/// A group of states.
#[derive(Debug, Clone)]
pub struct Group {
    pub name: String,
    pub states: Vec<String>,
}
