//! The reference of the language is what the types say.

use std::path::Path;

#[test]
fn the_reference_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language/words.md");
    let text = blueprint::syntax::reference::text();
    if std::env::var_os("BLUEPRINT_UPDATE").is_some() {
        std::fs::write(&path, &text).expect("it can be written");
    }
    let written = std::fs::read_to_string(&path).expect("it can be read");
    assert_eq!(written, text, "BLUEPRINT_UPDATE=1 cargo test --test ui");
}
