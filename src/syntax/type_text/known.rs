//! The types, each as one writes it.

/// As an example, and what it holds: for editors, and for whoever wrote something else.
pub const TYPES: &[(&str, &str)] = &[
    ("text(1..80)", "Text of so many characters."),
    ("optional text(1..80)", "Text, or nothing."),
    ("bool", "True or false."),
    ("int(1..100)", "A whole number within bounds."),
    ("decimal(2)", "A number with so many digits after the point."),
    ("money", "An amount in the service's currency."),
    ("bps", "Hundredths of a percent."),
    ("one of a|b|c", "One of a few words."),
    ("ref Entity", "A row of an entity that the caller can see."),
    ("ref User in team", "A person who has a grant in a context."),
    ("date", "A day."),
    ("timestamp", "An instant."),
    ("duration", "A length of time."),
    ("range of date", "From one day until another."),
    ("range of timestamp", "From one instant until another."),
    ("email", "An address of mail."),
    ("phone", "A telephone's number."),
    ("url", "An address of the web."),
    ("slug", "A word for addresses."),
];

/// The first word of each: `text` of `text(1..80)`.
pub fn heads() -> impl Iterator<Item = &'static str> + Clone {
    let heads = TYPES.iter().map(|(example, _)| {
        let end = example.find([' ', '(']).unwrap_or(example.len());
        &example[..end]
    });
    heads.filter(|head| *head != "optional")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn each_is_a_type() {
        for (example, _) in TYPES {
            let text = format!(
                "blueprint: 1\nservice: {{ name: shop, currency: EUR }}\nidentity: {{ contexts: {{ team: {{ \
                 tenant: Team, grants: Member, founder: lead }} }} }}\nroles: {{ lead: {{ in: team }} }}\n\
                 entities: {{ Entity: {{ fields: {{ a: {example} }} }} }}\n"
            );
            let sources = Sources::from_text("a.yaml", text);
            let (_, diagnostics) = crate::compile(&sources);
            assert!(!diagnostics.has_errors(), "{example}: {:?}", diagnostics.iter().next());
        }
    }
}
