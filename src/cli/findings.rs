//! What stands between the output and what it should be, each with its next command, for people and programs.

use super::files::{standing, table};
use super::in_the_way;
use super::owned::{self, Finding};
use super::place::Place;
use super::terminal::{Colour, Format, Terminal, paint};
use super::words::{github, quoted};
use crate::write::{Entry, LOCK, Standing};
use serde_json::{Value, json};
use std::fmt::Write;

/// What a person runs to mend one file.
pub(super) fn next(entry: &Entry, place: &Place) -> String {
    let file = quoted(&place.out.join(&entry.path).to_string_lossy());
    let compile = format!("blueprint compile{}", place.arguments);
    match entry.standing {
        Standing::Same => String::new(),
        Standing::Missing | Standing::Stale | Standing::Orphaned => compile,
        Standing::HandEdited => {
            format!(
                "`git checkout -- {file}` to put it back, or `rm {file} && {compile}` to give the edit up"
            )
        }
        Standing::OrphanEdited => {
            format!("`rm {file}` if nobody needs it, or take its first line off if it is yours now")
        }
        Standing::Foreign => {
            format!("`mv {file} ELSEWHERE && {compile}`: blueprint writes a file of this name")
        }
        Standing::NotAFile => {
            format!(
                "`{}` is {}: remove it, or choose another `--out`, then `{compile}`; blueprint writes through no link and over no folder",
                entry.path,
                in_the_way::kind(&place.out.join(&entry.path))
            )
        }
    }
}

/// The faults of an output, to standard error for people, as a result for programs.
///
/// `result` is the word for programs: `differs`, `refused`.
pub(super) fn report(faults: &[&Entry], result: &str, place: &Place, terminal: &mut Terminal) {
    with_owned(faults, &[], result, place, terminal);
}

/// As `report`, with what was found in owned code.
pub(super) fn with_owned(
    faults: &[&Entry],
    owned: &[Finding],
    result: &str,
    place: &Place,
    terminal: &mut Terminal,
) {
    let faults = in_the_way::once(faults, &place.out);
    let faults = worth_telling(&faults);
    match terminal.format {
        Format::Human => {
            if !faults.is_empty() {
                let text = human(&faults, place, terminal.colour.err);
                terminal.err(text);
            }
            owned::report(owned, &place.out, terminal);
        }
        Format::Json => {
            let files: Vec<Value> = faults.iter().map(|entry| file(entry, Some(place))).collect();
            let mut document = json!({ "version": 1, "result": result, "files": files });
            if !owned.is_empty() {
                document["owned"] = owned::json(owned).into();
            }
            terminal.document(document);
        }
        Format::Github => {
            for entry in faults {
                let path = place.out.join(&entry.path);
                let text = format!("{}. Next: {}", standing(entry.standing), next(entry, place));
                terminal.out(format_args!(
                    "::error file={},title={}::{}\n",
                    github_property(&path.to_string_lossy()),
                    github_property(standing(entry.standing)),
                    github(&text),
                ));
            }
            terminal.out(owned::of_github(owned, &place.out));
        }
        Format::Sarif => terminal.document(sarif(&faults, owned, place)),
    }
}

/// The lock differs with every other file, and is told only when it is alone.
fn worth_telling(faults: &[Entry]) -> Vec<&Entry> {
    let apart = |entry: &&Entry| entry.path != LOCK || entry.standing.is_in_the_way();
    let told: Vec<&Entry> = faults.iter().filter(apart).collect();
    if told.is_empty() { faults.iter().collect() } else { told }
}

fn human(faults: &[&Entry], place: &Place, coloured: bool) -> String {
    let mut text = table(faults.iter().copied(), |entry| standing(entry.standing), coloured);
    text.push('\n');
    let head = paint("next:", Colour::Bold, coloured);
    let plain = |entry: &&&Entry| !entry.standing.is_in_the_way();
    if let Some(entry) = faults.iter().find(plain) {
        let words: Vec<&str> = [Standing::Missing, Standing::Stale, Standing::Orphaned]
            .into_iter()
            .filter(|one| faults.iter().any(|entry| entry.standing == *one))
            .map(standing)
            .collect();
        writeln!(text, "{head} `{}` for what is {}", next(entry, place), words.join(" or "))
            .expect("a string takes all that is written to it");
    }
    for entry in faults.iter().filter(|entry| entry.standing.is_in_the_way()) {
        let what = match entry.standing {
            Standing::NotAFile => String::new(),
            other => format!("{} is {}: ", entry.path, standing(other)),
        };
        writeln!(text, "{head} {what}{}", next(entry, place))
            .expect("a string takes all that is written to it");
    }
    text
}

/// A file, as programs read it.
pub(super) fn file(entry: &Entry, place: Option<&Place>) -> Value {
    let mut value = json!({
        "path": entry.path,
        "standing": standing(entry.standing),
        "origin": entry.origin,
        "lines_added": entry.lines.0,
        "lines_removed": entry.lines.1,
    });
    if let Some(place) = place {
        value["next"] = next(entry, place).into();
    }
    value
}

fn sarif(faults: &[&Entry], owned: &[Finding], place: &Place) -> Value {
    let mut results: Vec<Value> = faults
        .iter()
        .map(|entry| {
            json!({
                "ruleId": format!("output/{}", standing(entry.standing).replace(' ', "-")),
                "level": "error",
                "message": {
                    "text": format!("{}. Next: {}", standing(entry.standing), next(entry, place)),
                },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": place.out.join(&entry.path).to_string_lossy() },
                    },
                }],
            })
        })
        .collect();
    results.extend(owned::sarif(owned, &place.out));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "blueprint", "version": env!("CARGO_PKG_VERSION"), "rules": [] } },
            "results": results,
        }],
    })
}

/// A property of a workflow command.
fn github_property(text: &str) -> String {
    github(text).replace(':', "%3A").replace(',', "%2C")
}
