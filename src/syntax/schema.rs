//! The JSON Schema of a blueprint, for editors: made of the same types as the reading.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

use super::{Document, Map};
use crate::source::Spanned;

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
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(nothing_is_null))
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// The mapping, where a short form may stand for it.
pub(super) fn long_form(schema: &Value) -> &Value {
    let forms = schema.get("anyOf").and_then(Value::as_array);
    forms
        .and_then(|forms| forms.iter().find(|form| form.get("properties").is_some()))
        .unwrap_or(schema)
}

/// Any single value: editors read YAML's types, the language does not.
pub(super) struct Scalar;

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
pub(super) struct Names;

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

pub(super) fn or_name(schema: &mut Schema) {
    or(schema, json_schema!({ "type": "string" }));
}

pub(super) fn or_names(schema: &mut Schema) {
    or(
        schema,
        json_schema!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
    );
}

/// The text of a type, as an editor can complete and check it.
pub(super) fn or_type(schema: &mut Schema) {
    or(schema, type_text());
}

pub(super) fn type_text() -> Schema {
    const PATTERN: &str = concat!(
        r"^(optional )?(bool|bps|email|phone|url|slug|date|timestamp|duration",
        r"|int(\((-?[0-9_]+\.\.(-?[0-9_]+)?|\.\.-?[0-9_]+)\))?",
        r"|text(\(([0-9_]+\.\.([0-9_]+)?|\.\.[0-9_]+)\))?",
        r"|decimal\([0-9]+\)|money(\([A-Z]{3}\))?|range of (date|timestamp)",
        r"|one of [a-z0-9_]+( ?\| ?[a-z0-9_]+)*|ref [A-Za-z0-9]+( in [a-z0-9_]+)?)$",
    );
    json_schema!({
        "type": "string",
        "pattern": PATTERN,
        "examples": [
            "text(1..80)", "optional date", "ref User", "money", "int(1..)", "one of a|b|c",
            "range of timestamp", "decimal(2)", "bool", "timestamp", "email"
        ]
    })
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
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::Sources;
    use crate::syntax::words::Shape;
    use crate::syntax::{
        Action, Context, Entity, Field, Identity, Input, Party, Role, Service, Setting, States,
        Tokens, Unique, User,
    };
    use crate::yaml::{self, Content, Node};

    fn schema() -> Value {
        serde_json::from_str(&text()).expect("it is JSON")
    }

    /// As an editor reads YAML.
    fn as_json(node: &Node) -> Value {
        match &node.content {
            Content::Scalar(text) => serde_json::from_str::<Value>(text)
                .ok()
                .filter(|value| value.is_number() || value.is_boolean())
                .unwrap_or_else(|| Value::from(text.as_str())),
            Content::List(items) => items.iter().map(as_json).collect(),
            Content::Mapping(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.value.clone(), as_json(&entry.value)))
                    .collect(),
            ),
            Content::Refused => Value::Null,
        }
    }

    fn problems(yaml: &str) -> Vec<String> {
        let sources = Sources::from_text("blueprint.yaml", yaml);
        let mut diagnostics = Diagnostics::new();
        let tree = yaml::parse(&sources, sources.main(), &mut diagnostics).expect("it is YAML");
        let validator = jsonschema::draft202012::new(&schema()).expect("it is a schema");
        validator
            .iter_errors(&as_json(&tree))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    #[test]
    fn shipped_blueprints_fit() {
        let blueprints = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
        let mut files = 0;
        for folder in fs::read_dir(blueprints).expect("there are blueprints") {
            for file in fs::read_dir(folder.expect("a folder").path()).expect("it has files") {
                let path = file.expect("a file").path();
                let text = fs::read_to_string(&path).expect("it can be read");
                assert_eq!(problems(&text), Vec::<String>::new(), "{}", path.display());
                files += 1;
            }
        }
        assert!(files >= 8);
    }

    #[test]
    fn mistakes_do_not_fit() {
        for yaml in [
            "blueprint: 1\n",
            "blueprint: 2\nservice: { name: a }\n",
            "blueprint: 1\nservice: { name: a, nmae: b }\n",
            "blueprint: 1\nservice: { name: a }\nroles: { member: {} }\n",
            "blueprint: 1\nservice: { name: a }\nentities: { A: { fields: { b: string } } }\n",
            "blueprint: 1\nservice: { name: a }\nentities: { A: { actions: { create: {} } } }\n",
        ] {
            assert_ne!(problems(yaml), Vec::<String>::new(), "{yaml}");
        }
    }

    /// The words that editors offer are those that are read.
    #[test]
    fn words_are_those_of_the_readers() {
        fn check<S: Shape + JsonSchema>() {
            let schema = of::<S>();
            let long = long_form(&schema);
            let mut offered: Vec<&str> = long["properties"]
                .as_object()
                .map(|members| members.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let mut read = S::WORDS.to_vec();
            offered.sort_unstable();
            read.sort_unstable();
            assert_eq!(offered, read, "{}", S::WHAT);
        }
        check::<Document>();
        check::<Service>();
        check::<Identity>();
        check::<User>();
        check::<Tokens>();
        check::<Context>();
        check::<Setting>();
        check::<Role>();
        check::<Entity>();
        check::<Field>();
        check::<Input>();
        check::<Party>();
        check::<States>();
        check::<Unique>();
        check::<crate::syntax::grant::Long>();
        check::<crate::syntax::scope::Through>();
        check::<Action>();
    }

    #[test]
    fn every_word_is_described() {
        fn check(at: &str, schema: &Value) {
            if let Value::Object(members) = schema {
                if let Some(Value::Object(words)) = members.get("properties") {
                    for (word, value) in words {
                        assert!(value.get("description").is_some(), "{at}.{word}");
                    }
                }
                for (word, value) in members {
                    check(&format!("{at}.{word}"), value);
                }
            } else if let Value::Array(items) = schema {
                items.iter().for_each(|item| check(at, item));
            }
        }
        check("$", &schema());
    }
}
