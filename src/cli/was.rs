//! `was:` at a name that gets another.

use crate::diagnostics::{Diagnostics, Edit};
use crate::recorded::{self, Names};
use crate::resolve::index::{Index, Kind};
use crate::source::{Sources, Span};
use crate::yaml::{self, Content, Entry, Node};
use std::fs;
use std::path::Path;

/// Names of the last compile into a folder; none where nothing was compiled there, or where it cannot be read.
pub(super) fn recorded(out: &Path) -> Names {
    // Only as much as names of a blueprint could be, and only of a plain file.
    let path = out.join(recorded::PATH);
    let is_plain =
        fs::symlink_metadata(&path).is_ok_and(|data| data.is_file() && data.len() < MOST);
    let text = is_plain.then(|| fs::read_to_string(&path).ok()).flatten();
    Names::parse(&text.unwrap_or_default())
}

const MOST: u64 = 64 * 1024 * 1024;

/// What becomes of what is stored under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Was {
    /// It is said where the name stands.
    Written(Vec<Edit>),
    /// Nothing is stored under the name yet.
    Nothing,
    /// It would have to be said, and cannot be written here.
    Unwritten,
}

/// What says of a name that it had another, `before` being what was compiled last.
pub(super) fn edits(
    sources: &Sources,
    index: &Index,
    path: &str,
    new: &str,
    before: &Names,
) -> Was {
    let mut edits = Vec::new();
    let mut was = Was::Nothing;
    for path in index.family(path) {
        let Some(symbol) = index.symbol(path) else { continue };
        let Some(place) = symbol.definition.filter(|_| is_kept(symbol.kind, path)) else {
            continue;
        };
        if !before.is_empty() && !before.has(path) {
            continue;
        }
        let tree = yaml::parse(sources, place.file, &mut Diagnostics::new());
        let text = &sources.file(place.file).text;
        let names = Renamed { text, new, old: &symbol.name, is_known: before.has(path) };
        let found = tree.and_then(|tree| match symbol.kind {
            Kind::State => names.state(&tree, place),
            Kind::Value => {
                let (field, _) = path.rsplit_once(".values.")?;
                names.value(value_of(&tree, index.symbol(field)?.definition?)?)
            }
            kind => names.said(value_of(&tree, place)?, kind),
        });
        let Some(found) = found else { return Was::Unwritten };
        edits.extend(found.into_iter().map(|(span, text)| Edit::new(span, text)));
        was = Was::Written(Vec::new());
    }
    if was == Was::Nothing { was } else { Was::Written(edits) }
}

/// Whether something is kept under a name, so that another is to be told from a new one.
fn is_kept(kind: Kind, path: &str) -> bool {
    match kind {
        Kind::Context | Kind::Role | Kind::Entity | Kind::Field | Kind::State => true,
        Kind::Total | Kind::Unique | Kind::Exclusion | Kind::Rule => true,
        Kind::Action | Kind::Command => true,
        // Of a field, and of no input.
        Kind::Value => path.split('.').nth(2) == Some("fields"),
        _ => false,
    }
}

type Texts = Vec<(Span, String)>;

/// What stands under the key at a place.
fn value_of(node: &Node, key: Span) -> Option<&Node> {
    let Content::Mapping(entries) = &node.content else { return None };
    let entry = entries.iter().find(|one| one.key.span == key || holds(&one.value, key))?;
    if entry.key.span == key { Some(&entry.value) } else { value_of(&entry.value, key) }
}

/// The innermost `states` around a place.
fn states_around(node: &Node, place: Span) -> Option<&Entry> {
    let Content::Mapping(entries) = &node.content else { return None };
    let entry = entries.iter().find(|entry| holds(&entry.value, place))?;
    if entry.key.value == "states" { Some(entry) } else { states_around(&entry.value, place) }
}

fn holds(node: &Node, place: Span) -> bool {
    node.span.start <= place.start && place.end <= node.span.end
}

fn under<'n>(entries: &'n [Entry], key: &str) -> Option<&'n Node> {
    entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
}

fn at(span: Span, offset: u32) -> Span {
    Span { start: offset, end: offset, ..span }
}

/// A name that becomes another.
struct Renamed<'t> {
    text: &'t str,
    new: &'t str,
    old: &'t str,
    /// Whether the old one was compiled: else it may be a second one since, and the first is what was.
    is_known: bool,
}

