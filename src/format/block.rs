//! The entries of a block, one below the other, with the blank lines and comments between them.

use super::comments::Comment;

/// Where the entries of a block go.
pub struct Place {
    pub indent: usize,
    /// The column in which they stood: comments behind the last that stand in it are theirs.
    pub column: usize,
    /// Where what follows the block begins.
    pub limit: usize,
    /// Whether blank lines between them are kept.
    pub blanks: bool,
}

/// The lines of a block as they come.
pub struct Block<'t> {
    text: &'t str,
    indent: usize,
    blanks: bool,
    pub lines: Vec<String>,
    /// Where in the text what is written so far ends.
    pub end: usize,
    /// Lines of comments right above what comes.
    above: usize,
    /// Whether the last entry took more than a line; none before the first.
    last_is_long: Option<bool>,
}

impl<'t> Block<'t> {
    pub fn new(text: &'t str, place: &Place) -> Self {
        Block {
            text,
            indent: place.indent,
            blanks: place.blanks,
            lines: Vec::new(),
            end: 0,
            above: 0,
            last_is_long: None,
        }
    }

    /// Comments on lines of their own.
    pub fn lead(&mut self, comments: Vec<Comment<'_>>) {
        for comment in comments {
            self.blank_before(comment.start);
            self.lines.push(format!("{}{}", spaces(self.indent), comment.text));
            self.above += 1;
            self.end = comment.end;
        }
    }

    pub fn entry(&mut self, start: usize, lines: Vec<String>, end: usize, set_apart: bool) {
        self.blank_before(start);
        let is_long = lines.len() > 1;
        if set_apart && self.last_is_long.is_some_and(|last| last || is_long) {
            self.part();
        }
        self.last_is_long = Some(is_long);
        self.lines.extend(lines);
        self.above = 0;
        self.end = end;
    }

    /// Keeps one blank line, if there are any.
    fn blank_before(&mut self, start: usize) {
        let Some(between) = self.text.get(self.end..start) else { return };
        let lines = between.matches('\n').count();
        if self.blanks && lines > 1 && !self.lines.is_empty() {
            self.blank();
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
            self.above = 0;
        }
    }

    /// A blank line before the comments that stand right above what comes.
    fn part(&mut self) {
        let at = self.lines.len() - self.above;
        if at > 0 && !self.lines[at - 1].is_empty() {
            self.lines.insert(at, String::new());
        }
    }
}

pub fn indented(line: &str, indent: usize) -> String {
    if line.is_empty() { String::new() } else { format!("{}{line}", spaces(indent)) }
}

pub fn spaces(count: usize) -> String {
    " ".repeat(count)
}
