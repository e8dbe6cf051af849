//! A document as it was written: each value with its style and all of its text, and the comments.
//!
//! For whoever writes it anew. What a value means, and what may not stand in a blueprint, is told by the
//! tree; here a document is one of which the tree had nothing to complain.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};

/// Bytes of the text; brackets and quotes belong to their value.
#[derive(Debug, Clone)]
pub struct Item {
    pub range: Range<usize>,
    pub shape: Shape,
}

impl Item {
    /// Whether it is a text written as lines below a sign, `|` or `>`.
    pub fn is_in_lines(&self) -> bool {
        matches!(self.shape, Shape::Scalar { style: Style::Literal | Style::Folded, .. })
    }
}

#[derive(Debug, Clone)]
pub enum Shape {
    Scalar { text: String, style: Style },
    List { flow: bool, items: Vec<Item> },
    Mapping { flow: bool, entries: Vec<(Item, Item)> },
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    /// After `|`; its place begins with its first line.
    Literal,
    /// After `>`.
    Folded,
}

#[derive(Debug, Clone)]
pub struct Written {
    pub root: Item,
    /// From `#` to the end of the line, in their order.
    pub comments: Vec<Range<usize>>,
}

/// None where it is no single document without anchors and tags.
pub fn written(text: &str) -> Option<Written> {
    let options = granit_parser::options! { emit_comments: true, disallow_directives: true };
    let events = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { text, events, comments: Vec::new() };
    let mut root = None;
    while let Some((event, range)) = reader.next()? {
        match event {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            event if root.is_none() => root = Some(reader.item(event, range)?),
            _ => return None,
        }
    }
    let mut comments = reader.comments;
    comments.sort_by_key(|range| range.start);
    Some(Written { root: root?, comments })
}

struct Reader<'t> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    comments: Vec<Range<usize>>,
}

impl<'t> Reader<'t> {
    /// The next event that is no comment; `None` inside where there are no more.
    #[expect(clippy::option_option, reason = "a fault is none outside")]
    fn next(&mut self) -> Option<Option<(Event<'t>, Range<usize>)>> {
        loop {
            let Some(event) = self.events.next() else { return Some(None) };
            let (event, span) = event.ok()?;
            let end = self.text.len();
            let start = span.start.byte_offset()?.min(end);
            let range = start..span.end.byte_offset()?.clamp(start, end);
            match event {
                Event::Comment(..) => self.comments.push(range),
                event => return Some(Some((event, range))),
            }
        }
    }

    fn item(&mut self, event: Event<'t>, start: Range<usize>) -> Option<Item> {
        let (shape, end) = match event {
            Event::Scalar(text, style, 0, None) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                (Shape::Scalar { text: text.into_owned(), style }, start.end)
            }
            Event::SequenceStart(style, 0, None) => {
                let mut items = Vec::new();
                loop {
                    match self.next()?? {
                        (Event::SequenceEnd, end) => {
                            let last = items.last().map(|item: &Item| item.range.end);
                            let flow = style == StructureStyle::Flow;
                            break (Shape::List { flow, items }, whole(&start, &end, last));
                        }
                        (event, range) => items.push(self.item(event, range)?),
                    }
                }
            }
            Event::MappingStart(style, 0, None) => {
                let mut entries = Vec::new();
                loop {
                    match self.next()?? {
                        (Event::MappingEnd, end) => {
                            let last = entries.last().map(|(_, value): &(_, Item)| value.range.end);
                            let flow = style == StructureStyle::Flow;
                            break (Shape::Mapping { flow, entries }, whole(&start, &end, last));
                        }
                        (event, range) => {
                            let key = self.item(event, range)?;
                            let (event, range) = self.next()??;
                            entries.push((key, self.item(event, range)?));
                        }
                    }
                }
            }
            _ => return None,
        };
        Some(Item { range: start.start..end, shape })
    }
}

/// A block ends with its last value, not where the next thing begins.
fn whole(start: &Range<usize>, end: &Range<usize>, last: Option<usize>) -> usize {
    if end.is_empty() { last.unwrap_or(start.end) } else { end.end }
}
