//! Places in the text that people wrote.

use std::fmt;
use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_text_with_escapes_is_the_whole() {
        let file = FileId(0);
        let plain = Spanned::new("abc".to_owned(), Span::new(file, 10..13));
        assert_eq!(plain.part(1..2), Span::new(file, 11..12));
        let escaped = Spanned::new("abc".to_owned(), Span::new(file, 10..16));
        assert_eq!(escaped.part(1..2), escaped.span);
    }
}
