//! However a compile ends, what stands is the old tree or the new one.

use crate::folder::{Scene, add, compile, snapshot, with};
use crate::random::{Random, seed};
use blueprint::tree::{Ownership, Tree};
use blueprint::write::{Error, interrupted};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Tells this test's own binary to be the process that is killed.
const VICTIM: &str = "BLUEPRINT_TEST_VICTIM";
const KILLS: usize = 40;

/// Trees that differ in every way: changed, new and orphaned files and folders.
fn trees() -> [Tree; 2] {
    let [mut even, mut odd] = [Tree::new(), Tree::new()];
    for number in 0..200 {
        let path = format!("src/generated/f{number}.rs");
        add(&mut even, &path, Ownership::Generated, "even\n");
        add(&mut odd, &path, Ownership::Generated, "odd\n");
        add(&mut even, &format!("even/{number}/a.rs"), Ownership::Generated, "even\n");
        add(&mut odd, &format!("odd/{number}.json"), Ownership::Generated, "odd\n");
    }
    [even, odd]
}

/// The process that is killed: compiles one tree, then the other, without end. Nothing by itself.
#[test]
fn victim() {
    if let Ok(out) = std::env::var(VICTIM) {
        let trees = trees();
        for turn in 0.. {
            compile(Path::new(&out), &trees[turn % 2]).unwrap();
        }
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_tree_or_the_new() {
    let scene = Scene::new();
    let wanted = trees().map(|tree| {
        let scene = Scene::new();
        scene.compile(&tree).unwrap();
        snapshot(&scene.out)
    });
    scene.compile(&trees()[0]).unwrap();
    let mut random = Random::seeded(seed(None));
    let (mut seen, mut interruptions) = ([0, 0], 0);
    for _ in 0..KILLS {
        kill_during_compiles(&scene.out, random.below(250_000));
        if interrupted(&scene.out) {
            interruptions += 1;
        } else {
            // What is staged and not journaled is nothing yet.
            assert!(wanted.contains(&without_staging(&scene.out)));
        }
        blueprint::write::Folder::open(&scene.out).unwrap();
        let now = snapshot(&scene.out);
        let which = wanted.iter().position(|tree| *tree == now).expect("a tree, whole");
        seen[which] += 1;
    }
    eprintln!("{KILLS} kills, {interruptions} between journal and end; trees found: {seen:?}");
}

fn kill_during_compiles(out: &Path, microseconds: usize) {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--nocapture"])
        .env(VICTIM, out)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_micros(5_000 + microseconds as u64));
    victim.kill().unwrap();
    victim.wait().unwrap();
}

fn without_staging(out: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut files = snapshot(out);
    files.retain(|path, _| !path.starts_with(".blueprint-staging"));
    files
}

/// An interrupted compile, as the journal tells it: staged by hand, at any of its steps.
#[test]
fn a_journal_is_finished_or_taken_back() {
    for (staged_whole, expected) in [(true, "new\n"), (false, "old\n")] {
        let scene = Scene::compiled();
        let old = blueprint::write::signed("README.md", "old\n".to_owned());
        let new = blueprint::write::signed("README.md", "new\n".to_owned());
        scene.write("README.md", &old);
        let digest = |text: &str| blueprint::write::digest(text.as_bytes());
        scene.write(".blueprint-staging/after/0", if staged_whole { &new } else { "damaged" });
        scene.write(".blueprint-staging/before/0", &old);
        let journal = format!("{} {} README.md\nend\n", digest(&old), digest(&new));
        scene.write(".blueprint-staging/journal", &journal);
        assert!(interrupted(&scene.out));
        blueprint::write::Folder::open(&scene.out).unwrap();
        assert!(scene.read("README.md").ends_with(expected));
        assert!(!scene.path(".blueprint-staging").exists());
    }
}

/// Nobody's edit is lost to a journal.
#[test]
fn what_was_changed_since_is_not_touched() {
    let scene = Scene::compiled();
    scene.write(".blueprint-staging/after/0", "new\n");
    scene.write(".blueprint-staging/journal", "12 34 README.md\nend\n");
    let before = snapshot(&scene.out);
    let newer = with(&crate::folder::tree(), "README.md", Some("# B\n"));
    assert!(matches!(scene.compile(&newer), Err(Error::ChangedSince { .. })));
    assert_eq!(snapshot(&scene.out), before);
}

#[test]
fn what_is_staged_without_a_journal_is_nothing() {
    let scene = Scene::compiled();
    scene.write(".blueprint-staging/after/0", "new\n");
    scene.write(".blueprint-staging/draft", "12 34 READ");
    assert!(!interrupted(&scene.out));
    assert!(scene.compile(&crate::folder::tree()).unwrap());
    assert!(!scene.path(".blueprint-staging").exists());
}

#[test]
fn a_fault_while_staging_leaves_no_trace() {
    let scene = Scene::compiled();
    let before = snapshot(&scene.out);
    fs::write(scene.path(".blueprint-staging"), "a file").unwrap();
    let newer = with(&crate::folder::tree(), "README.md", Some("# B\n"));
    assert!(scene.compile(&newer).is_err());
    fs::remove_file(scene.path(".blueprint-staging")).unwrap();
    assert_eq!(snapshot(&scene.out), before);
}
