//! The folder that a blueprint stands in: nothing outside it is read.

use std::fs::{self, File as Handle, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{MAX_FILE_BYTES, Refusal, Unsaved};

/// Entries of a folder that are looked at for one pattern.
const MOST_ENTRIES: usize = 10_000;

/// Where the main file stands, and how its neighbours are named in messages.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// Canonical.
    pub main: PathBuf,
    /// Canonical.
    root: PathBuf,
    /// Before the path of an included file: empty, or ending with a slash.
    shown: String,
    unsaved: Unsaved,
}

impl Folder {
    /// The folder of a main file, and its bytes: as many as are looked at.
    pub fn open(path: &Path, name: &str, unsaved: &Unsaved) -> io::Result<(Folder, Vec<u8>)> {
        let main = fs::canonicalize(path)?;
        let bytes = read(&main, &fs::metadata(&main)?, MAX_FILE_BYTES, unsaved)?;
        let root = main.parent().unwrap_or(&main).to_owned();
        // A link elsewhere brings the files beside what it leads to.
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let beside = fs::canonicalize(parent.unwrap_or(Path::new("."))).is_ok_and(|at| at == root);
        let shown = match name.rsplit_once('/') {
            _ if !beside => format!("{}/", root.display()),
            Some((before, _)) => format!("{before}/"),
            None => String::new(),
        };
        Ok((Folder { main, root, shown, unsaved: unsaved.clone() }, bytes))
    }

    /// As people see it.
    pub fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.shown)
    }

    /// A plain file of this folder, canonical.
    pub fn find(&self, path: &str) -> Result<(PathBuf, Metadata), Refusal> {
        let found = fs::canonicalize(self.root.join(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Refusal::Missing(Vec::new()),
            _ => unreadable(&error),
        })?;
        if !found.starts_with(&self.root) {
            return Err(Refusal::Outside);
        }
        let data = fs::metadata(&found).map_err(|error| unreadable(&error))?;
        if data.is_dir() {
            return Err(Refusal::Folder);
        }
        if !data.is_file() {
            return Err(Refusal::NotAFile);
        }
        Ok((found, data))
    }

    /// At most `most` bytes and one more of a file that was found.
    pub fn bytes(&self, found: &Path, data: &Metadata, most: usize) -> Result<Vec<u8>, Refusal> {
        read(found, data, most, &self.unsaved).map_err(|error| unreadable(&error))
    }

    /// Names in a folder of this one, in no order.
    pub fn names(&self, folder: &str) -> Result<Vec<String>, Refusal> {
        let found = fs::canonicalize(self.root.join(folder)).map_err(|_| Refusal::NoMatch)?;
        if !found.starts_with(&self.root) {
            return Err(Refusal::Outside);
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(found).map_err(|_| Refusal::NoMatch)? {
            let entry = entry.map_err(|error| unreadable(&error))?;
            names.extend(entry.file_name().into_string());
            if names.len() > MOST_ENTRIES {
                return Err(Refusal::TooManyFiles);
            }
        }
        Ok(names)
    }
}

/// Opening a pipe waits for somebody to write into it, so what is no plain file is not opened.
fn read(path: &Path, data: &Metadata, most: usize, unsaved: &Unsaved) -> io::Result<Vec<u8>> {
    if let Some(text) = unsaved.get(path) {
        return Ok(text.clone().into_bytes());
    }
    if data.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    if !data.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no plain file"));
    }
    let mut bytes = Vec::new();
    Handle::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: &io::Error) -> Refusal {
    Refusal::Unreadable(error.to_string())
}
