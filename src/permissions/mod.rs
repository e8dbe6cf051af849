//! Who may do what: the one table that the docs, the generated tests and `explain` all read.
//!
//! For each entity and each thing that can be done with its rows (read them, see a field, run an
//! action), and for everybody who could do it (`anyone`, `user`, every role, the entity's parties): never,
//! always, or when a condition holds. A cell speaks of somebody who acts in that context as that and as
//! nothing more, and of the rows that he can reach there: in a tenant's context those of his tenant, for a
//! party those that name him. It says nothing of what is wrong with the request itself: a stale version, a
//! value out of bounds, a reference to what he does not see, a unique key that is taken.

mod cells;
mod condition;
mod document;
mod why;

use condition::joined;
pub use condition::{Condition, Rule};
pub use document::{
    BesidesDocument, CellDocument, Document, EntityDocument, PersonDocument, RowDocument,
    RuleDocument, VERSION,
};
pub use why::{Lack, Step, Why, why};

use crate::model::{Action, ContextId, Entity, EntityId, FieldId, Model, PartyId, RoleId, Who};

/// One entity's part of the table.
#[derive(Debug, Clone)]
pub struct Permissions {
    pub entity: EntityId,
    /// The columns: `anyone`, `user`, every role, the entity's parties.
    pub people: Vec<Somebody>,
    pub rows: Vec<Row>,
}

/// Somebody who acts in a context as one thing.
#[derive(Debug, Clone)]
pub struct Somebody {
    pub who: Who,
    pub context: ContextId,
    /// What he is besides, so that what is granted to it is his too.
    pub is: Vec<Who>,
}

/// One thing that can be done with rows of the entity.
#[derive(Debug, Clone)]
pub struct Row {
    pub what: What,
    /// `entities.Task.read`, `entities.Task.fields.due`, `entities.Task.actions.finish`.
    pub path: String,
    /// One for each of the people, in their order.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// See that a row is there, and its `id`, `version`, `state`, `created_at` and `updated_at`.
    Read,
    /// See what a field holds.
    See(FieldId),
    /// Run an action: index into the entity's `actions`.
    Run(usize),
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub verdict: Verdict,
    /// Paths of the grants that give it; empty where it is never.
    pub by: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Never(Missing),
    Always,
    /// Where all of these hold.
    When(Vec<Condition>),
}

/// Why it is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing grants it to him.
    Grant,
    /// It is granted to him, on rows that he cannot read: they do not exist for him.
    Sight,
    /// It is granted to him under conditions that no row meets together.
    Chance,
}

/// The whole table, in the order of the entities.
pub fn table(model: &Model) -> Vec<Permissions> {
    model.entity_ids().map(|id| permissions(model, id)).collect()
}

/// One entity's part of it.
pub fn permissions(model: &Model, id: EntityId) -> Permissions {
    let entity = &model[id];
    let people = people(model, entity);
    let readers: Vec<cells::Reader<'_>> =
        people.iter().map(|one| cells::Reader::of(model, id, one)).collect();
    let rows = whats(entity)
        .map(|what| Row {
            what,
            path: path(entity, what),
            cells: readers.iter().map(|one| one.cell(what)).collect(),
        })
        .collect();
    drop(readers);
    Permissions { entity: id, people, rows }
}

fn people(model: &Model, entity: &Entity) -> Vec<Somebody> {
    let mut all = vec![Who::Anyone, Who::User];
    all.extend((0..model.roles.len()).map(|role| Who::Role(RoleId(role))));
    all.extend((0..entity.parties.len()).map(|party| Who::Party(PartyId(party))));
    all.iter()
        .map(|who| Somebody {
            who: *who,
            context: model.context_of(entity, *who),
            is: all
                .iter()
                .copied()
                .filter(|other| other != who && model.implies(entity, *who, *other))
                .collect(),
        })
        .collect()
}

/// All that can be done with rows of an entity.
fn whats(entity: &Entity) -> impl Iterator<Item = What> {
    let fields = (0..entity.fields.len()).map(|field| What::See(FieldId(field)));
    let actions = (0..entity.actions.len()).map(What::Run);
    std::iter::once(What::Read).chain(fields).chain(actions)
}

fn path(entity: &Entity, what: What) -> String {
    let own = format!("entities.{}", entity.name);
    match what {
        What::Read => format!("{own}.read"),
        What::See(field) => format!("{own}.fields.{}", entity.fields[field.0].name),
        What::Run(action) => entity.actions[action].path(entity),
    }
}

impl Permissions {
    /// The people to whom anything at all is given.
    pub fn given(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.people.len())
            .filter(|at| self.rows.iter().any(|row| row.cells[*at].verdict.is_possible()))
    }
}

impl Permissions {
    /// The roles that a party must hold besides, any of them, to do what is his to do: they see the
    /// rows that as a party he does not. None where he may by himself, or never.
    pub fn besides(&self, row: &Row, at: usize) -> Vec<RoleId> {
        let hidden = matches!(row.cells[at].verdict, Verdict::Never(Missing::Sight));
        let one = &self.people[at];
        if !hidden || !matches!(one.who, Who::Party(_)) {
            return Vec::new();
        }
        let Some(read) = self.rows.iter().find(|row| row.what == What::Read) else {
            return Vec::new();
        };
        let sees = |(other, cell): (&Somebody, &Cell)| match other.who {
            Who::Role(role) if other.context == one.context && cell.verdict.is_possible() => {
                Some(role)
            }
            _ => None,
        };
        self.people.iter().zip(&read.cells).filter_map(sees).collect()
    }
}

impl What {
    /// The action that it is about.
    pub fn action(self, entity: &Entity) -> Option<&Action> {
        match self {
            What::Run(action) => Some(&entity.actions[action]),
            What::Read | What::See(_) => None,
        }
    }
}

impl Verdict {
    /// Whether it ever is so.
    pub fn is_possible(&self) -> bool {
        !matches!(self, Verdict::Never(_))
    }

    /// What must hold; nothing where it is never or always so.
    pub fn conditions(&self) -> &[Condition] {
        match self {
            Verdict::When(conditions) => conditions,
            Verdict::Always | Verdict::Never(_) => &[],
        }
    }

    /// All that must hold, in words; inputs are named by the action.
    pub fn when(&self, entity: &Entity, action: Option<&Action>) -> Option<String> {
        let conditions = self.conditions();
        (!conditions.is_empty()).then(|| joined(conditions, entity, action))
    }
}

#[cfg(test)]
mod tests;