impl Renamed<'_> {
    /// `was` in what stands under the name; none where there is no room for it.
    fn said(&self, value: &Node, kind: Kind) -> Option<Texts> {
        let said = format!("was: {}", self.old);
        let short = match kind {
            Kind::Field => "type",
            Kind::Rule => "holds",
            Kind::Unique => "fields",
            _ => "",
        };
        match &value.content {
            Content::Mapping(entries) => Some(match under(entries, "was") {
                Some(was) => self.again(was),
                None => vec![self.first(value, entries, &said)],
            }),
            _ if short.is_empty() => None,
            _ => self.long(value, short, &said),
        }
    }

    /// `values_were` of the field of an enumeration, with one name more.
    fn value(&self, field: &Node) -> Option<Texts> {
        let (new, old) = (self.new, self.old);
        let said = format!("values_were: {{ {new}: {old} }}");
        match &field.content {
            Content::Mapping(entries) => match under(entries, "values_were") {
                Some(were) => self.among(were),
                None => Some(vec![self.first(field, entries, &said)]),
            },
            _ => self.long(field, "type", &said),
        }
    }

    /// The long form of what is written short on one line.
    fn long(&self, value: &Node, word: &str, said: &str) -> Option<Texts> {
        let mut span = value.span;
        let before = |end: u32| self.text[..end as usize].chars().next_back();
        let is_text = matches!(value.content, Content::Scalar(_));
        let quoted = is_text && before(span.start).is_some_and(|mark| matches!(mark, '"' | '\''));
        if quoted {
            (span.start, span.end) = (span.start - 1, span.end + 1);
        }
        let text = &self.text[span.range()];
        if text.contains('\n') || !is_text && !text.starts_with('[') {
            return None;
        }
        // Between braces a comma would end it.
        if is_text && !quoted && text.contains([',', '[', ']', '{', '}']) {
            let start = self.line(span.start);
            let line = &self.text[start..];
            let indent = " ".repeat(line.len() - line.trim_start().len() + 2);
            let head = format!("\n{indent}{said}\n{indent}{word}: ");
            let gap = self.text[..span.start as usize].trim_end().len();
            let gap = Span { start: u32::try_from(gap).ok()?, end: span.start, ..span };
            return Some(vec![(gap, head)]);
        }
        Some(vec![
            (at(span, span.start), format!("{{ {word}: ")),
            (at(span, span.end), format!(", {said} }}")),
        ])
    }

    /// One more in a mapping of new names to old ones.
    fn among(&self, were: &Node) -> Option<Texts> {
        let Content::Mapping(names) = &were.content else { return None };
        Some(match under(names, self.old) {
            Some(earlier) => self.again(earlier),
            None => vec![self.first(were, names, &format!("{}: {}", self.new, self.old))],
        })
    }

    fn again(&self, was: &Node) -> Texts {
        let old = || (was.span, self.old.to_owned());
        self.is_known.then(old).into_iter().collect()
    }

    /// Before all that stands in a mapping.
    fn first(&self, mapping: &Node, entries: &[Entry], said: &str) -> (Span, String) {
        let Some(entry) = entries.first() else { return (mapping.span, format!("{{ {said} }}")) };
        let start = entry.key.span.start;
        let quoted = self.text[..start as usize].ends_with(['"', '\'']);
        let start = if quoted { start - 1 } else { start };
        let before = &self.text[self.line(start)..start as usize];
        let is_block = mapping.span.start >= start && before.trim().is_empty();
        let text = if is_block { format!("{said}\n{before}") } else { format!("{said}, ") };
        (at(mapping.span, start), text)
    }

    /// Where a line begins.
    fn line(&self, offset: u32) -> usize {
        self.text[..offset as usize].rfind('\n').map_or(0, |at| at + 1)
    }

    /// `was` of a state, beside the list that it stands in.
    fn state(&self, tree: &Node, place: Span) -> Option<Texts> {
        let Entry { key, value: states } = states_around(tree, place)?;
        let (new, old) = (self.new, self.old);
        let said = format!("was: {{ {new}: {old} }}");
        match &states.content {
            Content::Mapping(entries) => match under(entries, "was") {
                None => Some(vec![self.first(states, entries, &said)]),
                Some(was) => self.among(was),
            },
            Content::List(_) if self.text[states.span.start as usize..].starts_with('[') => {
                Some(vec![
                    (at(states.span, states.span.start), "{ list: ".to_owned()),
                    (at(states.span, states.span.end), format!(", {said} }}")),
                ])
            }
            Content::List(items) => self.beside(key.span, items, states.span, &said),
            Content::Scalar(_) | Content::Refused => None,
        }
    }

    /// Beside a list of a line each; none where that would be beside its key.
    fn beside(&self, key: Span, items: &[Node], list: Span, said: &str) -> Option<Texts> {
        let column = |offset: u32| offset as usize - self.line(offset);
        let before = &self.text[..items.first()?.span.start as usize];
        let start = u32::try_from(before.rfind('-')?).ok()?;
        if column(start) <= column(key.start) {
            return None;
        }
        let indent = " ".repeat(column(start));
        let end = list.end as usize;
        let end = self.text[end..].find('\n').map_or(self.text.len(), |at| end + at);
        Some(vec![
            (at(list, start), format!("list:\n{indent}")),
            (at(list, u32::try_from(end).ok()?), format!("\n{indent}{said}")),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::fix::edited;
    use crate::study;

    const HEAD: &str =
        "blueprint: 1\nservice: { name: shop }\nroles:\n  lead: { in: team }\nentities:\n";

    fn renamed(entities: &str, path: &str, new: &str) -> Option<String> {
        let sources = Sources::from_text("blueprint.yaml", format!("{HEAD}{entities}"));
        let study = study(&sources);
        let index = study.index().expect("it is YAML");
        match edits(&sources, index, path, new, &Names::default()) {
            Was::Written(edits) => {
                let text = edited(&sources.file(sources.main()).text, &edits);
                Some(text.strip_prefix(HEAD).map_or(text.clone(), str::to_owned))
            }
            _ => None,
        }
    }

    #[test]
    fn it_stands_where_the_name_does() {
        for (entities, path, expected) in [
            (
                "  Task: { fields: { a: int } }\n",
                "entities.Task.fields.a",
                "  Task: { fields: { a: { type: int, was: a } } }\n",
            ),
            (
                "  Task: { fields: { a: 'int' } }\n",
                "entities.Task.fields.a",
                "  Task: { fields: { a: { type: 'int', was: a } } }\n",
            ),
            (
                "  Task:\n    fields:\n      a: int # b\n",
                "entities.Task.fields.a",
                "  Task:\n    fields:\n      a: { type: int, was: a } # b\n",
            ),
            (
                "  Task:\n    fields:\n      a:\n        type: int\n",
                "entities.Task.fields.a",
                "  Task:\n    fields:\n      a:\n        was: a\n        type: int\n",
            ),
            (
                "  Task: { fields: { a: { type: int, was: b } } }\n",
                "entities.Task.fields.a",
                "  Task: { fields: { a: { type: int, was: b } } }\n",
            ),
            ("  Task: {}\n", "entities.Task", "  Task: { was: Task }\n"),
            (
                "  Task: { fields: { a: int } }\n",
                "entities.Task",
                "  Task: { was: Task, fields: { a: int } }\n",
            ),
            (
                "  Task:\n    # what\n    fields: { a: int }\n",
                "entities.Task",
                "  Task:\n    # what\n    was: Task\n    fields: { a: int }\n",
            ),
            (
                "  Task: { states: [a, b] }\n",
                "entities.Task.states.b",
                "  Task: { states: { list: [a, b], was: { c: b } } }\n",
            ),
            (
                "  Task:\n    states:\n      - a\n      - b # last\n    fields: {}\n",
                "entities.Task.states.b",
                "  Task:\n    states:\n      list:\n      - a\n      - b # last\n      was: { c: b }\n    fields: {}\n",
            ),
            (
                "  Task: { states: { list: [a, b], was: { a: d } } }\n",
                "entities.Task.states.b",
                "  Task: { states: { list: [a, b], was: { c: b, a: d } } }\n",
            ),
            (
                "  Task: { fields: { a: one of b|d } }\n",
                "entities.Task.fields.a.values.b",
                "  Task: { fields: { a: { type: one of b|d, values_were: { c: b } } } }\n",
            ),
            (
                "  Task: { fields: { a: { type: one of b|d, values_were: { d: e } } } }\n",
                "entities.Task.fields.a.values.b",
                "  Task: { fields: { a: { type: one of b|d, values_were: { c: b, d: e } } } }\n",
            ),
            (
                "  Task: { unique: { a: [b, d] } }\n",
                "entities.Task.unique.a",
                "  Task: { unique: { a: { fields: [b, d], was: a } } }\n",
            ),
            (
                "  Task: { rules: { a: b > 0 } }\n",
                "entities.Task.rules.a",
                "  Task: { rules: { a: { holds: b > 0, was: a } } }\n",
            ),
            (
                "  Task:\n    rules:\n      a: min(b, d) > 0 # so\n",
                "entities.Task.rules.a",
                "  Task:\n    rules:\n      a:\n        was: a\n        holds: min(b, d) > 0 # so\n",
            ),
            (
                "  Task: { exclude: { a: { overlapping: b } } }\n",
                "entities.Task.exclude.a",
                "  Task: { exclude: { a: { was: a, overlapping: b } } }\n",
            ),
            (
                "  Task: { totals: { a: { count: Part } } }\n",
                "entities.Task.totals.a",
                "  Task: { totals: { a: { was: a, count: Part } } }\n",
            ),
            (
                "  Task: { actions: { a: { by: lead } } }\n",
                "entities.Task.actions.a",
                "  Task: { actions: { a: { was: a, by: lead } } }\n",
            ),
        ] {
            assert_eq!(renamed(entities, path, "c").as_deref(), Some(expected), "{entities}");
        }
        let head = HEAD.replace("lead: { in", "lead: { was: lead, in");
        assert_eq!(
            renamed("  Task: {}\n", "roles.lead", "c"),
            Some(format!("{head}  Task: {{}}\n"))
        );
    }

    #[test]
    fn where_it_would_belong_to_something_else_it_is_not_written() {
        let text = "  Task:\n    states:\n    - a\n    - b\n";
        assert_eq!(renamed(text, "entities.Task.states.b", "c"), None);
        let text = "  Task:\n    unique:\n      a:\n        - b\n";
        assert_eq!(renamed(text, "entities.Task.unique.a", "c"), None);
    }
}
