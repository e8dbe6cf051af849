//! Which program made what stands in the output folder. Two of one version may make different things: what is told by the
//! blueprint and the version alone to be up to date is so only for the program that made it.
//!
//! It is noted in a file that nobody commits, since it says something of a machine. Without the note, or with one that
//! cannot be written, everything is compared.

use super::disk::{self, Found};
use super::{LOCK, digest};
use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The folder of builds, where there is one, and the note in it.
const FOLDER: &str = "target";
const NOTE: &str = "blueprint.made";

/// Whether this program made what the lock speaks of, or has compared it.
pub fn is_of_this_program(out: &Path) -> Result<bool, super::Error> {
    let noted = disk::read(out, &format!("{FOLDER}/{NOTE}"))?;
    Ok(noted.is_some_and(|noted| wanted(out).is_some_and(|wanted| noted == wanted.as_bytes())))
}

/// Notes that it did. Nothing is lost where that cannot be.
pub fn note(out: &Path) {
    let _ = try_note(out);
}

fn try_note(out: &Path) -> io::Result<()> {
    let folder = out.join(FOLDER);
    let is_ours = fs::symlink_metadata(&folder)?.is_dir();
    let Some(text) = wanted(out).filter(|_| is_ours) else { return Ok(()) };
    let new = folder.join(format!(".{NOTE}.{}.new", std::process::id()));
    let written = File::create_new(&new).and_then(|mut file| file.write_all(text.as_bytes()));
    let placed = written.and_then(|()| fs::rename(&new, folder.join(NOTE)));
    placed.inspect_err(|_| drop(fs::remove_file(&new)))
}

/// The program by its file's size and time, and the lock that it left.
fn wanted(out: &Path) -> Option<String> {
    let program = fs::metadata(env::current_exe().ok()?).ok()?;
    let changed = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let Ok(Found::File(lock)) = disk::look(out, LOCK) else { return None };
    Some(format!("program {} {}\nlock {}\n", program.len(), changed.as_nanos(), digest(&lock)))
}
