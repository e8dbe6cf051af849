//! Events of the YAML library to the tree.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, StrInput, StructureStyle};

use super::budget::Budget;
use super::refusals::{anchors, duplicates, merge_key, no_key, no_value};
use super::same::remove_same;
use super::tree::{Content, Entry, Node};
use super::{characters, comma, fault, limits};
use crate::diagnostics::escape::is_invisible;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, codes};
use crate::source::{FileId, Span, Spanned};

/// Reading cannot go on; why is reported.
struct Halt;

type Events<'t> = Parser<'t, StrInput<'t>>;

struct Builder<'t, 'd> {
    file: FileId,
    text: &'t str,
    events: Events<'t>,
    /// Brackets that are open, the outermost first.
    openers: Vec<Span>,
    depth: usize,
    budget: &'d mut Budget,
    diagnostics: &'d mut Diagnostics,
}

/// The tree of the one document in the text.
pub fn tree(
    file: FileId,
    text: &str,
    budget: &mut Budget,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    budget.in_file = limits::NODES;
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: limits::DEPTH + 1,
        block_nesting_limit: limits::DEPTH + 1,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let mut builder =
        Builder { file, text, events, openers: Vec::new(), depth: 0, budget, diagnostics };
    builder.document().ok()
}

impl<'t> Builder<'t, '_> {
    fn document(&mut self) -> Result<Node, Halt> {
        let mut root = None;
        loop {
            match self.event()? {
                (Event::StreamEnd, _) => break,
                (Event::DocumentStart(..), span) if root.is_some() => {
                    self.diagnostics.push(
                        Diagnostic::new(
                            codes::SEVERAL_DOCUMENTS,
                            span,
                            "a second document begins here",
                        )
                        .reason("only one of them could count")
                        .next("remove this line, and what does not belong to the blueprint"),
                    );
                    return Err(Halt);
                }
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                (event, span) => root = Some(self.node(event, span)?),
            }
        }
        root.ok_or_else(|| {
            let diagnostic = Diagnostic::new(
                codes::EMPTY_FILE,
                Span::new(self.file, 0..0),
                "there is nothing in the file",
            );
            let next = match self.file {
                FileId(0) => "`blueprint new DIR` starts from an example",
                _ => "write a section in it, such as `entities:`, or remove it from `include`",
            };
            self.diagnostics.push(diagnostic.next(next));
            Halt
        })
    }

    fn event(&mut self) -> Result<(Event<'t>, Span), Halt> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                if let Some(tag) = span.tag_span() {
                    let place = self.span(tag.start, tag.end);
                    self.refuse_tag(place);
                }
                let span = self.span(span.start, span.end);
                Ok((event, span))
            }
            Some(Err(error)) => {
                let at = offset(error.marker());
                let opener = self.openers.last().copied();
                self.diagnostics.push(fault::explain(self.file, self.text, &error, at, opener));
                Err(Halt)
            }
            None => Ok((Event::StreamEnd, Span::new(self.file, self.text.len()..self.text.len()))),
        }
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        let start = offset(&start).min(self.text.len());
        Span::new(self.file, start..offset(&end).clamp(start, self.text.len()))
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, Halt> {
        if let Err((most, what)) = self.budget.spend() {
            self.diagnostics.push(
                Diagnostic::new(
                    codes::TOO_MANY,
                    span,
                    format!("there are more than {most} values in the {what}"),
                )
                .reason("a blueprint holds rules, not data")
                .next(match what {
                    "file" => {
                        "keep data in the database; rules may stand in several files, which one `include`s"
                    }
                    _ => "keep data in the database, and rules here",
                }),
            );
            return Err(Halt);
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 {
                    self.refuse_anchor()?;
                }
                // What was meant is not known without it.
                if tag.is_some() {
                    return Ok(refused(span));
                }
                Ok(self.scalar(text, style, span))
            }
            Event::SequenceStart(style, anchor, _) => {
                if anchor != 0 {
                    self.refuse_anchor()?;
                }
                self.enter(style, span)?;
                let list = self.list(span)?;
                self.leave(style);
                Ok(list)
            }
            Event::MappingStart(style, anchor, _) => {
                if anchor != 0 {
                    self.refuse_anchor()?;
                }
                self.enter(style, span)?;
                let mapping = self.mapping(span, style)?;
                self.leave(style);
                Ok(mapping)
            }
            // Its anchor is reported where it stands.
            Event::Alias(_) => Ok(refused(span)),
            Event::UnresolvedAlias(name) => {
                self.diagnostics.push(anchors(span, &format!("`*{name}` is an alias of YAML")));
                Ok(refused(span))
            }
            // Comments are off, and the parser closes what it opens.
            _ => Ok(refused(span)),
        }
    }

    fn enter(&mut self, style: StructureStyle, span: Span) -> Result<(), Halt> {
        if style == StructureStyle::Flow {
            self.openers.push(span);
        }
        self.depth += 1;
        if self.depth > limits::DEPTH {
            self.diagnostics.push(fault::too_deep(span));
            return Err(Halt);
        }
        Ok(())
    }

    fn leave(&mut self, style: StructureStyle) {
        if style == StructureStyle::Flow {
            self.openers.pop();
        }
        self.depth -= 1;
    }

    fn list(&mut self, start: Span) -> Result<Node, Halt> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            match self.event()? {
                (Event::SequenceEnd, end) => {
                    let span = whole(start, end, items.last().map(|item| item.span));
                    return Ok(Node { span, content: Content::List(items) });
                }
                (event, span) if is_null(&event, span) => {
                    self.diagnostics.push(no_value(span, "an item of this list"));
                    items.push(refused(span));
                }
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn mapping(&mut self, start: Span, style: StructureStyle) -> Result<Node, Halt> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, (Span, Span)> = BTreeMap::new();
        let mut split = comma::Split::default();
        let mut again: Vec<(Spanned<String>, Span)> = Vec::new();
        // Of the only one that stands here again, where it is the same.
        let mut without: Option<Fix> = None;
        loop {
            let (event, span) = self.event()?;
            if event == Event::MappingEnd {
                let last = entries.last().map(|entry| entry.value.span);
                let span = whole(start, span, last);
                if let Some(mut told) = duplicates(&again) {
                    told.fix = without.filter(|_| again.len() == 1);
                    self.diagnostics.push(told);
                }
                let concerned = split.concerned();
                for entry in &mut entries {
                    if concerned.contains(&entry.key.span) {
                        entry.value.content = Content::Refused;
                    }
                }
                self.diagnostics.extend(split.report(self.text, span));
                return Ok(Node { span, content: Content::Mapping(entries) });
            }
            let key = self.key(event, span)?;
            let (event, span) = self.event()?;
            if let Some(key) = &key
                && style == StructureStyle::Flow
                && is_null(&event, span)
                && !self.text[key.span.end as usize..]
                    .trim_start_matches(['\'', '"', ' '])
                    .starts_with(':')
            {
                if !split.without_value(key) {
                    entries.push(Entry { key: key.clone(), value: refused(span) });
                }
                continue;
            }
            let value = if is_null(&event, span) {
                if let Some(key) = &key {
                    self.diagnostics.push(no_value(key.span, &format!("`{}`", key.value)));
                }
                refused(span)
            } else {
                self.node(event, span)?
            };
            let Some(key) = key else { continue };
            if style == StructureStyle::Flow {
                split.with_value(&key, &value);
            }
            if let Some((first, first_value)) = places.get(&key.value) {
                let [one, other] = [first.to(*first_value), key.span.to(value.span)];
                without = remove_same(self.text, one, other);
                again.push((key.clone(), *first));
                // Where too much is wrong, nothing is meant.
                if self.diagnostics.is_full() {
                    continue;
                }
                let first = entries.iter_mut().find(|entry| entry.key.value == key.value);
                if let Some(first) = first {
                    first.value.contest(value);
                }
                continue;
            }
            places.insert(key.value.clone(), (key.span, value.span));
            entries.push(Entry { key, value });
        }
    }

    /// None where it is refused.
    fn key(&mut self, event: Event<'t>, span: Span) -> Result<Option<Spanned<String>>, Halt> {
        if is_null(&event, span) {
            self.diagnostics.push(no_key(span, "there is no key before this colon"));
            return Ok(None);
        }
        let node = self.node(event, span)?;
        match node.content {
            Content::Scalar(text) if text == "<<" => {
                self.diagnostics.push(merge_key(node.span));
                Ok(None)
            }
            Content::Scalar(text) => Ok(Some(Spanned::new(text, node.span))),
            Content::Refused => Ok(None),
            Content::List(_) | Content::Mapping(_) => {
                let message = format!("{} cannot be a key", node.content.kind());
                self.diagnostics.push(no_key(node.span, &message));
                Ok(None)
            }
        }
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, span: Span) -> Node {
        if text.len() > limits::SCALAR_BYTES {
            self.diagnostics.push(
                Diagnostic::new(
                    codes::SCALAR_TOO_LONG,
                    Span { end: span.start, ..span },
                    format!("this value has more than {} KiB", limits::SCALAR_BYTES / 1024),
                )
                .reason("values are names, expressions and summaries")
                .next("shorten it"),
            );
            return refused(span);
        }
        if style == ScalarStyle::Plain && matches!(&*text, "~" | "null" | "Null" | "NULL") {
            self.diagnostics.push(
                Diagnostic::new(codes::NO_VALUE, span, format!("`{text}` is no value"))
                    .reason("what is not there is left out")
                    .next("remove the key, or put the word in quotes if it is meant"),
            );
            return refused(span);
        }
        if style == ScalarStyle::DoubleQuoted
            && let Some(character) = text.chars().find(|one| is_invisible(*one))
        {
            self.diagnostics.push(characters::refusal(span, character));
            return refused(span);
        }
        let span = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => unquoted(span, &text),
            _ => span,
        };
        Node { span, content: Content::Scalar(text.into_owned()) }
    }

    /// The parser tells of an anchor right after the node that has it.
    fn refuse_anchor(&mut self) -> Result<(), Halt> {
        if let (Event::Anchor(_, name), span) = self.event()? {
            self.diagnostics.push(anchors(span, &format!("`&{name}` is an anchor of YAML")));
        }
        Ok(())
    }

    fn refuse_tag(&mut self, span: Span) {
        let tag = &self.text[span.range()];
        self.diagnostics.push(
            Diagnostic::new(codes::TAG, span, format!("`{tag}` is a tag of YAML"))
                .reason("values are read by what is expected in their place, never by a tag")
                .next("remove it; in an expression write `not` instead of `!`"),
        );
    }
}

