//! `blueprint rename`: another name for something, everywhere it stands.

use super::exit::{Exit, Fault};
use super::explain::{self, Known};
use super::place::PlaceArguments;
use super::terminal::{Format, Terminal};
use super::texts::{self, Changed};
use super::was::{self, Was};
use crate::diagnostics::Edit;
use crate::diagnostics::fix::edited;
use crate::recorded::Names;
use crate::resolve::index::Index;
use crate::source::{FileId, Sources, Unsaved};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is said where what is stored gets another name, and that it had this one could not be written.
pub(super) const NO_WAS: &str =
    "say there that it had the old name, by `was`: else what is stored under it is lost";

/// Rename something everywhere: in all files, also within conditions
///
/// `blueprint rename Note.title headline` renames a field, `blueprint rename roles.host chair` a role. A name that
/// would make a mistake is refused, and nothing is written.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What is renamed, as `explain` takes it
    #[arg(value_name = "PATH")]
    what: String,

    /// Its new name
    #[arg(value_name = "NAME")]
    name: String,

    /// The blueprint; ./blueprint.yaml, or the one that the folder's lock names
    file: Option<PathBuf>,

    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = || PlaceArguments::of(arguments.file.clone(), None);
    let Some(known) = Known::load(place(), terminal)? else { return Ok(Exit::Refused) };
    let path = explain::meant(&arguments.what, &known)?;
    let place = place().find()?;
    let file = place.file;
    let sources = crate::load(&file)?;
    let study = crate::study(&sources);
    let index = study.index().cloned().unwrap_or_default();
    let refused = |why: String| Fault::Usage(format!("`{path}` is not renamed: {why}"));
    let symbol = index.symbol(&path).ok_or_else(|| refused("it is no name of its own".into()))?;
    let new = arguments.name.as_str();
    if symbol.name == new {
        return Err(refused("it is called so already".to_owned()));
    }
    let before = was::recorded(&place.out);
    let (edits, unsaid) = edits(&sources, &index, &path, new, &before).map_err(refused)?;
    let places = index.renamed(&path, new).map_err(refused)?.len();
    let changed: Vec<Changed> = edits
        .iter()
        .map(|(file, edits)| Changed {
            file: *file,
            text: edited(&sources.file(*file).text, edits),
        })
        .collect();
    right(&file, &sources, &changed).map_err(refused)?;
    if !arguments.dry_run {
        texts::write(&sources, &changed)?;
    }
    let files: Vec<&str> = changed.iter().map(|one| sources.file(one.file).name.as_str()).collect();
    if terminal.format == Format::Json {
        let result = if arguments.dry_run { "would_rename" } else { "renamed" };
        terminal.document(json!({
            "version": 1, "result": result, "path": path, "name": new, "places": places, "files": files,
        }));
        return Ok(Exit::Done);
    }
    if arguments.dry_run {
        for one in &changed {
            let text = texts::difference(&sources, one, terminal.colour.out);
            terminal.out(text);
        }
    }
    let said = format!(
        "{path} → {new}: {} in {}",
        count(places, "place"),
        if files.len() == 1 { files[0].to_owned() } else { count(files.len(), "file") }
    );
    let would = if arguments.dry_run { "; nothing was written (--dry-run)" } else { "" };
    terminal.out(format_args!("{said}{would}\n"));
    if unsaid {
        terminal.note(NO_WAS);
    }
    Ok(Exit::Done)
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// All that is to be changed for a new name, by file, `was` with it, and whether that could not be written; an error
/// says why it cannot have it.
pub(super) fn edits(
    sources: &Sources,
    index: &Index,
    path: &str,
    new: &str,
    before: &Names,
) -> Result<(BTreeMap<FileId, Vec<Edit>>, bool), String> {
    let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for (span, text) in index.renamed(path, new)? {
        let written = sources.text(span);
        if written.contains(['\\', '\n', ' ', '(']) {
            let file = sources.file(span.file);
            let line = file.position(span.start as usize).line;
            return Err(format!(
                "{}:{line}: the name stands in a text that is written over several lines or with escapes; \
                 write it on one line first",
                file.name
            ));
        }
        edits.entry(span.file).or_default().push(Edit::new(span, text));
    }
    let was = was::edits(sources, index, path, new, before);
    let unsaid = was == Was::Unwritten;
    if let Was::Written(said) = was {
        said.into_iter().for_each(|edit| edits.entry(edit.span.file).or_default().push(edit));
    }
    for edits in edits.values_mut() {
        edits.sort_by_key(|edit| edit.span);
    }
    Ok((edits, unsaid))
}

/// A new name that makes a mistake is refused, with the mistake.
fn right(file: &std::path::Path, sources: &Sources, changed: &[Changed]) -> Result<(), String> {
    let texts = changed
        .iter()
        .filter_map(|one| Some((sources.path(one.file)?.to_owned(), one.text.clone())));
    let texts: Unsaved = texts.collect();
    let name = file.display().to_string();
    let after = crate::load_as(file, &name, &texts).map_err(|error| error.to_string())?;
    let (_, diagnostics) = crate::compile(&after);
    let first = diagnostics.iter().find(|one| !one.code.is_warning());
    first.map_or(Ok(()), |one| Err(format!("{}: {}", one.code, one.message)))
}
