//! The mistakes of a blueprint, in the format asked for.

use super::terminal::{Format, Terminal};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::render::{Look, github, human, human_within, json, sarif};
use crate::source::Sources;

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
        Format::Json => json(diagnostics, sources),
        Format::Sarif => sarif(diagnostics, sources),
    };
    if diagnostics.has_errors() {
        terminal.out(whole);
    } else {
        terminal.warnings = serde_json::from_str(&whole).expect("it was just written as JSON");
    }
}
