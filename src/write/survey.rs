//! What stands in the output folder, compared with what should.

use super::disk::{self, Found};
use super::lock::{LOCK, Lock, LockOf, Output, Stamp};
use super::{Error, Signature, digest, sign, signature, signed};
use crate::tree::{File, Ownership, Tree};
use std::collections::BTreeSet;
use std::path::Path;

/// All files that are, or should be, in the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// In the order of their paths; the lock last.
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: String,
    pub ownership: Ownership,
    /// The dotted path that it comes from; empty for an orphan and the lock.
    pub origin: String,
    pub standing: Standing,
    /// What the file should be; none: it should not be.
    pub wanted: Option<Wanted>,
    /// Digest of what is there.
    pub found: Option<String>,
    /// Lines that a compile adds and takes away.
    pub lines: (usize, usize),
}

/// What a file should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of all of it, header and all.
    pub digest: String,
    /// All of it; empty where it is there already.
    pub text: String,
}

/// How a file on disk stands to what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// As it should be; or people's own, whatever is in it.
    Same,
    /// Not there.
    Missing,
    /// As we wrote it, of an older blueprint or an older compiler.
    Stale,
    /// As we wrote it, and no longer produced.
    Orphaned,
    /// Ours once, and edited since.
    HandEdited,
    /// No longer produced, and edited since.
    OrphanEdited,
    /// Never ours: somebody's file where one of ours belongs.
    Foreign,
    /// A symlink, a folder, or below one that is none.
    NotAFile,
}

impl Standing {
    /// Whether a compile must not touch it, and so does nothing at all.
    pub fn is_in_the_way(self) -> bool {
        matches!(
            self,
            Standing::HandEdited | Standing::OrphanEdited | Standing::Foreign | Standing::NotAFile
        )
    }
}

impl Survey {
    /// Whether a compile would change nothing.
    pub fn is_up_to_date(&self) -> bool {
        self.entries.iter().all(|entry| entry.standing == Standing::Same)
    }

    /// What is not as it should be.
    pub fn faults(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.standing != Standing::Same)
    }

    pub fn in_the_way(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.standing.is_in_the_way())
    }
}

