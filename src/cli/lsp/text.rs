//! Places and names of files as the protocol has them: lines from 0, columns in UTF-16.

use crate::source::{File, Span};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The file that a `file:` address names.
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let mut bytes = Vec::with_capacity(rest.len());
    let mut at = 0;
    while at < rest.len() {
        let byte = rest.as_bytes()[at];
        let code = (byte == b'%').then(|| rest.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                at += 3;
            }
            None => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    Some(PathBuf::from(String::from_utf8(bytes).ok()?))
}

pub fn uri(path: &Path) -> String {
    let mut uri = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn position(file: &File, offset: usize) -> Value {
    let offset = file.text.floor_char_boundary(offset);
    let line = file.position(offset).line;
    let column = file.text[file.line_start(line)..offset].encode_utf16().count();
    json!({ "line": line - 1, "character": column })
}

pub fn range(file: &File, span: Span) -> Value {
    json!({
        "start": position(file, span.start as usize),
        "end": position(file, span.end as usize),
    })
}

/// All of a text.
pub fn whole(text: &str) -> Value {
    let line = text.matches('\n').count();
    let last = text.rsplit('\n').next().unwrap_or_default();
    json!({
        "start": { "line": 0, "character": 0 },
        "end": { "line": line, "character": last.encode_utf16().count() },
    })
}

/// The byte at a position; one beyond its line is the line's end, one beyond the text the text's.
pub fn offset(text: &str, position: &Value) -> usize {
    let number = |name: &str| {
        position[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    };
    let mut start = 0;
    for _ in 0..number("line") {
        match text[start..].find('\n') {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    let line = text[start..].split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let mut left = number("character");
    for (at, one) in line.char_indices() {
        if left < one.len_utf16() {
            return start + at;
        }
        left -= one.len_utf16();
    }
    start + line.len()
}

/// The text after the changes of a notification.
pub fn changed(text: &str, changes: &[Value]) -> String {
    let mut text = text.to_owned();
    for change in changes {
        let new = change["text"].as_str().unwrap_or_default();
        match change.get("range") {
            Some(range) if range.is_object() => {
                let start = offset(&text, &range["start"]);
                let end = offset(&text, &range["end"]).max(start);
                text.replace_range(start..end, new);
            }
            _ => new.clone_into(&mut text),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn columns_are_counted_in_utf_16() {
        let text = "a\r\nö𝒳b: c\n";
        let sources = Sources::from_text("a", text);
        let file = sources.file(sources.main());
        let at = text.find('b').unwrap();
        assert_eq!(position(file, at), json!({ "line": 1, "character": 3 }));
        assert_eq!(offset(text, &json!({ "line": 1, "character": 3 })), at);
        // Between the halves of one character.
        assert_eq!(offset(text, &json!({ "line": 1, "character": 2 })), at - '𝒳'.len_utf8());
        assert_eq!(offset(text, &json!({ "line": 0, "character": 99 })), 1);
        assert_eq!(offset(text, &json!({ "line": 99, "character": 0 })), text.len());
    }

    #[test]
    fn addresses_of_files() {
        for (uri_text, file) in
            [("file:///a/b%20%C3%B6.yaml", "/a/b ö.yaml"), ("file:///a%", "/a%")]
        {
            assert_eq!(path(uri_text), Some(PathBuf::from(file)));
        }
        assert_eq!(uri(Path::new("/a/b ö.yaml")), "file:///a/b%20%C3%B6.yaml");
        assert_eq!(path("untitled:1"), None);
    }

    #[test]
    fn changes_are_made_one_after_another() {
        let insert = |line: u32, character: u32, text: &str| {
            let at = json!({ "line": line, "character": character });
            json!({ "range": { "start": at, "end": at }, "text": text })
        };
        assert_eq!(changed("aö\nb", &[insert(0, 2, "x"), insert(1, 0, "y")]), "aöx\nyb");
        assert_eq!(changed("a", &[json!({ "text": "b" })]), "b");
    }
}
