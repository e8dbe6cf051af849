//! `blueprint.lock`: which tool made the output from what, and the digests of files that cannot say so
//! themselves. A few lines, so that branches seldom meet in it.

use crate::tree::{Ownership, is_plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Its path below the output folder.
pub const LOCK: &str = "blueprint.lock";

const HEAD: &str = "# What blueprint wrote here, and from what. `blueprint compile` renews it.\n";

/// What a compile starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Version of the compiler.
    pub tool: String,
    /// The blueprint, relative to the output folder; none where it stands too far away to be named.
    pub source: Option<String>,
    /// Digest of all that the blueprint's files say.
    pub input: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    pub stamp: Stamp,
    /// Digest over the paths and texts of all generated files.
    pub output: String,
    /// Folders of the first level in which generated files stand.
    pub folders: BTreeSet<String>,
    /// Paths of files that are people's once written.
    pub yours: BTreeSet<String>,
    /// Digests of generated files that take no header. More than one for a path only in a lock whose
    /// branches were joined by hand: either may be what stands there.
    pub files: BTreeMap<String, BTreeSet<String>>,
}

impl Lock {
    /// Whether a file that takes no header is one that we wrote.
    pub fn knows(&self, path: &str, bytes: &[u8]) -> bool {
        self.files.get(path).is_some_and(|digests| digests.contains(&super::digest(bytes)))
    }

    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        let mut line = |word: &str, value: &str| {
            writeln!(text, "{word} {value}").expect("a string takes all that is written to it");
        };
        line("blueprint", &self.stamp.tool);
        if let Some(source) = &self.stamp.source {
            line("source", source);
        }
        line("input", &self.stamp.input);
        line("output", &self.output);
        line("folders", &joined(&self.folders));
        line("yours", &joined(&self.yours));
        for (path, digests) in &self.files {
            for digest in digests {
                line("file", &format!("{path} {digest}"));
            }
        }
        text
    }

    /// Reads what it can: lines that a merge left behind are passed over, so that a damaged lock costs
    /// no more than being called stale. A path that leads out of the folder is none.
    pub fn parse(text: &str) -> Lock {
        let mut lock = Lock::default();
        for line in text.lines() {
            let (word, value) = line.split_once(' ').unwrap_or((line, ""));
            let names = || value.split(' ').filter(|name| is_plain(name)).map(str::to_owned);
            match word {
                "blueprint" => lock.stamp.tool = value.to_owned(),
                "source" => lock.stamp.source = Some(value.to_owned()),
                "input" => lock.stamp.input = value.to_owned(),
                "output" => lock.output = value.to_owned(),
                "folders" => lock.folders.extend(names()),
                "yours" => lock.yours.extend(names()),
                "file" => {
                    if let Some((path, digest)) =
                        value.split_once(' ').filter(|(path, _)| is_plain(path))
                    {
                        lock.files.entry(path.to_owned()).or_default().insert(digest.to_owned());
                    }
                }
                _ => {}
            }
        }
        lock
    }
}

/// A lock in the making: of the files that are written together.
pub(super) struct LockOf {
    lock: Lock,
    output: Output,
}

impl LockOf {
    pub(super) fn new(stamp: &Stamp) -> LockOf {
        let lock = Lock { stamp: stamp.clone(), ..Lock::default() };
        LockOf { lock, output: Output::default() }
    }

    /// Adds a file by the digest of its bytes, header and all.
    pub(super) fn add(&mut self, path: &str, ownership: Ownership, digest: &str) {
        if ownership == Ownership::Owned {
            self.lock.yours.insert(path.to_owned());
            return;
        }
        self.output.add(path, digest);
        if let Some((folder, _)) = path.split_once('/') {
            self.lock.folders.insert(folder.to_owned());
        }
        if !super::sign::takes_header(path) {
            self.lock.files.entry(path.to_owned()).or_default().insert(digest.to_owned());
        }
    }

    pub(super) fn finish(mut self) -> Lock {
        self.lock.output = self.output.digest();
        self.lock
    }
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// One digest over many files, whatever the order in which they come.
#[derive(Default)]
pub(super) struct Output(BTreeMap<String, String>);

impl Output {
    /// Adds a file by the digest of its bytes.
    pub(super) fn add(&mut self, path: &str, digest: &str) {
        self.0.insert(path.to_owned(), digest.to_owned());
    }

    pub(super) fn digest(&self) -> String {
        let lines: String =
            self.0.iter().map(|(path, digest)| format!("{path} {digest}\n")).collect();
        super::digest(lines.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{Lock, LockOf, Stamp};
    use crate::tree::Ownership;

    fn lock() -> Lock {
        let stamp = Stamp {
            tool: "0.1.0".into(),
            source: Some("../blueprint.yaml".into()),
            input: "abc".into(),
        };
        let mut lock = LockOf::new(&stamp);
        let digest = super::super::digest(b"text\n");
        lock.add("openapi.json", Ownership::Generated, &digest);
        lock.add("src/generated/mod.rs", Ownership::Generated, &digest);
        lock.add("src/main.rs", Ownership::Owned, &digest);
        lock.finish()
    }

    #[test]
    fn reads_what_it_writes() {
        let lock = lock();
        assert_eq!(Lock::parse(&lock.text()), lock);
        assert!(lock.knows("openapi.json", b"text\n"));
        assert!(!lock.knows("openapi.json", b"other\n"));
        assert!(!lock.knows("src/generated/mod.rs", b"text\n"));
    }

    #[test]
    fn survives_a_merge() {
        let text =
            lock().text().replace("file ", "<<<<<<< ours\nfile openapi.json 123\n=======\nfile ");
        let lock = Lock::parse(&(text + ">>>>>>> theirs\n"));
        assert!(lock.knows("openapi.json", b"text\n"));
        assert_eq!(lock.files["openapi.json"].len(), 2);
    }

    #[test]
    fn leads_nowhere_else() {
        let lock = Lock::parse("folders .. / src\nyours ../a b\nfile ../../etc/passwd 123\n");
        assert_eq!(lock.folders.into_iter().collect::<Vec<_>>(), ["src"]);
        assert_eq!(lock.yours.into_iter().collect::<Vec<_>>(), ["b"]);
        assert!(lock.files.is_empty());
    }
}
