//! Stale, hand-edited, missing and orphaned are told apart, and people's files are theirs.

use crate::folder::{Scene, add, snapshot, stamp, tree, with};
use blueprint::tree::Ownership;
use blueprint::write::{LOCK, Standing, unchanged};
use std::fs;

#[test]
fn after_a_compile_nothing_differs() {
    let scene = Scene::compiled();
    assert!(scene.survey(&tree()).is_up_to_date());
    assert!(unchanged(&scene.out, &stamp()).unwrap());
    let before = snapshot(&scene.out);
    assert!(scene.compile(&tree()).unwrap());
    assert_eq!(snapshot(&scene.out), before);
}

#[test]
fn each_fault_has_its_name() {
    use Standing::{Foreign, HandEdited, Missing, Orphaned, Stale};
    let stale = |path| with(&tree(), path, Some("new\n"));
    let nothing = |_: &Scene| {};
    type Deed = fn(&Scene);
    let missing: Deed = |scene| fs::remove_file(scene.path("README.md")).unwrap();
    let edited: Deed = |scene| scene.edit("src/generated/mod.rs");
    let edited_json: Deed = |scene| scene.edit("openapi.json");
    let beheaded: Deed = |scene| scene.write("src/generated/mod.rs", "pub mod a;\n");
    let edited_migration: Deed = |scene| scene.edit("migrations/0001_init.sql");
    let owned_gone: Deed = |scene| fs::remove_file(scene.path("src/main.rs")).unwrap();
    let owned_edited: Deed = |scene| scene.edit("src/main.rs");
    for (deed, tree, expected) in [
        (nothing as Deed, tree(), vec![]),
        (nothing, stale("README.md"), vec![("README.md", Stale)]),
        (nothing, stale("openapi.json"), vec![("openapi.json", Stale)]),
        (nothing, stale("migrations/0001_init.sql"), vec![("migrations/0001_init.sql", Stale)]),
        (nothing, stale("src/main.rs"), vec![]),
        (missing, tree(), vec![("README.md", Missing)]),
        (edited, tree(), vec![("src/generated/mod.rs", HandEdited)]),
        (edited, stale("src/generated/mod.rs"), vec![("src/generated/mod.rs", HandEdited)]),
        (edited_json, tree(), vec![("openapi.json", HandEdited)]),
        (beheaded, tree(), vec![("src/generated/mod.rs", Foreign)]),
        (edited_migration, tree(), vec![("migrations/0001_init.sql", HandEdited)]),
        (owned_gone, tree(), vec![("src/main.rs", Missing)]),
        (owned_edited, tree(), vec![]),
        (nothing, with(&tree(), "README.md", None), vec![("README.md", Orphaned)]),
        (nothing, with(&tree(), "openapi.json", None), vec![("openapi.json", Orphaned)]),
        (
            nothing,
            with(&tree(), "src/generated/domain/a.rs", None),
            vec![("src/generated/domain/a.rs", Orphaned)],
        ),
        (
            edited,
            with(&tree(), "src/generated/mod.rs", None),
            vec![("src/generated/mod.rs", Standing::OrphanEdited)],
        ),
    ] {
        let scene = Scene::compiled();
        deed(&scene);
        let faults = scene.faults(&tree);
        let faults: Vec<_> = faults.iter().map(|(path, one)| (path.as_str(), *one)).collect();
        assert_eq!(faults, expected);
    }
}

/// The quick answer never says that nothing has happened when something has.
#[test]
fn every_fault_is_seen_by_digests_alone() {
    let files = ["src/main.rs", "src/generated/mod.rs", "openapi.json", "README.md", LOCK];
    for path in files {
        let scene = Scene::compiled();
        fs::remove_file(scene.path(path)).unwrap();
        assert!(!unchanged(&scene.out, &stamp()).unwrap(), "{path} is gone");
    }
    for path in &files[1..] {
        let scene = Scene::compiled();
        scene.edit(path);
        assert!(!unchanged(&scene.out, &stamp()).unwrap(), "{path} is edited");
    }
    let scene = Scene::compiled();
    scene.write(
        "src/generated/old.rs",
        &blueprint::write::signed("src/generated/old.rs", "old\n".to_owned()),
    );
    assert!(!unchanged(&scene.out, &stamp()).unwrap(), "an orphan");
}

