//! The output folder, held by one process at a time.

use super::apply::{self, STAGING};
use super::{Error, Survey};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An output folder that this process alone writes to.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Locked; the system lets go of it however the process ends.
    held: File,
    /// It was not there before.
    made: bool,
}

/// Held while files are put into their places. Inside: the folder in which files are being staged.
static PLACING: Mutex<Option<PathBuf>> = Mutex::new(None);

impl Folder {
    /// Opens a folder, makes it where it is missing, and finishes what an interrupted compile left.
    pub fn open(out: &Path) -> Result<Folder, Error> {
        let made = out.symlink_metadata().is_err();
        fs::create_dir_all(out).map_err(Error::at("make", out))?;
        let path = out.canonicalize().map_err(Error::at("open", out))?;
        let held = File::open(&path).map_err(Error::at("open", out))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(out.to_owned())),
            Err(TryLockError::Error(error)) => return Err(Error::at("lock", out)(error)),
        }
        apply::recover(&path)?;
        Ok(Folder { path, held, made })
    }

    /// Its canonical path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder what the survey wants: whole, or not at all.
    ///
    /// # Panics
    ///
    /// When a file stands in the way: whoever calls this has looked.
    pub fn apply(&self, survey: &Survey) -> Result<(), Error> {
        assert!(survey.in_the_way().next().is_none(), "files stand in the way");
        apply::apply(&self.path, survey)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing alone would not do: a process that another thread is just starting has this file too, and
        // would hold the folder until it runs its program.
        let _ = self.held.unlock();
        if self.made {
            // Where nothing could be written into it; else it stays, as it is not empty.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether an interrupted compile is still to be finished.
pub fn interrupted(out: &Path) -> bool {
    out.join(STAGING).join(apply::JOURNAL).is_file()
}

/// Whether a compile that was ended has left anything, be it only what it did not come to clear away.
pub fn left_behind(out: &Path) -> bool {
    out.join(STAGING).symlink_metadata().is_ok()
}

/// For a process that is told to end: waits until no file is being put into its place, clears away what is
/// staged, and lets nothing more be placed until the guard is dropped.
pub fn abandon() -> MutexGuard<'static, impl Sized> {
    let placing = placing();
    if let Some(staging) = placing.as_deref() {
        // What is left behind is cleared by the next run.
        let _ = fs::remove_dir_all(staging);
    }
    placing
}

pub(super) fn placing() -> MutexGuard<'static, Option<PathBuf>> {
    PLACING.lock().unwrap_or_else(PoisonError::into_inner)
}
