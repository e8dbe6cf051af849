//! What may be written at a place: words of the language, and names that are in scope there.

use super::cursor::{Cursor, cursor};
use super::expressions::Within;
use super::words::Words;
use crate::resolve::index::{Index, Kind};
use crate::syntax::TYPES;
use serde_json::{Value, json};

pub fn complete(words: &Words, index: Option<&Index>, text: &str, offset: usize) -> Value {
    let here = cursor(text, offset);
    let mut list = List { items: Vec::new() };
    let before = &text[..text.floor_char_boundary(offset)];
    let path: Vec<&str> = here.path.iter().map(String::as_str).collect();
    if here.is_key {
        for word in words.keys(&here.path) {
            list.add(&word.word, 14, &word.about, Some(&format!("{}: ", word.word)));
        }
        if let (["entities", entity, "read"], Some(index)) = (path.as_slice(), index) {
            list.who(index, entity, true);
        }
        if let (["identity", "user", "from"], Some(index)) = (path.as_slice(), index) {
            list.below(index, "entities.User.fields");
        }
        if let Some(index) = index {
            list.keys_of_a_step(index, &path, before);
        }
    } else {
        for word in words.values(&here.path) {
            list.add(&word.word, 12, &word.about, None);
        }
        if let Some(index) = index {
            list.names(index, &path, &here, before);
        }
    }
    json!({ "isIncomplete": false, "items": list.items })
}

pub(super) struct List {
    items: Vec<Value>,
}

impl List {
    pub(super) fn add(&mut self, label: &str, kind: u8, about: &str, insert: Option<&str>) {
        if self.items.iter().any(|item| item["label"] == label) {
            return;
        }
        let mut item = json!({ "label": label, "kind": kind });
        if !about.is_empty() {
            item["documentation"] = json!(about);
        }
        if let Some(text) = insert {
            item["insertText"] = json!(text);
        }
        self.items.push(item);
    }

    fn name(&mut self, name: &str, kind: Kind) {
        let number = match kind {
            Kind::Entity => 7,
            Kind::Field | Kind::Input => 5,
            Kind::Setting => 21,
            Kind::Role | Kind::Party | Kind::Context => 8,
            _ => 20,
        };
        self.add(name, number, kind.name(), None);
    }

    pub(super) fn below(&mut self, index: &Index, path: &str) {
        for (_, symbol) in index.below(path) {
            self.name(&symbol.name, symbol.kind);
        }
    }

    pub(super) fn who(&mut self, index: &Index, entity: &str, reads: bool) {
        self.below(index, &format!("entities.{entity}.parties"));
        self.below(index, "roles");
        self.add("user", 14, "any signed-in person", None);
        if reads {
            self.add("anyone", 14, "also without a token", None);
        }
    }

    fn names(&mut self, index: &Index, path: &[&str], here: &Cursor, before: &str) {
        match path {
            ["roles", _, "in"] => self.below(index, "identity.contexts"),
            ["roles", _, "includes"] | ["identity", "contexts", _, "founder"] => {
                self.below(index, "roles");
            }
            ["identity", "contexts", _, "tenant" | "grants"]
            | ["identity", "user"]
            | ["identity", "user", "entity"] => self.below(index, "entities"),
            ["identity", "tokens", "issuer" | "audience"] => {
                let settings: Vec<String> = index
                    .below("settings")
                    .map(|(_, symbol)| format!("${}", symbol.name))
                    .collect();
                settings.iter().for_each(|name| self.add(name, 21, "setting", None));
            }
            ["entities", entity, "actions", action, "do", rest @ ..] => {
                let owner = format!("entities.{entity}.actions.{action}");
                let within = Within { index, entity: Some(entity), owner: Some(&owner) };
                self.step(within, rest, &here.prefix, before);
            }
            ["entities", entity, rest @ ..] => self.within(index, entity, rest, here),
            ["commands", command, rest @ ..] => self.command(index, command, rest, here, before),
            ["hooks", hook, rest @ ..] => self.hook(index, hook, rest, here, before),
            _ => {}
        }
    }

