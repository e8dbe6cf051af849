//! Names under which something is stored, as the last compile left them, and what became of them since.
//!
//! What was renamed is said by `was:`; whether there was such a thing can only be told from what was compiled before.
//! The names stand in a file of the output ([`PATH`]), a line each, which is read before it is written anew.

mod compare;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::{
    Action, ActionKind, Adds, ContextKind, Entity, EntityId, FieldId, Model, Origin, Type,
};
use crate::phrase::type_words;

pub use compare::compare;

/// The file, below the output folder.
pub const PATH: &str = "migrations/names.txt";

const HEAD: &str = "\
# What is stored under which name since the last compile. The next one compares `was:` with it, and says what is gone.
# Where branches meet in it, take either side and compile.
";

/// Contexts, roles, commands, entities and what these hold, by their dotted path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    list: BTreeMap<String, Name>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Name {
    /// The type of a field, the context of a role: what makes a new one like one that is gone.
    of: String,
    was: Option<String>,
}

impl Names {
    pub fn of(model: &Model) -> Names {
        let mut names = Names::default();
        let mut add = |path: String, of: String| {
            let was = model.renames.get(&path).cloned();
            names.list.insert(path, Name { of, was });
        };
        for context in &model.contexts {
            let of = match context.kind {
                ContextKind::Anyone | ContextKind::Person => continue,
                ContextKind::Tenant { tenant, .. } => format!("tenant {}", model[tenant].name),
                ContextKind::Staff { grants } => format!("grants {}", model[grants].name),
            };
            add(format!("identity.contexts.{}", context.name), of);
        }
        for role in &model.roles {
            let context = &model[role.context].name;
            add(format!("roles.{}", role.name), format!("in {context}"));
        }
        for entity in &model.entities {
            let path = format!("entities.{}", entity.name);
            held(model, entity, &path, &mut add);
            for action in entity.actions.iter().filter(|action| has_name_of_its_own(action)) {
                add(action.path(entity), does(model, entity, action));
            }
            add(path, String::new());
        }
        names
    }

    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (path, Name { of, was }) in &self.list {
            let was = was.as_ref().map(|was| format!(" was {was}")).unwrap_or_default();
            let of = if of.is_empty() { String::new() } else { format!(": {of}") };
            writeln!(text, "{path}{was}{of}").expect("a string takes all that is written to it");
        }
        text
    }

    /// Reads what it can: a line that is no name, such as one that a merge left behind, is passed over.
    pub fn parse(text: &str) -> Names {
        let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
        let mut names = Names::default();
        for line in text.lines() {
            let (head, of) = line.split_once(": ").unwrap_or((line, ""));
            let (path, was) = match head.split_once(" was ") {
                Some((path, was)) => (path, Some(was.to_owned())),
                None => (head, None),
            };
            let is_name = path.contains('.') && path.chars().all(|one| is_word(one) || one == '.');
            if is_name {
                names.list.insert(path.to_owned(), Name { of: of.to_owned(), was });
            }
        }
        names
    }

    /// Whether nothing was compiled.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether something is stored under a dotted path.
    pub fn has(&self, path: &str) -> bool {
        self.list.contains_key(path)
    }

    /// What stands directly below a path.
    fn below(&self, path: &str) -> BTreeMap<&str, &Name> {
        let prefix = format!("{path}.");
        let below = self.list.range(prefix.clone()..);
        let below = below.take_while(|(path, _)| path.starts_with(&prefix));
        below
            .map(|(path, name)| (&path[prefix.len()..], name))
            .filter(|(name, _)| !name.contains('.'))
            .collect()
    }
}

/// What an entity holds, by name.
fn held(model: &Model, entity: &Entity, path: &str, add: &mut impl FnMut(String, String)) {
    for field in entity.fields.iter().filter(|field| field.origin == Origin::Declared) {
        let path = format!("{path}.fields.{}", field.name);
        if let Type::OneOf(values) = &field.ty {
            values.iter().for_each(|value| add(format!("{path}.values.{value}"), String::new()));
        }
        add(path, type_words(model, &field.ty));
    }
    for state in entity.states.iter().flat_map(|states| &states.list) {
        add(format!("{path}.states.{}", state.name), String::new());
    }
    for total in &entity.totals {
        let name = &entity.fields[total.field.0].name;
        add(format!("{path}.totals.{name}"), counted(model, (total.child, total.by, total.adds)));
    }
    for quota in &entity.quotas {
        let counted = counted(model, (quota.child, quota.by, quota.adds));
        add(format!("{path}.totals.{}", quota.name), format!("{counted} per {}", quota.per.word()));
    }
    let unique = entity.uniques.iter().map(|key| ("unique", &key.name));
    let exclude = entity.exclusions.iter().map(|apart| ("exclude", &apart.name));
    let rules = entity.rules.iter().map(|rule| ("rules", &rule.name));
    for (section, name) in unique.chain(exclude).chain(rules) {
        add(format!("{path}.{section}.{name}"), String::new());
    }
}

/// `sum Refund.amount by payment`.
fn counted(model: &Model, (child, by, adds): (EntityId, FieldId, Adds)) -> String {
    let child = &model[child];
    let word = match adds {
        Adds::Sum(_) => "sum",
        Adds::Count => "count",
        Adds::Max(_) => "max",
    };
    let field = |field: FieldId| child.fields[field.0].name.as_str();
    let read = adds.field().map_or(String::new(), |read| format!(".{}", field(read)));
    format!("{word} {}{read} by {}", child.name, field(by))
}

/// Others are what they are by their name.
fn has_name_of_its_own(action: &Action) -> bool {
    matches!(action.kind, ActionKind::Change | ActionKind::Command)
}

/// What an action does, without its name.
fn does(model: &Model, entity: &Entity, action: &Action) -> String {
    let states = entity.states.iter().flat_map(|states| &states.list).collect::<Vec<_>>();
    let mut parts = Vec::new();
    if action.kind == ActionKind::Command {
        parts.push(format!("gives {}", entity.name));
    }
    let from: Vec<&str> = action.from.iter().map(|state| states[state.0].name.as_str()).collect();
    if !from.is_empty() {
        parts.push(format!("from {}", from.join(" ")));
    }
    parts.extend(action.to.map(|to| format!("to {}", states[to.0].name)));
    let accept = action.accept.iter().map(|field| entity.fields[field.0].name.clone());
    let input =
        action.input.iter().map(|one| format!("{} {}", one.name, type_words(model, &one.ty)));
    let taken: Vec<String> = accept.chain(input).collect();
    if !taken.is_empty() {
        parts.push(format!("takes {}", taken.join(", ")));
    }
    parts.join(", ")
}
