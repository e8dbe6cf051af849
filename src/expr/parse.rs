//! Tokens to a tree, by precedence climbing. CEL's operators; `not` binds looser than comparisons.

use std::ops::Range;

use super::lexer::{Fault, Spot, Token, lex};
use super::tree::{Ident, Is, Kind, Node};
use super::typed::Op;
use crate::source::Spanned;

/// Bytes of one expression.
const LENGTH: usize = 2_000;
/// Nested brackets, calls and prefixes of one expression.
const DEPTH: usize = 50;
/// Operators of one expression: a chain of them is a deep tree, and trees are walked recursively.
const OPERATORS: usize = 100;

/// The whole text as one expression.
pub fn parse(source: &Spanned<String>) -> Result<Node, Fault> {
    let text = source.as_str();
    if text.len() > LENGTH {
        return Err(Fault::new(0..text.len(), "this expression is too long")
            .help(format!("{LENGTH} bytes at most; split it into several rules")));
    }
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0, operators: 0, source };
    let node = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.too_much()),
    }
}

struct Parser<'a> {
    tokens: Vec<Spot>,
    at: usize,
    depth: usize,
    operators: usize,
    source: &'a Spanned<String>,
}

/// Binding powers, loosest first. A comparison does not chain.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const ADD: u8 = 5;
const MUL: u8 = 6;
const PREFIX: u8 = 7;

fn binary(token: &Token) -> Option<(Op, u8)> {
    let Token::Sign(sign) = token else { return None };
    Some(match *sign {
        "||" => (Op::Or, OR),
        "&&" => (Op::And, AND),
        "==" => (Op::Eq, COMPARE),
        "!=" => (Op::Ne, COMPARE),
        "<" => (Op::Lt, COMPARE),
        "<=" => (Op::Le, COMPARE),
        ">" => (Op::Gt, COMPARE),
        ">=" => (Op::Ge, COMPARE),
        "+" => (Op::Add, ADD),
        "-" => (Op::Sub, ADD),
        "*" => (Op::Mul, MUL),
        _ => return None,
    })
}

/// What other languages write between two values, and units that are words.
fn infix(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "then" | "else" | "when" | "unless" => "if(test, a, b)",
        "like" | "ilike" | "matches" | "contains" | "includes" => "contains(text, part)",
        "starts" | "startswith" => "starts(text, begin)",
        "ends" | "endswith" => "ends(text, end)",
        "between" => "a <= x && x <= b",
        "eq" | "equals" => "a == b",
        "div" | "mod" => "div(a, b, half_even)",
        "overlaps" => "overlaps(a, b)",
        "month" | "months" => "add_months(date, 1)",
        "percent" => "2500, in basis points, for 25 percent",
        _ => return None,
    })
}

