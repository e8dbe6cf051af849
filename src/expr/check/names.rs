//! What a name or a literal stands for.

use super::calls::KNOWN;
use super::facts::{Facts, Slot};
use super::{Checked, Checker, words};
use crate::diagnostics::{Diagnostic, codes, missing};
use crate::expr::currency;
use crate::expr::scope::{Gave, Known, Place};
use crate::expr::tree::{Ident, Kind, Node};
use crate::expr::typed::{self, Expr, Far, Function, Literal, Ty};
use crate::source::Span;

impl Checker<'_> {
    /// A number without a unit takes the type that is expected of it, where nothing is guessed.
    pub fn number(&mut self, value: i64, span: Span, expected: Option<&Ty>) -> Option<Checked> {
        let literal = |ty: Ty| Some(Checked::literal(Literal::Int(value), ty));
        match expected {
            Some(ty @ (Ty::Decimal | Ty::Bps)) => literal(ty.clone()),
            Some(ty @ (Ty::Money(_) | Ty::Duration)) if value == 0 => literal(ty.clone()),
            Some(ty @ (Ty::Money(_) | Ty::Duration)) => {
                let (what, next) = match ty {
                    Ty::Money(code) => {
                        let amount = currency::print(value, code);
                        ("an amount", format!("write `{amount} {code}`"))
                    }
                    _ => (
                        "a duration",
                        format!("write `{value}s`, `{value}m`, `{value}h` or `{value}d`"),
                    ),
                };
                self.report(
                    Diagnostic::new(
                        codes::TYPES_DISAGREE,
                        span,
                        format!("`{value}` has no unit, and {what} needs one"),
                    )
                    .next(next),
                )
            }
            _ => literal(Ty::Int),
        }
    }

    pub fn money(&mut self, amount: &str, code: &str, span: Span) -> Option<Checked> {
        if currency::exponent(code).is_none() {
            let message = format!("`{code}` is no currency of ISO 4217");
            return self.report(
                Diagnostic::new(codes::NOT_AN_EXPRESSION, span, message)
                    .meant(code, currency::codes()),
            );
        }
        match currency::minor(amount, code) {
            Some(minor) => Some(Checked::literal(Literal::Int(minor), Ty::Money(code.to_owned()))),
            None => self.fail(
                codes::NOT_AN_EXPRESSION,
                span,
                format!("`{amount}` is no amount of {code}: too many digits"),
                format!("write `{} {code}`", currency::print(12, code)),
            ),
        }
    }

    /// A bare name: a value where an enumeration is expected, else a column.
    pub fn name(
        &mut self,
        name: &str,
        span: Span,
        facts: &Facts,
        expected: Option<&Ty>,
    ) -> Option<Checked> {
        let values: &[String] = match expected {
            Some(ty @ Ty::Names(values)) => {
                if values.iter().any(|value| value == name) {
                    return Some(Checked::literal(Literal::Name(name.to_owned()), ty.clone()));
                }
                values
            }
            _ => &[],
        };
        match name {
            "actor" => return self.actor(span),
            "this" if self.scope.place == Place::Each && !self.scope.own.is_empty() => {
                let ty = Ty::Ref(self.scope.own.to_owned());
                return Some(Checked::plain(typed::Node::Own, ty));
            }
            "this" if self.scope.entity.is_empty() || self.scope.place == Place::Each => {
                return self.fail(
                    codes::NOT_ALLOWED_HERE,
                    span,
                    "a command has no row of its own",
                    "speak of what `input` names, or of a row that a step made",
                );
            }
            "this" => {
                let ty = Ty::Ref(self.scope.entity.to_owned());
                return Some(Checked::plain(typed::Node::Column(typed::Column::Id), ty));
            }
            "input" => {
                return self.fail(
                    codes::NOT_AN_EXPRESSION,
                    span,
                    "`input` alone is no value",
                    "write `input.` and the name of one, as in `input.reason`",
                );
            }
            _ => {}
        }
        if let Some(known) = self.column(name) {
            return self.known(&known.clone(), typed::Node::Column(known.column), facts);
        }
        if let Some((step, known)) = self.scope.made.iter().find(|(_, known)| known.name == name) {
            return self.known(&known.clone(), typed::Node::Made(*step), facts);
        }
        if let Some(gave) = self.scope.gave.iter().find(|gave| gave.name == name).cloned() {
            return self.gave(&gave, name, span, facts);
        }
        self.unknown(name, span, values)
    }

    fn column(&self, name: &str) -> Option<&Known> {
        self.scope.columns.iter().find(|known| known.name == name)
    }

    /// Silent where the type was reported already.
    fn known(&mut self, known: &Known, node: typed::Node, facts: &Facts) -> Option<Checked> {
        let ty = known.ty.clone()?;
        let checked = Checked::plain(node, ty);
        let there = Slot::of(&checked.expr).is_some_and(|slot| facts.holds(&slot));
        Some(checked.nullable(known.optional && !there))
    }

    fn actor(&mut self, span: Span) -> Option<Checked> {
        if !self.scope.place.actor() {
            let next = match self.scope.place {
                Place::Reads => "give it to the hook as an input",
                Place::ReadWhen => {
                    "name the person's field under `parties`, and grant to that party: `read: { assignee: all }`"
                }
                Place::Timer => "speak of the row alone: it is the clock that acts",
                _ => "say who may under `by` of an action, or compare under its `require`",
            };
            return self.not_here("`actor`", span, "it must come out the same for everybody", next);
        }
        let ty = Ty::Ref(self.scope.user.to_owned());
        Some(Checked::plain(typed::Node::Actor, ty))
    }

    /// Why, and the nearest form that is allowed.
    pub fn not_here<T>(&mut self, what: &str, span: Span, reason: &str, next: &str) -> Option<T> {
        let message = format!("{what} cannot stand in {}", self.scope.place.name());
        let told = Diagnostic::new(codes::NOT_ALLOWED_HERE, span, message);
        self.report(told.reason(reason).next(next))
    }

    fn unknown(&mut self, name: &str, span: Span, values: &[String]) -> Option<Checked> {
        let entity = self.scope.entity;
        let message = match values {
            [] if entity.is_empty() => format!("there is no `{name}` here"),
            [] => format!("`{entity}` has no field `{name}`"),
            _ => {
                format!("`{name}` is neither {} nor a field", words::a(&Ty::Names(values.into())))
            }
        };
        let told = Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, span, message);
        let told = if self.scope.groups.iter().any(|group| group.name == name) {
            told.next(format!("`{name}` is a group of states: write `state is {name}`"))
        } else if let Some(column) = self.enumeration_of(name) {
            told.next(format!("write `{column} == {name}`"))
        } else if declared_as(name, values) != name {
            told.next("declare them: `states: [open, done]`")
        } else if let Some(ours) = elsewhere(name) {
            told.next(ours)
        } else {
            let columns = self.scope.columns.iter().map(|known| known.name.as_str());
            let known = columns.chain(self.spoken_of());
            told.meant(name, known.chain(values.iter().map(String::as_str)))
        };
        if self.scope.incomplete && told.next.is_none() {
            return None;
        }
        let known: Vec<&str> = match values {
            [] => {
                let columns = self.scope.columns.iter().map(|known| known.name.as_str());
                columns.chain(self.spoken_of()).collect()
            }
            values => values.iter().map(String::as_str).collect(),
        };
        let told = told.or_known(known.iter().copied());
        let told = told.missing(self.sections(name, values), declared_as(name, values), known);
        self.report(match entity.is_empty() {
            true => told.or_next("speak of `input`, of `actor`, or of what an earlier step named"),
            false => told,
        })
    }

    /// Where a name would be declared that is none of `values`, or no field.
    fn sections(&self, name: &str, values: &[String]) -> Vec<String> {
        let entity = self.scope.entity;
        match values {
            [] if name == "state" => vec![format!("entities.{entity}")],
            [] if entity.is_empty() => missing::given("row", self.spoken_of()),
            [] => vec![format!("entities.{entity}.fields")],
            _ => vec![missing::among(values)],
        }
    }

    /// What earlier steps made, and what hooks gave.
    fn spoken_of(&self) -> impl Iterator<Item = &str> {
        let made = self.scope.made.iter().map(|(_, known)| known.name.as_str());
        made.chain(self.scope.gave.iter().map(|gave| gave.name.as_str()))
    }

    /// The column that has this name among its values.
    fn enumeration_of(&self, value: &str) -> Option<&str> {
        self.scope.columns.iter().find_map(|known| match &known.ty {
            Some(Ty::Names(names)) if names.iter().any(|name| name == value) => {
                Some(known.name.as_str())
            }
            _ => None,
        })
    }

    /// `this.x`, `input.x`, `during.start`.
    pub fn member(
        &mut self,
        of: &Node,
        member: &Ident,
        span: Span,
        facts: &Facts,
    ) -> Option<Checked> {
        match &of.kind {
            Kind::Name(name) if name == "this" && self.scope.place == Place::Each => self.not_here(
                "a field of the action's own row",
                span,
                "its row may be locked only after those that are found",
                "say it of the row that is found, or compare a reference with `this`",
            ),
            Kind::Name(name) if name == "this" => match self.column(&member.name).cloned() {
                Some(known) => self.known(&known, typed::Node::Column(known.column), facts),
                None => self.unknown(&member.name, member.span, &[]),
            },
            Kind::Name(name) if name == "input" => self.input(member, span, facts),
            Kind::Name(name) if name == "actor" => self.fail(
                codes::NOT_SUPPORTED_YET,
                span,
                "`actor.x` is planned, not supported yet",
                "say under `by` of an action who may run it",
            ),
            Kind::Name(name) if self.gives_several(name) => {
                let of = self.scope.gave.iter().filter(|gave| gave.name == *name);
                let is = |gave: &&Gave| gave.member.as_ref() == Some(&member.name);
                if let Some(gave) = of.clone().find(is).cloned() {
                    return self.known(&gave.known, typed::Node::Input(gave.input), facts);
                }
                let known: Vec<&str> = of.filter_map(|gave| gave.member.as_deref()).collect();
                let message = format!("`{name}` has no `{}`", member.name);
                let told = Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, member.span, message);
                let told = told.meant(&member.name, known.iter().copied());
                let told = told.or_known(known.iter().copied());
                let sections = missing::given(name, known.iter().copied());
                self.report(told.missing(sections, &member.name, known))
            }
            _ => self.bound(of, member, facts),
        }
    }

    /// Whether a hook gave several values under this name.
    fn gives_several(&self, name: &str) -> bool {
        let gave = self.scope.gave.iter().any(|gave| gave.name == name && gave.member.is_some());
        gave && self.column(name).is_none()
    }

    /// What a hook gave under this name alone.
    fn gave(&mut self, gave: &Gave, name: &str, span: Span, facts: &Facts) -> Option<Checked> {
        match &gave.member {
            None => self.known(&gave.known, typed::Node::Input(gave.input), facts),
            Some(member) => self.fail(
                codes::NOT_AN_EXPRESSION,
                span,
                format!("`{name}` is several values"),
                format!("write one of them, as in `{name}.{member}`"),
            ),
        }
    }

    fn input(&mut self, member: &Ident, span: Span, facts: &Facts) -> Option<Checked> {
        if !self.scope.place.input() {
            let next = "compare it under `require` of the action that is given it";
            return self.not_here("`input`", span, "only an action has input", next);
        }
        let position = self.scope.inputs.iter().position(|known| known.name == member.name);
        if let Some(index) = position {
            let known = self.scope.inputs[index].clone();
            return self.known(&known, typed::Node::Input(index), facts);
        }
        if self.scope.incomplete {
            return None;
        }
        let inputs = self.scope.inputs.iter().map(|known| known.name.as_str());
        self.report(
            Diagnostic::new(
                codes::UNKNOWN_IN_EXPRESSION,
                member.span,
                format!("this action has no input `{}`", member.name),
            )
            .meant(&member.name, inputs.clone())
            .or_known(inputs.clone())
            .or_next("declare it under `input` of the action")
            .missing(missing::given("input", inputs.clone()), &member.name, inputs),
        )
    }

    /// A column of the row that a reference names.
    fn far(&mut self, of: Expr, entity: &str, member: &Ident, facts: &Facts) -> Option<Checked> {
        let place = self.scope.place;
        if !place.paths() {
            let what = format!("a field of another row, here of {entity},");
            let reason = "what holds of a row must not change by a change of another";
            let next = match place {
                Place::ReadWhen => "speak of the row's own fields",
                Place::Timer => "keep what it depends on in a field or a total of the row itself",
                Place::Each => {
                    "speak of the fields of the rows themselves, of `input` and of `this`"
                }
                _ => "ask for it under `require` of an action, where the other row is locked",
            };
            return self.not_here(&what, member.span, reason, next);
        }
        let (columns, _) = self.scope.others.row(entity);
        if let Some(known) = columns.iter().find(|known| known.name == member.name) {
            let far = Far { column: known.column, name: known.name.clone() };
            return self.known(known, typed::Node::Path(Box::new(of), far), facts);
        }
        if self.scope.incomplete {
            return None;
        }
        let known = || columns.iter().map(|known| known.name.as_str());
        let message = format!("`{entity}` has no field `{member}`", member = member.name);
        self.report(
            Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, member.span, message)
                .meant(&member.name, known())
                .or_known(known())
                .missing(vec![format!("entities.{entity}.fields")], &member.name, known()),
        )
    }

    /// An end of a range, or a column of another row.
    fn bound(&mut self, of: &Node, member: &Ident, facts: &Facts) -> Option<Checked> {
        let range = self.value(of, facts, None)?.expr;
        let ty = match &range.ty {
            Ty::RangeOfTimestamp => Ty::Timestamp,
            Ty::RangeOfDate => Ty::Date,
            Ty::Ref(entity) => return self.far(range.clone(), &entity.clone(), member, facts),
            other => {
                let message = format!("{} has no `{}`", words::a(other), member.name);
                let next = match (other, member.name.as_str()) {
                    (Ty::Text, "length" | "len" | "size") => "write `len(text)`",
                    _ => "remove it: only a range has parts, `start` and `end`",
                };
                return self.fail(codes::UNKNOWN_IN_EXPRESSION, member.span, message, next);
            }
        };
        let function = match member.name.as_str() {
            "start" => Function::RangeStart,
            "end" => Function::RangeEnd,
            other => {
                let message = format!("a range has no `{other}`");
                return self.report(
                    Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, member.span, message)
                        .next("its ends are `start` and `end`"),
                );
            }
        };
        Some(Checked::plain(typed::Node::Call(function, vec![range]), ty))
    }
}

/// `state` is there where `states` are declared.
fn declared_as<'n>(name: &'n str, values: &[String]) -> &'n str {
    if values.is_empty() && name == "state" { "states" } else { name }
}

/// What other languages call what has a name here.
fn elsewhere(name: &str) -> Option<String> {
    if let Some(function) = KNOWN.iter().find(|known| **known == name) {
        let inside = if name == "now" { "" } else { "…" };
        return Some(format!("write `{function}({inside})`"));
    }
    let ours = match name.to_ascii_lowercase().as_str() {
        "nil" | "none" | "null" | "undefined" => "write `x is set` or `x is unset`",
        "true" | "yes" => "write `true`",
        "false" | "no" => "write `false`",
        "self" | "row" | "record" => "write `this`",
        "me" | "myself" | "user" | "current_user" => "the person who acts is `actor`",
        _ => return None,
    };
    Some(ours.to_owned())
}
