//! `explain who may ACTION`: one row of the permission table, an entity's rows, or all of it.

use super::super::exit::Fault;
use super::super::terminal::{Colour, Format, Terminal, paint};
use super::known::Known;
use super::path::approval;
use super::target::{self, Target};
use crate::model::{EntityId, Model};
use crate::permissions::{
    self, Cell, Document, EntityDocument, Permissions, PersonDocument, Row, RowDocument, What,
};
use crate::phrase;
use serde_json::{Map, Value, json};

pub(super) fn run(words: &[String], known: &Known, terminal: &mut Terminal) -> Result<(), Fault> {
    if words.is_empty() {
        whole(known, terminal);
        return Ok(());
    }
    match target::target(words, known)? {
        Target::Whole(id) => entity(id, known, terminal),
        Target::One(id, what) => one(id, what, known, terminal),
    }
    Ok(())
}

/// Everything: the document that also stands beside the generated tests.
fn whole(known: &Known, terminal: &mut Terminal) {
    let table = permissions::table(&known.model);
    if terminal.format == Format::Json {
        let document = Document::of(&known.model, &table);
        return terminal.document(json!(document));
    }
    for part in &table {
        if part.given().next().is_some() {
            lines(part, known, terminal);
        }
    }
    terminal.out("Nobody else may do anything. Ask for one of them to see its rules: blueprint explain who may ENTITY.ACTION\n");
}

fn entity(id: EntityId, known: &Known, terminal: &mut Terminal) {
    let part = permissions::permissions(&known.model, id);
    if terminal.format == Format::Json {
        return terminal.document(json!({
            "version": 1,
            "question": "who_may",
            "entities": [EntityDocument::of(&known.model, &part)],
        }));
    }
    lines(&part, known, terminal);
    terminal.out("Nobody else may do anything with its rows.\n");
}

/// An entity's rows, one line for each verdict.
fn lines(part: &Permissions, known: &Known, terminal: &mut Terminal) {
    let model = &known.model;
    let entity = &model[part.entity];
    let head = paint(&entity.name, Colour::Bold, terminal.colour.out);
    terminal.out(format_args!("{head}\n"));
    for row in &part.rows {
        let what = match row.what {
            What::Read => "read its rows".to_owned(),
            What::See(field) => format!("see {}", entity.fields[field.0].name),
            What::Run(action) => entity.actions[action].name.clone(),
        };
        let mut said = groups(model, part, row).into_iter();
        let besides = (0..part.people.len()).filter_map(|at| {
            let roles = told_besides(model, part, row, at)?;
            Some(format!("{}, who is {roles} besides", target::names_of(model, part)[at]))
        });
        let besides: Vec<String> = besides.collect();
        let Some((names, when)) = said.next() else {
            let clock = clock(model, part.entity, row.what);
            let said: Vec<String> = besides.into_iter().chain(clock).collect();
            let nobody = if said.is_empty() { "nobody".to_owned() } else { said.join("; ") };
            terminal.out(format_args!("  {what:24} {nobody}\n"));
            continue;
        };
        terminal.out(format_args!("  {what:24} {}{}\n", names.join(", "), told_when(&when)));
        for (names, when) in said {
            terminal.out(format_args!("  {:24} {}{}\n", "", names.join(", "), told_when(&when)));
        }
        let action = row.what.action(entity);
        let second = action.and_then(|action| approval::second(model, entity, action));
        for one in besides.into_iter().chain(clock(model, part.entity, row.what)).chain(second) {
            terminal.out(format_args!("  {:24} {one}\n", ""));
        }
    }
    terminal.out("\n");
}

/// The clock, where it does the action.
fn clock(model: &Model, id: EntityId, what: What) -> Option<String> {
    let entity = &model[id];
    phrase::timer(entity, what.action(entity)?)
}

fn told_when(when: &str) -> String {
    if when.is_empty() { String::new() } else { format!(", when {when}") }
}

/// Who may under the same condition, in the order of the people.
pub(super) fn groups(model: &Model, part: &Permissions, row: &Row) -> Vec<(Vec<String>, String)> {
    let mut groups: Vec<(Vec<String>, String)> = Vec::new();
    for (name, cell) in target::names_of(model, part).into_iter().zip(&row.cells) {
        if !cell.verdict.is_possible() {
            continue;
        }
        let when = when(model, part, row, cell);
        match groups.iter_mut().find(|(_, other)| *other == when) {
            Some((names, _)) => names.push(name.to_owned()),
            None => groups.push((vec![name.to_owned()], when)),
        }
    }
    groups
}

/// Empty where it is always.
pub(super) fn when(model: &Model, part: &Permissions, row: &Row, cell: &Cell) -> String {
    let entity = &model[part.entity];
    cell.verdict.when(entity, row.what.action(entity)).unwrap_or_default()
}

