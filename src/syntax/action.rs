//! `actions.X:` the only ways in which rows come to be and change.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use super::{Approval, Idempotency, Input, Map, Step, approval, idempotency};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// A way in which rows come to be or change. `create` makes a row; every other changes one.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Action>, transform = schema::by_somebody)]
pub struct Action {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// Who may do it: roles, parties, `user`. Not needed where the clock does it.
    #[schemars(with = "Option<schema::Names>")]
    pub by: Vec<Name>,
    /// Fields that the caller gives.
    #[schemars(with = "Option<schema::Names>")]
    pub accept: Vec<Name>,
    /// What the caller gives that is not a field.
    #[schemars(with = "Option<Map<Input>>")]
    pub input: Map<Input>,
    /// The states, or groups of them, in which it is legal; `any`.
    #[schemars(with = "Option<schema::Names>")]
    pub from: Option<From>,
    /// The state afterwards.
    pub to: Option<Name>,
    /// The instant from which on it is too late.
    #[schemars(with = "Option<schema::Scalar>")]
    pub before: Option<ExprText>,
    /// A timer: at that instant the clock does it.
    #[schemars(with = "Option<schema::Scalar>")]
    pub at: Option<ExprText>,
    /// A timer: the clock does it so long after the row came into the state from which it leads.
    #[schemars(with = "Option<schema::Scalar>")]
    pub after: Option<Text>,
    /// A timer: the clock does it as soon as this holds.
    #[schemars(with = "Option<schema::Scalar>")]
    pub as_soon: Option<ExprText>,
    /// The rows that its timer concerns.
    #[schemars(with = "Option<schema::Scalar>")]
    pub when: Option<ExprText>,
    /// What must hold at that moment; the names are the codes of the refusals.
    #[schemars(with = "Option<Map<schema::Scalar>>")]
    pub require: Map<ExprText>,
    /// What else is done, in the same transaction.
    #[schemars(rename = "do", with = "Option<Vec<Step>>")]
    pub steps: Vec<Step>,
    /// `required`: the caller says why, and the audit keeps it.
    #[schemars(with = "Option<Because>")]
    pub because: Option<Span>,
    /// Whether a repeat is known by a key of the caller's.
    #[schemars(with = "Option<Idempotency>")]
    pub idempotency: Option<Spanned<Idempotency>>,
    /// How long ago, at most, the person must have signed in.
    #[schemars(with = "Option<schema::Scalar>")]
    pub step_up: Option<Text>,
    /// The name that it had at the last compile, so that what is recorded under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
    /// A second person agrees first: until then it is asked for, and not done.
    pub approval: Option<Approval>,
}

/// The states in which an action is legal.
#[derive(Debug, Clone)]
pub enum From {
    /// `any`.
    Any(Span),
    /// States and groups of states.
    These(Vec<Name>),
}

/// Whether the caller must say why.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only for the schema")]
pub(super) enum Because {
    Required,
}

