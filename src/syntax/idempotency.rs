//! `idempotency:` whether a repeat is known by a key of the caller's.

use schemars::JsonSchema;

use super::reader::Reader;
use super::scalars;
use crate::source::Spanned;
use crate::yaml::Node;

/// Whether the caller names what he asks for by `Idempotency-Key`: a repeat is answered with the same, and
/// nothing is done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Idempotency {
    /// Nothing is done without a key.
    Required,
    /// Without a key, a repeat is one more.
    Optional,
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Idempotency>> {
    use Idempotency::{Optional, Required};
    scalars::choice(node, reader, &[("required", Required), ("optional", Optional)])
}
