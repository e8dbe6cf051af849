//! The canonical layout: where lines break, how far they are indented, where a blank one stands.
//!
//! What is written in braces stays so while it fits a line and no comment stands in it; else it becomes a
//! block. What is a block stays one.

use super::block::{Block, Place, indented, spaces};
use super::comments::{Comment, Comments};
use super::expression::{self, Enums};
use super::places::{self, Kind};
use super::scalar;
use crate::yaml::written::{Item, Shape, Style, Written};

/// Characters of a line, its comment aside.
pub const WIDTH: usize = 120;
const INDENT: usize = 2;
/// Spaces before a comment behind a line, at least.
const GAP: usize = 2;

/// The lines of a document. None where a comment would be lost.
pub fn lines(text: &str, written: &Written) -> Option<Vec<String>> {
    let comments = Comments::new(text, written.comments.clone());
    let mut printer =
        Printer { text, comments, path: Vec::new(), enums: Enums::new(), moved: false };
    let start = written.root.range.start;
    let mut lines = match &written.root.shape {
        Shape::Mapping { flow, entries } => {
            let place = Place { indent: 0, column: 0, limit: text.len(), blanks: !flow };
            printer.mapping(entries, &place)
        }
        _ => {
            let lead = printer.comments.take(0..start, |_| true);
            let mut lines: Vec<String> = lead.iter().map(|one| one.text.to_owned()).collect();
            lines.push(printer.inline(&written.root, false));
            lines
        }
    };
    let rest = printer.comments.take(0..text.len(), |_| true);
    lines.extend(rest.iter().map(|one| one.text.to_owned()));
    (printer.comments.forgotten() == 0).then_some(lines)
}

struct Printer<'t> {
    text: &'t str,
    comments: Comments<'t>,
    /// Keys on the way to what is being written.
    path: Vec<String>,
    /// Of the entity that is being written.
    enums: Enums,
    /// Whether the entries being written stood in braces: columns of their comments mean nothing.
    moved: bool,
}

impl<'t> Printer<'t> {
    fn mapping(&mut self, entries: &[(Item, Item)], place: &Place) -> Vec<String> {
        let mut block = Block::new(self.text, place);
        let outer = std::mem::replace(&mut self.moved, !place.blanks);
        for (at, (key, value)) in entries.iter().enumerate() {
            let limit = entries.get(at + 1).map_or(place.limit, |(next, _)| next.range.start);
            block.lead(self.comments.take(0..key.range.start, |_| true));
            let (lines, end) = self.entry(key, value, place.indent, limit);
            block.entry(key.range.start, lines, end, self.is_set_apart());
        }
        self.moved = outer;
        self.close(block, place)
    }

    fn list(&mut self, items: &[Item], place: &Place) -> Vec<String> {
        let mut block = Block::new(self.text, place);
        let outer = std::mem::replace(&mut self.moved, !place.blanks);
        for (at, item) in items.iter().enumerate() {
            let limit = items.get(at + 1).map_or(place.limit, |next| next.range.start);
            // What stands behind the dash goes above it, unless it stands behind a sign such as `|`.
            let signed = item.is_in_lines();
            block.lead(self.comments.take(0..item.range.start, |one| one.is_alone || !signed));
            let (lines, end) = self.item(item, place.indent, limit);
            block.entry(item.range.start, lines, end, false);
        }
        self.moved = outer;
        self.close(block, place)
    }

    /// What stands behind the last entry and belongs to the block.
    fn close(&self, mut block: Block<'t>, place: &Place) -> Vec<String> {
        let theirs = |one: &Comment<'_>| one.is_alone && one.column >= place.column;
        block.lead(self.comments.take(block.end..place.limit, theirs));
        block.lines
    }

    /// Sections and entities stand apart where they take more than a line.
    fn is_set_apart(&self) -> bool {
        match self.path.as_slice() {
            [] => true,
            [one] => one == "entities",
            _ => false,
        }
    }

    /// The lines of an entry, and where in the text it ends.
    fn entry(
        &mut self,
        key: &Item,
        value: &Item,
        indent: usize,
        limit: usize,
    ) -> (Vec<String>, usize) {
        let name = match &key.shape {
            Shape::Scalar { text, .. } => text.clone(),
            _ => String::new(),
        };
        let head = format!("{}{}:", spaces(indent), self.inline(key, false));
        self.path.push(name);
        if let [section, _] = self.path.as_slice()
            && section == "entities"
        {
            self.enums = super::enums::of_entity(value);
        }
        let done = self.value(&head, key.range.end, value, indent, limit);
        self.path.pop();
        done
    }

