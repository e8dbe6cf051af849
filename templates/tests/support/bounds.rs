//! Values that a type does not take.

use super::spec::Type;

/// As SQL text; each is of the column's SQL type, so that only its CHECK can refuse it.
pub fn outside(ty: &Type) -> Vec<String> {
    match ty {
        Type::Int { min, max } => {
            let below = min.checked_sub(1).filter(|_| *min != i64::MIN);
            let above = max.checked_add(1).filter(|_| *max != i64::MAX);
            below.into_iter().chain(above).map(|number| number.to_string()).collect()
        }
        Type::Bps => vec!["-1".to_owned(), "10001".to_owned()],
        Type::Text { min, max } => {
            let short = (*min > 0).then(|| "x".repeat(*min as usize - 1));
            let long = (*max < 100_000).then(|| "x".repeat(*max as usize + 1));
            // Characters are counted, not bytes.
            short.into_iter().chain(long).collect()
        }
        Type::Email => ["", "a", "@", "a@b", "a b@c.de"].map(str::to_owned).into(),
        Type::Phone => ["", "030 123", "+0123456", "+49x"].map(str::to_owned).into(),
        Type::Url => ["", "example.test", "javascript:alert(1)", "ftp://example.test"]
            .map(str::to_owned)
            .into(),
        Type::Slug => ["", "A", "a b", "-a", "a-", "a--b"].map(str::to_owned).into(),
        Type::Duration => vec!["-1".to_owned()],
        Type::OneOf { .. } => vec![String::new(), "no_such_value".to_owned()],
        Type::RangeOfDate => unbounded().map(str::to_owned).into(),
        // PostgreSQL writes a range of dates half open by itself, not one of instants.
        Type::RangeOfTimestamp => unbounded()
            .into_iter()
            .chain(["[2030-01-01,2030-01-02]", "(2030-01-01,2030-01-02)"])
            .map(str::to_owned)
            .collect(),
        Type::Date | Type::Timestamp => ["infinity", "-infinity"].map(str::to_owned).into(),
        Type::Decimal { .. } => vec!["NaN".to_owned()],
        Type::Bool | Type::Money { .. } | Type::Ref { .. } | Type::UserIn { .. } => Vec::new(),
    }
}

/// Ranges without an instant in them, or without an end.
fn unbounded() -> [&'static str; 5] {
    ["empty", "(,2030-01-01)", "[2030-01-01,)", "[-infinity,2030-01-01)", "[2030-01-01,infinity)"]
}
