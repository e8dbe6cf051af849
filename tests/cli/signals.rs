//! The program itself, ended at random moments.

use crate::command::{blueprint, command};
use crate::compile::{change, compiled};
use crate::folder::snapshot;
use crate::random::{Random, seed};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;

type Tree = std::collections::BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Runs compiles that `signal` ends, from the tree of one blueprint to that of another, and looks at what is left.
fn ended_by(signal: &str, mut left: impl FnMut(&Path, &Tree, &Tree)) {
    let root = compiled();
    let notes = root.path().join("notes");
    let blueprint_of = || std::fs::read(notes.join("blueprint.yaml")).unwrap();
    let old_blueprint = blueprint_of();
    let old = snapshot(&notes);
    change(root.path());
    let new_blueprint = blueprint_of();
    let began = Instant::now();
    blueprint(root.path(), "compile notes").ends_with(0);
    let took = usize::try_from(began.elapsed().as_micros()).unwrap();
    let new = snapshot(&notes);
    let source = PathBuf::from("blueprint.yaml");
    let without_source = |tree: &Tree| {
        let mut tree = tree.clone();
        tree.remove(&source);
        tree
    };
    let (old, new) = (without_source(&old), without_source(&new));
    let mut random = Random::seeded(seed(None));
    for _ in 0..ROUNDS {
        std::fs::write(notes.join(&source), &old_blueprint).unwrap();
        blueprint(root.path(), "compile notes").ends_with(0);
        std::fs::write(notes.join(&source), &new_blueprint).unwrap();
        let mut child = command(root.path())
            .args(["compile", "notes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(random.below(took) as u64));
        let kill = Command::new("kill").args([signal, &child.id().to_string()]).status();
        drop(kill);
        child.wait().unwrap();
        left(root.path(), &old, &new);
    }
}

fn now(root: &Path) -> Tree {
    let mut tree = snapshot(&root.join("notes"));
    tree.remove(Path::new("blueprint.yaml"));
    tree
}

#[test]
fn a_kill_leaves_the_old_tree_or_the_new_and_the_next_run_mends_the_rest() {
    ended_by("-KILL", |root, old, new| {
        let mut tree = now(root);
        tree.retain(|path, _| !path.starts_with(".blueprint-staging"));
        if tree != *old && tree != *new {
            let run = blueprint(root, "check notes").ends_with(1);
            assert!(run.err.contains("was interrupted"), "{}", run.err);
        }
        blueprint(root, "compile notes").ends_with(0);
        assert!(now(root) == *new);
    });
}

#[test]
fn an_interrupt_leaves_the_old_tree_or_the_new() {
    ended_by("-INT", |root, old, new| {
        let mut tree = now(root);
        // Before the first line of the program a signal is a kill.
        tree.retain(|path, _| !path.starts_with(".blueprint-staging"));
        assert!(tree == *old || tree == *new);
    });
}
