//! What was found in owned code, for people and programs.

use super::Finding;
use crate::cli::terminal::{Colour, Terminal, paint};
use crate::cli::words::github;
use serde_json::{Value, json};
use std::path::Path;

/// To standard error, where people read it.
pub(in crate::cli) fn report(findings: &[Finding], out: &Path, terminal: &mut Terminal) {
    for one in findings {
        let (word, colour) = match one.note {
            true => ("note:", Colour::Bold),
            false => ("error:", Colour::Red),
        };
        let place = place(one, out);
        terminal.tell(word, colour, format_args!("{place}: {}", one.what));
        let (why, next) = (one.why, &one.next);
        let head = |word: &str| paint(word, Colour::Dim, terminal.colour.err);
        let text = format!("  {} {why}\n  {} {next}\n\n", head("why:"), head("next:"));
        terminal.err(text);
    }
}

/// `src/app/quote.rs:12`, below the output folder.
fn place(one: &Finding, out: &Path) -> String {
    let file = out.join(&one.file);
    match one.line {
        0 => file.display().to_string(),
        line => format!("{}:{line}", file.display()),
    }
}

/// For programs.
pub(in crate::cli) fn json(findings: &[Finding]) -> Vec<Value> {
    let all = findings.iter().map(|one| {
        json!({
            "path": one.file,
            "line": one.line,
            "rule": one.rule,
            "level": if one.note { "note" } else { "error" },
            "what": one.what,
            "why": one.why,
            "next": one.next,
        })
    });
    all.collect()
}

/// Workflow commands, a line each.
pub(in crate::cli) fn of_github(findings: &[Finding], out: &Path) -> String {
    let lines = findings.iter().map(|one| {
        let level = if one.note { "notice" } else { "error" };
        let file = out.join(&one.file).to_string_lossy().replace(':', "%3A").replace(',', "%2C");
        let text = format!("{}. Next: {}", one.what, one.next);
        format!(
            "::{level} file={file},line={},title={}::{}\n",
            one.line.max(1),
            one.rule,
            github(&text)
        )
    });
    lines.collect()
}

/// Results of a run.
pub(in crate::cli) fn sarif(findings: &[Finding], out: &Path) -> Vec<Value> {
    let all = findings.iter().map(|one| {
        json!({
            "ruleId": format!("owned/{}", one.rule),
            "level": if one.note { "note" } else { "error" },
            "message": { "text": format!("{}. Next: {}", one.what, one.next) },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": out.join(&one.file).to_string_lossy() },
                    "region": { "startLine": one.line.max(1) },
                },
            }],
        })
    });
    all.collect()
}
