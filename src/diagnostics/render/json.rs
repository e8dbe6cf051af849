//! For programs: one object of a `version`, whose members never change their meaning.

use serde::Serialize;
use serde_json::{Value, json};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};

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
    fix: Option<Fix<'d>>,
}

/// What surely mends it: each edit in place of what stands there, all of them or none.
#[derive(Serialize)]
struct Fix<'d> {
    title: &'d str,
    edits: Vec<Edit<'d>>,
}

#[derive(Serialize)]
struct Edit<'d> {
    place: Place<'d>,
    replacement: String,
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
    let report = json!({ "version": 1, "diagnostics": listed(diagnostics, sources) });
    format!("{report:#}\n")
}

/// A list, for a document that says more.
pub fn listed(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Value> {
    diagnostics
        .iter()
        .map(|diagnostic| {
            serde_json::to_value(one(diagnostic, sources)).expect("strings and numbers only")
        })
        .collect()
}

fn one<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> One<'d> {
    One {
        code: diagnostic.code.id,
        severity: diagnostic.code.severity(),
        title: diagnostic.code.title,
        message: &diagnostic.message,
        place: place(diagnostic.primary.span, sources),
        label: &diagnostic.primary.text,
        related: diagnostic
            .secondary
            .iter()
            .map(|label| Related { place: place(label.span, sources), label: &label.text })
            .collect(),
        reason: diagnostic.reason.as_deref(),
        next: diagnostic.next.as_deref(),
        fix: fix(diagnostic, sources),
    }
}

fn fix<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Option<Fix<'d>> {
    let edits = diagnostic
        .edits(sources)?
        .into_iter()
        .map(|edit| Edit { place: place(edit.span, sources), replacement: edit.replacement });
    Some(Fix { title: &diagnostic.fix.as_ref()?.title, edits: edits.collect() })
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let file = sources.file(span.file);
    let start = file.position(span.start as usize);
    let end = file.position(span.end as usize);
    Place {
        file: &file.name,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: span.start,
        end: span.end,
    }
}
