//! `blueprint explain`: the page of a diagnostic, or all that a dotted path stands for.

use super::exit::{Exit, Fault};
use super::terminal::{Format, Terminal};
use crate::diagnostics::{codes, did_you_mean};
use serde_json::json;

/// Print the page of a diagnostic's code
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Such as E009; without one, the list of all
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let Some(wanted) = &arguments.code else {
        list(terminal);
        return Ok(Exit::Done);
    };
    let Some(code) = codes::find(wanted) else {
        let known = codes::ALL.iter().map(|code| code.id);
        let hint = did_you_mean(&wanted.to_uppercase(), known).unwrap_or_default();
        return Err(Fault::Usage(format!(
            "`{wanted}` is no code; {hint} `blueprint explain` lists them all"
        )));
    };
    match terminal.format {
        Format::Json => {
            terminal.document(json!({ "code": code.id, "title": code.title, "page": code.page }))
        }
        _ => terminal.out(format_args!("{}\n", code.page.trim_end())),
    }
    Ok(Exit::Done)
}

fn list(terminal: &mut Terminal) {
    if terminal.format == Format::Json {
        let codes: Vec<_> =
            codes::ALL.iter().map(|code| json!({ "code": code.id, "title": code.title })).collect();
        terminal.document(json!({ "codes": codes }));
        return;
    }
    for code in codes::ALL {
        terminal.out(format_args!("{}  {}\n", code.id, code.title));
    }
}
