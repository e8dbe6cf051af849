//! `was:` from one compile to the next.

use crate::command::{Run, blueprint};
use crate::compile::{compiled, replace};
use std::fs;
use std::path::Path;

fn compile(root: &Path) -> Run {
    blueprint(root, "compile notes")
}

fn names(root: &Path) -> String {
    fs::read_to_string(root.join("notes/migrations/names.txt")).unwrap()
}

#[test]
fn a_rename_is_told_from_a_loss() {
    let root = compiled();
    let file = root.path().join("notes/blueprint.yaml");
    assert!(names(root.path()).contains("entities.Note.fields.title: text(1..80)\n"));
    let before = fs::read_to_string(&file).unwrap();

    // It was there before: nothing is written, and the names stay.
    let text = before.replace("title: text(1..80)", "title: { type: text(1..80), was: head }");
    fs::write(&file, text).unwrap();
    let run = compile(root.path()).ends_with(1);
    assert!(run.err.contains("`title` was there at the last compile"), "{}", run.err);
    assert!(!names(root.path()).contains("head"));

    // Renamed by the command, which says so; a second time before a compile it is still the first name that was.
    fs::write(&file, &before).unwrap();
    blueprint(root.path(), "rename Note.title heading notes/blueprint.yaml").ends_with(0);
    blueprint(root.path(), "rename Note.heading headline notes/blueprint.yaml").ends_with(0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("headline: { type: text(1..80), was: title }"), "{text}");
    assert_eq!(compile(root.path()).ends_with(0).err, "");
    let line = "entities.Note.fields.headline was title: text(1..80)\n";
    assert!(names(root.path()).contains(line));

    // It may stand, and it may go.
    blueprint(root.path(), "check notes --full").ends_with(0);
    replace(&file, "{ type: text(1..80), was: title }", "text(1..80)");
    assert_eq!(compile(root.path()).ends_with(0).err, "");

    // Said by nobody.
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("headline", "title")).unwrap();
    let run = compile(root.path()).ends_with(0);
    assert!(run.err.contains("warning[W609]"), "{}", run.err);
    assert_eq!(compile(root.path()).ends_with(0).err, "");
}

#[test]
fn an_action_is_known_by_the_name_that_it_had() {
    let root = compiled();
    let file = root.path().join("notes/blueprint.yaml");
    blueprint(root.path(), "rename Note.actions.withdraw retract notes/blueprint.yaml")
        .ends_with(0);
    assert!(fs::read_to_string(&file).unwrap().contains("was: withdraw"));
    assert_eq!(compile(root.path()).ends_with(0).err, "");
    assert!(names(root.path()).contains("entities.Note.actions.retract was withdraw: "));

    replace(&file, "was: withdraw", "was: withdrawn");
    let run = compile(root.path()).ends_with(1);
    assert!(run.err.contains("`retract` was there at the last compile"), "{}", run.err);
}

#[test]
fn what_is_new_is_renamed_without_a_word() {
    let root = compiled();
    let file = root.path().join("notes/blueprint.yaml");
    let more = "title: text(1..80)\n      subtitle: optional text(..80)";
    replace(&file, "title: text(1..80)", more);
    blueprint(root.path(), "rename Note.subtitle aside notes/blueprint.yaml").ends_with(0);
    assert!(!fs::read_to_string(&file).unwrap().contains("was:"));
}

#[test]
fn names_that_are_no_plain_file_are_not_read() {
    let root = compiled();
    let file = root.path().join("notes/migrations/names.txt");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    replace(&root.path().join("notes/blueprint.yaml"), "text(1..80)", "text(1..90)");
    let run = compile(root.path()).ends_with(1);
    assert!(run.err.contains("names.txt"), "{}", run.err);
}