    fn item(&mut self, item: &Item, indent: usize, limit: usize) -> (Vec<String>, usize) {
        let dash = format!("{}-", spaces(indent));
        if self.fits(&dash, item) {
            return self.value(&dash, item.range.start, item, indent, limit);
        }
        let inner = indent + INDENT;
        let (mut lines, end) = match &item.shape {
            Shape::Mapping { flow, entries } => {
                let place = self.inside(item, *flow, inner, limit);
                (self.mapping(entries, &place), item.range.end)
            }
            Shape::List { flow, items } => {
                let place = self.inside(item, *flow, inner, limit);
                (self.list(items, &place), item.range.end)
            }
            Shape::Scalar { .. } => {
                // What stands between the dash and the text: of a text in lines, the sign for it.
                let before = self.text[..item.range.start].trim_end_matches(['\n', ' ']);
                let before = before.rfind('\n').map_or(0, |at| at + 1);
                return self.value(&dash, before, item, indent, limit);
            }
        };
        if let Some(first) = lines.first_mut() {
            *first = format!("{dash} {}", first.trim_start());
        }
        (lines, end)
    }

    /// The place of what stands in a value that is written as a block.
    fn inside(&self, value: &Item, flow: bool, indent: usize, limit: usize) -> Place {
        if flow {
            return Place { indent, column: 0, limit: value.range.end, blanks: false };
        }
        let start = self.text[..value.range.start].rfind('\n').map_or(0, |at| at + 1);
        let column = self.text[start..value.range.start].chars().count();
        Place { indent, column: column.max(1), limit, blanks: true }
    }

    /// Whether a value can stand on the line that begins with `head`.
    fn fits(&self, head: &str, value: &Item) -> bool {
        let width = || head.chars().count() + 1 + self.inline(value, false).chars().count();
        match &value.shape {
            Shape::Scalar { .. } if value.is_in_lines() => false,
            Shape::Scalar { text, .. } => {
                let is_one_line = !self.text[value.range.clone()].contains('\n');
                is_one_line || (!text.contains('\n') && width() <= WIDTH)
            }
            Shape::List { flow, items } => {
                items.is_empty()
                    || *flow && !self.comments.any(value.range.clone()) && width() <= WIDTH
            }
            Shape::Mapping { flow, entries } => {
                entries.is_empty()
                    || *flow && !self.comments.any(value.range.clone()) && width() <= WIDTH
            }
        }
    }

    /// A value behind its key or dash, which ends at `before` in the text.
    fn value(
        &mut self,
        head: &str,
        before: usize,
        value: &Item,
        indent: usize,
        limit: usize,
    ) -> (Vec<String>, usize) {
        let inner = indent + INDENT;
        let mut between = Vec::new();
        let fits = self.fits(head, value);
        let is_block = !fits
            && matches!(
                value.shape,
                Shape::List { flow: false, .. } | Shape::Mapping { flow: false, .. }
            );
        let on_line = |one: &Comment<'_>| !is_block || !one.is_alone;
        between.extend(self.comments.take(before..value.range.start.max(before), on_line));
        let mut lines = Vec::new();
        let mut first = head.to_owned();
        let mut rest = Vec::new();
        let mut end = value.range.end;
        if fits {
            first = format!("{head} {}", self.inline(value, false));
            between.extend(self.behind(&mut end, limit));
        } else {
            match &value.shape {
                Shape::Scalar { style, .. } => {
                    let (begin, more) = self.long(value, before, *style, inner);
                    first = format!("{head} {begin}");
                    rest = more;
                    // What follows a text that ends with its lines stands on a line of its own.
                    if !value.is_in_lines() {
                        between.extend(self.behind(&mut end, limit));
                    }
                }
                Shape::Mapping { flow, entries } => {
                    let place = self.inside(value, *flow, inner, limit);
                    if *flow {
                        between.extend(self.behind(&mut end, limit));
                    }
                    rest = self.mapping(entries, &place);
                }
                Shape::List { flow: true, items } if self.is_filled(value, items) => {
                    let mut lines = self.filled(head, items, inner);
                    let behind = self.behind(&mut end, limit);
                    if let Some(last) = lines.pop() {
                        lines.push(with_comment(last, behind.as_ref(), true));
                    }
                    first = lines.remove(0);
                    rest = lines;
                }
                Shape::List { flow, items } => {
                    let place = self.inside(value, *flow, inner, limit);
                    if *flow {
                        between.extend(self.behind(&mut end, limit));
                    }
                    rest = self.list(items, &place);
                }
            }
        }
        // One comment stands behind the line; what more there was stands above it.
        let behind = between.pop();
        lines.extend(between.iter().map(|one| format!("{}{}", spaces(indent), one.text)));
        // Where the value moved away, what stood behind it has no column any more.
        let moved = self.moved || !rest.is_empty() && !is_block;
        lines.push(with_comment(first, behind.as_ref(), moved));
        lines.extend(rest);
        (lines, end)
    }

