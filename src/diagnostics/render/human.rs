//! For a terminal, or a file that a person reads.

use std::fmt::Write;

use super::change::lines;
use super::snippet::{Row, rows};
use crate::diagnostics::escape::visible;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::Sources;

/// How it may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// With the colours of ANSI terminals.
    Coloured,
}

/// Each with its place, carets, reason and next step; then how many there are.
pub fn human(diagnostics: &Diagnostics, sources: &Sources, look: Look) -> String {
    let paint = Paint { look };
    let mut out = String::new();
    for diagnostic in diagnostics {
        one(&mut out, diagnostic, sources, paint);
        out.push('\n');
    }
    if !diagnostics.is_empty() {
        out.push_str(&summary(diagnostics));
    }
    out
}

fn one(out: &mut String, diagnostic: &Diagnostic, sources: &Sources, paint: Paint) {
    let Diagnostic { code, message, primary, secondary, reason, next, fix } = diagnostic;
    let edits = diagnostic.edits(sources);
    let change = edits.map(|edits| lines(sources, &edits)).unwrap_or_default();
    let file = sources.file(primary.span.file);
    let place = file.position(primary.span.start as usize);
    let rows = rows(sources, primary, secondary);
    let gutter = rows
        .iter()
        .filter_map(|row| if let Row::Source(line, _) = row { Some(*line) } else { None })
        .chain(change.iter().filter_map(|line| line.number))
        .map(|line| line.to_string().len())
        .max()
        .unwrap_or(0);
    let margin = " ".repeat(gutter);
    let bar = paint.quiet("|");
    let head = paint.marked(*code, &format!("{}[{code}]", code.severity()));
    let _ = writeln!(out, "{head}: {}", paint.strong(&visible(message)));
    let arrow = paint.quiet("-->");
    let _ =
        writeln!(out, "{margin}{arrow} {}:{}:{}", visible(&file.name), place.line, place.column);
    let _ = writeln!(out, "{margin} {bar}");
    for row in rows {
        match row {
            Row::Source(line, text) => {
                let number = paint.quiet(&format!("{line:>gutter$}"));
                let _ = writeln!(out, "{}", format!("{number} {bar} {text}").trim_end());
            }
            Row::Carets { indent, carets, text, primary } => {
                let marked = format!("{carets} {text}");
                let marked = marked.trim_end();
                let marked =
                    if primary { paint.marked(*code, marked) } else { paint.quiet(marked) };
                let _ = writeln!(out, "{margin} {bar} {}{marked}", " ".repeat(indent));
            }
            Row::File { name, place } => {
                let at = format!("{}:{}:{}", visible(&name), place.line, place.column);
                let _ = writeln!(out, "{margin}{} {at}", paint.quiet(":::"));
                let _ = writeln!(out, "{margin} {bar}");
            }
            Row::Gap => {
                let _ = writeln!(out, "{margin}{}", paint.quiet("..."));
            }
        }
    }
    // What to do next is what the fix does.
    let title = fix.as_ref().map(|fix| &fix.title).filter(|_| !change.is_empty());
    let last = match title {
        Some(title) => ("fix", Some(next.as_ref().unwrap_or(title))),
        None => ("next", next.as_ref()),
    };
    for (word, text) in [("why", reason.as_ref()), last] {
        let Some(text) = text else { continue };
        let text = visible(text).replace('\n', &format!("\n{margin}         "));
        let _ = writeln!(out, "{margin} {} {}: {text}", paint.quiet("="), paint.strong(word));
    }
    for line in change {
        let number = line.number.map_or(String::new(), |number| number.to_string());
        let number = paint.quiet(&format!("{number:>gutter$}"));
        let text = format!("{} {}", if line.is_new { '+' } else { '-' }, line.text);
        let _ = writeln!(out, "{number} {}", paint.changed(line.is_new, text.trim_end()));
    }
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
    format!("{}; `blueprint explain {first}` tells more of the first\n", counts.join(", "))
}

#[derive(Clone, Copy)]
struct Paint {
    look: Look,
}

impl Paint {
    fn marked(self, code: Code, text: &str) -> String {
        self.with(if code.is_warning() { "1;33" } else { "1;31" }, text)
    }

    fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    fn changed(self, is_new: bool, text: &str) -> String {
        self.with(if is_new { "32" } else { "31" }, text)
    }

    fn quiet(self, text: &str) -> String {
        self.with("34", text)
    }

    fn with(self, colour: &str, text: &str) -> String {
        match self.look {
            Look::Plain => text.to_owned(),
            Look::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}
