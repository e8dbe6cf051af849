//! Faults of the environment while the output is read or written.

use std::io;
use std::path::{Path, PathBuf};

/// Why the output folder could not be read or written. Nothing has changed unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {doing} {}: {cause}", path.display())]
    Io {
        /// A verb: read, write, rename.
        doing: &'static str,
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("another blueprint is at work in {}", .0.display())]
    Busy(PathBuf),
    #[error("{} is a symbolic link or no folder; blueprint writes through neither", .0.display())]
    NotPlain(PathBuf),
    #[error("{} is a symbolic link or no plain file; blueprint writes through neither", .0.display())]
    NotAFile(PathBuf),
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    #[error("{} was changed meanwhile; run the command again", .0.display())]
    ChangedMeanwhile(PathBuf),
    #[error(
        "an interrupted compile left {path} half done, and it was changed since; restore it or remove it, \
         then run the command again"
    )]
    ChangedSince { path: String },
    #[error(
        "{cause}\nthe old files could not be put back either: {undo}; run the command again to finish"
    )]
    HalfDone { cause: Box<Error>, undo: Box<Error> },
}

impl Error {
    /// For `map_err`.
    pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |cause| Error::Io { doing, path, cause }
    }
}