/// Compares a folder with a tree. Writes nothing.
pub fn survey(out: &Path, tree: Tree, stamp: &Stamp) -> Result<Survey, Error> {
    let old = read_lock(out)?;
    let mut new = LockOf::new(stamp);
    let mut entries = Vec::new();
    let mut made = BTreeSet::new();
    for (path, file) in tree {
        made.insert(path.clone());
        entries.push(produced(out, path, file, &old, &mut new)?);
    }
    let new = new.finish();
    let folders: Vec<String> = old.folders.union(&new.folders).cloned().collect();
    for path in disk::marked(out, &folders)? {
        if !made.contains(&path) {
            entries.extend(orphan(out, path, &old)?);
        }
    }
    for path in old.files.keys().filter(|path| !made.contains(*path)) {
        entries.extend(orphan(out, path.clone(), &old)?);
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    entries.push(lock_entry(out, &new)?);
    Ok(Survey { entries })
}

/// Whether nothing has happened since the last compile, by digests alone: neither to the blueprint nor to
/// the output. `false` says only that a full comparison is needed.
pub fn unchanged(out: &Path, stamp: &Stamp) -> Result<bool, Error> {
    let lock = read_lock(out)?;
    if lock.stamp != *stamp {
        return Ok(false);
    }
    let mut output = Output::default();
    let folders: Vec<String> = lock.folders.iter().cloned().collect();
    let mut paths = disk::marked(out, &folders)?;
    paths.extend(lock.files.keys().cloned());
    for path in paths {
        match disk::read(out, &path)? {
            Some(bytes) => output.add(&path, &digest(&bytes)),
            None => return Ok(false),
        }
    }
    for path in &lock.yours {
        if disk::read(out, path)?.is_none() {
            return Ok(false);
        }
    }
    Ok(output.digest() == lock.output
        && lock.text().as_bytes() == disk::read(out, LOCK)?.unwrap_or_default())
}

/// The lock of a folder; an empty one where there is none.
pub(super) fn read_lock(out: &Path) -> Result<Lock, Error> {
    let bytes = disk::read(out, LOCK)?.unwrap_or_default();
    Ok(Lock::parse(&String::from_utf8_lossy(&bytes)))
}

fn produced(
    out: &Path,
    path: String,
    file: File,
    old: &Lock,
    new: &mut LockOf,
) -> Result<Entry, Error> {
    let owned = file.ownership == Ownership::Owned;
    let text = if owned { file.text } else { signed(&path, file.text) };
    let found = disk::look(out, &path)?;
    let standing = match &found {
        Found::Nothing => Standing::Missing,
        // A link is a person's way of owning a file too.
        Found::Other if !owned => Standing::NotAFile,
        Found::Other => owned_elsewhere(out, &path),
        Found::File(_) if owned => Standing::Same,
        Found::File(bytes) if *bytes == text.as_bytes() => Standing::Same,
        Found::File(bytes) => standing_of(&path, bytes, old),
    };
    let bytes = match &found {
        Found::File(bytes) => Some(bytes.as_slice()),
        _ => None,
    };
    let wanted = digest(text.as_bytes());
    new.add(&path, file.ownership, &wanted);
    let same = standing == Standing::Same;
    let lines = if same { (0, 0) } else { lines(bytes.unwrap_or_default(), &text) };
    Ok(Entry {
        ownership: file.ownership,
        origin: file.origin,
        standing,
        found: bytes.map(digest),
        // What is there already is not written, and a large service need not be held twice.
        wanted: Some(Wanted { digest: wanted, text: if same { String::new() } else { text } }),
        lines,
        path,
    })
}

/// People may link their own files to anywhere, as long as there is a file at the end.
fn owned_elsewhere(out: &Path, path: &str) -> Standing {
    if out.join(path).is_file() { Standing::Same } else { Standing::NotAFile }
}

/// A file that differs from what it should be.
fn standing_of(path: &str, bytes: &[u8], lock: &Lock) -> Standing {
    if !sign::takes_header(path) {
        return if lock.knows(path, bytes) {
            Standing::Stale
        } else if lock.files.contains_key(path) {
            Standing::HandEdited
        } else {
            Standing::Foreign
        };
    }
    match signature(path, bytes) {
        Signature::Valid => Standing::Stale,
        Signature::Broken => Standing::HandEdited,
        Signature::Absent => Standing::Foreign,
    }
}

/// A file of ours that is no longer produced; none where it is gone, or never was ours.
fn orphan(out: &Path, path: String, lock: &Lock) -> Result<Option<Entry>, Error> {
    let Some(bytes) = disk::read(out, &path)? else {
        return Ok(None);
    };
    let standing = match standing_of(&path, &bytes, lock) {
        Standing::Stale => Standing::Orphaned,
        Standing::HandEdited => Standing::OrphanEdited,
        _ => return Ok(None),
    };
    Ok(Some(Entry {
        path,
        ownership: Ownership::Generated,
        origin: String::new(),
        standing,
        wanted: None,
        found: Some(digest(&bytes)),
        lines: lines(&bytes, ""),
    }))
}

fn lock_entry(out: &Path, lock: &Lock) -> Result<Entry, Error> {
    let wanted = lock.text();
    let found = disk::look(out, LOCK)?;
    let (standing, bytes) = match found {
        Found::Nothing => (Standing::Missing, None),
        Found::Other => (Standing::NotAFile, None),
        Found::File(bytes) if bytes == wanted.as_bytes() => (Standing::Same, Some(bytes)),
        Found::File(bytes) => (Standing::Stale, Some(bytes)),
    };
    Ok(Entry {
        path: LOCK.to_owned(),
        ownership: Ownership::Generated,
        origin: String::new(),
        standing,
        lines: lines(bytes.as_deref().unwrap_or_default(), &wanted),
        wanted: Some(Wanted { digest: digest(wanted.as_bytes()), text: wanted }),
        found: bytes.map(|bytes| digest(&bytes)),
    })
}

/// Lines added and taken away from one text to the other.
fn lines(old: &[u8], new: &str) -> (usize, usize) {
    let old = String::from_utf8_lossy(old);
    if old.is_empty() || new.is_empty() {
        return (new.lines().count(), old.lines().count());
    }
    let diff = similar::TextDiff::from_lines(old.as_ref(), new);
    diff.iter_all_changes().fold((0, 0), |(added, removed), change| match change.tag() {
        similar::ChangeTag::Insert => (added + 1, removed),
        similar::ChangeTag::Delete => (added, removed + 1),
        similar::ChangeTag::Equal => (added, removed),
    })
}
