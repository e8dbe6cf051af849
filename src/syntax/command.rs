//! `commands.X:` an action over several entities.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::step::{Step, steps};
use super::words::{Shape, Words};
use super::{Idempotency, Input, Map, action, idempotency};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// An action over several entities: one transaction, whose rows are locked in one order.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Command>)]
pub struct Command {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// Who may run it: roles, `user`.
    #[schemars(with = "schema::Names")]
    pub by: Vec<Name>,
    /// What the caller gives. What a reference names, he must be able to read.
    #[schemars(with = "Option<Map<Input>>")]
    pub input: Map<Input>,
    /// What must hold at that moment; the names are the codes of the refusals.
    #[schemars(with = "Option<Map<schema::Scalar>>")]
    pub require: Map<ExprText>,
    /// Its steps, in their order.
    #[schemars(rename = "do")]
    pub steps: Vec<Step>,
    /// What the caller gets: the row that a `create` named by `as`.
    #[schemars(with = "schema::Scalar")]
    pub returns: Option<Name>,
    /// `required`: the caller says why, and the audit keeps it.
    #[schemars(with = "Option<action::Because>")]
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
    /// Something in it could not be read.
    #[schemars(skip)]
    pub incomplete: bool,
}

impl Shape for Command {
    const WHAT: &'static str = "a command";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "Opens a booking's first part"),
        ("by", "lead"),
        ("input", "{ booking: ref Booking }"),
        ("require", "{ paid: input.booking.price > 0 }"),
        ("do", "[{ create: Part, with: { booking: input.booking, amount: 1 }, as: part }]"),
        ("returns", "part"),
        ("because", "required"),
        ("idempotency", "required"),
        ("step_up", "5m"),
        ("was", "begin"),
    ];
    const PLANNED: &'static [Word] = planned::COMMAND;
    const EXAMPLE: &'static str = "`open: { by: member, do: [{ create: Ticket, with: { opened_by: actor }, as: ticket }], returns: ticket }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Command> {
    let mut words = Words::of::<Command>(node, name.span, reader)?;
    let w = &mut words;
    let mut command = Command {
        summary: w.optional("summary", reader, scalars::text),
        by: w.required("by", reader, action::who).unwrap_or_default(),
        input: w.or_default("input", reader, action::inputs),
        require: w.or_default("require", reader, action::requirements),
        steps: w.required("do", reader, steps).unwrap_or_default(),
        returns: w.required("returns", reader, scalars::name),
        because: w.optional("because", reader, action::because),
        idempotency: w.optional("idempotency", reader, idempotency::read),
        step_up: w.optional("step_up", reader, scalars::text),
        was: w.optional("was", reader, scalars::was_snake),
        incomplete: false,
    };
    command.incomplete = command.returns.is_none()
        || command.by.is_empty()
        || words.lost(&["input", "require", "do", "returns", "because", "idempotency"]);
    Some(command)
}
