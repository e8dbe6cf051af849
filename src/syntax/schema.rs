//! The JSON Schema of a blueprint, for editors: made of the same types as the reading.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

use super::words::Shape;
use super::{Document, Input, Map, planned, shape};
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
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (word, example) in S::WORDS {
        if let Some(Value::Object(property)) = properties.get_mut(*word) {
            property.entry("examples").or_insert_with(|| json!([shape::example(example)]));
        }
    }
    for word in S::PLANNED {
        properties.insert(word.name.to_owned(), shape::planned(word));
    }
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

/// A condition alone.
pub(super) fn or_text(schema: &mut Schema) {
    or(schema, json_schema!({ "type": ["string", "boolean"] }));
}

/// A table of paths, which is planned.
pub(super) fn or_table_of_routes(schema: &mut Schema) {
    let table = shape::planned(&planned::ROUTES);
    or(schema, Schema::try_from(table).expect("it is an object"));
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
    use crate::syntax::form::Word;
    use crate::syntax::reader::Reader;
    use crate::syntax::{
        Action, Context, Entity, Field, Identity, Party, Role, Service, Setting, States, Tokens,
        Unique, User,
    };
    use crate::yaml::{self, Content};

    fn schema() -> Value {
        serde_json::from_str(&text()).expect("it is JSON")
    }

    fn problems(yaml: &str) -> Vec<String> {
        let sources = Sources::from_text("blueprint.yaml", yaml);
        let mut diagnostics = Diagnostics::new();
        let tree = yaml::parse(&sources, sources.main(), &mut diagnostics).expect("it is YAML");
        let validator = jsonschema::draft202012::new(&schema()).expect("it is a schema");
        validator
            .iter_errors(&shape::json(&tree))
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
            let properties = long["properties"].as_object().expect("it has words");
            let mut offered: Vec<&str> = Vec::new();
            let mut refused: Vec<&str> = Vec::new();
            for (word, property) in properties {
                let list = if property.get(shape::PLANNED).is_some() {
                    &mut refused
                } else {
                    &mut offered
                };
                list.push(word);
            }
            let mut read: Vec<&str> = S::WORDS.iter().map(|(word, _)| *word).collect();
            offered.sort_unstable();
            read.sort_unstable();
            assert_eq!(offered, read, "{}", S::WHAT);
            let planned: Vec<&str> = S::PLANNED.iter().map(|word| word.name).collect();
            assert_eq!(refused, planned, "{}", S::WHAT);
        }
        each!(check);
    }

    /// What the reference shows of a word is what the word takes.
    #[test]
    fn examples_fit() {
        fn check<S: Shape + JsonSchema>() {
            let schema = of::<S>();
            let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
            let built = S::WORDS.iter().copied();
            let planned = S::PLANNED.iter().map(|word| (word.name, word.example));
            for (word, text) in built.chain(planned) {
                let problems: Vec<String> = validator
                    .iter_errors(&json!({ word: shape::example(text) }))
                    .map(|error| error.to_string())
                    .filter(|error| !error.contains("required property"))
                    .collect();
                let any = "is not valid under any of the schemas";
                let problems: Vec<_> = problems.iter().filter(|one| !one.contains(any)).collect();
                assert!(problems.is_empty(), "{}: {word}: {text}: {problems:?}", S::WHAT);
            }
        }
        each!(check);
    }

    /// A planned word is refused once, and nothing is said of what stands under it if it is right.
    #[test]
    fn planned_examples_are_right() {
        fn one(word: &'static Word) {
            let text = format!("{}: {}\n", word.name, word.example);
            let sources = Sources::from_text("blueprint.yaml", text.as_str());
            let mut diagnostics = Diagnostics::new();
            let tree = yaml::parse(&sources, sources.main(), &mut diagnostics).expect("it is YAML");
            let Content::Mapping(entries) = &tree.content else { panic!("{text} is no mapping") };
            planned::refuse(word, &entries[0], "it", &mut Reader::new(&mut diagnostics));
            let said: Vec<&str> = diagnostics.iter().map(|one| one.message.as_str()).collect();
            assert_eq!(said, [format!("`{}` in it is planned, not supported yet", word.name)]);
        }
        fn check<S: Shape + JsonSchema>() {
            S::PLANNED.iter().for_each(one);
        }
        each!(check);
        one(&planned::ROUTES);
        for section in shape::all() {
            section.words.iter().for_each(one);
        }
    }

    macro_rules! each {
        ($check:ident) => {
            $check::<Document>();
            $check::<Service>();
            $check::<Identity>();
            $check::<User>();
            $check::<Tokens>();
            $check::<Context>();
            $check::<Setting>();
            $check::<Role>();
            $check::<Entity>();
            $check::<Field>();
            $check::<Input>();
            $check::<Party>();
            $check::<States>();
            $check::<Unique>();
            $check::<crate::syntax::grant::Long>();
            $check::<crate::syntax::scope::Through>();
            $check::<Action>();
            $check::<crate::syntax::rule::Rule>();
        };
    }
    use each;

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
