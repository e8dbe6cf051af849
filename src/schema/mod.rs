//! Model → database schema: roles, tables, policies, gates and doors, and their SQL.
//!
//! [`lower`] takes every promise of the model to the place where nobody goes round it. Each piece
//! that refuses something has an id, and can be left out by it, so that tests can be shown to miss it.

mod append_only;
mod approval;
mod arguments;
mod audit;
mod bootstrap;
pub mod calls;
mod change;
mod clock;
mod command;
mod create;
mod cx;
mod delete;
mod doors;
mod due;
mod each;
mod effective;
mod erased;
mod erasure;
mod exclusions;
mod facets;
mod far;
mod gates;
mod grants;
mod guards;
mod holds;
mod hooks;
mod idempotency;
mod keys;
mod layout;
mod names;
mod numbers;
mod picks;
mod pieces;
mod policies;
mod quotas;
mod reads;
mod references;
mod row;
mod rules;
mod run;
mod seal;
mod settled;
mod step_up;
mod steps;
mod stored;
mod tables;
mod text_of_functions;
mod text_of_tables;
mod totals;
mod types;
mod way;
mod who;
mod wrappers;

pub use clock::calls as timers;
pub use quotas::qualified as windows;
pub use steps::{Others, others};
pub use stored::{Stored, stored, table};

pub use calls::{Call, Lock};
use calls::{Read, Refusal};
use cx::Cx;
use pieces::{Function, Table};

use crate::model::{ContextId, Door, EntityId, FieldId, Model};

/// The database of one service.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Every action in every context in which somebody may run it.
    pub calls: Vec<Call>,
    /// Every entity in every context that reads it.
    pub reads: Vec<Read>,
    /// Fields that `rt.provision(_assertion, _id, …)` takes as text, where the first token makes the
    /// person's row.
    pub provision: Option<Vec<FieldId>>,
    tables: Vec<Table>,
    gates: Vec<(String, Function)>,
    doors: Vec<DoorPair>,
    totals: String,
    clock: String,
    bootstrap: String,
    begin: String,
    audit: String,
    idempotency: String,
    end: String,
    guards: Vec<String>,
}

#[derive(Debug, Clone)]
struct DoorPair {
    path: String,
    summary: String,
    look: Option<Function>,
    /// What the door does, where somebody else may have to agree.
    inner: Option<Function>,
    door: Function,
    wrapper: Function,
}

impl DoorPair {
    fn sql(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some(look) = &self.look {
            let note = format!("{}: what its hook is given", self.path);
            parts.push(format!("{}{}", layout::comment(&note), look.commented(Some(&note))));
        }
        if let Some(inner) = &self.inner {
            let note = format!("{}: done, or asked for", self.path);
            parts.push(format!("{}{}", layout::comment(&note), inner.commented(Some(&note))));
        }
        let said = match self.summary.as_str() {
            "" => self.path.clone(),
            summary => format!("{summary} ({})", self.path),
        };
        parts.push(format!("{}{}", layout::comment(&self.path), self.door.commented(Some(&said))));
        let read = format!("Runs {}, then reads the row as its caller may.", self.door.name);
        parts.push(self.wrapper.commented(Some(&read)));
        parts
    }
}

