//! `delete:` what deleting a row means.

use schemars::JsonSchema;

use super::planned;
use super::reader::Reader;
use super::scalars;
use crate::source::Spanned;
use crate::yaml::Node;

/// What deleting a row means: `never`; `restrict`: it is gone, unless a row refers to it; `soft`: it stays,
/// and nobody sees it; `anonymise`, of people alone: it stays, and what is personal is overwritten in all rows of
/// the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Delete {
    Never,
    Restrict,
    Soft,
    Anonymise,
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Delete>> {
    if scalars::is_word(node, "erase_keys") {
        planned::value(node.span, "`delete: erase_keys`", reader);
        return None;
    }
    let modes = [
        ("never", Delete::Never),
        ("restrict", Delete::Restrict),
        ("soft", Delete::Soft),
        ("anonymise", Delete::Anonymise),
    ];
    scalars::choice(node, reader, &modes)
}
