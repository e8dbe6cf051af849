//! `blueprint fmt`: the canonical layout.

use super::diagnosed;
use super::exit::{Exit, Fault};
use super::place::{PlaceArguments, seen};
use super::terminal::{Colour, Format, Terminal};
use super::texts::{self, Changed};
use crate::diagnostics::render::listed;
use crate::format::{Refusal, format};
use crate::source::{FileId, Sources};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Format blueprints, keeping comments
///
/// Without a FILE: the blueprint here and all files that it includes. A file that is no YAML is not touched.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files of a blueprint, each taken alone; of a folder, its blueprint and all that it includes
    files: Vec<PathBuf>,

    /// Write nothing, and fail where something would change; for CI
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let mut done = Done::default();
    if arguments.files.is_empty() {
        let place = PlaceArguments::of(None, None).find()?;
        done.all(&crate::load(&place.file)?, arguments.check, terminal)?;
    }
    for file in &arguments.files {
        seen(file)?;
        let sources = if file.is_dir() {
            crate::load(&PlaceArguments::of(Some(file.clone()), None).find()?.file)?
        } else {
            Sources::read(file)?
        };
        done.all(&sources, arguments.check, terminal)?;
    }
    let result = match (done.changed.is_empty(), arguments.check) {
        (true, _) => "formatted",
        (false, true) => "would_format",
        (false, false) => "changed",
    };
    match terminal.format {
        Format::Human => {
            if done.changed.is_empty() && !done.refused {
                let files = match done.count {
                    1 => "1 file is".to_owned(),
                    count => format!("{count} files are"),
                };
                terminal.out(format_args!("{files} formatted\n"));
            }
        }
        Format::Json => terminal.document(json!({
            "version": 1, "result": result, "files": done.changed, "diagnostics": done.told,
        })),
        Format::Github | Format::Sarif => {}
    }
    let unformatted = arguments.check && !done.changed.is_empty();
    Ok(if done.refused || unformatted { Exit::Refused } else { Exit::Done })
}

#[derive(Default)]
struct Done {
    count: usize,
    /// Names of those that change.
    changed: Vec<String>,
    refused: bool,
    /// What is wrong with those that were not touched, for programs.
    told: Vec<Value>,
}

impl Done {
    fn all(
        &mut self,
        sources: &Sources,
        check: bool,
        terminal: &mut Terminal,
    ) -> Result<(), Fault> {
        let mut changed = Vec::new();
        for file in sources.ids() {
            self.count += 1;
            match format(sources, file) {
                Ok(text) if text == sources.file(file).text => {}
                Ok(text) => changed.push(Changed { file, text }),
                Err(refusal) => self.refuse(sources, file, &refusal, terminal),
            }
        }
        if !check {
            texts::write(sources, &changed)?;
        }
        for one in &changed {
            let name = &sources.file(one.file).name;
            self.changed.push(name.clone());
            match terminal.format {
                Format::Human if check => {
                    let text = texts::difference(sources, one, terminal.colour.out);
                    terminal.out(text);
                }
                Format::Human => terminal.out(format_args!("formatted {name}\n")),
                Format::Github if check => terminal.out(format_args!(
                    "::error file={name},title=fmt::`blueprint fmt` would change this file\n"
                )),
                _ => {}
            }
        }
        Ok(())
    }

    fn refuse(
        &mut self,
        sources: &Sources,
        file: FileId,
        refusal: &Refusal,
        terminal: &mut Terminal,
    ) {
        self.refused = true;
        match (refusal, terminal.format) {
            (Refusal::Text(diagnostics), Format::Json) => {
                self.told.extend(listed(diagnostics, sources));
            }
            (Refusal::Text(diagnostics), _) => diagnosed::report(diagnostics, sources, terminal),
            (Refusal::Unsure, _) => {
                let name = &sources.file(file).name;
                let text = format!(
                    "{name} was left as it is: written anew it might say something else. This is a \
                     mistake of blueprint; please report it with the file"
                );
                terminal.tell("error:", Colour::Red, text);
            }
        }
    }
}
