//! The reference of the language: every word, from the types that read it.

use std::fmt::Write;

use schemars::JsonSchema;
use serde_json::Value;

use super::form::{Form, Word};
use super::words::Shape;
use super::{
    Action, Approval, Command, Context, Document, Effective, Entity, Exclude, Field, Frozen, Hook,
    Identity, Input, Number, Party, Pick, Reads, Role, Rule, Service, Setting, States, Step,
    Tokens, Total, Unique, User, grant, schema, scope, shape,
};

/// Markdown: a section for each place where words stand, a row for each word.
pub fn text() -> String {
    let mut out = String::from(
        "# The words of a blueprint\n\n\
         Written by `BLUEPRINT_UPDATE=1 cargo test --test ui` from the types that read blueprints; \
         `blueprint schema` prints the same for editors. Any other word is refused. A word that is \
         planned is refused by name until it is carried out.\n",
    );
    section::<Document>(&mut out, "A blueprint");
    section::<Service>(&mut out, "`service`");
    section::<Identity>(&mut out, "`identity`");
    section::<User>(&mut out, "`identity.user`");
    section::<Tokens>(&mut out, "`identity.tokens`");
    section::<Context>(&mut out, "`identity.contexts.NAME`");
    section::<Setting>(&mut out, "`settings.NAME`");
    section::<Role>(&mut out, "`roles.NAME`");
    section::<Entity>(&mut out, "`entities.NAME`");
    section::<scope::Through>(&mut out, "`entities.NAME.scope`");
    section::<Field>(&mut out, "`entities.NAME.fields.NAME`");
    section::<Party>(&mut out, "`entities.NAME.parties.NAME`");
    section::<States>(&mut out, "`entities.NAME.states`");
    section::<Frozen>(&mut out, "`entities.NAME.frozen`");
    section::<Number>(&mut out, "`entities.NAME.number`");
    section::<Unique>(&mut out, "`entities.NAME.unique.NAME`");
    section::<Exclude>(&mut out, "`entities.NAME.exclude.NAME`");
    section::<Effective>(&mut out, "`entities.NAME.effective`");
    section::<Pick>(&mut out, "`entities.NAME.pick.NAME`");
    section::<Total>(&mut out, "`entities.NAME.totals.NAME`");
    section::<Rule>(&mut out, "`entities.NAME.rules.NAME`");
    section::<grant::Long>(&mut out, "`entities.NAME.read.WHO`");
    section::<Action>(&mut out, "`entities.NAME.actions.NAME`");
    section::<Input>(&mut out, "`entities.NAME.actions.NAME.input.NAME`");
    section::<Step>(&mut out, "`entities.NAME.actions.NAME.do`");
    section::<Approval>(&mut out, "`entities.NAME.actions.NAME.approval`");
    section::<Command>(&mut out, "`commands.NAME`");
    section::<Hook>(&mut out, "`hooks.NAME`");
    section::<Reads>(&mut out, "`hooks.NAME.reads.NAME`");
    out.push_str(
        "\n# Planned\n\nWords that are refused until they are carried out, by the mapping that they stand in. Their \
         shape is read: a slip within one is told too.\n",
    );
    for section in shape::all() {
        let _ = write!(out, "\n## {}\n\n{}\n\n", section.what, section.doc);
        if !section.one_of.is_empty() {
            let words: Vec<String> =
                section.one_of.iter().map(|word| format!("`{word}`")).collect();
            let _ = write!(out, "Exactly one of {}.\n\n", words.join(", "));
        }
        table(&mut out, section.words);
    }
    out
}

fn table(out: &mut String, words: &[Word]) {
    out.push_str("| Word | Holds | | Example |\n|---|---|---|---|\n");
    for word in words {
        let _ = writeln!(
            out,
            "| `{}`{} | {} | {} | {} |",
            word.name,
            if word.required { " (must be there)" } else { "" },
            cell(&form(&word.form)),
            cell(word.doc),
            code(word.name, word.example),
        );
    }
}

