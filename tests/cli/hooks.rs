//! Hooks: the card of one, its file that is written once, and what is said of code that goes round.

use crate::command::blueprint;
use serde_json::Value;
use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const MARKETPLACE: &str = "blueprints/marketplace/blueprint.yaml";
const BLUEPRINT: &str = "tests/ui/hook_unasked/fixed.yaml";

#[test]
fn a_card_says_what_whoever_writes_it_must_know() {
    let card = blueprint(Path::new(ROOT), &format!("context quote {MARKETPLACE}")).ends_with(0);
    for expected in [
        "src/app/quote.rs: `impl Compute for Hook`",
        "listing: Uuid",
        "listings: Vec<ListingsRow>   Rows of Listing, where id == input.listing.",
        "one, or none where it is gone",
        "Output { price, customer_fee, total }",
        "Money: `Money::from_minor(i64)`, `.minor() -> i64`",
        "crate::generated::domain::listing::ListingPriceUnit: `Hour`, `Night`, `Fixed`",
        "commands.book",
        "price_positive: price > 0.00 EUR",
        "cargo test --lib app::quote",
    ] {
        assert!(card.out.contains(expected), "{expected:?} in\n{}", card.out);
    }
    let told = format!("context hooks.quote {MARKETPLACE} --format json");
    let told = blueprint(Path::new(ROOT), &told).ends_with(0);
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["hook"], "hooks.quote");
    assert_eq!(told["file"], "src/app/quote.rs");
    let wrong = blueprint(Path::new(ROOT), &format!("context qoute {MARKETPLACE}")).ends_with(2);
    assert!(wrong.err.contains("`quote`"), "{}", wrong.err);
}

#[test]
fn a_stub_is_written_once_and_read_by_check() {
    let root = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(Path::new(ROOT).join(BLUEPRINT)).unwrap();
    fs::write(root.path().join("blueprint.yaml"), text).unwrap();
    blueprint(root.path(), "compile").ends_with(0);
    let file = root.path().join("src/app/quote.rs");
    let stub = fs::read_to_string(&file).unwrap();
    assert!(stub.contains("const WRITTEN: bool = false;"), "{stub}");
    let mine =
        stub + "\nfn mine() -> Option<String> { std::fs::read_to_string(\"/etc/rates\").ok() }\n";
    fs::write(&file, &mine).unwrap();
    blueprint(root.path(), "compile --full").ends_with(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), mine);
    let told = blueprint(root.path(), "check").ends_with(1);
    assert!(told.err.contains("src/app/quote.rs"), "{}", told.err);
    assert!(told.err.contains("reads or writes files"), "{}", told.err);
}
