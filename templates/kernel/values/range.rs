//! Spans of time.

use serde::{Deserialize, Deserializer, Serialize, de};
use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use super::object::object;
use super::{Date, Timestamp};

/// From `from`, up to but without `until`: `{"from": "…", "until": "…"}`. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Range<T> {
    pub from: T,
    pub until: T,
}

pub type DateRange = Range<Date>;
pub type TimestampRange = Range<Timestamp>;

impl<T: FromSqlOwned> Range<T> {
    /// From two columns; None where they are null.
    pub fn from_columns(
        row: &Row,
        from: &str,
        until: &str,
    ) -> Result<Option<Self>, tokio_postgres::Error> {
        let from: Option<T> = row.try_get(from)?;
        let until: Option<T> = row.try_get(until)?;
        Ok(from.zip(until).map(|(from, until)| Self { from, until }))
    }
}

impl<'de, T: Deserialize<'de> + PartialOrd> Deserialize<'de> for Range<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Ends<T> {
            from: T,
            until: T,
        }
        let Ends { from, until } = object(deserializer, "an object with from and until")?;
        // guard: kernel.values.range
        if from >= until {
            return Err(de::Error::custom("`until` must be after `from`"));
        }
        Ok(Self { from, until })
    }
}
