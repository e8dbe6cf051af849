//! Single values.

use super::names::{Alphabet, LONGEST};
use super::reader::{Reader, first_line};
use crate::diagnostics::{Diagnostic, Fix, codes};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Node};

/// A name as it was written.
pub type Name = Spanned<String>;

/// Words for people, or a value to be read later; on one or more lines.
pub type Text = Spanned<String>;

/// An expression, not parsed yet. [`Spanned::part`] finds a place in it.
pub type ExprText = Spanned<String>;

/// Any single value.
pub(super) fn text(node: &Node, reader: &mut Reader<'_>) -> Option<Text> {
    scalar(node, reader, "this", "a single value")
}

/// An expression.
pub(super) fn expression(node: &Node, reader: &mut Reader<'_>) -> Option<ExprText> {
    let text = scalar(node, reader, "a condition", "an expression, such as `state is open`")?;
    if text.value.trim().is_empty() {
        reader.report(
            codes::NO_VALUE,
            text.span,
            "there is no expression",
            "write it, or remove the key",
        );
        return None;
    }
    Some(text)
}

/// A name of something that is declared elsewhere.
pub(super) fn name(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    let name = scalar(node, reader, "a name", "a single word")?;
    if is_name(&name.value) {
        return Some(name);
    }
    let several = several(&name.value);
    let diagnostic =
        Diagnostic::new(codes::NOT_A_NAME, name.span, format!("`{name}` is not a name"));
    reader.push(if several.iter().any(|word| takes_away(word)) {
        diagnostic.next(
            "name those that are meant, as in `[title, body]`: nothing is taken away from a list",
        )
    } else if several.len() > 1 {
        diagnostic.next(format!("several names are a list: [{}]", several.join(", ")))
    } else {
        diagnostic.next("use letters, digits and underscores")
    });
    None
}

fn is_name(text: &str) -> bool {
    let legal = |one: char| one.is_ascii_alphanumeric() || one == '_';
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(legal)
}

/// A word by which people mean all but some.
fn takes_away(word: &str) -> bool {
    matches!(word, "all" | "except" | "but" | "not" | "without") || word.starts_with(['-', '!'])
}

/// The words of `a, b`, `a or b`, `a|b`.
fn several(text: &str) -> Vec<&str> {
    text.split([',', ' ', '|']).filter(|word| !matches!(*word, "" | "or" | "and")).collect()
}

/// A name that something had.
pub(super) fn was(node: &Node, letters: Alphabet, reader: &mut Reader<'_>) -> Option<Name> {
    let was = name(node, reader)?;
    letters.check(&was, reader).then_some(was)
}

/// A name in snake_case that something had.
pub(super) fn was_snake(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    was(node, Alphabet::Snake, reader)
}

/// One or more names.
pub(super) fn names(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Name>> {
    let Content::Scalar(text) = &node.content else { return reader.one_or_list(node, name) };
    let words = several(text);
    let list_of_names =
        words.len() > 1 && words.iter().all(|word| is_name(word) && !takes_away(word));
    if !list_of_names {
        return name(node, reader).map(|one| vec![one]);
    }
    let list = format!("[{}]", words.join(", "));
    let message = format!("`{text}` is not a name");
    reader.push(
        Diagnostic::new(codes::NOT_A_NAME, node.span, message)
            .next(format!("several names are a list: {list}"))
            .fixed_by(Fix::value(format!("write `{list}`"), node.span, list)),
    );
    None
}

/// `true` or `false`.
pub(super) fn boolean(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<bool>> {
    if let Content::Scalar(text) = &node.content {
        let meant = match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => "true",
            "false" | "no" | "n" | "off" => "false",
            _ => text,
        };
        if meant != text {
            let message = format!("`{}` cannot be `{text}`", reader.word);
            reader.push(
                Diagnostic::new(codes::WRONG_VALUE, node.span, message)
                    .reason("other words mean yes and no to some readers of YAML only")
                    .next(format!("write `{meant}`"))
                    .fixed_by(Fix::value(format!("write `{meant}`"), node.span, meant)),
            );
            return None;
        }
    }
    choice(node, reader, &[("true", true), ("false", false)])
}

/// One of a few words.
pub(super) fn choice<T: Copy>(
    node: &Node,
    reader: &mut Reader<'_>,
    choices: &[(&str, T)],
) -> Option<Spanned<T>> {
    let words = choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let text = scalar(node, reader, "this", &format!("one of {words}"))?;
    if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text.value) {
        return Some(Spanned::new(*value, text.span));
    }
    let diagnostic = Diagnostic::new(
        codes::WRONG_VALUE,
        text.span,
        format!("`{}` cannot be `{}`", reader.word, shown(&text.value)),
    );
    let diagnostic = diagnostic.meant_word(&text.value, choices.iter().map(|(word, _)| *word));
    reader.push(match &diagnostic.next {
        Some(_) => diagnostic,
        None if choices.len() == 1 => diagnostic.next(format!("only {words} can stand here")),
        None => diagnostic.next(format!("one of {words}")),
    });
    None
}

/// A word that is the only legal one: its place.
pub(super) fn only(node: &Node, reader: &mut Reader<'_>, word: &str) -> Option<Span> {
    choice(node, reader, &[(word, ())]).map(|found| found.span)
}

/// The text, where it is exactly this word.
pub(super) fn is_word(node: &Node, word: &str) -> bool {
    matches!(&node.content, Content::Scalar(text) if text == word)
}

fn scalar(node: &Node, reader: &mut Reader<'_>, what: &str, example: &str) -> Option<Text> {
    match &node.content {
        Content::Scalar(text) => Some(Spanned::new(text.clone(), node.span)),
        Content::Refused => None,
        other => {
            let what = match reader.word {
                "" => what.to_owned(),
                word => format!("`{word}`"),
            };
            let message = format!("{what} cannot be {}", other.kind());
            let place = first_line(node);
            reader.report(codes::WRONG_SHAPE, place, message, &format!("write {example}"));
            None
        }
    }
}

/// The beginning of a value, for a message.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}
