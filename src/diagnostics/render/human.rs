//! For a terminal, or a file that a person reads.

use super::change::{Stretch, stretches};
use super::frame::{Frame, Paint};
use super::snippet::{Row, rows};
use crate::diagnostics::escape::visible;
use crate::diagnostics::{Diagnostic, Diagnostics, Label};
use crate::source::{Position, Sources};

/// How it may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// With the colours of ANSI terminals.
    Coloured,
}

/// Columns below which nothing is wrapped any narrower, and above which nothing gets wider.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=120;

/// Each with its place, carets, reason and next step; then how many there are. Sentences are as long as they
/// are, for files and for programs that search them.
pub fn human(diagnostics: &Diagnostics, sources: &Sources, look: Look) -> String {
    render(diagnostics, sources, look, usize::MAX)
}

/// The same in lines of at most so many columns, where these are 40 to 120. Wider are only those that hold a
/// path, a word or what is quoted, where that is wider itself.
pub fn human_within(
    diagnostics: &Diagnostics,
    sources: &Sources,
    look: Look,
    columns: usize,
) -> String {
    render(diagnostics, sources, look, columns.clamp(*COLUMNS.start(), *COLUMNS.end()))
}

fn render(diagnostics: &Diagnostics, sources: &Sources, look: Look, columns: usize) -> String {
    let mut frame = Frame { out: String::new(), paint: Paint(look), columns, gutter: 0 };
    for diagnostic in diagnostics {
        one(&mut frame, diagnostic, sources);
        frame.line("");
    }
    if !diagnostics.is_empty() {
        frame.words(&summary(diagnostics));
    }
    frame.out
}

fn one(frame: &mut Frame, diagnostic: &Diagnostic, sources: &Sources) {
    let Diagnostic { code, message, primary, secondary, reason, next, fix, .. } = diagnostic;
    let edits = diagnostic.edits(sources);
    let change = edits.map(|edits| stretches(sources, &edits)).unwrap_or_default();
    frame.gutter = gutter(diagnostic, &change, sources);
    frame.title(*code, message);
    let (paint, bar) = (frame.paint, frame.paint.quiet("|"));
    let file = sources.file(primary.span.file);
    let place = file.position(primary.span.start as usize);
    frame.sign("-->", &at(&file.name, place));
    frame.sign(" |", "");
    for row in rows(sources, primary, secondary, frame.source_columns()) {
        match row {
            Row::Source(line, text) => frame.numbered(Some(line), &format!("{bar} {text}")),
            Row::Carets(carets) if carets.primary => {
                frame.carets(&carets, |text| paint.marked(*code, text));
            }
            Row::Carets(carets) => frame.carets(&carets, |text| paint.quiet(text)),
            Row::File { name, place } => {
                frame.sign(":::", &at(&name, place));
                frame.sign(" |", "");
            }
            Row::Gap => frame.sign("...", ""),
        }
    }
    if let Some(reason) = reason {
        frame.word("why", reason);
    }
    // What to do next is what the fix does.
    match (fix, next) {
        (Some(fix), next) if !change.is_empty() => {
            frame.word("fix", next.as_ref().unwrap_or(&fix.title));
        }
        (_, Some(next)) => frame.word("next", next),
        (_, None) => {}
    }
    let columns = frame.source_columns();
    for line in change.iter().flat_map(|stretch| stretch.lines(columns)) {
        let text = format!("{} {}", if line.is_new { '+' } else { '-' }, line.text);
        frame.numbered(line.number, &paint.changed(line.is_new, text.trim_end()));
    }
}

/// A place as terminals and editors know it: `file:line:column`.
fn at(name: &str, place: Position) -> String {
    format!(" {}:{}:{}", visible(name), place.line, place.column)
}

/// Columns of the widest line number.
fn gutter(diagnostic: &Diagnostic, change: &[Stretch], sources: &Sources) -> usize {
    let line = |label: &Label| {
        let file = sources.file(label.span.file);
        file.position(label.span.start as usize).line
    };
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary).map(line);
    let widest = labels.chain(change.iter().map(Stretch::last)).max();
    widest.map_or(0, |line| line.to_string().len())
}

fn summary(diagnostics: &Diagnostics) -> String {
    let first = diagnostics.iter().next().map_or_else(String::new, |one| one.code.to_string());
    let warnings = diagnostics.iter().filter(|one| one.code.is_warning()).count();
    let counts = [(diagnostics.len() - warnings, "mistake"), (warnings, "warning")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    format!("{}; `blueprint explain {first}` tells more of the first", counts.join(", "))
}
