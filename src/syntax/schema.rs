//! The JSON Schema of a blueprint, for editors: made of the same types as the reading.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

use super::words::Shape;
use super::{Document, Input, Map, planned, shape};
use crate::source::Spanned;
use crate::yaml::Node;

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

/// What a setting holds, alone.
pub(super) fn or_setting_type(schema: &mut Schema) {
    or(schema, json_schema!({ "enum": ["text", "int", "bool", "url", "duration", "secret"] }));
}

/// Signatures that a token may have.
pub(super) struct Algorithms;

impl JsonSchema for Algorithms {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Algorithms".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = json!({ "enum": super::Tokens::ALGORITHMS });
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "uniqueItems": true }] })
    }
}

/// A condition alone.
pub(super) fn or_text(schema: &mut Schema) {
    or(schema, json_schema!({ "type": ["string", "boolean"] }));
}

/// A table of paths, which is planned.
pub(super) fn or_table_of_routes(schema: &mut Schema) {
    let mut table = shape::planned(&planned::ROUTES);
    if let Value::Object(members) = &mut table {
        // Editors would offer it.
        members.remove("examples");
    }
    or(schema, Schema::try_from(table).expect("it is an object"));
}

/// The text of a type, as an editor can complete and check it.
pub(super) fn or_type(schema: &mut Schema) {
    or(schema, type_text());
}

/// Types that editors offer, with what each holds.
const TYPES: &[(&str, &str)] = &[
    ("text(1..80)", "Text of so many characters."),
    ("optional text(1..80)", "Text, or nothing."),
    ("bool", "True or false."),
    ("int(1..100)", "A whole number within bounds."),
    ("decimal(2)", "A number with so many digits after the point."),
    ("money", "An amount in the service's currency."),
    ("bps", "Hundredths of a percent."),
    ("one of a|b|c", "One of a few words."),
    ("ref Entity", "A row of an entity that the caller can see."),
    ("ref User in team", "A person who has a grant in a context."),
    ("date", "A day."),
    ("timestamp", "An instant."),
    ("duration", "A length of time."),
    ("range of date", "From one day until another."),
    ("range of timestamp", "From one instant until another."),
    ("email", "An address of mail."),
    ("phone", "A telephone's number."),
    ("url", "An address of the web."),
    ("slug", "A word for addresses."),
];

pub(super) fn type_text() -> Schema {
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

    /// A blueprint with each kind of mapping once, and the names that the examples speak of.
    const AROUND: &str = r"
blueprint: 1
service: { name: projects, currency: EUR }
settings: { OIDC_ISSUER: { type: url }, SUPPORT_URL: { type: url } }
identity:
  user: { entity: User }
  tokens: { audience: projects }
  contexts: { team: { tenant: Team, grants: Member, founder: lead } }
roles: { member: { in: team }, lead: { in: team } }
entities:
  Booking:
    scope: Team
    fields: { customer: { type: ref User, frozen: true }, price: money }
    parties: { customer: { user: customer, in: self } }
    rules: { paid: { holds: price >= 0 } }
    read: { lead: all }
    actions: { create: { by: lead, accept: [customer, price] } }
  Part:
    scope: { through: booking }
    fields: { booking: { type: ref Booking, frozen: true }, amount: { type: int } }
    read: { lead: all }
    actions: { create: { by: lead, accept: [booking, amount] } }
  Task:
    fields:
      title: text(1..80)
      due: { type: timestamp, default: now }
      number: { type: int, default: 0 }
      price: { type: money, default: 0 }
      paid: { type: money, default: 0 }
      total: { type: money, default: 0 }
      assignee: optional ref User in team
    states: { list: [open, done, dropped] }
    unique: { number: { fields: [number] } }
    read: { lead: { fields: [title, due] } }
    actions:
      create: { by: lead, accept: [title, due, number, price, paid, total, assignee] }
      finish: { by: lead, from: open, to: done, input: { reason: { type: text(1..80) } } }
routes: standard
";

    /// Where in it a mapping stands.
    fn around(what: &str) -> &'static str {
        match what {
            "a blueprint" => "",
            "`service`" => "/service",
            "`identity`" => "/identity",
            "`user`" => "/identity/user",
            "`tokens`" => "/identity/tokens",
            "a context" => "/identity/contexts/team",
            "a setting" => "/settings/SUPPORT_URL",
            "a role" => "/roles/lead",
            "an entity" => "/entities/Task",
            "`scope`" => "/entities/Part/scope",
            "a field" => "/entities/Part/fields/amount",
            "a party" => "/entities/Booking/parties/customer",
            "`states`" => "/entities/Task/states",
            "a unique key" => "/entities/Task/unique/number",
            "a rule" => "/entities/Task/rules/paid",
            "a read grant" => "/entities/Task/read/lead",
            "an action" => "/entities/Task/actions/finish",
            "an input" => "/entities/Task/actions/finish/input/reason",
            other => panic!("where is {other}?"),
        }
    }

    /// Each example of the reference, put into a blueprint in its place, compiles: nothing is wrong within it,
    /// whatever of the rest no longer fits.
    #[test]
    fn examples_compile() {
        fn check<S: Shape + JsonSchema>() {
            let sources = Sources::from_text("around", AROUND);
            let tree = yaml::parse(&sources, sources.main(), &mut Diagnostics::new());
            let base = shape::json(&tree.expect("it is YAML"));
            for (word, text) in S::WORDS {
                let mut whole = base.clone();
                if S::WHAT == "a rule" {
                    whole["entities"]["Task"]["rules"] = json!({ "paid": {} });
                }
                let place = whole.pointer_mut(around(S::WHAT)).expect("it is there");
                place[*word] = "EXAMPLE".into();
                let yaml = whole.to_string();
                let start = yaml.find("\"EXAMPLE\"").expect("it was put there");
                let yaml = yaml.replacen("\"EXAMPLE\"", text, 1);
                // Files stand in a folder; the UI cases have some.
                if *word == "include" {
                    continue;
                }
                let (_, diagnostics) = crate::compile(&Sources::from_text("example", yaml));
                let within = |one: &&crate::diagnostics::Diagnostic| {
                    let at = one.primary.span.range();
                    !one.code.is_warning() && at.start >= start && at.end <= start + text.len()
                };
                let wrong: Vec<&str> =
                    diagnostics.iter().filter(within).map(|one| one.message.as_str()).collect();
                assert_eq!(wrong, Vec::<&str>::new(), "{}: {word}: {text}", S::WHAT);
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
