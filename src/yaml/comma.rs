//! `{ summary: Fast, cheap }`: a text with a comma that YAML takes for two entries.

use std::collections::BTreeSet;

use super::tree::Node;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::source::{Span, Spanned};

/// The entries of one mapping between braces, as a person may have meant them.
#[derive(Default)]
pub struct Split {
    entries: Vec<Meant>,
}

struct Meant {
    key: Spanned<String>,
    /// Of the value up to the last part that was split off.
    value: Option<Span>,
    parts: Vec<Spanned<String>>,
}

impl Split {
    pub fn with_value(&mut self, key: &Spanned<String>, value: &Node) {
        self.entries.push(Meant { key: key.clone(), value: Some(value.span), parts: Vec::new() });
    }

    /// A key after which there is no colon. Whether it belongs to the value before it.
    pub fn without_value(&mut self, key: &Spanned<String>) -> bool {
        if let Some(last) = self.entries.last_mut()
            && let Some(value) = last.value
        {
            last.value = Some(value.to(key.span));
            last.parts.push(key.clone());
            true
        } else {
            self.entries.push(Meant { key: key.clone(), value: None, parts: Vec::new() });
            false
        }
    }

    /// The keys whose values were split, so that what is left of them means nothing.
    pub fn concerned(&self) -> BTreeSet<Span> {
        let split = self.entries.iter().filter(|meant| !meant.parts.is_empty());
        split.map(|meant| meant.key.span).collect()
    }

    /// One diagnostic for each value that was split, and for each key that never had one.
    pub fn report(self, text: &str) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for meant in &self.entries {
            let diagnostic = match (meant.parts.first(), meant.value) {
                (Some(part), Some(value)) => Diagnostic::new(
                    codes::SPLIT_AT_COMMA,
                    part.span,
                    format!("YAML split this at a comma: `{}` has no value", part.value),
                )
                .label("a key of its own, to YAML")
                .also(
                    Span { end: part.span.start, ..value },
                    format!("the value of `{}`", meant.key),
                )
                .reason("between braces every comma begins a new entry")
                .next(
                    type_meant(&text[value.range()])
                        .unwrap_or_else(|| format!("write it as a block:\n{}", self.block(text))),
                ),
                (None, None) => Diagnostic::new(
                    codes::NO_VALUE,
                    meant.key.span,
                    format!("`{}` has no value", meant.key),
                )
                .next(format!("write `{}: …`", meant.key)),
                _ => continue,
            };
            diagnostics.push(diagnostic);
        }
        diagnostics
    }

    fn block(&self, text: &str) -> String {
        let lines: Vec<String> = self
            .entries
            .iter()
            .map(|meant| {
                let value = meant.value.map_or("…", |span| &text[span.range()]);
                let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
                let quoted =
                    !meant.parts.is_empty() && (value.contains(": ") || value.contains(" #"));
                let value = if quoted { format!("'{}'", value.replace('\'', "''")) } else { value };
                format!("  {}: {value}", meant.key)
            })
            .collect();
        lines.join("\n")
    }
}

/// What was meant, where the value is a type: those never have a comma.
fn type_meant(value: &str) -> Option<String> {
    let joined =
        |list: &str, with: &str| list.split(',').map(str::trim).collect::<Vec<_>>().join(with);
    let plain = value.strip_prefix("optional ").unwrap_or(value);
    if let Some(values) = plain.strip_prefix("one of ") {
        return Some(format!("separate values by `|`: `one of {}`", joined(values, "|")));
    }
    let (name, bounds) = plain.strip_suffix(')')?.split_once('(')?;
    let legal = |one: char| one.is_ascii_digit() || one == ',' || one == ' ';
    (matches!(name, "text" | "int") && bounds.chars().all(legal))
        .then(|| format!("bounds are written `{name}({})`", joined(bounds, "..")))
}
