//! Who may what: one graph for each entity, from its part of the permission table. A box for each of the people
//! says what is his beyond what follows from what he is besides, which is an arrow.
//!
//! Boxes for what can be done, and arrows from each of the people to each of them, are a tangle as soon as an entity
//! has ten of both.

use super::{Graph, Line, Node, Shape, Style};
use crate::model::{EntityId, Model, Who};
use crate::permissions::{self, Permissions, Row, What};

pub fn graphs(model: &Model, of: Option<EntityId>) -> Vec<Graph> {
    let shown = model.entity_ids().filter(|id| of.is_none_or(|of| of == *id));
    shown.filter_map(|id| graph(model, &permissions::permissions(model, id))).collect()
}

fn graph(model: &Model, part: &Permissions) -> Option<Graph> {
    let given: Vec<usize> = part.given().collect();
    if given.is_empty() {
        return None;
    }
    let people = People { model, part };
    let nodes = given.iter().map(|at| people.node(*at)).collect();
    let mut graph = Graph { title: model[part.entity].name.clone(), nodes, edges: Vec::new() };
    includes(model, part, &given, &mut graph);
    Some(graph)
}

/// `owner` to `manager` to `member`: what one is besides, each link once.
fn includes(model: &Model, part: &Permissions, given: &[usize], graph: &mut Graph) {
    for (from, at) in given.iter().enumerate() {
        let is = &part.people[*at].is;
        for who in is {
            let nearer =
                |other: &Who| other != who && model.implies(&model[part.entity], *other, *who);
            let Some(to) = given.iter().position(|at| part.people[*at].who == *who) else {
                continue;
            };
            if !is.iter().any(nearer) {
                graph.connect(from, to, String::new(), Style::Dotted);
            }
        }
    }
}

struct People<'m> {
    model: &'m Model,
    part: &'m Permissions,
}

impl People<'_> {
    fn node(&self, at: usize) -> Node {
        let entity = &self.model[self.part.entity];
        let one = &self.part.people[at];
        let context = &self.model[one.context].name;
        let name = match one.who {
            Who::Anyone => "anyone".to_owned(),
            who => format!("{} in {context}", self.model.name_of(entity, who)),
        };
        let mut lines = self.reads(at);
        for row in &self.part.rows {
            if let (Some(when), Some(action)) = (self.own(row, at), row.what.action(entity)) {
                lines.push(Line { head: action.name.clone(), text: told(&when) });
            }
        }
        Node { shape: Shape::Box, name, lines }
    }

    /// What shows him rows and fields, a line for each condition.
    fn reads(&self, at: usize) -> Vec<Line> {
        let entity = &self.model[self.part.entity];
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for row in &self.part.rows {
            let field = match row.what {
                What::Read => None,
                What::See(field) => Some(entity.fields[field.0].name.as_str()),
                What::Run(_) => continue,
            };
            let Some(when) = self.own(row, at) else { continue };
            match groups.iter_mut().find(|(other, _)| *other == when) {
                Some((_, names)) => names.extend(field),
                None => groups.push((when, field.into_iter().collect())),
            }
        }
        let line = |(when, names): (String, Vec<&str>)| {
            let what = if names.is_empty() { "rows".to_owned() } else { names.join(", ") };
            let when = if when.is_empty() { String::new() } else { format!(" when {when}") };
            Line { head: "reads".to_owned(), text: format!("{what}{when}") }
        };
        groups.into_iter().map(line).collect()
    }

    /// The condition under which he may, empty for always; none where he never may, or may because of what he is
    /// besides.
    fn own(&self, row: &Row, at: usize) -> Option<String> {
        let when = self.when(row, at)?;
        let follows = self.part.people[at].is.iter().any(|who| {
            let other = self.part.people.iter().position(|one| one.who == *who);
            other.is_some_and(|other| self.when(row, other).as_deref() == Some(when.as_str()))
        });
        (!follows).then_some(when)
    }

    fn when(&self, row: &Row, at: usize) -> Option<String> {
        let entity = &self.model[self.part.entity];
        let verdict = &row.cells[at].verdict;
        let may = verdict.is_possible();
        may.then(|| verdict.when(entity, row.what.action(entity)).unwrap_or_default())
    }
}

fn told(when: &str) -> String {
    if when.is_empty() { "always".to_owned() } else { format!("when {when}") }
}
