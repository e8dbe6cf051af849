//! `blueprint explain`: the page of a diagnostic, all that a dotted path stands for, and who may what and why.

mod code;
mod guide;
mod known;
mod path;
mod question;
mod target;
mod who_may;
mod why;

use super::exit::{Exit, Fault};
use super::place::PlaceArguments;
use super::terminal::Terminal;
pub(super) use known::Known;
pub(super) use path::hooks;
use question::Question;
use std::path::PathBuf;

/// Answer what a code or a path means, who may do what, and why
///
/// `explain E009` prints the page of a diagnostic, `explain codes` lists them.
/// `explain Task.title`, or in full `explain entities.Task.fields.title`, prints all that a path stands for, defaults
/// included.
/// `explain who may Task.finish` says who may, and when; `explain who may` prints the whole table.
/// `explain why lead may Task.reopen` shows the chain of what allows it, `explain why not member Task.reopen` the
/// first thing that is missing and what one would write.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// What is asked, then the blueprint where it is not the one here; without both, what can be asked
    #[arg(value_name = "WHAT")]
    words: Vec<String>,

    /// The service's folder, whose lock names the blueprint
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// All that a path stands for, as `explain PATH` tells it.
pub fn said(model: &crate::model::Model, path: &str) -> Option<String> {
    path::text_of(model, path)
}

/// The path that people mean, in full.
pub(super) fn meant(asked: &str, known: &Known) -> Result<String, Fault> {
    path::meant(asked, known).map(|meant| meant.path)
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    // A question may come as one argument, in quotes.
    let words: Vec<String> = arguments
        .words
        .iter()
        .flat_map(|word| word.split_whitespace())
        .map(str::to_owned)
        .collect();
    let known = |file: Option<PathBuf>, terminal: &mut Terminal| {
        Known::load(PlaceArguments::of(file, arguments.out.clone()), terminal)
    };
    match question::question(&words)? {
        Question::Nothing => {
            let place = PlaceArguments::of(None, arguments.out.clone()).find().ok();
            let sources = place.and_then(|place| crate::load(&place.file).ok());
            // What is wrong with the blueprint was not asked.
            let model = sources.and_then(|sources| crate::compile(&sources).0);
            guide::run(model.as_ref(), terminal);
        }
        Question::Codes => code::list(terminal),
        Question::Code(code) => code::page(code, terminal),
        Question::Path(what, file) => {
            let Some(known) = known(file, terminal)? else { return Ok(Exit::Refused) };
            path::run(&what, &known, terminal)?;
        }
        Question::WhoMay(words, file) => {
            let Some(known) = known(file, terminal)? else { return Ok(Exit::Refused) };
            who_may::run(&words, &known, terminal)?;
        }
        Question::Why { not, who, words, file } => {
            let Some(known) = known(file, terminal)? else { return Ok(Exit::Refused) };
            why::run(not, &who, &words, &known, terminal)?;
        }
    }
    Ok(Exit::Done)
}
