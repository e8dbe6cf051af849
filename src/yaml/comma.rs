//! `{ summary: Fast, cheap }`: a text with a comma that YAML takes for two entries.

use std::collections::BTreeSet;

use super::block;
use super::tree::Node;
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, codes};
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

    /// One diagnostic for each value that was split, and for each key that never had one. `mapping` is
    /// the place of all, with its braces.
    pub fn report(self, text: &str, mapping: Span) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for meant in &self.entries {
            let diagnostic = match (meant.parts.first(), meant.value) {
                (Some(part), Some(value)) => {
                    let told = Diagnostic::new(
                        codes::SPLIT_AT_COMMA,
                        part.span,
                        format!("YAML split this at a comma: `{}` has no value", part.value),
                    )
                    .label("a key of its own, to YAML")
                    .also(
                        Span { end: part.span.start, ..value },
                        format!("the value of `{}`", meant.key),
                    )
                    .reason("between braces every comma begins a new entry");
                    self.mended(told, text, mapping, meant, value)
                }
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

    /// With what to write instead, and, where nothing but that can be meant, the change itself.
    fn mended(
        &self,
        told: Diagnostic,
        text: &str,
        mapping: Span,
        meant: &Meant,
        value: Span,
    ) -> Diagnostic {
        let written = &text[value.range()];
        let replaced =
            |ours: &str| Fix::new(format!("write `{ours}`"), vec![Edit::new(value, ours)]);
        if let Some((next, ours)) = type_meant(written) {
            return told.next(next).fixed_by(replaced(&ours));
        }
        let plain = |one: &str| !one.contains(['\'', '"', '#', '\n']);
        if !plain(written) {
            return told.next(format!("write it as a block:\n{}", self.block(text)));
        }
        if let Some(list) = names_meant(&meant.key.value, written) {
            return told
                .next(format!("several names are a list: `{list}`"))
                .fixed_by(replaced(&list));
        }
        if let Some(edits) = block::edits(text, mapping, &self.lines(text, mapping)) {
            return told
                .next("write it as a block")
                .fixed_by(Fix::new("write it as a block", edits));
        }
        let quoted = format!("'{written}'");
        told.next("put it in quotes").fixed_by(replaced(&quoted))
    }

    /// Each entry as it is written, values that were split whole.
    fn lines(&self, text: &str, mapping: Span) -> Vec<String> {
        let starts = self.entries.iter().map(|meant| {
            let start = meant.key.span.start as usize;
            start - usize::from(text[..start].ends_with(['\'', '"']))
        });
        let starts: Vec<usize> = starts.collect();
        let end = mapping.end as usize - 1;
        let ends = starts.iter().skip(1).copied().chain([end]);
        let slices = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]);
        let entries = self.entries.iter().zip(slices).map(|(meant, written)| {
            let written = written.trim_end_matches([',', ' ']);
            match (meant.parts.is_empty(), written.split_once(": ")) {
                (false, Some((key, value))) if value.contains(": ") => {
                    format!("{key}: '{}'", value.trim_start())
                }
                _ => written.to_owned(),
            }
        });
        entries.collect()
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
fn type_meant(value: &str) -> Option<(String, String)> {
    let joined =
        |list: &str, with: &str| list.split(',').map(str::trim).collect::<Vec<_>>().join(with);
    let (optional, plain) = match value.strip_prefix("optional ") {
        Some(plain) => ("optional ", plain),
        None => ("", value),
    };
    if let Some(values) = plain.strip_prefix("one of ") {
        let ours = format!("one of {}", joined(values, "|"));
        return Some((format!("separate values by `|`: `{ours}`"), format!("{optional}{ours}")));
    }
    let (name, bounds) = plain.strip_suffix(')')?.split_once('(')?;
    let legal = |one: char| one.is_ascii_digit() || one == ',' || one == ' ';
    (matches!(name, "text" | "int") && bounds.chars().all(legal)).then(|| {
        let ours = format!("{name}({})", joined(bounds, ".."));
        (format!("bounds are written `{ours}`"), format!("{optional}{ours}"))
    })
}

/// Several names without the brackets of a list.
fn names_meant(key: &str, value: &str) -> Option<String> {
    const LISTS: [&str; 7] = ["by", "accept", "from", "fields", "includes", "list", "algorithms"];
    let names: Vec<&str> = value.split(',').map(str::trim).collect();
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    (LISTS.contains(&key) && names.iter().all(is_name)).then(|| format!("[{}]", names.join(", ")))
}
