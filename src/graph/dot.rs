//! Graphviz' language. Boxes are tables of HTML, whose texts are escaped.

use std::fmt::Write;

use super::markup::markup;
use super::{Edge, Kind, Node, Picture, Shape, Style};

pub fn dot(picture: &Picture) -> String {
    let mut out = String::from("digraph blueprint {\n");
    let direction = if picture.kind == Kind::Entities { "TB" } else { "LR" };
    put(&mut out, 1, &format!("rankdir={direction}; fontname=\"Helvetica\";"));
    put(&mut out, 1, "node [fontname=\"Helvetica\" fontsize=11 shape=plain];");
    put(&mut out, 1, "edge [fontname=\"Helvetica\" fontsize=10 arrowsize=0.7];");
    for (number, graph) in picture.graphs.iter().enumerate() {
        let titled = !graph.title.is_empty();
        if titled {
            put(&mut out, 1, &format!("subgraph cluster_{number} {{"));
            put(
                &mut out,
                2,
                &format!("label=<<b>{}</b>>; color=\"#cccccc\";", markup(&graph.title)),
            );
        }
        let depth = if titled { 2 } else { 1 };
        for (at, node) in graph.nodes.iter().enumerate() {
            put(&mut out, depth, &self::node(number, at, node));
        }
        for edge in &graph.edges {
            put(&mut out, depth, &self::edge(number, edge));
        }
        if titled {
            put(&mut out, 1, "}");
        }
    }
    out.push_str("}\n");
    out
}

fn put(out: &mut String, depth: usize, line: &str) {
    writeln!(out, "{:1$}{line}", "", depth * 4).expect("a string takes all that is written to it");
}

fn node(number: usize, at: usize, node: &Node) -> String {
    let name = markup(&node.name);
    match node.shape {
        Shape::Start => {
            format!("n{number}_{at} [shape=point width=0.15 label=\"\"];")
        }
        Shape::Round => {
            let lines: String =
                node.lines.iter().map(|line| format!("<br/>{}", markup(&line.text))).collect();
            format!("n{number}_{at} [shape=box style=rounded label=<<b>{name}</b>{lines}>];")
        }
        Shape::Box => {
            let cell = |text: &str| format!("<td align=\"left\">{}</td>", markup(text));
            let rows: String = node
                .lines
                .iter()
                .map(|line| match line.head.is_empty() {
                    true => format!(
                        "<tr><td align=\"left\" colspan=\"2\">{}</td></tr>",
                        markup(&line.text)
                    ),
                    false => format!("<tr>{}{}</tr>", cell(&line.head), cell(&line.text)),
                })
                .collect();
            format!(
                "n{number}_{at} [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" \
                 cellpadding=\"3\"><tr><td colspan=\"2\" bgcolor=\"#eeeeee\"><b>{name}</b></td></tr>{rows}</table>>];"
            )
        }
    }
}

fn edge(number: usize, edge: &Edge) -> String {
    let style = match edge.style {
        Style::Solid => "solid",
        Style::Dashed => "dashed",
        Style::Dotted => "dotted",
    };
    let label: Vec<String> = edge.labels.iter().map(|label| markup(label)).collect();
    let label = match label.is_empty() {
        true => String::new(),
        false => format!(" label=<{}>", label.join("<br/>")),
    };
    format!("n{number}_{} -> n{number}_{} [style={style}{label}];", edge.from, edge.to)
}
