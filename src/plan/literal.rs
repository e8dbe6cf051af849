//! Defaults of the blueprint, as values of the output's formats.

use serde_json::{Value, json};

use crate::expr::typed::Literal;
use crate::model::Type;

/// The literal as the field's JSON; None where it has none of its own kind.
pub fn json(literal: &Literal, ty: &Type) -> Option<Value> {
    Some(match (literal, ty) {
        (Literal::Int(minor), Type::Money(currency)) => {
            json!({ "amount_minor": minor, "currency": currency.code })
        }
        (Literal::Bool(value), _) => json!(value),
        (Literal::Int(value), _) => json!(value),
        (Literal::Text(value) | Literal::Name(value) | Literal::Decimal(value), _) => json!(value),
    })
}
