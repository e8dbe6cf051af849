//! Defaults, read by the type of their field.

use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::currency;
use crate::expr::duration;
use crate::expr::typed::Literal;
use crate::model::{Currency, Default, Type};
use crate::source::Spanned;

pub fn default(
    world: &World<'_>,
    written: &Spanned<String>,
    ty: &Type,
    out: &mut Diagnostics,
) -> Option<Default> {
    match read(world, written.value.trim(), ty) {
        Ok(default) => Some(default),
        Err((message, next)) => {
            let told = Diagnostic::new(codes::WRONG_DEFAULT, written.span, message);
            out.push(match ty {
                Type::OneOf(names) => {
                    let names = || names.iter().map(String::as_str);
                    told.meant(&written.value, names()).or_next(next)
                }
                _ => told.next(next),
            });
            None
        }
    }
}

/// What is wrong, and what to write.
type Wrong = (String, String);

fn read(world: &World<'_>, text: &str, ty: &Type) -> Result<Default, Wrong> {
    let wrong = |what: &str, next: &str| (format!("`{text}` is no {what}"), next.to_owned());
    let literal = |value: Option<Literal>, what: &str, next: &str| match value {
        Some(value) => Ok(Default::Value(value)),
        None => Err(wrong(what, next)),
    };
    match ty {
        Type::Bool => {
            literal(text.parse().ok().map(Literal::Bool), "boolean", "write `true` or `false`")
        }
        Type::Int { min, max } => {
            let value = text.parse::<i64>().map_err(|_| wrong("integer", "write digits alone"))?;
            within(i128::from(value), i128::from(*min), i128::from(*max), &format!("`{text}`"))?;
            Ok(Default::Value(Literal::Int(value)))
        }
        Type::Bps => {
            let value = text.parse::<i64>().map_err(|_| {
                wrong("rate in basis points", "write a whole number: `250` is 2.5 percent")
            })?;
            within(i128::from(value), 0, 10_000, &format!("`{text}`"))?;
            Ok(Default::Value(Literal::Int(value)))
        }
        Type::Decimal { scale } => literal(
            decimal(text, *scale).map(Literal::Decimal),
            "decimal of this scale",
            "write digits with a point",
        ),
        Type::Money(currency) => literal(
            money(text, currency).map(Literal::Int),
            "amount",
            &format!("write `0` or `{} {}`", currency::print(12, &currency.code), currency.code),
        ),
        Type::Text { min, max } => {
            let length = text.chars().count() as i128;
            let what = format!("a text of {length} characters");
            within(length, i128::from(*min), i128::from(*max), &what)?;
            Ok(Default::Value(Literal::Text(text.to_owned())))
        }
        Type::Duration => {
            let split = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
            let seconds = duration(&text[..split], &text[split..]);
            literal(seconds.map(Literal::Int), "duration", "write `30s`, `15m`, `24h` or `30d`")
        }
        Type::OneOf(names) => match names.iter().any(|name| name == text) {
            true => Ok(Default::Value(Literal::Name(text.to_owned()))),
            false => Err((
                format!("`{text}` is not one of {}", names.join("|")),
                "write one of them".to_owned(),
            )),
        },
        Type::Timestamp if matches!(text, "now" | "now()") => Ok(Default::Now),
        Type::Timestamp => Err(wrong("instant", "only `now` is an instant here")),
        Type::Ref(entity) if *entity == world.user() && text == "actor" => Ok(Default::Actor),
        Type::UserIn(_) if text == "actor" => Ok(Default::Actor),
        Type::Ref(entity) if text == "actor" => {
            let [user, named] = [world.user(), *entity].map(|id| world.drafts[id.0].name);
            let next = format!("make the field a `ref {user}`, or leave the default out");
            Err((format!("`actor` is a {user}, and this field names a {named}"), next))
        }
        Type::Ref(_) | Type::UserIn(_) => {
            Err(wrong("row", "only `actor` is one here, for a field that names a person"))
        }
        Type::Email
        | Type::Phone
        | Type::Url
        | Type::Slug
        | Type::Date
        | Type::RangeOfTimestamp
        | Type::RangeOfDate => {
            let message = "a default of this type is planned, not supported yet".to_owned();
            Err((message, "make the field `optional`".to_owned()))
        }
    }
}

fn within(value: i128, min: i128, max: i128, what: &str) -> Result<(), Wrong> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    let bounds = match (min, max) {
        (min, max) if max >= i128::from(i64::MAX) => format!("from {min} on"),
        (min, max) if min <= i128::from(i64::MIN) => format!("up to {max}"),
        (min, max) => format!("from {min} to {max}"),
    };
    let next = format!("write one {bounds}, or widen the bounds");
    Err((format!("{what} is outside the bounds of the field"), next))
}

fn decimal(text: &str, scale: u32) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    let fits = fraction.len() <= scale.max(1) as usize && whole.len() + scale as usize <= 28;
    (plain(whole) && plain(fraction) && fits).then(|| text.to_owned())
}

/// `0`, or an amount with its currency.
fn money(text: &str, currency: &Currency) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let amount = text.strip_suffix(&currency.code)?.trim_end();
    let digits = amount.strip_prefix('-').unwrap_or(amount);
    let plain = digits.starts_with(|one: char| one.is_ascii_digit())
        && digits.bytes().all(|one| one.is_ascii_digit() || one == b'.');
    plain.then(|| currency::minor(amount, &currency.code)).flatten()
}
