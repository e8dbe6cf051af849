//! New texts in place of files that people own, because they asked for it.

use super::Error;
use std::fs::{self, File, Metadata};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file, what it says and what it shall say.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'t> {
    pub path: &'t Path,
    pub before: &'t str,
    pub after: &'t str,
}

/// Writes each of them beside its place and, once all are written, renames them into it, with the permissions that
/// the old ones had. No file is ever half old and half new. Several are not changed at one instant: where a rename
/// fails, or the machine stops between two, the first have changed and the others have not.
///
/// # Errors
///
/// A symbolic link, anything else that is no plain file, a file that is read-only or was changed since it was
/// read, a folder or a disk that takes no new file: then nothing has changed.
pub fn replace(files: &[Replacement<'_>]) -> Result<(), Error> {
    let found: Result<Vec<Metadata>, Error> = files.iter().map(look).collect();
    let mut staged: Vec<PathBuf> = Vec::new();
    let result = found.and_then(|found| {
        for (file, metadata) in files.iter().zip(&found) {
            let path = beside(file.path);
            write_new(&path, file.after, metadata).map_err(Error::at("write", &path))?;
            staged.push(path);
        }
        for (file, path) in files.iter().zip(&staged) {
            fs::rename(path, file.path).map_err(Error::at("write", file.path))?;
        }
        Ok(())
    });
    if result.is_err() {
        for path in &staged {
            // Those that are in their place are here no more.
            let _ = fs::remove_file(path);
        }
    }
    result
}

fn look(file: &Replacement<'_>) -> Result<Metadata, Error> {
    let metadata = fs::symlink_metadata(file.path).map_err(Error::at("read", file.path))?;
    if !metadata.is_file() {
        return Err(Error::NotAFile(file.path.to_owned()));
    }
    if metadata.permissions().readonly() {
        return Err(Error::ReadOnly(file.path.to_owned()));
    }
    let bytes = fs::read(file.path).map_err(Error::at("read", file.path))?;
    if bytes != file.before.as_bytes() {
        return Err(Error::ChangedMeanwhile(file.path.to_owned()));
    }
    Ok(metadata)
}

/// In the same folder, so that a rename never leaves the file system.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn write_new(path: &Path, text: &str, like: &Metadata) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.set_permissions(like.permissions()))
        .and_then(|()| file.sync_all());
    written.inspect_err(|_| drop(fs::remove_file(path)))
}