fn offset(marker: &Marker) -> usize {
    marker.byte_offset().expect("text in memory has byte offsets")
}

/// What YAML makes of nothing.
fn is_null(event: &Event<'_>, span: Span) -> bool {
    span.is_empty() && matches!(event, Event::Scalar(_, ScalarStyle::Plain, 0, None))
}

fn refused(span: Span) -> Node {
    Node { span, content: Content::Refused }
}

/// A block ends with its last value, not where the next thing begins.
fn whole(start: Span, end: Span, last: Option<Span>) -> Span {
    if end.is_empty() { last.map_or(start, |last| start.to(last)) } else { start.to(end) }
}

/// Without the quotes, where the text between them is the value as it is and can be seen.
fn unquoted(span: Span, text: &str) -> Span {
    if span.len() == text.len() + 2 && !text.is_empty() {
        Span { start: span.start + 1, end: span.end - 1, ..span }
    } else {
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_share_a_budget() {
        let mut budget = Budget { in_file: 0, in_all: 7 };
        let mut diagnostics = Diagnostics::new();
        let mut read = || tree(FileId(0), "a: [b, c]", &mut budget, &mut diagnostics).is_some();
        assert_eq!([read(), read()], [true, false]);
        let said: Vec<&str> = diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(said, ["there are more than 1500000 values in the blueprint"]);
    }
}
