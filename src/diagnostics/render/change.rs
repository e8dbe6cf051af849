//! What a fix does to the text, line by line.

use super::window::Window;
use crate::diagnostics::Edit;
use crate::diagnostics::fix::edited;
use crate::source::{Sources, Span};

/// Lines of one kind that are shown; who wants more asks for the fix.
const LINES: usize = 12;

/// Lines that go, and those that come in their place.
pub struct Stretch {
    /// The number of the first of them.
    first: usize,
    old: Vec<String>,
    new: Vec<String>,
    /// The byte at which the first of the old and of the new begin to differ.
    from: usize,
}

/// A line as it is or as it shall be; without a number where lines are left out.
pub struct Line {
    pub number: Option<usize>,
    pub is_new: bool,
    pub text: String,
}

impl Stretch {
    /// The last number that is shown.
    pub fn last(&self) -> usize {
        self.first + self.old.len().max(self.new.len()).clamp(1, LINES) - 1
    }

    /// At most so many columns of each.
    pub fn lines(&self, columns: usize) -> Vec<Line> {
        let window = |line: &String| Window::of(line, self.from..self.from, columns);
        // What is the same in both stands in the same columns.
        let first = [&self.old, &self.new].into_iter().filter_map(|lines| lines.first());
        let start = first.map(|line| window(line).range.start).max().unwrap_or_default();
        let mut out = Vec::new();
        for (lines, is_new) in [(&self.old, false), (&self.new, true)] {
            for (at, line) in lines.iter().take(LINES).enumerate() {
                let shown = match at {
                    0 => window(line).from(start),
                    _ => Window::of(line, 0..0, columns),
                };
                out.push(Line { number: Some(self.first + at), is_new, text: shown.text(line) });
            }
            if lines.len() > LINES {
                out.push(Line { number: None, is_new, text: "…".to_owned() });
            }
        }
        out
    }
}

/// The stretches that edits change, which are in order.
pub fn stretches(sources: &Sources, edits: &[Edit]) -> Vec<Stretch> {
    let mut found = Vec::new();
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
        found.push(of_stretch(sources, first.span, start..end, &rest[..count]));
        rest = &rest[count..];
    }
    found
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
) -> Stretch {
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
    let old = lines_of(whole);
    let new = if gone { Vec::new() } else { lines_of(&new) };
    let same = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()) - same;
    let last = old.iter().rev().zip(new.iter().rev());
    let last = last.take(rest).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[same..old.len() - last], &new[same..new.len() - last]);
    let from = match (old, new) {
        ([one, ..], [other, ..]) => {
            let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
            same.map(|(one, _)| one.len_utf8()).sum()
        }
        _ => 0,
    };
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let first = file.position(range.start).line + same;
    Stretch { first, old: owned(old), new: owned(new), from }
}

/// Without their ends, whichever they have: that of the last line stands behind the stretch.
fn lines_of(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.trim_end_matches('\r')).collect()
}
