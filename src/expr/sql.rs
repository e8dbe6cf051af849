//! A checked expression as SQL, total: it is true or false, never null.
//!
//! Integers are `bigint`, so PostgreSQL refuses what overflows. A duration is a number of seconds.

use super::typed::{Column, Expr, Function, Literal, Node, Op, Ty};
use super::values::Rounding;

/// Rounds a quotient, for PostgreSQL has neither `half_even` nor division that is exact before it is
/// rounded. Needed where [`uses_quotient`] says so.
pub const QUOTIENT: &str =
    "-- The whole part of a quotient, and one more from zero where the way of rounding says so.

CREATE FUNCTION rt.quotient(_of numeric, _by numeric, _how text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN div(_of, _by) + CASE
  WHEN mod(_of, _by) = 0 OR _how = 'down' THEN 0
  WHEN _how = 'up'
    OR 2 * abs(mod(_of, _by)) > abs(_by)
    OR 2 * abs(mod(_of, _by)) = abs(_by) AND (_how = 'half_up' OR mod(div(_of, _by), 2) <> 0)
    THEN sign(_of) * sign(_by)
  ELSE 0
END;
";

/// Its name and types, for grants.
pub const QUOTIENT_NAME: &str = "rt.quotient(numeric, numeric, text)";

/// Whether its SQL calls `rt.quotient`.
pub fn uses_quotient(expr: &Expr) -> bool {
    use Function::{Div, DivTo, RoundTo, Share};
    matches!(expr.node, Node::Call(Div(_) | Share(_) | DivTo(..) | RoundTo(..), _))
        || expr.parts().into_iter().any(uses_quotient)
}

/// The SQL for what an expression speaks of. Each answer must bind like a name or a call.
pub trait Names {
    fn column(&self, column: Column) -> String;
    /// A column of the row that `of`, a reference, names.
    fn far(&self, of: &Expr, column: Column) -> String;
    fn input(&self, index: usize) -> String;
    /// The id of the row that the n-th step makes.
    fn made(&self, step: usize) -> String;
    /// The id of the action's own row.
    fn own(&self) -> String;
    /// The id of the person who acts.
    fn actor(&self) -> String;
    fn now(&self) -> String;
}

/// Without brackets around the whole.
pub fn print(expr: &Expr, names: &dyn Names) -> String {
    Printer { names }.at(expr, OR)
}

/// A condition that can stand beside others in an AND.
pub fn conjunct(expr: &Expr, names: &dyn Names) -> String {
    Printer { names }.at(expr, NOT)
}

/// A text as a literal, whatever it holds. Bodies of functions are read anew in each session, so a
/// backslash must mean the same whatever `standard_conforming_strings` its caller has set. No line
/// ends in it, since the layout indents lines, and no double quote stands in it: in emitted SQL only
/// identifiers have them, by which a deployment gives its roles other names.
pub fn text(value: &str) -> String {
    let quoted = value.replace('\'', "''");
    if !quoted.contains(|c: char| matches!(c, '\\' | '"') || c.is_control()) {
        return format!("'{quoted}'");
    }
    let mut out = String::from("E'");
    for c in quoted.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '"' => out.push_str(r"\x22"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Binding powers of PostgreSQL, loosest first (chapter 4.1.6).
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const IS: u8 = 4;
const COMPARE: u8 = 5;
const IN: u8 = 6;
const OTHER: u8 = 7;
const ADD: u8 = 8;
const MUL: u8 = 9;
const SIGN: u8 = 10;
const CAST: u8 = 11;
const PRIMARY: u8 = 12;

struct Printer<'a> {
    names: &'a dyn Names,
}

impl Printer<'_> {
    /// In brackets where it binds looser than `least`.
    fn at(&self, expr: &Expr, least: u8) -> String {
        let (sql, power) = self.print(expr);
        if power < least { format!("({sql})") } else { sql }
    }

    fn print(&self, expr: &Expr) -> (String, u8) {
        match &expr.node {
            Node::Literal(value) => literal(value),
            Node::Column(column) => (self.names.column(*column), PRIMARY),
            Node::Path(of, far) => (self.names.far(of, far.column), PRIMARY),
            Node::Input(index) => (self.names.input(*index), PRIMARY),
            Node::Made(step) => (self.names.made(*step), PRIMARY),
            Node::Own => (self.names.own(), PRIMARY),
            Node::Actor => (self.names.actor(), PRIMARY),
            Node::Now => (self.names.now(), PRIMARY),
            Node::Today(zone) => {
                let now = self.names.now();
                (format!("({now} AT TIME ZONE {})::date", text(zone.name())), CAST)
            }
            Node::Not(of) => (format!("NOT {}", self.at(of, NOT)), NOT),
            Node::Negate(of) if is_narrow(of) => (format!("-{}", self.wide(of)), SIGN),
            Node::Negate(of) => (format!("-{}", self.at(of, PRIMARY)), SIGN),
            Node::Binary(op, left, right) => self.binary(*op, left, right),
            Node::OneOf(of, list) => {
                let list: Vec<String> = list.iter().map(|value| literal(value).0).collect();
                (format!("{} IN ({})", self.at(of, OTHER), list.join(", ")), IN)
            }
            Node::IsSet(of) => (format!("{} IS NOT NULL", self.at(of, COMPARE)), IS),
            Node::IsUnset(of) => (format!("{} IS NULL", self.at(of, COMPARE)), IS),
            Node::OrElse(of, default) => {
                (format!("coalesce({}, {})", self.at(of, OR), self.at(default, OR)), PRIMARY)
            }
            Node::If(test, then, otherwise) => (
                format!(
                    "CASE WHEN {} THEN {} ELSE {} END",
                    self.at(test, OR),
                    self.at(then, OR),
                    self.at(otherwise, OR)
                ),
                PRIMARY,
            ),
            Node::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn binary(&self, op: Op, left: &Expr, right: &Expr) -> (String, u8) {
        let nullable = left.nullable || right.nullable;
        let (sign, power) = match op {
            Op::Or => ("OR", OR),
            Op::And => ("AND", AND),
            Op::Eq if nullable => ("IS NOT DISTINCT FROM", IS),
            Op::Ne if nullable => ("IS DISTINCT FROM", IS),
            Op::Eq => ("=", COMPARE),
            Op::Ne => ("<>", COMPARE),
            Op::Lt => ("<", COMPARE),
            Op::Le => ("<=", COMPARE),
            Op::Gt => (">", COMPARE),
            Op::Ge => (">=", COMPARE),
            Op::Add => ("+", ADD),
            Op::Sub => ("-", ADD),
            Op::Mul => ("*", MUL),
        };
        if matches!(op, Op::Add | Op::Sub) {
            match (&left.ty, &right.ty) {
                (Ty::Timestamp, Ty::Timestamp) => {
                    let (left, right) = (self.at(left, ADD), self.at(right, MUL));
                    let seconds = format!("extract(epoch FROM {left} - {right})");
                    return (format!("floor({seconds})::bigint"), CAST);
                }
                (Ty::Timestamp, _) => {
                    return (
                        format!("{} {sign} {}", self.at(left, ADD), self.interval(right)),
                        ADD,
                    );
                }
                (Ty::Date, Ty::Date) => {
                    let (left, right) = (self.at(left, ADD), self.at(right, MUL));
                    return (format!("({left} - {right}) * bigint '86400'"), MUL);
                }
                (Ty::Date, _) => {
                    return (format!("{} {sign} {}", self.at(left, ADD), days(right)), ADD);
                }
                _ => {}
            }
        }
        // `a AND (b AND c)` needs no brackets; a comparison does not chain; `-` and `*` lean left.
        let (left_least, right_least) = match op {
            Op::And | Op::Or => (power, power),
            Op::Add | Op::Sub | Op::Mul => (power, power + 1),
            _ => (power + 1, power + 1),
        };
        let arithmetic = matches!(op, Op::Add | Op::Sub | Op::Mul);
        let left = if arithmetic && is_narrow(left) && is_narrow(right) {
            self.wide(left)
        } else {
            self.at(left, left_least)
        };
        let right = self.at(right, right_least);
        (format!("{left} {sign} {right}"), power)
    }

    /// A part that PostgreSQL would reckon with 32 bits, with the type that it has here.
    fn wide(&self, expr: &Expr) -> String {
        let ty = if expr.ty == Ty::Decimal { "numeric" } else { "bigint" };
        match &expr.node {
            Node::Literal(Literal::Int(value)) => format!("{ty} '{value}'"),
            _ => format!("{}::{ty}", self.at(expr, CAST)),
        }
    }

    /// By hours and seconds: a number times an interval goes through a float.
    fn interval(&self, duration: &Expr) -> String {
        match &duration.node {
            Node::Literal(Literal::Int(seconds)) => format!("interval '{seconds} seconds'"),
            _ => {
                let seconds = self.at(duration, MUL);
                format!(
                    "make_interval(hours => ({seconds} / 3600)::int, secs => {} % 3600)",
                    self.at(duration, MUL + 1)
                )
            }
        }
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> (String, u8) {
        let all = || {
            let all: Vec<String> = arguments.iter().map(|one| self.at(one, OR)).collect();
            all.join(", ")
        };
        let between = |sign: &str| {
            let [left, right] = arguments else { unreachable!("checked: two arguments") };
            (format!("{} {sign} {}", self.at(left, ADD), self.at(right, ADD)), OTHER)
        };
        match function {
            Function::Min => (format!("least({})", all()), PRIMARY),
            Function::Max => (format!("greatest({})", all()), PRIMARY),
            // char_length is an integer of 32 bits, and ours have 64.
            Function::Len => (format!("char_length({})::bigint", all()), PRIMARY),
            // Of "C", so that it is the same in every database: A to Z alone.
            Function::Lower => {
                let text = self.at(&arguments[0], PRIMARY);
                (format!("lower({text} COLLATE \"C\")"), PRIMARY)
            }
            Function::RangeStart => (format!("lower({})", all()), PRIMARY),
            Function::RangeEnd => (format!("upper({})", all()), PRIMARY),
            Function::Overlaps => between("&&"),
            Function::Contains if arguments[0].ty == Ty::Text => {
                (format!("strpos({}) > 0", all()), COMPARE)
            }
            Function::Contains => between("@>"),
            Function::Starts => (format!("starts_with({})", all()), PRIMARY),
            Function::Ends => {
                let (of, part) = (&arguments[0], &arguments[1]);
                let end = self.at(part, OR);
                let end = format!("right({}, char_length({end}))", self.at(of, OR));
                (format!("{end} = {}", self.at(part, IN)), COMPARE)
            }
            Function::Concat => between("||"),
            Function::AddMonths => {
                let day = self.at(&arguments[0], ADD);
                (
                    format!(
                        "({day} + make_interval(months => {}))::date",
                        self.months(&arguments[1])
                    ),
                    CAST,
                )
            }
            Function::Div(how) => {
                (format!("rt.quotient({}, '{}')::bigint", all(), how.name()), CAST)
            }
            Function::Share(how) => {
                let (of, rate) = (self.at(&arguments[0], CAST), self.at(&arguments[1], MUL + 1));
                let product = format!("{of}::numeric * {rate}");
                (format!("rt.quotient({product}, 10000, '{}')::bigint", how.name()), CAST)
            }
            Function::DivTo(places, how) => {
                let of = self.at(&arguments[0], OR);
                let by = match places {
                    0 => self.at(&arguments[1], OR),
                    _ => format!("{} * {}", self.at(&arguments[1], MUL), unit(places)),
                };
                scaled(&of, &by, places, how)
            }
            Function::RoundTo(places, how) => {
                scaled(&self.at(&arguments[0], OR), &unit(places), places, how)
            }
        }
    }

    /// An `integer`: the checker lets a constant be small only.
    fn months(&self, count: &Expr) -> String {
        match &count.node {
            Node::Literal(Literal::Int(count)) => count.to_string(),
            _ => format!("{}::int", self.at(count, CAST)),
        }
    }
}

/// One of the last of so many digits after the point: `0.01` of 2.
fn unit(places: u8) -> String {
    match places {
        0 => "1".to_owned(),
        _ => format!("0.{:0>width$}", 1, width = usize::from(places)),
    }
}

/// A quotient counted in its last digit, as a decimal again.
fn scaled(of: &str, by: &str, places: u8, how: Rounding) -> (String, u8) {
    let count = format!("rt.quotient({of}, {by}, '{}')", how.name());
    match places {
        0 => (count, PRIMARY),
        _ => (format!("{count} * {}", unit(places)), MUL),
    }
}

/// Whether PostgreSQL would take it for an `integer` of 32 bits, as it takes a small literal: of all
/// columns only basis points are, and nothing is reckoned with them.
fn is_narrow(expr: &Expr) -> bool {
    match &expr.node {
        Node::Literal(Literal::Int(_)) => true,
        Node::OrElse(of, default) => is_narrow(of) && is_narrow(default),
        Node::If(_, then, otherwise) => is_narrow(then) && is_narrow(otherwise),
        Node::Call(Function::Min | Function::Max, all) => all.iter().all(is_narrow),
        _ => false,
    }
}

fn literal(value: &Literal) -> (String, u8) {
    match value {
        Literal::Bool(value) => (value.to_string(), PRIMARY),
        // Without its sign it would not fit, and be taken for a `numeric`.
        Literal::Int(i64::MIN) => (format!("bigint '{}'", i64::MIN), PRIMARY),
        Literal::Int(value) => (value.to_string(), if *value < 0 { SIGN } else { PRIMARY }),
        Literal::Decimal(value) => {
            (value.clone(), if value.starts_with('-') { SIGN } else { PRIMARY })
        }
        Literal::Text(value) | Literal::Name(value) => (text(value), PRIMARY),
    }
}

/// The checker lets a date move by constant whole days only.
fn days(duration: &Expr) -> String {
    match duration.node {
        Node::Literal(Literal::Int(seconds)) => (seconds / 86_400).to_string(),
        _ => unreachable!("checked: a date moves by a constant"),
    }
}
