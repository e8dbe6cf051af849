//! `read.X:` what somebody sees.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use super::words::{Shape, Words};
use crate::diagnostics::codes;
use crate::yaml::{Content, Node};

/// What somebody reads of an entity. `id`, `state`, `version` and the times come with any grant.
#[derive(Debug, Clone)]
pub struct Read {
    pub fields: Fields,
    /// Only rows of which this holds.
    pub when: Option<ExprText>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fields {
    All,
    These(Vec<Name>),
}

/// What somebody sees: `all`, fields, this, or a list of these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Long>)]
pub(super) struct Long {
    /// `all`, or the fields.
    #[schemars(rename = "fields", with = "super::schema::Names")]
    _fields: (),
    /// Only rows of which this holds; own fields and state only.
    #[schemars(rename = "when", with = "Option<super::schema::Scalar>")]
    _when: (),
}

/// `all`, fields, or one or more long forms.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Read")]
#[expect(dead_code, reason = "only for the schema")]
pub(super) enum Forms {
    Fields(#[schemars(with = "super::schema::Names")] ()),
    One(Long),
    Several(Vec<Long>),
}

impl Shape for Long {
    const WHAT: &'static str = "a read grant";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("fields", "[title, due]"), ("when", "state is open")];
    const PLANNED: &'static [Word] = planned::READ;
    const EXAMPLE: &'static str =
        "`member: all`, `member: [name]` or `member: { fields: [name], when: state is open }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Read>> {
    match &node.content {
        Content::List(items)
            if items.iter().any(|item| matches!(item.content, Content::Mapping(_))) =>
        {
            Some(items.iter().filter_map(|item| long(name, item, reader)).collect())
        }
        Content::Mapping(_) => Some(long(name, node, reader).into_iter().collect()),
        _ => {
            let fields = fields(node, reader);
            Some(fields.map(|fields| Read { fields, when: None }).into_iter().collect())
        }
    }
}

fn long(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Read> {
    let mut words = Words::of::<Long>(node, name.span, reader)?;
    // Whoever wrote a word that is none said there which fields he means, and is told.
    let given = match words.lost(&[]) {
        true => words.optional("fields", reader, fields),
        false => words.required("fields", reader, fields),
    };
    let when = words.optional("when", reader, scalars::expression);
    Some(Read { fields: given?, when })
}

pub(super) fn fields(node: &Node, reader: &mut Reader<'_>) -> Option<Fields> {
    if scalars::is_word(node, "all") {
        return Some(Fields::All);
    }
    let fields = scalars::names(node, reader)?;
    if let Some(all) = fields.iter().find(|field| field.value == "all") {
        reader.report(
            codes::WRONG_VALUE,
            all.span,
            "`all` stands alone, not in a list",
            "write `all`, or name the fields",
        );
        return None;
    }
    Some(Fields::These(fields))
}
