//! `blueprint explain`: the page of a diagnostic, or all that a dotted path stands for.

mod code;
mod path;

use super::exit::{Exit, Fault};
use super::place::PlaceArguments;
use super::terminal::Terminal;
use crate::diagnostics::codes;

/// Print the page of a diagnostic's code, or all that a dotted path stands for, defaults included
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A code such as E009, or a path such as entities.Task.actions.finish; without one, the list of codes
    what: Option<String>,

    #[command(flatten)]
    place: PlaceArguments,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    match &arguments.what {
        None => code::list(terminal),
        Some(what) => match codes::find(what) {
            Some(code) => code::page(code, terminal),
            None if what.contains('.') => return path::run(what, &arguments.place, terminal),
            None => return Err(code::unknown(what)),
        },
    }
    Ok(Exit::Done)
}
