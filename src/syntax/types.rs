//! The types of fields and inputs.

use super::scalars::Name;

/// A type; whether it is optional stands beside it.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    Bool,
    /// Bounds inclusive.
    Int {
        min: Option<i64>,
        max: Option<i64>,
    },
    /// Digits after the point.
    Decimal {
        scale: u32,
    },
    /// In the service's currency, unless it names one.
    Money {
        currency: Option<Name>,
    },
    Bps,
    /// Characters, bounds inclusive; at most [`FieldType::LONGEST_TEXT`].
    Text {
        min: Option<u32>,
        max: Option<u32>,
    },
    Email,
    Phone,
    Url,
    Slug,
    Date,
    Timestamp,
    Duration,
    RangeOfDate,
    RangeOfTimestamp,
    /// Each once, at least one.
    OneOf(Vec<Name>),
    Ref {
        entity: Name,
        /// A person with an unrevoked grant in this context.
        within: Option<Name>,
    },
}

impl FieldType {
    pub const LONGEST_TEXT: u32 = 100_000;
    pub const MOST_DIGITS: u32 = 12;
}
