//! Names under which something is stored, as the last compile left them, and what became of them since.
//!
//! What was renamed is said by `was:`; whether there was such a thing can only be told from what was compiled before.
//! The names stand in a file of the output ([`PATH`]), a line each, which is read before it is written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::model::{Entity, Model, Origin, Places};
use crate::phrase::type_words;

/// The file, below the output folder.
pub const PATH: &str = "migrations/names.txt";

const HEAD: &str = "\
# What is stored under which name since the last compile. The next one compares `was:` with it, and says what is gone.
# Where branches meet in it, take either side and compile.
";

/// Entities, their fields and states, and roles, by their dotted path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    list: BTreeMap<String, Name>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Name {
    /// The type of a field, the context of a role.
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
        for role in &model.roles {
            let context = &model[role.context].name;
            add(format!("roles.{}", role.name), format!("in {context}"));
        }
        for entity in &model.entities {
            let path = format!("entities.{}", entity.name);
            for field in entity.fields.iter().filter(|field| field.origin == Origin::Declared) {
                add(format!("{path}.fields.{}", field.name), type_words(model, &field.ty));
            }
            for state in states(entity) {
                add(format!("{path}.states.{state}"), String::new());
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

fn states(entity: &Entity) -> impl Iterator<Item = &str> {
    entity.states.iter().flat_map(|states| &states.list).map(|state| state.name.as_str())
}

/// What is said to have had a name that nothing had, and what seems to have had another without being said so.
/// Nothing where nothing was compiled before.
pub fn compare(before: &Names, now: &Names, places: &Places) -> Diagnostics {
    let mut out = Diagnostics::new();
    if before.is_empty() {
        return out;
    }
    let mut group = |kind, parent: &str, earlier: &str| {
        let group = Group { kind, parent, before: before.below(earlier), now: now.below(parent) };
        group.compare(before, now, places, &mut out);
    };
    group(Kind::Role, "roles", "roles");
    group(Kind::Entity, "entities", "entities");
    for (name, entity) in now.below("entities") {
        let here = format!("entities.{name}");
        let there = match &entity.was {
            Some(was) if !before.has(&here) => format!("entities.{was}"),
            _ => here.clone(),
        };
        // A new one has nothing that was, and of one whose `was` is wrong that is told.
        if before.has(&there) || entity.was.is_none() {
            group(Kind::Field, &format!("{here}.fields"), &format!("{there}.fields"));
            group(Kind::State, &format!("{here}.states"), &format!("{there}.states"));
        }
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Role,
    Entity,
    Field,
    State,
}

/// Names of one kind beside each other.
struct Group<'n> {
    kind: Kind,
    parent: &'n str,
    before: BTreeMap<&'n str, &'n Name>,
    now: BTreeMap<&'n str, &'n Name>,
}

impl Group<'_> {
    fn compare(&self, before: &Names, now: &Names, places: &Places, out: &mut Diagnostics) {
        let gone = || self.before.keys().copied().filter(|name| !self.now.contains_key(name));
        let mut left: BTreeSet<&str> = gone().collect();
        for (name, one) in &self.now {
            let Some(was) = &one.was else { continue };
            let place = places.of(&format!("{}.{name}.was", self.parent));
            let told = match self.before.get(name) {
                Some(earlier) if earlier.was == one.was => continue,
                Some(_) => Diagnostic::new(
                    codes::NOT_RENAMED,
                    place,
                    format!("`{name}` was there at the last compile, and had that name then"),
                )
                .reason("a name changes once, in the compile after which the old one is gone")
                .next("remove `was`"),
                None if left.remove(was.as_str()) => continue,
                None => Diagnostic::new(
                    codes::NOT_RENAMED,
                    place,
                    format!("nothing had the name `{was}` at the last compile"),
                )
                .reason("what `was` names would be kept under the new name, and there is nothing to keep")
                .maybe_next(did_you_mean(was, gone()))
                .or_known(gone())
                .or_next(format!("remove `was`: `{name}` is new")),
            };
            out.push(told);
        }
        for name in self.now.keys().filter(|name| self.is_fresh(name)) {
            let alike = left.iter().find(|old| self.alike(name, old, before, now)).copied();
            if let Some(old) = alike {
                left.remove(old);
                out.push(self.seems(name, old, places));
            }
        }
    }

    /// Not there before, and not said to have been.
    fn is_fresh(&self, name: &str) -> bool {
        !self.before.contains_key(name) && self.now[name].was.is_none()
    }

    /// Whether a new one could be one that is gone.
    fn alike(&self, new: &str, old: &str, before: &Names, now: &Names) -> bool {
        if self.kind != Kind::Entity {
            return self.now[new].of == self.before[old].of;
        }
        // Of an entity: more than half of what either holds is in both.
        let fields = now.below(&format!("entities.{new}.fields"));
        let others = before.below(&format!("entities.{old}.fields"));
        let both = fields
            .iter()
            .filter(|(name, one)| others.get(*name).is_some_and(|other| other.of == one.of));
        both.count() * 2 > fields.len().max(others.len())
    }

    fn seems(&self, new: &str, old: &str, places: &Places) -> Diagnostic {
        let (like, next) = match self.kind {
            Kind::Role => ("in the same context", format!("was: {old}")),
            Kind::Entity => ("with much the same fields", format!("was: {old}")),
            Kind::Field => ("of the same type", format!("was: {old}")),
            Kind::State => ("beside the same others", format!("was: {{ {new}: {old} }}")),
        };
        let place = places.of(&format!("{}.{new}", self.parent));
        let message = format!("`{old}` is gone since the last compile, and `{new}` is new, {like}");
        let beside = if self.kind == Kind::State { " beside `list`" } else { " under it" };
        Diagnostic::new(codes::SEEMS_RENAMED, place, message)
            .reason("without a word, what a database in use holds under the old name is lost")
            .next(format!(
                "write `{next}`{beside} where it has another name now; where it is another thing, compile: this is said once"
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(text: &str) -> (Names, Places) {
        let sources = crate::source::Sources::from_text("blueprint.yaml", text);
        let (sound, diagnostics) = crate::compile_placed(&sources);
        let (model, places) = sound.unwrap_or_else(|| panic!("{diagnostics:?}"));
        (Names::of(&model), places)
    }

    fn said(before: &str, now: &str) -> Vec<String> {
        let (before, _) = compiled(before);
        let before = Names::parse(&before.text());
        let (now, places) = compiled(now);
        compare(&before, &now, &places)
            .iter()
            .map(|one| format!("{} {}", one.code, one.message))
            .collect()
    }

    fn blueprint(role: &str, entity: &str) -> String {
        format!(
            "blueprint: 1\nservice: {{ name: shop }}\nidentity:\n  contexts:\n    team: {{ tenant: Team, grants: \
             Member, founder: lead }}\nroles:\n  {role}\n  lead: {{ in: team, includes: [member] }}\nentities:\n  {entity}\n"
        )
    }

    const MEMBER: &str = "member: { in: team }";

    fn task(fields: &str, states: &str) -> String {
        blueprint(
            MEMBER,
            &format!(
                "Task: {{ fields: {{ {fields} }}, states: {states}, read: {{ member: all }}, actions: {{ create: {{ by: \
                 member, accept: [size] }}, finish: {{ by: member, from: open, to: done }} }} }}"
            ),
        )
    }

    #[test]
    fn reads_what_it_writes() {
        let (names, _) = compiled(&task("size: { type: int, was: length }", "[open, done]"));
        assert_eq!(Names::parse(&names.text()), names);
        let merged = names.text().replace("roles.", "<<<<<<< ours\nroles.") + ">>>>>>> theirs\n";
        assert_eq!(Names::parse(&merged), names);
    }

    #[test]
    fn what_was_is_kept_and_what_never_was_is_refused() {
        let before = task("size: int, note: optional text(..80)", "[open, done]");
        for (fields, expected) in [
            ("size: int, remark: { type: optional text(..80), was: note }", &[][..]),
            (
                "size: int, remark: { type: optional text(..80), was: noet }",
                &["E212 nothing had the name `noet` at the last compile"],
            ),
            (
                "size: int, remark: optional text(..80)",
                &[
                    "W609 `note` is gone since the last compile, and `remark` is new, of the same type",
                ],
            ),
            ("size: int, remark: optional text(..90)", &[]),
            ("size: int", &[]),
            (
                "size: { type: int, was: note }",
                &["E212 `size` was there at the last compile, and had that name then"],
            ),
        ] {
            assert_eq!(said(&before, &task(fields, "[open, done]")), expected, "{fields}");
        }
    }

    #[test]
    fn once_it_is_compiled_it_may_stand() {
        let renamed = task(
            "size: { type: int, was: length }",
            "{ list: [open, done], was: { done: finished } }",
        );
        assert_eq!(said(&renamed, &renamed), [""; 0]);
    }

    #[test]
    fn states_roles_and_entities_are_followed_too() {
        let before = task("size: int", "[open, done]");
        let (renamed, expected) = (
            before.replace("Task:", "Job:"),
            "W609 `Task` is gone since the last compile, and `Job` is new, with much the same fields",
        );
        assert_eq!(said(&before, &renamed), [expected]);
        let renamed = before
            .replace(
                "Task: { fields: { size: int }",
                "Job: { was: Task, fields: { length: { type: int, was: size } }",
            )
            .replace("accept: [size]", "accept: [length]");
        assert_eq!(said(&before, &renamed), [""; 0]);
        let renamed = before.replace("done", "over");
        let expected =
            "W609 `done` is gone since the last compile, and `over` is new, beside the same others";
        assert_eq!(said(&before, &renamed), [expected]);
        let renamed =
            renamed.replace("[open, over]", "{ list: [open, over], was: { over: done } }");
        assert_eq!(said(&before, &renamed), [""; 0]);
        let renamed = before.replace("member: {", "helper: {").replace("[member]", "[helper]");
        let renamed =
            renamed.replace("member: all", "helper: all").replace("by: member", "by: helper");
        let expected = "W609 `member` is gone since the last compile, and `helper` is new, in the same context";
        assert_eq!(said(&before, &renamed), [expected]);
        let renamed = renamed.replace("helper: { in: team }", "helper: { in: team, was: member }");
        assert_eq!(said(&before, &renamed), [""; 0]);
    }

    #[test]
    fn where_nothing_was_compiled_nothing_is_said() {
        let (now, places) = compiled(&task("size: { type: int, was: length }", "[open, done]"));
        assert!(compare(&Names::default(), &now, &places).is_empty());
    }
}
