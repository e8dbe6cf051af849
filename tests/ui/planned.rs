//! A planned word is refused once, at the word.

use blueprint::diagnostics::codes;
use blueprint::source::Sources;

use super::diagnose;

/// The whole language, used rightly, is refused by its planned words alone, and by each of them.
#[test]
fn the_whole_language_is_read() {
    let text = include_str!("planned_whole_language/blueprint.yaml");
    let sources = Sources::from_text("blueprint.yaml", text);
    let diagnostics = diagnose(&sources);
    let shape: Vec<String> = diagnostics
        .iter()
        .filter(|one| one.code.id < "E200" && one.code != codes::NOT_SUPPORTED_YET)
        .map(|one| format!("{} {}", sources.text(one.primary.span), one.message))
        .collect();
    assert_eq!(shape, Vec::<String>::new());
    let refused: Vec<&str> = diagnostics
        .iter()
        .filter(|one| one.code == codes::NOT_SUPPORTED_YET)
        .filter_map(|one| one.message.strip_prefix('`')?.split('`').next())
        .collect();
    let schema: serde_json::Value =
        serde_json::from_str(&blueprint::syntax::schema::text()).expect("it is JSON");
    let mut planned = Vec::new();
    gather(&schema, &mut planned);
    planned.retain(|word| !refused.contains(&word.as_str()));
    assert_eq!(planned, Vec::<String>::new());
}

/// Planned words of what is built; those within what is planned are not refused one by one.
fn gather(schema: &serde_json::Value, words: &mut Vec<String>) {
    match schema {
        serde_json::Value::Object(members) => {
            if let Some(serde_json::Value::Object(properties)) = members.get("properties") {
                let planned = properties.iter().filter(|(_, one)| one.get("x-planned").is_some());
                words.extend(planned.map(|(word, _)| word.clone()));
            }
            members.values().for_each(|value| gather(value, words));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        _ => {}
    }
}
