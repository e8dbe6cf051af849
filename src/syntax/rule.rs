//! `rules.X:` what always holds.

use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use crate::yaml::{Content, Node};

const PLANNED: &[&str] = &["checked", "only", "status", "holds", "where"];

/// A condition; its name is the code of the refusal.
pub(super) fn read(_: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<ExprText> {
    if let Content::Mapping(entries) = &node.content
        && let Some(entry) =
            entries.iter().find(|entry| PLANNED.contains(&entry.key.value.as_str()))
    {
        reader.push(planned::word(entry.key.span, &entry.key.value, "a rule"));
        return None;
    }
    scalars::expression(node, reader)
}
