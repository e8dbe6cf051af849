//! `unique.X:` what no two rows share.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use crate::diagnostics::codes;
use crate::yaml::{Content, Node};

/// Fields that no two rows of a tenant share; its name is the code of the refusal.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Unique>, transform = schema::or_names)]
pub struct Unique {
    /// The fields; the tenant leads them.
    #[schemars(with = "schema::Names")]
    pub fields: Vec<Name>,
    /// Only rows of which this holds count.
    #[schemars(rename = "where", with = "Option<schema::Scalar>")]
    pub filter: Option<ExprText>,
    /// Why no two rows of the whole platform share it, though a clash then shows that another
    /// tenant has it.
    #[schemars(with = "Option<schema::Scalar>")]
    pub global: Option<Text>,
    /// The name that it had at the last compile, so that it is not made anew.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
}

impl Shape for Unique {
    const WHAT: &'static str = "a unique key";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("fields", "[number]"),
        ("where", "state is open"),
        ("global", "the provider's ids are global"),
        ("was", "reference"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str =
        "`reference: [number]`, or `one_live: { fields: [booking], where: state is live }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Unique> {
    let unique = if let Content::List(_) | Content::Scalar(_) = node.content {
        Unique { fields: scalars::names(node, reader)?, ..Unique::default() }
    } else {
        let mut words = Words::of::<Unique>(node, name.span, reader)?;
        Unique {
            fields: words.required("fields", reader, scalars::names)?,
            filter: words.optional("where", reader, scalars::expression),
            global: words.optional("global", reader, reason),
            was: words.optional("was", reader, scalars::was_snake),
        }
    };
    if unique.fields.is_empty() {
        reader.report(
            codes::NO_VALUE,
            name.span,
            format!("`{name}` has no fields"),
            "name at least one",
        );
        return None;
    }
    Some(unique)
}

pub(super) fn reason(node: &Node, reader: &mut Reader<'_>) -> Option<Text> {
    let text = scalars::text(node, reader)?;
    if matches!(text.value.trim(), "" | "true" | "false") {
        reader.report(
            codes::WRONG_VALUE,
            text.span,
            "`global` says why",
            "write the reason, such as `global: the provider's ids are global`",
        );
        return None;
    }
    Some(text)
}
