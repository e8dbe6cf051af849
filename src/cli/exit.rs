//! How a command ends.

use crate::{source, write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The three exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: done, or up to date.
    Done,
    /// 1: the blueprint has errors, the output is not up to date, or a file stands in the way.
    Refused,
    /// 2: wrong usage, or a fault of the environment.
    Fault,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Refused => 1,
            Exit::Fault => 2,
        })
    }
}

/// Why a command could not do its work, though nothing is wrong with the blueprint.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Source(#[from] source::Error),
    #[error(transparent)]
    Write(#[from] write::Error),
    #[error("cannot {doing} {}: {cause}", path.display())]
    Io { doing: &'static str, path: PathBuf, cause: std::io::Error },
    #[error("{0}")]
    Usage(String),
}

impl Fault {
    /// For `map_err`.
    pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Fault {
        let path = path.to_owned();
        move |cause| Fault::Io { doing, path, cause }
    }
}
