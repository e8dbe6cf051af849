//! How each type stands in JSON: its schema for openapi.json, and an example that is valid.

use serde_json::{Map, Value, json};

use crate::model::{Model, Type};

/// The name of a field's member in JSON. A duration carries its unit.
pub fn member(name: &str, ty: &Type) -> String {
    match ty {
        Type::Duration => format!("{name}_seconds"),
        _ => name.to_owned(),
    }
}

/// The JSON Schema (2020-12) of a value that is there.
pub fn schema(model: &Model, ty: &Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int { min, max } => {
            let mut schema = object(json!({ "type": "integer", "format": "int64" }));
            if *min != i64::MIN {
                schema.insert("minimum".into(), json!(min));
            }
            if *max != i64::MAX {
                schema.insert("maximum".into(), json!(max));
            }
            Value::Object(schema)
        }
        Type::Decimal { scale: 0 } => json!({ "type": "string", "pattern": "^-?[0-9]{1,28}$" }),
        Type::Decimal { scale } => json!({
            "type": "string",
            "pattern": format!("^-?[0-9]{{1,28}}(\\.[0-9]{{1,{scale}}})?$"),
        }),
        Type::Money(currency) => json!({
            "type": "object",
            "required": ["amount_minor", "currency"],
            "additionalProperties": false,
            "properties": {
                "amount_minor": {
                    "type": "integer",
                    "format": "int64",
                    "description": format!("In units of 10^-{} {}.", currency.exponent, currency.code),
                },
                "currency": { "const": currency.code },
            },
        }),
        Type::Bps => json!({
            "type": "integer", "minimum": 0, "maximum": 10000, "description": "Basis points.",
        }),
        Type::Text { min, max } => json!({ "type": "string", "minLength": min, "maxLength": max }),
        Type::Email => json!({ "type": "string", "format": "email", "maxLength": 254 }),
        Type::Phone => json!({ "type": "string", "pattern": "^\\+[1-9][0-9]{1,14}$" }),
        Type::Url => json!({ "type": "string", "format": "uri", "maxLength": 2048 }),
        Type::Slug => json!({
            "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 63,
        }),
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Timestamp => json!({ "type": "string", "format": "date-time" }),
        Type::Duration => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        Type::RangeOfTimestamp => range("date-time"),
        Type::RangeOfDate => range("date"),
        Type::OneOf(names) => json!({ "type": "string", "enum": names }),
        Type::Ref(entity) => id_of(&model[*entity].name),
        Type::UserIn(_) => id_of(&model[model.identity.user].name),
    }
}

/// As [`schema`], where null stands for a value that is not there.
pub fn nullable(schema: Value) -> Value {
    match schema {
        Value::Object(mut map)
            if map.get("type").is_some_and(Value::is_string) && !map.contains_key("enum") =>
        {
            let ty = map["type"].take();
            map.insert("type".into(), json!([ty, "null"]));
            Value::Object(map)
        }
        other => json!({ "anyOf": [other, { "type": "null" }] }),
    }
}

/// A value that the schema accepts.
pub fn example(ty: &Type, name: &str) -> Value {
    match ty {
        Type::Bool => json!(true),
        Type::Int { min, max } => json!(1.clamp(*min, *max)),
        Type::Decimal { scale: 0 } => json!("12"),
        Type::Decimal { scale } => json!(format!("12.{}", "5".repeat(*scale as usize))),
        Type::Money(currency) => json!({ "amount_minor": 12000, "currency": currency.code }),
        Type::Bps => json!(1500),
        Type::Text { min, max } => json!(text(name, *min as usize, *max as usize)),
        Type::Email => json!("ada@example.org"),
        Type::Phone => json!("+442071234567"),
        Type::Url => json!("https://example.org/page"),
        Type::Slug => json!("first-one"),
        Type::Date => json!("2026-03-01"),
        Type::Timestamp => json!("2026-03-01T09:00:00Z"),
        Type::Duration => json!(3600),
        Type::RangeOfTimestamp => {
            json!({ "from": "2026-03-01T09:00:00Z", "until": "2026-03-01T11:00:00Z" })
        }
        Type::RangeOfDate => json!({ "from": "2026-03-01", "until": "2026-03-04" }),
        Type::OneOf(names) => json!(names.first()),
        Type::Ref(_) | Type::UserIn(_) => json!(ID),
    }
}

/// A UUID v7, wherever an example needs one.
pub const ID: &str = "0195a3c8-4f00-7c7a-9d3e-5b8f2c1a6e44";

/// Words that say what they are, as long as they must and may be.
fn text(name: &str, min: usize, max: usize) -> String {
    let mut text = super::names::title(name);
    while text.len() < min {
        text.push('.');
    }
    text.truncate(max);
    text
}

fn id_of(entity: &str) -> Value {
    json!({ "type": "string", "format": "uuid", "description": format!("Id of a {entity}.") })
}

fn range(format: &str) -> Value {
    json!({
        "type": "object",
        "required": ["from", "until"],
        "additionalProperties": false,
        "description": "Half open: `until` is not part of it.",
        "properties": {
            "from": { "type": "string", "format": format },
            "until": { "type": "string", "format": format },
        },
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
