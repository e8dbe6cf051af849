//! The files of an output as a table that a person takes in at a glance.

use super::terminal::{Colour, paint};
use crate::tree::Ownership;
use crate::write::{Entry, LOCK, Standing};
use std::collections::BTreeMap;
use std::fmt::Write;

/// More rows than this are told by the folder.
const ROWS: usize = 24;

/// What a compile does with a file.
pub(super) fn deed(entry: &Entry) -> &'static str {
    match (entry.standing, entry.ownership) {
        (Standing::Missing, Ownership::Owned) => "yours",
        (Standing::Missing, _) => "new",
        (Standing::Orphaned, _) => "removed",
        (Standing::Same, _) => "unchanged",
        _ => "changed",
    }
}

/// What `check` calls the way in which a file stands.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Same => "up to date",
        Standing::Missing => "missing",
        Standing::Stale => "stale",
        Standing::Orphaned => "orphaned",
        Standing::HandEdited => "hand-edited",
        Standing::OrphanEdited => "orphaned and hand-edited",
        Standing::Foreign => "not blueprint's",
        Standing::NotAFile => "no plain file",
    }
}

fn colour(word: &str) -> Colour {
    match word {
        "new" | "yours" => Colour::Green,
        "removed"
        | "hand-edited"
        | "orphaned and hand-edited"
        | "not blueprint's"
        | "no plain file" => Colour::Red,
        _ => Colour::Yellow,
    }
}

struct Row {
    word: &'static str,
    what: String,
    added: usize,
    removed: usize,
    origin: String,
}

/// The table, indented, a row for each file or, where they are many, for each folder.
pub(super) fn table<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    word: impl Fn(&Entry) -> &'static str,
    coloured: bool,
) -> String {
    let all: Vec<&Entry> = entries.collect();
    // The lock changes with everything; it is worth a row only by itself.
    let told: Vec<&Entry> =
        all.iter().copied().filter(|entry| entry.path != LOCK || all.len() == 1).collect();
    let rows: Vec<Row> = told
        .iter()
        .map(|entry| Row {
            word: word(entry),
            what: entry.path.clone(),
            added: entry.lines.0,
            removed: entry.lines.1,
            origin: beyond_all(&entry.origin).to_owned(),
        })
        .collect();
    let rows = if rows.len() > ROWS { by_folder(rows) } else { rows };
    let word_width = rows.iter().map(|row| row.word.len()).max().unwrap_or(0);
    let what_width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in &rows {
        let word = paint(&format!("{:word_width$}", row.word), colour(row.word), coloured);
        let count = |sign: &str, lines: usize| match lines {
            0 => String::new(),
            _ => format!("{sign}{lines}"),
        };
        let (added, removed) = (count("+", row.added), count("-", row.removed));
        let origin = paint(&row.origin, Colour::Dim, coloured);
        let line = format!("  {word}  {:what_width$}  {added:>6} {removed:>6}  {origin}", row.what);
        writeln!(text, "{}", line.trim_end()).expect("a string takes all that is written to it");
    }
    text
}

/// That a file comes from the blueprint as a whole goes without saying.
fn beyond_all(origin: &str) -> &str {
    if origin.contains('.') { origin } else { "" }
}

/// Files of the first level keep a row each; those of a folder share one.
fn by_folder(rows: Vec<Row>) -> Vec<Row> {
    let mut groups: BTreeMap<(String, &'static str), Vec<Row>> = BTreeMap::new();
    for row in rows {
        let folder = match row.what.rsplit_once('/') {
            Some((folder, _)) => folder.to_owned(),
            None => row.what.clone(),
        };
        groups.entry((folder, row.word)).or_default().push(row);
    }
    let sum = |((folder, word), mut rows): ((String, &'static str), Vec<Row>)| match rows.len() {
        1 => rows.remove(0),
        count => Row {
            word,
            what: format!("{folder}/ ({count} files)"),
            added: rows.iter().map(|row| row.added).sum(),
            removed: rows.iter().map(|row| row.removed).sum(),
            origin: String::new(),
        },
    };
    groups.into_iter().map(sum).collect()
}

/// `12 new, 3 changed, 40 unchanged`.
pub(super) fn sums(entries: &[Entry]) -> String {
    let mut sums: Vec<(&str, usize)> =
        ["new", "changed", "removed", "yours", "unchanged"].map(|word| (word, 0)).into();
    for entry in entries.iter().filter(|entry| entry.path != LOCK) {
        let word = deed(entry);
        if let Some(sum) = sums.iter_mut().find(|sum| sum.0 == word) {
            sum.1 += 1;
        }
    }
    let told: Vec<String> = sums
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| match *word {
            "yours" => format!("{count} yours from now on"),
            word => format!("{count} {word}"),
        })
        .collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}
