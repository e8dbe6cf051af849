//! `include:` the other files of a blueprint.

use super::reader::Reader;
use super::scalars::{self, shown};
use crate::diagnostics::{Code, Diagnostic, codes, did_you_mean, nearest};
use crate::source::{Include, MAX_BYTES, MAX_FILES, Refusal, Spanned};
use crate::yaml::{Content, Node};

const WORD: &str = "include";

/// What became of the files that are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Included {
    Whole,
    /// At least one is not read, which is reported.
    InPart,
}

/// Whether a text has the word, and not as `includes`; or begins a line with one that is nearly it.
pub(super) fn may_be_in(text: &str) -> bool {
    let in_word = |one: char| one.is_alphanumeric() || one == '_';
    let begins = |line: &str| {
        let word = line.split(|one| !in_word(one)).next().unwrap_or_default();
        nearest(word, [WORD]).is_some()
    };
    text.match_indices(WORD).any(|(at, _)| !text[at + WORD.len()..].starts_with(in_word))
        || text.lines().any(begins)
}

/// The paths in the tree of the main file, as far as they can be read.
pub(super) fn written(root: &Node) -> Vec<Spanned<String>> {
    let Content::Mapping(entries) = &root.content else { return Vec::new() };
    // As the words of a mapping are read: one that is nearly right is taken for what was meant.
    let exact = entries.iter().find(|entry| entry.key.value == WORD);
    let nearly = || entries.iter().find(|entry| nearest(&entry.key.value, [WORD]).is_some());
    let Some(entry) = exact.or_else(nearly) else { return Vec::new() };
    let path = |node: &Node| match &node.content {
        Content::Scalar(path) => Some(Spanned::new(path.clone(), node.span)),
        _ => None,
    };
    match &entry.value.content {
        Content::List(items) => items.iter().filter_map(path).collect(),
        _ => path(&entry.value).into_iter().collect(),
    }
}

/// Reports each path that is not included.
pub(super) fn read(node: &Node, includes: &[Include], reader: &mut Reader<'_>) -> Option<Included> {
    let items = match &node.content {
        Content::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut whole = Included::Whole;
    for item in items {
        let Some(path) = scalars::text(item, reader) else {
            whole = Included::InPart;
            continue;
        };
        let outcome = includes.iter().find(|include| include.span == path.span);
        let refusal = match outcome.map(|include| &include.files) {
            Some(Ok(_)) => continue,
            Some(Err(refusal)) => refused(&path, refusal),
            // Only so many are looked at; the one that was too many is reported.
            None if includes.iter().any(|include| include.files.as_ref().is_err_and(is_limit)) => {
                return Some(Included::InPart);
            }
            None => {
                let message = "this blueprint stands in no folder from which it could include";
                Diagnostic::new(codes::NOT_INCLUDED, path.span, message)
                    .next("save it in a folder first")
            }
        };
        reader.push(refusal);
        whole = Included::InPart;
    }
    Some(whole)
}

fn is_limit(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::TooManyFiles | Refusal::TooManyBytes)
}

fn refused(path: &Spanned<String>, refusal: &Refusal) -> Diagnostic {
    let name = shown(&path.value);
    let say = |code: Code, message: String| Diagnostic::new(code, path.span, message);
    let outside = |message: String| {
        say(codes::INCLUDE_OUTSIDE, message)
            .reason("a blueprint reads nothing but its own folder, whoever wrote it")
    };
    let missing = |message: String| say(codes::NOT_INCLUDED, message);
    let is_pattern = path.value.contains('*');
    match refusal {
        Refusal::Empty => missing("there is no path".to_owned())
            .next("write one relative to this file, such as `entities/booking.yaml`"),
        Refusal::Absolute => outside(format!("`{name}` begins at the root of the machine"))
            .next("write the path relative to this file"),
        Refusal::Up => outside(format!("`{name}` goes up with `..`"))
            .next("move the file below the blueprint's folder, and write the path to it"),
        Refusal::Outside if is_pattern => {
            outside(format!("`{name}` fits a link that leads out of the folder"))
                .next("put the file itself there")
        }
        Refusal::Outside => outside(format!("`{name}` is a link that leads out of the folder"))
            .next("put the file itself there"),
        Refusal::NotYaml => missing(format!("`{name}` is no `.yaml` or `.yml`"))
            .reason("what is included is shown in messages, and other files may hold secrets")
            .next("name a part of the blueprint"),
        Refusal::Pattern => missing(format!("`{name}` has a `*` in the name of a folder"))
            .next("`*` stands in a file's name alone; name each folder, as in `entities/*.yaml`"),
        Refusal::Missing(beside) => missing(format!("there is no file `{name}`"))
            .reason("paths are relative to this file")
            .maybe_next(did_you_mean(&path.value, beside.iter().map(String::as_str)))
            .or_known(beside.iter().map(String::as_str))
            .or_next("write the path of a file that is there, or remove it"),
        Refusal::NoMatch => missing(format!("no other file fits `{name}`"))
            .reason("paths are relative to this file")
            .next("write a pattern that your files fit, such as `entities/*.yaml`, or remove it"),
        Refusal::Folder => missing(format!("`{name}` is a folder"))
            .next(format!("all its files are `{}/*.yaml`", name.trim_end_matches('/'))),
        Refusal::NotAFile => missing(match is_pattern {
            true => format!("`{name}` fits what is no plain file"),
            false => format!("`{name}` is no plain file"),
        })
        .reason("a pipe or a device may never come to an end")
        .next("put a plain file there, or remove it"),
        Refusal::Unreadable(why) => missing(format!("`{name}` cannot be read: {why}"))
            .next("let the file be read, or remove it"),
        Refusal::Itself => {
            say(codes::INCLUDED_TWICE, format!("`{name}` is the file that includes it"))
                .next("remove it")
        }
        Refusal::Twice(first) => {
            say(codes::INCLUDED_TWICE, format!("`{name}` brings a file that is included already"))
                .label("the second")
                .also(*first, "the first")
                .reason("everything in it would be there twice")
                .next("remove one of them")
        }
        Refusal::TooManyFiles => say(
            codes::TOO_MANY,
            format!(
                "a blueprint has at most {MAX_FILES} files, in folders that are not much larger"
            ),
        )
        .next("put more of it into one file, and other files into other folders"),
        Refusal::TooManyBytes => say(
            codes::FILE_TOO_LARGE,
            format!("with this the blueprint has more than {} MiB", MAX_BYTES / (1024 * 1024)),
        )
        .reason("a blueprint of thousands of entities is smaller than that")
        .next("include only parts of the blueprint"),
    }
}
