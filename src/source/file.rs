//! One file: its text, and where its lines begin.

use std::path::PathBuf;

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// One file of a blueprint.
#[derive(Debug, Clone)]
pub struct File {
    /// As the person named it, for messages.
    pub name: String,
    /// UTF-8. Where the bytes were not, what could be made of them.
    pub text: String,
    pub fault: Option<Fault>,
    /// Where it was read from, canonical; none of text in memory.
    pub(super) path: Option<PathBuf>,
    /// Byte offset at which each line starts; four bytes are enough of a file that is read.
    lines: Vec<u32>,
}

/// Why a file's text cannot be taken as it is. Reported by `yaml`, at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// More than [`MAX_FILE_BYTES`]; the text is empty.
    TooLarge,
    /// The first byte that is not UTF-8, counted in the text.
    NotUtf8 { at: usize },
}

/// Line and column, from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl File {
    fn new(name: String, text: String, fault: Option<Fault>) -> Self {
        let ends = text.match_indices('\n').filter_map(|(at, _)| u32::try_from(at + 1).ok());
        let lines = std::iter::once(0).chain(ends).collect();
        File { name, text, fault, path: None, lines }
    }

    pub(super) fn from_bytes(name: String, bytes: Vec<u8>) -> Self {
        if bytes.len() > MAX_FILE_BYTES {
            return File::new(name, String::new(), Some(Fault::TooLarge));
        }
        match String::from_utf8(bytes) {
            Ok(text) => File::new(name, text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                File::new(name, text, Some(Fault::NotUtf8 { at }))
            }
        }
    }

    /// Where a byte offset stands; an offset beyond the text is its end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start as usize <= offset);
        let start = self.line_start(line);
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The text of a line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_start(line);
        let end = self.lines.get(line).map_or(self.text.len(), |end| *end as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// Byte offset at which a line starts, counted from 1.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines[line - 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let file = File::from_bytes("a.yaml".into(), "é: 1\nbb: 2\n".into());
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(2), Position { line: 1, column: 2 });
        assert_eq!(file.position(6), Position { line: 2, column: 1 });
        assert_eq!(file.position(99), Position { line: 3, column: 1 });
        assert_eq!(file.line(1), "é: 1");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_a_fault_of_the_file() {
        let file = File::from_bytes("a.yaml".into(), b"a: \xff".to_vec());
        assert_eq!(file.fault, Some(Fault::NotUtf8 { at: 3 }));
    }
}
