//! Codes of diagnostics.

use super::super::exit::Fault;
use super::super::terminal::{Format, Terminal};
use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::did_you_mean;
use serde_json::json;

pub(super) fn page(code: Code, terminal: &mut Terminal) {
    match terminal.format {
        Format::Json => {
            terminal.document(json!({ "code": code.id, "title": code.title, "page": code.page }));
        }
        _ => terminal.out(format_args!("{}\n", code.page.trim_end())),
    }
}

pub(super) fn list(terminal: &mut Terminal) {
    if terminal.format == Format::Json {
        let codes: Vec<_> =
            codes::ALL.iter().map(|code| json!({ "code": code.id, "title": code.title })).collect();
        return terminal.document(json!({ "codes": codes }));
    }
    for code in codes::ALL {
        terminal.out(format_args!("{}  {}\n", code.id, code.title));
    }
}

pub(super) fn unknown(wanted: &str) -> Fault {
    let known = codes::ALL.iter().map(|code| code.id);
    let hint = did_you_mean(&wanted.to_uppercase(), known)
        .map_or(String::new(), |hint| format!(" {hint}"));
    Fault::Usage(format!(
        "`{wanted}` is no code;{hint} `blueprint explain codes` lists all of them"
    ))
}
