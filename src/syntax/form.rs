//! What may stand under a word that is planned: its shape as data, since nothing is made of it yet.
//!
//! The reading, the JSON Schema and the reference are made of the same table. Once a word acts, a type of its own
//! takes the place of its row.

use super::field;
use super::names::Alphabet;
use super::reader::{Reader, first_line};
use super::scalars::{self, Text, shown};
use super::words::Words;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::yaml::{Content, Node};

/// The shape of a value.
pub(super) enum Form {
    /// Words for people, or a value that is read later.
    Text,
    Expression,
    /// A name that is declared elsewhere.
    Name,
    /// One name or a list of them.
    Names,
    /// Names with dots between them, such as `Booking.accept`; `booking.*` is all below.
    Path,
    /// One path or a list of them.
    Paths,
    Boolean,
    /// A whole number.
    Number,
    /// Such as `15m`.
    Duration,
    /// Such as `10/min per user`.
    Rate,
    /// Text, or `$NAME` of a setting.
    Setting,
    /// The type of a field.
    Type,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Words of the language.
    Words(&'static Section),
    /// Something by name; any text where the names have no alphabet.
    Map(Option<Alphabet>, &'static Form),
    List(&'static Form),
    /// The first that a value of this kind can be.
    Either(&'static [Form]),
}

/// A word, and what stands under it.
pub(super) struct Word {
    pub name: &'static str,
    /// A sentence, for the reference and for editors.
    pub doc: &'static str,
    pub form: Form,
    /// A value that is right.
    pub example: &'static str,
    pub required: bool,
}

/// The words of one mapping.
pub(super) struct Section {
    /// Of its JSON Schema.
    pub name: &'static str,
    /// With its article, for messages.
    pub what: &'static str,
    pub doc: &'static str,
    pub words: &'static [Word],
    /// Words of which exactly one stands there; none: as one likes.
    pub one_of: &'static [&'static str],
}

impl Word {
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        form: Form,
        example: &'static str,
    ) -> Self {
        Word { name, doc, form, example, required: false }
    }

    /// One that must be there.
    pub const fn needed(
        name: &'static str,
        doc: &'static str,
        form: Form,
        example: &'static str,
    ) -> Self {
        Word { name, doc, form, example, required: true }
    }

    /// Reports what is wrong with the shape of what stands under it.
    pub fn check(&self, node: &Node, place: Span, reader: &mut Reader<'_>) {
        let outer = std::mem::replace(&mut reader.word, self.name);
        self.form.check(node, place, self, reader);
        reader.word = outer;
    }
}

impl Form {
    /// Whether a scalar, a list or a mapping may be one.
    fn takes(&self, content: &Content) -> bool {
        match (self, content) {
            (_, Content::Refused) => true,
            (Form::Either(forms), _) => forms.iter().any(|form| form.takes(content)),
            (Form::Words(_) | Form::Map(..), Content::Mapping(_))
            | (Form::List(_), Content::List(_)) => true,
            (Form::Words(_) | Form::Map(..) | Form::List(_), _) => false,
            (Form::Names | Form::Paths, Content::Mapping(_)) => false,
            (Form::Names | Form::Paths, _) => true,
            (_, Content::Scalar(_)) => true,
            _ => false,
        }
    }

    fn check(&self, node: &Node, place: Span, word: &Word, reader: &mut Reader<'_>) {
        if !self.takes(&node.content) {
            match self {
                Form::Words(section) => {
                    reader.wrong_shape(node, section.what, &section.example());
                }
                _ => {
                    let example = format!("`{}: {}`", word.name, word.example);
                    reader.wrong_shape(node, &format!("`{}`", word.name), &example);
                }
            }
            return;
        }
        match self {
            Form::Text | Form::Setting => drop(scalars::text(node, reader)),
            Form::Expression => drop(scalars::expression(node, reader)),
            Form::Name => drop(scalars::name(node, reader)),
            Form::Names => drop(scalars::names(node, reader)),
            Form::Path => path(node, reader),
            Form::Paths => match &node.content {
                Content::List(items) => items.iter().for_each(|item| path(item, reader)),
                _ => path(node, reader),
            },
            Form::Boolean => drop(scalars::boolean(node, reader)),
            Form::Number => {
                text_like(node, word, reader, |text| text.replace('_', "").parse::<i64>().is_ok());
            }
            Form::Duration => text_like(node, word, reader, is_duration),
            Form::Rate => text_like(node, word, reader, is_rate),
            Form::Type => drop(field::typed(node, reader)),
            Form::Choice(choices) => choice(node, choices, reader),
            Form::Words(section) => section.check(node, place, reader),
            Form::Map(alphabet, form) => {
                let Content::Mapping(entries) = &node.content else { return };
                for entry in entries {
                    if let Some(alphabet) = alphabet {
                        alphabet.check(&entry.key, reader);
                    }
                    form.check(&entry.value, entry.key.span, word, reader);
                }
            }
            Form::List(form) => {
                let Content::List(items) = &node.content else { return };
                for item in items {
                    form.check(item, first_line(item), word, reader);
                }
            }
            Form::Either(forms) => {
                if let Some(form) = forms.iter().find(|form| form.takes(&node.content)) {
                    form.check(node, place, word, reader);
                }
            }
        }
    }
}

impl Section {
    /// Reports words that do not belong here or are missing, and what is wrong under those that do.
    fn check(&'static self, node: &Node, place: Span, reader: &mut Reader<'_>) {
        let example = self.example();
        let Some(words) = Words::of_section(self, &example, node, place, reader) else { return };
        for word in self.words {
            match words.entry(word.name) {
                Some(entry) => word.check(&entry.value, entry.key.span, reader),
                None if word.required => reader.report(
                    codes::MISSING_WORD,
                    place,
                    format!("{} needs `{}`", self.what, word.name),
                    &format!("add it, as in `{}: {}`", word.name, word.example),
                ),
                None => {}
            }
        }
        let given = self.one_of.iter().filter_map(|word| words.entry(word));
        let given: Vec<_> = given.map(|entry| &entry.key).collect();
        match given.as_slice() {
            [] if !self.one_of.is_empty() => {
                let all = self.one_of.join("`, `");
                reader.report(
                    codes::MISSING_WORD,
                    place,
                    format!("{} needs one of `{all}`", self.what),
                    &format!("add one, as in {example}"),
                );
            }
            [first, second, ..] => reader.push(
                Diagnostic::new(
                    codes::WRONG_VALUE,
                    second.span,
                    format!("{} has either `{first}` or `{second}`", self.what),
                )
                .also(first.span, "the first")
                .next("keep one of them"),
            ),
            _ => {}
        }
    }

    /// The words that must be there, with values that are right.
    pub fn example(&self) -> String {
        let first = self.one_of.first();
        let shown = self.words.iter().filter(|word| word.required || first == Some(&word.name));
        let shown: Vec<String> =
            shown.map(|word| format!("{}: {}", word.name, word.example)).collect();
        match (shown.is_empty(), self.words.first()) {
            (true, Some(word)) => format!("`{{ {}: {} }}`", word.name, word.example),
            _ => format!("`{{ {} }}`", shown.join(", ")),
        }
    }
}

fn text_like(node: &Node, word: &Word, reader: &mut Reader<'_>, fits: fn(&str) -> bool) {
    if let Some(text) = scalars::text(node, reader)
        && !fits(&text.value)
    {
        reader.report(
            codes::WRONG_VALUE,
            text.span,
            format!("`{}` cannot be `{}`", word.name, shown(&text.value)),
            &format!("write it as in `{}: {}`", word.name, word.example),
        );
    }
}

fn choice(node: &Node, choices: &[&str], reader: &mut Reader<'_>) {
    let Some(Text { value, span }) = scalars::text(node, reader) else { return };
    if choices.contains(&value.as_str()) {
        return;
    }
    let message = format!("`{}` cannot be `{}`", reader.word, shown(&value));
    let diagnostic = Diagnostic::new(codes::WRONG_VALUE, span, message);
    let diagnostic = diagnostic.meant_word(&value, choices.iter().copied());
    reader.push(match &diagnostic.next {
        Some(_) => diagnostic,
        None => diagnostic.next(format!("one of `{}`", choices.join("`, `"))),
    });
}

fn path(node: &Node, reader: &mut Reader<'_>) {
    let Some(text) = scalars::text(node, reader) else { return };
    let name = |part: &str| {
        !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    let parts: Vec<&str> = text.value.split('.').collect();
    let (last, before) = parts.split_last().expect("splitting gives at least one part");
    if !(before.iter().all(|part| name(part)) && (name(last) || *last == "*" && !before.is_empty()))
    {
        reader.report(
            codes::NOT_A_NAME,
            text.span,
            format!("`{}` is not a path", shown(&text.value)),
            "write names with dots between them, such as `Booking.accept`",
        );
    }
}

fn is_duration(text: &str) -> bool {
    let digits = text.trim_end_matches(|one: char| one.is_ascii_alphabetic());
    !digits.is_empty()
        && digits.bytes().all(|one| one.is_ascii_digit() || one == b'_')
        && matches!(&text[digits.len()..], "s" | "m" | "h" | "d" | "y")
}

/// `120/min per ip`.
fn is_rate(text: &str) -> bool {
    let Some((number, rest)) = text.split_once('/') else { return false };
    let mut words = rest.split(' ');
    let unit = words.next().is_some_and(|unit| ["s", "min", "h", "d"].contains(&unit));
    let per = match (words.next(), words.next(), words.next()) {
        (None, ..) => true,
        (Some("per"), Some(what), None) => ["ip", "user", "tenant", "key"].contains(&what),
        _ => false,
    };
    number.parse::<u32>().is_ok() && unit && per
}