fn one(id: EntityId, what: What, known: &Known, terminal: &mut Terminal) {
    let model = &known.model;
    let part = permissions::permissions(model, id);
    let row = target::row(&part, what);
    if terminal.format == Format::Json {
        return terminal.document(document(&part, row, known));
    }
    let head = format!("Who may {}", target::told(model, id, what));
    let head = paint(&head, Colour::Bold, terminal.colour.out);
    terminal.out(format_args!("{head}   {} at {}\n\n", row.path, known.told(&row.path)));
    let names = target::names_of(model, &part);
    let contexts: Vec<&str> =
        part.people.iter().map(|one| model[one.context].name.as_str()).collect();
    let who = |at: usize| match names[at] {
        "anyone" => "anyone, also without signing in".to_owned(),
        name => format!("{name} in {}", contexts[at]),
    };
    let may: Vec<usize> =
        (0..names.len()).filter(|at| row.cells[*at].verdict.is_possible()).collect();
    let width = may.iter().map(|at| who(*at).len()).max().unwrap_or(0);
    for at in &may {
        let verdict = match when(model, &part, row, &row.cells[*at]) {
            when if when.is_empty() => "always".to_owned(),
            when => format!("when {when}"),
        };
        terminal.out(format_args!("  {:width$}   {verdict}\n", who(*at)));
    }
    let besides: Vec<(usize, String)> = (0..names.len())
        .filter_map(|at| Some((at, told_besides(model, &part, row, at)?)))
        .collect();
    for (at, roles) in &besides {
        terminal.out(format_args!(
            "  {}   only who is {roles} besides, and so sees its rows\n",
            who(*at)
        ));
    }
    let action = what.action(&model[id]);
    let second = action.and_then(|action| approval::second(model, &model[id], action));
    if let Some(second) = &second {
        terminal.out(format_args!("\nIt waits until {second}.\n"));
    }
    let others: Vec<&str> = (0..names.len())
        .filter(|at| !may.contains(at) && !besides.iter().any(|(other, _)| other == at))
        .map(|at| names[at])
        .collect();
    match (may.is_empty() && besides.is_empty(), others.is_empty()) {
        (true, _) => match clock(model, id, what) {
            Some(clock) => terminal.out(format_args!("  {clock}\n")),
            None => terminal.out("  nobody\n"),
        },
        (false, true) => {}
        (false, false) => {
            terminal.out(format_args!("\nNobody else may: not {}.\n", others.join(", ")));
        }
    }
    let mut rules = rules(row);
    rules.extend(second.map(|_| format!("{}.approval", row.path)));
    if !rules.is_empty() {
        terminal.out("\nThis stands in:\n");
        let width = rules.iter().map(String::len).max().unwrap_or(0);
        for path in &rules {
            terminal.out(format_args!("  {path:width$}   {}\n", known.told(path)));
        }
    }
    let asked = target::asked(model, id, what);
    let again = |words: &str| format!("blueprint explain {words} {asked}");
    if let Some(at) = may.last() {
        let words = format!("why {} may", names[*at]);
        terminal.out(format_args!("\nWhy: {}\n", again(&words)));
    }
    if let Some(name) = others.last() {
        terminal.out(format_args!("Why not: {}\n", again(&format!("why not {name}"))));
    }
}

/// The roles that a party must hold besides, where he may not by himself.
pub(super) fn told_besides(
    model: &Model,
    part: &Permissions,
    row: &Row,
    at: usize,
) -> Option<String> {
    let roles = part.besides(row, at);
    let names: Vec<&str> = roles.iter().map(|role| model[*role].name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// Every grant and rule that the row rests on, once.
fn rules(row: &Row) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for cell in &row.cells {
        let mut paths = cell.by.clone();
        let rules = cell.verdict.conditions().iter().flat_map(|one| &one.any);
        paths.extend(rules.map(|rule| rule.path.clone()));
        for path in paths {
            if !all.contains(&path) {
                all.push(path);
            }
        }
    }
    all
}

fn document(part: &Permissions, row: &Row, known: &Known) -> Value {
    let model = &known.model;
    let entity = &model[part.entity];
    let people: Vec<PersonDocument> =
        part.people.iter().map(|one| PersonDocument::of(model, entity, one)).collect();
    let action = row.what.action(entity);
    let second = action.and_then(|action| approval::second(model, entity, action));
    let mut rules = rules(row);
    rules.extend(second.as_ref().map(|_| format!("{}.approval", row.path)));
    let places: Map<String, Value> =
        rules.into_iter().map(|path| (path.clone(), known.json(&path))).collect();
    let mut document = json!({
        "version": 1,
        "question": "who_may",
        "entity": entity.name,
        "people": people,
        "row": RowDocument::of(model, part, row),
        "places": places,
    });
    if let Some(second) = second {
        document["approval"] = second.into();
    }
    document
}
