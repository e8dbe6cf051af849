//! `rules.X:` what always holds.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use super::schema;
use super::words::{Shape, Words};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Node};

/// A condition that always holds of a row; its name is the code of the refusal.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::words::<Rule>, transform = schema::or_text)]
pub struct Rule {
    /// The condition.
    #[schemars(with = "schema::Scalar")]
    pub holds: ExprText,
    /// `at_commit`: it is asked when the transaction ends, so that it may be broken within.
    #[schemars(with = "Option<Checked>")]
    pub checked: Option<Span>,
    /// `growth`: of a comparison, what breaks it already may stay, but the lesser side does not grow.
    #[schemars(with = "Option<Only>")]
    pub only: Option<Span>,
    /// The status of the refusal: 402 where more is to be had for money.
    #[schemars(with = "Option<Status>")]
    pub status: Option<Spanned<u16>>,
    /// The name that it had at the last compile, so that it is not made anew.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Checked {
    AtCommit,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Only {
    Growth,
}

#[derive(JsonSchema)]
#[schemars(extend("enum" = [402, 409]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Status(u16);

impl Shape for Rule {
    const WHAT: &'static str = "a rule";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("holds", "paid <= total"),
        ("checked", "at_commit"),
        ("only", "growth"),
        ("status", "402"),
        ("was", "paid_up"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`paid_in_full: paid <= total`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Rule> {
    if let Content::Mapping(_) = node.content {
        let mut words = Words::of::<Rule>(node, name.span, reader)?;
        let at_commit =
            |node: &Node, reader: &mut Reader<'_>| scalars::only(node, reader, "at_commit");
        let growth = |node: &Node, reader: &mut Reader<'_>| scalars::only(node, reader, "growth");
        return Some(Rule {
            checked: words.optional("checked", reader, at_commit),
            only: words.optional("only", reader, growth),
            status: words.optional("status", reader, status),
            was: words.optional("was", reader, scalars::was_snake),
            holds: words.required("holds", reader, scalars::expression)?,
        });
    }
    let holds = scalars::expression(node, reader)?;
    Some(Rule { holds, checked: None, only: None, status: None, was: None })
}

/// Of a refusal.
pub(super) fn status(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<u16>> {
    scalars::choice(node, reader, &[("402", 402), ("409", 409)])
}
