//! `exclude.X:` what no two rows do at one time.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use super::schema;
use super::words::{Shape, Words};
use crate::diagnostics::{Diagnostic, codes};
use crate::yaml::{Content, Node};

/// No two rows that share these fields overlap; its name is the code of the refusal.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Exclude>)]
pub struct Exclude {
    /// The fields that they share; the tenant leads them. None: any two rows of a tenant.
    #[schemars(with = "Option<schema::Names>")]
    pub same: Vec<Name>,
    /// The range that may not overlap. One that ends where another starts does not.
    #[schemars(with = "schema::Scalar")]
    pub overlapping: Name,
    /// Only rows of which this holds count.
    #[schemars(rename = "where", with = "Option<schema::Scalar>")]
    pub filter: Option<ExprText>,
    /// The name that it had at the last compile, so that it is not made anew.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
}

impl Shape for Exclude {
    const WHAT: &'static str = "an exclusion";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("same", "[number]"),
        ("overlapping", "during"),
        ("where", "during is set"),
        ("was", "taken"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str =
        "`slot_taken: { same: [listing], overlapping: during, where: state is blocking }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Exclude> {
    let mut words = Words::of::<Exclude>(node, name.span, reader)?;
    Some(Exclude {
        same: words.or_default("same", reader, scalars::names),
        filter: words.optional("where", reader, scalars::expression),
        was: words.optional("was", reader, scalars::was_snake),
        overlapping: words.required("overlapping", reader, range)?,
    })
}

/// A field that holds both ends. People who keep them apart name two.
fn range(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    if let Content::List(items) = &node.content {
        let place = items.first().map_or(node.span, |first| first.span);
        reader.push(
            Diagnostic::new(codes::WRONG_SHAPE, place, "`overlapping` names one field")
                .reason("a field of type `range of timestamp` or `range of date` holds both ends")
                .next("declare one, such as `during: range of timestamp`, and write `overlapping: during`"),
        );
        return None;
    }
    scalars::name(node, reader)
}
