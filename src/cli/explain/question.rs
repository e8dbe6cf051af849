//! The words after `explain`, as a question.

use super::super::exit::Fault;
use super::code;
use crate::diagnostics::codes::{self, Code};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) enum Question {
    Nothing,
    Codes,
    Code(Code),
    /// A path, and the blueprint.
    Path(String, Option<PathBuf>),
    /// Who may do this; no words: anything.
    WhoMay(Vec<String>, Option<PathBuf>),
    /// Why somebody may, or may not.
    Why {
        not: bool,
        who: String,
        words: Vec<String>,
        file: Option<PathBuf>,
    },
}

pub(super) fn question(words: &[String]) -> Result<Question, Fault> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    match plain.as_slice() {
        [] => Ok(Question::Nothing),
        ["codes"] => Ok(Question::Codes),
        ["who", "may" | "can", rest @ ..] => {
            let (words, file) = with_file(rest, 0);
            Ok(Question::WhoMay(words, file))
        }
        ["who", verb @ ("reads" | "sees"), rest @ ..] => {
            let (words, file) = with_file(rest, 1);
            Ok(Question::WhoMay([vec![(*verb).to_owned()], words].concat(), file))
        }
        ["who", ..] => Err(usage("ask `blueprint explain who may ACTION`")),
        ["why", "can" | "may", "not", rest @ ..]
        | ["why", "not" | "cannot" | "can't", "can" | "may", rest @ ..]
        | ["why", "not" | "cannot" | "can't", rest @ ..] => asked_why(true, rest),
        ["why", "can" | "may", rest @ ..] => asked_why(false, rest),
        ["why", who, "may" | "can", "not", rest @ ..]
        | ["why", who, "cannot" | "can't", rest @ ..] => why(true, who, rest),
        ["why", rest @ ..] => asked_why(false, rest),
        ["GET" | "POST" | "PATCH" | "get" | "post" | "patch", path, rest @ ..]
            if path.starts_with('/') =>
        {
            let route = format!("{} {path}", plain[0].to_uppercase());
            Ok(Question::Path(route, one_file(rest)?))
        }
        [word] if codes::find(word).is_some() => {
            Ok(codes::find(word).map_or(Question::Nothing, Question::Code))
        }
        [word] if looks_like_a_code(word) => Err(code::unknown(word)),
        [path, rest @ ..] => Ok(Question::Path((*path).to_owned(), one_file(rest)?)),
    }
}

/// `E999`, or `999`.
fn looks_like_a_code(word: &str) -> bool {
    let rest = word.strip_prefix(|first: char| first.is_ascii_alphabetic());
    rest.or(Some(word))
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

const WHY: &str =
    "ask `blueprint explain why ROLE may ACTION`, or `blueprint explain why not ROLE ACTION`";

fn usage(text: &str) -> Fault {
    Fault::Usage(text.to_owned())
}

/// Somebody, and what he does.
fn asked_why(not: bool, words: &[&str]) -> Result<Question, Fault> {
    match words {
        ["a" | "an" | "the", who, rest @ ..] | [who, rest @ ..] => why(not, who, rest),
        [] => Err(usage(WHY)),
    }
}

fn why(not: bool, who: &str, rest: &[&str]) -> Result<Question, Fault> {
    let rest = match rest {
        ["may" | "can", rest @ ..] => rest,
        rest => rest,
    };
    let (words, file) = with_file(rest, 1);
    match words.is_empty() {
        true => Err(usage(WHY)),
        false => Ok(Question::Why { not, who: who.to_owned(), words, file }),
    }
}

/// The last word is the blueprint where it names one and enough other words are left.
fn with_file(words: &[&str], least: usize) -> (Vec<String>, Option<PathBuf>) {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match words.split_last() {
        Some((last, others)) if others.len() >= least && names_a_blueprint(last) => {
            (own(others), Some(PathBuf::from(last)))
        }
        _ => (own(words), None),
    }
}

fn names_a_blueprint(word: &str) -> bool {
    let path = Path::new(word);
    let yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    yaml || path.is_file() || path.join("blueprint.yaml").is_file()
}

fn one_file(rest: &[&str]) -> Result<Option<PathBuf>, Fault> {
    match rest {
        [] => Ok(None),
        [file] => Ok(Some(PathBuf::from(file))),
        [_, more, ..] => Err(Fault::Usage(format!("`{more}` is one word too many"))),
    }
}
