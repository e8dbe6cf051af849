//! The text that people wrote, and places in it.

use std::fmt;
use std::fs::File as Handle;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// A fault of the environment: nothing is wrong with the blueprint, it cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {cause}", path.display())]
pub struct Error {
    pub path: PathBuf,
    #[source]
    pub cause: std::io::Error,
}

/// A file: index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place: bytes `start..end` of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    /// Exclusive.
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let offset = |bytes: usize| u32::try_from(bytes).expect("files are bounded");
        Span { file, start: offset(range.start), end: offset(range.end) }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn len(self) -> usize {
        self.range().len()
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// From the start of this one to the end of the other, in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }
}

/// A value and the place where it was written. Two are equal when their values are.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(out)
    }
}

impl Spanned<String> {
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// The place of a part of the text. Text with escapes or folded lines does not stand in the
    /// file as it is meant; then the place of the whole is the best there is.
    pub fn part(&self, range: Range<usize>) -> Span {
        if self.span.len() != self.value.len() {
            return self.span;
        }
        let base = self.span.start as usize;
        Span::new(self.span.file, base + range.start..base + range.end)
    }
}

/// One file of a blueprint.
#[derive(Debug, Clone)]
pub struct File {
    /// As the person named it, for messages.
    pub name: String,
    /// UTF-8. Where the bytes were not, what could be made of them.
    pub text: String,
    pub fault: Option<Fault>,
    /// Byte offset at which each line starts.
    lines: Vec<usize>,
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
        let lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        File { name, text, fault, lines }
    }

    fn from_bytes(name: String, bytes: Vec<u8>) -> Self {
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
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line - 1];
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The text of a line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let start = self.lines[line - 1];
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// Byte offset at which a line starts, counted from 1.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines[line - 1]
    }
}

/// All files of one blueprint.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<File>,
}

impl Sources {
    /// Reads a blueprint from disk. A file that can be read but not understood is no error here.
    pub fn read(path: &Path) -> Result<Sources, Error> {
        let read = || {
            let mut bytes = Vec::new();
            let limit = MAX_FILE_BYTES as u64 + 1;
            Handle::open(path)?.take(limit).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|cause| Error { path: path.to_owned(), cause })?;
        let file = File::from_bytes(path.display().to_string(), bytes);
        Ok(Sources { files: vec![file] })
    }

    /// A blueprint of one file that is already in memory.
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Sources {
        Sources::from_bytes(name, text.into().into_bytes())
    }

    /// As `from_text`, of bytes that may not be text.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Sources {
        Sources { files: vec![File::from_bytes(name.into(), bytes)] }
    }

    /// In the order in which they were read; the main one first.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The file with which a blueprint starts. There always is one.
    pub fn main(&self) -> FileId {
        FileId(0)
    }

    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The text at a place.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let sources = Sources::from_text("a.yaml", "é: 1\nbb: 2\n");
        let file = sources.file(sources.main());
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

    #[test]
    fn a_part_of_text_with_escapes_is_the_whole() {
        let file = FileId(0);
        let plain = Spanned::new("abc".to_owned(), Span::new(file, 10..13));
        assert_eq!(plain.part(1..2), Span::new(file, 11..12));
        let escaped = Spanned::new("abc".to_owned(), Span::new(file, 10..16));
        assert_eq!(escaped.part(1..2), escaped.span);
    }
}
