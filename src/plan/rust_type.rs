//! How each type stands in the service's Rust.

use crate::model::{Currency, Entity, Type};

use super::names;
use super::quote;

/// A field or input where its type depends on its place: enumerations are named for what they belong to.
pub fn of(ty: &Type, owner: &str, name: &str) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Int { min: i64::MIN, max: i64::MAX } => "i64".to_owned(),
        Type::Int { min, max } => format!("Int<{}, {}>", bound(*min), bound(*max)),
        Type::Decimal { scale } => format!("Decimal<{scale}>"),
        Type::Money(currency) => format!("Money<{}>", self::currency(currency)),
        Type::Bps => "Bps".to_owned(),
        Type::Text { min, max } => format!("Text<{min}, {max}>"),
        Type::Email => "Email".to_owned(),
        Type::Phone => "Phone".to_owned(),
        Type::Url => "Url".to_owned(),
        Type::Slug => "Slug".to_owned(),
        Type::Date => "Date".to_owned(),
        Type::Timestamp => "Timestamp".to_owned(),
        Type::Duration => "Seconds".to_owned(),
        Type::RangeOfTimestamp => "TimestampRange".to_owned(),
        Type::RangeOfDate => "DateRange".to_owned(),
        Type::OneOf(_) => enumeration(owner, name),
        Type::Ref(_) | Type::UserIn(_) => "Uuid".to_owned(),
    }
}

/// `Eur`.
pub fn currency(currency: &Currency) -> String {
    names::pascal(&currency.code.to_lowercase())
}

/// `MemberRole`.
pub fn enumeration(owner: &str, name: &str) -> String {
    names::pascal(owner) + &names::pascal(name)
}

/// `TaskState`.
pub fn state(entity: &Entity) -> String {
    enumeration(&entity.name, "state")
}

/// A name as a variant; the one that Rust keeps for itself gets a tail.
pub fn variant(name: &str) -> String {
    let name = names::pascal(name);
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// A name of the blueprint as an identifier. Its alphabet was checked when it was resolved.
pub fn ident(name: &str) -> String {
    quote::rust_ident(name).unwrap_or_else(|| format!("{name}_"))
}

/// The member of a struct that holds a field or an input.
pub fn member(name: &str, ty: &Type) -> String {
    ident(&super::json_type::member(name, ty))
}

fn bound(value: i64) -> String {
    match value {
        i64::MIN => "{ i64::MIN }".to_owned(),
        i64::MAX => "{ i64::MAX }".to_owned(),
        other => digits(other),
    }
}

/// `10_000`, as people write long numbers.
fn digits(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    if value < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_const_arguments() {
        assert_eq!(of(&Type::Int { min: -5, max: 500 }, "A", "b"), "Int<-5, 500>");
        assert_eq!(of(&Type::Int { min: 1, max: i64::MAX }, "A", "b"), "Int<1, { i64::MAX }>");
        assert_eq!(of(&Type::Int { min: 0, max: 1_234_567 }, "A", "b"), "Int<0, 1_234_567>");
    }

    #[test]
    fn keywords_stay_names() {
        assert_eq!(ident("type"), "r#type");
        assert_eq!(ident("self"), "self_");
        assert_eq!(variant("self"), "Self_");
    }
}
