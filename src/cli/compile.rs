//! `blueprint compile`: validates, proves, and writes what follows.

use super::exit::{Exit, Fault};
use super::files::{deed, sums, table};
use super::findings;
use super::place::{Place, PlaceArguments};
use super::signals;
use super::terminal::{Colour, Format, Terminal};
use super::texts;
use crate::model::Model;
use crate::recorded::{self, Names};
use crate::source::Sources;
use crate::write::{self, Folder, LOCK, Standing, Survey};
use serde_json::json;
use std::fs;

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

    /// With --dry-run: show the lines that would change in files that are there
    #[arg(long, requires = "dry_run")]
    diff: bool,

    /// Compare every file even where blueprint, compiler and output are those of the last compile
    #[arg(long)]
    full: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = arguments.place.find()?;
    let sources = crate::load(&place.file)?;
    let Some(model) = understand(&sources, &place, terminal) else {
        return Ok(Exit::Refused);
    };
    let stamp = place.stamp(&sources);
    let clean = !write::left_behind(&place.out);
    let same = || -> Result<bool, Fault> {
        Ok(write::is_of_this_program(&place.out)? && write::unchanged(&place.out, &stamp)?)
    };
    if !arguments.full && clean && same()? {
        return Ok(finish(&Survey { entries: Vec::new() }, "up_to_date", &place, terminal));
    }
    let tree = crate::emit(&model);
    if arguments.dry_run {
        let survey = write::survey(&place.out, tree, &stamp)?;
        let exit = finish(&survey, "would_write", &place, terminal);
        if arguments.diff && terminal.format == Format::Human && matches!(exit, Exit::Done) {
            differences(&survey, &place, terminal)?;
        }
        return Ok(exit);
    }
    signals::handle();
    let folder = Folder::open(&place.out)?;
    let survey = write::survey(folder.path(), tree, &stamp)?;
    if survey.in_the_way().next().is_none() {
        folder.apply(&survey)?;
        write::note(folder.path());
    }
    Ok(finish(&survey, "written", &place, terminal))
}

/// What a blueprint means after what was compiled before; none where it has errors, which are told.
pub(super) fn understand(
    sources: &Sources,
    place: &Place,
    terminal: &mut Terminal,
) -> Option<Model> {
    let (sound, mut diagnostics) = crate::compile_placed(sources);
    if let Some((model, places)) = &sound {
        let before = super::was::recorded(&place.out);
        diagnostics.extend(recorded::compare(&before, &Names::of(model), places));
    }
    super::diagnosed::report(&diagnostics, sources, terminal);
    sound.map(|(model, _)| model).filter(|_| !diagnostics.has_errors())
}

fn finish(survey: &Survey, result: &str, place: &Place, terminal: &mut Terminal) -> Exit {
    let in_the_way: Vec<_> = survey.in_the_way().collect();
    if !in_the_way.is_empty() {
        if terminal.format == Format::Human {
            let text = "nothing was written: these files stand in the way";
            terminal.tell("error:", Colour::Red, text);
            terminal.err("\n");
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

/// Of each file that would change; what is new or goes is told as a file.
fn differences(survey: &Survey, place: &Place, terminal: &mut Terminal) -> Result<(), Fault> {
    let changes = survey
        .entries
        .iter()
        .filter(|entry| entry.standing == Standing::Stale && entry.path != LOCK);
    for entry in changes {
        let Some(wanted) = &entry.wanted else { continue };
        let path = place.out.join(&entry.path);
        let before = fs::read(&path).map_err(Fault::at("read", &path))?;
        let before = String::from_utf8_lossy(&before);
        let text = texts::between(&entry.path, &before, &wanted.text, terminal.colour.out);
        terminal.out(format_args!("\n{text}"));
    }
    Ok(())
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
