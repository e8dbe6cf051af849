//! Text to a tree in which every value knows its place.
//!
//! The only place that knows the YAML library. What the language has no use for is refused here:
//! anchors, aliases, merge keys, tags, several documents, keys that are no words, values that are
//! not there, and sizes that no person writes. A scalar keeps its text: `NO`, `007`, `1.10` and
//! `16:00` mean what the place where they stand makes of them.

mod block;
mod budget;
mod build;
mod characters;
mod comma;
mod fault;
mod limits;
mod refusals;
mod same;
mod tree;
mod words;
pub mod written;

pub use tree::{Content, Entry, Node};

use budget::Budget;

use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::source::{Fault, FileId, MAX_FILE_BYTES, Sources, Span};

/// The tree of a file. None where it cannot be read to its end, which is then reported.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Node> {
    one(sources, file, &mut Budget::new(), diagnostics)
}

/// The trees of all files, in their order; together they have a limit too.
pub fn parse_all(sources: &Sources, diagnostics: &mut Diagnostics) -> Vec<Option<Node>> {
    parse_changed(sources, |_| None, diagnostics)
}

/// As [`parse_all`], where some trees are known already, and of how many values each was.
pub fn parse_changed(
    sources: &Sources,
    known: impl Fn(FileId) -> Option<(Node, usize)>,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Node>> {
    let mut budget = Budget::new();
    let mut tree = |file| match known(file).filter(|(_, values)| budget.spend_all(*values)) {
        Some((tree, _)) => Some(tree),
        None => one(sources, file, &mut budget, diagnostics),
    };
    sources.ids().map(&mut tree).collect()
}

fn one(
    sources: &Sources,
    file: FileId,
    budget: &mut Budget,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let text = sources.file(file).text.as_str();
    if let Some(fault) = sources.file(file).fault {
        diagnostics.push(unreadable(file, fault));
        return None;
    }
    if !characters::check(file, text, diagnostics) {
        return None;
    }
    build::tree(file, text, budget, diagnostics)
}

fn unreadable(file: FileId, fault: Fault) -> Diagnostic {
    match fault {
        Fault::TooLarge => {
            let limit = MAX_FILE_BYTES / (1024 * 1024);
            Diagnostic::new(
                codes::FILE_TOO_LARGE,
                Span::new(file, 0..0),
                format!("the file has more than {limit} MiB"),
            )
            .reason("hundreds of entities are smaller than that")
            .next("name the blueprint, not another file; a large one can `include` others")
        }
        Fault::NotUtf8 { at } => {
            Diagnostic::new(codes::NOT_UTF8, Span::new(file, at..at), "the file is not UTF-8")
                .label("the first byte that is not")
                .next("save it as UTF-8")
        }
    }
}
