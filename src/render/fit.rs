//! Breaks the lines of rendered Rust that are wider than the page, and touches nothing else.
//!
//! Templates emit formatted text, so comments and blank lines stand where they were written. Only the
//! length of names and lists is unknown to a template: it writes them on one line, and here a line that
//! does not fit is broken at its brackets as rustfmt would, one element a line.

use crate::plan::quote;

/// Columns of a page, as `max_width` of rustfmt.
const WIDTH: usize = 100;

/// Breaks every line of `text` that is too wide, has brackets to break at, and begins outside of a literal.
pub fn fit(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut scanner = Scanner::default();
    for line in text.lines() {
        let inside = scanner.in_literal();
        scanner.line(line);
        if inside || scanner.in_literal() || line.chars().count() <= WIDTH {
            push(&mut out, line);
        } else if let Some(comment) = comment_of(line) {
            wrap_comment(&mut out, line, comment);
        } else {
            break_line(&mut out, line);
        }
    }
    out
}

/// Adds a line; one that only closes the brackets with which the line before it ends stands behind them.
fn push(out: &mut String, line: &str) {
    let closes = match line.trim_start().chars().next() {
        Some('}') => out.ends_with("{\n"),
        Some(']') => out.ends_with("[\n"),
        Some(')') => out.ends_with("(\n"),
        _ => false,
    };
    if closes {
        out.pop();
        out.push_str(line.trim_start());
    } else {
        out.push_str(line);
    }
    out.push('\n');
}

fn indent_of(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The marker of a line that is only a comment.
fn comment_of(line: &str) -> Option<&'static str> {
    ["//! ", "/// ", "// "].into_iter().find(|marker| line.trim_start().starts_with(marker))
}

fn wrap_comment(out: &mut String, line: &str, marker: &str) {
    let head = format!("{}{}", indent_of(line), marker);
    let mut current = head.clone();
    for word in line.trim_start()[marker.len()..].split(' ') {
        let fresh = current.len() == head.len();
        let wide = current.chars().count() + 1 + word.chars().count() > WIDTH;
        // Rustdoc would make a list or a block of code of what was the middle of a sentence.
        if !fresh && wide && !quote::begins_block(word) {
            push(out, &current);
            current = head.clone();
        } else if !fresh {
            current.push(' ');
        }
        current.push_str(word);
    }
    push(out, &current);
}

/// Breaks behind the `=` of a `let` where what follows then fits, else at the widest outermost brackets
/// that hold something; failing that, leaves the line as it is.
fn break_line(out: &mut String, line: &str) {
    if let Some((head, tail)) = split_let(line) {
        push(out, head);
        return push(out, &tail);
    }
    let Some(group) = outermost_group(line) else {
        return push(out, line);
    };
    let indent = indent_of(line);
    let inner = format!("{indent}    ");
    let (head, tail) = (&line[..=group.open], &line[group.close..]);
    let elements = split_elements(&line[group.open + 1..group.close]);
    push(out, head.trim_end());
    if line.trim_start().starts_with("use ") || line.trim_start().starts_with("pub use ") {
        fill(out, &inner, &elements);
    } else {
        // A macro's arguments and a match of patterns do take a trailing comma; a single expression in
        // parentheses would become a tuple, and stays without.
        let lone = elements.len() == 1 && is_grouping(head);
        for element in elements {
            let comma = if lone { "" } else { "," };
            let element = format!("{inner}{element}{comma}");
            if element.chars().count() <= WIDTH {
                push(out, &element);
            } else {
                break_line(out, &element);
            }
        }
    }
    let tail = format!("{indent}{tail}");
    if tail.chars().count() <= WIDTH {
        push(out, &tail);
    } else {
        break_line(out, &tail);
    }
}

fn split_let(line: &str) -> Option<(&str, String)> {
    let (head, tail) = line.split_once(" = ").filter(|_| line.ends_with(';'))?;
    let tail = format!("{}    {tail}", indent_of(line));
    let fits = head.trim_start().starts_with("let ") && tail.chars().count() <= WIDTH;
    fits.then(|| (&line[..head.len() + 2], tail))
}

/// Whether the bracket that ends `head` groups an expression, rather than calling or declaring something.
fn is_grouping(head: &str) -> bool {
    let before = head[..head.len() - 1].chars().next_back();
    head.ends_with('(') && !before.is_some_and(|c| c.is_alphanumeric() || "_>!".contains(c))
}

/// As many elements on a line as fit, which is how rustfmt lays out imports.
fn fill(out: &mut String, indent: &str, elements: &[&str]) {
    let mut current = indent.to_owned();
    for element in elements {
        let fresh = current.len() == indent.len();
        if !fresh && current.chars().count() + element.chars().count() + 2 > WIDTH {
            push(out, &current);
            current = indent.to_owned();
        } else if !fresh {
            current.push(' ');
        }
        current.push_str(element);
        current.push(',');
    }
    push(out, &current);
}

struct Group {
    open: usize,
    close: usize,
}

