//! How rows move: one graph for each entity that has states.

use super::{Graph, Node, Shape, Style};
use crate::model::{Entity, EntityId, Model};

pub fn graphs(model: &Model, of: Option<EntityId>) -> Vec<Graph> {
    let shown = model.entity_ids().filter(|id| of.is_none_or(|of| of == *id));
    shown.filter_map(|id| graph(model, &model[id])).collect()
}

fn graph(model: &Model, entity: &Entity) -> Option<Graph> {
    let states = entity.states.as_ref()?;
    let node = |shape, name: &str| Node { shape, name: name.to_owned(), lines: Vec::new() };
    let mut nodes: Vec<Node> =
        states.list.iter().map(|state| node(Shape::Round, &state.name)).collect();
    let start = nodes.len();
    nodes.push(node(Shape::Start, ""));
    let mut graph = Graph { title: entity.name.clone(), nodes, edges: Vec::new() };
    graph.connect(start, 0, String::new(), Style::Solid);
    for action in &entity.actions {
        let (Some(to), true) = (action.to, action.kind.on_existing_row()) else { continue };
        let by: Vec<&str> = action.by.iter().map(|who| model.name_of(entity, *who)).collect();
        let clock = action.timer.as_ref().map(|_| "the clock");
        let by: Vec<&str> = by.into_iter().chain(clock).collect();
        let label = format!("{} by {}", action.name, by.join(", "));
        let all: Vec<usize> = match action.from.is_empty() {
            true => (0..states.list.len()).collect(),
            false => action.from.iter().map(|state| state.0).collect(),
        };
        for from in all {
            graph.connect(from, to.0, label.clone(), Style::Solid);
        }
    }
    Some(graph)
}
