//! Whether a condition holds of every row, of none, or of some.
//!
//! A row is one point of a finite space: each state and each value of an enumeration is told apart, every
//! other comparison either holds or does not. Comparisons are taken to be independent of each other, so
//! there may be points that no row can be; what holds at all points or at none is certain.

use super::typed::{Expr, Literal, Node, Op, Ty};

/// Points that are looked at; beyond them nothing is certain.
const POINTS: usize = 1 << 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    Always,
    Never,
    Sometimes,
}

pub fn decide(condition: &Expr) -> Decided {
    let space = Space::of(&[condition]);
    let Some(points) = space.points() else { return Decided::Sometimes };
    let (mut holds, mut fails) = (false, false);
    for point in points {
        match space.holds(condition, point) {
            true => holds = true,
            false => fails = true,
        }
        if holds && fails {
            return Decided::Sometimes;
        }
    }
    if holds { Decided::Always } else { Decided::Never }
}

/// Whether `one` holds wherever `other` does.
pub fn follows(one: &Expr, other: &Expr) -> bool {
    let space = Space::of(&[one, other]);
    space.points().is_some_and(|mut points| {
        points.all(|point| !space.holds(other, point) || space.holds(one, point))
    })
}

/// What tells points apart.
struct Space {
    axes: Vec<Axis>,
}

struct Axis {
    of: Expr,
    /// Values of the enumeration, and one more where it can be absent; of a comparison two.
    size: usize,
}

impl Space {
    fn of(conditions: &[&Expr]) -> Self {
        let mut space = Space { axes: Vec::new() };
        for condition in conditions {
            space.add(condition);
        }
        space
    }

    fn add(&mut self, condition: &Expr) {
        match &condition.node {
            Node::Literal(Literal::Bool(_)) => {}
            Node::Not(of) => self.add(of),
            Node::Binary(Op::And | Op::Or, left, right) => {
                self.add(left);
                self.add(right);
            }
            Node::If(when, then, otherwise) => {
                for part in [when, then, otherwise] {
                    self.add(part);
                }
            }
            _ => {
                let of = match enumeration(condition) {
                    Some((of, _)) => of.clone(),
                    None => atom(condition).0,
                };
                if !self.axes.iter().any(|axis| axis.of == of) {
                    let size = match &of.ty {
                        Ty::Names(names) => names.len() + usize::from(of.nullable),
                        _ => 2,
                    };
                    self.axes.push(Axis { of, size });
                }
            }
        }
    }

    fn points(&self) -> Option<impl Iterator<Item = usize> + use<>> {
        let mut sizes = self.axes.iter().map(|axis| axis.size);
        let all = sizes.try_fold(1_usize, usize::checked_mul)?;
        (all <= POINTS).then_some(0..all)
    }

    fn at(&self, of: &Expr, mut point: usize) -> usize {
        for axis in &self.axes {
            if axis.of == *of {
                return point % axis.size;
            }
            point /= axis.size;
        }
        0
    }

    fn holds(&self, condition: &Expr, point: usize) -> bool {
        match &condition.node {
            Node::Literal(Literal::Bool(truth)) => *truth,
            Node::Not(of) => !self.holds(of, point),
            Node::Binary(Op::And, left, right) => {
                self.holds(left, point) && self.holds(right, point)
            }
            Node::Binary(Op::Or, left, right) => {
                self.holds(left, point) || self.holds(right, point)
            }
            Node::If(when, then, otherwise) => match self.holds(when, point) {
                true => self.holds(then, point),
                false => self.holds(otherwise, point),
            },
            _ => match enumeration(condition) {
                Some((of, test)) => test.holds(of, self.at(of, point)),
                None => {
                    let (of, meant) = atom(condition);
                    (self.at(&of, point) == 1) == meant
                }
            },
        }
    }
}

/// What is asked of a value of an enumeration.
enum Test<'e> {
    OneOf(Vec<&'e Literal>),
    NotOneOf(Vec<&'e Literal>),
    IsSet(bool),
}

impl Test<'_> {
    /// Of the value with this number; the last is that it is absent.
    fn holds(&self, of: &Expr, value: usize) -> bool {
        let Ty::Names(names) = &of.ty else { return false };
        let name = names.get(value);
        let among = |list: &[&Literal]| {
            list.iter().any(|one| matches!(one, Literal::Name(one) if Some(one) == name))
        };
        match self {
            Test::OneOf(list) => among(list),
            Test::NotOneOf(list) => name.is_some() && !among(list),
            Test::IsSet(meant) => name.is_some() == *meant,
        }
    }
}

/// A question about a column that holds one of several names.
fn enumeration(condition: &Expr) -> Option<(&Expr, Test<'_>)> {
    let (of, test) = match &condition.node {
        Node::OneOf(of, names) => (of, Test::OneOf(names.iter().collect())),
        Node::Binary(op @ (Op::Eq | Op::Ne), left, right) => {
            let (of, name) = match (&left.node, &right.node) {
                (_, Node::Literal(name)) => (left, name),
                (Node::Literal(name), _) => (right, name),
                _ => return None,
            };
            match op {
                Op::Eq => (of, Test::OneOf(vec![name])),
                _ => (of, Test::NotOneOf(vec![name])),
            }
        }
        Node::IsSet(of) => (of, Test::IsSet(true)),
        Node::IsUnset(of) => (of, Test::IsSet(false)),
        _ => return None,
    };
    (matches!(of.ty, Ty::Names(_)) && matches!(of.node, Node::Column(_) | Node::Path(..)))
        .then_some((of, test))
}

/// A comparison, or the one whose opposite it is.
fn atom(condition: &Expr) -> (Expr, bool) {
    let binary = |op, left: &Expr, right: &Expr| Expr {
        node: Node::Binary(op, Box::new(left.clone()), Box::new(right.clone())),
        ..condition.clone()
    };
    match &condition.node {
        Node::Binary(Op::Ne, left, right) => (binary(Op::Eq, left, right), false),
        Node::Binary(Op::Ge, left, right) => (binary(Op::Lt, left, right), false),
        Node::Binary(Op::Gt, left, right) => (binary(Op::Lt, right, left), true),
        Node::Binary(Op::Le, left, right) => (binary(Op::Lt, right, left), false),
        Node::IsUnset(of) => (Expr { node: Node::IsSet(of.clone()), ..condition.clone() }, false),
        _ => (condition.clone(), true),
    }
}
