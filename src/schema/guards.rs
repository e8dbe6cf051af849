//! The trigger that no writer goes round: first state, declared transitions, what never changes,
//! and the version.

use std::collections::BTreeSet;

use super::cx::{Cx, Slot};
use super::names::{ident, joined, literal, table};
use super::pieces::{Function, Returns, Step};
use super::tables::first_state;
use crate::model::{ActionKind, EntityId, EntityKind, FieldId, StateId};

pub fn function(cx: &Cx<'_>, entity: EntityId) -> Function {
    let it = &cx.model[entity];
    let mut insert = Vec::new();
    let mut update = Vec::new();

    if let Some(first) = first_state(cx, entity)
        && cx.guard(format!("entities.{}.states.first", it.name))
    {
        insert.push(refusal(
            &format!("NEW.state IS DISTINCT FROM {first}"),
            &format!("entities.{}.states", it.name),
            "BP409",
        ));
    }
    if !it.append_only && cx.guard(format!("entities.{}.frozen", it.name)) {
        update.push(refusal(
            &changed(&identity(cx, entity)),
            &format!("entities.{}.frozen", it.name),
            "BP422",
        ));
    }
    let tenant = it.scope.tenant().map(|(_, column)| column);
    for (index, field) in it.fields.iter().enumerate() {
        let path = format!("entities.{}.fields.{}.frozen", it.name, field.name);
        if !it.append_only && field.frozen && tenant != Some(FieldId(index)) && cx.guard(&path) {
            let column = cx.column(entity, Slot::Field(FieldId(index)));
            let wrong = match field.is_frozen_later() {
                true => format!(
                    "OLD.{column} IS NOT NULL AND {}",
                    changed(std::slice::from_ref(&column))
                ),
                false => changed(&[column]),
            };
            update.push(refusal(&wrong, &path, "BP422"));
        }
    }
    update.extend(super::settled::refusals(cx, entity));
    if it.states.is_some() && cx.guard(format!("entities.{}.states", it.name)) {
        update.push(transitions(cx, entity));
    }
    for (waits, path) in super::clock::waits(cx, entity) {
        let raise = format!("RAISE EXCEPTION {} USING ERRCODE = 'BP409';", literal(&path));
        let text = format!("IF {waits}\nTHEN\n  {raise}\nEND IF;");
        update.push(format!("{}\n", super::layout::indent(&text, "  ")));
    }

    let mut turns = super::exclusions::turns(cx, entity).join("\n");
    if !turns.is_empty() {
        turns.insert_str(0, "-- Writers of rows that could overlap take turns.\n");
        turns.push('\n');
    }

    turns.push_str(&super::effective::kept(cx, entity));
    if let Some((at_first, since)) = super::totals::untouched(cx, entity) {
        let path = format!("entities.{}.totals", it.name);
        insert.push(at_first);
        update.push(refusal(&since, &path, "BP422"));
    }
    let (made, grown) = super::rules::growth(cx, entity);
    insert.push(made);
    update.push(grown.clone());
    let stamps = "NEW.version := 1;\nNEW.created_at := clock_timestamp();\n";
    let ends = "NEW.updated_at := clock_timestamp();\nRETURN NEW;";
    let erased = super::erased::branches(cx, entity);
    let body = match it.append_only {
        // No update gets so far.
        true if erased.is_empty() => format!("{stamps}{turns}{ends}"),
        false | true => {
            let kept = (!it.totals.is_empty()).then(|| (super::totals::is_kept(cx), grown));
            let between = format!("{}{erased}", kept_by_totals(kept));
            both(&insert.concat(), &between, &update.concat(), &format!("{turns}{ends}"))
        }
    };
    Function {
        name: format!("rt.{}", ident(&joined(&[&table(&it.name), "guard"]))),
        arguments: Vec::new(),
        returns: Returns::Trigger,
        definer: false,
        declare: Vec::new(),
        body: vec![Step::Run(body)],
        execute: Vec::new(),
        owner: None,
    }
}

