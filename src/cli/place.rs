//! Which blueprint, and which folder.

use super::exit::Fault;
use super::words::quoted;
use crate::diagnostics::escape::{is_invisible, visible};
use crate::source::Sources;
use crate::write::{LOCK, Lock, Stamp, digest};
use std::fs;
use std::path::{Component, Path, PathBuf};

const BLUEPRINT: &str = "blueprint.yaml";

#[derive(clap::Args)]
pub(super) struct PlaceArguments {
    /// The blueprint; ./blueprint.yaml, or the one that the folder's lock names
    file: Option<PathBuf>,

    /// The service's folder; the blueprint's own
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A blueprint and the folder that it is compiled into.
#[derive(Debug)]
pub(super) struct Place {
    pub file: PathBuf,
    pub out: PathBuf,
    /// What a person types after `blueprint compile` to mean the same; with a space before it, or empty.
    pub arguments: String,
}

impl PlaceArguments {
    pub(super) fn of(file: Option<PathBuf>, out: Option<PathBuf>) -> Self {
        PlaceArguments { file, out }
    }

    pub(super) fn find(&self) -> Result<Place, Fault> {
        let file = match &self.file {
            Some(folder) if folder.is_dir() => folder.join(BLUEPRINT),
            Some(file) => file.clone(),
            None => self.unnamed()?,
        };
        let parent = file.parent().filter(|parent| *parent != Path::new(""));
        let beside = parent.unwrap_or(Path::new(".")).to_owned();
        let out = match (&self.out, &self.file) {
            (Some(out), _) => out.clone(),
            (None, Some(_)) => beside,
            (None, None) => PathBuf::from("."),
        };
        seen(&file)?;
        seen(&out)?;
        Ok(Place { file, out, arguments: self.arguments() })
    }

    fn unnamed(&self) -> Result<PathBuf, Fault> {
        let here = Path::new(BLUEPRINT);
        if here.is_file() {
            return Ok(here.to_owned());
        }
        let out = self.out.as_deref().unwrap_or(Path::new("."));
        let lock = out.join(LOCK);
        let is_plain = fs::symlink_metadata(&lock).is_ok_and(|data| data.is_file());
        if is_plain
            && let Ok(text) = fs::read_to_string(&lock)
            && let Some(source) = Lock::parse(&text).stamp.source
            // The lock may be a stranger's: it names no file whose lines messages should not show.
            && (source.ends_with(".yaml") || source.ends_with(".yml"))
            && Path::new(&source).is_relative()
        {
            let file = out.join(source);
            let plain = plainly(&file);
            // Where the folder is a link, `..` leads elsewhere than its name says.
            let same = fs::canonicalize(&plain).ok() == fs::canonicalize(&file).ok();
            return Ok(if same { plain } else { file });
        }
        let there = out.join(BLUEPRINT);
        if there.is_file() {
            return Ok(there);
        }
        Err(Fault::Usage(
            "there is no blueprint.yaml here; name the blueprint (`blueprint compile FILE`), or start one \
             with `blueprint new DIR`"
                .into(),
        ))
    }

    fn arguments(&self) -> String {
        let mut arguments = String::new();
        if let Some(file) = &self.file {
            arguments += &format!(" {}", quoted(&file.to_string_lossy()));
        }
        if let Some(out) = &self.out {
            arguments += &format!(" --out {}", quoted(&out.to_string_lossy()));
        }
        arguments
    }
}

/// Refuses a path that messages could not show as it is.
pub(super) fn seen(path: &Path) -> Result<(), Fault> {
    let shown = path.to_string_lossy();
    if !shown.chars().any(|one| one == '\n' || is_invisible(one)) {
        return Ok(());
    }
    let shown = visible(&shown).replace('\n', "\\n");
    Err(Fault::Usage(format!("`{shown}` has characters that cannot be seen; give it another name")))
}

impl Place {
    /// What the output says of its origin.
    pub(super) fn stamp(&self, sources: &Sources) -> Stamp {
        Stamp {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            source: self.source(),
            input: input(sources),
        }
    }

    /// The blueprint as seen from the output folder. None where the folder lies outside the two folders above
    /// the blueprint's: what is compiled to somewhere else has the same bytes wherever that is.
    fn source(&self) -> Option<String> {
        let file = fs::canonicalize(&self.file).ok()?;
        let out = existing(&self.out)?;
        let root = file.ancestors().nth(3)?;
        let below = out.strip_prefix(root).ok().filter(|_| root.parent().is_some())?;
        if let Ok(inside) = file.strip_prefix(&out) {
            return Some(slashed(inside));
        }
        let down = file.strip_prefix(root).ok()?;
        let common = down
            .components()
            .zip(below.components())
            .take_while(|(one, other)| one == other)
            .count();
        let up = below.components().count() - common;
        let path: PathBuf = std::iter::repeat_n(Component::ParentDir, up)
            .chain(down.components().skip(common))
            .collect();
        Some(slashed(&path))
    }
}

/// Digest of all that the blueprint's files say, wherever they stand.
fn input(sources: &Sources) -> String {
    let digests: Vec<String> = sources.files().map(|file| digest(file.text.as_bytes())).collect();
    digest(digests.join("\n").as_bytes())
}

/// Canonical, even where the last folders are still to be made.
fn existing(path: &Path) -> Option<PathBuf> {
    match fs::canonicalize(path) {
        Ok(path) => Some(path),
        Err(_) => {
            let name = path.file_name()?;
            let parent = path.parent().filter(|parent| *parent != Path::new(""));
            Some(existing(parent.unwrap_or(Path::new(".")))?.join(name))
        }
    }
}

/// As a person would write it: without `./`, and without a folder that the next `..` leaves again.
fn plainly(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let leaves = part == Component::ParentDir
            && matches!(plain.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            _ if leaves => drop(plain.pop()),
            _ => plain.push(part),
        }
    }
    plain
}

fn slashed(path: &Path) -> String {
    let names: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::plainly;
    use std::path::Path;

    #[test]
    fn paths_are_shown_as_people_write_them() {
        for (path, expected) in [
            ("./blueprint.yaml", "blueprint.yaml"),
            ("examples/a/../../blueprints/a.yaml", "blueprints/a.yaml"),
            ("./../../a.yaml", "../../a.yaml"),
            ("/a/./b/../c", "/a/c"),
        ] {
            assert_eq!(plainly(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
