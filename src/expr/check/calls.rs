//! Functions.

use super::facts::Facts;
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::tree::{Ident, Node};
use crate::expr::typed::{self, Expr, Function, Ty};
use crate::source::Span;

const KNOWN: [&str; 9] = ["now", "or", "if", "min", "max", "len", "lower", "overlaps", "contains"];
const PLANNED: [&str; 8] =
    ["starts", "ends", "round", "div", "concat", "today", "add_months", "exists"];

impl Checker<'_> {
    pub fn call(
        &mut self,
        name: &Ident,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
        expected: Option<&Ty>,
    ) -> Option<Checked> {
        match name.name.as_str() {
            "now" => self.now(arguments, span),
            "or" => self.or_else(arguments, span, facts, expected),
            "if" => self.choice(arguments, span, facts, expected),
            "min" => self.least(Function::Min, arguments, span, facts),
            "max" => self.least(Function::Max, arguments, span, facts),
            "len" => self.text(Function::Len, Ty::Int, arguments, span, facts),
            "lower" => self.text(Function::Lower, Ty::Text, arguments, span, facts),
            "overlaps" | "contains" => self.ranges(&name.name, arguments, span, facts),
            other if PLANNED.contains(&other) => self.fail(
                codes::NOT_SUPPORTED_YET,
                name.span,
                format!("`{other}` is planned, not supported yet"),
            ),
            other => self.report(
                Diagnostic::new(
                    codes::UNKNOWN_IN_EXPRESSION,
                    name.span,
                    format!("there is no function `{other}`"),
                )
                .meant(other, KNOWN),
            ),
        }
    }

    fn arguments<'n, const N: usize>(
        &mut self,
        arguments: &'n [Node],
        span: Span,
        form: &str,
    ) -> Option<&'n [Node; N]> {
        match arguments.try_into() {
            Ok(arguments) => Some(arguments),
            Err(_) => {
                let message = format!("{} arguments stand here", arguments.len());
                self.report(
                    Diagnostic::new(codes::TYPES_DISAGREE, span, message)
                        .next(format!("write `{form}`")),
                )
            }
        }
    }

    fn function_here(&mut self, name: &str, span: Span) -> Option<()> {
        if self.scope.place.functions() {
            return Some(());
        }
        self.not_here(&format!("`{name}(..)`"), span, "it could not be decided beforehand")
    }

    fn now(&mut self, arguments: &[Node], span: Span) -> Option<Checked> {
        let []: &[Node; 0] = self.arguments(arguments, span, "now()")?;
        if !self.scope.place.now() {
            return self.not_here("`now()`", span, "what holds must not change by waiting");
        }
        if !self.scope.place.arithmetic() && !self.against_now {
            return self.not_here(
                "`now()`",
                span,
                "here it may only be compared with a field, plus or minus a constant",
            );
        }
        Some(Checked::plain(typed::Node::Now, Ty::Timestamp))
    }

    fn or_else(
        &mut self,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
        expected: Option<&Ty>,
    ) -> Option<Checked> {
        let [of, otherwise] = self.arguments(arguments, span, "or(x, default)")?;
        let value = self.check(of, facts, expected)?.expr;
        if !value.nullable && !self.lenient {
            return self.report(
                Diagnostic::new(codes::ALWAYS_THERE, of.span, "this is always set")
                    .next("write it without `or`"),
            );
        }
        let default = self.check(otherwise, facts, Some(&value.ty))?.expr;
        self.must_be(&default.ty, &value.ty, otherwise.span)?;
        let (ty, nullable) = (value.ty.clone(), default.nullable);
        let node = typed::Node::OrElse(Box::new(value), Box::new(default));
        Some(Checked::plain(node, ty).nullable(nullable))
    }

    fn choice(
        &mut self,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
        expected: Option<&Ty>,
    ) -> Option<Checked> {
        let [test, then, otherwise] = self.arguments(arguments, span, "if(test, a, b)")?;
        let test = self.truth(test, facts)?;
        let left = self.check(then, &facts.and(&test.then), expected)?.expr;
        let right = self.check(otherwise, &facts.and(&test.otherwise), Some(&left.ty))?.expr;
        self.must_be(&right.ty, &left.ty, otherwise.span)?;
        let (ty, nullable) = (left.ty.clone(), left.nullable || right.nullable);
        let node = typed::Node::If(Box::new(test.expr), Box::new(left), Box::new(right));
        Some(Checked::plain(node, ty).nullable(nullable))
    }

    fn least(
        &mut self,
        function: Function,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        let name = if function == Function::Min { "min" } else { "max" };
        self.function_here(name, span)?;
        let [first, rest @ ..] = arguments else {
            return self.fail(codes::TYPES_DISAGREE, span, format!("`{name}` of nothing"));
        };
        let mut values: Vec<Expr> = vec![self.value(first, facts, None)?.expr];
        let ty = values[0].ty.clone();
        for node in rest {
            let value = self.value(node, facts, Some(&ty))?.expr;
            self.must_be(&value.ty, &ty, node.span)?;
            values.push(value);
        }
        let ordered = !matches!(
            ty,
            Ty::Bool
                | Ty::Text
                | Ty::Names(_)
                | Ty::Ref(_)
                | Ty::RangeOfDate
                | Ty::RangeOfTimestamp
        );
        if !ordered {
            let message = format!("{} has no order that all agree on", words::a(&ty));
            return self.fail(codes::TYPES_DISAGREE, span, message);
        }
        Some(Checked::plain(typed::Node::Call(function, values), ty))
    }

    fn text(
        &mut self,
        function: Function,
        ty: Ty,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        let name = if function == Function::Len { "len" } else { "lower" };
        self.function_here(name, span)?;
        let [of] = self.arguments(arguments, span, &format!("{name}(text)"))?;
        let value = self.value(of, facts, None)?.expr;
        self.must_be(&value.ty, &Ty::Text, of.span)?;
        Some(Checked::plain(typed::Node::Call(function, vec![value]), ty))
    }

    /// `overlaps(range, range)`, `contains(range, instant or range)`.
    fn ranges(
        &mut self,
        name: &str,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        self.function_here(name, span)?;
        let [of, other] = self.arguments(arguments, span, &format!("{name}(range, other)"))?;
        let range = self.value(of, facts, None)?.expr;
        let element = match range.ty {
            Ty::RangeOfTimestamp => Ty::Timestamp,
            Ty::RangeOfDate => Ty::Date,
            _ => {
                let message = format!("this is {}, not a range", words::a(&range.ty));
                return self.fail(codes::TYPES_DISAGREE, of.span, message);
            }
        };
        let value = self.value(other, facts, None)?.expr;
        let function = if name == "contains" { Function::Contains } else { Function::Overlaps };
        if !(function == Function::Contains && value.ty == element) {
            self.must_be(&value.ty, &range.ty, other.span)?;
        }
        Some(Checked::plain(typed::Node::Call(function, vec![range, value]), Ty::Bool))
    }
}
