//! Lines of the source with carets under them.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::window::Window;
use crate::diagnostics::Label;
use crate::diagnostics::escape::visible;
use crate::source::{File, FileId, Position, Sources};

/// A row below the header: of source, or of carets.
pub enum Row {
    /// A line and its number.
    Source(usize, String),
    Carets(Carets),
    /// Lines are left out.
    Gap,
    /// What follows stands in another file, at this place.
    File {
        name: String,
        place: Position,
    },
}

/// What stands under a line of source.
pub struct Carets {
    /// Columns before the signs.
    pub indent: usize,
    /// The signs, each of one column and one byte.
    pub signs: String,
    /// The words to them.
    pub text: String,
    pub primary: bool,
}

/// The rows for a label and its companions: those of its file first, each in the order of its file. A line that
/// is wider than `columns` is cropped around its label.
pub fn rows(sources: &Sources, primary: &Label, secondary: &[Label], columns: usize) -> Vec<Row> {
    let mut others: BTreeMap<FileId, Vec<&Label>> = BTreeMap::new();
    for label in secondary.iter().filter(|label| label.span.file != primary.span.file) {
        others.entry(label.span.file).or_default().push(label);
    }
    let beside = secondary.iter().filter(|label| label.span.file == primary.span.file);
    let here = std::iter::once((primary, true)).chain(beside.map(|label| (label, false)));
    let mut rows = of_file(sources.file(primary.span.file), here, columns);
    for (id, labels) in others {
        let file = sources.file(id);
        let start = labels.iter().map(|label| label.span.start).min().unwrap_or_default();
        rows.push(Row::File { name: file.name.clone(), place: file.position(start as usize) });
        let labels = labels.into_iter().map(|label| (label, false));
        rows.extend(of_file(file, labels, columns));
    }
    rows
}

fn of_file<'l>(
    file: &File,
    labels: impl Iterator<Item = (&'l Label, bool)>,
    columns: usize,
) -> Vec<Row> {
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
                    let cropped = Cropped::of(file, line, label, columns);
                    rows.push(Row::Source(line, cropped.text()));
                    cropped
                }
            };
            rows.push(Row::Carets(cropped.carets(label, primary)));
            shown = Some(cropped);
        }
    }
    rows
}

/// A line, or the part of it around a label.
struct Cropped<'f> {
    line: &'f str,
    /// Byte offset of the line in its file.
    start: usize,
    window: Window,
}

impl<'f> Cropped<'f> {
    fn of(file: &'f File, number: usize, label: &Label, columns: usize) -> Self {
        let mut cropped = Cropped {
            line: file.line(number),
            start: file.line_start(number),
            window: Window { range: 0..0, left: false, right: false },
        };
        cropped.window = Window::of(cropped.line, cropped.within(label), columns);
        cropped
    }

    /// The part of a label that stands on the line, in bytes of the line.
    fn within(&self, label: &Label) -> Range<usize> {
        let offset = |place: u32| {
            let within = (place as usize).saturating_sub(self.start).min(self.line.len());
            self.line.floor_char_boundary(within)
        };
        let start = offset(label.span.start);
        start..offset(label.span.end).max(start)
    }

    fn holds(&self, label: &Label) -> bool {
        let Range { start, end } = self.window.range;
        (start..=end).contains(&self.within(label).start)
    }

    fn text(&self) -> String {
        self.window.text(self.line)
    }

    fn carets(&self, label: &Label, primary: bool) -> Carets {
        let Range { start: from, end: to } = self.window.range;
        let Range { start, end } = self.within(label);
        let width = |text: &str| visible(text).width();
        let signs = width(&self.line[start.clamp(from, to)..end.clamp(from, to)]).max(1);
        Carets {
            indent: width(&self.line[from..start.clamp(from, to)]) + usize::from(self.window.left),
            signs: if primary { "^" } else { "-" }.repeat(signs),
            text: visible(&label.text),
            primary,
        }
    }
}
