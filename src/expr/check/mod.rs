//! Tree to typed expression: names looked up, types agreed, absence ruled out.
//!
//! A checked condition is never three-valued: an optional is used only where it is known to be
//! there ([`facts`]), so that SQL's null never decides anything.

mod calls;
mod compare;
mod facts;
mod mended;
mod moments;
mod names;
mod operators;
mod rounding;
mod texts;
mod words;

pub use calls::KNOWN as FUNCTIONS;
use facts::Facts;

use super::eval;
use super::lexer;
use super::parse::parse;
use super::scope::{Place, Scope};
use super::tree::{Kind, Node};
use super::typed::{self, Expr, Literal, Ty};
use super::values::Fault;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Edit, Fix, codes};
use crate::source::{Span, Spanned};
use std::collections::BTreeSet;

/// Seconds of the longest duration that can be written: PostgreSQL has an end too.
const LONGEST: u64 = 10_000 * 366 * 86_400;

/// A condition over a row. None: why not was reported.
pub fn condition(
    source: &Spanned<String>,
    scope: &Scope<'_>,
    out: &mut Diagnostics,
) -> Option<Expr> {
    let tree = match parse(source) {
        Ok(tree) => tree,
        Err(fault) => {
            let told = unreadable(source, fault);
            out.push(mended::whole(source, scope, told));
            return None;
        }
    };
    true_or_false(&tree, scope, out)
}

fn true_or_false(tree: &Node, scope: &Scope<'_>, out: &mut Diagnostics) -> Option<Expr> {
    let mut checker = Checker::new(scope, out);
    checker.truth(tree, &Facts::default()).map(|checked| checked.expr)
}

/// A value of this type that is there. None: why not was reported.
pub fn value(
    source: &Spanned<String>,
    ty: &Ty,
    scope: &Scope<'_>,
    out: &mut Diagnostics,
) -> Option<Expr> {
    let tree = tree(source, out)?;
    let mut checker = Checker::new(scope, out);
    let expr = checker.value(&tree, &Facts::default(), Some(ty))?.expr;
    checker.must_be(&expr.ty, ty, tree.span)?;
    Some(expr)
}

/// A value of this type for a step that is done only `when` that holds; it may be absent where
/// `optional` says so. None: why not was reported.
pub fn given(
    source: &Spanned<String>,
    (ty, optional): (&Ty, bool),
    when: Option<&Spanned<String>>,
    scope: &Scope<'_>,
    out: &mut Diagnostics,
) -> Option<Expr> {
    let tree = tree(source, out)?;
    // What is wrong with the condition is reported where it is checked by itself.
    let known = when.and_then(|when| {
        let mut silent = Diagnostics::new();
        let when = parse(when).ok()?;
        Checker::new(scope, &mut silent).truth(&when, &Facts::default()).map(|when| when.then)
    });
    let known = known.unwrap_or_default();
    let mut checker = Checker::new(scope, out);
    let expr = match optional {
        true => checker.check(&tree, &known, Some(ty))?.expr,
        false => checker.value(&tree, &known, Some(ty))?.expr,
    };
    checker.must_be(&expr.ty, ty, tree.span)?;
    Some(expr)
}

fn tree(source: &Spanned<String>, out: &mut Diagnostics) -> Option<Node> {
    parse(source).map_err(|fault| out.push(unreadable(source, fault))).ok()
}

fn unreadable(source: &Spanned<String>, fault: lexer::Fault) -> Diagnostic {
    let place = source.part(fault.at);
    let told = Diagnostic::new(codes::NOT_AN_EXPRESSION, place, fault.message);
    let as_written = source.span.len() == source.value.len();
    let fix = fault.help.as_ref().filter(|_| as_written && !fault.fix.is_empty()).map(|title| {
        let edits = fault.fix.iter().map(|(at, ours)| Edit::new(source.part(at.clone()), ours));
        Fix::new(title.clone(), edits.collect())
    });
    let told = told.maybe_next(fault.help);
    match fix {
        Some(fix) => told.fixed_by(fix),
        None => told,
    }
}

struct Checker<'a> {
    scope: &'a Scope<'a>,
    out: &'a mut Diagnostics,
    /// A part that would have told what is there was wrong: absence is not reported.
    lenient: bool,
    /// Within a comparison with `now()`, where a grant's `when` may add a constant.
    against_now: bool,
    /// Names of which it was told that they may be absent.
    absent: BTreeSet<String>,
}

impl<'a> Checker<'a> {
    fn new(scope: &'a Scope<'a>, out: &'a mut Diagnostics) -> Self {
        Checker { scope, out, lenient: false, against_now: false, absent: BTreeSet::new() }
    }
}

/// An expression and what follows for optionals where it is true and where it is false.
struct Checked {
    expr: Expr,
    then: Facts,
    otherwise: Facts,
}

impl Checked {
    fn plain(node: typed::Node, ty: Ty) -> Self {
        Checked {
            expr: Expr { node, ty, nullable: false },
            then: Facts::default(),
            otherwise: Facts::default(),
        }
    }

