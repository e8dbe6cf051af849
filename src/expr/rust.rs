//! A checked expression as Rust, over the types of [`super::values`].
//!
//! A condition becomes an expression of type `bool`, within a function that answers
//! `Result<_, Fault>`: `?` stands wherever a value may leave its range. Texts are `&str`, numbers
//! `i64`, what is optional an `Option`. The names it uses are those of [`NAMES`] in `values`, and
//! `min` and `max` of `std::cmp`.

use super::typed::{Column, Expr, Function, Literal, Node, Op, Ty};
use super::zone::Zone;

/// What printed Rust uses of `values`.
pub const NAMES: [&str; 11] = [
    "Decimal", "Rounding", "add", "len", "lower", "mul", "neg", "quotient", "share", "sub", "there",
];

/// The Rust for what an expression speaks of; each answer must bind like a name or a field.
pub trait Names {
    fn column(&self, column: Column) -> String;
    /// Whether the column's field is an `Option`.
    fn is_optional(&self, column: Column) -> bool;
    fn input(&self, index: usize) -> String;
    fn is_optional_input(&self, index: usize) -> bool;
    fn actor(&self) -> String;
    fn now(&self) -> String;
    /// The day in which that moment lies at a place.
    fn today(&self, zone: &Zone) -> String;
}

/// The value that is there, owned, without brackets around the whole.
pub fn print(expr: &Expr, names: &dyn Names) -> String {
    Printer { names }.moved(expr, true)
}

/// Binding powers of Rust, loosest first. `if` and `match` are in brackets wherever they are a part.
const ANY: u8 = 0;
const OR: u8 = 1;
const AND: u8 = 2;
const COMPARE: u8 = 3;
const PREFIX: u8 = 4;
const PRIMARY: u8 = 5;

struct Printer<'a> {
    names: &'a dyn Names,
}

