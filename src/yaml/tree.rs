//! The spanned tree.

use crate::source::{Span, Spanned};

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    pub span: Span,
    pub content: Content,
}

impl Node {
    /// Whether it was refused, so that nothing more is to be said of it.
    pub fn is_refused(&self) -> bool {
        matches!(self.content, Content::Refused)
    }

    /// How many values it is of, keys among them.
    pub fn values(&self) -> usize {
        1 + match &self.content {
            Content::List(items) => items.iter().map(Node::values).sum(),
            Content::Mapping(entries) => entries.iter().map(|one| 1 + one.value.values()).sum(),
            Content::Scalar(_) | Content::Refused => 0,
        }
    }

    /// What is left where the same key holds a second value: that, where this was refused; the first of two
    /// single values; else nothing, since names in either would be missed for a reason that is known.
    pub fn contest(&mut self, second: Node) {
        if self.is_refused() {
            *self = second;
        } else if matches!(second.content, Content::Mapping(_) | Content::List(_)) {
            self.content = Content::Refused;
        }
    }
}

#[derive(Debug, Clone)]
pub enum Content {
    /// The text, with quotes and escapes undone and nothing else.
    Scalar(String),
    List(Vec<Node>),
    /// Each key once, in the order written.
    Mapping(Vec<Entry>),
    /// Something that was refused. Say nothing more about it.
    Refused,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: Spanned<String>,
    pub value: Node,
}

impl Content {
    /// In words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Content::Scalar(_) => "a single value",
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
            Content::Refused => "something refused",
        }
    }
}
