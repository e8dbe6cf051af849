//! The JSON Schema of what is planned, from the same tables as the reading.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::form::{Form, Section, Word};
use super::planned;
use crate::diagnostics::Diagnostics;
use crate::source::Sources;
use crate::yaml::{self, Content, Node};

/// Marks a word that is refused, for programs that read the schema.
pub(super) const PLANNED: &str = "x-planned";

/// A word that is planned: editors describe it and do not offer it.
pub(super) fn planned(word: &Word) -> Value {
    let mut schema = of_word(word);
    // Editors forget what stands beside a `$ref`.
    if let Value::Object(members) = &mut schema
        && let Some(reference) = members.remove("$ref")
    {
        members.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    schema["description"] = format!("Planned, not supported yet. {}", word.doc).into();
    schema[PLANNED] = true.into();
    schema["deprecated"] = true.into();
    schema["deprecationMessage"] = "planned, not supported yet".into();
    schema["doNotSuggest"] = true.into();
    schema
}

fn of_word(word: &Word) -> Value {
    let mut schema = of_form(&word.form);
    schema["title"] = word.name.into();
    schema["description"] = word.doc.into();
    schema["examples"] = json!([example(word.example)]);
    schema
}

fn of_form(form: &Form) -> Value {
    match form {
        Form::Text | Form::Rate | Form::Setting => {
            json!({ "type": ["string", "number", "boolean"] })
        }
        Form::Expression => json!({ "type": ["string", "number", "boolean"] }),
        Form::Name | Form::Path | Form::Type => json!({ "type": "string" }),
        Form::Names | Form::Paths => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] }),
        Form::Boolean => json!({ "type": "boolean" }),
        Form::Number => json!({ "type": "integer" }),
        Form::Duration => json!({ "type": "string", "pattern": "^[0-9_]+[smhdy]$" }),
        Form::Choice(choices) => {
            let choices: Vec<Value> = choices.iter().map(|choice| example(choice)).collect();
            json!({ "enum": choices })
        }
        Form::Words(section) => json!({ "$ref": format!("#/$defs/{}", section.name) }),
        Form::Map(_, form) => json!({ "type": "object", "additionalProperties": of_form(form) }),
        Form::List(form) => json!({ "type": "array", "items": of_form(form) }),
        Form::Either(forms) => {
            json!({ "anyOf": forms.iter().map(of_form).collect::<Vec<Value>>() })
        }
    }
}

fn of_section(section: &Section) -> Value {
    let words = section.words.iter().map(|word| (word.name.to_owned(), of_word(word)));
    let required = section.words.iter().filter(|word| word.required);
    let required: Vec<&str> = required.map(|word| word.name).collect();
    let mut schema = json!({
        "title": section.what,
        "description": section.doc,
        "type": "object",
        "properties": words.collect::<serde_json::Map<String, Value>>(),
        "required": required,
        "additionalProperties": false,
        PLANNED: true,
    });
    if !section.one_of.is_empty() {
        schema["oneOf"] = section.one_of.iter().map(|word| json!({ "required": [word] })).collect();
    }
    schema
}

/// The mappings of what is planned, by the names under which they are referred to.
pub(super) fn sections() -> impl Iterator<Item = (String, Value)> {
    all().into_iter().map(|section| (section.name.to_owned(), of_section(section)))
}

/// All mappings of what is planned, by their names.
pub(super) fn all() -> Vec<&'static Section> {
    let lists: [&'static [Word]; 13] = [
        planned::DOCUMENT,
        planned::SERVICE,
        planned::CONTEXT,
        planned::ROLE,
        planned::ENTITY,
        planned::SCOPE,
        planned::FIELD,
        planned::PARTY,
        planned::READ,
        planned::ACTION,
        planned::COMMAND,
        planned::INPUT,
        std::slice::from_ref(&planned::ROUTES),
    ];
    let mut found = BTreeMap::new();
    for word in lists.into_iter().flatten() {
        gather(&word.form, &mut found);
    }
    found.into_values().collect()
}

fn gather(form: &'static Form, found: &mut BTreeMap<&'static str, &'static Section>) {
    match form {
        // Steps hold steps.
        Form::Words(section) if !found.contains_key(section.name) => {
            found.insert(section.name, section);
            section.words.iter().for_each(|word| gather(&word.form, found));
        }
        Form::Map(_, form) | Form::List(form) => gather(form, found),
        Form::Either(forms) => forms.iter().for_each(|form| gather(form, found)),
        _ => {}
    }
}

/// A value as it is written, as an editor reads it.
pub(super) fn example(text: &str) -> Value {
    let sources = Sources::from_text("example", format!("example: {text}\n"));
    let tree = yaml::parse(&sources, sources.main(), &mut Diagnostics::new());
    match tree.as_ref().map(json) {
        Some(Value::Object(mut members)) => members.remove("example").unwrap_or_default(),
        _ => Value::Null,
    }
}

/// A tree as editors read YAML: by the type that a value looks like.
pub fn json(node: &Node) -> Value {
    match &node.content {
        Content::Scalar(text) => serde_json::from_str::<Value>(text)
            .ok()
            .filter(|value| value.is_number() || value.is_boolean())
            .unwrap_or_else(|| Value::from(text.as_str())),
        Content::List(items) => items.iter().map(json).collect(),
        Content::Mapping(entries) => Value::Object(
            entries.iter().map(|entry| (entry.key.value.clone(), json(&entry.value))).collect(),
        ),
        Content::Refused => Value::Null,
    }
}