/// What stands under a planned word, in a few words.
fn form(form: &Form) -> String {
    match form {
        Form::Text => "text".to_owned(),
        Form::Expression => "a condition or a value".to_owned(),
        Form::Name => "a name".to_owned(),
        Form::Names => "a name or a list of names".to_owned(),
        Form::Path => "a path".to_owned(),
        Form::Paths => "a path or a list of paths".to_owned(),
        Form::Boolean => "`true` or `false`".to_owned(),
        Form::Number => "a number".to_owned(),
        Form::Duration => "a duration".to_owned(),
        Form::Rate => "a rate".to_owned(),
        Form::Setting => "text, or `$NAME` of a setting".to_owned(),
        Form::Type => "a type".to_owned(),
        Form::Choice(choices) => format!("`{}`", choices.join("`, `")),
        Form::Words(section) => section.what.to_owned(),
        Form::Map(_, of) => format!("by name: {}", self::form(of)),
        Form::List(of) => format!("a list: {}", self::form(of)),
        Form::Either(forms) => forms.iter().map(self::form).collect::<Vec<_>>().join("; or "),
    }
}

fn code(word: &str, example: &str) -> String {
    format!("`{}`", format!("{word}: {example}").replace('|', "\\|"))
}

fn section<S: Shape + JsonSchema>(out: &mut String, heading: &str) {
    let schema = schema::of::<S>();
    let _ = write!(out, "\n## {heading}\n\n");
    if let Some(Value::String(words)) = schema.get("description") {
        let _ = write!(out, "{}\n\n", one_line(words));
    }
    let _ =
        writeln!(out, "Such as {}.\n\n| Word | Holds | | Example |\n|---|---|---|---|", S::EXAMPLE);
    let long = schema::long_form(&schema);
    for (word, example) in S::WORDS {
        let property = &long["properties"][word];
        let required = long["required"].as_array().is_some_and(|all| all.contains(&(*word).into()));
        let _ = writeln!(
            out,
            "| `{word}`{} | {} | {} | {} |",
            if required { " (must be there)" } else { "" },
            cell(&holds(property, &schema["$defs"])),
            cell(property["description"].as_str().unwrap_or_default()),
            code(word, example),
        );
    }
    if !S::PLANNED.is_empty() {
        out.push_str("\nPlanned, not supported yet:\n\n");
        table(out, S::PLANNED);
    }
}

/// The shape of a value, in a few words.
fn holds(schema: &Value, defs: &Value) -> String {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let words = constants(&defs[name]);
        return if words.is_empty() { "see below".to_owned() } else { words.join(", ") };
    }
    let words = constants(schema);
    if !words.is_empty() {
        return words.join(", ");
    }
    if schema.get("pattern").is_some() {
        return "a type".to_owned();
    }
    if schema.get("additionalProperties").is_some_and(Value::is_object) {
        return "by name".to_owned();
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf") {
        let listed = choices.iter().any(|choice| choice["type"] == "array");
        return if listed { "a name or a list of names" } else { "see below" }.to_owned();
    }
    match &schema["type"] {
        Value::String(name) if name == "string" => "a name".to_owned(),
        Value::String(name) if name == "boolean" => "`true` or `false`".to_owned(),
        Value::String(name) if name == "array" => "a list of names".to_owned(),
        Value::String(name) if name == "object" => "see below".to_owned(),
        Value::Array(_) => "text".to_owned(),
        _ => String::new(),
    }
}

/// The words that an enumeration is made of.
fn constants(schema: &Value) -> Vec<String> {
    let shown = |word: &Value| format!("`{}`", word.to_string().trim_matches('"'));
    let listed = |word: &str| schema.get(word).and_then(Value::as_array).into_iter().flatten();
    let plain = listed("enum").map(shown);
    let described = listed("oneOf").flat_map(constants);
    plain.chain(described).chain(schema.get("const").map(shown)).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}
