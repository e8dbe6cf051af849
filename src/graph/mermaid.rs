//! Mermaid: entities as an `erDiagram`, moves as a `stateDiagram-v2`, permissions as a `flowchart`.
//!
//! Every node has an identifier of ours, so that no name of a blueprint can be a word of mermaid's.

use std::fmt::Write;

use super::{Edge, Kind, Node, Picture, Shape, Style};

pub fn mermaid(picture: &Picture) -> String {
    match picture.kind {
        Kind::Entities => entities(picture),
        Kind::States => states(picture),
        Kind::Permissions => permissions(picture),
    }
}

macro_rules! put {
    ($out:expr, $($what:tt)*) => {
        writeln!($out, $($what)*).expect("a string takes all that is written to it")
    };
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text between quotes: all that mermaid or HTML could read as their own is a number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '"' | '#' | '&' | '<' | '>' | ';' | '`' | '\\' | '{' | '}' | '%' | '*' => {
                out += &format!("#{};", char as u32);
            }
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

fn entities(picture: &Picture) -> String {
    let mut out = String::from("erDiagram\n");
    for graph in &picture.graphs {
        for (at, node) in graph.nodes.iter().enumerate() {
            put!(out, "    e{at}[{}] {{", quoted(&node.name));
            for line in &node.lines {
                // The type stands as a remark: mermaid takes one plain word in its place.
                let word = line.text.strip_prefix("optional ").unwrap_or(&line.text);
                let word: String = word
                    .chars()
                    .skip_while(|char| !char.is_ascii_alphabetic())
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                let word = if word.is_empty() { "x".to_owned() } else { word };
                put!(out, "        {word} {} {}", line.head, remark(&line.text));
            }
            put!(out, "    }}");
        }
        for edge in &graph.edges {
            let crow = if edge.style == Style::Dashed { "}o--o|" } else { "}o--||" };
            let label = quoted(&edge.labels.join(", "));
            put!(out, "    e{} {crow} e{} : {label}", edge.from, edge.to);
        }
    }
    out
}

/// A remark is shown as it is written, and ends at a quote.
fn remark(text: &str) -> String {
    let plain = |char: char| if char == '"' || char.is_control() { ' ' } else { char };
    format!("\"{}\"", text.chars().map(plain).collect::<String>())
}

fn states(picture: &Picture) -> String {
    let mut out = String::from("stateDiagram-v2\n");
    for (number, graph) in picture.graphs.iter().enumerate() {
        let within = picture.graphs.len() > 1;
        let indent = if within { "        " } else { "    " };
        if within {
            put!(out, "    state {} as g{number} {{", quoted(&graph.title));
        }
        let id = |at: usize| match graph.nodes[at].shape {
            Shape::Start => "[*]".to_owned(),
            _ => format!("s{number}_{at}"),
        };
        for (at, node) in
            graph.nodes.iter().enumerate().filter(|(_, node)| node.shape != Shape::Start)
        {
            put!(out, "{indent}state {} as {}", quoted(&node.name), id(at));
        }
        for edge in &graph.edges {
            let label = match edge.labels.is_empty() {
                true => String::new(),
                false => format!(": {}", escaped(&edge.labels.join(" / "))),
            };
            put!(out, "{indent}{} --> {}{label}", id(edge.from), id(edge.to));
        }
        if within {
            put!(out, "    }}");
        }
    }
    out
}

fn permissions(picture: &Picture) -> String {
    let mut out = String::from("flowchart LR\n    classDef default text-align:left\n"); // lists, not titles
    for (number, graph) in picture.graphs.iter().enumerate() {
        put!(out, "    subgraph g{number}[{}]", quoted(&graph.title));
        for (at, node) in graph.nodes.iter().enumerate() {
            put!(out, "        n{number}_{at}[{}]", label(node));
        }
        for edge in &graph.edges {
            put!(out, "        {}", arrow(number, edge));
        }
        put!(out, "    end");
    }
    out
}

fn label(node: &Node) -> String {
    let lines = node.lines.iter().map(|line| match line.head.is_empty() {
        true => escaped(&line.text),
        false => format!("{}: {}", escaped(&line.head), escaped(&line.text)),
    });
    let all: Vec<String> =
        std::iter::once(format!("<b>{}</b>", escaped(&node.name))).chain(lines).collect();
    format!("\"{}\"", all.join("<br/>"))
}

fn arrow(number: usize, edge: &Edge) -> String {
    let (from, to) = (format!("n{number}_{}", edge.from), format!("n{number}_{}", edge.to));
    match edge.style {
        Style::Solid => format!("{from} --> {to}"),
        Style::Dashed => format!("{from} -. when .-> {to}"),
        Style::Dotted => format!("{from} -. is .-> {to}"),
    }
}
