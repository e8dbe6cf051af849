//! The part of a line that is shown where it is too wide for the whole.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::diagnostics::escape::visible;

/// A stretch of a line, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub range: Range<usize>,
    /// Whether something is left out before it.
    pub left: bool,
    /// Whether something is left out behind it.
    pub right: bool,
}

impl Window {
    /// What of `line` takes at most `columns`, marks included, and holds the beginning of `focus`; all of that
    /// where there is room. The line's own beginning is kept if it can be.
    pub fn of(line: &str, focus: Range<usize>, columns: usize) -> Self {
        let whole = after(line, 0, columns);
        if whole == line.len() {
            return Window { range: 0..whole, left: false, right: false };
        }
        let start = line.floor_char_boundary(focus.start);
        let to = after(line, 0, columns - 1);
        let before = columns * 2 / 5;
        if focus.end <= to || start <= after(line, 0, before) {
            return Window { range: 0..to, left: false, right: true };
        }
        let mut to = after(line, start, columns - before - 2);
        let right = after(line, start, columns - before - 1) < line.len();
        if !right {
            to = line.len();
        }
        let left_over = columns - 1 - usize::from(right) - width(&line[start..to]);
        Window { range: before_of(line, start, left_over)..to, left: true, right }
    }

    /// The same without what stands before `start`, which is a byte of the line.
    pub fn from(mut self, start: usize) -> Self {
        self.range.start = self.range.start.max(start).min(self.range.end);
        self.left = self.range.start > 0;
        self
    }

    /// What is shown of the line.
    pub fn text(&self, line: &str) -> String {
        let end = |cropped: bool| if cropped { "…" } else { "" };
        format!("{}{}{}", end(self.left), visible(&line[self.range.clone()]), end(self.right))
    }
}

/// Where the text ends that begins at `from` and takes at most `columns`.
fn after(line: &str, from: usize, columns: usize) -> usize {
    let mut taken = 0;
    for (at, one) in line[from..].char_indices() {
        taken += columns_of(one);
        if taken > columns {
            return from + at;
        }
    }
    line.len()
}

/// Where the text begins that ends at `to` and takes at most `columns`.
fn before_of(line: &str, to: usize, columns: usize) -> usize {
    let (mut taken, mut from) = (0, to);
    for (at, one) in line[..to].char_indices().rev() {
        taken += columns_of(one);
        if taken > columns {
            break;
        }
        // A mark that stands over a character does not stand without it.
        if columns_of(one) > 0 {
            from = at;
        }
    }
    from
}

fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Columns of a character as it is shown; at most too many, as it may join its neighbours.
fn columns_of(one: char) -> usize {
    if one == '\u{fe0f}' {
        // Makes a wide picture of the character before it.
        return 1;
    }
    match one.width() {
        Some(width) if !crate::diagnostics::escape::is_invisible(one) => width,
        _ => visible(one.encode_utf8(&mut [0; 4])).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, focus: &str, columns: usize) -> String {
        let at = line.find(focus).expect("it is there");
        Window::of(line, at..at + focus.len(), columns).text(line)
    }

    #[test]
    fn what_fits_is_shown_whole() {
        assert_eq!(shown("abcdefghij", "j", 10), "abcdefghij");
    }

    #[test]
    fn the_beginning_is_kept_while_the_place_can_be_seen() {
        assert_eq!(shown("abcdefghijk", "i", 10), "abcdefghi…");
        // More than there is room for.
        assert_eq!(shown("abcdefghijk", "defghijk", 10), "abcdefghi…");
    }

    #[test]
    fn what_is_far_behind_is_shown_with_what_is_around_it() {
        assert_eq!(shown("abcdefghijklmnopqrstuvwxyz", "mn", 10), "…ijklmnop…");
        assert_eq!(shown("abcdefghijklmnopqrstuvwxyz", "z", 10), "…rstuvwxyz");
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        assert_eq!(shown("日本語日本語日本語", "日", 10), "日本語日…");
        let marked = "e\u{301}".repeat(20);
        assert_eq!(
            Window::of(&marked, 57..60, 10).text(&marked),
            format!("…{}", "e\u{301}".repeat(9))
        );
    }

    #[test]
    fn never_wider_than_asked_for() {
        let line = "aé日\u{1b}\u{301}\t❤\u{fe0f}".repeat(9);
        for columns in 20..70 {
            for (at, one) in line.char_indices() {
                let window = Window::of(&line, at..at + one.len_utf8(), columns);
                assert!(window.range.contains(&at), "{columns} {at}");
                let shown = unicode_width::UnicodeWidthStr::width(window.text(&line).as_str());
                assert!(shown <= columns, "{shown} > {columns} at {at}");
            }
        }
    }
}
