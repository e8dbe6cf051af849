//! What people wrote of a service, held against the walls: which of it goes round what the blueprint promises.
//!
//! The database holds whoever comes; this is for those who write: they are told before a reviewer has to.

mod given;
mod judged;
mod names;
mod report;
mod rules;
#[cfg(test)]
mod tests;
mod tokens;
mod told;
mod walls;

use crate::model::Model;
use crate::plan::hooks::file;
use std::path::{Path, PathBuf};

pub(super) use report::{json, of_github, report, sarif};

/// Something in owned code that goes round a wall, or is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// Below the output folder.
    pub file: String,
    /// From 1; 0: the whole file.
    pub line: usize,
    /// `raw-connection`.
    pub rule: &'static str,
    /// Whether it is only to be known.
    pub note: bool,
    pub what: String,
    pub why: &'static str,
    pub next: String,
}

/// What owned code is held against.
pub(super) struct Walls {
    /// Files of hooks, with their paths.
    hooks: Vec<(String, String)>,
    /// Variables that the blueprint declares.
    settings: Vec<String>,
}

impl Walls {
    pub fn of(model: &Model) -> Walls {
        Walls {
            hooks: model.hooks.iter().map(|hook| (file(hook), hook.path())).collect(),
            settings: model.settings.iter().map(|one| one.name.clone()).collect(),
        }
    }
}

/// Whether people have written anything that could go round a wall. A service has `main.rs` and `lib.rs` anyway.
pub(super) fn is_there(out: &Path) -> bool {
    files(out).iter().any(|path| !matches!(path.as_str(), "src/main.rs" | "src/lib.rs"))
}

/// In the order of files and lines.
pub(super) fn survey(out: &Path, walls: &Walls) -> Vec<Finding> {
    let mut found = Vec::new();
    let files = files(out);
    for path in &files {
        // What cannot be read is told by whoever compiles it.
        let Ok(text) = std::fs::read_to_string(out.join(path)) else { continue };
        found.extend(walls::of_file(path, &text, walls));
    }
    let app = |path: &&String| {
        let below = path.strip_prefix("src/app/");
        below.is_some_and(|rest| !rest.contains('/') && rest != "mod.rs")
    };
    for path in files.iter().filter(app) {
        if !walls.hooks.iter().any(|(file, _)| file == path) {
            found.push(Finding {
                file: path.clone(),
                line: 0,
                rule: "orphaned-hook",
                note: false,
                what: "no hook of the blueprint is written here".to_owned(),
                why: "nothing runs it, and what it was for may not be done any more",
                next: format!(
                    "remove it, or declare its hook; `git log -- {path}` says what it was"
                ),
            });
        }
    }
    found.sort();
    found
}

/// Rust files that people own, below the output folder, with `/` between segments.
fn files(out: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![PathBuf::from("src")];
    // Cargo runs it before the rest is compiled.
    found.extend(out.join("build.rs").is_file().then(|| "build.rs".to_owned()));
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(out.join(&folder)) else { continue };
        for entry in entries.flatten() {
            let path = folder.join(entry.file_name());
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && path != Path::new("src/generated") {
                open.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| end == "rs") {
                let segments = path.iter().map(|one| one.to_string_lossy());
                found.push(segments.collect::<Vec<_>>().join("/"));
            }
        }
    }
    found.sort();
    found
}
