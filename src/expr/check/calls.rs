//! Functions.

use super::facts::Facts;
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes};
use crate::expr::tree::{Ident, Node};
use crate::expr::typed::{self, Expr, Function, Ty};
use crate::source::Span;

/// Why nothing is reckoned at some places.
pub const DECIDED: &str = "here fields are compared with values and no more, so that every case can be shown and tested beforehand";
/// Where nothing may be reckoned.
pub const KEEP: &str =
    "keep what is reckoned in a field and compare that, or ask for it under `require` of an action";

/// Every function.
pub const KNOWN: [&str; 16] = [
    "add_months",
    "concat",
    "contains",
    "div",
    "ends",
    "if",
    "len",
    "lower",
    "max",
    "min",
    "now",
    "or",
    "overlaps",
    "round",
    "starts",
    "today",
];

/// What other languages call it, or have and we have not: and what to write.
const FOREIGN: [(&str, &str); 27] = [
    ("abs", "max(x, -x)"),
    ("and", "a && b"),
    ("ceil", "round(x, 0, up)"),
    ("char_length", "len(text)"),
    ("coalesce", "or(x, default)"),
    ("endswith", "ends(text, end)"),
    ("floor", "round(x, 0, down)"),
    ("greatest", "max(a, b)"),
    ("has", "x is set"),
    ("ifnull", "or(x, default)"),
    ("iif", "if(test, a, b)"),
    ("ifthenelse", "if(test, a, b)"),
    ("includes", "contains(text, part)"),
    ("isnull", "x is unset"),
    ("least", "min(a, b)"),
    ("length", "len(text)"),
    ("like", "starts(text, begin), ends(text, end) or contains(text, part)"),
    ("lowercase", "lower(text)"),
    ("matches", "starts(text, begin), ends(text, end) or contains(text, part)"),
    ("not", "not x"),
    ("nvl", "or(x, default)"),
    ("regex", "starts(text, begin), ends(text, end) or contains(text, part)"),
    ("size", "len(text)"),
    ("startswith", "starts(text, begin)"),
    ("tolower", "lower(text)"),
    ("toupper", "lower(text)"),
    ("upper", "lower(text)"),
];

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
            "today" => self.today(arguments, span),
            "or" => self.or_else(arguments, span, facts, expected),
            "if" => self.choice(arguments, span, facts, expected),
            "min" => self.least(Function::Min, arguments, span, facts),
            "max" => self.least(Function::Max, arguments, span, facts),
            "len" => self.text(Function::Len, Ty::Int, arguments, span, facts),
            "lower" => self.text(Function::Lower, Ty::Text, arguments, span, facts),
            "overlaps" => self.overlaps(arguments, span, facts),
            "contains" => self.contains(arguments, span, facts),
            "starts" => self.two_texts(Function::Starts, arguments, span, facts),
            "ends" => self.two_texts(Function::Ends, arguments, span, facts),
            "concat" => self.concat(arguments, span, facts),
            "add_months" => self.add_months(arguments, span, facts),
            "div" => self.div(arguments, span, facts),
            "round" => self.round(arguments, span, facts),
            other => self.no_function(other, name.span),
        }
    }

    fn no_function(&mut self, name: &str, span: Span) -> Option<Checked> {
        let planned = match name {
            "exists" | "count" | "sum" | "avg" | "any" | "all" => {
                Some("speak of the row's own fields")
            }
            _ => None,
        };
        if let Some(next) = planned {
            let message =
                format!("`{name}` over other rows, kept as a total, is planned, not supported yet");
            let told = Diagnostic::new(codes::NOT_SUPPORTED_YET, span, message);
            return self.report(told.next(next));
        }
        let message = format!("there is no function `{name}`");
        let told = Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, span, message);
        let plain = name.replace('_', "").to_lowercase();
        let ours = FOREIGN.iter().find(|(foreign, _)| foreign.replace('_', "") == plain);
        self.report(match ours {
            Some((_, ours)) => told.next(format!("write `{ours}`")),
            None => told.meant_word(name, KNOWN).or_known(KNOWN),
        })
    }

    pub fn arguments<'n, const N: usize>(
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

    pub fn function_here(&mut self, name: &str, span: Span) -> Option<()> {
        if self.scope.place.functions() {
            return Some(());
        }
        self.not_here(&format!("`{name}(..)`"), span, DECIDED, KEEP)
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
            let message = format!("{} is always set", words::name(of));
            return self.fail(codes::ALWAYS_THERE, of.span, message, "write it without `or`");
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
            let message = format!("`{name}` of nothing");
            let next = format!("write `{name}(a, b)`");
            return self.fail(codes::TYPES_DISAGREE, span, message, next);
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
            let next = "take numbers, amounts, dates, instants or durations";
            return self.fail(codes::TYPES_DISAGREE, span, message, next);
        }
        Some(Checked::plain(typed::Node::Call(function, values), ty))
    }

    /// `overlaps(range, range)`.
    fn overlaps(&mut self, arguments: &[Node], span: Span, facts: &Facts) -> Option<Checked> {
        self.function_here("overlaps", span)?;
        let [of, other] = self.arguments(arguments, span, "overlaps(range, other)")?;
        let range = self.value(of, facts, None)?.expr;
        self.ranges_of(Function::Overlaps, range, of.span, other, facts)
    }

    /// A range, and another or what may lie in it.
    pub fn ranges_of(
        &mut self,
        function: Function,
        range: Expr,
        at: Span,
        other: &Node,
        facts: &Facts,
    ) -> Option<Checked> {
        let element = match range.ty {
            Ty::RangeOfTimestamp => Ty::Timestamp,
            Ty::RangeOfDate => Ty::Date,
            _ => {
                let message = format!("this is {}, not a range", words::a(&range.ty));
                let next = "write a field of type `range of date` or `range of timestamp`";
                return self.fail(codes::TYPES_DISAGREE, at, message, next);
            }
        };
        let value = self.value(other, facts, None)?.expr;
        if !(function == Function::Contains && value.ty == element) {
            self.must_be(&value.ty, &range.ty, other.span)?;
        }
        Some(Checked::plain(typed::Node::Call(function, vec![range, value]), Ty::Bool))
    }
}