    /// The comment behind a value on its line, which the value then ends with.
    fn behind(&self, end: &mut usize, limit: usize) -> Option<Comment<'t>> {
        let behind = self.comments.behind(*end, limit)?;
        *end = behind.end;
        Some(behind)
    }

    /// Whether a list in brackets that is too wide stays in brackets: names without a comment among them.
    fn is_filled(&self, list: &Item, items: &[Item]) -> bool {
        let single = |item: &Item| matches!(item.shape, Shape::Scalar { .. });
        items.iter().all(single) && !self.comments.any(list.range.clone())
    }

    /// Its lines, each as full as it may be.
    fn filled(&self, head: &str, items: &[Item], indent: usize) -> Vec<String> {
        let mut lines = vec![format!("{head} [")];
        let mut begins = true;
        for (at, item) in items.iter().enumerate() {
            let end = if at + 1 == items.len() { ']' } else { ',' };
            let text = format!("{}{end}", self.inline(item, true));
            let last = lines.last_mut().expect("there always is one");
            let gap = usize::from(!begins);
            if last.chars().count() + gap + text.chars().count() <= WIDTH || begins {
                last.push_str(&spaces(gap));
                last.push_str(&text);
            } else {
                lines.push(indented(&text, indent));
            }
            begins = false;
        }
        lines
    }

    /// A scalar of several lines: what stands behind the key, and the lines below it.
    fn long(
        &self,
        value: &Item,
        before: usize,
        style: Style,
        indent: usize,
    ) -> (String, Vec<String>) {
        let raw = &self.text[value.range.clone()];
        if matches!(style, Style::Plain | Style::Single | Style::Double) {
            let mut lines = raw.lines().map(str::trim);
            let first = lines.next().unwrap_or_default().to_owned();
            return (first, lines.map(|line| indented(line, indent)).collect());
        }
        let header = self.text[before..value.range.start]
            .trim_start_matches(['\'', '"', ' ', ':', '-'])
            .split([' ', '\n', '\r', '#'])
            .next()
            .unwrap_or_default();
        // It begins below the sign for it, perhaps with lines that are empty.
        let above = self.text[before..value.range.start].find('\n').map_or(0, |at| at + 1);
        let whole = &self.text[before + above..value.range.end];
        // Where a number behind the sign says how deep the text stands, its first line may have spaces of its own.
        let own = match (&value.shape, header.contains(|sign: char| sign.is_ascii_digit())) {
            (Shape::Scalar { text, .. }, true) => spaces_before(text),
            _ => 0,
        };
        let depth = spaces_before(whole).saturating_sub(own);
        let header: String = header
            .chars()
            .map(|sign| if sign.is_ascii_digit() { char::from(b'0' + INDENT as u8) } else { sign })
            .collect();
        // Spaces at the end of a line are part of the text.
        let mut lines: Vec<String> = whole
            .lines()
            .map(|line| indented(line.get(depth..).unwrap_or_default(), indent))
            .collect();
        while !header.contains('+') && lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        (header, lines)
    }

    /// A value on one line.
    fn inline(&self, item: &Item, flow: bool) -> String {
        match &item.shape {
            Shape::Scalar { text, style } => {
                let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
                let text = match places::kind(&path) {
                    Kind::Expression => expression::write(text, &self.enums),
                    Kind::Type => places::of_type(text),
                    Kind::Other => text.clone(),
                };
                scalar::write(&text, flow, *style != Style::Plain)
            }
            Shape::List { items, .. } => {
                let items: Vec<String> = items.iter().map(|item| self.inline(item, true)).collect();
                format!("[{}]", items.join(", "))
            }
            Shape::Mapping { entries, .. } if entries.is_empty() => "{}".to_owned(),
            Shape::Mapping { entries, .. } => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| self.pair(key, value)).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn pair(&self, key: &Item, value: &Item) -> String {
        let Shape::Scalar { text, style } = &key.shape else { return String::new() };
        let mut inner = Printer {
            text: self.text,
            comments: Comments::new(self.text, Vec::new()),
            path: self.path.clone(),
            enums: self.enums.clone(),
            moved: false,
        };
        inner.path.push(text.clone());
        let key = scalar::write(text, true, *style != Style::Plain);
        format!("{key}: {}", inner.inline(value, true))
    }
}

/// At the beginning of the first line that has anything else.
fn spaces_before(text: &str) -> usize {
    let begins = text.lines().find(|line| !line.trim_start_matches(' ').is_empty());
    begins.map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
}

fn with_comment(mut line: String, comment: Option<&Comment<'_>>, moved: bool) -> String {
    let Some(comment) = comment else { return line };
    let width = line.chars().count();
    let gap = comment.column.saturating_sub(width).max(GAP);
    let gap = if comment.is_alone || moved { GAP } else { gap };
    line.push_str(&" ".repeat(gap));
    line.push_str(comment.text);
    line
}