impl Shape for Action {
    const WHAT: &'static str = "an action";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "Nobody needs it any more"),
        ("by", "[member, lead]"),
        ("accept", "[title, due]"),
        ("input", "{ reason: text(10..500) }"),
        ("from", "open"),
        ("to", "done"),
        ("before", "due"),
        ("at", "hold_until"),
        ("after", "48h"),
        ("as_soon", "paid >= total"),
        ("when", "price is set"),
        ("require", "{ in_time: now() < due }"),
        ("do", "[{ set: { done_by: actor } }]"),
        ("because", "required"),
        ("idempotency", "required"),
        ("step_up", "5m"),
        ("was", "complete"),
        ("approval", "{ by: lead, expires: 72h }"),
    ];
    const PLANNED: &'static [Word] = planned::ACTION;
    const EXAMPLE: &'static str = "`finish: { by: member, from: open, to: done }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Action> {
    let Some(mut words) = Words::of::<Action>(node, name.span, reader) else {
        return Some(Action::default());
    };
    let w = &mut words;
    // What the clock does nobody need be allowed.
    let by = match TIMERS.iter().any(|word| w.entry(word).is_some()) {
        true => w.optional("by", reader, who),
        false => w.required("by", reader, who),
    };
    let action = Action {
        summary: w.optional("summary", reader, scalars::text),
        by: by.unwrap_or_default(),
        accept: w.or_default("accept", reader, scalars::names),
        input: w.or_default("input", reader, inputs),
        // What stands there and could not be read is reported, and is not missing.
        from: w
            .optional("from", reader, from)
            .or_else(|| w.lost(&["from"]).then(|| From::These(Vec::new()))),
        to: w.optional("to", reader, scalars::name),
        before: w.optional("before", reader, scalars::expression),
        at: w.optional("at", reader, scalars::expression),
        after: w.optional("after", reader, scalars::text),
        as_soon: w.optional("as_soon", reader, scalars::expression),
        when: w.optional("when", reader, scalars::expression),
        require: w.or_default("require", reader, requirements),
        steps: w.or_default("do", reader, super::step::steps),
        because: w.optional("because", reader, because),
        idempotency: w.optional("idempotency", reader, idempotency::read),
        step_up: w.optional("step_up", reader, scalars::text),
        was: w.optional("was", reader, scalars::was_snake),
        approval: w.optional("approval", reader, approval::read),
    };
    one_timer(&action, reader);
    Some(action)
}

/// Words of which each says when the clock does it.
const TIMERS: [&str; 3] = ["at", "after", "as_soon"];

impl Action {
    /// Names that say what an action does, so that one of them cannot have had another.
    pub const IS_BY_NAME: [&'static str; 5] = ["create", "found", "grant", "revoke", "delete"];

    /// The word by which the clock does it, where it does.
    pub fn timer(&self) -> Option<(&'static str, Span)> {
        self.timers().into_iter().flatten().next()
    }

    fn timers(&self) -> [Option<(&'static str, Span)>; 3] {
        let [at, after, as_soon] = TIMERS;
        [
            self.at.as_ref().map(|text| (at, text.span)),
            self.after.as_ref().map(|text| (after, text.span)),
            self.as_soon.as_ref().map(|text| (as_soon, text.span)),
        ]
    }
}

/// Whether it is done by the clock in one way at most.
fn one_timer(action: &Action, reader: &mut Reader<'_>) {
    let timers: Vec<_> = action.timers().into_iter().flatten().collect();
    if let [(first, at), (second, span), ..] = timers.as_slice() {
        let message = format!("`{first}` and `{second}` are two timers");
        reader.push(
            Diagnostic::new(codes::WRONG_TIMER, *span, message)
                .also(*at, "the first")
                .next("keep one; the other can be an action of its own"),
        );
    }
}

pub(super) fn inputs(node: &Node, reader: &mut Reader<'_>) -> Option<Map<Input>> {
    let example = "`input: { reason: text(10..500) }`";
    reader.map(node, "`input`", example, Alphabet::Snake, super::input::read)
}

pub(super) fn requirements(node: &Node, reader: &mut Reader<'_>) -> Option<Map<ExprText>> {
    let example = "`require: { not_late: due is unset || now() < due }`";
    reader.map(node, "`require`", example, Alphabet::Snake, |_, node, reader| {
        scalars::expression(node, reader)
    })
}

pub(super) fn because(node: &Node, reader: &mut Reader<'_>) -> Option<Span> {
    scalars::only(node, reader, "required")
}

pub(super) fn who(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Name>> {
    let who = scalars::names(node, reader)?;
    if who.is_empty() {
        reader.report(
            codes::NO_VALUE,
            node.span,
            "nobody may do this",
            "name who may, or remove the action",
        );
        return None;
    }
    Some(who)
}

fn from(node: &Node, reader: &mut Reader<'_>) -> Option<From> {
    if scalars::is_word(node, "any") {
        return Some(From::Any(node.span));
    }
    scalars::names(node, reader).map(From::These)
}
