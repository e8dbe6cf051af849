//! `blueprint fix`: does what diagnostics offer.

use super::diagnosed;
use super::exit::{Exit, Fault};
use super::place::PlaceArguments;
use super::terminal::{Format, Terminal};
use super::texts::{self, Changed};
use crate::diagnostics::fix::edited;
use crate::diagnostics::render::listed;
use crate::diagnostics::{Diagnostics, Edit};
use crate::source::{FileId, Sources, Unsaved};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How often what was mended is read again: one fix may bring to light what another can mend.
const ROUNDS: usize = 20;

/// Apply every fix that is certain, in all files of the blueprint
///
/// Those are the changes that `compile` and `check` show behind `fix:`. Comments, line ends and permissions stay
/// as they are; what remains is told.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The blueprint; ./blueprint.yaml, or the one that the folder's lock names
    file: Option<PathBuf>,

    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// One run makes about so many fixes: more are no list that somebody reads, and each round reads all files again.
const MANY: usize = 1_000;

/// A fix that was made.
struct Made {
    code: &'static str,
    title: String,
    file: String,
    line: usize,
    column: usize,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = PlaceArguments::of(arguments.file.clone(), None).find()?;
    let sources = crate::load(&place.file)?;
    let Mended { made, texts, sources: mended, rest } = mend(&place.file)?;
    let changed: Vec<Changed> = sources
        .ids()
        .filter_map(|file| {
            let text = texts.get(sources.path(file)?)?.clone();
            (text != sources.file(file).text).then_some(Changed { file, text })
        })
        .collect();
    if !arguments.dry_run {
        texts::write(&sources, &changed)?;
    }
    let result = match (changed.is_empty(), arguments.dry_run) {
        (true, _) => "nothing_to_fix",
        (false, true) => "would_fix",
        (false, false) => "fixed",
    };
    match terminal.format {
        Format::Human => {
            if arguments.dry_run {
                for one in &changed {
                    let text = texts::difference(&sources, one, terminal.colour.out);
                    terminal.out(text);
                }
            }
            terminal.out(human(&made, &sources, &changed, result));
            diagnosed::report(&rest, &mended, terminal);
        }
        Format::Json => {
            let files: Vec<&str> =
                changed.iter().map(|one| sources.file(one.file).name.as_str()).collect();
            terminal.document(json!({
                "version": 1,
                "result": result,
                "fixes": made.iter().map(described).collect::<Vec<_>>(),
                "files": files,
                "diagnostics": listed(&rest, &mended),
            }));
        }
        Format::Github | Format::Sarif => {
            let document = std::mem::take(&mut terminal.warnings);
            diagnosed::report(&rest, &mended, terminal);
            terminal.warnings = document;
        }
    }
    Ok(if rest.has_errors() { Exit::Refused } else { Exit::Done })
}

fn described(made: &Made) -> Value {
    json!({
        "code": made.code, "title": made.title,
        "file": made.file, "line": made.line, "column": made.column,
    })
}

fn human(made: &[Made], sources: &Sources, changed: &[Changed], result: &str) -> String {
    let main = &sources.file(sources.main()).name;
    if changed.is_empty() {
        return format!("there is nothing to fix in {main}\n");
    }
    let mut text = String::new();
    for one in made {
        let place = format!("{}:{}:{}", one.file, one.line, one.column);
        text += &format!("{place}  {}  {}\n", one.code, one.title);
    }
    let fixes = if made.len() == 1 { "1 fix".to_owned() } else { format!("{} fixes", made.len()) };
    let files = match changed {
        [one] => sources.file(one.file).name.clone(),
        several => format!("{} files", several.len()),
    };
    let would = if result == "would_fix" { "; nothing was written (--dry-run)" } else { "" };
    let more = match made.len() >= MANY {
        true => "; there may be more, which `blueprint fix` makes when it is run again",
        false => "",
    };
    text + &format!("{fixes} in {files}{would}{more}\n")
}

fn read(file: &Path, unsaved: &Unsaved) -> Result<Sources, Fault> {
    Ok(crate::load_as(file, &file.display().to_string(), unsaved)?)
}

/// What became of a blueprint.
struct Mended {
    made: Vec<Made>,
    /// The texts that changed.
    texts: Unsaved,
    /// All files as they are now.
    sources: Sources,
    /// What is wrong with them still.
    rest: Diagnostics,
}

/// Mends until nothing is left that is certain.
fn mend(file: &Path) -> Result<Mended, Fault> {
    let sources = read(file, &Unsaved::new())?;
    let (_, rest) = crate::compile(&sources);
    let mut now = Mended { made: Vec::new(), texts: Unsaved::new(), sources, rest };
    for _ in 0..ROUNDS {
        let (mut made, edits) = choose(&now.rest, &now.sources);
        let mut texts = now.texts.clone();
        for (file, edits) in edits {
            if let Some(path) = now.sources.path(file) {
                texts.insert(path.to_owned(), edited(&now.sources.file(file).text, &edits));
            }
        }
        if made.is_empty() || texts == now.texts || now.made.len() >= MANY {
            break;
        }
        let sources = read(file, &texts)?;
        let (_, rest) = crate::compile(&sources);
        // Whatever was offered: a text that can be read stays one.
        if unreadable(&rest) > unreadable(&now.rest) {
            break;
        }
        now.made.append(&mut made);
        now = Mended { made: now.made, texts, sources, rest };
    }
    Ok(now)
}

fn unreadable(diagnostics: &Diagnostics) -> usize {
    diagnostics.iter().filter(|one| one.code.is_of_text()).count()
}

/// Fixes of which no two touch the same place, in the order of their mistakes.
fn choose(
    diagnostics: &Diagnostics,
    sources: &Sources,
) -> (Vec<Made>, BTreeMap<FileId, Vec<Edit>>) {
    let mut made = Vec::new();
    let mut chosen: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for one in diagnostics {
        let (Some(fix), Some(edits)) = (&one.fix, one.edits(sources)) else { continue };
        let taken = |edit: &Edit| {
            let others = chosen.get(&edit.span.file).into_iter().flatten();
            others.into_iter().any(|other| touch(edit, other))
        };
        let known = edits.iter().all(|edit| sources.path(edit.span.file).is_some());
        if !known || edits.iter().any(taken) {
            continue;
        }
        let file = sources.file(one.primary.span.file);
        let place = file.position(one.primary.span.start as usize);
        made.push(Made {
            code: one.code.id,
            title: fix.title.clone(),
            file: file.name.clone(),
            line: place.line,
            column: place.column,
        });
        for edit in edits {
            chosen.entry(edit.span.file).or_default().push(edit);
        }
    }
    (made, chosen)
}

fn touch(one: &Edit, other: &Edit) -> bool {
    one.span.start <= other.span.end && other.span.start <= one.span.end
}