impl Printer<'_> {
    /// In brackets where it binds looser than `least`.
    fn at(&self, expr: &Expr, least: u8) -> String {
        let (rust, power) = self.print(expr);
        if power < least { format!("({rust})") } else { rust }
    }

    /// What can stand before `.method()`.
    fn receiver(&self, expr: &Expr) -> String {
        self.at(expr, PRIMARY)
    }

    /// A value that may be moved out of where it stands; a text is a `String` where `own` says so.
    fn moved(&self, expr: &Expr, own: bool) -> String {
        match (&expr.ty, &expr.node) {
            (Ty::Text, _) if own && !is_owned(expr) => {
                format!("{}.to_owned()", self.receiver(expr))
            }
            (Ty::Decimal, node) if is_place(node) => format!("{}.clone()", self.receiver(expr)),
            _ => self.at(expr, ANY),
        }
    }

    /// As an `Option`.
    fn option(&self, expr: &Expr, own: bool) -> String {
        match &expr.node {
            _ if !expr.nullable => format!("Some({})", self.moved(expr, own)),
            Node::Column(_) | Node::Input(_) => {
                let place = self.place(&expr.node);
                match expr.ty {
                    Ty::Decimal => format!("{place}.clone()"),
                    Ty::Text if own => format!("{place}.map(str::to_owned)"),
                    _ => place,
                }
            }
            Node::OrElse(of, default) => {
                let (of, default) = (self.option(of, own), self.option(default, own));
                format!("match {of} {{ None => {default}, there => there }}")
            }
            Node::If(test, then, otherwise) => format!(
                "if {} {{ {} }} else {{ {} }}",
                self.at(test, OR),
                self.option(then, own),
                self.option(otherwise, own)
            ),
            other => unreachable!("checked: {other:?} is always there"),
        }
    }

    /// A field or an input, as it is held.
    fn place(&self, node: &Node) -> String {
        match node {
            Node::Column(column) => self.names.column(*column),
            Node::Input(index) => self.names.input(*index),
            other => unreachable!("{other:?} is no place of Rust"),
        }
    }

    fn is_optional(&self, node: &Node) -> bool {
        match node {
            Node::Column(column) => self.names.is_optional(*column),
            Node::Input(index) => self.names.is_optional_input(*index),
            _ => false,
        }
    }

    fn print(&self, expr: &Expr) -> (String, u8) {
        match &expr.node {
            Node::Literal(value) => literal(value, &expr.ty),
            node @ (Node::Column(_) | Node::Input(_)) => {
                let place = self.place(node);
                let there = match (self.is_optional(node), &expr.ty) {
                    (false, _) => place,
                    (true, Ty::Decimal) => format!("there({place}.as_ref())?"),
                    (true, _) => format!("there({place})?"),
                };
                (there, PRIMARY)
            }
            Node::Made(_) => unreachable!("only the database makes rows"),
            Node::Own => unreachable!("only the database looks for rows"),
            Node::Path(_, far) => {
                unreachable!("the database alone reads another row's {}", far.name)
            }
            Node::Actor => (self.names.actor(), PRIMARY),
            Node::Now => (self.names.now(), PRIMARY),
            Node::Today(zone) => (self.names.today(zone), PRIMARY),
            Node::Not(of) => (format!("!{}", self.at(of, PREFIX)), PREFIX),
            Node::Negate(of) if of.ty == Ty::Decimal => {
                (format!("{}.negated()", self.receiver(of)), PRIMARY)
            }
            Node::Negate(of) => (format!("neg({})?", self.at(of, ANY)), PRIMARY),
            Node::Binary(op, left, right) => self.binary(*op, left, right),
            Node::OneOf(of, list) => (self.one_of(of, list), PRIMARY),
            Node::IsSet(of) => (format!("{}.is_some()", self.place(&of.node)), PRIMARY),
            Node::IsUnset(of) => (format!("{}.is_none()", self.place(&of.node)), PRIMARY),
            Node::OrElse(of, default) => (self.or_else(of, default, is_owned(expr)), ANY),
            Node::If(test, then, otherwise) => {
                let own = is_owned(expr);
                let rust = format!(
                    "if {} {{ {} }} else {{ {} }}",
                    self.at(test, OR),
                    self.moved(then, own),
                    self.moved(otherwise, own)
                );
                (rust, ANY)
            }
            Node::Call(function, arguments) => (self.call(*function, arguments), PRIMARY),
        }
    }

    fn or_else(&self, of: &Expr, default: &Expr, own: bool) -> String {
        let (of, default) = (self.option(of, own), self.moved(default, own));
        format!("match {of} {{ Some(there) => there, None => {default} }}")
    }

    fn one_of(&self, of: &Expr, list: &[Literal]) -> String {
        let values: Vec<String> = list.iter().map(|one| literal(one, &of.ty).0).collect();
        if of.ty == Ty::Decimal {
            return format!("[{}].contains(&{})", values.join(", "), self.moved(of, false));
        }
        let of =
            if is_owned(of) { format!("{}.as_str()", self.receiver(of)) } else { self.at(of, ANY) };
        format!("matches!({of}, {})", values.join(" | "))
    }

    fn binary(&self, op: Op, left: &Expr, right: &Expr) -> (String, u8) {
        let (sign, power) = match op {
            Op::Or => ("||", OR),
            Op::And => ("&&", AND),
            Op::Eq => ("==", COMPARE),
            Op::Ne => ("!=", COMPARE),
            Op::Lt => ("<", COMPARE),
            Op::Le => ("<=", COMPARE),
            Op::Gt => (">", COMPARE),
            Op::Ge => (">=", COMPARE),
            Op::Add | Op::Sub | Op::Mul => return (self.arithmetic(op, left, right), PRIMARY),
        };
        // A comparison does not chain.
        let least = if power == COMPARE { PREFIX } else { power };
        let (mut left_, mut right_) = (self.at(left, least), self.at(right, least));
        if power == COMPARE && left.ty == Ty::Decimal {
            // What is lent out of an option is compared with what is lent.
            let lent = [self.is_lent(left), self.is_lent(right)];
            if lent == [true, false] {
                right_ = format!("&{right_}");
            } else if lent == [false, true] {
                left_ = format!("&{left_}");
            }
        }
        (format!("{left_} {sign} {right_}"), power)
    }

    /// Whether the printed value is a `&Decimal`.
    fn is_lent(&self, expr: &Expr) -> bool {
        expr.ty == Ty::Decimal && is_place(&expr.node) && self.is_optional(&expr.node)
    }

    fn arithmetic(&self, op: Op, left: &Expr, right: &Expr) -> String {
        let method = |name: &str, right: String, end: &str| {
            format!("{}.{name}({right}){end}", self.receiver(left))
        };
        let plain = || self.at(right, ANY);
        match (op, &left.ty, &right.ty) {
            (Op::Add, Ty::Decimal, _) => method("plus", self.lend(right), ""),
            (Op::Sub, Ty::Decimal, _) => method("minus", self.lend(right), ""),
            (_, Ty::Decimal, _) => method("times", self.lend(right), ""),
            (Op::Sub, Ty::Timestamp, Ty::Timestamp) => method("since", plain(), "?"),
            (Op::Sub, Ty::Date, Ty::Date) => method("since", plain(), ""),
            (Op::Add, Ty::Timestamp | Ty::Date, _) => method("later", plain(), "?"),
            (Op::Sub, Ty::Timestamp | Ty::Date, _) => method("earlier", plain(), "?"),
            _ => {
                let name = match op {
                    Op::Add => "add",
                    Op::Sub => "sub",
                    _ => "mul",
                };
                format!("{name}({}, {})?", self.at(left, ANY), plain())
            }
        }
    }

    /// By reference.
    fn lend(&self, expr: &Expr) -> String {
        let rust = self.receiver(expr);
        if self.is_lent(expr) { rust } else { format!("&{rust}") }
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> String {
        let method = |name: &str| {
            let [of, other] = arguments else { unreachable!("checked: two arguments") };
            format!("{}.{name}({})", self.receiver(of), self.lend(other))
        };
        let first = &arguments[0];
        match function {
            Function::Min => self.extreme("min", arguments),
            Function::Max => self.extreme("max", arguments),
            Function::Len => format!("len({})", self.borrowed(first)),
            Function::Lower => format!("lower({})", self.borrowed(first)),
            Function::RangeStart => format!("{}.start", self.receiver(first)),
            Function::RangeEnd => format!("{}.end", self.receiver(first)),
            Function::Overlaps => method("overlaps"),
            Function::Contains if first.ty == Ty::Text => self.searched("contains", arguments),
            Function::Contains if arguments[1].ty == first.ty => method("covers"),
            Function::Contains => method("contains"),
            Function::Starts => self.searched("starts_with", arguments),
            Function::Ends => self.searched("ends_with", arguments),
            Function::Concat => {
                let (first, second) = (self.at(first, ANY), self.at(&arguments[1], ANY));
                format!("format!(\"{{}}{{}}\", {first}, {second})")
            }
            Function::AddMonths => {
                format!("{}.add_months({})?", self.receiver(first), self.at(&arguments[1], ANY))
            }
            Function::Div(how) => format!("quotient({}, Rounding::{how:?})?", self.both(arguments)),
            Function::Share(how) => format!("share({}, Rounding::{how:?})?", self.both(arguments)),
            Function::DivTo(places, how) => {
                let by = self.lend(&arguments[1]);
                format!("{}.quotient({by}, {places}, Rounding::{how:?})?", self.receiver(first))
            }
            Function::RoundTo(places, how) => {
                format!("{}.rounded({places}, Rounding::{how:?})", self.receiver(first))
            }
        }
    }

    fn both(&self, arguments: &[Expr]) -> String {
        format!("{}, {}", self.at(&arguments[0], ANY), self.at(&arguments[1], ANY))
    }

    fn searched(&self, method: &str, arguments: &[Expr]) -> String {
        format!("{}.{method}({})", self.receiver(&arguments[0]), self.borrowed(&arguments[1]))
    }

    /// A text as `&str`.
    fn borrowed(&self, text: &Expr) -> String {
        if is_owned(text) { format!("&{}", self.receiver(text)) } else { self.at(text, ANY) }
    }

    fn extreme(&self, name: &str, arguments: &[Expr]) -> String {
        let moved = arguments.iter().map(|one| self.moved(one, false));
        moved.reduce(|all, one| format!("{name}({all}, {one})")).expect("checked: at least one")
    }
}

