//! Lines of the source with carets under them.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use crate::diagnostics::Label;
use crate::diagnostics::escape::visible;
use crate::source::{File, FileId, Position, Sources};

/// Columns of source shown in one line; what is longer is cropped around its label.
const WIDTH: usize = 100;
/// Columns before a label that are kept in a cropped line.
const BEFORE: usize = 40;

/// A row below the header: of source, or of carets.
pub enum Row {
    /// A line and its number.
    Source(usize, String),
    /// The indent, the carets, and the words after them.
    Carets { indent: usize, carets: String, text: String, primary: bool },
    /// Lines are left out.
    Gap,
    /// What follows stands in another file, at this place.
    File { name: String, place: Position },
}

/// The rows for a label and its companions: those of its file first, each in the order of its file.
pub fn rows(sources: &Sources, primary: &Label, secondary: &[Label]) -> Vec<Row> {
    let mut others: BTreeMap<FileId, Vec<&Label>> = BTreeMap::new();
    for label in secondary.iter().filter(|label| label.span.file != primary.span.file) {
        others.entry(label.span.file).or_default().push(label);
    }
    let beside = secondary.iter().filter(|label| label.span.file == primary.span.file);
    let here = std::iter::once((primary, true)).chain(beside.map(|label| (label, false)));
    let mut rows = of_file(sources.file(primary.span.file), here);
    for (id, labels) in others {
        let file = sources.file(id);
        let start = labels.iter().map(|label| label.span.start).min().unwrap_or_default();
        rows.push(Row::File { name: file.name.clone(), place: file.position(start as usize) });
        rows.extend(of_file(file, labels.into_iter().map(|label| (label, false))));
    }
    rows
}

fn of_file<'l>(file: &File, labels: impl Iterator<Item = (&'l Label, bool)>) -> Vec<Row> {
    let mut lines: BTreeMap<usize, Vec<(&Label, bool)>> = BTreeMap::new();
    for (label, is_primary) in labels {
        let line = file.position(label.span.start as usize).line;
        lines.entry(line).or_default().push((label, is_primary));
    }
    let mut rows = Vec::new();
    let mut last = None;
    for (line, mut labels) in lines {
        if last.is_some_and(|last| last + 1 < line) {
            rows.push(Row::Gap);
        }
        last = Some(line);
        labels.sort_by_key(|(label, _)| label.span.start);
        let mut shown: Option<Cropped<'_>> = None;
        for (label, primary) in labels {
            let cropped = match shown.take() {
                Some(cropped) if cropped.holds(label) => cropped,
                _ => {
                    let cropped = Cropped::of(file, line, label);
                    rows.push(Row::Source(line, cropped.text()));
                    cropped
                }
            };
            rows.push(cropped.carets(label, primary));
            shown = Some(cropped);
        }
    }
    rows
}

/// A line, or the part of it around a label.
struct Cropped<'f> {
    /// Byte offset in the file of what is shown.
    start: usize,
    shown: &'f str,
    left: bool,
    right: bool,
}

impl<'f> Cropped<'f> {
    fn of(file: &'f File, line: usize, label: &Label) -> Self {
        let text = file.line(line);
        let line_start = file.line_start(line);
        if text.chars().count() <= WIDTH {
            return Cropped { start: line_start, shown: text, left: false, right: false };
        }
        let at = (label.span.start as usize - line_start).min(text.len());
        let from = text[..text.floor_char_boundary(at)]
            .char_indices()
            .rev()
            .nth(BEFORE - 1)
            .map_or(0, |(from, _)| from);
        let shown = &text[from..];
        let to = shown.char_indices().nth(WIDTH).map_or(shown.len(), |(to, _)| to);
        Cropped {
            start: line_start + from,
            shown: &shown[..to],
            left: from > 0,
            right: to < shown.len(),
        }
    }

    fn holds(&self, label: &Label) -> bool {
        (self.start..=self.start + self.shown.len()).contains(&(label.span.start as usize))
    }

    fn text(&self) -> String {
        let end = |cropped: bool| if cropped { "…" } else { "" };
        format!("{}{}{}", end(self.left), visible(self.shown), end(self.right))
    }

    fn carets(&self, label: &Label, primary: bool) -> Row {
        let offset = |place: u32| {
            let within = (place as usize).saturating_sub(self.start).min(self.shown.len());
            self.shown.floor_char_boundary(within)
        };
        let (start, end) = (offset(label.span.start), offset(label.span.end));
        let width = |text: &str| visible(text).width();
        let carets = width(&self.shown[start..end.max(start)]).max(1);
        Row::Carets {
            indent: width(&self.shown[..start]) + usize::from(self.left),
            carets: if primary { "^" } else { "-" }.repeat(carets),
            text: visible(&label.text),
            primary,
        }
    }
}
