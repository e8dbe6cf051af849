//! What an expression may speak of: the place where it stands and the names that are known there.

use std::fmt;

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
    /// What a step of an action writes, or on what it depends.
    Step,
    /// When the clock acts on a row: asked again whoever writes it.
    Timer,
    /// What a field takes when its row is made, or at an action.
    Copy,
    /// What a hook is given: asked before the locks and again behind them.
    Given,
    /// Which rows a hook is given.
    Reads,
    /// Of which rows a step runs an action: found before the locks, and asked again behind them.
    Each,
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
            Place::Step => "a step",
            Place::Timer => "a timer",
            Place::Copy => "a `copy`",
            Place::Given => "what a hook is given",
            Place::Reads => "the `where` of what a hook reads",
            Place::Each => "the `where` of a step",
        }
    }

    pub fn arithmetic(self) -> bool {
        use Place::{Copy, Each, Given, Reads, Require, Rule, Step, Timer};
        matches!(self, Rule | Require | Step | Timer | Copy | Given | Reads | Each)
    }

    pub fn functions(self) -> bool {
        self.arithmetic()
    }

    pub fn now(self) -> bool {
        matches!(self, Place::ReadWhen | Place::Require | Place::Step | Place::Copy | Place::Each)
    }

    /// Columns of the rows that references name.
    pub fn paths(self) -> bool {
        matches!(self, Place::Require | Place::Step | Place::Copy | Place::Given)
    }

    /// The person who acts.
    pub fn actor(self) -> bool {
        self.paths() || self == Place::Each
    }

    /// What is given.
    pub fn input(self) -> bool {
        self.actor() || self == Place::Reads
    }
}

/// The names known to an expression over one entity's row.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    pub place: Place,
    /// The entity's name; empty where there is no row.
    pub entity: &'a str,
    /// The entity of the action's own row, where the columns are those of others; empty where there is none.
    pub own: &'a str,
    pub columns: &'a [Known],
    pub groups: &'a [Group],
    /// In order: the n-th is the action's n-th input.
    pub inputs: &'a [Known],
    /// Rows that earlier steps made, by name, each with the place of its step.
    pub made: &'a [(usize, Known)],
    /// What hooks gave to earlier steps.
    pub gave: &'a [Gave],
    /// What is known of the rows that references name.
    pub others: &'a dyn Others,
    /// Name of the entity of people.
    pub user: &'a str,
    /// A field or input could not be read: an unknown name may be one of these.
    pub incomplete: bool,
}

/// The entities beside the one whose row an expression is over.
pub trait Others: fmt::Debug {
    /// The columns of an entity's rows, and its groups of states.
    fn row(&self, entity: &str) -> (Vec<Known>, Vec<Group>);
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

/// A value that a hook gave.
#[derive(Debug, Clone)]
pub struct Gave {
    /// The step's.
    pub name: String,
    /// Its own, where the hook gives several.
    pub member: Option<String>,
    /// Its place among the inputs of the action.
    pub input: usize,
    pub known: Known,
}
