//! How each type is stored, passed and bounded.

use super::calls::SqlType;
use super::names::literals;
use crate::model::Type;

/// Type of the column.
pub fn stored(ty: &Type) -> String {
    match ty {
        Type::Decimal { scale } => format!("numeric(28, {scale})"),
        Type::RangeOfTimestamp => "tstzrange".to_owned(),
        Type::RangeOfDate => "daterange".to_owned(),
        other => passed(other).to_string(),
    }
}

/// Type of an argument or a result: of a range, that of its ends.
pub fn passed(ty: &Type) -> SqlType {
    match ty {
        Type::Bool => SqlType::Boolean,
        Type::Int { .. } | Type::Money(_) | Type::Duration => SqlType::Bigint,
        Type::Bps => SqlType::Int,
        Type::Decimal { .. } => SqlType::Numeric,
        Type::Text { .. } | Type::Email | Type::Phone | Type::Url | Type::Slug | Type::OneOf(_) => {
            SqlType::Text
        }
        Type::Date | Type::RangeOfDate => SqlType::Date,
        Type::Timestamp | Type::RangeOfTimestamp => SqlType::Timestamptz,
        Type::Ref(_) | Type::UserIn(_) => SqlType::Uuid,
    }
}

/// What must hold of a value of the type, written as `of`; none: nothing but its SQL type.
pub fn bounds(ty: &Type, of: &str) -> Option<String> {
    Some(match ty {
        Type::Bool | Type::Money(_) | Type::Ref(_) | Type::UserIn(_) => return None,
        Type::Int { min: i64::MIN, max: i64::MAX } => return None,
        Type::Int { min, max: i64::MAX } => format!("{of} >= {min}"),
        Type::Int { min: i64::MIN, max } => format!("{of} <= {max}"),
        Type::Int { min, max } => format!("{of} BETWEEN {min} AND {max}"),
        Type::Decimal { .. } => format!("{of} <> 'NaN'"),
        Type::Bps => format!("{of} BETWEEN 0 AND 10000"),
        Type::Text { min, max } => format!("char_length({of}) BETWEEN {min} AND {max}"),
        Type::Email => format!(
            "char_length({of}) <= 254 AND {of} ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'"
        ),
        Type::Phone => format!("{of} ~ '^[+][1-9][0-9]{{1,14}}$'"),
        Type::Url => format!("char_length({of}) <= 2048 AND {of} ~ '^https?://[^[:space:]]+$'"),
        Type::Slug => {
            format!("char_length({of}) <= 100 AND {of} ~ '^[a-z0-9]+(-[a-z0-9]+)*$'")
        }
        Type::Duration => format!("{of} >= 0"),
        Type::Date | Type::Timestamp => format!("isfinite({of})"),
        // Neither an empty one nor one without an end includes its start; an end that is not there is
        // not the end that is infinite.
        Type::RangeOfTimestamp => format!(
            "lower_inc({of}) AND NOT upper_inc({of}) AND NOT upper_inf({of})\n  \
             AND isfinite(lower({of})) AND isfinite(upper({of}))"
        ),
        // PostgreSQL writes each of them half open.
        Type::RangeOfDate => format!(
            "NOT isempty({of}) AND NOT lower_inf({of}) AND NOT upper_inf({of})\n  \
             AND isfinite(lower({of})) AND isfinite(upper({of}))"
        ),
        Type::OneOf(names) => {
            format!("{of} IN ({})", literals(names.iter().map(String::as_str)))
        }
    })
}
