use super::*;
use crate::plan::example;

const KINDS: [Kind; 3] = [Kind::Entities, Kind::States, Kind::Permissions];

fn marketplace() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/blueprints/marketplace/blueprint.yaml");
    crate::compile(&crate::load(path.as_ref()).unwrap()).0.unwrap()
}

#[test]
fn the_states_of_an_entity_in_each_language() {
    let model = example::projects();
    let of = model.entity_named("Task");
    let picture = picture(&model, Kind::States, of);
    assert_eq!(
        mermaid(&picture),
        "stateDiagram-v2
    state \"open\" as s0_0
    state \"done\" as s0_1
    [*] --> s0_0
    s0_0 --> s0_1: finish by assignee
    s0_1 --> s0_0: reopen by lead
"
    );
    let dot = dot(&picture);
    assert!(dot.contains("n0_0 -> n0_1 [style=solid label=<finish by assignee>];"), "{dot}");
    let svg = svg(&picture);
    assert!(svg.contains(">finish by assignee</text>"), "{svg}");
}

#[test]
fn a_picture_is_the_same_each_time() {
    let model = marketplace();
    for kind in KINDS {
        let draw = || {
            let picture = picture(&model, kind, None);
            (mermaid(&picture), dot(&picture), svg(&picture))
        };
        assert_eq!(draw(), draw());
    }
}

/// No two boxes of a graph lie on each other, none lies outside, and no label lies on a box.
#[test]
fn nothing_lies_on_anything_else() {
    let model = marketplace();
    for kind in KINDS {
        for graph in picture(&model, kind, None).graphs {
            let laid = layout::laid(&graph, kind == Kind::Entities);
            for (at, one) in laid.nodes.iter().enumerate() {
                let name = &graph.nodes[at].name;
                let right = one.middle.x + one.width / 2.0;
                let bottom = one.middle.y + one.height / 2.0;
                let inside = one.middle.x - one.width / 2.0 >= 0.0
                    && one.middle.y - one.height / 2.0 >= 0.0
                    && right <= laid.width
                    && bottom <= laid.height;
                assert!(inside, "{name} of {} lies outside", graph.title);
                for (other, two) in laid.nodes.iter().enumerate().skip(at + 1) {
                    let two_name = &graph.nodes[other].name;
                    assert!(!overlap(one, two), "{name} and {two_name} of {}", graph.title);
                }
                for (way, edge) in laid.ways.iter().zip(&graph.edges) {
                    let label = way.label.as_ref();
                    let clear = label.is_none_or(|label| !overlap(one, label));
                    assert!(clear, "{:?} on {name} of {}", edge.labels, graph.title);
                }
            }
        }
    }
}

/// An arrow touches no box but the two that it joins.
#[test]
fn no_arrow_runs_through_a_box() {
    let model = marketplace();
    for kind in KINDS {
        for graph in picture(&model, kind, None).graphs {
            let laid = layout::laid(&graph, kind == Kind::Entities);
            for (way, edge) in laid.ways.iter().zip(&graph.edges) {
                let ends = [edge.from, edge.to];
                for (at, place) in laid.nodes.iter().enumerate() {
                    if ends.contains(&at) {
                        continue;
                    }
                    for point in points(way) {
                        let dot = layout::Place { middle: point, width: 0.0, height: 0.0 };
                        assert!(
                            !overlap(place, &dot),
                            "{} to {} runs through {} of {}",
                            graph.nodes[edge.from].name,
                            graph.nodes[edge.to].name,
                            graph.nodes[at].name,
                            graph.title
                        );
                    }
                }
            }
        }
    }
}

/// Points on an arrow, close to each other.
fn points(way: &layout::Way) -> Vec<layout::Point> {
    let mut points = Vec::new();
    let mut from = way.start;
    for [one, other, end] in &way.bows {
        for step in 0..=20 {
            let t = f64::from(step) / 20.0;
            let s = 1.0 - t;
            let at = |a: f64, b: f64, c: f64, d: f64| {
                s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
            };
            points.push(layout::Point {
                x: at(from.x, one.x, other.x, end.x),
                y: at(from.y, one.y, other.y, end.y),
            });
        }
        from = *end;
    }
    points
}

fn overlap(one: &layout::Place, other: &layout::Place) -> bool {
    let apart = |a: f64, b: f64, sizes: f64| (a - b).abs() >= sizes / 2.0 - 0.01;
    !apart(one.middle.x, other.middle.x, one.width + other.width)
        && !apart(one.middle.y, other.middle.y, one.height + other.height)
}

/// Whatever a text says, it stays one text.
#[test]
fn every_text_is_escaped() {
    let hostile = "a\"]; <b> & #quot; {x} `c` \\ % ; end\n--> z</text><script>";
    let node = |shape| Node {
        shape,
        name: hostile.to_owned(),
        lines: vec![Line { head: "f".to_owned(), text: hostile.to_owned() }],
    };
    for kind in KINDS {
        let graph = Graph {
            title: hostile.to_owned(),
            nodes: vec![node(Shape::Box), node(Shape::Round)],
            edges: vec![Edge {
                from: 0,
                to: 1,
                labels: vec![hostile.to_owned()],
                style: Style::Solid,
            }],
        };
        let picture = Picture { kind, graphs: vec![graph] };
        let (mermaid, dot, svg) = (mermaid(&picture), dot(&picture), svg(&picture));
        for text in [&dot, &svg] {
            assert!(!text.contains("<script>") && !text.contains("</text><"), "{text}");
            assert!(text.contains("&lt;script&gt;"), "{text}");
        }
        // Between quotes stands nothing that ends them.
        for line in mermaid.lines() {
            assert!(line.matches('"').count() % 2 == 0, "{line}");
            assert!(!line.contains("<script>") || kind == Kind::Entities, "{line}");
        }
    }
}

/// What each of the people may stands in his box; arrows say only what one is besides.
#[test]
fn the_picture_of_permissions_is_no_tangle() {
    let model = marketplace();
    let of = model.entity_named("Booking");
    let graph = picture(&model, Kind::Permissions, of).graphs.remove(0);
    assert!(graph.edges.len() < graph.nodes.len());
    assert!(graph.edges.iter().all(|edge| edge.style == Style::Dotted));
    let node = |name: &str| graph.nodes.iter().find(|node| node.name == name).unwrap();
    let says = |name: &str, head: &str| {
        let line = node(name).lines.iter().find(|line| line.head == head);
        line.map_or("", |line| line.text.as_str())
    };
    assert!(says("manager in vendor", "cancel").starts_with("when state is requested|confirmed"));
    assert_eq!(says("manager in vendor", "reads"), "commission, vendor_net");
    // An owner may what a manager may, and nothing more.
    assert!(node("owner in vendor").lines.is_empty());
}

#[test]
fn of_an_entity_only_what_touches_it_is_drawn() {
    let model = example::projects();
    let of = model.entity_named("Project");
    let names: Vec<String> = picture(&model, Kind::Entities, of)
        .graphs
        .remove(0)
        .nodes
        .into_iter()
        .map(|node| node.name)
        .collect();
    assert_eq!(names, ["Team", "Project", "Task"]);
    let titles: Vec<String> = picture(&model, Kind::Permissions, of)
        .graphs
        .into_iter()
        .map(|graph| graph.title)
        .collect();
    assert_eq!(titles, ["Project"]);
}
