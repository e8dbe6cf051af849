//! What became of names since the last compile.

use std::collections::{BTreeMap, BTreeSet};

use super::{Name, Names};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::model::Places;

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
    group(Kind::Context, "identity.contexts", "identity.contexts");
    group(Kind::Role, "roles", "roles");
    group(Kind::Command, "commands", "commands");
    group(Kind::Entity, "entities", "entities");
    for (here, there) in followed(before, now, "entities", "entities") {
        for (kind, section) in HELD {
            group(*kind, &format!("{here}.{section}"), &format!("{there}.{section}"));
        }
        let fields = |of: &str| format!("{of}.fields");
        for (here, there) in followed(before, now, &fields(&here), &fields(&there)) {
            group(Kind::Value, &format!("{here}.values"), &format!("{there}.values"));
        }
    }
    out
}

/// What an entity holds, by its section.
const HELD: &[(Kind, &str)] = &[
    (Kind::Field, "fields"),
    (Kind::State, "states"),
    (Kind::Total, "totals"),
    (Kind::Key, "unique"),
    (Kind::Key, "exclude"),
    (Kind::Key, "rules"),
    (Kind::Action, "actions"),
];

/// What stands below a path now, and the path that it had below `earlier`. A new one has nothing that was, and of one
/// whose `was` is wrong that is told.
fn followed(before: &Names, now: &Names, parent: &str, earlier: &str) -> Vec<(String, String)> {
    let pair = |(name, one): (&str, &Name)| {
        let same = format!("{earlier}.{name}");
        let there = match &one.was {
            Some(was) if !before.has(&same) => format!("{earlier}.{was}"),
            _ => same,
        };
        (before.has(&there) || one.was.is_none()).then(|| (format!("{parent}.{name}"), there))
    };
    now.below(parent).into_iter().filter_map(pair).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Context,
    Role,
    Entity,
    Field,
    Value,
    State,
    Total,
    Action,
    Command,
    /// What refuses under a name: nothing is stored under it.
    Key,
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
        if self.kind == Kind::Key {
            return;
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
        let like = match self.kind {
            Kind::Context => "of the same people",
            Kind::Role => "in the same context",
            Kind::Entity => "with much the same fields",
            Kind::Field => "of the same type",
            Kind::State | Kind::Value => "beside the same others",
            Kind::Total => "of the same rows",
            Kind::Action | Kind::Command | Kind::Key => "which does the same",
        };
        let (next, beside) = match self.kind {
            Kind::State => (format!("was: {{ {new}: {old} }}"), "beside `list`"),
            Kind::Value => (format!("values_were: {{ {new}: {old} }}"), "beside `type`"),
            _ => (format!("was: {old}"), "under it"),
        };
        let lost = match self.kind {
            Kind::Context | Kind::Action | Kind::Command => {
                "without a word, what the audit has under the old name is that of something else"
            }
            _ => "without a word, what a database in use holds under the old name is lost",
        };
        let place = places.of(&format!("{}.{new}", self.parent));
        let message = format!("`{old}` is gone since the last compile, and `{new}` is new, {like}");
        Diagnostic::new(codes::SEEMS_RENAMED, place, message)
            .reason(lost)
            .next(format!(
                "write `{next}` {beside} where it has another name now; where it is another thing, compile: this is said once"
            ))
    }
}
