//! Comparisons, `is` and `in`.

use super::facts::{Facts, Slot};
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes, missing};
use crate::expr::scope::Place;
use crate::expr::tree::{Ident, Is, Kind, Node};
use crate::expr::typed::{self, Column, Expr, Literal, Op, Ty};
use crate::source::Span;

impl Checker<'_> {
    pub fn compare(
        &mut self,
        op: Op,
        left: &Node,
        right: &Node,
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        let outer = self.against_now;
        self.against_now = self.scope.place == Place::ReadWhen && is_now_against(left, right);
        let sides = self.sides(left, right, facts);
        self.against_now = outer;
        let (left_node, right_node) = (left, right);
        let (left, right) = sides?;
        if left.ty != right.ty {
            let ends = [left_node, right_node];
            if let Some(told) = in_quotes(ends, [&left, &right]) {
                return self.report(told);
            }
            let message =
                format!("{} cannot be compared with {}", words::a(&left.ty), words::a(&right.ty));
            let now = [&left, &right].iter().any(|side| side.node == typed::Node::Now);
            let next = match (&left.ty, &right.ty) {
                (Ty::Date, Ty::Timestamp) | (Ty::Timestamp, Ty::Date) if now => {
                    "a date is no instant before a time zone is chosen: compare it with `today(\"Europe/Berlin\")`"
                        .to_owned()
                }
                (Ty::Date, Ty::Timestamp) | (Ty::Timestamp, Ty::Date) => {
                    "a date is no instant before a time zone is chosen: keep a `timestamp`"
                        .to_owned()
                }
                (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => {
                    "nothing is converted: compare like with like, or make the field a `decimal`"
                        .to_owned()
                }
                (ty, _) => format!("compare it with {}", self.such(ty)),
            };
            return self.fail(codes::TYPES_DISAGREE, span, message, next);
        }
        if !matches!(op, Op::Eq | Op::Ne) && !ordered(&left.ty) {
            let message = format!("{} has no order that all agree on", words::a(&left.ty));
            let next = "compare by `==` or `!=` only";
            return self.fail(codes::TYPES_DISAGREE, span, message, next);
        }
        Some(Checked::plain(typed::Node::Binary(op, Box::new(left), Box::new(right)), Ty::Bool))
    }

    /// Both sides, the one without a meaning of its own read by the type of the other.
    pub fn sides(&mut self, left: &Node, right: &Node, facts: &Facts) -> Option<(Expr, Expr)> {
        if self.means_nothing_alone(left) && !self.means_nothing_alone(right) {
            let right = self.value(right, facts, None)?.expr;
            let left = self.value(left, facts, Some(&right.ty))?.expr;
            return Some((left, right));
        }
        let left = self.value(left, facts, None);
        let expected = left.as_ref().map(|left| &left.expr.ty);
        if left.is_none() && self.means_nothing_alone(right) {
            return None;
        }
        let right = self.value(right, facts, expected);
        Some((left?.expr, right?.expr))
    }

    fn means_nothing_alone(&self, node: &Node) -> bool {
        match &node.kind {
            Kind::Int(_) => true,
            Kind::Negate(of) => matches!(of.kind, Kind::Int(_)),
            Kind::Name(name) => {
                !matches!(name.as_str(), "this" | "actor")
                    && !self.scope.columns.iter().any(|known| known.name == *name)
            }
            _ => false,
        }
    }

    pub fn is(&mut self, of: &Node, what: &Is, facts: &Facts) -> Option<Checked> {
        match what {
            Is::Set => self.presence(of, true),
            Is::Unset => self.presence(of, false),
            Is::Names(names) => {
                let of_span = of.span;
                let of = self.value(of, facts, None)?.expr;
                let Ty::Names(values) = &of.ty else {
                    let message = format!(
                        "`is` names values of an enumeration, this is {}",
                        words::a(&of.ty)
                    );
                    return self.report(
                        Diagnostic::new(codes::TYPES_DISAGREE, of_span, message).next("write `==`"),
                    );
                };
                let values = values.clone();
                let chosen = self.chosen(&of, &values, names)?;
                Some(one_of(of, chosen))
            }
        }
    }

    fn presence(&mut self, of: &Node, set: bool) -> Option<Checked> {
        // Without the facts: `x is set && x is set` says the same twice, and no more.
        let checked = self.check(of, &Facts::default(), None)?;
        let Some(slot) = Slot::of(&checked.expr).filter(|_| checked.expr.nullable) else {
            return self.report(
                Diagnostic::new(
                    codes::ALWAYS_THERE,
                    of.span,
                    format!("{} is always set", words::name(of)),
                )
                .next("remove the test, or make the field `optional`"),
            );
        };
        let of = Box::new(checked.expr);
        let there = Facts::one(slot);
        Some(if set {
            let node = typed::Node::IsSet(of);
            Checked { then: there, ..Checked::plain(node, Ty::Bool) }
        } else {
            let node = typed::Node::IsUnset(of);
            Checked { otherwise: there, ..Checked::plain(node, Ty::Bool) }
        })
    }

    /// Values and, for a state, members of groups; each once, in the order of the enumeration.
    fn chosen(&mut self, of: &Expr, values: &[String], names: &[Ident]) -> Option<Vec<Literal>> {
        let far;
        let groups = match (&of.node, of_row(of)) {
            (typed::Node::Column(Column::State), _) => self.scope.groups,
            (_, Some(entity)) => {
                far = self.scope.others.row(entity).1;
                &far
            }
            _ => &[],
        };
        let mut chosen: Vec<&str> = Vec::new();
        let mut wrong = false;
        for ident in names {
            if let Some(value) = values.iter().find(|value| **value == ident.name) {
                chosen.push(value);
            } else if let Some(group) = groups.iter().find(|group| group.name == ident.name) {
                chosen.extend(group.states.iter().map(String::as_str));
            } else {
                let known = values.iter().chain(groups.iter().map(|group| &group.name));
                let told = Diagnostic::new(
                    codes::UNKNOWN_IN_EXPRESSION,
                    ident.span,
                    format!("`{}` is not {}", ident.name, words::a(&of.ty)),
                )
                .meant(&ident.name, known.map(String::as_str));
                if self.scope.incomplete && told.next.is_none() {
                    continue;
                }
                wrong = true;
                let known = values.iter().chain(groups.iter().map(|group| &group.name));
                let known: Vec<&str> = known.map(String::as_str).collect();
                let told = told.or_known(known.iter().copied());
                self.out.push(told.missing(vec![missing::among(values)], &ident.name, known));
            }
        }
        let chosen = values.iter().filter(|value| chosen.contains(&value.as_str()));
        let chosen: Vec<Literal> = chosen.map(|value| Literal::Name(value.clone())).collect();
        (!wrong && !chosen.is_empty()).then_some(chosen)
    }

    pub fn is_in(&mut self, of: &Node, list: &[Node], facts: &Facts) -> Option<Checked> {
        let of_span = of.span;
        let of = self.value(of, facts, None)?.expr;
        if list.is_empty() {
            let next = "name values in it, as in `x in [a, b]`";
            return self.fail(
                codes::NOT_AN_EXPRESSION,
                of_span,
                "nothing is in an empty list",
                next,
            );
        }
        let mut literals = Vec::new();
        let mut whole = true;
        for item in list {
            let checked = self.value(item, facts, Some(&of.ty)).and_then(|checked| {
                self.must_be(&checked.expr.ty, &of.ty, item.span)?;
                Some(checked)
            });
            let Some(checked) = checked else {
                whole = false;
                continue;
            };
            match checked.expr.node {
                typed::Node::Literal(literal) if literals.contains(&literal) => {}
                typed::Node::Literal(literal) => literals.push(literal),
                _ => {
                    whole = false;
                    let message = "a list after `in` holds values, not fields";
                    self.out.push(
                        Diagnostic::new(codes::NOT_AN_EXPRESSION, item.span, message)
                            .next("compare with `==` and `||`"),
                    );
                }
            }
        }
        whole.then(|| one_of(of, literals))
    }
}

