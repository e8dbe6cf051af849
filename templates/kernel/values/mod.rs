//! Types of fields: what a value must be, how it is written in JSON and stored in PostgreSQL.
//!
//! Reading one from a request checks it; the same bounds stand in the database as CHECKs.

mod decimal;
mod money;
mod number;
mod object;
mod range;
mod text;
mod text_enum;
mod time;

#[cfg(test)]
mod tests;

pub use decimal::Decimal;
pub use money::{Currency, Money};
pub use number::{Bps, Int, Seconds};
pub use range::{DateRange, Range, TimestampRange};
pub use text::{Because, Email, Phone, Slug, Text, Url};
#[allow(unused_imports, reason = "a service may have no closed set")]
pub(crate) use text_enum::text_enum;
pub use time::{Date, Timestamp};

/// A value that is stored as another one is.
macro_rules! stored_as {
    ($ty:ty, [$($generics:tt)*], $inner:ty, $get:expr, $make:expr) => {
        impl<$($generics)*> tokio_postgres::types::ToSql for $ty {
            fn to_sql(
                &self,
                ty: &tokio_postgres::types::Type,
                out: &mut bytes::BytesMut,
            ) -> Result<
                tokio_postgres::types::IsNull,
                Box<dyn std::error::Error + Sync + Send>,
            > {
                let get: fn(&Self) -> &$inner = $get;
                get(self).to_sql(ty, out)
            }

            fn accepts(ty: &tokio_postgres::types::Type) -> bool {
                <$inner as tokio_postgres::types::ToSql>::accepts(ty)
            }

            tokio_postgres::types::to_sql_checked!();
        }

        impl<'a, $($generics)*> tokio_postgres::types::FromSql<'a> for $ty {
            fn from_sql(
                ty: &tokio_postgres::types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                let make: fn($inner) -> Self = $make;
                <$inner as tokio_postgres::types::FromSql>::from_sql(ty, raw).map(make)
            }

            fn accepts(ty: &tokio_postgres::types::Type) -> bool {
                <$inner as tokio_postgres::types::FromSql>::accepts(ty)
            }
        }
    };
}
use stored_as;
