//! `blueprint compile`, on a real blueprint.

use crate::command::{Run, blueprint, command};
use crate::folder::{snapshot, with};
use blueprint::write::{self, Folder, LOCK, Lock};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use tempfile::{TempDir, tempdir};

/// A folder `notes` with the starter's blueprint in it.
pub fn started() -> TempDir {
    let root = tempdir().unwrap();
    blueprint(root.path(), "new notes").ends_with(0);
    root
}

/// As `started`, compiled.
pub fn compiled() -> TempDir {
    let root = started();
    blueprint(root.path(), "compile notes").ends_with(0);
    root
}

/// Replaces text in a file, which must be there.
pub fn replace(path: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(old), "{old:?} in {}", path.display());
    fs::write(path, text.replacen(old, new, 1)).unwrap();
}

/// Another blueprint: an entity gets another name, a field changes.
pub fn change(root: &Path) {
    let path = root.join("notes/blueprint.yaml");
    replace(&path, "  Note:\n", "  Letter:\n    was: Note\n");
    replace(&path, "text(1..80)", "text(1..90)");
}

#[test]
fn a_service_is_written_and_then_is_up_to_date() {
    let root = started();
    let run = blueprint(root.path(), "compile notes").ends_with(0);
    assert!(run.out.contains("src/generated/domain/"), "{}", run.out);
    assert!(run.out.contains(" new, "), "{}", run.out);
    assert_eq!(run.err, "");
    let before = snapshot(root.path());
    let run = blueprint(&root.path().join("notes"), "compile").ends_with(0);
    assert!(run.out.contains("is up to date"), "{}", run.out);
    assert_eq!(snapshot(root.path()), before);
    blueprint(&root.path().join("notes"), "check").ends_with(0);
    blueprint(&root.path().join("notes"), "check --full").ends_with(0);
}

#[test]
fn what_changed_is_told_file_by_file() {
    let root = compiled();
    change(root.path());
    let run = blueprint(root.path(), "compile notes").ends_with(0);
    for expected in ["new ", "removed ", "changed ", "letter.rs", "note.rs", "entities.Letter"] {
        assert!(run.out.contains(expected), "{expected}: {}", run.out);
    }
    blueprint(root.path(), "check notes").ends_with(0);
}

#[test]
fn a_dry_run_writes_nothing() {
    let root = started();
    let before = snapshot(root.path());
    let run = blueprint(root.path(), "compile notes --dry-run").ends_with(0);
    assert!(run.out.contains("nothing was written"), "{}", run.out);
    assert_eq!(snapshot(root.path()), before);
    blueprint(root.path(), "compile notes --out elsewhere --dry-run").ends_with(0);
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn a_mistake_is_told_at_its_place_and_nothing_is_written() {
    let root = compiled();
    replace(&root.path().join("notes/blueprint.yaml"), "text(1..80)", "txt(1..80)");
    let before = snapshot(root.path());
    for command in ["compile", "check", "compile --dry-run"] {
        let run = blueprint(root.path(), &format!("{command} notes")).ends_with(1);
        assert!(
            run.err.contains("notes/blueprint.yaml:") && run.err.contains("txt"),
            "{}",
            run.err
        );
        assert_eq!(run.out, "");
    }
    let run = blueprint(root.path(), "compile notes --format json").ends_with(1);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["diagnostics"][0]["place"]["file"], "notes/blueprint.yaml");
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn what_people_edited_is_never_overwritten() {
    for path in ["src/generated/mod.rs", "openapi.json", "migrations/0001_init.sql"] {
        let root = compiled();
        let file = root.path().join("notes").join(path);
        fs::write(&file, fs::read_to_string(&file).unwrap() + "\n").unwrap();
        change(root.path());
        let before = snapshot(root.path());
        let run = blueprint(root.path(), "compile notes").ends_with(1);
        let edited = format!("{path} is hand-edited");
        assert!(
            run.err.contains("nothing was written") && run.err.contains(&edited),
            "{}",
            run.err
        );
        assert_eq!(snapshot(root.path()), before, "{path}");
    }
}

#[test]
fn what_people_own_is_never_overwritten() {
    let root = compiled();
    let file = root.path().join("notes/src/main.rs");
    fs::write(&file, "fn main() {}\n").unwrap();
    change(root.path());
    blueprint(root.path(), "compile notes").ends_with(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), "fn main() {}\n");
}

