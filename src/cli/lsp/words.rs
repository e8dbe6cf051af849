//! The words of the language, from its JSON Schema: which may stand where, and what is said of each.

use crate::syntax::schema;
use serde_json::Value;

pub struct Words {
    schema: Value,
}

/// A word, and its line of documentation.
pub struct Word {
    pub word: String,
    pub about: String,
}

impl Words {
    pub fn new() -> Words {
        Words { schema: serde_json::from_str(&schema::text()).unwrap_or_default() }
    }

    /// Those that may be keys at a path.
    pub fn keys(&self, path: &[String]) -> Vec<Word> {
        let mut words = Vec::new();
        for form in self.at(path) {
            for (word, value) in form["properties"].as_object().into_iter().flatten() {
                let planned = self.forms(value).iter().any(|form| **form == Value::Bool(false));
                if !planned {
                    words.push(Word { word: word.clone(), about: self.about(value) });
                }
            }
        }
        words
    }

    /// Those that may be the value at a path.
    pub fn values(&self, path: &[String]) -> Vec<Word> {
        let mut words = Vec::new();
        for form in self.at(path) {
            let listed = form["enum"].as_array().into_iter().flatten();
            for value in listed.chain(form.get("const")).filter_map(Value::as_str) {
                words.push(Word { word: value.to_owned(), about: self.about(form) });
            }
            if form["type"] == "boolean" {
                for word in ["true", "false"] {
                    words.push(Word { word: word.to_owned(), about: self.about(form) });
                }
            }
        }
        words
    }

    /// What is said of the word with which a path ends.
    pub fn said(&self, path: &[String]) -> Option<String> {
        let (word, around) = path.split_last()?;
        self.keys(around).into_iter().find(|one| one.word == *word).map(|one| one.about)
    }

    fn about(&self, value: &Value) -> String {
        let own = value["description"].as_str();
        let text = own.or_else(|| {
            self.forms(value).into_iter().find_map(|form| form["description"].as_str())
        });
        text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn at(&self, path: &[String]) -> Vec<&Value> {
        let mut here = self.forms(&self.schema);
        for word in path {
            let next = here.iter().filter_map(|form| {
                let named = form["properties"].get(word);
                named.or_else(|| form.get("additionalProperties").filter(|one| one.is_object()))
            });
            here = next.flat_map(|value| self.forms(value)).collect();
        }
        here
    }

    /// A schema, or all that it may be; of a list, what its items are.
    fn forms<'v>(&'v self, schema: &'v Value) -> Vec<&'v Value> {
        let mut found = Vec::new();
        let mut left = vec![schema];
        while let Some(next) = left.pop() {
            if found.len() > 64 {
                break;
            }
            if let Some(name) = next["$ref"].as_str().and_then(|one| one.rsplit('/').next()) {
                left.push(&self.schema["$defs"][name]);
            }
            for word in ["anyOf", "oneOf", "allOf"] {
                left.extend(next[word].as_array().into_iter().flatten());
            }
            left.extend(next.get("items"));
            found.push(next);
        }
        found
    }
}
