//! Where each thing of a blueprint was written, by its dotted path.

use std::collections::BTreeMap;

use crate::source::Span;

/// `entities.Task.actions.finish.by.assignee` → its place.
#[derive(Debug, Clone)]
pub struct Places {
    /// The whole blueprint: the place of what is implied.
    root: Span,
    spans: BTreeMap<String, Span>,
    /// The same, by where they begin.
    order: Vec<(Span, String)>,
}

impl Places {
    pub fn new(root: Span, mut order: Vec<(Span, String)>) -> Self {
        order.sort_by_key(|(span, _)| *span);
        let spans = order.iter().map(|(span, path)| (path.clone(), *span)).collect();
        Places { root, spans, order }
    }

    /// Where a path was written; where it was not, the nearest thing around it that was.
    pub fn of(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return *span;
            }
            match path.rsplit_once('.') {
                Some((around, _)) => path = around,
                None => return self.root,
            }
        }
    }

    /// Whether a path was written itself.
    pub fn written(&self, path: &str) -> bool {
        self.spans.contains_key(path)
    }

    /// Where the first thing below a path was written: the place of a section.
    pub fn first_below(&self, path: &str) -> Option<Span> {
        let start = format!("{path}.");
        let below = self.spans.range(start.clone()..);
        below.take_while(|(path, _)| path.starts_with(&start)).map(|(_, span)| *span).min()
    }

    /// From where a path begins to where the next thing begins that is not part of it.
    pub fn region(&self, path: &str) -> Option<Span> {
        let span = *self.spans.get(path)?;
        let at = self.order.partition_point(|(other, _)| *other <= span);
        let inside = |other: &str| {
            other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let next = self.order[at..].iter().find(|(_, other)| !inside(other));
        let end = next.map_or(u32::MAX, |(next, _)| next.start);
        Some(Span { end, ..span })
    }
}
