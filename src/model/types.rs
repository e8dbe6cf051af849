//! Types of fields and inputs.

use super::{ContextId, Currency, EntityId};

/// A scalar type. How each is stored, sent and bounded is told in docs/language.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    Bool,
    /// 64 bits, bounds inclusive.
    Int {
        min: i64,
        max: i64,
    },
    /// `scale` digits after the point, at most 28 in all.
    Decimal {
        scale: u32,
    },
    /// Integer minor units.
    Money(Currency),
    /// Basis points, 0 to 10,000.
    Bps,
    /// Characters, bounds inclusive.
    Text {
        min: u32,
        max: u32,
    },
    Email,
    /// E.164.
    Phone,
    /// Absolute, http or https.
    Url,
    /// Lower-case letters, digits and single hyphens.
    Slug,
    Date,
    Timestamp,
    /// Whole seconds, not negative.
    Duration,
    /// Half open, both ends there, not empty.
    RangeOfTimestamp,
    RangeOfDate,
    OneOf(Vec<String>),
    /// A row of the same tenant, or of the platform; never removed while referred to.
    Ref(EntityId),
    /// A person with an unrevoked grant in the row's tenant.
    UserIn(ContextId),
}
