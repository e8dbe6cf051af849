//! What every answer must be.

use std::collections::BTreeSet;

use blueprint::diagnostics::escape::is_invisible;
use blueprint::diagnostics::render::{Look, github, human_within, json, sarif};
use blueprint::diagnostics::{Diagnostics, Label};
use blueprint::source::Sources;

use super::database::Database;

/// Writing out a crate is slow: so many are, of each kind of text, and one more of every so many.
const WRITTEN: usize = 4;
const THEN_ONE_OF: usize = 50;

/// Columns of terminals.
const WIDTHS: [usize; 3] = [40, 80, 120];

#[derive(Default)]
pub struct Judge {
    pub accepted: usize,
    pub refused: usize,
    /// Whose SQL PostgreSQL took.
    pub applied: usize,
    /// Found when it is first wanted.
    database: Option<Database>,
}

impl Judge {
    pub fn judge(&mut self, text: &[u8]) -> Result<(), String> {
        let sources = Sources::from_bytes("blueprint.yaml", text.to_vec());
        let (model, diagnostics) = blueprint::compile(&sources);
        if model.is_some() == diagnostics.has_errors() {
            return Err("a model exists exactly where there is no error".to_owned());
        }
        places(&sources, &diagnostics)?;
        forms(&sources, &diagnostics)?;
        let Some(model) = model else {
            self.refused += 1;
            return Ok(());
        };
        self.accepted += 1;
        if self.accepted > WRITTEN && !self.accepted.is_multiple_of(THEN_ONE_OF) {
            return Ok(());
        }
        let tree = blueprint::emit(&model);
        for (path, file) in tree.iter() {
            if path.ends_with(".rs") && syn::parse_file(&file.text).is_err() {
                return Err(format!("{path} is not Rust"));
            }
        }
        self.database.get_or_insert_with(Database::new).apply(&tree)?;
        self.applied += 1;
        Ok(())
    }
}

fn places(sources: &Sources, diagnostics: &Diagnostics) -> Result<(), String> {
    let mut told = BTreeSet::new();
    for one in diagnostics {
        for Label { span, .. } in std::iter::once(&one.primary).chain(&one.secondary) {
            let text = &sources.file(span.file).text;
            let range = span.range();
            let is_place = range.start <= range.end
                && text.is_char_boundary(range.start)
                && text.is_char_boundary(range.end);
            if !is_place {
                return Err(format!("{range:?} is no place: {}", one.message));
            }
        }
        if !told.insert((one.primary.span, &one.message)) {
            return Err(format!("told twice: {}", one.message));
        }
        if one.message.trim().is_empty() || one.message.len() > 2000 {
            return Err(format!("{} bytes of message", one.message.len()));
        }
    }
    Ok(())
}

fn forms(sources: &Sources, diagnostics: &Diagnostics) -> Result<(), String> {
    let count = diagnostics.len();
    let hidden = |text: &str| text.chars().any(|one| one == '\t' || is_invisible(one));
    for columns in WIDTHS {
        let plain = human_within(diagnostics, sources, Look::Plain, columns);
        if hidden(&plain) {
            return Err("the human form has what cannot be seen".to_owned());
        }
        let coloured = human_within(diagnostics, sources, Look::Coloured, columns);
        if without_colour(&coloured) != plain {
            return Err(format!("colour is more than colour at {columns} columns"));
        }
    }
    if let Some(one) = diagnostics.iter().find(|one| one.next.is_none() && one.fix.is_none()) {
        return Err(format!("it leads nowhere: {}", one.message));
    }
    let report: serde_json::Value =
        serde_json::from_str(&json(diagnostics, sources)).map_err(|error| error.to_string())?;
    let log: serde_json::Value =
        serde_json::from_str(&sarif(diagnostics, sources)).map_err(|error| error.to_string())?;
    let lists = [&report["diagnostics"], &log["runs"][0]["results"]];
    if lists.iter().any(|list| list.as_array().map(Vec::len) != Some(count)) {
        return Err("a form for programs leaves some out".to_owned());
    }
    let commands = github(diagnostics, sources);
    let is_command = |line: &str| line.starts_with("::error ") || line.starts_with("::warning ");
    if commands.lines().count() != count || !commands.lines().all(is_command) || hidden(&commands) {
        return Err("the form for GitHub is not one command each".to_owned());
    }
    Ok(())
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    for (index, part) in text.split("\u{1b}[").enumerate() {
        plain.push_str(if index == 0 {
            part
        } else {
            part.split_once('m').map_or("", |two| two.1)
        });
    }
    plain
}