/// The widest of the outermost bracket pairs of the line.
fn outermost_group(line: &str) -> Option<Group> {
    let mut scanner = Scanner::default();
    let mut stack: Vec<usize> = Vec::new();
    let mut widest: Option<Group> = None;
    for (at, c) in line.char_indices() {
        if !scanner.step(c) {
            continue;
        }
        match c {
            '(' | '[' | '{' => stack.push(at),
            ')' | ']' | '}' => {
                let Some(open) = stack.pop() else { continue };
                let wider = widest.as_ref().is_none_or(|group| {
                    // What stands inside of this pair is no longer outermost.
                    open < group.open || at - open > group.close - group.open
                });
                let empty = line[open + 1..at].trim().is_empty();
                if !empty && wider {
                    widest = Some(Group { open, close: at });
                }
            }
            _ => {}
        }
    }
    widest
}

/// The parts between the commas of one level, without surrounding space.
fn split_elements(inside: &str) -> Vec<&str> {
    let mut scanner = Scanner::default();
    let mut elements = Vec::new();
    let (mut depth, mut start) = (0usize, 0usize);
    for (at, c) in inside.char_indices() {
        if !scanner.step(c) {
            continue;
        }
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            // An arrow closes nothing.
            '>' if inside[..at].ends_with(['-', '=']) => {}
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                elements.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    elements.push(inside[start..].trim());
    elements.retain(|element| !element.is_empty());
    elements
}

/// Follows string literals and comments, so that a bracket within one is no bracket.
#[derive(Default)]
struct Scanner {
    state: State,
    escaped: bool,
    /// Characters of the run that could open a raw string: `r`, then hashes.
    raw: Option<usize>,
    slash: bool,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Code,
    Text,
    /// With this many hashes, of which the second count has been seen after a quote.
    Raw(usize, Option<usize>),
    Comment,
}

impl Scanner {
    fn in_literal(&self) -> bool {
        matches!(self.state, State::Text | State::Raw(..))
    }

    fn line(&mut self, line: &str) {
        for c in line.chars() {
            self.step(c);
        }
        self.step('\n');
    }

    /// Takes one character; true where it is code.
    fn step(&mut self, c: char) -> bool {
        match self.state {
            State::Comment => {
                if c == '\n' {
                    self.state = State::Code;
                }
                false
            }
            State::Text => {
                if self.escaped {
                    self.escaped = false;
                } else if c == '\\' {
                    self.escaped = true;
                } else if c == '"' {
                    self.state = State::Code;
                }
                false
            }
            State::Raw(hashes, seen) => {
                self.state = match (c, seen) {
                    ('"', _) if hashes == 0 => State::Code,
                    ('"', _) => State::Raw(hashes, Some(0)),
                    ('#', Some(n)) if n + 1 == hashes => State::Code,
                    ('#', Some(n)) => State::Raw(hashes, Some(n + 1)),
                    _ => State::Raw(hashes, None),
                };
                false
            }
            State::Code => self.code(c),
        }
    }

    fn code(&mut self, c: char) -> bool {
        let raw = self.raw.take();
        let slash = std::mem::replace(&mut self.slash, c == '/');
        match c {
            '"' => {
                self.state = raw.map_or(State::Text, |hashes| State::Raw(hashes, None));
                false
            }
            'r' => {
                self.raw = Some(0);
                true
            }
            '#' => {
                self.raw = raw.map(|hashes| hashes + 1);
                true
            }
            '/' if slash => {
                self.state = State::Comment;
                false
            }
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(fit(input), expected);
    }

    #[test]
    fn a_line_that_fits_stays() {
        check("fn a(b: u8) {}\n\n// c\n", "fn a(b: u8) {}\n\n// c\n");
    }

    #[test]
    fn a_wide_signature_takes_one_line_for_each_argument() {
        check(
            "    pub async fn create(flight: &mut Flight<'_>, subject: &str, team: Uuid, create: &Create, page: Page) -> Result<Uuid, Failure> {\n",
            "    pub async fn create(\n        flight: &mut Flight<'_>,\n        subject: &str,\n        team: Uuid,\n        create: &Create,\n        page: Page,\n    ) -> Result<Uuid, Failure> {\n",
        );
    }

    #[test]
    fn a_value_that_fits_goes_to_a_line_of_its_own() {
        let value = format!("&[{}]", "a, ".repeat(28).trim_end_matches(", "));
        check(
            &format!("    let parameters: &[u8] = {value};\n"),
            &format!("    let parameters: &[u8] =\n        {value};\n"),
        );
    }

    #[test]
    fn empty_brackets_close_at_once() {
        check("struct A {\n}\n    x: &[\n    ],\n", "struct A {}\n    x: &[],\n");
    }

    #[test]
    fn imports_are_filled() {
        let names = |range: std::ops::Range<usize>| {
            range.map(|n| format!("Name{n:04}")).collect::<Vec<_>>().join(", ")
        };
        check(
            &format!("use super::{{{}}};\n", names(0..11)),
            &format!("use super::{{\n    {},\n    {},\n}};\n", names(0..9), names(9..11)),
        );
    }

    #[test]
    fn a_literal_is_never_broken() {
        let wide = "x, ".repeat(50);
        for text in [
            format!("    \"({wide})\"\n"),
            format!("const SQL: &str = r#\"\n    SELECT ({wide})\n\"#;\n"),
            format!("const SQL: &str = \"\n    SELECT ({wide})\n\";\n"),
        ] {
            check(&text, &text);
        }
    }

    #[test]
    fn a_wide_comment_is_wrapped() {
        let words = "word ".repeat(30);
        let out = fit(&format!("    /// {}\n", words.trim()));
        assert!(out.lines().all(|line| line.starts_with("    /// word") && line.len() <= 100));
        assert_eq!(out.matches("word").count(), 30);
    }
}
