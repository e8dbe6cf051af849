//! `delete:` what deleting a row means.

use schemars::JsonSchema;

use super::planned;
use super::reader::Reader;
use super::scalars;
use crate::source::Spanned;
use crate::yaml::Node;

/// What deleting a row means: `never`; `restrict`: it is gone, unless a row refers to it; `soft`: it stays,
/// and nobody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Delete {
    Never,
    Restrict,
    Soft,
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Delete>> {
    for other in ["anonymise", "erase_keys"] {
        if scalars::is_word(node, other) {
            planned::value(node.span, &format!("`delete: {other}`"), reader);
            return None;
        }
    }
    let modes = [("never", Delete::Never), ("restrict", Delete::Restrict), ("soft", Delete::Soft)];
    scalars::choice(node, reader, &modes)
}
