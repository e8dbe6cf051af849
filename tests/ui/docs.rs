//! The blueprints in the pages on the language compile.

use std::fs;
use std::path::Path;

#[test]
fn blueprints_in_the_docs_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language");
    let mut tried = 0;
    for page in fs::read_dir(folder).expect("there are pages") {
        let page = page.expect("it can be listed").path();
        let text = fs::read_to_string(&page).expect("it can be read");
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            assert_eq!(mistakes(block), Vec::<String>::new(), "{}:\n{block}", page.display());
            tried += 1;
        }
    }
    assert!(tried > 1, "{tried}");
}

/// A block may leave the version out, and name files that stand nowhere.
fn mistakes(block: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let version = if block.starts_with("blueprint:") { "" } else { "blueprint: 1\n" };
    let main = folder.path().join("blueprint.yaml");
    fs::write(&main, format!("{version}{block}")).expect("it can be written");
    fs::create_dir(folder.path().join("entities")).expect("it can be made");
    for (part, text) in [("identity.yaml", "identity: {}\n"), ("entities/a.yaml", "roles: {}\n")] {
        fs::write(folder.path().join(part), text).expect("it can be written");
    }
    let (_, diagnostics) = blueprint::compile(&blueprint::load(&main).expect("it can be read"));
    let errors = diagnostics.iter().filter(|one| !one.code.is_warning());
    errors.map(|one| format!("{} {}", one.code, one.message)).collect()
}