/// A file of an older compile, put back from version control, is signed but not what belongs there.
#[test]
fn an_older_output_is_stale() {
    let scene = Scene::compiled();
    let old = scene.read("README.md");
    let newer = with(&tree(), "README.md", Some("# B\n"));
    assert!(scene.compile(&newer).unwrap());
    scene.write("README.md", &old);
    assert!(!unchanged(&scene.out, &stamp()).unwrap());
    assert_eq!(scene.faults(&newer), [("README.md".into(), Standing::Stale)]);
}

#[test]
fn what_is_in_the_way_stops_everything() {
    let newer = with(&tree(), "README.md", Some("# B\n"));
    for path in ["src/generated/mod.rs", "openapi.json", "migrations/0001_init.sql"] {
        let scene = Scene::compiled();
        scene.edit(path);
        let before = snapshot(&scene.out);
        assert!(!scene.compile(&newer).unwrap(), "{path}");
        assert_eq!(snapshot(&scene.out), before, "{path}");
    }
    let scene = Scene::new();
    scene.write("README.md", "# Mine\n");
    assert!(!scene.compile(&tree()).unwrap());
    assert_eq!(snapshot(&scene.out).len(), 1);
}

#[test]
fn an_owned_file_is_written_once() {
    let scene = Scene::new();
    scene.write("src/main.rs", "fn main() { mine() }\n");
    assert!(scene.compile(&tree()).unwrap());
    assert!(scene.compile(&with(&tree(), "src/main.rs", Some("fn main() { new() }\n"))).unwrap());
    assert_eq!(scene.read("src/main.rs"), "fn main() { mine() }\n");
}

#[test]
fn orphans_go_with_the_folders_they_leave_empty() {
    let scene = Scene::compiled();
    scene.write("src/generated/notes.txt", "mine\n");
    let mut smaller = with(&tree(), "src/generated/domain/a.rs", None);
    smaller = with(&smaller, "migrations/0001_init.sql", None);
    assert!(scene.compile(&smaller).unwrap());
    assert!(!scene.path("src/generated/domain").exists());
    assert!(!scene.path("migrations").exists());
    assert_eq!(scene.read("src/generated/notes.txt"), "mine\n");
    assert!(scene.survey(&smaller).is_up_to_date());
}

#[test]
fn a_copy_under_another_name_is_not_pruned() {
    let scene = Scene::compiled();
    scene.write("src/generated/copy.rs", &scene.read("src/generated/mod.rs"));
    assert_eq!(scene.faults(&tree()), [("src/generated/copy.rs".into(), Standing::OrphanEdited)]);
    assert!(!scene.compile(&tree()).unwrap());
    assert!(scene.path("src/generated/copy.rs").exists());
}

#[test]
fn another_services_folder_is_left_alone() {
    let scene = Scene::compiled();
    crate::folder::compile(&scene.path("src/other"), &tree()).unwrap();
    scene.write("target/x.rs", &blueprint::write::signed("target/x.rs", "old\n".to_owned()));
    assert!(scene.survey(&tree()).is_up_to_date());
}

#[test]
fn a_lock_that_a_merge_damaged_is_only_stale() {
    let scene = Scene::compiled();
    let lock = scene.read(LOCK);
    scene.write(LOCK, &format!("<<<<<<< ours\n{lock}=======\ninput 123\n>>>>>>> theirs\n"));
    assert_eq!(scene.faults(&tree()), []);
    assert!(scene.compile(&tree()).unwrap());
    assert_eq!(scene.read(LOCK), lock);
}

#[test]
fn the_same_tree_is_the_same_bytes_in_any_folder() {
    let (one, other) = (Scene::compiled(), Scene::compiled());
    assert_eq!(snapshot(&one.out), snapshot(&other.out));
}

#[test]
fn a_file_that_becomes_anothers_kind_stays() {
    let scene = Scene::compiled();
    let mut owned = with(&tree(), "README.md", None);
    add(&mut owned, "README.md", Ownership::Owned, "# Theirs\n");
    assert!(scene.compile(&owned).unwrap());
    assert!(scene.read("README.md").ends_with("# A\n"));
}
