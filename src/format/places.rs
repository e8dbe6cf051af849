//! What a scalar is by where it stands.

/// How the text of a scalar is written in its canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Expression,
    Type,
    /// A name, a word, a text for people.
    Other,
}

/// By the keys that lead to it; items of a list have none of their own.
pub fn kind(path: &[&str]) -> Kind {
    match path {
        ["entities", _, "rules", _]
        | ["entities", _, "unique" | "exclude" | "totals", _, "where"]
        | ["entities", _, "totals", _, "cap"]
        | ["entities", _, "fields", _, "copy"]
        | ["entities", _, "read", _, "when"]
        | ["entities", _, "actions", _, "before" | "at" | "as_soon" | "when"]
        | ["entities", _, "actions", _, "approval", "when"]
        | ["entities", _, "actions", _, "require", _] => Kind::Expression,
        ["entities", _, "fields", _]
        | ["entities", _, "fields", _, "type"]
        | ["entities", _, "actions", _, "input", _]
        | ["entities", _, "actions", _, "input", _, "type"] => Kind::Type,
        _ => Kind::Other,
    }
}

/// The text of a type: one space between words, none around what parts values and bounds.
pub fn of_type(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut out = words.join(" ");
    for (loose, tight) in [(" |", "|"), ("| ", "|"), (" (", "("), ("( ", "("), (" )", ")")] {
        out = out.replace(loose, tight);
    }
    out
}
