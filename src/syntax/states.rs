//! `states:` through what a row goes.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Map;
use super::form::Word;
use super::names::Alphabet;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::diagnostics::codes;
use crate::source::Span;
use crate::yaml::{Content, Node};

/// Through what a row goes: a list, or a list and groups.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<States>, transform = schema::or_names)]
pub struct States {
    /// All of them; the first is the start.
    #[schemars(with = "Vec<String>")]
    pub list: Vec<Name>,
    /// Names for several of them, for `from` and `state is`.
    #[schemars(with = "Option<Map<schema::Names>>")]
    pub groups: Map<Vec<Name>>,
    /// States that had another name at the last compile: the new one, and the one that it had.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub was: Map<Name>,
    #[schemars(skip)]
    pub span: Span,
}

impl Shape for States {
    const WHAT: &'static str = "`states`";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("list", "[open, done, dropped]"),
        ("groups", "{ final: [done, dropped] }"),
        ("was", "{ dropped: abandoned }"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`states: [open, done]`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<States> {
    if let Content::List(_) = node.content {
        return Some(States {
            list: list(node, reader)?,
            groups: Map::default(),
            was: Map::default(),
            span: place(node),
        });
    }
    let mut words = Words::of::<States>(node, place(node), reader)?;
    let list = words.required("list", reader, list)?;
    let groups = words.or_default("groups", reader, |node, reader| {
        let example = "`groups: { final: [done, dropped] }`";
        reader.map(node, "`groups`", example, Alphabet::Snake, |_, node, reader| {
            scalars::names(node, reader)
        })
    });
    let was = words.or_default("was", reader, |node, reader| {
        let example = "`was: { dropped: abandoned }`";
        reader.map(node, "`was`", example, Alphabet::Snake, |_, node, reader| {
            scalars::was_snake(node, reader)
        })
    });
    Some(States { list, groups, was, span: place(node) })
}

fn list(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Name>> {
    let list = reader.one_or_list(node, |item, reader| {
        let name = scalars::name(item, reader)?;
        Alphabet::Snake.check(&name, reader);
        Some(name)
    })?;
    if list.is_empty() {
        reader.report(
            codes::NO_VALUE,
            node.span,
            "there are no states",
            "name at least one, or remove `states`",
        );
        return None;
    }
    Some(list)
}
