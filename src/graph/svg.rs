//! SVG by itself: no font, no script, no style sheet from elsewhere.

use std::fmt::Write;

use super::layout::{self, FONT, LINE, Laid, PAD, Place, Point, Way, laid};
use super::markup::markup;
use super::{Edge, Graph, Kind, Node, Picture, Shape, Style};

/// Around the whole, and between graphs.
const MARGIN: f64 = 16.0;
const GAP: f64 = 30.0;
const TITLE: f64 = 26.0;

pub fn svg(picture: &Picture) -> String {
    let down = picture.kind == Kind::Entities;
    let all: Vec<(&Graph, Laid)> =
        picture.graphs.iter().map(|graph| (graph, laid(graph, down))).collect();
    let title = |graph: &Graph| if graph.title.is_empty() { 0.0 } else { TITLE };
    let widest = |(graph, laid): &(&Graph, Laid)| laid.width.max(layout::wide(&graph.title));
    let width = all.iter().map(widest).fold(0.0, f64::max) + 2.0 * MARGIN;
    let heights = all.iter().map(|(graph, laid)| title(graph) + laid.height + GAP);
    let height = (heights.sum::<f64>() - GAP).max(0.0) + 2.0 * MARGIN;
    let mut out = Out(String::new());
    out.line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" \
         font-family=\"ui-monospace, Menlo, DejaVu Sans Mono, monospace\" font-size=\"{FONT}\">",
        number(width),
        number(height)
    ));
    out.line(
        "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0 0 L10 5 L0 10 z\" \
         fill=\"#555\"/></marker></defs>",
    );
    out.line("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
    let mut top = MARGIN;
    for (graph, laid) in &all {
        if !graph.title.is_empty() {
            let text = markup(&graph.title);
            out.line(&format!(
                "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"15\" font-weight=\"bold\">{text}</text>",
                number(top + 14.0)
            ));
            top += TITLE;
        }
        out.line(&format!("<g transform=\"translate({MARGIN} {})\">", number(top)));
        out.graph(graph, laid);
        out.line("</g>");
        top += laid.height + GAP;
    }
    out.line("</svg>");
    out.0
}

struct Out(String);

impl Out {
    fn line(&mut self, line: &str) {
        writeln!(self.0, "{line}").expect("a string takes all that is written to it");
    }

    fn graph(&mut self, graph: &Graph, laid: &Laid) {
        for (edge, way) in graph.edges.iter().zip(&laid.ways) {
            self.edge(edge, way);
        }
        for (node, place) in graph.nodes.iter().zip(&laid.nodes) {
            self.node(node, place);
        }
        // Above everything, so that no arrow runs through a word.
        for (edge, way) in graph.edges.iter().zip(&laid.ways) {
            if let Some(place) = &way.label {
                self.label(edge, place);
            }
        }
    }

    fn edge(&mut self, edge: &Edge, way: &Way) {
        let dashes = match edge.style {
            Style::Solid => "",
            Style::Dashed => " stroke-dasharray=\"6 4\"",
            Style::Dotted => " stroke-dasharray=\"1.5 3\"",
        };
        let curve = curve(way);
        self.line(&format!(
            "<path d=\"{curve}\" fill=\"none\" stroke=\"#555\"{dashes} marker-end=\"url(#tip)\"/>"
        ));
    }

    fn label(&mut self, edge: &Edge, place: &Place) {
        let (left, top) = corner(place);
        self.line(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#fff\" fill-opacity=\"0.9\"/>",
            number(left),
            number(top),
            number(place.width),
            number(place.height)
        ));
        for (at, label) in edge.labels.iter().enumerate() {
            self.words(place.middle.x, top + baseline(at), "middle", "#333", label, "");
        }
    }

    fn node(&mut self, node: &Node, place: &Place) {
        let (left, top) = corner(place);
        if node.shape == Shape::Start {
            self.line(&format!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#333\"/>",
                number(place.middle.x),
                number(place.middle.y),
                number(place.width / 2.0)
            ));
            return;
        }
        let (round, fill) = match node.shape {
            Shape::Round => (12, "#eef4fb"),
            _ => (3, "#fff"),
        };
        self.line(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"#333\"/>",
            number(left),
            number(top),
            number(place.width),
            number(place.height)
        ));
        let first = top + PAD / 2.0 + baseline(0);
        self.words(place.middle.x, first, "middle", "#000", &node.name, " font-weight=\"bold\"");
        if node.lines.is_empty() {
            return;
        }
        let below = top + PAD / 2.0 + LINE + PAD / 4.0;
        if node.shape == Shape::Box {
            self.line(&format!(
                "<path d=\"M{} {y} h{}\" stroke=\"#333\"/>",
                number(left),
                number(place.width),
                y = number(below)
            ));
        }
        let second = left + PAD + layout::heads(node);
        for (at, (head, text)) in layout::shown(node).into_iter().enumerate() {
            let y = below + PAD / 4.0 + baseline(at);
            if node.shape == Shape::Round {
                self.words(place.middle.x, y, "middle", "#555", &text, "");
                continue;
            }
            if !head.is_empty() {
                self.words(left + PAD, y, "start", "#000", head, "");
            }
            self.words(second, y, "start", "#555", &text, "");
        }
    }

    fn words(&mut self, x: f64, y: f64, anchor: &str, fill: &str, words: &str, more: &str) {
        self.line(&format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{fill}\"{more}>{}</text>",
            number(x),
            number(y),
            markup(words)
        ));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a box has few lines")]
fn baseline(at: usize) -> f64 {
    LINE * at as f64 + 12.5
}

fn corner(place: &Place) -> (f64, f64) {
    (place.middle.x - place.width / 2.0, place.middle.y - place.height / 2.0)
}

/// With one digit after the point: a picture does not differ by what a processor rounds.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Bow after bow; a straight one is a line.
fn curve(way: &Way) -> String {
    let at = |point: Point| format!("{} {}", number(point.x), number(point.y));
    let mut out = format!("M{}", at(way.start));
    let mut from = way.start;
    for [one, other, end] in &way.bows {
        let straight = from.x == end.x || from.y == end.y || one == end;
        if *end != from {
            out += &match straight {
                true => format!(" L{}", at(*end)),
                false => format!(" C{} {} {}", at(*one), at(*other), at(*end)),
            };
        }
        from = *end;
    }
    out
}