    fn literal(literal: Literal, ty: Ty) -> Self {
        Checked::plain(typed::Node::Literal(literal), ty)
    }

    fn nullable(mut self, nullable: bool) -> Self {
        self.expr.nullable = nullable;
        self
    }
}

impl Checker<'_> {
    /// Reports with the next step, and gives nothing.
    fn fail<T>(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        next: impl Into<String>,
    ) -> Option<T> {
        self.report(Diagnostic::new(code, span, message).next(next))
    }

    fn report<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.out.push(diagnostic);
        None
    }

    /// A condition: true or false, never absent.
    fn truth(&mut self, node: &Node, facts: &Facts) -> Option<Checked> {
        let checked = self.value(node, facts, Some(&Ty::Bool))?;
        self.must_be(&checked.expr.ty, &Ty::Bool, node.span)?;
        Some(checked)
    }

    /// A value that is there.
    fn value(&mut self, node: &Node, facts: &Facts, expected: Option<&Ty>) -> Option<Checked> {
        let checked = self.check(node, facts, expected)?;
        if !checked.expr.nullable || self.lenient {
            return Some(checked);
        }
        // One test mends every use in an expression.
        let name = node.name();
        if name.is_some() && !self.absent.insert(name.clone().unwrap_or_default()) {
            return None;
        }
        let x = name.as_deref().unwrap_or("x");
        self.report(
            Diagnostic::new(
                codes::OPTIONAL_UNGUARDED,
                node.span,
                format!("{} may be absent here", words::name(node)),
            )
            .reason("a comparison with something absent is neither true nor false")
            .next(match self.scope.place {
                Place::Timer => {
                    format!("add `when: {x} is set`, or write `or({x}, default)`")
                }
                _ => format!(
                    "put `{x} is set &&` or `{x} is unset ||` before it, or write `or({x}, default)`"
                ),
            }),
        )
    }

    /// What may stand in place of something of another type.
    fn such(&self, ty: &Ty) -> String {
        match ty {
            Ty::Timestamp if !self.scope.place.now() => {
                format!("{} of another field", words::a(ty))
            }
            _ => words::such(ty),
        }
    }

    fn must_be(&mut self, found: &Ty, wanted: &Ty, span: Span) -> Option<()> {
        if found == wanted {
            return Some(());
        }
        let message = format!("this is {}, not {}", words::a(found), words::a(wanted));
        self.fail(codes::TYPES_DISAGREE, span, message, format!("write {}", self.such(wanted)))
    }

    /// Any expression. `expected` gives a meaning to what has none of its own: the name of an
    /// enumeration's value, a number without a unit. What needs no row is reckoned here.
    fn check(&mut self, node: &Node, facts: &Facts, expected: Option<&Ty>) -> Option<Checked> {
        let mut checked = self.kind(node, facts, expected)?;
        match eval::constant(&checked.expr) {
            Ok(Some(literal)) => checked.expr.node = typed::Node::Literal(literal),
            Ok(None) => {}
            Err(fault) => return self.no_value(fault, node.span),
        }
        match checked.expr.node {
            typed::Node::Literal(Literal::Int(seconds))
                if checked.expr.ty == Ty::Duration && seconds.unsigned_abs() > LONGEST =>
            {
                let message = "a duration of more than 10,000 years cannot be written";
                self.fail(codes::TYPES_DISAGREE, node.span, message, "write a shorter one")
            }
            _ => Some(checked),
        }
    }

    fn no_value(&mut self, fault: Fault, span: Span) -> Option<Checked> {
        let (message, next) = match fault {
            Fault::DividedByZero => ("this divides by zero", "divide by something else"),
            Fault::Overflow | Fault::Absent => {
                ("this does not fit 64 bits", "reckon with smaller numbers")
            }
        };
        self.fail(codes::TYPES_DISAGREE, span, message, next)
    }

    fn kind(&mut self, node: &Node, facts: &Facts, expected: Option<&Ty>) -> Option<Checked> {
        match &node.kind {
            Kind::Bool(value) => Some(Checked::literal(Literal::Bool(*value), Ty::Bool)),
            Kind::Int(value) => self.number(*value, node.span, expected),
            Kind::Decimal(text) => {
                Some(Checked::literal(Literal::Decimal(text.clone()), Ty::Decimal))
            }
            Kind::Money(amount, code) => self.money(amount, code, node.span),
            Kind::Duration(seconds) => Some(Checked::literal(Literal::Int(*seconds), Ty::Duration)),
            Kind::Text(text) => Some(Checked::literal(Literal::Text(text.clone()), Ty::Text)),
            Kind::Name(name) => self.name(name, node.span, facts, expected),
            Kind::Member(of, member) => self.member(of, member, node.span, facts),
            Kind::Call(name, arguments) => self.call(name, arguments, node.span, facts, expected),
            Kind::Not(of) => self.not(of, facts),
            Kind::Negate(of) => self.negate(of, node.span, facts, expected),
            Kind::Binary(op, left, right) => self.binary(*op, left, right, node.span, facts),
            Kind::Is(of, what) => self.is(of, what, facts),
            Kind::In(of, list) => self.is_in(of, list, facts),
        }
    }
}
