//! Pictures of a blueprint: what refers to what, how rows move, who may what. Built once as plain boxes
//! and arrows, then drawn as mermaid, dot or SVG.
//!
//! The same blueprint gives the same bytes. Names and conditions are text in every format: each printer
//! escapes what it prints.

mod dot;
mod entities;
mod layout;
mod markup;
mod mermaid;
mod permissions;
mod route;
mod states;
mod svg;

use serde::Serialize;

use crate::model::{EntityId, Model};

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Entities,
    States,
    Permissions,
}

/// A picture: several graphs that have nothing to do with each other.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    pub kind: Kind,
    pub graphs: Vec<Graph>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Graph {
    /// The entity of which it speaks; empty where it speaks of all.
    pub title: String,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Node {
    pub shape: Shape,
    pub name: String,
    /// What stands below the name: fields with their types, conditions.
    pub lines: Vec<Line>,
}

/// `title` and `text(1..80)`; or a text alone.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub head: String,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An entity, or somebody with all that he may.
    Box,
    /// A state.
    Round,
    /// Where rows begin.
    Start,
}

/// At most one from a node to another: what would be two has two labels.
#[derive(Debug, Clone, Serialize)]
pub struct Edge {
    /// Indices into the nodes.
    pub from: usize,
    pub to: usize,
    pub labels: Vec<String>,
    pub style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A row names exactly one other; a move.
    Solid,
    /// A row names one other or none.
    Dashed,
    /// Somebody is something else besides.
    Dotted,
}

/// Draws all of a blueprint, or of one entity what touches it.
pub fn picture(model: &Model, kind: Kind, of: Option<EntityId>) -> Picture {
    let graphs = match kind {
        Kind::Entities => vec![entities::graph(model, of)],
        Kind::States => states::graphs(model, of),
        Kind::Permissions => permissions::graphs(model, of),
    };
    Picture { kind, graphs }
}

impl Graph {
    /// Adds a label to the edge between two nodes, which is made where there is none.
    fn connect(&mut self, from: usize, to: usize, label: String, style: Style) {
        let same = |edge: &&mut Edge| edge.from == from && edge.to == to && edge.style == style;
        let labels = if label.is_empty() { Vec::new() } else { vec![label] };
        match self.edges.iter_mut().find(same) {
            Some(edge) => edge.labels.extend(labels),
            None => self.edges.push(Edge { from, to, labels, style }),
        }
    }
}

#[cfg(test)]
mod tests;