/// The schema of a model, without the guard of that id if there is one.
pub fn lower(model: &Model, without: Option<&str>) -> Schema {
    let cx = Cx::new(model, without);
    let mut reads = Vec::new();
    for entity in model.entity_ids() {
        for context in model.context_ids() {
            reads.extend(reads::lower(&cx, entity, context));
        }
    }

    // Doors first: what they touch is what their roles are granted.
    let (mut calls, mut doors) = (Vec::new(), Vec::new());
    for entity in model.entity_ids() {
        for (index, action) in model[entity].actions.iter().enumerate() {
            for door in action.doors(model, &model[entity]) {
                if door.context == Model::ANYONE {
                    continue;
                }
                let (call, pair) = lower_door(&cx, &reads, entity, index, door);
                doors.push(pair);
                calls.push(call);
            }
        }
    }

    let tables = model.entity_ids().map(|entity| tables::lower(&cx, entity)).collect();
    let gates = gates::lower(&cx);
    let parts = [
        quotas::sql(&cx),
        totals::sql(&cx),
        rules::at_commit(&cx),
        settled::sql(&cx),
        numbers::sql(&cx),
    ];
    let parts = parts.into_iter().chain([picks::sql(&cx)]);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let totals = parts.join("\n");
    let clock = clock::sql(&cx);
    let provision = gates::provisioned(&cx);
    let bootstrap = bootstrap::sql(&cx);
    let begin = grants::begin(&cx);
    let audit = audit::sql(&cx);
    let parts = [idempotency::sql(&cx), erasure::sql(&cx)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let idempotency = parts.join("\n");
    let end = format!(
        "-- The hand-overs end here: nobody keeps the right to create.\n\n{}\n{}",
        audit::hand_over(&cx),
        grants::end(&cx)
    );
    let guards = cx.into_guards();
    Schema {
        calls,
        reads,
        provision,
        tables,
        gates,
        doors,
        totals,
        clock,
        bootstrap,
        begin,
        audit,
        idempotency,
        end,
        guards,
    }
}

fn lower_door(
    cx: &Cx<'_>,
    reads: &[Read],
    entity: EntityId,
    index: usize,
    door: Door,
) -> (Call, DoorPair) {
    let context = door.context;
    let look = doors::look(cx, entity, index, door.clone());
    let (it, inner, door) = doors::lower(cx, entity, index, door);
    let (mut call, wrapper) = wrappers::lower(&it, find_read(reads, entity, context));
    let (looking, look) = look.unzip();
    call.look = looking;
    let summary = cx.model[entity].actions[index].summary.clone();
    let pair = DoorPair { path: call.path.clone(), summary, look, inner, door, wrapper };
    (call, pair)
}

/// How an action is called in the first context in which somebody may run it, without the rest of the schema.
pub fn first_call(model: &Model, entity: EntityId, action: usize) -> Option<Call> {
    let cx = Cx::new(model, None);
    let doors = model[entity].actions[action].doors(model, &model[entity]);
    let door = doors.into_iter().find(|door| door.context != Model::ANYONE)?;
    let reads: Vec<Read> = reads::lower(&cx, entity, door.context).into_iter().collect();
    Some(lower_door(&cx, &reads, entity, action, door).0)
}

impl Schema {
    /// Run by somebody who may create roles, connected to the service's empty database.
    pub fn bootstrap_sql(&self) -> String {
        self.bootstrap.clone()
    }

    /// Run by the owner, in one transaction.
    pub fn init_sql(&self) -> String {
        let mut parts = vec![self.begin.clone(), self.audit.clone()];
        parts.extend(
            self.tables
                .iter()
                .map(|table| format!("{}\n{}", layout::comment(&table.path), table.sql())),
        );
        let references: String = self.tables.iter().map(Table::references_sql).collect();
        if !references.is_empty() {
            parts.push(format!(
                "-- References: within the tenant by a composite key, so that none to a stranger's row can stand.\n\n{references}"
            ));
        }
        if !self.totals.is_empty() {
            parts.push(self.totals.clone());
        }
        parts.extend(self.gates.iter().map(|(note, gate)| {
            format!("{}{}", layout::comment(note), gate.commented(Some(note)))
        }));
        if !self.idempotency.is_empty() {
            parts.push(self.idempotency.clone());
        }
        for pair in &self.doors {
            parts.extend(pair.sql());
        }
        if !self.clock.is_empty() {
            parts.push(self.clock.clone());
        }
        parts.push(self.end.clone());
        parts.join("\n")
    }

    /// Ids of all that refuses something.
    pub fn guards(&self) -> &[String] {
        &self.guards
    }

    /// What it means when a constraint refuses a row.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.tables
            .iter()
            .flat_map(|table| {
                let constraints = table.constraints.iter().chain(&table.references);
                let indexes = table.indexes.iter().filter_map(|index| index.refusal.clone());
                constraints.map(|one| one.refusal.clone()).chain(indexes).collect::<Vec<_>>()
            })
            .collect()
    }

    pub fn call(&self, entity: EntityId, action: usize, context: ContextId) -> Option<&Call> {
        let at = |call: &Call| (call.entity, call.action, call.context);
        let found = self.calls.binary_search_by_key(&(entity, action, context), at);
        found.ok().map(|at| &self.calls[at])
    }

    pub fn read(&self, entity: EntityId, context: ContextId) -> Option<&Read> {
        find_read(&self.reads, entity, context)
    }
}

/// They are made in the order of entities and contexts; a large service has too many to look through.
fn find_read(reads: &[Read], entity: EntityId, context: ContextId) -> Option<&Read> {
    let found = reads.binary_search_by_key(&(entity, context), |read| (read.entity, read.context));
    found.ok().map(|at| &reads[at])
}

#[cfg(test)]
mod tests;
