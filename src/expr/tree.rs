//! An expression as it was written: shape and places, no meaning yet.

use super::typed::Op;
use crate::source::Span;

/// A part of an expression and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    pub span: Span,
    pub kind: Kind,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    pub span: Span,
    pub name: String,
}

impl Node {
    /// What it is called, where it is a name or a member of one.
    pub fn name(&self) -> Option<String> {
        match &self.kind {
            Kind::Name(name) => Some(name.clone()),
            Kind::Member(of, member) => Some(format!("{}.{}", of.name()?, member.name)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub enum Kind {
    Bool(bool),
    Int(i64),
    /// Digits, a point, digits.
    Decimal(String),
    /// `12.50 EUR`: the amount as written and the currency's code.
    Money(String, String),
    /// Seconds.
    Duration(i64),
    Text(String),
    Name(String),
    /// `input.x`, `this.x`, `during.start`.
    Member(Box<Node>, Ident),
    Call(Ident, Vec<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary(Op, Box<Node>, Box<Node>),
    Is(Box<Node>, Is),
    /// `x in [a, b]`.
    In(Box<Node>, Vec<Node>),
}

/// What stands to the right of `is`.
#[derive(Debug, Clone)]
pub enum Is {
    Set,
    Unset,
    /// Values of an enumeration, states, or groups of states.
    Names(Vec<Ident>),
}
