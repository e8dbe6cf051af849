//! The names in an expression, and what each can mean by where it stands.

use super::parse::parse;
use super::tree::{Ident, Is, Kind, Node};
use super::typed::Op;
use crate::source::{Span, Spanned};

/// What has a value: a column of the row, or an input of the action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    Column(String),
    Input(String),
    /// A column of the row that a reference names.
    Far(Box<Slot>, String),
    /// What is given a value, by the path of its declaration.
    At(String),
}

/// A name in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    pub name: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A column, behind `this.` or alone.
    Column,
    Input,
    /// A column of the row that the slot names, or an end of the range that it holds.
    Of(Slot),
    /// A value of the slot's enumeration where it has one of that name, else a column.
    ValueOf(Slot),
}

/// None where the text is no expression.
pub fn mentions(source: &Spanned<String>) -> Option<Vec<Mention>> {
    mentions_for(source, None)
}

/// As `mentions`, of what is given to a slot.
pub fn mentions_for(source: &Spanned<String>, slot: Option<&Slot>) -> Option<Vec<Mention>> {
    let tree = parse(source).ok()?;
    let mut walk = Walk { found: Vec::new() };
    walk.node(&tree, slot);
    Some(walk.found)
}

struct Walk {
    found: Vec<Mention>,
}

impl Walk {
    fn add(&mut self, span: Span, name: &str, what: What) {
        self.found.push(Mention { span, name: name.to_owned(), what });
    }

    /// `expected`: of whose enumeration a bare name may be a value.
    fn node(&mut self, node: &Node, expected: Option<&Slot>) {
        match &node.kind {
            Kind::Name(name) if matches!(name.as_str(), "this" | "actor" | "input") => {}
            Kind::Name(name) => {
                let what = expected.map_or(What::Column, |slot| What::ValueOf(slot.clone()));
                // Of a name in brackets the place is that of the brackets: who would change it looks.
                self.add(node.span, name, what);
            }
            Kind::Member(of, member) => match &of.kind {
                Kind::Name(name) if name == "this" => {
                    self.add(member.span, &member.name, What::Column);
                }
                Kind::Name(name) if name == "input" => {
                    self.add(member.span, &member.name, What::Input);
                }
                _ => {
                    self.node(of, None);
                    if let Some(slot) = slot(of) {
                        self.add(member.span, &member.name, What::Of(slot));
                    }
                }
            },
            Kind::Call(name, arguments) => self.call(name, arguments, expected),
            Kind::Not(of) | Kind::Negate(of) => self.node(of, None),
            Kind::Binary(Op::Eq | Op::Ne, left, right) => {
                self.node(left, slot(right).as_ref());
                self.node(right, slot(left).as_ref());
            }
            Kind::Binary(_, left, right) => {
                self.node(left, None);
                self.node(right, None);
            }
            Kind::Is(of, is) => {
                self.node(of, None);
                if let (Is::Names(names), Some(slot)) = (is, slot(of)) {
                    for ident in names {
                        self.add(ident.span, &ident.name, What::ValueOf(slot.clone()));
                    }
                }
            }
            Kind::In(of, list) => {
                self.node(of, None);
                let slot = slot(of);
                for item in list {
                    self.node(item, slot.as_ref());
                }
            }
            Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Decimal(_)
            | Kind::Money(..)
            | Kind::Duration(_)
            | Kind::Text(_) => {}
        }
    }

    fn call(&mut self, name: &Ident, arguments: &[Node], expected: Option<&Slot>) {
        match (name.name.as_str(), arguments) {
            ("or", [of, default]) => {
                self.node(of, expected);
                self.node(default, slot(of).as_ref().or(expected));
            }
            ("if", [condition, then, otherwise]) => {
                self.node(condition, None);
                let other = slot(otherwise);
                let one = slot(then);
                self.node(then, expected.or(other.as_ref()));
                self.node(otherwise, expected.or(one.as_ref()));
            }
            _ => arguments.iter().for_each(|argument| self.node(argument, None)),
        }
    }
}

/// Whose value an expression is, where it is one's.
fn slot(node: &Node) -> Option<Slot> {
    match &node.kind {
        Kind::Name(name) => Some(Slot::Column(name.clone())),
        Kind::Member(of, member) => match &of.kind {
            Kind::Name(name) if name == "this" => Some(Slot::Column(member.name.clone())),
            Kind::Name(name) if name == "input" => Some(Slot::Input(member.name.clone())),
            _ => slot(of).map(|of| Slot::Far(Box::new(of), member.name.clone())),
        },
        Kind::Call(name, arguments) => match (name.name.as_str(), arguments.as_slice()) {
            ("or", [of, _]) => slot(of),
            ("if", [_, then, _]) => slot(then),
            _ => None,
        },
        _ => None,
    }
}
