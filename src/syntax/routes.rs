//! `routes:` by what paths the service is reached.

use schemars::JsonSchema;

use super::planned;
use super::reader::Reader;
use super::scalars;
use crate::source::Spanned;
use crate::yaml::{Content, Node};

/// By what paths the service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case", transform = super::schema::or_table_of_routes)]
pub enum Routes {
    /// A route for everything that somebody may do; what nobody may do has none.
    Standard,
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Routes>> {
    if let Content::Mapping(entries) = &node.content {
        let place = entries.first().map_or(node.span, |entry| entry.key.span);
        planned::table_of_routes(node, place, reader);
        return None;
    }
    scalars::choice(node, reader, &[("standard", Routes::Standard)])
}
