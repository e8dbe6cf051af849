//! What a fix does to the text, line by line.

use crate::diagnostics::Edit;
use crate::diagnostics::escape::visible;
use crate::diagnostics::fix::edited;
use crate::source::{Sources, Span};

/// Characters of a line that are shown; what is longer is cropped around what changes.
const WIDTH: usize = 100;
/// Characters before the change that are kept in a cropped line.
const BEFORE: usize = 40;
/// Lines of one kind that are shown; who wants more asks for the fix.
const LINES: usize = 12;

/// A line as it is or as it shall be; without a number where lines are left out.
pub struct Line {
    pub number: Option<usize>,
    pub is_new: bool,
    pub text: String,
}

/// The lines that go, then those that come, for each stretch that changes. Edits are in order.
pub fn lines(sources: &Sources, edits: &[Edit]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = edits;
    while let Some(first) = rest.first() {
        let (start, mut end) = stretch(sources, first.span);
        let mut count = 1;
        while let Some(next) = rest.get(count)
            && next.span.file == first.span.file
            && next.span.start as usize <= end
        {
            end = end.max(stretch(sources, next.span).1);
            count += 1;
        }
        of_stretch(sources, first.span, start..end, &rest[..count], &mut lines);
        rest = &rest[count..];
    }
    lines
}

/// The bytes of the lines on which a place is.
fn stretch(sources: &Sources, span: Span) -> (usize, usize) {
    let text = &sources.file(span.file).text;
    let range = span.range();
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    // A place that ends with a line end takes no part of the next line.
    let last = if range.end > start && text[..range.end].ends_with('\n') {
        range.end - 1
    } else {
        range.end
    };
    (start, text[last..].find('\n').map_or(text.len(), |at| last + at))
}

fn of_stretch(
    sources: &Sources,
    place: Span,
    range: std::ops::Range<usize>,
    edits: &[Edit],
    out: &mut Vec<Line>,
) {
    let file = sources.file(place.file);
    let whole = &file.text[range.clone()];
    let moved: Vec<Edit> = edits
        .iter()
        .map(|edit| {
            let within = |at: usize| (at - range.start).min(whole.len());
            let span = within(edit.span.range().start)..within(edit.span.range().end);
            Edit::new(Span::new(place.file, span), edit.replacement.clone())
        })
        .collect();
    let gone =
        moved.iter().any(|edit| edit.replacement.is_empty() && edit.span.len() == whole.len());
    let new = edited(whole, &moved);
    let old: Vec<&str> = whole.lines().collect();
    let new: Vec<&str> = if gone { Vec::new() } else { new.lines().collect() };
    let same = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()) - same;
    let last = old.iter().rev().zip(new.iter().rev());
    let last = last.take(rest).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[same..old.len() - last], &new[same..new.len() - last]);
    let from = match (old, new) {
        ([one, ..], [other, ..]) => {
            one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
        }
        _ => 0,
    };
    let first = file.position(range.start).line + same;
    for (lines, is_new) in [(old, false), (new, true)] {
        for (at, line) in lines.iter().take(LINES).enumerate() {
            out.push(Line { number: Some(first + at), is_new, text: cropped(line, from) });
        }
        if lines.len() > LINES {
            out.push(Line { number: None, is_new, text: "…".to_owned() });
        }
    }
}

fn cropped(line: &str, from: usize) -> String {
    let length = line.chars().count();
    if length <= WIDTH {
        return visible(line);
    }
    let skipped = from.saturating_sub(BEFORE);
    let shown: String = line.chars().skip(skipped).take(WIDTH).collect();
    let (left, right) = (skipped > 0, length > skipped + WIDTH);
    let end = |cropped: bool| if cropped { "…" } else { "" };
    format!("{}{}{}", end(left), visible(&shown), end(right))
}