/// The unit that a word of other languages stands for.
fn unit(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "second" | "seconds" | "sec" | "secs" => "s",
        "minute" | "minutes" | "min" | "mins" => "m",
        "hour" | "hours" => "h",
        "day" | "days" => "d",
        "week" | "weeks" => "w",
        _ => return None,
    })
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn here(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> Spot {
        let spot = self.tokens[self.at].clone();
        if spot.0 != Token::End {
            self.at += 1;
        }
        spot
    }

    fn node(&self, from: usize, kind: Kind) -> Node {
        let end = self.tokens[self.at.saturating_sub(1)].1.end;
        Node { span: self.source.part(from..end), kind }
    }

    fn word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name == word)
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let there = *self.peek() == Token::Sign(sign);
        if there {
            self.at += 1;
        }
        there
    }

    /// What stands behind a whole expression.
    fn too_much(&self) -> Fault {
        let otherwise = "remove it, or put an operator such as `&&` before it";
        let Token::Name(name) = self.peek() else {
            return self.unexpected("the expression should end here", otherwise);
        };
        let before = &self.tokens[self.at - 1];
        if let (Some(unit), Token::Int(count)) = (unit(name), &before.0) {
            let at = before.1.start..self.here().end;
            let message = format!("`{name}` is no unit");
            return Fault {
                at: self.here(),
                ..Fault::new(at, message).instead(&format!("{count}{unit}"))
            };
        }
        let known = infix(name).is_some() || ["and", "or"].contains(&name.to_lowercase().as_str());
        let message = match known {
            true => format!("`{name}` is no operator here"),
            false => "the expression should end here".to_owned(),
        };
        self.unexpected(&message, otherwise)
    }

    /// `otherwise`: what to do where nothing is known of what stands here.
    fn unexpected(&self, message: &str, otherwise: &str) -> Fault {
        let fault = Fault::new(self.here(), message);
        match self.peek() {
            Token::Name(name) if name.eq_ignore_ascii_case("and") => fault.instead("&&"),
            Token::Name(name) if name.eq_ignore_ascii_case("or") => fault.instead("||"),
            Token::Sign("|") => fault.help("`|` stands between the names after `is`; or is `||`"),
            Token::Sign(".") => fault.help("a number begins with a digit: write `0.5`"),
            Token::Name(name) => match infix(name) {
                Some(ours) => fault.help(format!("write `{ours}`")),
                None if self.after_not() => fault.help("write `not`, in small letters"),
                None => fault.help(otherwise),
            },
            _ => fault.help(otherwise),
        }
    }

    fn after_not(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at].0);
        matches!(before, Some(Token::Name(name)) if name.eq_ignore_ascii_case("not"))
    }

    fn expression(&mut self, least: u8) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Fault::new(self.here(), "this expression is nested too deeply")
                .help("split it into several rules"));
        }
        let from = self.here().start;
        let mut left = self.prefix()?;
        let mut compared = false;
        loop {
            let comparison = self.word("is") || self.word("in");
            let (op, power) = match binary(self.peek()) {
                Some((op, power)) => (Some(op), power),
                None if comparison => (None, COMPARE),
                None => break,
            };
            if power < least {
                break;
            }
            self.operators += 1;
            if self.operators > OPERATORS {
                return Err(Fault::new(self.here(), "this expression has too many parts")
                    .help("split it into several rules"));
            }
            if power == COMPARE {
                if compared {
                    return Err(Fault::new(self.here(), "comparisons do not chain")
                        .help("write `a < b && b < c`"));
                }
                compared = true;
            } else {
                compared = false;
            }
            let kind = match op {
                Some(op) => {
                    self.at += 1;
                    if self.word("null") {
                        return Err(self.null(op));
                    }
                    let right = self.expression(power + 1)?;
                    Kind::Binary(op, Box::new(left), Box::new(right))
                }
                None if self.word("is") => {
                    self.at += 1;
                    Kind::Is(Box::new(left), self.is(from)?)
                }
                None => {
                    self.at += 1;
                    Kind::In(Box::new(left), self.list()?)
                }
            };
            left = self.node(from, kind);
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Node, Fault> {
        let from = self.here().start;
        if self.word("not") {
            self.at += 1;
            let of = self.expression(NOT + 1)?;
            return Ok(self.node(from, Kind::Not(Box::new(of))));
        }
        if self.take("-") {
            let of = self.expression(PREFIX)?;
            return Ok(self.node(from, Kind::Negate(Box::new(of))));
        }
        let mut node = self.primary()?;
        while self.take(".") {
            let member = self.ident("a name should follow the point")?;
            node = self.node(from, Kind::Member(Box::new(node), member));
        }
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, Fault> {
        let (token, at) = self.next();
        let kind = match token {
            Token::Int(value) => Kind::Int(value),
            Token::Decimal(text) => Kind::Decimal(text),
            Token::Money(amount, code) => Kind::Money(amount, code),
            Token::Duration(seconds) => Kind::Duration(seconds),
            Token::Text(text) => Kind::Text(text),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                if !self.take(")") {
                    return Err(self.unexpected("`)` is missing", "add it where the part ends"));
                }
                // The brackets belong to the place: a message about the part shows them.
                return Ok(self.node(at.start, inner.kind));
            }
            Token::Name(name) if name == "true" => Kind::Bool(true),
            Token::Name(name) if name == "false" => Kind::Bool(false),
            Token::Name(name) if name == "null" => {
                return Err(
                    Fault::new(at, "there is no `null`").help("write `x is set` or `x is unset`")
                );
            }
            Token::Name(name) => {
                let ident = Ident { span: self.source.part(at.clone()), name };
                if self.take("(") {
                    Kind::Call(ident, self.arguments(")")?)
                } else {
                    Kind::Name(ident.name)
                }
            }
            Token::Sign(_) | Token::End => {
                self.at -= usize::from(token != Token::End);
                let otherwise = "write a field, a value, or an expression in brackets";
                return Err(self.unexpected("a value is missing here", otherwise));
            }
        };
        Ok(self.node(at.start, kind))
    }

    fn arguments(&mut self, close: &'static str) -> Result<Vec<Node>, Fault> {
        let mut arguments = Vec::new();
        if self.take(close) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.take(close) {
                return Ok(arguments);
            }
            if !self.take(",") {
                let message = format!("`,` or `{close}` is missing");
                return Err(self.unexpected(&message, "add the one that is meant"));
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Node>, Fault> {
        if !self.take("[") {
            let form = match self.peek() {
                Token::Name(_) => "write `x in [a, b]`, or of a range `contains(range, x)`",
                _ => "write `x in [a, b]`",
            };
            return Err(self.unexpected("a list in brackets should follow `in`", form).help(form));
        }
        self.arguments("]")
    }

    /// After `==` or `!=`: asked for is whether it is there.
    fn null(&self, op: Op) -> Fault {
        let at = self.here();
        let fault = Fault::new(at.clone(), "there is no `null`");
        let ours = match op {
            Op::Eq => " is unset",
            Op::Ne => " is set",
            _ => return fault.help("write `x is set` or `x is unset`"),
        };
        let before = self.tokens[self.at - 2].1.end;
        let fix = vec![(before..at.end, ours.to_owned())];
        Fault { fix, ..fault.help(format!("write `x{ours}`")) }
    }

    /// `from`: where the left side begins.
    fn is(&mut self, from: usize) -> Result<Is, Fault> {
        let first = self.ident("`set`, `unset` or a value should follow `is`")?;
        match first.name.as_str() {
            "set" => return Ok(Is::Set),
            "unset" => return Ok(Is::Unset),
            "null" | "none" | "nil" | "empty" | "absent" | "missing" | "undefined" => {
                let at = self.tokens[self.at - 1].1.clone();
                let message = format!("there is no `{}`", first.name);
                return Err(Fault::new(at, message).instead("unset"));
            }
            "present" | "there" | "given" => {
                let at = self.tokens[self.at - 1].1.clone();
                let message = format!("there is no `{}`", first.name);
                return Err(Fault::new(at, message).instead("set"));
            }
            "not" => {
                return Err(self.is_not(from));
            }
            _ => {}
        }
        let mut names = vec![first];
        while self.take("|") {
            names.push(self.ident("a value should follow `|`")?);
        }
        Ok(Is::Names(names))
    }

    /// After `is not`.
    fn is_not(&self, from: usize) -> Fault {
        let not = self.tokens[self.at - 1].1.clone();
        let fault = Fault::new(not.clone(), "`not` stands before the whole comparison");
        let through = |to: usize| not.start..to;
        let fix = match self.peek() {
            Token::Name(name) if name == "set" => vec![(through(self.here().end), "unset".into())],
            Token::Name(name) if name == "unset" => vec![(through(self.here().end), "set".into())],
            Token::Name(_) => {
                vec![(from..from, "not ".to_owned()), (through(self.here().start), String::new())]
            }
            _ => Vec::new(),
        };
        Fault { fix, ..fault.help("write `not x is a`, or `x is unset`") }
    }

    fn ident(&mut self, otherwise: &str) -> Result<Ident, Fault> {
        match self.peek().clone() {
            Token::Name(name) => {
                let (_, at) = self.next();
                Ok(Ident { span: self.source.part(at), name })
            }
            _ => Err(self.unexpected(otherwise, "write it here")),
        }
    }
}
