//! `include:` the other files of a blueprint. What is wrong with a path is kept for `syntax` to say at its place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::folder::Folder;
use super::{File, FileId, MAX_FILE_BYTES, Sources, Span, Spanned};

/// Files of one blueprint.
pub const MAX_FILES: usize = 1_000;
/// Bytes of all files of one blueprint.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A path or pattern that the main file includes, and what became of it.
#[derive(Debug, Clone)]
pub struct Include {
    /// Where it is written.
    pub span: Span,
    /// The files in the order in which they count.
    pub files: Result<Vec<FileId>, Refusal>,
}

/// Why a path is not included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is written.
    Empty,
    /// It begins at the root of the machine.
    Absolute,
    /// It has a `..`.
    Up,
    /// A link on its way leads out of the folder.
    Outside,
    /// Another ending than `.yaml` or `.yml`.
    NotYaml,
    /// A `*` in the name of a folder.
    Pattern,
    /// No file there, and the blueprints that stand beside where it would be.
    Missing(Vec<String>),
    /// A pattern that fits no file.
    NoMatch,
    Folder,
    /// A pipe, a device, a socket.
    NotAFile,
    /// The operating system's words.
    Unreadable(String),
    /// The main file.
    Itself,
    /// Included already, by the path at this place.
    Twice(Span),
    /// More than [`MAX_FILES`], or a folder of too many.
    TooManyFiles,
    /// Together more than [`MAX_BYTES`].
    TooManyBytes,
}

impl Sources {
    /// Reads the files that the main one includes, each path relative to its folder. `*` in the name of a file
    /// stands for anything; what it fits is taken in the order of the names.
    pub fn include(&mut self, written: &[Spanned<String>]) {
        let Some(folder) = self.folder.take() else { return };
        let mut seen: BTreeMap<PathBuf, Option<Span>> = BTreeMap::new();
        seen.insert(folder.main.clone(), None);
        for path in written {
            let files = self.one(&folder, path, &mut seen);
            let full = matches!(files, Err(Refusal::TooManyFiles | Refusal::TooManyBytes));
            self.includes.push(Include { span: path.span, files });
            if full {
                break;
            }
        }
        self.folder = Some(folder);
    }

    fn one(
        &mut self,
        folder: &Folder,
        written: &Spanned<String>,
        seen: &mut BTreeMap<PathBuf, Option<Span>>,
    ) -> Result<Vec<FileId>, Refusal> {
        let path = plain(&written.value)?;
        if !is_yaml(&path) {
            return Err(match folder.find(&path) {
                Err(refusal @ (Refusal::Folder | Refusal::Outside)) => refusal,
                _ => Refusal::NotYaml,
            });
        }
        let pattern = path.contains('*');
        let paths = if pattern { fitting(folder, &path)? } else { vec![path] };
        let mut files = Vec::new();
        for path in &paths {
            let (found, data) = folder.find(path).map_err(|refusal| match refusal {
                Refusal::Missing(_) => Refusal::Missing(beside(folder, path)),
                other => other,
            })?;
            match seen.get(&found) {
                // A pattern passes over the file that it stands in.
                Some(None) if pattern => continue,
                Some(None) => return Err(Refusal::Itself),
                Some(Some(first)) => return Err(Refusal::Twice(*first)),
                None => {}
            }
            if self.files.len() >= MAX_FILES {
                return Err(Refusal::TooManyFiles);
            }
            let left = MAX_BYTES - self.files.iter().map(|file| file.text.len()).sum::<usize>();
            let bytes = folder.bytes(&found, &data, left.min(MAX_FILE_BYTES))?;
            if bytes.len() > left {
                return Err(Refusal::TooManyBytes);
            }
            seen.insert(found.clone(), Some(written.span));
            files.push(FileId(u32::try_from(self.files.len()).expect("files are few")));
            let mut file = File::from_bytes(folder.shown(path), bytes);
            file.path = Some(found);
            self.files.push(file);
        }
        if files.is_empty() { Err(Refusal::NoMatch) } else { Ok(files) }
    }
}

/// The path without `./`, if it cannot lead out of the folder by what is written.
fn plain(written: &str) -> Result<String, Refusal> {
    if written.starts_with('/') {
        return Err(Refusal::Absolute);
    }
    let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let Some((name, folders)) = parts.split_last() else {
        return Err(Refusal::Empty);
    };
    if parts.contains(&"..") {
        return Err(Refusal::Up);
    }
    if folders.iter().any(|folder| folder.contains('*')) || name.contains("**") {
        return Err(Refusal::Pattern);
    }
    Ok(parts.join("/"))
}

/// A blueprint of a stranger shall not show what stands in `.env` by including it.
fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Paths of the files in a folder that could be meant.
fn beside(folder: &Folder, path: &str) -> Vec<String> {
    let pattern = path.rsplit_once('/').map_or("*".to_owned(), |(inside, _)| format!("{inside}/*"));
    let mut paths = fitting(folder, &pattern).unwrap_or_default();
    paths.retain(|path| is_yaml(path));
    paths
}

/// The files that a pattern fits, in the order of their names; hidden ones it does not fit.
fn fitting(folder: &Folder, pattern: &str) -> Result<Vec<String>, Refusal> {
    let (inside, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut names = folder.names(inside)?;
    names.retain(|one| !one.starts_with('.') && fits(name, one));
    names.sort_unstable();
    if names.is_empty() {
        return Err(Refusal::NoMatch);
    }
    let slash = if inside.is_empty() { "" } else { "/" };
    Ok(names.iter().map(|name| format!("{inside}{slash}{name}")).collect())
}

/// Whether a name is the pattern's pieces in their order, the first at its start and the last at its end.
fn fits(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let (Some(first), Some(last)) = (pieces.next(), pieces.next_back()) else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    let mut rest = rest;
    pieces.all(|piece| match rest.split_once(piece) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_folder_by_what_is_written() {
        for (written, expected) in [
            ("a.yaml", Ok("a.yaml")),
            ("./entities//a.yml", Ok("entities/a.yml")),
            ("entities/*.yaml", Ok("entities/*.yaml")),
            ("", Err(Refusal::Empty)),
            ("./", Err(Refusal::Empty)),
            ("/etc/a.yaml", Err(Refusal::Absolute)),
            ("../a.yaml", Err(Refusal::Up)),
            ("a/../b.yaml", Err(Refusal::Up)),
            ("*/a.yaml", Err(Refusal::Pattern)),
            ("**.yaml", Err(Refusal::Pattern)),
        ] {
            assert_eq!(plain(written), expected.map(str::to_owned), "{written}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a.yml", false),
            ("a*b*.yaml", "axxbyy.yaml", true),
            ("a*b*.yaml", "axx.yaml", false),
            ("a*a.yaml", "a.yaml", false),
            ("a.yaml", "a.yaml", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
