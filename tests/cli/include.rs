//! A blueprint in several files, through every command that reads one.

use crate::command::blueprint;
use crate::compile::replace;
use std::fs;
use tempfile::{TempDir, tempdir};

/// The marketplace, which has six files, compiled beside them.
fn compiled() -> TempDir {
    let root = tempdir().unwrap();
    blueprint(root.path(), "new shop --from marketplace").ends_with(0);
    blueprint(root.path(), "compile shop").ends_with(0);
    root
}

#[test]
fn a_change_in_an_included_file_is_stale() {
    let root = compiled();
    blueprint(root.path(), "check shop").ends_with(0);
    replace(&root.path().join("shop/reviews.yaml"), "int(1..5)", "int(1..9)");
    let run = blueprint(root.path(), "check shop").ends_with(1);
    assert!(run.err.contains("stale "), "{}", run.err);
    blueprint(root.path(), "compile shop").ends_with(0);
    blueprint(root.path(), "check shop").ends_with(0);
    fs::remove_file(root.path().join("shop/reviews.yaml")).unwrap();
    let run = blueprint(root.path(), "check shop").ends_with(1);
    assert!(run.err.contains("there is no file `reviews.yaml`"), "{}", run.err);
    assert!(run.err.contains("shop/blueprint.yaml:14:"), "{}", run.err);
}

#[test]
fn what_an_included_file_says_is_explained() {
    let root = compiled();
    let run = blueprint(&root.path().join("shop"), "explain entities.Review").ends_with(0);
    assert!(run.out.contains("one side of a completed booking"), "{}", run.out);
}

#[test]
fn a_new_folder_is_not_started_over_a_part() {
    let root = tempdir().unwrap();
    fs::create_dir(root.path().join("shop")).unwrap();
    fs::write(root.path().join("shop/reviews.yaml"), "mine\n").unwrap();
    let run = blueprint(root.path(), "new shop --from marketplace").ends_with(1);
    assert!(run.err.contains("reviews.yaml is there already; nothing was written"), "{}", run.err);
    assert!(!root.path().join("shop/blueprint.yaml").exists());
}
