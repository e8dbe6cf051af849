//! How the values of a hook's types are made and read, for whoever has seen none of them.

use crate::plan::hooks::{Enum, Hook, Struct};
use std::collections::BTreeSet;

/// Types of `crate::generated::kernel::values`, by their names.
const KNOWN: &[(&str, &str)] = &[
    ("Bps", "`Bps::new(i32) -> Option<Bps>`, `.get() -> i32`: hundredths of a percent"),
    ("Date", "`Date::new(time::Date)`, `.get() -> time::Date`"),
    ("DateRange", "`Range { from, until }` of `Date`; `until` is the first day after it"),
    (
        "Decimal",
        "`Decimal::new(rust_decimal::Decimal) -> Option<Decimal<…>>`, `.get() -> rust_decimal::Decimal`",
    ),
    ("Email", "`Email::new(&str) -> Option<Email>`, `.as_str()`"),
    ("Int", "`Int::new(i64) -> Option<Int<…>>`, none out of its bounds; `.get() -> i64`"),
    (
        "Money",
        "`Money::from_minor(i64)`, `.minor() -> i64`: whole minor units; what it is multiplied by may overflow; its currency is of `crate::generated::domain::currency`",
    ),
    ("Phone", "`Phone::new(&str) -> Option<Phone>`, `.as_str()`"),
    ("Seconds", "`Int<0, { i64::MAX }>`, made and read as that"),
    ("Slug", "`Slug::new(&str) -> Option<Slug>`, `.as_str()`"),
    ("Text", "`Text::new(&str) -> Option<Text<…>>`, none of another length; `.as_str()`"),
    (
        "Timestamp",
        "`Timestamp::new(time::OffsetDateTime) -> Option<Timestamp>`, `.get() -> time::OffsetDateTime`; in UTC, none outside of the years 1 to 9999",
    ),
    ("TimestampRange", "`Range { from, until }` of `Timestamp`, up to but without `until`"),
    ("Url", "`Url::new(&str) -> Option<Url>`, `.as_str()`"),
];

/// A line for each type that stands on the card, and where they are.
pub fn lines(hook: &Hook, of_rows: &[(String, Enum)]) -> Vec<String> {
    let structs = hook.given.iter().chain([&hook.output]);
    let names: BTreeSet<&str> = structs.flat_map(named).collect();
    let mut lines = Vec::new();
    for (name, made) in KNOWN.iter().filter(|(name, _)| names.contains(name)) {
        lines.push(format!("{name}: {made}"));
    }
    if !lines.is_empty() {
        lines
            .push("  all of `crate::generated::kernel::values`; they are `Clone`, `Debug` and compare with `==`, numbers, money, moments and enumerations are `Copy`".to_owned());
    }
    if names.contains("Uuid") {
        lines.push("uuid::Uuid: which row it is; in tests `Uuid::from_u128(1)`".to_owned());
    }
    let own = format!("crate::generated::hooks::{}", hook.module);
    let own = hook.enums.iter().map(|one| (&own, one));
    for (module, one) in own.chain(of_rows.iter().map(|(module, one)| (module, one))) {
        let variants: Vec<&str> = one.variants.iter().map(|one| one.name.as_str()).collect();
        lines.push(format!("{module}::{}: `{}`", one.name, variants.join("`, `")));
    }
    lines
}

/// The names that stand in the types of its members.
fn named(of: &Struct) -> impl Iterator<Item = &str> {
    let parts = |ty| str::split(ty, |c: char| !c.is_ascii_alphanumeric());
    of.members.iter().flat_map(move |member| parts(member.ty.as_str()))
}
