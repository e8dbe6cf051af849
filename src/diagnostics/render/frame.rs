//! The lines of one diagnostic: what stands in the margin, and prose in the room behind it.

use unicode_width::UnicodeWidthStr;

use super::human::Look;
use super::snippet::Carets;
use super::wrap::wrapped;
use crate::diagnostics::Code;
use crate::diagnostics::escape::visible;

/// Columns in which words beside a caret are readable; where there are fewer they stand below it.
const READABLE: usize = 32;
/// Columns of a line of the source, however wide the terminal.
const SOURCE: usize = 120;

/// A page on which diagnostics are written.
pub struct Frame {
    pub out: String,
    pub paint: Paint,
    /// Columns of a line.
    pub columns: usize,
    /// Columns of the widest line number.
    pub gutter: usize,
}

impl Frame {
    /// Columns behind the margin and its bar, for words.
    fn room(&self) -> usize {
        self.columns.saturating_sub(self.gutter + 3)
    }

    /// The same for a line of the source.
    pub fn source_columns(&self) -> usize {
        self.room().min(SOURCE)
    }

    /// A sign in the margin, and what stands behind it.
    pub fn sign(&mut self, sign: &str, text: &str) {
        self.line(&format!("{:gutter$}{}{text}", "", self.paint.quiet(sign), gutter = self.gutter));
    }

    /// A line of the source, or of what it shall be.
    pub fn numbered(&mut self, number: Option<usize>, text: &str) {
        let number = number.map_or(String::new(), |number| number.to_string());
        let number = self.paint.quiet(&format!("{number:>gutter$}", gutter = self.gutter));
        self.line(format!("{number} {text}").trim_end());
    }

    /// What is wrong, behind its code.
    pub fn title(&mut self, code: Code, message: &str) {
        let head = format!("{}[{code}]", code.severity());
        let indent = head.len() + 2;
        let head = format!("{}: ", self.paint.marked(code, &head));
        let paint = self.paint;
        self.prose(&head, indent, message, |line| paint.strong(line));
    }

    /// A word such as `why`, and what it says.
    pub fn word(&mut self, word: &str, text: &str) {
        let margin = " ".repeat(self.gutter);
        let head = format!("{margin} {} {}: ", self.paint.quiet("="), self.paint.strong(word));
        self.prose(&head, self.gutter + 5 + word.len(), text, str::to_owned);
    }

    /// Carets under a line of the source, and the words beside or below them.
    pub fn carets(&mut self, carets: &Carets, paint: impl Fn(&str) -> String) {
        let Carets { indent, signs, text, .. } = carets;
        let start = format!("{:gutter$} {} ", "", self.paint.quiet("|"), gutter = self.gutter);
        let behind = indent + signs.len() + 1;
        let left = self.room().saturating_sub(behind);
        let width = text.width();
        let (first, at, lines) = if width <= left || left >= READABLE {
            let mut lines = wrapped(text, left);
            let first = format!("{signs} {}", lines.remove(0));
            (first.trim_end().to_owned(), behind, lines)
        } else {
            // As far to the right as the words can stand in few lines.
            let least = width.min(self.room() / 2);
            let at = (*indent).min(self.room().saturating_sub(least));
            (signs.clone(), at, wrapped(text, self.room() - at))
        };
        self.line(&format!("{start}{}{}", " ".repeat(*indent), paint(&first)));
        for line in lines {
            self.line(&format!("{start}{}{}", " ".repeat(at), paint(&line)));
        }
    }

    /// Words without anything before them.
    pub fn words(&mut self, text: &str) {
        self.prose("", 0, text, str::to_owned);
    }

    /// Words behind a head of `indent` columns.
    fn prose(&mut self, head: &str, indent: usize, text: &str, paint: impl Fn(&str) -> String) {
        let lines = wrapped(&visible(text), self.columns.saturating_sub(indent));
        let mut head = head.to_owned();
        for line in lines {
            self.line(&format!("{head}{}", paint(&line)));
            head = " ".repeat(indent);
        }
    }

    pub fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }
}

/// Colours, where they are wanted.
#[derive(Clone, Copy)]
pub struct Paint(pub Look);

impl Paint {
    pub fn marked(self, code: Code, text: &str) -> String {
        self.with(if code.is_warning() { "1;33" } else { "1;31" }, text)
    }

    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    pub fn changed(self, is_new: bool, text: &str) -> String {
        self.with(if is_new { "32" } else { "31" }, text)
    }

    pub fn quiet(self, text: &str) -> String {
        self.with("34", text)
    }

    fn with(self, colour: &str, text: &str) -> String {
        match self.0 {
            Look::Plain => text.to_owned(),
            Look::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}
