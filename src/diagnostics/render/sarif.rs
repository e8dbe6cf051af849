//! For code scanners: SARIF 2.1.0.

use serde_json::{Value, json};

use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Label, codes};
use crate::source::{Sources, Span};

/// Indented JSON.
pub fn sarif(diagnostics: &Diagnostics, sources: &Sources) -> String {
    format!("{:#}\n", log(diagnostics, sources))
}

/// One run of one tool, with the rules that were broken.
pub fn log(diagnostics: &Diagnostics, sources: &Sources) -> Value {
    let rules: Vec<Value> = codes::ALL
        .iter()
        .filter(|code| diagnostics.iter().any(|one| one.code == **code))
        .map(|code| {
            json!({
                "id": code.id,
                "shortDescription": { "text": code.title },
                "help": { "text": code.page, "markdown": code.page },
            })
        })
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|one| result(one, sources)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "blueprint", "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let parts = [Some(&diagnostic.message), diagnostic.reason.as_ref(), diagnostic.next.as_ref()];
    let text: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let mut result = json!({
        "ruleId": diagnostic.code.id,
        "level": diagnostic.code.severity(),
        "message": { "text": text.join("\n") },
        "locations": [location(&diagnostic.primary, sources)],
        "relatedLocations":
            diagnostic.secondary.iter().map(|label| location(label, sources)).collect::<Vec<_>>(),
    });
    if let (Some(fix), Some(edits)) = (&diagnostic.fix, diagnostic.edits(sources)) {
        let changes: Vec<Value> = edits
            .chunk_by(|one, other| one.span.file == other.span.file)
            .map(|edits| change(edits, sources))
            .collect();
        result["fixes"] =
            json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]);
    }
    result
}

/// Edits of one file.
fn change(edits: &[Edit], sources: &Sources) -> Value {
    let replacements = edits.iter().map(|edit| {
        json!({
            "deletedRegion": region(edit.span, sources),
            "insertedContent": { "text": edit.replacement },
        })
    });
    json!({
        "artifactLocation": { "uri": sources.file(edits[0].span.file).name },
        "replacements": replacements.collect::<Vec<_>>(),
    })
}

fn region(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let start = file.position(span.start as usize);
    let end = file.position(span.end as usize);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn location(label: &Label, sources: &Sources) -> Value {
    let file = sources.file(label.span.file);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": file.name },
            "region": region(label.span, sources),
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}
