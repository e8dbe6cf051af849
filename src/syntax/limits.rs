//! How many names stand in a blueprint. Beyond them it is a mistake or an attack: what is compiled of two lists grows
//! with their product.

/// Entities of a blueprint.
pub const ENTITIES: usize = 12_000;
/// Names in one mapping, or in one list: fields, actions, states, roles, values.
pub const IN_ONE: usize = 256;
/// Steps of one action.
pub const STEPS: usize = 64;
/// Names under which something stands, in all mappings of a blueprint.
pub const NAMES: usize = 300_000;
