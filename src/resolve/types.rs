//! Types of fields and inputs, and what expressions make of them.

use super::draft::World;
use super::unknown::unknown;
use super::{contexts, entities};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::currency;
use crate::expr::typed::Ty;
use crate::model::{ContextId, Currency, EntityId, Type};
use crate::source::Spanned;
use crate::syntax::{Document, FieldType, Name};

/// Stands where a type was reported; no model with it is ever given out.
pub const BROKEN: Type = Type::OneOf(Vec::new());

/// Characters of a text that gives no bound.
const TEXT: u32 = 10_000;

pub fn ty(
    world: &World<'_>,
    written: Option<&Spanned<FieldType>>,
    out: &mut Diagnostics,
) -> Option<Type> {
    let written = written?;
    Some(match &written.value {
        FieldType::Bool => Type::Bool,
        FieldType::Int { min, max } => {
            Type::Int { min: min.unwrap_or(i64::MIN), max: max.unwrap_or(i64::MAX) }
        }
        FieldType::Decimal { scale } => Type::Decimal { scale: *scale },
        FieldType::Money { currency } => {
            Type::Money(money(world.document, currency.as_ref(), written, out)?)
        }
        FieldType::Bps => Type::Bps,
        FieldType::Text { min, max } => {
            let max = max.unwrap_or(TEXT);
            Type::Text { min: min.unwrap_or(0).min(max), max }
        }
        FieldType::Email => Type::Email,
        FieldType::Phone => Type::Phone,
        FieldType::Url => Type::Url,
        FieldType::Slug => Type::Slug,
        FieldType::Date => Type::Date,
        FieldType::Timestamp => Type::Timestamp,
        FieldType::Duration => Type::Duration,
        FieldType::RangeOfDate => Type::RangeOfDate,
        FieldType::RangeOfTimestamp => Type::RangeOfTimestamp,
        FieldType::OneOf(names) => Type::OneOf(values(names, out)?),
        FieldType::Ref { entity, within } => {
            let target = entities::named(world.document, &world.drafts, entity, out);
            match within {
                None => Type::Ref(target?),
                Some(within) => Type::UserIn(person_in(world, entity, target, within, out)?),
            }
        }
    })
}

/// The values of an enumeration.
fn values(names: &[Name], out: &mut Diagnostics) -> Option<Vec<String>> {
    let mut whole = true;
    for name in names {
        if matches!(name.as_str(), "set" | "unset" | "not" | "true" | "false" | "null") {
            let message = format!("`{name}` cannot be a value: `is {name}` means something else");
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, name.span, message).next("name it otherwise"),
            );
            whole = false;
        }
    }
    whole.then(|| names.iter().map(|name| name.value.clone()).collect())
}

fn person_in(
    world: &World<'_>,
    entity: &Name,
    target: Option<EntityId>,
    within: &Name,
    out: &mut Diagnostics,
) -> Option<ContextId> {
    if target? != world.user() {
        let user = world.drafts[world.user().0].name;
        let message = format!("`in` follows people only, and `{entity}` is none");
        out.push(
            Diagnostic::new(codes::WRONG_KIND, entity.span, message)
                .next(format!("write `ref {user} in {within}`")),
        );
        return None;
    }
    match world.context(&within.value) {
        Some(context) if world.is_tenant_context(context) => Some(context),
        Some(_) => {
            let message = format!("`{within}` has no tenant, so nobody is a member of it");
            out.push(
                Diagnostic::new(codes::WRONG_KIND, within.span, message)
                    .next(format!("write `ref {entity}`")),
            );
            None
        }
        None => {
            let known = world.contexts[contexts::BUILT_IN..].iter();
            let known = known.map(|context| context.name.as_str());
            unknown(out, within, "context", known, world.document.incomplete);
            None
        }
    }
}

fn money(
    document: &Document,
    named: Option<&Name>,
    written: &Spanned<FieldType>,
    out: &mut Diagnostics,
) -> Option<Currency> {
    let Some(code) = named.or(document.service.currency.as_ref()) else {
        out.push(
            Diagnostic::new(codes::NO_CURRENCY, written.span, "this money has no currency")
                .next("write `currency: EUR` under `service`, or `money(EUR)`")
                .missing(vec!["service".to_owned()], "currency", []),
        );
        return None;
    };
    let found = of(code);
    if found.is_none() {
        out.push(
            Diagnostic::new(
                codes::NO_CURRENCY,
                code.span,
                format!("`{code}` is no currency of ISO 4217"),
            )
            .meant(&code.value, currency::codes()),
        );
    }
    found
}

fn of(code: &Name) -> Option<Currency> {
    let exponent = currency::exponent(&code.value)?;
    Some(Currency { code: code.value.clone(), exponent })
}

pub fn service_currency(document: &Document) -> Option<Currency> {
    of(document.service.currency.as_ref()?)
}

/// Whether a claim of a token can fill it.
pub fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text { .. } | Type::Email | Type::Phone | Type::Url | Type::Slug)
}

/// What an expression makes of a type; None where it was reported.
pub fn in_expressions(world: &World<'_>, ty: &Type) -> Option<Ty> {
    let name = |entity: EntityId| world.drafts[entity.0].name.to_owned();
    Some(match ty {
        Type::Bool => Ty::Bool,
        Type::Int { .. } => Ty::Int,
        Type::Decimal { .. } => Ty::Decimal,
        Type::Money(currency) => Ty::Money(currency.code.clone()),
        Type::Bps => Ty::Bps,
        Type::Text { .. } | Type::Email | Type::Phone | Type::Url | Type::Slug => Ty::Text,
        Type::Date => Ty::Date,
        Type::Timestamp => Ty::Timestamp,
        Type::Duration => Ty::Duration,
        Type::RangeOfTimestamp => Ty::RangeOfTimestamp,
        Type::RangeOfDate => Ty::RangeOfDate,
        Type::OneOf(names) if names.is_empty() => return None,
        Type::OneOf(names) => Ty::Names(names.as_slice().into()),
        Type::Ref(entity) => Ty::Ref(name(*entity)),
        Type::UserIn(_) => Ty::Ref(name(world.user())),
    })
}
