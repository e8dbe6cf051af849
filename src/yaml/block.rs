//! A mapping in braces, written as a block.

use crate::diagnostics::Edit;
use crate::source::Span;

/// What to change so that the entries of a mapping stand on lines of their own. None where it does not
/// stand alone behind the key of a block.
pub fn edits(text: &str, mapping: Span, entries: &[String]) -> Option<Vec<Edit>> {
    let range = mapping.range();
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..range.start];
    let key = before.trim_end();
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    let end = start + text[start..end].trim_end_matches('\r').len();
    let after = text[range.end..end].trim();
    let alone = key.ends_with(':')
        && key.trim_start().bytes().all(word)
        && (after.is_empty() || after.starts_with('#'))
        && !text[range].contains('\n');
    if !alone {
        return None;
    }
    let indent = before.len() - before.trim_start().len() + 2;
    let lines: String =
        entries.iter().map(|entry| format!("\n{}{entry}", " ".repeat(indent))).collect();
    let at = |range| Span::new(mapping.file, range);
    let (open, close) = (start + key.len(), mapping.end as usize);
    Some(match after {
        "" => vec![Edit::new(at(open..end), lines)],
        _ => vec![Edit::new(at(open..close), ""), Edit::new(at(end..end), lines)],
    })
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')
}
