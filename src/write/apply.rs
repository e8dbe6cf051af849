//! Makes the output folder what a survey wants, so that there is never half of it for good.

use super::folder::placing;
use super::journal::{self, Step};
use super::survey::{Standing, Survey};
use super::{Error, digest, disk};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Below the output folder, so that a rename never leaves the file system.
pub(super) const STAGING: &str = ".blueprint-staging";
pub(super) const JOURNAL: &str = "journal";

pub(super) fn apply(out: &Path, survey: &Survey) -> Result<(), Error> {
    let changes: Vec<_> =
        survey.entries.iter().filter(|entry| entry.standing != Standing::Same).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let steps: Vec<Step> = changes
        .iter()
        .map(|entry| Step {
            path: entry.path.clone(),
            old: entry.found.clone(),
            new: entry.wanted.as_ref().map(|wanted| wanted.digest.clone()),
        })
        .collect();
    let texts =
        changes.iter().map(|entry| entry.wanted.as_ref().map(|wanted| wanted.text.as_str()));
    let staging = Staging::of(out);
    *placing() = Some(staging.path.clone());
    let staged = staging.fill(out, &steps, texts);
    let mut placing = placing();
    *placing = None;
    if let Err(error) = staged.and_then(|()| staging.commit(&steps)) {
        // What cannot be cleaned now is cleaned by the next run; the first fault is the one to tell.
        let _ = staging.clear();
        return Err(error);
    }
    // Nothing is done yet, and nobody else is here: the fewer system calls, the sooner it is over.
    place(out, &steps, &staging, |_| Ok(false))
}

/// Finishes what an interrupted run left: forward where all that it staged is whole, else back.
pub(super) fn recover(out: &Path) -> Result<(), Error> {
    let staging = Staging::of(out);
    match fs::symlink_metadata(&staging.path) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(Error::NotPlain(staging.path)),
        Err(error) if disk::is_absence(&error) => return Ok(()),
        Err(error) => return Err(Error::at("read", &staging.path)(error)),
    }
    let journal = disk::read(out, &format!("{STAGING}/{JOURNAL}"))?;
    let Some(steps) = journal.and_then(|text| journal::read(&String::from_utf8_lossy(&text)))
    else {
        // Nothing outside has changed.
        return staging.clear();
    };
    for step in &steps {
        let now = now(out, &step.path)?;
        if now != step.old && now != step.new {
            return Err(Error::ChangedSince { path: step.path.clone() });
        }
    }
    let _placing = placing();
    if staging.can_go_on(out, &steps)? {
        place(out, &steps, &staging, |step| Ok(now(out, &step.path)? == step.new))
    } else {
        put_back(out, &steps, &staging)?;
        staging.clear()
    }
}

/// Goes through the steps; those already done are passed over. On a fault the old files are put back.
fn place(
    out: &Path,
    steps: &[Step],
    staging: &Staging,
    is_done: impl Fn(&Step) -> Result<bool, Error>,
) -> Result<(), Error> {
    let placed = steps.iter().enumerate().try_for_each(|(number, step)| {
        let is_done = is_done(step)?;
        match step.new {
            Some(_) if is_done => Ok(()),
            Some(_) => bring(out, &step.path, &staging.after(number)),
            None => remove(out, &step.path, is_done),
        }
    });
    if let Err(cause) = placed {
        return match put_back(out, steps, staging).and_then(|()| staging.clear()) {
            Ok(()) => Err(cause),
            Err(undo) => Err(Error::HalfDone { cause: Box::new(cause), undo: Box::new(undo) }),
        };
    }
    staging.clear()
}

/// Undoes steps, the last first. The old files are linked once more, so that this too can be repeated.
fn put_back(out: &Path, steps: &[Step], staging: &Staging) -> Result<(), Error> {
    for (number, step) in steps.iter().enumerate().rev() {
        let is_done = now(out, &step.path)? == step.old;
        match step.old {
            Some(_) if is_done => {}
            Some(_) => {
                let again = staging.path.join("again");
                fs::copy(staging.before(number), &again).map_err(Error::at("copy", &again))?;
                bring(out, &step.path, &again)?;
            }
            None => remove(out, &step.path, is_done)?,
        }
    }
    Ok(())
}

/// Digest of the file at a path; none where nothing is.
fn now(out: &Path, path: &str) -> Result<Option<String>, Error> {
    match disk::look(out, path)? {
        disk::Found::File(bytes) => Ok(Some(digest(&bytes))),
        disk::Found::Nothing => Ok(None),
        disk::Found::Other => Err(Error::NotPlain(out.join(path))),
    }
}

