//! What there is and what refers to what.

use super::{Graph, Line, Node, Shape, Style};
use crate::model::{EntityId, Field, Model, Origin, Scope, Type};
use crate::phrase::type_words;

/// All entities, or one with those that it refers to and that refer to it.
pub fn graph(model: &Model, of: Option<EntityId>) -> Graph {
    let touches = |id: EntityId| match of {
        None => true,
        Some(of) => id == of || refers(model, id, of) || refers(model, of, id),
    };
    let shown: Vec<EntityId> = model.entity_ids().filter(|id| touches(*id)).collect();
    let nodes = shown.iter().map(|id| node(model, *id)).collect();
    let mut graph = Graph { title: String::new(), nodes, edges: Vec::new() };
    for (from, id) in shown.iter().enumerate() {
        for field in own(model, *id) {
            let Some(other) = target(model, &field.ty) else { continue };
            let Some(to) = shown.iter().position(|shown| *shown == other) else { continue };
            if of.is_some_and(|of| of != *id && of != other) {
                continue;
            }
            let style = if field.optional { Style::Dashed } else { Style::Solid };
            graph.connect(from, to, field.name.clone(), style);
        }
    }
    graph
}

fn node(model: &Model, id: EntityId) -> Node {
    let entity = &model[id];
    let lines = entity.fields.iter().map(|field| {
        let optional = if field.optional { "optional " } else { "" };
        Line {
            head: field.name.clone(),
            text: format!("{optional}{}", type_words(model, &field.ty)),
        }
    });
    let states = entity.states.as_ref().map(|states| Line {
        head: "state".to_owned(),
        text: format!("{} states", states.list.len()),
    });
    Node { shape: Shape::Box, name: entity.name.clone(), lines: lines.chain(states).collect() }
}

/// The entity that a field of this type names a row of.
fn target(model: &Model, ty: &Type) -> Option<EntityId> {
    match ty {
        Type::Ref(to) => Some(*to),
        Type::UserIn(_) => Some(model.identity.user),
        _ => None,
    }
}

/// The fields by which a row names others itself: not those that follow from its parent's.
fn own(model: &Model, id: EntityId) -> impl Iterator<Item = &Field> {
    let entity = &model[id];
    let from_parent = match entity.scope {
        Scope::Through { column, .. } => Some(column.0),
        Scope::Platform | Scope::Tenant { .. } => None,
    };
    let fields = entity.fields.iter().enumerate();
    let own = fields.filter(move |(at, field)| {
        Some(*at) != from_parent && !matches!(field.origin, Origin::Copied { .. })
    });
    own.map(|(_, field)| field)
}

fn refers(model: &Model, from: EntityId, to: EntityId) -> bool {
    own(model, from).any(|field| target(model, &field.ty) == Some(to))
}
