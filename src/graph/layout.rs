//! Where boxes and arrows lie: dagre's layered layout, by a library.

use dugong::graphlib::{Graph as Layered, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel, RankDir};
use unicode_width::UnicodeWidthStr;

use super::route::Layers;
use super::{Edge, Graph, Node, Shape, Style};

/// Size of the letters, and of one of them; all are as wide.
pub const FONT: f64 = 12.0;
pub const LETTER: f64 = 7.25;
/// From one line to the next.
pub const LINE: f64 = 17.0;
/// Around what stands in a box.
pub const PAD: f64 = 9.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A box by its middle.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub middle: Point,
    pub width: f64,
    pub height: f64,
}

/// An arrow by its bows, from where it begins, and the middle of its label.
#[derive(Debug, Clone)]
pub struct Way {
    pub start: Point,
    pub bows: Vec<Bow>,
    pub label: Option<Place>,
}

/// Two points that bend a line, and its end.
pub type Bow = [Point; 3];

#[derive(Debug, Clone)]
pub struct Laid {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<Place>,
    pub ways: Vec<Way>,
}

pub fn wide(text: &str) -> f64 {
    LETTER * text.width() as f64
}

/// Width of the column with the names of fields.
pub fn heads(node: &Node) -> f64 {
    let widest = node.lines.iter().map(|line| wide(&line.head)).fold(0.0, f64::max);
    if widest > 0.0 { widest + 2.0 * LETTER } else { 0.0 }
}

/// Characters of a line.
const LONGEST: usize = 46;

/// The lines as they are shown: what is too long for one goes on in the next.
pub fn shown(node: &Node) -> Vec<(&str, String)> {
    let mut shown = Vec::new();
    for line in &node.lines {
        let mut head = line.head.as_str();
        let mut text = String::new();
        for word in line.text.split(' ') {
            if !text.is_empty() && text.width() + 1 + word.width() > LONGEST {
                shown.push((head, std::mem::take(&mut text)));
                head = "";
            }
            let space = if text.is_empty() { "" } else { " " };
            text += &format!("{space}{word}");
        }
        shown.push((head, text));
    }
    shown
}

fn size(node: &Node) -> (f64, f64) {
    if node.shape == Shape::Start {
        return (14.0, 14.0);
    }
    let shown = shown(node);
    let texts = shown.iter().map(|(_, text)| heads(node) + wide(text));
    let widest = texts.fold(wide(&node.name), f64::max);
    let gap = if shown.is_empty() { 0.0 } else { PAD };
    #[expect(clippy::cast_precision_loss, reason = "a box has few lines")]
    let lines = shown.len() as f64;
    (widest + 2.0 * PAD, LINE * (lines + 1.0) + gap + PAD)
}

#[expect(clippy::cast_precision_loss, reason = "an arrow has few labels")]
fn label(edge: &Edge) -> (f64, f64) {
    if edge.labels.is_empty() {
        return (0.0, 0.0);
    }
    let widest = edge.labels.iter().map(|label| wide(label)).fold(0.0, f64::max);
    (widest + LETTER, LINE * edge.labels.len() as f64)
}

type Layering = Layered<NodeLabel, EdgeLabel, GraphLabel>;

/// Lays a graph out, from left to right or from the top down.
pub fn laid(graph: &Graph, down: bool) -> Laid {
    let options = GraphOptions { multigraph: true, ..GraphOptions::default() };
    let mut layers = Layering::new(options);
    // Arrows without words need more room to part.
    let worded = graph.edges.iter().any(|edge| !edge.labels.is_empty());
    layers.set_graph(GraphLabel {
        rankdir: if down { RankDir::TB } else { RankDir::LR },
        nodesep: 26.0,
        ranksep: if worded { 46.0 } else { 110.0 },
        edgesep: 14.0,
        marginx: 4.0,
        marginy: 4.0,
        ..GraphLabel::default()
    });
    for (at, node) in graph.nodes.iter().enumerate() {
        let (width, height) = size(node);
        layers.set_node(id(at), NodeLabel { width, height, ..NodeLabel::default() });
    }
    for (at, edge) in graph.edges.iter().enumerate() {
        let (width, height) = label(edge);
        // Arrows of what follows from what hold people together least.
        let weight = if edge.style == Style::Dotted { 0.5 } else { 1.0 };
        let label = EdgeLabel { width, height, weight, minlen: 1, ..EdgeLabel::default() };
        layers.set_edge_named(id(edge.from), id(edge.to), Some(name(at)), Some(label));
    }
    dugong::layout(&mut layers).expect("a graph of boxes with sizes can be laid out");
    let nodes = (0..graph.nodes.len()).map(|at| {
        let node = layers.node(&id(at)).expect("it was put there");
        let middle = Point { x: node.x.unwrap_or(0.0), y: node.y.unwrap_or(0.0) };
        Place { middle, width: node.width, height: node.height }
    });
    let nodes: Vec<Place> = nodes.collect();
    let labels: Vec<Option<Place>> = graph
        .edges
        .iter()
        .enumerate()
        .map(|(at, edge)| {
            let laid = found(&layers, edge, at);
            (!edge.labels.is_empty()).then(|| Place {
                middle: Point { x: laid.x.unwrap_or(0.0), y: laid.y.unwrap_or(0.0) },
                width: laid.width,
                height: laid.height,
            })
        })
        .collect();
    let reach = Layers::of(nodes.iter().chain(labels.iter().flatten()).copied(), down);
    let ways = graph.edges.iter().enumerate().map(|(at, edge)| {
        let points = &found(&layers, edge, at).points;
        let points: Vec<Point> = points.iter().map(|at| Point { x: at.x, y: at.y }).collect();
        let (start, bows) = match (edge.from == edge.to, points.as_slice()) {
            (true, [start, rest @ ..]) => (*start, rest.iter().map(|end| [*end; 3]).collect()),
            (_, bends) => {
                let bends = bends.get(1..bends.len().saturating_sub(1)).unwrap_or_default();
                bows(&reach, &reach.way(&nodes[edge.from], &nodes[edge.to], bends))
            }
        };
        Way { start, bows, label: labels[at] }
    });
    let ways: Vec<Way> = ways.collect();
    let (width, height) = extent(&nodes, &ways);
    Laid { width, height, nodes, ways }
}

fn found<'l>(layers: &'l Layering, edge: &Edge, at: usize) -> &'l EdgeLabel {
    let laid = layers.edge(&id(edge.from), &id(edge.to), Some(&name(at)));
    laid.expect("it was put there")
}

fn bows(layers: &Layers, knots: &[Point]) -> (Point, Vec<Bow>) {
    let bows = knots.windows(2).map(|pair| {
        let (one, other) = layers.bow(pair[0], pair[1]);
        [one, other, pair[1]]
    });
    (knots[0], bows.collect())
}

fn id(at: usize) -> String {
    format!("n{at}")
}

fn name(at: usize) -> String {
    format!("e{at}")
}

/// How far all of it reaches.
fn extent(nodes: &[Place], ways: &[Way]) -> (f64, f64) {
    let boxes = nodes.iter().chain(ways.iter().filter_map(|way| way.label.as_ref()));
    let corners =
        boxes.map(|at| Point { x: at.middle.x + at.width / 2.0, y: at.middle.y + at.height / 2.0 });
    let bends = ways.iter().flat_map(|way| way.bows.iter().flatten().copied());
    corners
        .chain(bends)
        .fold((0.0, 0.0), |(width, height), at| (f64::max(width, at.x), f64::max(height, at.y)))
}
