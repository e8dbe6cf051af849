//! Who may what: one graph for each entity, from its part of the permission table.
//!
//! An arrow that follows from another is left out: what a role includes stands once, as a dotted
//! arrow, and fields that the same people see are one box.

use super::{Graph, Line, Node, Shape, Style};
use crate::model::{Entity, EntityId, Model, Who};
use crate::permissions::{self, Cell, Permissions, Row, What};

pub fn graphs(model: &Model, of: Option<EntityId>) -> Vec<Graph> {
    let shown = model.entity_ids().filter(|id| of.is_none_or(|of| of == *id));
    shown.filter_map(|id| graph(model, &permissions::permissions(model, id))).collect()
}

/// Rows of the table with the same cells.
struct Group<'t> {
    row: &'t Row,
    names: Vec<String>,
    /// For each of the people: `None` never, else the condition, empty for always.
    cells: Vec<Option<String>>,
}

fn graph(model: &Model, part: &Permissions) -> Option<Graph> {
    let entity = &model[part.entity];
    let given: Vec<usize> = part.given().collect();
    if given.is_empty() {
        return None;
    }
    let person = |at: &usize| {
        let one = &part.people[*at];
        let context = &model[one.context].name;
        let name = model.name_of(entity, one.who);
        let text = if one.who == Who::Anyone { String::new() } else { format!("in {context}") };
        let lines = if text.is_empty() { Vec::new() } else { vec![line(text)] };
        Node { shape: Shape::Round, name: name.to_owned(), lines }
    };
    let mut graph = Graph {
        title: entity.name.clone(),
        nodes: given.iter().map(person).collect(),
        edges: Vec::new(),
    };
    includes(model, part, &given, &mut graph);
    for group in groups(entity, part) {
        let common = group.common();
        let to = graph.nodes.len();
        graph.nodes.push(group.node(model, part, common.as_ref()));
        for (from, at) in given.iter().enumerate() {
            let Some(when) = &group.cells[*at] else { continue };
            if follows(part, &group, *at, when) {
                continue;
            }
            let always = when.is_empty() || common.is_some();
            let style = if always { Style::Solid } else { Style::Dashed };
            graph.connect(from, to, String::new(), style);
        }
    }
    Some(graph)
}

fn line(text: String) -> Line {
    Line { head: String::new(), text }
}

/// Whether somebody has it because of what he is besides.
fn follows(part: &Permissions, group: &Group<'_>, at: usize, when: &str) -> bool {
    part.people[at].is.iter().any(|who| {
        let other = part.people.iter().position(|one| one.who == *who);
        other.is_some_and(|other| group.cells[other].as_deref() == Some(when))
    })
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

fn groups<'t>(entity: &Entity, part: &'t Permissions) -> Vec<Group<'t>> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    for row in &part.rows {
        let action = row.what.action(entity);
        let cell = |cell: &Cell| {
            let verdict = cell.verdict.is_possible().then_some(&cell.verdict)?;
            Some(verdict.when(entity, action).unwrap_or_default())
        };
        let cells: Vec<Option<String>> = row.cells.iter().map(cell).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let name = match row.what {
            What::Read => "its rows".to_owned(),
            What::See(field) => entity.fields[field.0].name.clone(),
            What::Run(action) => entity.actions[action].name.clone(),
        };
        let is_run = action.is_some();
        let same = |group: &&mut Group<'_>| {
            !is_run && !matches!(group.row.what, What::Run(_)) && group.cells == cells
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.names.push(name),
            None => groups.push(Group { row, names: vec![name], cells }),
        }
    }
    groups
}

impl Group<'_> {
    /// The condition, where all who may have the same.
    fn common(&self) -> Option<String> {
        let mut all = self.cells.iter().flatten();
        let first = all.next()?;
        (!first.is_empty() && all.all(|other| other == first)).then(|| first.clone())
    }

    fn node(&self, model: &Model, part: &Permissions, common: Option<&String>) -> Node {
        let entity = &model[part.entity];
        let is_run = matches!(self.row.what, What::Run(_));
        let mut lines: Vec<Line> = Vec::new();
        if !is_run {
            lines.push(line(self.names.join(", ")));
        }
        if let Some(when) = common {
            lines.push(line(format!("when {when}")));
        } else {
            let mut told: Vec<&str> = Vec::new();
            for when in self.cells.iter().flatten().filter(|when| !when.is_empty()) {
                if told.contains(&when.as_str()) {
                    continue;
                }
                told.push(when);
                let names = self.cells.iter().enumerate().filter(|(at, cell)| {
                    cell.as_deref() == Some(when) && !follows(part, self, *at, when)
                });
                let names: Vec<&str> =
                    names.map(|(at, _)| model.name_of(entity, part.people[at].who)).collect();
                lines.push(line(format!("{} when {when}", names.join(", "))));
            }
        }
        let name = match is_run {
            true => self.names[0].clone(),
            false => "read".to_owned(),
        };
        Node { shape: Shape::Box, name, lines }
    }
}
