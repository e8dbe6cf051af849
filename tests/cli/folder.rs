//! A temporary folder, and trees to put into it.

use blueprint::tree::{File, Ownership, Tree};
use blueprint::write::{Error, Folder, Stamp, Standing, Survey, survey};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// An output folder below a temporary one.
pub struct Scene {
    pub root: tempfile::TempDir,
    pub out: PathBuf,
}

impl Scene {
    pub fn new() -> Scene {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        Scene { root, out }
    }

    /// With `tree()` in it.
    pub fn compiled() -> Scene {
        let scene = Scene::new();
        scene.compile(&tree()).unwrap();
        scene
    }

    /// As `blueprint compile` does: `Ok(false)` where files stand in the way.
    pub fn compile(&self, tree: &Tree) -> Result<bool, Error> {
        compile(&self.out, tree)
    }

    pub fn survey(&self, tree: &Tree) -> Survey {
        survey(&self.out, tree.clone(), &stamp()).unwrap()
    }

    /// How each file stands that is not as it should be, but for the lock.
    pub fn faults(&self, tree: &Tree) -> Vec<(String, Standing)> {
        let survey = self.survey(tree);
        let faults = survey.faults().filter(|entry| entry.path != blueprint::write::LOCK);
        faults.map(|entry| (entry.path.clone(), entry.standing)).collect()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.out.join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// Adds a line at a file's end, as a person would.
    pub fn edit(&self, path: &str) {
        self.write(path, &(self.read(path) + "// mine\n"));
    }
}

pub fn compile(out: &Path, tree: &Tree) -> Result<bool, Error> {
    let folder = Folder::open(out)?;
    let survey = survey(folder.path(), tree.clone(), &stamp())?;
    let free = survey.in_the_way().next().is_none();
    if free {
        folder.apply(&survey)?;
    }
    Ok(free)
}

pub fn stamp() -> Stamp {
    Stamp { tool: "0.1.0".into(), source: Some("blueprint.yaml".into()), input: "abc".into() }
}

/// A file of each kind.
pub fn tree() -> Tree {
    let mut tree = Tree::new();
    add(&mut tree, "src/main.rs", Ownership::Owned, "fn main() {}\n");
    add(&mut tree, "src/generated/mod.rs", Ownership::Generated, "pub mod a;\n");
    add(&mut tree, "src/generated/domain/a.rs", Ownership::Generated, "pub struct A;\n");
    add(&mut tree, "migrations/0001_init.sql", Ownership::Append, "CREATE TABLE a ();\n");
    add(&mut tree, "openapi.json", Ownership::Generated, "{}\n");
    add(&mut tree, "README.md", Ownership::Generated, "# A\n");
    tree
}

pub fn add(tree: &mut Tree, path: &str, ownership: Ownership, text: &str) {
    tree.insert(path, File { text: text.into(), ownership, origin: "entities.A".into() });
}

/// The tree with one file's text changed, or, with none, taken out.
pub fn with(tree: &Tree, changed: &str, text: Option<&str>) -> Tree {
    let mut other = Tree::new();
    for (path, file) in tree.iter() {
        match (path == changed, text) {
            (true, Some(text)) => other.insert(path, File { text: text.into(), ..file.clone() }),
            (true, None) => {}
            (false, _) => other.insert(path, file.clone()),
        }
    }
    other
}

/// All files and folders below a folder: path → bytes, `None` for a folder.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_owned();
            if path.is_dir() && !path.is_symlink() {
                found.insert(name, None);
                folders.push(path);
            } else {
                found.insert(name, fs::read(&path).ok());
            }
        }
    }
    found
}
