//! What blueprints whose lists multiply would be compiled to is known before it is made.

use blueprint::source::Sources;

use super::multiplied::multiplied;

fn compiled(what: &str, text: &str) -> blueprint::model::Model {
    let sources = Sources::from_text("blueprint.yaml", text);
    let (model, diagnostics) = blueprint::compile(&sources);
    let look = blueprint::diagnostics::render::Look::Plain;
    let told = blueprint::diagnostics::render::human(&diagnostics, &sources, look);
    model.unwrap_or_else(|| panic!("{what}: {told}"))
}

fn bytes(model: &blueprint::model::Model) -> usize {
    blueprint::emit(model).iter().map(|(_, file)| file.text.len()).sum()
}

/// A bound that counts less than there is bounds nothing, and one that counts much more refuses what is honest.
#[test]
fn what_is_compiled_is_known_before() {
    let least = bytes(&compiled("nothing", "blueprint: 1\nservice: { name: shop }\n"));
    for (what, text) in multiplied(24) {
        let model = compiled(what, &text);
        let counted: usize =
            model.entity_ids().map(|id| blueprint::proofs::weight(&model, id)).sum();
        let made = bytes(&model) - least;
        println!("{what}: {made} bytes are counted as {counted}");
        assert!(counted > made * 9 / 10, "{what}: {made} bytes are counted as {counted}");
        assert!(counted < made * 5, "{what}: {made} bytes are counted as {counted}");
    }
}
