//! `hooks.X:` code written by hand, and all that it is given.

use schemars::JsonSchema;

use super::field::typed;
use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use super::{Input, Map, action};
use crate::source::Span;
use crate::yaml::{Content, Node};

/// Code written by hand. It gets what is declared here and nothing else, and no connection.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Hook>)]
pub struct Hook {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// `compute`: what it gives depends on nothing but what it is given.
    #[schemars(with = "Kind", required)]
    pub kind: Option<Span>,
    /// What it is given by the step that calls it.
    #[schemars(with = "Option<Map<Input>>")]
    pub input: Map<Input>,
    /// Rows that it is given, by name.
    #[schemars(with = "Option<Map<Reads>>")]
    pub reads: Map<Reads>,
    /// What it gives: a type, or several by name.
    #[schemars(with = "Output", required)]
    pub output: Output,
    /// Something in it could not be read.
    #[schemars(skip)]
    pub incomplete: bool,
}

/// The kinds that act.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only for the schema")]
enum Kind {
    Compute,
}

/// What a hook gives.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(untagged)]
pub enum Output {
    #[default]
    #[schemars(skip)]
    Lost,
    One(#[schemars(with = "schema::Scalar")] Box<Input>),
    Several(Map<Input>),
}

/// Rows of an entity that a hook is given.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Reads>)]
pub struct Reads {
    /// The entity.
    #[schemars(with = "schema::Scalar", required)]
    pub of: Option<Name>,
    /// What the hook is given of each row, beside its `id`.
    #[schemars(with = "schema::Names", required)]
    pub fields: Vec<Name>,
    /// Which rows: their own columns, and what the hook is given as `input`.
    #[schemars(rename = "where", with = "schema::Scalar", required)]
    pub filter: Option<ExprText>,
}

impl Shape for Hook {
    const WHAT: &'static str = "a hook";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "What a booking costs"),
        ("kind", "compute"),
        ("input", "{ booking: ref Booking }"),
        ("reads", "{ booked: { of: Booking, fields: [price], where: id == input.booking } }"),
        ("output", "{ price: money, fee: money }"),
    ];
    const PLANNED: &'static [Word] = planned::HOOK;
    const EXAMPLE: &'static str =
        "`quote: { kind: compute, input: { nights: int(1..365) }, output: money }`";
}

impl Shape for Reads {
    const WHAT: &'static str = "what a hook reads";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("of", "Booking"), ("fields", "[price]"), ("where", "id == input.booking")];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str =
        "`booked: { of: Booking, fields: [price], where: id == input.booking }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Hook> {
    let Some(mut words) = Words::of::<Hook>(node, name.span, reader) else {
        return Some(Hook { incomplete: true, ..Hook::default() });
    };
    let w = &mut words;
    let mut hook = Hook {
        summary: w.optional("summary", reader, scalars::text),
        kind: w.required("kind", reader, kind),
        input: w.or_default("input", reader, action::inputs),
        reads: w.or_default("reads", reader, |node, reader| {
            reader.map(node, "`reads`", Reads::EXAMPLE, Alphabet::Snake, rows)
        }),
        output: w.required("output", reader, output).unwrap_or_default(),
        incomplete: false,
    };
    hook.incomplete = hook.kind.is_none() || words.lost(&["input", "reads", "output"]);
    Some(hook)
}

fn kind(node: &Node, reader: &mut Reader<'_>) -> Option<Span> {
    for other in ["query", "call", "render", "parse"] {
        if scalars::is_word(node, other) {
            planned::value(node.span, &format!("a hook of kind `{other}`"), reader);
            return None;
        }
    }
    scalars::only(node, reader, "compute")
}

fn rows(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Reads> {
    let Some(mut words) = Words::of::<Reads>(node, name.span, reader) else {
        return Some(Reads::default());
    };
    Some(Reads {
        of: words.required("of", reader, scalars::name),
        fields: words.required("fields", reader, scalars::names).unwrap_or_default(),
        filter: words.required("where", reader, scalars::expression),
    })
}

fn output(node: &Node, reader: &mut Reader<'_>) -> Option<Output> {
    if let Content::Scalar(_) = node.content {
        let (ty, optional) = typed(node, reader)?;
        return Some(Output::One(Box::new(Input { ty, optional, ..Input::default() })));
    }
    let example = "`output: { price: money, fee: money }`";
    let several = reader.map(node, "`output`", example, Alphabet::Snake, super::input::read)?;
    Some(Output::Several(several))
}
