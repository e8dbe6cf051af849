//! `blueprint new`.

use crate::command::blueprint;
use std::fs;
use tempfile::tempdir;

#[test]
fn a_folder_is_started_and_never_again() {
    let root = tempdir().unwrap();
    let run = blueprint(root.path(), "new my-shop").ends_with(0);
    assert!(run.out.contains("next: cd my-shop && blueprint compile"), "{}", run.out);
    let path = root.path().join("my-shop/blueprint.yaml");
    assert!(fs::read_to_string(&path).unwrap().contains("name: my_shop"));
    fs::write(&path, "mine\n").unwrap();
    let run = blueprint(root.path(), "new my-shop").ends_with(1);
    assert!(run.err.contains("my-shop/blueprint.yaml is there already"), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
}

#[test]
fn a_shipped_blueprint_is_as_it_is_shipped() {
    let root = tempdir().unwrap();
    for app in ["starter", "projects", "marketplace"] {
        blueprint(root.path(), &format!("new {app} --from {app}")).ends_with(0);
        let folder = root.path().join(app);
        let shipped = format!("{}/blueprints/{app}", env!("CARGO_MANIFEST_DIR"));
        for file in fs::read_dir(shipped).unwrap() {
            let file = file.unwrap();
            let written = fs::read_to_string(folder.join(file.file_name())).unwrap();
            assert_eq!(written, fs::read_to_string(file.path()).unwrap());
        }
        assert!(folder.join("blueprint.schema.json").exists());
    }
}

#[test]
fn never_through_a_dangling_link() {
    let root = tempdir().unwrap();
    let outside = root.path().join("outside");
    fs::create_dir(root.path().join("shop")).unwrap();
    std::os::unix::fs::symlink(&outside, root.path().join("shop/blueprint.yaml")).unwrap();
    blueprint(root.path(), "new shop").ends_with(1);
    assert!(!outside.exists());
}
