//! The mistakes of a blueprint, in the format asked for.

use super::terminal::{Format, Terminal};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::render::{Look, github, human, human_within, listed, log};
use crate::source::Sources;
use serde_json::json;

/// Says nothing where there are none. For programs a run says one thing: mere warnings wait for its result.
pub(super) fn report(diagnostics: &Diagnostics, sources: &Sources, terminal: &mut Terminal) {
    if diagnostics.is_empty() {
        return;
    }
    let whole = match terminal.format {
        Format::Human => {
            let look = if terminal.colour.err { Look::Coloured } else { Look::Plain };
            return terminal.err(match terminal.columns {
                Some(columns) => human_within(diagnostics, sources, look, columns),
                None => human(diagnostics, sources, look),
            });
        }
        Format::Github => return terminal.out(github(diagnostics, sources)),
        Format::Json => {
            json!({ "version": 1, "diagnostics": listed(diagnostics, sources) })
        }
        Format::Sarif => log(diagnostics, sources),
    };
    if diagnostics.has_errors() {
        terminal.out(format_args!("{whole:#}\n"));
    } else {
        terminal.warnings = whole;
    }
}
