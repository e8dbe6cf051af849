//! Texts. They are compared by their bytes, as they were given: no locale, no normal form.

/// Characters: Unicode's code points, which is what PostgreSQL counts.
pub fn len(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// With `A` to `Z` as `a` to `z`. Other letters stay: what their small form is depends on the
/// database's locale and on the version of Unicode.
pub fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}
