//! `fix` and `fmt`: what people wrote is changed, and nothing but what they asked for.

use crate::command::{Run, blueprint};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// Two slips in the main file, one in another, and a mistake for people. Windows line ends, and comments.
const MAIN: &str = "# ours\r\nblueprint: 1\r\nservice: { name: shop }   # the shop\r\ninclude: [more.yaml]\r\n\
    identity:\r\n  contexts:\r\n    team: { tenant: Team, grants: Member, founder: lead }\r\nroles:\r\n  lead: { \
    in: teem }\r\n  gest: { in: team, incldes: [lead] }\r\n";
const MORE: &str = "entities:\n  Task:\n    fields: { title: text(1..80), size:  integer }   # how much\n    \
    read: { lead: all, boss: all }\n    actions: { create: { by: lead, accept: [title, size] } }\n";

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("blueprint.yaml"), MAIN).unwrap();
    fs::write(folder.path().join("more.yaml"), MORE).unwrap();
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn fixes_what_is_certain_in_all_files_and_tells_the_rest() {
    let folder = folder();
    let main = folder.path().join("blueprint.yaml");
    fs::set_permissions(&main, fs::Permissions::from_mode(0o640)).unwrap();
    let Run { out, err, .. } = blueprint(folder.path(), "fix").ends_with(1);
    assert!(out.contains("more.yaml:3:42  E109  write `int`"), "{out}");
    assert!(out.ends_with("3 fixes in 2 files\n"), "{out}");
    assert!(err.contains("there is no role or party `boss`"), "{err}");
    let fixed = MAIN.replace("teem", "team").replace("incldes", "includes");
    assert_eq!(read(folder.path(), "blueprint.yaml"), fixed);
    assert_eq!(read(folder.path(), "more.yaml"), MORE.replace("integer", "int"));
    assert_eq!(fs::metadata(&main).unwrap().permissions().mode() & 0o777, 0o640);
    let again = blueprint(folder.path(), "fix").ends_with(1).out;
    assert_eq!(again, "there is nothing to fix in ./blueprint.yaml\n".replace("./", ""));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let folder = folder();
    let run = blueprint(folder.path(), "fix --dry-run").ends_with(1);
    assert!(
        run.out.contains("\n-    fields: { title: text(1..80), size:  integer }"),
        "{}",
        run.out
    );
    assert!(run.out.ends_with("nothing was written (--dry-run)\n"), "{}", run.out);
    assert_eq!(read(folder.path(), "blueprint.yaml"), MAIN);
    let json = blueprint(folder.path(), "fix --dry-run --format json").ends_with(1).out;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["result"], "would_fix");
    assert_eq!(report["fixes"].as_array().unwrap().len(), 3);
    assert_eq!(report["diagnostics"][0]["code"], "E201");
    assert_eq!(read(folder.path(), "more.yaml"), MORE);
}

#[test]
fn a_blueprint_without_mistakes_has_nothing_to_fix() {
    let folder = tempdir().unwrap();
    blueprint(folder.path(), "new shop").ends_with(0);
    let run = blueprint(folder.path(), "fix shop").ends_with(0);
    assert_eq!(run.out, "there is nothing to fix in shop/blueprint.yaml\n");
}

#[test]
fn neither_writes_through_a_link_nor_over_what_is_read_only() {
    for command in ["fix", "fmt"] {
        let folder = folder();
        let more = folder.path().join("more.yaml");
        fs::set_permissions(&more, fs::Permissions::from_mode(0o444)).unwrap();
        let run = blueprint(folder.path(), command).ends_with(2);
        assert!(run.err.contains("more.yaml is read-only"), "{}", run.err);
        // All or nothing.
        assert_eq!(read(folder.path(), "blueprint.yaml"), MAIN);

        fs::set_permissions(&more, fs::Permissions::from_mode(0o644)).unwrap();
        fs::rename(&more, folder.path().join("there.yaml")).unwrap();
        symlink("there.yaml", &more).unwrap();
        let run = blueprint(folder.path(), command).ends_with(2);
        assert!(run.err.contains("more.yaml is a symbolic link"), "{}", run.err);
        assert_eq!(read(folder.path(), "there.yaml"), MORE);
        assert_eq!(read(folder.path(), "blueprint.yaml"), MAIN);
    }
}

#[test]
fn formats_all_files_and_checks_them() {
    let folder = folder();
    let shown = blueprint(folder.path(), "fmt --check").ends_with(1).out;
    assert!(shown.contains("\n-    fields: { title: text(1..80), size:  integer }"), "{shown}");
    assert_eq!(read(folder.path(), "blueprint.yaml"), MAIN);
    let run = blueprint(folder.path(), "fmt").ends_with(0);
    assert_eq!(run.out, "formatted blueprint.yaml\nformatted more.yaml\n");
    let formatted = read(folder.path(), "blueprint.yaml");
    assert!(
        formatted.contains("service: { name: shop }   # the shop\r\ninclude: [more.yaml]\r\n\r\n")
    );
    assert_eq!(blueprint(folder.path(), "fmt --check").ends_with(0).out, "2 files are formatted\n");
    let json = blueprint(folder.path(), "fmt --check more.yaml --format json").ends_with(0).out;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["result"], "formatted");
}

#[test]
fn what_is_no_yaml_is_told_and_left() {
    let folder = folder();
    fs::write(folder.path().join("more.yaml"), "entities: {\n").unwrap();
    let run = blueprint(folder.path(), "fmt").ends_with(1);
    assert!(run.err.contains("error[E005]"), "{}", run.err);
    assert_eq!(read(folder.path(), "more.yaml"), "entities: {\n");
    assert!(read(folder.path(), "blueprint.yaml") != MAIN);
}

/// A file that is one slip after another is not mended for ever: some are, and the rest is said to wait.
#[test]
fn a_run_makes_only_so_many_fixes() {
    let folder = tempdir().unwrap();
    let entity = |at: usize| format!("E{at}: {{ fields: {{ a: rf X }} }}");
    let entities: Vec<String> = (0..4_000).map(entity).collect();
    let text = format!(
        "blueprint: 1\nservice: {{ name: shop }}\nentities: {{ {} }}\n",
        entities.join(", ")
    );
    fs::write(folder.path().join("blueprint.yaml"), &text).unwrap();
    let run = blueprint(folder.path(), "fix --dry-run").ends_with(1);
    assert!(run.out.contains("there may be more, which `blueprint fix` makes"), "{}", run.err);
    let made = run.out.matches("  E109  write `ref`").count();
    assert!((500..2_000).contains(&made), "{made}");
}
