//! Schemas of what the language's types cannot say themselves: short forms, and texts that are read.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

use super::super::{Map, TYPES, planned, shape};
use crate::source::Spanned;

/// Any single value: editors read YAML's types, the language does not.
pub(in crate::syntax) struct Scalar;

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// A name, or a list of names.
pub(in crate::syntax) struct Names;

impl JsonSchema for Names {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
            ]
        })
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": item })
    }
}

/// The long form, or this instead of it.
fn or(schema: &mut Schema, short: Schema) {
    let description = schema.remove("description");
    let long = std::mem::take(schema);
    *schema = json_schema!({ "anyOf": [short, long] });
    if let Some(description) = description {
        schema.insert("description".to_owned(), description);
    }
}

pub(in crate::syntax) fn or_name(schema: &mut Schema) {
    or(schema, json_schema!({ "type": "string" }));
}

pub(in crate::syntax) fn or_names(schema: &mut Schema) {
    or(
        schema,
        json_schema!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
    );
}

/// What a setting holds, alone.
pub(in crate::syntax) fn or_setting_type(schema: &mut Schema) {
    or(schema, json_schema!({ "enum": ["text", "int", "bool", "url", "duration", "secret"] }));
}

/// Signatures that a token may have.
pub(in crate::syntax) struct Algorithms;

impl JsonSchema for Algorithms {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Algorithms".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = json!({ "enum": super::super::Tokens::ALGORITHMS });
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "uniqueItems": true }] })
    }
}

/// A condition alone.
pub(in crate::syntax) fn or_text(schema: &mut Schema) {
    or(schema, json_schema!({ "type": ["string", "boolean"] }));
}

/// A table of paths, which is planned.
pub(in crate::syntax) fn or_table_of_routes(schema: &mut Schema) {
    let mut table = shape::planned(&planned::ROUTES);
    if let Value::Object(members) = &mut table {
        // Editors would offer it.
        members.remove("examples");
    }
    or(schema, Schema::try_from(table).expect("it is an object"));
}

/// The text of a type, as an editor can complete and check it.
pub(in crate::syntax) fn or_type(schema: &mut Schema) {
    or(schema, type_text());
}

pub(in crate::syntax) fn type_text() -> Schema {
    const PATTERN: &str = concat!(
        r"^(optional )?(bool|bps|email|phone|url|slug|date|timestamp|duration",
        r"|int(\((-?[0-9_]+\.\.(-?[0-9_]+)?|\.\.-?[0-9_]+)\))?",
        r"|text(\(([0-9_]+\.\.([0-9_]+)?|\.\.[0-9_]+)\))?",
        r"|decimal\([0-9]+\)|money(\([A-Z]{3}\))?|range of (date|timestamp)",
        r"|one of [a-z0-9_]+( ?\| ?[a-z0-9_]+)*|ref [A-Za-z0-9]+( in [a-z0-9_]+)?)$",
    );
    let offered: Vec<Value> = TYPES
        .iter()
        .map(|(ty, what)| json!({ "label": ty, "body": ty, "description": what }))
        .collect();
    json_schema!({
        "type": "string",
        "pattern": PATTERN,
        "patternErrorMessage": "This is not a type. Types are bool, int(1..), decimal(2), money, bps, text(1..80), email, \
            phone, url, slug, date, timestamp, duration, range of date, range of timestamp, one of a|b|c, ref Entity, \
            ref User in team; `optional` stands before one.",
        "examples": ["text(1..80)", "optional date", "ref User in team"],
        "defaultSnippets": offered,
    })
}

/// Somebody may do it, or the clock does.
pub fn by_somebody(schema: &mut Schema) {
    let any = json!([
        { "required": ["by"] },
        { "required": ["at"] },
        { "required": ["after"] },
        { "required": ["as_soon"] },
    ]);
    schema.insert("anyOf".to_owned(), any);
}

/// Exactly one word of a step says what is done.
pub fn one_step(schema: &mut Schema) {
    let one = json!([
        { "required": ["set"] },
        { "required": ["create"] },
        { "required": ["revise"] },
        { "required": ["run", "of"] },
        { "required": ["run", "each", "where"] },
        { "required": ["call", "as"] },
    ]);
    schema.insert("oneOf".to_owned(), one);
}
