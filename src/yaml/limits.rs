//! Sizes that no person writes. Beyond them a file is a mistake or an attack.

/// Mappings and lists within each other.
pub const DEPTH: usize = 32;
/// Scalars, lists and mappings in one file.
pub const NODES: usize = 100_000;
/// Scalars, lists and mappings in all files of a blueprint.
pub const ALL_NODES: usize = 1_500_000;
/// Bytes of one scalar.
pub const SCALAR_BYTES: usize = 16 * 1024;