/// Whether it is read from where it is held.
fn is_place(node: &Node) -> bool {
    matches!(node, Node::Column(_) | Node::Input(_))
}

/// Whether the printed text is a `String`: it is made, not read.
fn is_owned(expr: &Expr) -> bool {
    match &expr.node {
        Node::Call(Function::Lower | Function::Concat, _) => true,
        Node::If(_, then, otherwise) => is_owned(then) || is_owned(otherwise),
        Node::OrElse(of, default) => is_owned(of) || is_owned(default),
        _ => false,
    }
}

fn literal(value: &Literal, ty: &Ty) -> (String, u8) {
    let rust = match (value, ty) {
        (Literal::Bool(value), _) => value.to_string(),
        (Literal::Int(value), Ty::Decimal) => format!("Decimal::from({value})"),
        (Literal::Int(value), _) => {
            // Beside literals alone, rustc would take it for an `i32`.
            let width = if i32::try_from(*value).is_ok() { "" } else { "_i64" };
            return (format!("{value}{width}"), if *value < 0 { PREFIX } else { PRIMARY });
        }
        (Literal::Decimal(text), _) => format!("Decimal::literal({text:?})"),
        (Literal::Text(text) | Literal::Name(text), _) => format!("{text:?}"),
    };
    (rust, PRIMARY)
}
