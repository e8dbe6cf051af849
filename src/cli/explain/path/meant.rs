//! Which path is meant: as it stands, or by the words that suffice to tell it from all others.

use super::super::super::exit::Fault;
use super::super::known::Known;
use super::all::all;
use super::guards_of;
use crate::diagnostics::nearest;

/// Of what an entity has by one name, the first of these is meant.
const SECTIONS: &[&str] =
    &["fields", "actions", "parties", "states", "groups", "unique", "exclude", "totals", "rules"];

/// What was asked for.
pub struct Meant {
    pub path: String,
    /// What else of the same entity is called so.
    pub also: Vec<String>,
}

/// The path that was asked for: `entities.Note.fields.title`, or `Note.title`, or `title` where nothing else is
/// called so.
pub fn meant(asked: &str, known: &Known) -> Result<Meant, Fault> {
    let only = |path: String| Meant { path, also: Vec::new() };
    let asked = as_listed(asked);
    let all = all(&known.model);
    if all.contains(&asked) || super::said_of(&known.model, &asked).is_some() {
        return Ok(only(asked));
    }
    let mut near = short(&asked, &all);
    near.sort_by_key(|path| section(path));
    match near.as_slice() {
        [] => {}
        [one, also @ ..] if also.iter().all(|other| owner(other) == owner(one)) => {
            let also = also.iter().map(|path| (*path).to_owned()).collect();
            return Ok(Meant { path: (*one).to_owned(), also });
        }
        several => {
            return Err(Fault::Usage(format!(
                "`{asked}` may be {}; say which",
                several.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" or ")
            )));
        }
    }
    // The ids of guards are paths too, with the context in which they keep.
    if !guards_of(&known.model, &asked).is_empty() {
        return Ok(only(asked));
    }
    Err(unknown(&asked, &all, known))
}

/// `entities.Note` of `entities.Note.fields.title`.
fn owner(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.split('.');
    Some((parts.next()?, parts.next()?))
}

fn section(path: &str) -> usize {
    let word = path.split('.').nth(2);
    SECTIONS.iter().position(|section| Some(*section) == word).unwrap_or(SECTIONS.len())
}

/// States and groups by their names, however `states` is written.
fn as_listed(asked: &str) -> String {
    let asked = asked.trim_end_matches(['.', ':']);
    asked.replace(".states.groups", ".groups").replace(".states.list", ".states")
}

/// The shortest paths that have all these words in this order and end with the last.
fn short<'a>(asked: &str, all: &'a [String]) -> Vec<&'a str> {
    let words: Vec<&str> = asked.split('.').collect();
    let fits = |path: &str| {
        let parts: Vec<&str> = path.split('.').collect();
        let mut rest = parts.iter();
        parts.last() == words.last() && words.iter().all(|word| rest.any(|part| part == word))
    };
    let length = |path: &str| path.split('.').count();
    let fitting: Vec<&str> =
        all.iter().map(String::as_str).filter(|path| !path.contains('/') && fits(path)).collect();
    let least = fitting.iter().map(|path| length(path)).min().unwrap_or(0);
    fitting.into_iter().filter(|path| length(path) == least).collect()
}

fn unknown(asked: &str, all: &[String], known: &Known) -> Fault {
    if asked.contains('/') {
        let file = &known.file;
        return Fault::Usage(format!(
            "{file} has no `{asked}`; `blueprint explain routes` lists all there are"
        ));
    }
    // What is misspelt is mostly one word of several: the others say where to look.
    let around = asked.rsplit_once('.').map_or("", |(around, _)| around);
    let around = if all.iter().any(|path| path == around) {
        Some(around.to_owned())
    } else {
        short(around, all).first().map(|path| (*path).to_owned())
    };
    let siblings = |around: &str| {
        let prefix = format!("{around}.");
        all.iter().filter(move |path| path.starts_with(&prefix)).map(String::as_str)
    };
    let last = asked.rsplit('.').next().unwrap_or(asked);
    let by_word = |paths: Vec<&str>| -> Option<String> {
        let words = paths.iter().map(|path| path.rsplit('.').next().unwrap_or(path));
        let near = nearest(last, words)?;
        paths.iter().find(|path| path.ends_with(&format!(".{near}"))).map(|path| (*path).to_owned())
    };
    let near = around
        .as_deref()
        .and_then(|around| by_word(siblings(around).collect()))
        .or_else(|| match around {
            None => alike(asked, all).map(str::to_owned),
            Some(_) => None,
        })
        .or_else(|| {
            (!asked.contains('.')).then(|| by_word(all.iter().map(String::as_str).collect()))?
        });
    let hint = match (near, around) {
        (Some(near), _) => format!("; did you mean `{near}`?"),
        (None, Some(around)) if !around.is_empty() => {
            format!("; `blueprint explain {around}` says what is there")
        }
        (None, _) => "; `blueprint explain entities` says what is there, `blueprint explain` what can be asked".to_owned(),
    };
    Fault::Usage(format!("{} has no `{asked}`{hint}", known.file))
}

/// The path that is written almost so: in full, without `entities`, or as `Note.title`.
fn alike<'a>(asked: &str, all: &'a [String]) -> Option<&'a str> {
    let forms = all.iter().flat_map(|path| {
        let inside = path.strip_prefix("entities.").unwrap_or(path);
        let ends = inside.split_once('.').zip(inside.rsplit_once('.'));
        let brief = ends.map(|((first, _), (_, last))| format!("{first}.{last}"));
        [Some(path.clone()), Some(inside.to_owned()), brief]
            .into_iter()
            .flatten()
            .map(move |form| (form, path))
    });
    let forms: Vec<(String, &String)> = forms.collect();
    let near = nearest(asked, forms.iter().map(|(form, _)| form.as_str()))?;
    forms.iter().find(|(form, _)| form == near).map(|(_, path)| path.as_str())
}
