//! A checked expression. Names are resolved to columns, so nothing here can refer to what does not exist.

use std::sync::Arc;

use super::values::Rounding;
use super::zone::Zone;

/// A checked expression with its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub node: Node,
    pub ty: Ty,
    /// Whether its value can be absent. A condition never is.
    pub nullable: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Literal(Literal),
    Column(Column),
    /// A column of the row that a reference names.
    Path(Box<Expr>, Far),
    /// The n-th `input` of the action whose `require` this is.
    Input(usize),
    /// The id of the row that the n-th step makes.
    Made(usize),
    /// The id of the action's own row, in a condition over rows of another entity.
    Own,
    /// The id of the person who acts.
    Actor,
    /// The instant at which the statement runs, taken after its locks.
    Now,
    /// The day in which that instant lies at a place.
    Today(Zone),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `x in a, b` and `state is group`: equal to one of the literals.
    OneOf(Box<Expr>, Vec<Literal>),
    IsSet(Box<Expr>),
    IsUnset(Box<Expr>),
    /// `or(x, default)`: the default where x is absent.
    OrElse(Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

/// A column of the row that an expression speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    Id,
    State,
    Version,
    CreatedAt,
    UpdatedAt,
    /// Index into the entity's `fields`.
    Field(usize),
}

/// A column of another row, with its name: who prints it need not know the row's entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Far {
    pub column: Column,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Bool(bool),
    /// Also money in minor units, basis points, and a duration in seconds.
    Int(i64),
    /// As written: digits, a point, digits; perhaps led by a minus.
    Decimal(String),
    Text(String),
    /// A state's or an enumeration's value, by its name.
    Name(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Min,
    Max,
    /// Characters of a text.
    Len,
    Lower,
    /// Start of a range.
    RangeStart,
    /// End of a range, exclusive.
    RangeEnd,
    Overlaps,
    /// A range and what may lie in it, or a text and a part of it.
    Contains,
    /// Whether a text begins with another.
    Starts,
    Ends,
    Concat,
    /// A date and a number of months.
    AddMonths,
    /// Of two whole numbers.
    Div(Rounding),
    /// Ten-thousandths of an amount or a whole number: it and a rate.
    Share(Rounding),
    /// Of two decimals, with so many digits after the point.
    DivTo(u8, Rounding),
    /// Of a decimal.
    RoundTo(u8, Rounding),
}

impl Op {
    /// As the language writes it, and CEL too.
    pub fn sign(self) -> &'static str {
        match self {
            Op::Eq => "==",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::And => "&&",
            Op::Or => "||",
            Op::Add => "+",
            Op::Sub => "-",
            Op::Mul => "*",
        }
    }
}

impl Expr {
    /// The same of other parts.
    pub fn map(&self, of: &dyn Fn(&Expr) -> Expr) -> Expr {
        let part = |part: &Expr| Box::new(of(part));
        let node = match &self.node {
            Node::Literal(_)
            | Node::Column(_)
            | Node::Input(_)
            | Node::Made(_)
            | Node::Own
            | Node::Actor
            | Node::Now
            | Node::Today(_) => self.node.clone(),
            Node::Path(row, far) => Node::Path(part(row), far.clone()),
            Node::Not(of) => Node::Not(part(of)),
            Node::Negate(of) => Node::Negate(part(of)),
            Node::Binary(op, left, right) => Node::Binary(*op, part(left), part(right)),
            Node::OneOf(of, list) => Node::OneOf(part(of), list.clone()),
            Node::IsSet(of) => Node::IsSet(part(of)),
            Node::IsUnset(of) => Node::IsUnset(part(of)),
            Node::OrElse(left, right) => Node::OrElse(part(left), part(right)),
            Node::If(test, then, otherwise) => Node::If(part(test), part(then), part(otherwise)),
            Node::Call(function, all) => Node::Call(*function, all.iter().map(of).collect()),
        };
        Expr { node, ..self.clone() }
    }

    /// What it is made of, where it is made of others.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Literal(_)
            | Node::Column(_)
            | Node::Input(_)
            | Node::Made(_)
            | Node::Own
            | Node::Actor
            | Node::Now
            | Node::Today(_) => Vec::new(),
            Node::Path(of, _) | Node::Not(of) | Node::Negate(of) | Node::OneOf(of, _) => vec![of],
            Node::IsSet(of) | Node::IsUnset(of) => vec![of],
            Node::Binary(_, left, right) | Node::OrElse(left, right) => vec![left, right],
            Node::If(test, then, otherwise) => vec![test, then, otherwise],
            Node::Call(_, arguments) => arguments.iter().collect(),
        }
    }
}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    Bool,
    Int,
    Decimal,
    Bps,
    /// ISO 4217 code.
    Money(String),
    Text,
    Date,
    Timestamp,
    /// Seconds.
    Duration,
    RangeOfTimestamp,
    RangeOfDate,
    /// One of these names: an enumeration or the states of an entity.
    /// They are shared: an entity may have many, and each of its expressions says them often.
    Names(Arc<[String]>),
    /// A reference to the entity of this name; also `actor` (to the user entity).
    Ref(String),
}
