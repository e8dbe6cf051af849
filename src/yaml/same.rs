//! The same entry twice, word for word.

use crate::diagnostics::{Edit, Fix};
use crate::source::Span;

/// Takes out the second of two entries, from key to value, where both say the same: its line, or in
/// braces what stands from the comma before it.
pub fn remove_same(text: &str, first: Span, second: Span) -> Option<Fix> {
    let entry = &text[second.range()];
    if text[first.range()] != *entry || entry.contains('\n') {
        return None;
    }
    let range = second.range();
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let (before, after) = (text[start..range.start].trim(), text[range.end..end].trim());
    let part = match (before, after) {
        // A quote that closes the value stands after its place.
        ("", "" | "'" | "\"") => start..end,
        (before, after) if before.ends_with(',') && after.starts_with([',', '}']) => {
            text[..range.start].trim_end().len() - 1..range.end
        }
        _ => return None,
    };
    let edit = Edit::new(Span::new(second.file, part), "");
    Some(Fix::new("remove the second, which is the same", vec![edit]))
}
