//! For programs: one object, whose members never change their meaning.

use serde::Serialize;

use crate::diagnostics::{Diagnostic, Diagnostics, Label};
use crate::source::Sources;

#[derive(Serialize)]
struct Report<'d> {
    /// Of this shape.
    version: u32,
    diagnostics: Vec<One<'d>>,
}

#[derive(Serialize)]
struct One<'d> {
    code: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    title: &'static str,
    message: &'d str,
    place: Place<'d>,
    label: &'d str,
    related: Vec<Related<'d>>,
    reason: Option<&'d str>,
    next: Option<&'d str>,
}

#[derive(Serialize)]
struct Related<'d> {
    place: Place<'d>,
    label: &'d str,
}

/// Lines and columns from 1, columns in characters; offsets in bytes. Ends are exclusive.
#[derive(Serialize)]
struct Place<'d> {
    file: &'d str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
}

/// Indented JSON.
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let report = Report {
        version: 1,
        diagnostics: diagnostics.iter().map(|diagnostic| one(diagnostic, sources)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).expect("strings and numbers only");
    text.push('\n');
    text
}

fn one<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> One<'d> {
    One {
        code: diagnostic.code.id,
        severity: diagnostic.code.severity(),
        title: diagnostic.code.title,
        message: &diagnostic.message,
        place: place(&diagnostic.primary, sources),
        label: &diagnostic.primary.text,
        related: diagnostic
            .secondary
            .iter()
            .map(|label| Related { place: place(label, sources), label: &label.text })
            .collect(),
        reason: diagnostic.reason.as_deref(),
        next: diagnostic.next.as_deref(),
    }
}

fn place<'d>(label: &Label, sources: &'d Sources) -> Place<'d> {
    let file = sources.file(label.span.file);
    let start = file.position(label.span.start as usize);
    let end = file.position(label.span.end as usize);
    Place {
        file: &file.name,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: label.span.start,
        end: label.span.end,
    }
}
