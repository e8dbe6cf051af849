//! Functions of texts, and of months.

use super::facts::Facts;
use super::{Checked, Checker};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::tree::Node;
use crate::expr::typed::{self, Expr, Function, Literal, Ty};
use crate::source::Span;

/// Months of 10,000 years: PostgreSQL has an end too.
const MONTHS: u64 = 120_000;

impl Checker<'_> {
    /// `len(text)`, `lower(text)`.
    pub fn text(
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
        let value = self.of_type(of, &Ty::Text, facts)?;
        Some(Checked::plain(typed::Node::Call(function, vec![value]), ty))
    }

    /// `starts(text, begin)`, `ends(text, end)`.
    pub fn two_texts(
        &mut self,
        function: Function,
        arguments: &[Node],
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        let (name, form) = match function {
            Function::Starts => ("starts", "starts(text, begin)"),
            _ => ("ends", "ends(text, end)"),
        };
        self.function_here(name, span)?;
        let [of, part] = self.arguments(arguments, span, form)?;
        let (of, part) = (self.of_type(of, &Ty::Text, facts), self.of_type(part, &Ty::Text, facts));
        let node = typed::Node::Call(function, vec![of?, part?]);
        Some(Checked::plain(node, Ty::Bool))
    }

    /// Of a text, or of a range.
    pub fn contains(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("contains", span)?;
        let [of, part] = self.arguments(arguments, span, "contains(text or range, part)")?;
        let value = self.value(of, facts, None)?.expr;
        if value.ty != Ty::Text {
            return self.ranges_of(Function::Contains, value, of.span, part, facts);
        }
        let part = self.of_type(part, &Ty::Text, facts)?;
        let node = typed::Node::Call(Function::Contains, vec![value, part]);
        Some(Checked::plain(node, Ty::Bool))
    }

    /// `concat(a, b, …)`: two by two.
    pub fn concat(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("concat", span)?;
        let [first, rest @ ..] = arguments else {
            let next = "write `concat(a, b)`";
            return self.fail(codes::TYPES_DISAGREE, span, "`concat` of nothing", next);
        };
        let mut all = self.of_type(first, &Ty::Text, facts);
        for node in rest {
            let next = self.of_type(node, &Ty::Text, facts);
            let both = |all, next| typed::Node::Call(Function::Concat, vec![all, next]);
            all = all.zip(next).map(|(all, next)| Checked::plain(both(all, next), Ty::Text).expr);
        }
        Some(Checked::plain(all?.node, Ty::Text))
    }

    /// `add_months(date, count)`.
    pub fn add_months(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("add_months", span)?;
        let [day, count] = self.arguments(arguments, span, "add_months(date, 1)")?;
        let found = self.value(day, facts, None)?.expr;
        if found.ty == Ty::Timestamp {
            let message = "the day of an instant depends on the time zone";
            return self.report(
                Diagnostic::new(codes::TYPES_DISAGREE, day.span, message)
                    .next("keep a `date`, or add a duration such as `30d`"),
            );
        }
        self.must_be(&found.ty, &Ty::Date, day.span)?;
        let months = self.of_type(count, &Ty::Int, facts)?;
        if let typed::Node::Literal(Literal::Int(months)) = months.node
            && months.unsigned_abs() > MONTHS
        {
            let next = "write a smaller number of months";
            return self.fail(codes::TYPES_DISAGREE, count.span, "more than 10,000 years", next);
        }
        let node = typed::Node::Call(Function::AddMonths, vec![found, months]);
        Some(Checked::plain(node, Ty::Date))
    }

    /// A value of this type that is there.
    pub fn of_type(&mut self, node: &Node, ty: &Ty, facts: &Facts) -> Option<Expr> {
        let value = self.value(node, facts, Some(ty))?.expr;
        self.must_be(&value.ty, ty, node.span)?;
        Some(value)
    }
}
