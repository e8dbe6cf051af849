//! The comments of a file, each of which is written exactly once.

use std::cell::Cell;
use std::ops::Range;

pub struct Comments<'t> {
    text: &'t str,
    all: Vec<(Range<usize>, Cell<bool>)>,
}

/// A comment, and the column in which it stood, from 0, in characters.
#[derive(Debug, Clone)]
pub struct Comment<'t> {
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    pub column: usize,
    /// On a line of its own.
    pub is_alone: bool,
}

impl<'t> Comments<'t> {
    pub fn new(text: &'t str, all: Vec<Range<usize>>) -> Self {
        let all = all.into_iter().map(|range| (range, Cell::new(false))).collect();
        Comments { text, all }
    }

    fn comment(&self, range: &Range<usize>) -> Comment<'t> {
        let start = self.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.text[start..range.start];
        Comment {
            text: self.text[range.clone()].trim_end(),
            start: range.start,
            end: range.end,
            column: before.chars().count(),
            is_alone: before.trim_matches([' ', '\u{feff}']).is_empty(),
        }
    }

    fn left(&self, range: Range<usize>) -> impl Iterator<Item = &(Range<usize>, Cell<bool>)> {
        let from = self.all.partition_point(|(one, _)| one.start < range.start);
        let left = self.all[from..].iter().take_while(move |(one, _)| one.start < range.end);
        left.filter(|(_, taken)| !taken.get())
    }

    /// Whether any stands in a stretch.
    pub fn any(&self, range: Range<usize>) -> bool {
        self.left(range).next().is_some()
    }

    /// All in a stretch that were not taken yet and of which `wanted` holds, until one of which it does not.
    pub fn take(
        &self,
        range: Range<usize>,
        wanted: impl Fn(&Comment<'t>) -> bool,
    ) -> Vec<Comment<'t>> {
        let mut found = Vec::new();
        for (range, taken) in self.left(range) {
            let comment = self.comment(range);
            if !wanted(&comment) {
                break;
            }
            taken.set(true);
            found.push(comment);
        }
        found
    }

    /// The one behind a place on its line, where nothing but commas stands between.
    pub fn behind(&self, end: usize, limit: usize) -> Option<Comment<'t>> {
        let near = |comment: &Comment<'_>| {
            self.text[end..comment.start].chars().all(|one| matches!(one, ' ' | ',' | '\t'))
        };
        let (range, taken) = self.left(end..limit).next()?;
        let comment = self.comment(range);
        near(&comment).then(|| {
            taken.set(true);
            comment
        })
    }

    /// How many were not taken.
    pub fn forgotten(&self) -> usize {
        self.all.iter().filter(|(_, taken)| !taken.get()).count()
    }
}
