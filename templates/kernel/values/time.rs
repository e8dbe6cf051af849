//! Dates and instants.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::stored_as;

/// A day, `2026-03-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(time::Date);

/// An instant, `2026-03-01T09:30:00Z`; kept to the microsecond, answered in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(OffsetDateTime);

impl Date {
    pub fn new(date: time::Date) -> Self {
        Self(date)
    }

    pub fn get(self) -> time::Date {
        self.0
    }
}

impl Timestamp {
    /// None where RFC 3339 has no year for it.
    pub fn new(at: OffsetDateTime) -> Option<Self> {
        let at = at.checked_to_offset(UtcOffset::UTC)?;
        (1..=9999).contains(&at.year()).then_some(Self(at))
    }

    pub fn get(self) -> OffsetDateTime {
        self.0
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.format(format_description!("[year]-[month]-[day]"));
        serializer.serialize_str(&text.map_err(ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        time::Date::parse(&text, format_description!("[year]-[month]-[day]"))
            .map(Self)
            .map_err(|_| de::Error::custom("a day like 2026-03-01 is wanted"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.to_offset(UtcOffset::UTC).format(&Rfc3339);
        serializer.serialize_str(&text.map_err(ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| de::Error::custom("an instant like 2026-03-01T09:30:00Z is wanted"))
    }
}

stored_as!(Date, [], time::Date, |date| &date.0, Date);
stored_as!(Timestamp, [], OffsetDateTime, |at| &at.0, Timestamp);
