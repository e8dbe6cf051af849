//! The names of collections.

use heck::{ToKebabCase, ToSnakeCase};

use super::draft::Draft;

/// snake_case plural: as declared, else by the rule of English.
pub fn plural(draft: &Draft<'_>) -> String {
    match draft.declared.and_then(|declared| declared.plural.as_ref()) {
        Some(plural) => plural.value.to_snake_case(),
        None => of(&draft.name.to_snake_case()),
    }
}

pub fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// The plural of a snake_case noun, where it follows the rule.
fn of(noun: &str) -> String {
    let vowel_before_y =
        noun.len() > 1 && noun.as_bytes()[noun.len() - 2..].iter().any(|b| b"aeiou".contains(b));
    if noun.ends_with('y') && !vowel_before_y {
        return format!("{}ies", &noun[..noun.len() - 1]);
    }
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    format!("{noun}{}", if hissing { "es" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_rule_of_english() {
        for (noun, plural) in [
            ("task", "tasks"),
            ("category", "categories"),
            ("day", "days"),
            ("cancellation_policy", "cancellation_policies"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("address", "addresses"),
            ("y", "ies"),
        ] {
            assert_eq!(of(noun), plural);
        }
    }
}
