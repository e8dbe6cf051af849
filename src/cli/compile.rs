//! `blueprint compile`: validates, proves, and writes what follows.

use super::exit::{Exit, Fault};
use super::files::{deed, sums, table};
use super::findings;
use super::place::{Place, PlaceArguments};
use super::signals;
use super::terminal::{Colour, Format, Terminal, paint};
use crate::model::Model;
use crate::source::Sources;
use crate::write::{self, Folder, Survey};
use serde_json::json;

/// Compile the blueprint into the service's folder
///
/// Files that people own or have edited are never overwritten: if one stands in the way, nothing is written.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,

    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Compile even where blueprint, compiler's version and output are those of the last compile
    #[arg(long)]
    full: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = arguments.place.find()?;
    let sources = crate::load(&place.file)?;
    let Some(model) = understand(&sources, terminal) else {
        return Ok(Exit::Refused);
    };
    let stamp = place.stamp(&sources);
    let clean = !write::left_behind(&place.out);
    if !arguments.full && clean && write::unchanged(&place.out, &stamp)? {
        return Ok(finish(&Survey { entries: Vec::new() }, "up_to_date", &place, terminal));
    }
    let tree = crate::emit(&model);
    if arguments.dry_run {
        let survey = write::survey(&place.out, tree, &stamp)?;
        return Ok(finish(&survey, "would_write", &place, terminal));
    }
    signals::handle();
    let folder = Folder::open(&place.out)?;
    let survey = write::survey(folder.path(), tree, &stamp)?;
    if survey.in_the_way().next().is_none() {
        folder.apply(&survey)?;
    }
    Ok(finish(&survey, "written", &place, terminal))
}

/// What a blueprint means; none where it has errors, which are told.
pub(super) fn understand(sources: &Sources, terminal: &mut Terminal) -> Option<Model> {
    let (model, diagnostics) = crate::compile(sources);
    super::diagnosed::report(&diagnostics, sources, terminal);
    model
}

fn finish(survey: &Survey, result: &str, place: &Place, terminal: &mut Terminal) -> Exit {
    let in_the_way: Vec<_> = survey.in_the_way().collect();
    if !in_the_way.is_empty() {
        if terminal.format == Format::Human {
            let head = paint("error:", Colour::Red, terminal.colour.err);
            terminal
                .err(format_args!("{head} nothing was written: these files stand in the way\n\n"));
        }
        findings::report(&in_the_way, "refused", place, terminal);
        return Exit::Refused;
    }
    let result = if survey.is_up_to_date() { "up_to_date" } else { result };
    match terminal.format {
        Format::Human => {
            let text = human(survey, result, place, terminal.colour.out);
            terminal.out(text);
        }
        Format::Json => {
            let files: Vec<_> = survey.faults().map(|entry| findings::file(entry, None)).collect();
            terminal.document(json!({ "version": 1, "result": result, "files": files }));
        }
        Format::Sarif => findings::report(&[], result, place, terminal),
        Format::Github => {}
    }
    Exit::Done
}

fn human(survey: &Survey, result: &str, place: &Place, coloured: bool) -> String {
    let (file, out) = (place.file.display(), place.out.display());
    if result == "up_to_date" {
        return format!("{out} is up to date with {file}\n");
    }
    let table = table(survey.faults(), deed, coloured);
    let would = if result == "would_write" { "; nothing was written (--dry-run)" } else { "" };
    format!("{file} → {out}\n\n{table}\n{}{would}\n", sums(&survey.entries))
}
