//! The JSON Schema of a blueprint, for editors: made of the same types as the reading.

mod types;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::words::Shape;
use super::{Document, Input, shape};
use crate::yaml::Node;

pub(super) use types::{
    Algorithms, Names, Scalar, by_somebody, one_step, or_name, or_names, or_setting_type,
    or_table_of_routes, or_text, or_type, type_text,
};

/// JSON Schema 2020-12, as indented text.
pub fn text() -> String {
    let schema = of::<Document>();
    let mut ordered = serde_json::Map::new();
    for word in ["$schema", "title", "description"] {
        ordered.insert(word.to_owned(), schema[word].clone());
    }
    if let Value::Object(members) = schema {
        ordered.extend(members);
    }
    // A file that is included has none of them, and the main one all.
    ordered.remove("required");
    ordered.insert(
        "dependentRequired".to_owned(),
        json!({
            "blueprint": ["service"],
            "service": ["blueprint"],
            "include": ["blueprint", "service"],
        }),
    );
    format!("{:#}\n", Value::Object(ordered))
}

/// The schema of one type and all that it refers to.
pub(super) fn of<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(nothing_is_null))
        .into_generator()
        .into_root_schema_for::<T>();
    // What is planned speaks of inputs, whether the type does or not.
    let input = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(nothing_is_null))
        .into_generator()
        .into_root_schema_for::<Input>();
    let defs = schema.ensure_object().entry("$defs").or_insert_with(|| json!({}));
    if let Value::Object(defs) = defs {
        let mut input = input.to_value();
        if let Value::Object(members) = &mut input {
            members.remove("$schema");
            members.remove("title");
        }
        defs.entry("Input").or_insert(input);
        defs.extend(shape::sections());
    }
    schema.to_value()
}

/// Adds to the words of a mapping their examples, and those that are planned.
pub(super) fn words<S: Shape>(schema: &mut Schema) {
    schema.insert("title".to_owned(), S::WHAT.into());
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (word, example) in S::WORDS {
        if let Some(Value::Object(property)) = properties.get_mut(*word) {
            // What an editor shows above the description.
            property.entry("title").or_insert_with(|| (*word).into());
            property.entry("examples").or_insert_with(|| json!([shape::example(example)]));
        }
    }
    for word in S::PLANNED {
        properties.insert(word.name.to_owned(), shape::planned(word));
    }
}

/// A tree as an editor reads it: each value by the type that it looks like.
pub fn as_json(node: &Node) -> Value {
    shape::json(node)
}

/// The mapping, where a short form may stand for it.
pub(super) fn long_form(schema: &Value) -> &Value {
    let forms = schema.get("anyOf").and_then(Value::as_array);
    forms
        .and_then(|forms| forms.iter().find(|form| form.get("properties").is_some()))
        .unwrap_or(schema)
}

/// Words that are missing are left out, never null.
fn nothing_is_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return };
    choices.retain(|one| one.get("type").is_none_or(|only| only != "null"));
    if let [only] = choices.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        if let Value::Object(members) = only {
            for (word, value) in members {
                if schema.get(&word).is_none() {
                    schema.insert(word, value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
