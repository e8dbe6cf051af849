//! `blueprint check`: what `compile` would do, without doing it.

use super::compile::understand;
use super::exit::{Exit, Fault};
use super::findings;
use super::owned::{self, Finding, Walls};
use super::place::{Place, PlaceArguments};
use super::terminal::{Colour, Format, Terminal};
use super::words::github;
use crate::write::{self, LOCK, Standing};
use serde_json::json;

/// Check the blueprint, and whether the service's folder is what it means; for CI
///
/// Files that are stale, edited by hand, missing or orphaned are told apart, each with its next command. What people
/// wrote themselves is read too: raw connections, processes, the network, `unsafe`, variables that no setting declares, and
/// whatever a hook uses beside its arguments are named by file and line.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,

    /// Compare every file even where blueprint, compiler and output are those of the last compile
    #[arg(long)]
    full: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = arguments.place.find()?;
    let sources = crate::load(&place.file)?;
    if write::interrupted(&place.out) {
        return Ok(interrupted(&place, terminal));
    }
    let stamp = place.stamp(&sources);
    let unchanged = !arguments.full
        && write::is_of_this_program(&place.out)?
        && write::unchanged(&place.out, &stamp)?;
    if unchanged && !owned::is_there(&place.out) {
        return Ok(up_to_date(&place, &[], terminal));
    }
    let Some(model) = understand(&sources, &place, terminal) else {
        return Ok(Exit::Refused);
    };
    let owned = owned::survey(&place.out, &Walls::of(&model));
    if unchanged {
        return Ok(up_to_date(&place, &owned, terminal));
    }
    let survey = write::survey(&place.out, crate::emit(&model), &stamp)?;
    if survey.is_up_to_date() {
        return Ok(up_to_date(&place, &owned, terminal));
    }
    let faults: Vec<_> = survey.faults().collect();
    let missing = |entry: &&write::Entry| entry.standing == Standing::Missing;
    let is_new = faults.iter().all(missing) && faults.iter().any(|entry| entry.path == LOCK);
    if terminal.format == Format::Human && is_new {
        let (out, file) = (place.out.display(), place.file.display());
        terminal
            .err(format_args!("{file} has no mistakes; nothing is compiled into {out} yet\n\n"));
        let count = faults.len();
        let next = format!("`blueprint compile{}` writes {count} files", place.arguments);
        terminal.tell("next:", Colour::Bold, next);
        return Ok(Exit::Refused);
    }
    if terminal.format == Format::Human {
        let (out, file) = (place.out.display(), place.file.display());
        terminal.tell("error:", Colour::Red, format_args!("{out} is not what {file} means"));
        terminal.err("\n");
    }
    findings::with_owned(&faults, &owned, "differs", &place, terminal);
    Ok(Exit::Refused)
}

/// The output is what the blueprint means; what people wrote beside it may still go round it.
fn up_to_date(place: &Place, owned: &[Finding], terminal: &mut Terminal) -> Exit {
    let goes_round = owned.iter().any(|one| !one.note);
    let result = if goes_round { "goes_round" } else { "up_to_date" };
    if terminal.format == Format::Human && !goes_round {
        let (out, file) = (place.out.display(), place.file.display());
        terminal.out(format_args!("{out} is up to date with {file}\n"));
    }
    findings::with_owned(&[], owned, result, place, terminal);
    if goes_round { Exit::Refused } else { Exit::Done }
}

fn interrupted(place: &Place, terminal: &mut Terminal) -> Exit {
    let text = format!(
        "a compile into {} was interrupted; `blueprint compile{}` finishes it",
        place.out.display(),
        place.arguments
    );
    match terminal.format {
        Format::Json => terminal.document(
            json!({ "version": 1, "result": "interrupted", "message": text, "files": [] }),
        ),
        Format::Github => {
            terminal.out(format_args!("::error::{}\n", github(&text)));
        }
        Format::Human | Format::Sarif => {
            terminal.tell("error:", Colour::Red, text);
        }
    }
    Exit::Refused
}
