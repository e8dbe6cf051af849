//! A change of the text that surely mends a mistake.
//!
//! A fix is offered only where there is one way to mend: the mistake is gone afterwards, and no other
//! has come. Whoever is in doubt says so in words, with [`Diagnostic::next`].

use std::ops::Range;

use super::Diagnostic;
use crate::source::{Sources, Span};

/// What a machine may do about a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words: a command, such as ``write `member` ``.
    pub title: String,
    change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Edits(Vec<Edit>),
    /// An item of a list; what parts it from its neighbours goes with it.
    Remove(Span),
    /// A value, its quotes with it.
    Value(Edit),
}

/// A place and what shall stand there instead; an empty place is one to insert at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub replacement: String,
}

impl Edit {
    pub fn new(span: Span, replacement: impl Into<String>) -> Self {
        Edit { span, replacement: replacement.into() }
    }
}

impl Fix {
    pub fn new(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { title: title.into(), change: Change::Edits(edits) }
    }

    /// Writes another value, which is no text: its quotes, where it has any, go with it.
    pub fn value(title: impl Into<String>, value: Span, ours: impl Into<String>) -> Self {
        Fix { title: title.into(), change: Change::Value(Edit::new(value, ours)) }
    }

    /// The places and what shall stand there, where both are known without the text.
    pub fn edits(&self) -> Option<&[Edit]> {
        match &self.change {
            Change::Edits(edits) => Some(edits),
            Change::Remove(_) | Change::Value(_) => None,
        }
    }

    /// Takes an item out of the list that it stands in.
    pub fn remove(title: impl Into<String>, item: Span) -> Self {
        Fix { title: title.into(), change: Change::Remove(item) }
    }
}

impl Diagnostic {
    /// The change that mends it.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Mends it by writing `ours` in place of `found`, which stands at its place. Text with escapes
    /// does not stand there as it is meant, and is left to people.
    #[must_use]
    pub fn instead(self, found: &str, ours: &str) -> Self {
        let span = self.primary.span;
        if span.len() != found.len() {
            return self;
        }
        self.fixed_by(Fix::new(format!("write `{}`", ours.trim()), vec![Edit::new(span, ours)]))
    }

    /// What is to be changed where, in the order of the text, with the line ends of its file; none where that is
    /// not certain.
    pub fn edits(&self, sources: &Sources) -> Option<Vec<Edit>> {
        let mut edits = self.written(sources)?;
        for edit in &mut edits {
            if edit.replacement.contains('\n') && sources.file(edit.span.file).text.contains("\r\n")
            {
                edit.replacement = edit.replacement.replace("\r\n", "\n").replace('\n', "\r\n");
            }
        }
        Some(edits)
    }

    /// The same with lines that end with `\n`.
    fn written(&self, sources: &Sources) -> Option<Vec<Edit>> {
        match &self.fix.as_ref()?.change {
            Change::Edits(edits) => {
                let mut edits = edits.clone();
                edits.sort_by_key(|edit| edit.span);
                Some(edits)
            }
            Change::Value(Edit { span, replacement }) => {
                let range = with_quotes(&sources.file(span.file).text, span.range());
                Some(vec![Edit::new(Span::new(span.file, range), replacement)])
            }
            Change::Remove(item) => removal(sources, *item).map(|span| vec![Edit::new(span, "")]),
        }
    }
}

/// An item with the comma, the bar or the line that belongs to it. None for the only one: a list that
/// is empty, or a key without a value, is another mistake.
fn removal(sources: &Sources, item: Span) -> Option<Span> {
    let text = sources.file(item.file).text.as_str();
    let range = with_quotes(text, item.range());
    let left = text[..range.start].trim_end_matches(' ');
    let right = text[range.end..].trim_start_matches(' ');
    let after = text.len() - right.len();
    let span = |range| Some(Span::new(item.file, range));
    match (left.chars().next_back()?, right.chars().next().unwrap_or('\n')) {
        (',' | '|', ',' | ']' | '}' | '|' | '\n' | '\r') => span(left.len() - 1..range.end),
        ('[', ',') => {
            let rest = right[1..].trim_start_matches(' ');
            span(range.start..text.len() - rest.len())
        }
        ('-', '\n' | '\r') => line_of_item(text, left.len() - 1, after).and_then(span),
        _ => None,
    }
}

/// The place of a text of which the quotes are left out, with them.
fn with_quotes(text: &str, range: Range<usize>) -> Range<usize> {
    let quote = |at: Option<char>| at.filter(|one| matches!(one, '"' | '\''));
    let before = quote(text[..range.start].chars().next_back());
    match before.is_some() && before == quote(text[range.end..].chars().next()) {
        true => range.start - 1..range.end + 1,
        false => range,
    }
}

/// The line of a `- item`, with its end, where a neighbour is such a line too.
fn line_of_item(text: &str, dash: usize, end: usize) -> Option<Range<usize>> {
    let start = text[..dash].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[start..dash];
    if !indent.bytes().all(|one| one == b' ') {
        return None;
    }
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let begins = |line: &str| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with("- "));
    let previous = text[..start].lines().next_back().is_some_and(begins);
    let next = text[end..].lines().next().is_some_and(begins);
    (previous || next).then_some(start..end)
}

/// The text with edits made, which do not overlap.
pub fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(&text[at..range.start]);
        out.push_str(&edit.replacement);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    fn removed(text: &str, item: &str) -> Option<String> {
        let sources = Sources::from_text("a.yaml", text);
        let at = text.rfind(item).expect("it is there");
        let span = Span::new(sources.main(), at..at + item.len());
        let diagnostic = Diagnostic::new(codes::TWICE_IN_LIST, span, "twice")
            .fixed_by(Fix::remove("remove it", span));
        diagnostic.edits(&sources).map(|edits| edited(text, &edits))
    }

    #[test]
    fn an_item_goes_with_what_parts_it_from_its_neighbours() {
        for (text, item, left) in [
            ("a: [x, y]", "y", Some("a: [x]")),
            ("a: [y, x]", "y", Some("a: [x]")),
            ("a: [x, y, z]", "y", Some("a: [x, z]")),
            ("a: [x, 'y', z]", "y", Some("a: [x, z]")),
            ("a: one of x|y|z", "y", Some("a: one of x|z")),
            ("a: one of y|x", "y", None),
            ("a:\n  - x\n  - y\nb: c\n", "y", Some("a:\n  - x\nb: c\n")),
            ("a: [y]", "y", None),
            ("a: y", "y", None),
            ("a:\n  - y\n", "y", None),
        ] {
            assert_eq!(removed(text, item).as_deref(), left, "{text}");
        }
    }

    #[test]
    fn lines_end_as_they_did() {
        let text = "a\r\nb\r\n";
        let sources = Sources::from_text("a.yaml", text);
        let at = Span::new(sources.main(), 3..3);
        let fix = Fix::new("add it", vec![Edit::new(at, "x\ny\r\n")]);
        let edits =
            Diagnostic::new(codes::MISSING_WORD, at, "missing").fixed_by(fix).edits(&sources);
        assert_eq!(edited(text, &edits.unwrap()), "a\r\nx\r\ny\r\nb\r\n");
    }
}
