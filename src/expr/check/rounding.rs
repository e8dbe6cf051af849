//! `div` and `round`: nothing is divided without saying what becomes of the rest.

use super::facts::Facts;
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::tree::{Kind, Node};
use crate::expr::typed::{self, Expr, Function, Literal, Op, Ty};
use crate::expr::values::{Decimal, Rounding};
use crate::source::Span;

/// Digits after the point, at most; as of a `decimal`.
const PLACES: i64 = 12;

impl Checker<'_> {
    /// `div(a, b, half_even)` of whole numbers, `div(a, b, 2, half_even)` of decimals.
    pub fn div(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("div", span)?;
        let (of, by, places, how) = match arguments {
            [of, by, how] => (of, by, None, how),
            [of, by, places, how] => (of, by, Some(places), how),
            _ => {
                let message = "`div` wants what is divided, by what, and how to round";
                let told = Diagnostic::new(codes::TYPES_DISAGREE, span, message);
                return self.report(told.next("write `div(a, b, half_even)`"));
            }
        };
        let how = self.rounding(how);
        let decimal = Ty::Decimal;
        let expected = places.map(|_| &decimal);
        let left = self.value(of, facts, expected)?.expr;
        let expected = Some(&left.ty).filter(|ty| **ty == Ty::Decimal);
        let right = self.value(by, facts, expected)?.expr;
        if is_zero(&right) {
            let next = "divide by something else";
            return self.fail(codes::TYPES_DISAGREE, span, "this divides by zero", next);
        }
        let places = match places {
            Some(places) => Some(self.places(places)?),
            None => None,
        };
        let how = how?;
        let (function, ty) = match (places, &left.ty, &right.ty) {
            (None, a @ (Ty::Int | Ty::Money(_) | Ty::Duration), Ty::Int) => {
                (Function::Div(how), a.clone())
            }
            (None, a @ (Ty::Money(_) | Ty::Duration), b) if a == b => (Function::Div(how), Ty::Int),
            (Some(places), Ty::Decimal, Ty::Decimal) => (Function::DivTo(places, how), Ty::Decimal),
            (None, Ty::Decimal, Ty::Decimal) => {
                let message = "a decimal is divided to so many digits after the point";
                let told = Diagnostic::new(codes::TYPES_DISAGREE, span, message);
                return self.report(told.next(format!("write `div(a, b, 2, {})`", how.name())));
            }
            (_, a, b) => {
                let message = format!("{} is not divided by {}", words::a(a), words::a(b));
                let next = "divide by a whole number, or by what is of the same type";
                return self.fail(codes::TYPES_DISAGREE, span, message, next);
            }
        };
        Some(Checked::plain(typed::Node::Call(function, vec![left, right]), ty))
    }

    /// `round(amount * rate, half_even)`, and `round(x, 2, half_even)` of a decimal.
    pub fn round(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("round", span)?;
        match arguments {
            [product, how] => self.share(product, how, span, facts),
            [of, places, how] => {
                let value = self.of_type(of, &Ty::Decimal, facts);
                let (places, how) = (self.places(places), self.rounding(how));
                let function = Function::RoundTo(places?, how?);
                Some(Checked::plain(typed::Node::Call(function, vec![value?]), Ty::Decimal))
            }
            _ => {
                let message = "`round` wants a value and how to round it";
                let told = Diagnostic::new(codes::TYPES_DISAGREE, span, message);
                self.report(told.next(FORMS))
            }
        }
    }

    fn share(&mut self, product: &Node, how: &Node, span: Span, facts: &Facts) -> Option<Checked> {
        let how = self.rounding(how)?;
        let Kind::Binary(Op::Mul, left, right) = &product.kind else {
            let message = "only an amount times a rate is rounded without digits";
            return self.report(Diagnostic::new(codes::TYPES_DISAGREE, span, message).next(FORMS));
        };
        let (left, right) = (self.value(left, facts, None), self.value(right, facts, None));
        let (left, right) = (left?.expr, right?.expr);
        let (of, rate) = if left.ty == Ty::Bps { (right, left) } else { (left, right) };
        let ty = of.ty.clone();
        if rate.ty != Ty::Bps || !matches!(ty, Ty::Int | Ty::Money(_)) {
            let message = format!(
                "{} times {} is no part of an amount",
                words::a(&of.ty),
                words::a(&rate.ty)
            );
            let told = Diagnostic::new(codes::TYPES_DISAGREE, product.span, message);
            return self.report(told.next(FORMS));
        }
        Some(Checked::plain(typed::Node::Call(Function::Share(how), vec![of, rate]), ty))
    }

    fn rounding(&mut self, node: &Node) -> Option<Rounding> {
        let names = || Rounding::ALL.map(Rounding::name);
        let Kind::Name(name) = &node.kind else {
            let message = "how to round is missing here";
            let told = Diagnostic::new(codes::TYPES_DISAGREE, node.span, message);
            return self.report(told.next(format!("write one of {}", names().join(", "))));
        };
        let found = Rounding::ALL.into_iter().find(|how| how.name() == name);
        if found.is_none() {
            let message = format!("`{name}` is no way to round");
            let told = Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, node.span, message);
            self.out.push(told.meant_word(name, names()).or_known(names()));
        }
        found
    }

    fn places(&mut self, node: &Node) -> Option<u8> {
        match node.kind {
            Kind::Int(places @ 0..=PLACES) => u8::try_from(places).ok(),
            _ => {
                let message = format!("digits after the point are a number from 0 to {PLACES}");
                self.fail(codes::TYPES_DISAGREE, node.span, message, "write a number such as `2`")
            }
        }
    }
}

fn is_zero(expr: &Expr) -> bool {
    match &expr.node {
        typed::Node::Literal(Literal::Int(value)) => *value == 0,
        typed::Node::Literal(Literal::Decimal(text)) => Decimal::literal(text) == Decimal::from(0),
        _ => false,
    }
}

const FORMS: &str =
    "write `round(amount * rate, half_even)`, or of a decimal `round(x, 2, half_even)`";
