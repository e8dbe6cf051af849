//! What stands where a folder or a file of the output belongs, and is neither: told once, however many files it keeps out.

use crate::write::{Entry, Standing};
use std::fs;
use std::path::Path;

/// The faults, with one in place of all that the same link or file on their way keeps out.
pub(super) fn once(faults: &[&Entry], out: &Path) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in faults {
        let stop = (entry.standing == Standing::NotAFile).then(|| stop(out, &entry.path));
        match stop.flatten() {
            None => all.push((*entry).clone()),
            Some(stop) if all.iter().any(|one| one.path == stop) => {}
            Some(stop) => all.push(Entry {
                path: stop.to_owned(),
                origin: String::new(),
                wanted: None,
                lines: (0, 0),
                ..(*entry).clone()
            }),
        }
    }
    all
}

/// The first thing above a path that is no folder.
fn stop<'p>(out: &Path, path: &'p str) -> Option<&'p str> {
    let above = path.match_indices('/').map(|(end, _)| &path[..end]);
    let is_no_folder =
        |above: &&str| fs::symlink_metadata(out.join(above)).is_ok_and(|found| !found.is_dir());
    above.into_iter().find(is_no_folder)
}

/// `a link`. A link is never followed: what it leads to is not in the way.
pub(super) fn kind(path: &Path) -> &'static str {
    match fs::symlink_metadata(path).map(|found| found.file_type()) {
        Ok(kind) if kind.is_symlink() => "a link",
        Ok(kind) if kind.is_dir() => "a folder",
        Ok(kind) if kind.is_file() => "a file",
        _ => "no plain file",
    }
}