/// What the totals' role does.
fn kept_by_totals(kept: Option<(String, String)>) -> String {
    kept.map_or(String::new(), |(kept, grown)| {
        format!(
            "ELSIF {kept} THEN\n{grown}  \
             -- What children add up to is no change of the row: its version stays.\n  \
             RETURN NEW;\n"
        )
    })
}

/// What an insert and an update do first, and what both do then.
fn both(insert: &str, kept: &str, update: &str, then: &str) -> String {
    format!(
        "IF TG_OP = 'INSERT' THEN\n{insert}  NEW.version := 1;\n  \
         NEW.created_at := clock_timestamp();\n\
         {kept}ELSE\n{update}  NEW.version := OLD.version + 1;\nEND IF;\n{then}"
    )
}

/// Columns that say which row it is.
fn identity(cx: &Cx<'_>, entity: EntityId) -> Vec<String> {
    let it = &cx.model[entity];
    let mut slots = vec![Slot::Id];
    if it.kind == EntityKind::User {
        slots.push(Slot::Subject);
    }
    slots.extend(it.scope.tenant().map(|(_, column)| Slot::Field(column)));
    slots.push(Slot::CreatedAt);
    slots.into_iter().map(|slot| cx.column(entity, slot)).collect()
}

fn changed(columns: &[String]) -> String {
    let row = |of: &str| {
        let all: Vec<String> = columns.iter().map(|column| format!("{of}.{column}")).collect();
        if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(", ")) }
    };
    format!("{} IS DISTINCT FROM {}", row("NEW"), row("OLD"))
}

fn transitions(cx: &Cx<'_>, entity: EntityId) -> String {
    let it = &cx.model[entity];
    let pairs: Vec<String> = pairs(cx, entity)
        .into_iter()
        .map(|(from, to)| {
            let list = it.states.as_ref().map_or(&[][..], |states| &states.list);
            let name = |id: StateId| list.get(id.0).map_or(String::new(), |one| literal(&one.name));
            format!("({}, {})", name(from), name(to))
        })
        .collect();
    let path = format!("entities.{}.states", it.name);
    if pairs.is_empty() {
        return refusal("NEW.state IS DISTINCT FROM OLD.state", &path, "BP409");
    }
    let line = format!("  AND ((OLD.state, NEW.state) IN ({})) IS NOT TRUE", pairs.join(", "));
    let test = if line.len() <= super::layout::WIDTH - 4 {
        line
    } else {
        let pairs = super::layout::fill("    ", "    ", &pairs, "");
        format!("  AND ((OLD.state, NEW.state) IN (\n{pairs}\n  )) IS NOT TRUE")
    };
    let text = format!(
        "IF NEW.state IS DISTINCT FROM OLD.state\n{test}\nTHEN\n  \
         RAISE EXCEPTION {} USING ERRCODE = 'BP409';\nEND IF;",
        literal(&path)
    );
    format!("{}\n", super::layout::indent(&text, "  "))
}

/// Declared transitions, in the order of the actions.
fn pairs(cx: &Cx<'_>, entity: EntityId) -> Vec<(StateId, StateId)> {
    let it = &cx.model[entity];
    let count = it.states.as_ref().map_or(0, |states| states.list.len());
    let mut seen = BTreeSet::new();
    let mut out: Vec<(StateId, StateId)> = Vec::new();
    for action in it.actions.iter().filter(|action| action.kind == ActionKind::Change) {
        let Some(to) = action.to else { continue };
        let from: Vec<StateId> = match action.from.is_empty() {
            true => (0..count).map(StateId).collect(),
            false => action.from.clone(),
        };
        for from in from {
            if from != to && seen.insert((from, to)) {
                out.push((from, to));
            }
        }
    }
    out
}

fn refusal(when: &str, path: &str, code: &'static str) -> String {
    let text = format!(
        "IF {when} THEN\n  RAISE EXCEPTION {} USING ERRCODE = '{code}';\nEND IF;",
        literal(path)
    );
    format!("{}\n", super::layout::indent(&text, "  "))
}