/// Moves a staged file to its place, making the folders on the way.
fn bring(out: &Path, path: &str, staged: &Path) -> Result<(), Error> {
    let target = out.join(path);
    let folder = target.parent().unwrap_or(out);
    fs::create_dir_all(folder).map_err(Error::at("make", folder))?;
    fs::rename(staged, &target).map_err(Error::at("write", &target))
}

/// Removes a file, unless it is gone already, and the folders that it leaves empty.
fn remove(out: &Path, path: &str, is_gone: bool) -> Result<(), Error> {
    let target = out.join(path);
    if !is_gone {
        fs::remove_file(&target).map_err(Error::at("remove", &target))?;
    }
    let mut folder = target.parent();
    while let Some(path) = folder.filter(|path| *path != out) {
        // It fails on the first that is not empty, which is as it should be.
        if fs::remove_dir(path).is_err() {
            break;
        }
        folder = path.parent();
    }
    Ok(())
}

struct Staging {
    path: PathBuf,
}

impl Staging {
    fn of(out: &Path) -> Staging {
        Staging { path: out.join(STAGING) }
    }

    fn after(&self, number: usize) -> PathBuf {
        self.path.join("after").join(number.to_string())
    }

    fn before(&self, number: usize) -> PathBuf {
        self.path.join("before").join(number.to_string())
    }

    /// Writes the new texts and links the old ones.
    ///
    /// Only the journal is flushed to the disk: after a loss of power a new text may be damaged, which the
    /// recovery sees by its digest, and all of it can be compiled again.
    fn fill<'a>(
        &self,
        out: &Path,
        steps: &[Step],
        texts: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<(), Error> {
        let make = |path: &Path| fs::create_dir(path).map_err(Error::at("make", path));
        make(&self.path)?;
        make(&self.path.join("after"))?;
        make(&self.path.join("before"))?;
        // So that nobody commits what a killed run left.
        write_new(&self.path.join(".gitignore"), "*\n")?;
        for (number, (step, text)) in steps.iter().zip(texts).enumerate() {
            if let Some(text) = text {
                write_new(&self.after(number), text)?;
            }
            if step.old.is_some() {
                let (from, to) = (out.join(&step.path), self.before(number));
                // Not every file system has links.
                fs::hard_link(&from, &to)
                    .or_else(|_| fs::copy(&from, &to).map(drop))
                    .map_err(Error::at("copy", &from))?;
            }
        }
        Ok(())
    }

    /// Puts the journal under its name: from here on the new files are what will stand.
    fn commit(&self, steps: &[Step]) -> Result<(), Error> {
        let (draft, journal) = (self.path.join("draft"), self.path.join(JOURNAL));
        write_new(&draft, &journal::write(steps))?;
        File::open(&draft).and_then(|file| file.sync_all()).map_err(Error::at("write", &draft))?;
        fs::rename(&draft, &journal).map_err(Error::at("write", &journal))
    }

    /// Whether all that is not yet in its place is here, whole.
    fn can_go_on(&self, out: &Path, steps: &[Step]) -> Result<bool, Error> {
        for (number, step) in steps.iter().enumerate() {
            let Some(new) = &step.new else { continue };
            if now(out, &step.path)?.as_ref() == Some(new) {
                continue;
            }
            match fs::read(self.after(number)) {
                Ok(bytes) if digest(&bytes) == *new => {}
                Ok(_) => return Ok(false),
                Err(error) if disk::is_absence(&error) => return Ok(false),
                Err(error) => return Err(Error::at("read", &self.after(number))(error)),
            }
        }
        Ok(true)
    }

    /// The journal goes first: without it the rest means nothing.
    fn clear(&self) -> Result<(), Error> {
        for path in [self.path.join(JOURNAL), self.path.join("draft")] {
            match fs::remove_file(&path) {
                Err(error) if !disk::is_absence(&error) => {
                    return Err(Error::at("remove", &path)(error));
                }
                _ => {}
            }
        }
        match fs::remove_dir_all(&self.path) {
            Err(error) if !disk::is_absence(&error) => Err(Error::at("remove", &self.path)(error)),
            _ => Ok(()),
        }
    }
}

/// Writes a file that is not there yet, and so follows no link.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    File::create_new(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Error::at("write", path))
}
