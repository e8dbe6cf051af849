//! How a name of the blueprint is written in each place of the output.

use crate::model::{Entity, EntityKind, Model};
use heck::{ToKebabCase, ToPascalCase, ToSnakeCase, ToTitleCase};

/// A module, a file, a field: `booking_line`.
pub fn snake(name: &str) -> String {
    name.to_snake_case()
}

/// A type or a variant: `BookingLine`.
pub fn pascal(name: &str) -> String {
    name.to_pascal_case()
}

/// A segment of a path: `booking-lines`.
pub fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// A heading: `Booking lines`.
pub fn title(name: &str) -> String {
    let words = name.to_title_case();
    let mut chars = words.chars();
    match chars.next() {
        Some(head) => head.to_string() + &chars.as_str().to_lowercase(),
        None => words,
    }
}

/// A summary as a sentence: with its full stop, and words of our own where there is none.
pub fn sentence(summary: &str, otherwise: &str) -> String {
    let text = if summary.trim().is_empty() { otherwise } else { summary.trim() };
    if text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

/// `A task`, `An owner`: how a sentence about one begins.
pub fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {}", if vowel { "An" } else { "A" }, name.to_lowercase())
}

/// A sentence that goes on after a colon: its first letter small, unless the word is an abbreviation.
pub fn lead(sentence: &str) -> String {
    let mut chars = sentence.chars();
    match (chars.next(), chars.next()) {
        (Some(head), Some(second)) if !second.is_uppercase() => {
            head.to_lowercase().collect::<String>() + &sentence[head.len_utf8()..]
        }
        _ => sentence.to_owned(),
    }
}

/// What an entity is, in a sentence; implied ones have words of ours.
pub fn about(model: &Model, entity: &Entity) -> String {
    let otherwise = match entity.kind {
        EntityKind::Plain => title(&entity.name),
        EntityKind::User => "A person who signs in".to_owned(),
        EntityKind::Tenant(_) => "Within one of these people act together".to_owned(),
        EntityKind::Grants(context) => match model[context].tenant() {
            Some(tenant) => format!("Who holds which role in a {}", model[tenant].name),
            None => "Who holds which role over the whole service".to_owned(),
        },
    };
    sentence(&entity.summary, &otherwise)
}

/// `a or b or c`, as people read alternatives.
pub fn either(words: &[String]) -> String {
    match words {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_case() {
        assert_eq!(snake("BookingLine"), "booking_line");
        assert_eq!(pascal("booking_line"), "BookingLine");
        assert_eq!(kebab("booking_lines"), "booking-lines");
        assert_eq!(title("booking_lines"), "Booking lines");
    }

    #[test]
    fn a_summary_ends_with_a_stop() {
        assert_eq!(sentence("A thing", "x"), "A thing.");
        assert_eq!(sentence("Why?", "x"), "Why?");
        assert_eq!(sentence(" ", "Nothing"), "Nothing.");
    }

    #[test]
    fn alternatives_read_as_words() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(either(&words(&["a"])), "a");
        assert_eq!(either(&words(&["a", "b", "c"])), "a, b or c");
    }
}