#[test]
fn the_same_blueprint_is_the_same_bytes_in_any_folder() {
    let (one, other) = (compiled(), compiled());
    assert_eq!(snapshot(one.path()), snapshot(other.path()));
    let root = one.path();
    for out in ["a", "b/c/d/e"] {
        blueprint(root, &format!("compile notes --out {out}")).ends_with(0);
    }
    let mut trees = ["a", "b/c/d/e"].map(|out| snapshot(&root.join(out)));
    for tree in &mut trees {
        // Its one line that names the blueprint as seen from there.
        tree.remove(Path::new("blueprint.lock"));
    }
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn the_lock_remembers_the_blueprint() {
    let root = started();
    fs::create_dir_all(root.path().join("out")).unwrap();
    blueprint(root.path(), "compile notes --out out/notes").ends_with(0);
    blueprint(&root.path().join("out/notes"), "check").ends_with(0);
    blueprint(root.path(), "check --out out/notes").ends_with(0);
    change(root.path());
    blueprint(&root.path().join("out/notes"), "check").ends_with(1);
    blueprint(&root.path().join("out/notes"), "compile").ends_with(0);
}

#[test]
fn what_another_program_of_the_same_version_made_is_compared() {
    let root = compiled();
    let notes = root.path().join("notes");
    fs::create_dir(notes.join("target")).unwrap();
    let run = blueprint(root.path(), "compile notes").ends_with(0);
    assert!(run.out.contains("is up to date"), "{}", run.out);

    // As another would have left it: with a lock that fits.
    let sources = blueprint::load(&notes.join("blueprint.yaml")).unwrap();
    let model = blueprint::compile(&sources).0.unwrap();
    let tree = with(&blueprint::emit(&model), "README.md", Some("Another.\n"));
    let lock = Lock::parse(&fs::read_to_string(notes.join(LOCK)).unwrap());
    let survey = write::survey(&notes, tree, &lock.stamp).unwrap();
    Folder::open(&notes).unwrap().apply(&survey).unwrap();
    assert!(write::unchanged(&notes, &lock.stamp).unwrap());

    let run = blueprint(root.path(), "check notes").ends_with(1);
    assert!(run.err.contains("README.md"), "{}", run.err);
    let run = blueprint(root.path(), "compile notes").ends_with(0);
    assert!(run.out.contains("README.md"), "{}", run.out);
    let noted = fs::read(notes.join("target/blueprint.made")).unwrap();
    let run = blueprint(root.path(), "compile notes").ends_with(0);
    assert!(run.out.contains("is up to date"), "{}", run.out);
    assert_eq!(fs::read(notes.join("target/blueprint.made")).unwrap(), noted);
}

#[test]
fn a_full_disk_is_a_fault_and_leaves_the_old_tree() {
    let root = compiled();
    change(root.path());
    let before = snapshot(root.path());
    // Files of more than a kilobyte cannot be written.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" compile notes"])
        .arg(env!("CARGO_BIN_EXE_blueprint"))
        .current_dir(root.path())
        .output()
        .unwrap();
    let run = Run::of(&output).ends_with(2);
    assert!(run.err.starts_with("error: cannot write "), "{}", run.err);
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn a_folder_that_may_not_be_written_is_a_fault() {
    let root = started();
    let folder = root.path().join("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    // For root no folder is read-only.
    if fs::write(folder.join("probe"), "").is_ok() {
        return;
    }
    let run = blueprint(root.path(), "compile notes --out locked").ends_with(2);
    assert!(run.err.contains("Permission denied"), "{}", run.err);
}

#[test]
fn a_blueprint_that_cannot_be_read_is_a_fault() {
    let root = started();
    let run = blueprint(root.path(), "compile nowhere.yaml").ends_with(2);
    assert!(run.err.contains("cannot read nowhere.yaml"), "{}", run.err);
    let run = command(root.path()).arg("check").output().unwrap();
    assert!(Run::of(&run).ends_with(2).err.contains("there is no blueprint.yaml here"));
}
