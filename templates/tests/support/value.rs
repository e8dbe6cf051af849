//! Values as the tests hold them, and how SQL and JSON write them.

use super::spec::Type;
use serde_json::{Value as Json, json};

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// Also money in minor units, basis points and seconds.
    Int(i64),
    /// Units of 10^-12, and how many digits after the point are written.
    Decimal(i128, u32),
    /// Also ids and names.
    Text(String),
    /// Days since 1970.
    Date(i64),
    /// Seconds since 1970.
    Time(i64),
    Dates(i64, i64),
    Times(i64, i64),
}

pub const DECIMAL_ONE: i128 = 1_000_000_000_000;

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// As PostgreSQL reads and writes it, with TimeZone UTC.
    pub fn sql(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(true) => "t".to_owned(),
            Self::Bool(false) => "f".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Decimal(units, scale) => decimal(*units, *scale),
            Self::Text(text) => text.clone(),
            Self::Date(days) => date(*days),
            Self::Time(seconds) => format!("{}+00", time(*seconds, ' ')),
            Self::Dates(from, until) => format!("[{},{})", date(*from), date(*until)),
            Self::Times(from, until) => {
                format!("[\"{}+00\",\"{}+00\")", time(*from, ' '), time(*until, ' '))
            }
        })
    }

    /// As the service writes it for a field of type `ty`.
    pub fn json(&self, ty: &Type) -> Json {
        match (self, ty) {
            (Self::Null, _) => Json::Null,
            (Self::Bool(truth), _) => json!(truth),
            (Self::Int(amount), Type::Money { currency }) => {
                json!({ "amount_minor": amount, "currency": currency })
            }
            (Self::Int(number), _) => json!(number),
            (Self::Decimal(units, scale), _) => json!(decimal(*units, *scale)),
            (Self::Text(text), _) => json!(text),
            (Self::Date(days), _) => json!(date(*days)),
            (Self::Time(seconds), _) => json!(format!("{}Z", time(*seconds, 'T'))),
            (Self::Dates(from, until), _) => json!({ "from": date(*from), "until": date(*until) }),
            (Self::Times(from, until), _) => json!({
                "from": format!("{}Z", time(*from, 'T')),
                "until": format!("{}Z", time(*until, 'T')),
            }),
        }
    }

    /// The two ends of a range.
    pub fn ends(&self) -> (Value, Value) {
        match *self {
            Self::Dates(from, until) => (Self::Date(from), Self::Date(until)),
            Self::Times(from, until) => (Self::Time(from), Self::Time(until)),
            _ => (Self::Null, Self::Null),
        }
    }
}

fn decimal(units: i128, scale: u32) -> String {
    let (sign, units) = if units < 0 { ("-", -units) } else { ("", units) };
    let fraction = format!("{:012}", units % DECIMAL_ONE);
    let fraction = &fraction[..(scale as usize).min(12)];
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", units / DECIMAL_ONE)
}

fn date(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of the proleptic Gregorian calendar, by the algorithm of Howard Hinnant's
/// `civil_from_days`.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970 of the first of a month: `days_from_civil`.
pub fn days_of(year: i64, month: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * shifted + 2) / 5;
    era * 146_097 + day_of_era - 719_468
}

fn time(seconds: i64, between: char) -> String {
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{}{between}{hour:02}:{minute:02}:{second:02}", date(day))
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(0))
}

/// A quoted SQL literal.
pub fn quote(value: Option<&str>) -> String {
    match value {
        Some(text) => format!("'{}'", text.replace('\'', "''")),
        None => "NULL".to_owned(),
    }
}
