//! Reading below the output folder without ever following a symlink.

use super::{Error, sign};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// What stands at a path below the output folder.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    File(Vec<u8>),
    /// A symlink, a folder, a device; or one of the folders above it is no folder.
    Other,
}

/// Looks at a plain relative path, segment by segment.
pub(super) fn look(out: &Path, path: &str) -> Result<Found, Error> {
    let mut at = out.to_owned();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        at.push(segment);
        let is_last = segments.peek().is_none();
        let kind = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if is_absence(&error) => return Ok(Found::Nothing),
            Err(error) => return Err(Error::at("read", &at)(error)),
        };
        if is_last && kind.is_file() {
            return fs::read(&at).map(Found::File).map_err(Error::at("read", &at));
        }
        if is_last || !kind.is_dir() {
            return Ok(Found::Other);
        }
    }
    Ok(Found::Nothing)
}

/// As [`look`], where anything but a file is as good as nothing.
pub(super) fn read(out: &Path, path: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(match look(out, path)? {
        Found::File(bytes) => Some(bytes),
        Found::Nothing | Found::Other => None,
    })
}

pub(super) fn is_absence(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Paths of the files that carry a header of ours: in `out` itself, and below those of its folders.
/// Hidden folders, the output of builds, and other services' folders are left out.
pub(super) fn marked(out: &Path, folders: &[String]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for name in children(out)? {
        let kind = name.kind;
        if kind.is_file() && begins_marked(&name.path)? {
            found.push(name.name);
        } else if kind.is_dir() && folders.contains(&name.name) {
            descend(&name.path, name.name, &mut found)?;
        }
    }
    found.sort();
    Ok(found)
}

fn descend(folder: &Path, prefix: String, found: &mut Vec<String>) -> Result<(), Error> {
    let children = children(folder)?;
    if children.iter().any(|child| child.name == super::LOCK) {
        return Ok(());
    }
    for child in children {
        let path = format!("{prefix}/{}", child.name);
        if child.kind.is_file() && begins_marked(&child.path)? {
            found.push(path);
        } else if child.kind.is_dir() && !is_left_out(&child.name) {
            descend(&child.path, path, found)?;
        }
    }
    Ok(())
}

fn is_left_out(name: &str) -> bool {
    name.starts_with('.') || name == "target" || name == "node_modules"
}

struct Child {
    name: String,
    path: PathBuf,
    kind: fs::FileType,
}

/// Of a folder; none where it is not there. Names that are no UTF-8 are never ours.
fn children(folder: &Path) -> Result<Vec<Child>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(Error::at("read", folder)(error)),
    };
    let mut children = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::at("read", folder))?;
        let kind = entry.file_type().map_err(Error::at("read", folder))?;
        if let Ok(name) = entry.file_name().into_string() {
            children.push(Child { name, path: entry.path(), kind });
        }
    }
    Ok(children)
}

/// Reads no more than a header needs: people's files may be large.
fn begins_marked(path: &Path) -> Result<bool, Error> {
    let mut beginning = Vec::with_capacity(512);
    let file = match File::open(path) {
        Ok(file) => file,
        // What we may not read we have not written.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(false),
        Err(error) => return Err(Error::at("read", path)(error)),
    };
    file.take(512).read_to_end(&mut beginning).map_err(Error::at("read", path))?;
    Ok(sign::is_marked(&beginning))
}
