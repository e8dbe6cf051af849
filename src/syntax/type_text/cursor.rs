//! The words of a type, one after the other, each with its place.

use std::ops::Range;

use super::super::reader::Reader;
use super::super::scalars::Text;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Spanned;

/// A place in the text of a type, which goes on from word to word.
pub struct Cursor<'t> {
    pub text: &'t Text,
    pub at: usize,
}

impl Cursor<'_> {
    /// The next word, empty at the end. A bracket ends it.
    pub fn word(&mut self) -> Text {
        self.skip_space();
        let rest = &self.text.value[self.at..];
        let end = rest.find([' ', '\n', '\t', '(', ')']).unwrap_or(rest.len());
        let range = self.at..self.at + end;
        self.at = range.end;
        self.slice(range)
    }

    pub fn peek(&self, word: &str) -> bool {
        let mut ahead = Cursor { text: self.text, at: self.at };
        ahead.word().is(word)
    }

    /// What stands in the brackets that follow, if any do.
    pub fn group(&mut self, reader: &mut Reader<'_>) -> Option<Option<Text>> {
        let rest = &self.text.value[self.at..];
        if !rest.starts_with('(') {
            return Some(None);
        }
        let Some(end) = rest.find(')') else {
            let place = self.slice(self.at..self.at + 1).span;
            reader.push(
                Diagnostic::new(codes::NOT_A_TYPE, place, "`(` is never closed")
                    .label("opened here")
                    .next("add `)`"),
            );
            return None;
        };
        let range = self.at + 1..self.at + end;
        self.at += end + 1;
        Some(Some(self.slice(range)))
    }

    pub fn rest(&mut self) -> Text {
        self.skip_space();
        let range = self.at..self.text.value.trim_end().len().max(self.at);
        self.at = self.text.value.len();
        self.slice(range)
    }

    fn skip_space(&mut self) {
        let rest = &self.text.value[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn slice(&self, range: Range<usize>) -> Text {
        Spanned::new(self.text.value[range.clone()].to_owned(), self.text.part(range))
    }
}

pub trait Is {
    fn is(&self, word: &str) -> bool;
}

impl Is for Text {
    fn is(&self, word: &str) -> bool {
        self.value == word
    }
}
