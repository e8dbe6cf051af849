//! `&&`, `||`, `not` and arithmetic.

use super::calls::{DECIDED, KEEP};
use super::compare::is_now;
use super::facts::Facts;
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::tree::Node;
use crate::expr::typed::{self, Expr, Literal, Op, Ty};
use crate::source::Span;

const DAY: i64 = 86_400;

impl Checker<'_> {
    pub fn binary(
        &mut self,
        op: Op,
        left: &Node,
        right: &Node,
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        match op {
            Op::And | Op::Or => self.connect(op, left, right, facts),
            Op::Add | Op::Sub | Op::Mul => self.arithmetic(op, left, right, span, facts),
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                self.compare(op, left, right, span, facts)
            }
        }
    }

    /// The right side is read knowing how the left side came out.
    fn connect(&mut self, op: Op, left: &Node, right: &Node, facts: &Facts) -> Option<Checked> {
        let left = self.truth(left, facts);
        let known = match (&left, op) {
            (Some(left), Op::And) => facts.and(&left.then),
            (Some(left), _) => facts.and(&left.otherwise),
            (None, _) => facts.clone(),
        };
        let outer = self.lenient;
        self.lenient |= left.is_none();
        let right = self.truth(right, &known);
        self.lenient = outer;
        let (left, right) = (left?, right?);
        let (then, otherwise) = match op {
            Op::And => (left.then.and(&right.then), left.otherwise.common(&right.otherwise)),
            _ => (left.then.common(&right.then), left.otherwise.and(&right.otherwise)),
        };
        let node = typed::Node::Binary(op, Box::new(left.expr), Box::new(right.expr));
        Some(Checked { then, otherwise, ..Checked::plain(node, Ty::Bool) })
    }

    pub fn not(&mut self, of: &Node, facts: &Facts) -> Option<Checked> {
        let of = self.truth(of, facts)?;
        let node = typed::Node::Not(Box::new(of.expr));
        Some(Checked { then: of.otherwise, otherwise: of.then, ..Checked::plain(node, Ty::Bool) })
    }

    pub fn negate(
        &mut self,
        of: &Node,
        span: Span,
        facts: &Facts,
        expected: Option<&Ty>,
    ) -> Option<Checked> {
        let of = self.value(of, facts, expected)?.expr;
        let signed = matches!(of.node, typed::Node::Literal(Literal::Int(_) | Literal::Decimal(_)));
        if !signed && !self.scope.place.arithmetic() {
            return self.not_here("arithmetic", span, DECIDED, KEEP);
        }
        if !matches!(of.ty, Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Duration) {
            let message = format!("{} has no negative", words::a(&of.ty));
            return self.fail(codes::TYPES_DISAGREE, span, message, "remove the `-`");
        }
        let ty = of.ty.clone();
        Some(Checked::plain(typed::Node::Negate(Box::new(of)), ty))
    }

    fn arithmetic(
        &mut self,
        op: Op,
        left: &Node,
        right: &Node,
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        if !self.scope.place.arithmetic() && !self.against_now {
            let moment = self.scope.place.now() && (is_now(left) || is_now(right));
            let next = if moment { "write `now() < field + 7d`" } else { KEEP };
            return self.not_here("arithmetic", span, DECIDED, next);
        }
        let (left, right) = if op == Op::Mul {
            let left = self.value(left, facts, None);
            let right = self.value(right, facts, None);
            (left?.expr, right?.expr)
        } else {
            self.sides(left, right, facts)?
        };
        let Some(ty) = result(op, &left.ty, &right.ty) else {
            let sign = match op {
                Op::Add => "+",
                Op::Sub => "-",
                _ => "*",
            };
            let message = format!(
                "`{sign}` does not go between {} and {}",
                words::a(&left.ty),
                words::a(&right.ty)
            );
            let next = nearest(op, &left.ty, &right.ty);
            return self.fail(codes::TYPES_DISAGREE, span, message, next);
        };
        if left.ty == Ty::Date && right.ty != Ty::Date && !whole_days(&right) {
            return self.report(
                Diagnostic::new(codes::TYPES_DISAGREE, span, "a date moves by whole days")
                    .next("write a number of days, such as `7d`"),
            );
        }
        Some(Checked::plain(typed::Node::Binary(op, Box::new(left), Box::new(right)), ty))
    }
}

/// What may have been meant by what does not go together.
fn nearest(op: Op, left: &Ty, right: &Ty) -> &'static str {
    let either = |ty: &Ty| left == ty || right == ty;
    match op {
        Op::Mul if either(&Ty::Bps) => {
            "a part of an amount is rounded: write `round(amount * rate, half_even)`"
        }
        Op::Add if either(&Ty::Text) => "write `concat(a, b)`",
        Op::Add | Op::Sub if matches!(left, Ty::Date | Ty::Timestamp) && *right == Ty::Int => {
            "a number of what? write a duration such as `7d`"
        }
        Op::Mul => "multiply by a whole number; decimals by decimals",
        _ => "add and subtract what is of one type; a date or an instant takes a duration",
    }
}

/// The type of `left op right`. None: it means nothing.
fn result(op: Op, left: &Ty, right: &Ty) -> Option<Ty> {
    let number = |ty: &Ty| matches!(ty, Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Duration);
    match (op, left, right) {
        (Op::Add | Op::Sub, a, b) if a == b && number(a) => Some(a.clone()),
        (Op::Sub, Ty::Timestamp, Ty::Timestamp) | (Op::Sub, Ty::Date, Ty::Date) => {
            Some(Ty::Duration)
        }
        (Op::Add | Op::Sub, Ty::Timestamp, Ty::Duration) => Some(Ty::Timestamp),
        (Op::Add | Op::Sub, Ty::Date, Ty::Duration) => Some(Ty::Date),
        (Op::Mul, Ty::Int, b) if number(b) && *b != Ty::Decimal => Some(b.clone()),
        (Op::Mul, a, Ty::Int) if number(a) && *a != Ty::Decimal => Some(a.clone()),
        (Op::Mul, Ty::Decimal, Ty::Decimal) => Some(Ty::Decimal),
        _ => None,
    }
}

fn whole_days(expr: &Expr) -> bool {
    matches!(expr.node, typed::Node::Literal(Literal::Int(seconds)) if seconds % DAY == 0)
}
