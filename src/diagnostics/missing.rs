//! Names that nothing declares: one that is asked for at many places is one mistake.

use std::collections::BTreeMap;

use super::{Code, Diagnostic, Diagnostics, Edit, Fix, codes, is_surely, likely};
use crate::source::Span;

/// A name that is used and not declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The sections where it could be declared, most as dotted paths, such as `entities.Booking.fields`. What misses
    /// the same name in the same first one is one mistake.
    pub sections: Vec<String>,
    pub name: String,
    /// What is declared there under nearly this name, the nearest first.
    near: Vec<String>,
}

impl Diagnostic {
    /// Says which name is missing, so that its other places are told with this one.
    #[must_use]
    pub fn missing<'a>(
        mut self,
        sections: Vec<String>,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        if sections.is_empty() {
            return self;
        }
        let near = likely(name, known).into_iter().map(str::to_owned).collect();
        self.missing = Some(Missing { sections, name: name.to_owned(), near });
        self
    }
}

/// How the name of such a section begins.
pub const AMONG: &str = "one of ";

/// The section of an enumeration of which no more is known than its values.
pub fn among<S: AsRef<str>>(values: &[S]) -> String {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    format!("{AMONG}{}", values.join("|"))
}

/// The sections of what is given to an action, or by a hook under a name, of which no more is known.
pub fn given<'a>(what: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let known: Vec<&str> = known.into_iter().collect();
    vec![format!("{what} of {}", known.join("|")), "input".to_owned()]
}

/// So many places are shown of those that a misspelt declaration explains, the others counted.
const EXPLAINED: usize = 3;

/// So many are shown of those that are to be changed, so that one can go from one to the next.
const WRONG: usize = 12;

/// The same mistakes with those that miss one name made one. `idle` is where a declared name stands that nothing
/// uses, by its dotted path: that one is misspelt, and not all who ask for it.
pub fn gathered(all: Diagnostics, idle: impl Fn(&str) -> Option<Span>) -> Diagnostics {
    let mut gathered = Diagnostics::new();
    // A name that is misspelt where it is declared is missed in more than one section.
    let mut missed: BTreeMap<(String, Option<String>), Vec<Diagnostic>> = BTreeMap::new();
    for one in all.list {
        match &one.missing {
            Some(Missing { name, near, .. }) => {
                missed.entry((name.clone(), near.first().cloned())).or_default().push(one);
            }
            None => gathered.push(one),
        }
    }
    for ((name, near), places) in missed {
        let sections = by_section(places);
        let of = |section: &Vec<Diagnostic>| misspelt(near.as_deref()?, section, &idle);
        let declared: Vec<Option<Span>> = sections.iter().map(of).collect();
        let mut slips: BTreeMap<Span, Vec<Diagnostic>> = BTreeMap::new();
        let only = declared.iter().flatten().next().copied();
        let only = only.filter(|only| declared.iter().flatten().all(|one| one == only));
        for (section, at) in sections.into_iter().zip(declared) {
            match at.or(only) {
                Some(at) => slips.entry(at).or_default().extend(section),
                None => gathered.push(wanted(section)),
            }
        }
        let near = near.unwrap_or_default();
        for (at, mut places) in slips {
            places.sort_by_key(|place| place.primary.span);
            gathered.push(declared_otherwise(&name, &near, at, places));
        }
    }
    without_followers(gathered)
}

/// What is wrong only because something else is missing: a role of a context that is not there is no role of any.
const FOLLOW: [(&str, &[Code]); 1] = [(
    "identity.contexts",
    &[
        codes::WRONG_SCOPE,
        codes::ACROSS_TENANTS,
        codes::NOT_THEIRS,
        codes::NO_TENANT,
        codes::CHANGES_NOTHING,
    ],
)];

fn without_followers(all: Diagnostics) -> Diagnostics {
    let misses = |section: &str| {
        all.list.iter().any(|one| one.missing.as_ref().is_some_and(|it| it.sections[0] == section))
    };
    let gone: Vec<Code> = FOLLOW
        .iter()
        .filter(|(section, _)| misses(section))
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    Diagnostics { list: all.list.into_iter().filter(|one| !gone.contains(&one.code)).collect() }
}

/// Where the declared name stands that these places mean, though it is another.
fn misspelt(
    near: &str,
    places: &[Diagnostic],
    idle: &impl Fn(&str) -> Option<Span>,
) -> Option<Span> {
    let missing = places.iter().filter_map(|one| one.missing.as_ref());
    let mut sections = missing.flat_map(|missing| &missing.sections);
    sections.find_map(|section| idle(&format!("{section}.{near}")))
}

fn by_section(places: Vec<Diagnostic>) -> Vec<Vec<Diagnostic>> {
    let mut sections: BTreeMap<Option<String>, Vec<Diagnostic>> = BTreeMap::new();
    for one in places {
        let section = one.missing.as_ref().and_then(|missing| missing.sections.first().cloned());
        sections.entry(section).or_default().push(one);
    }
    sections.into_values().collect()
}

/// From so many places on it is what is declared that is surely misspelt.
const MANY: usize = 3;

/// What is declared under another name than all ask for. Of two names of which each stands in one place or in two, nobody
/// knows which is meant.
fn declared_otherwise(name: &str, near: &str, at: Span, mut places: Vec<Diagnostic>) -> Diagnostic {
    if places.len() == 1 {
        let mut one = places.remove(0);
        one.fix = None;
        return one.also(at, format!("`{near}` is declared here, and nothing uses it"));
    }
    let count = places.len();
    let message = format!(
        "nothing uses `{near}`, and `{name}`, which is asked for at {count} places, is not there"
    );
    let told = Diagnostic::new(places[0].code, at, message).label("declared here");
    let told = match count >= MANY && is_surely(near, name) {
        true => told.next(format!("did you mean `{name}`?")).instead(near, name),
        false => told.next(format!("write `{name}` here, or `{near}` there")),
    };
    shown(told, &places, EXPLAINED, "asked for here")
}

/// What is asked for and not declared.
fn wanted(mut places: Vec<Diagnostic>) -> Diagnostic {
    let mut first = places.remove(0);
    let all = std::iter::once(&first).chain(&places);
    let edits: Option<Vec<&[Edit]>> = all.map(|one| one.fix.as_ref()?.edits()).collect();
    let title = first.fix.as_ref().map(|fix| fix.title.clone());
    first.fix = edits.zip(title).map(|(edits, title)| Fix::new(title, edits.concat()));
    shown(first, &places, WRONG, "and here")
}

fn shown(mut told: Diagnostic, places: &[Diagnostic], most: usize, words: &str) -> Diagnostic {
    let more = places.len().saturating_sub(most);
    for (at, place) in places.iter().take(most).enumerate() {
        let here = match more {
            1 if at + 1 == most => format!("{words}, and at 1 more place"),
            2.. if at + 1 == most => format!("{words}, and at {more} more places"),
            _ => words.to_owned(),
        };
        told = told.also(place.primary.span, here);
    }
    told
}