    fn within(&mut self, index: &Index, entity: &str, rest: &[&str], here: &Cursor) {
        let of = |section: &str| format!("entities.{entity}.{section}");
        match rest {
            ["scope"] => {
                self.below(index, "entities");
                self.add("platform", 14, "nobody's in particular", None);
            }
            ["scope", "through"]
            | ["parties", _, "user"]
            | ["unique", _]
            | ["unique", _, "fields"]
            | ["exclude", _, "same" | "overlapping"]
            | ["actions", _, "accept"] => self.below(index, &of("fields")),
            ["read", _] | ["read", _, "fields"] => {
                self.add("all", 14, "every field", None);
                self.below(index, &of("fields"));
            }
            ["parties", _, "in"] => self.below(index, "identity.contexts"),
            ["states", "groups", _] => self.below(index, &of("states")),
            ["actions", _, "by"] => self.who(index, entity, false),
            ["actions", _, "from"] => {
                self.add("any", 14, "every state", None);
                self.below(index, &of("states"));
                self.below(index, &of("groups"));
            }
            ["actions", _, "to"] => self.below(index, &of("states")),
            ["fields", _]
            | ["fields", _, "type"]
            | ["actions", _, "input", _]
            | ["actions", _, "input", _, "type"] => self.types(index, &here.prefix),
            ["totals", _, "count"] => self.below(index, "entities"),
            ["frozen", "fields"] => {
                self.add("all", 14, "every field", None);
                self.below(index, &of("fields"));
            }
            ["number", "per"] => {
                self.add("tenant", 14, "all rows of a tenant", None);
                self.below(index, &of("fields"));
            }
            ["number", "at"] => self.below(index, &of("actions")),
            ["effective", "by" | "during"] => self.below(index, &of("fields")),
            ["pick", _, "from"] => self.below(index, "entities"),
            ["pick", _, "at"] => {
                self.add("creation", 14, "when the row is made", None);
                self.below(index, &of("actions"));
            }
            ["pick", _, "by"] => {
                let within = Within { index, entity: Some(entity), owner: None };
                if !self.behind_a_dot(within, &here.prefix) {
                    self.add("platform", 14, "where no other key is there", None);
                    self.below(index, &of("fields"));
                }
            }
            ["frozen", "of"] => self.below(index, &of("fields")),
            ["frozen", "from"] => {
                self.below(index, &of("states"));
                self.below(index, &of("groups"));
            }
            ["fields", _, "at"] => self.below(index, &of("actions")),
            ["rules", _]
            | ["unique" | "exclude", _, "where"]
            | ["read", _, "when"]
            | ["fields", _, "copy"] => {
                let within = Within { index, entity: Some(entity), owner: None };
                self.expression(within, &here.prefix);
            }
            ["actions", _, "approval", "by"] => self.who(index, entity, false),
            ["actions", action, "require", _]
            | ["actions", action, "approval", "when"]
            | ["actions", action, "at" | "as_soon" | "when" | "before"] => {
                let owner = of(&format!("actions.{action}"));
                let within = Within { index, entity: Some(entity), owner: Some(&owner) };
                self.expression(within, &here.prefix);
            }
            _ => {}
        }
    }

    pub(super) fn types(&mut self, index: &Index, written: &str) {
        let words: Vec<&str> = written.split_whitespace().collect();
        let ended = written.is_empty() || written.ends_with(' ');
        let before = if ended { words.as_slice() } else { &words[..words.len() - 1] };
        match before {
            [.., "ref"] => self.below(index, "entities"),
            [.., "ref", _] => self.add("in", 14, "a person with a grant there", None),
            [.., "in"] => self.below(index, "identity.contexts"),
            _ => {
                for (example, what) in TYPES {
                    self.add(example, 25, what, open_end(example));
                }
            }
        }
    }
}

/// What is written of a type whose names are the author's to choose.
fn open_end(example: &str) -> Option<&str> {
    let kept = ["optional ", "one of ", "ref User in ", "ref "];
    kept.into_iter().find(|kept| example.starts_with(kept))
}