/// The entity of whose rows' state an expression speaks, where that is another's.
fn of_row(of: &Expr) -> Option<&str> {
    match &of.node {
        typed::Node::Path(row, far) if far.column == Column::State => match &row.ty {
            Ty::Ref(entity) => Some(entity),
            _ => None,
        },
        _ => None,
    }
}

/// A state or another value of an enumeration that stands in quotes.
fn in_quotes(nodes: [&Node; 2], sides: [&Expr; 2]) -> Option<Diagnostic> {
    let of = |at: usize| match (&nodes[at].kind, &sides[1 - at].ty) {
        (Kind::Text(text), Ty::Names(names)) => Some((nodes[at].span, text, names)),
        _ => None,
    };
    let (span, text, names) = of(0).or_else(|| of(1))?;
    let message = format!("in quotes this is a text, not {}", words::a(&Ty::Names(names.clone())));
    let told = Diagnostic::new(codes::TYPES_DISAGREE, span, message);
    Some(if names.contains(text) {
        told.next(format!("write `{text}` without quotes")).instead(&format!("'{text}'"), text)
    } else {
        told.next(format!("write one of them without quotes: {}", names.join(", ")))
    })
}

fn one_of(of: Expr, mut literals: Vec<Literal>) -> Checked {
    let node = if literals.len() == 1 {
        let literal = literals.remove(0);
        let value =
            Expr { node: typed::Node::Literal(literal), ty: of.ty.clone(), nullable: false };
        typed::Node::Binary(Op::Eq, Box::new(of), Box::new(value))
    } else {
        typed::Node::OneOf(Box::new(of), literals)
    };
    Checked::plain(node, Ty::Bool)
}

fn ordered(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Int | Ty::Decimal | Ty::Bps | Ty::Money(_) | Ty::Date | Ty::Timestamp | Ty::Duration
    )
}

/// `now()` on one side and on the other a column, perhaps with a constant added.
fn is_now_against(left: &Node, right: &Node) -> bool {
    (is_now(left) && is_moment(right)) || (is_moment(left) && is_now(right))
}

pub fn is_now(node: &Node) -> bool {
    matches!(&node.kind, Kind::Call(name, arguments) if name.name == "now" && arguments.is_empty())
}

fn is_moment(node: &Node) -> bool {
    match &node.kind {
        Kind::Name(_) => true,
        Kind::Member(of, _) => matches!(of.kind, Kind::Name(_) | Kind::Member(..)),
        Kind::Binary(Op::Add | Op::Sub, column, constant) => {
            matches!(constant.kind, Kind::Duration(_))
                && !matches!(column.kind, Kind::Binary(..))
                && is_moment(column)
        }
        _ => false,
    }
}
