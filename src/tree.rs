//! The whole output in memory: path → file, before anything is written.

use std::collections::BTreeMap;

/// Files by their path below the output folder, with `/` between segments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, File>,
}

/// One file of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// All of it but the signed header line, which `write` adds.
    pub text: String,
    pub ownership: Ownership,
    /// The dotted path of what it came from, such as `entities.Task`.
    pub origin: String,
}

/// Who may change a file once it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The compiler: replaced whole at each compile, signed.
    Generated,
    /// People: written once, where it is missing, and never touched again.
    Owned,
    /// Nobody once it is sealed; until then the compiler. Migrations.
    Append,
}

impl Tree {
    pub fn new() -> Tree {
        Tree::default()
    }

    /// Adds a file.
    ///
    /// # Panics
    ///
    /// On a path that is already there, or that is not plainly below the output folder: two templates that
    /// write one file, or a name that nobody checked, are mistakes of the compiler, not of the blueprint.
    pub fn insert(&mut self, path: impl Into<String>, file: File) {
        let path = path.into();
        assert!(is_plain(&path), "not a plain path below the output folder: {path:?}");
        let earlier = self.files.get(&path).map(|file| file.origin.clone());
        if let Some(earlier) = earlier {
            panic!("{path} comes from {earlier} and from {}", file.origin);
        }
        self.files.insert(path, file);
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// In the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl IntoIterator for Tree {
    type Item = (String, File);
    type IntoIter = std::collections::btree_map::IntoIter<String, File>;

    /// In the order of their paths.
    fn into_iter(self) -> Self::IntoIter {
        self.files.into_iter()
    }
}

/// Whether every segment is a name of letters, digits, `.`, `_` and `-`, none of them `.` or `..`.
///
/// What holds of a path here holds of one that the lock names, so neither leads out of the output folder.
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|segment| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::{File, Ownership, Tree, is_plain};

    fn file(origin: &str) -> File {
        File { text: String::new(), ownership: Ownership::Generated, origin: origin.into() }
    }

    #[test]
    #[should_panic(expected = "src/a.rs comes from entities.A and from entities.B")]
    fn a_path_has_one_source() {
        let mut tree = Tree::new();
        tree.insert("src/a.rs", file("entities.A"));
        tree.insert("src/a.rs", file("entities.B"));
    }

    #[test]
    fn only_plain_paths() {
        for path in ["a", "src/generated/mod.rs", ".env.example", "a-b/c_d.9"] {
            assert!(is_plain(path), "{path}");
        }
        for path in ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a b", "a\\b", "a\0", "ä"] {
            assert!(!is_plain(path), "{path}");
        }
    }
}
