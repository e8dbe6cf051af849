//! Links, rights and other processes.

use crate::command::blueprint;
use crate::compile::started;
use crate::folder::{Scene, snapshot, tree, with};
use blueprint::write::{Error, Folder, Standing};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

/// Wherever a link lies, nothing is written through it, and nothing else is written either.
#[test]
fn never_through_a_symlink() {
    for link in ["README.md", "src", "src/generated", "src/generated/domain", "blueprint.lock"] {
        let scene = Scene::new();
        let outside = scene.root.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret"), "secret\n").unwrap();
        let target = if link.contains('.') { outside.join("secret") } else { outside.clone() };
        fs::create_dir_all(scene.path(link).parent().unwrap()).unwrap();
        symlink(&target, scene.path(link)).unwrap();
        let before = snapshot(scene.root.path());
        assert!(!scene.compile(&tree()).unwrap(), "{link}");
        assert_eq!(snapshot(scene.root.path()), before, "{link}");
        let faults = scene.survey(&tree());
        assert!(faults.in_the_way().all(|entry| entry.standing == Standing::NotAFile));
    }
}

/// A link, or a file, where a folder belongs is told once, and nobody is told to remove anything through it.
#[test]
fn what_keeps_many_files_out_is_told_once() {
    for (stop, linked) in [("src", true), ("src", false), ("src/generated", true)] {
        let root = started();
        let out = root.path().join("notes");
        let outside = root.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::create_dir_all(out.join(stop).parent().unwrap()).unwrap();
        match linked {
            true => symlink(&outside, out.join(stop)).unwrap(),
            false => fs::write(out.join(stop), "mine\n").unwrap(),
        }
        let run = blueprint(root.path(), "compile notes").ends_with(1);
        let what = if linked { "a link" } else { "a file" };
        let told = format!("next: `{stop}` is {what}: remove it, or choose another `--out`");
        assert!(run.err.contains(&told), "{}", run.err);
        assert_eq!(run.err.matches("next:").count(), 1, "{}", run.err);
        assert!(!run.err.contains("rm -r"), "{}", run.err);
        let run = blueprint(root.path(), "compile notes --format json").ends_with(1);
        let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(told["files"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told["files"][0]["path"], stop);
    }
}

/// A dangling link is a link too: opening it for writing would make the file it names.
#[test]
fn never_through_a_dangling_symlink() {
    let scene = Scene::new();
    let outside = scene.root.path().join("outside");
    fs::create_dir(&scene.out).unwrap();
    symlink(&outside, scene.path("README.md")).unwrap();
    assert!(!scene.compile(&tree()).unwrap());
    assert!(!outside.exists());
}

#[test]
fn the_staging_folder_is_no_way_out() {
    let scene = Scene::compiled();
    let outside = scene.root.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("journal"), "- - README.md\nend\n").unwrap();
    symlink(&outside, scene.path(".blueprint-staging")).unwrap();
    let newer = with(&tree(), "README.md", Some("# B\n"));
    assert!(matches!(scene.compile(&newer), Err(Error::NotPlain(_))));
    assert!(outside.join("journal").exists());
}

#[test]
fn people_may_link_their_own_files() {
    let scene = Scene::new();
    let elsewhere = scene.root.path().join("main.rs");
    fs::write(&elsewhere, "fn main() { mine() }\n").unwrap();
    fs::create_dir_all(scene.path("src")).unwrap();
    symlink(&elsewhere, scene.path("src/main.rs")).unwrap();
    assert!(scene.compile(&tree()).unwrap());
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), "fn main() { mine() }\n");
}

#[test]
fn a_folder_of_the_name_of_a_file_stands_in_the_way() {
    let scene = Scene::new();
    fs::create_dir_all(scene.path("README.md")).unwrap();
    assert!(!scene.compile(&tree()).unwrap());
}

/// Half of a tree that cannot be written is taken back.
#[test]
fn a_folder_that_cannot_be_written_leaves_the_old_tree() {
    let scene = Scene::compiled();
    let newer = with(&tree(), "README.md", Some("# B\n"));
    let newer = with(&newer, "src/generated/domain/a.rs", Some("pub struct B;\n"));
    let locked = scene.path("src/generated/domain");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    // For root no folder is read-only.
    if fs::write(locked.join("probe"), "").is_ok() {
        fs::remove_file(locked.join("probe")).unwrap();
        return;
    }
    let before = snapshot(&scene.out);
    let error = scene.compile(&newer).unwrap_err();
    assert!(matches!(error, Error::Io { doing: "write", .. }), "{error}");
    assert_eq!(snapshot(&scene.out), before);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(scene.compile(&newer).unwrap());
}

#[test]
fn one_process_at_a_time() {
    let scene = Scene::compiled();
    let held = Folder::open(&scene.out).unwrap();
    assert!(matches!(Folder::open(&scene.out), Err(Error::Busy(_))));
    drop(held);
    assert!(Folder::open(&scene.out).is_ok());
}
