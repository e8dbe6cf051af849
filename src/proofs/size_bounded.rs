//! What is compiled of a blueprint stays within all use.
//!
//! Lists multiply: who may is asked for each of the people and each field and action, a move for each pair
//! of states, a door for each action and context. So it is not the length of a file that says what it costs,
//! and this is counted before any of it is made.

use super::ground::Ground;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Expr, Literal, Node};
use crate::model::{
    Action, ActionKind, Default, Does, Door, Entity, EntityId, Field, FieldId, Model, ReadGrant,
    Step, Type, Who,
};
use crate::source::FileId;
use std::collections::BTreeMap;

/// Bytes that the entities of one file may make, about: three hundred entities of a dozen fields and four actions.
pub const IN_FILE: usize = 32 * MIB;
/// Bytes that all entities of a blueprint may make, about: ten thousand such entities.
pub const IN_ALL: usize = 1_200 * MIB;

const MIB: usize = 1024 * 1024;

/// Whether it does; where it does not, nothing more is to be looked for.
pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) -> bool {
    let mut files: BTreeMap<FileId, usize> = BTreeMap::new();
    let mut all = 0_usize;
    for (id, entity) in ground.entities() {
        let place = ground.place(&format!("entities.{}", entity.name));
        let own = weight(ground.model, id);
        let file = files.entry(place.file).or_default();
        *file = file.saturating_add(own);
        all = all.saturating_add(own);
        let (most, what) = match () {
            () if *file > IN_FILE => (IN_FILE, "this file"),
            () if all > IN_ALL => (IN_ALL, "the blueprint"),
            () => continue,
        };
        let message = format!(
            "up to here the entities of {what} would be compiled to more than {} MiB",
            most / MIB
        );
        let told = Diagnostic::new(codes::TOO_MANY, place, message).reason(format!(
            "`{}` alone makes about {}: each of the people, fields, states and actions is met with each other",
            entity.name,
            told(own)
        ));
        out.push(told.next(match own > most / 4 {
            true => "part it into several entities",
            false if most == IN_FILE => {
                "put some of the entities into files of their own and `include` them"
            }
            false => "part the blueprint into several services",
        }));
        return false;
    }
    true
}

fn told(bytes: usize) -> String {
    match bytes / MIB {
        0 => format!("{} KiB", bytes.div_ceil(1024)),
        whole => format!("{whole} MiB"),
    }
}

/// About how many bytes are compiled of an entity; never much less than there are.
pub fn weight(model: &Model, id: EntityId) -> usize {
    Weight::of(model, id).sum()
}

struct Weight<'m> {
    model: &'m Model,
    entity: &'m Entity,
    /// What each field adds wherever it is shown or taken.
    fields: Vec<usize>,
    /// What each grant's condition adds wherever it is asked.
    sights: Vec<usize>,
}

impl<'m> Weight<'m> {
    fn of(model: &'m Model, id: EntityId) -> Self {
        let entity = &model[id];
        let fields = entity.fields.iter().map(shown).collect();
        let asks = |grant: &ReadGrant| 80 + grant.when.as_ref().map_or(0, |when| 4 * length(when));
        let sights = entity.reads.iter().map(asks).collect();
        Weight { model, entity, fields, sights }
    }

    fn sum(&self) -> usize {
        let parts = [self.own(), self.reads(), self.doors(), self.permissions()];
        parts.into_iter().fold(0, usize::saturating_add)
    }

    /// The table, its keys and rules, and the tests' plan of it.
    fn own(&self) -> usize {
        let entity = self.entity;
        let fields: usize = entity
            .fields
            .iter()
            .map(|field| {
                let default = match &field.default {
                    Some(Default::Value(Literal::Text(text))) => 4 * text.len(),
                    _ => 0,
                };
                900 + 2 * field.summary.len() + default + 2 * values(&field.ty)
            })
            .sum();
        let filter = |filter: Option<&Expr>| filter.map_or(0, once);
        let keys = entity.uniques.iter();
        let keys = keys.map(|key| 900 + 80 * key.fields.len() + filter(key.filter.as_ref()));
        let apart = entity.exclusions.iter();
        let apart = apart.map(|one| 2_000 + 80 * one.same.len() + filter(one.filter.as_ref()));
        // Each writes its filter into the trigger of the children, and is looked for anew there.
        let totals = entity.totals.iter().map(|one| 3_000 + 3 * filter(one.filter.as_ref()));
        let quotas = entity.quotas.iter();
        let quotas = quotas.map(|one| 5_000 + 3 * filter(one.filter.as_ref()) + 3 * once(&one.cap));
        let rules = entity.rules.iter().map(|rule| 800 + once(&rule.holds));
        let states = entity.states.as_ref().map_or(0, |states| 400 * states.list.len());
        let moves: usize = entity.actions.iter().map(|action| 170 * self.left(action)).sum();
        8_000
            + 4 * entity.summary.len()
            + fields
            + keys.sum::<usize>()
            + totals.sum::<usize>()
            + quotas.sum::<usize>()
            + apart.sum::<usize>()
            + rules.sum::<usize>()
            + states
            + moves
            + 900 * entity.parties.len()
    }

    /// How many states an action that moves rows leaves.
    fn left(&self, action: &Action) -> usize {
        let all = self.entity.states.as_ref().map_or(0, |states| states.list.len());
        match action.to {
            Some(_) if action.kind == ActionKind::Change && action.from.is_empty() => all,
            Some(_) => action.from.len(),
            None => 0,
        }
    }

    /// What each context reads: policies, views, queries, rows, routes.
    fn reads(&self) -> usize {
        let contexts = self.model.context_ids();
        contexts
            .filter_map(|context| {
                let grants: Vec<usize> = (0..self.entity.reads.len())
                    .filter(|at| {
                        let who = self.entity.reads[*at].who;
                        self.model.context_of(self.entity, who) == context
                    })
                    .collect();
                (!grants.is_empty()).then(|| self.read(&grants))
            })
            .fold(0, usize::saturating_add)
    }

    fn read(&self, grants: &[usize]) -> usize {
        // Fields that the same grants give stand in a view of their own, which asks again.
        let mut views: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for field in 0..self.fields.len() {
            let gives =
                |at: &&usize| self.entity.reads[**at].fields.binary_search(&FieldId(field)).is_ok();
            let givers: Vec<usize> = grants.iter().filter(gives).copied().collect();
            *views.entry(givers).or_default() += self.fields[field];
        }
        let asked = |givers: &[usize]| givers.iter().map(|at| self.sights[*at]).sum::<usize>();
        let views = views.iter().map(|(givers, fields)| 1_500 + fields + asked(givers));
        let listed = grants.iter().map(|at| {
            let grant = &self.entity.reads[*at];
            300 + 30 * grant.fields.len() + grant.when.as_ref().map_or(0, |when| in_tests(when, 0))
        });
        8_000 + listed.sum::<usize>() + 2 * asked(grants) + views.sum::<usize>()
    }

    /// Each action in each context: function, handler, route, bodies.
    fn doors(&self) -> usize {
        let doors = self.entity.actions.iter().flat_map(|action| {
            let doors = action.doors(self.model, self.entity).into_iter();
            doors.map(move |door| self.door(action, &door))
        });
        let timers = self.entity.timers().filter_map(Action::is_due);
        let timers = timers.map(|due| 6_000 + 2 * once(&due));
        doors.chain(timers).fold(0, usize::saturating_add)
    }

    fn door(&self, action: &Action, door: &Door) -> usize {
        let accepted: usize = action.accept.iter().map(|field| 200 + self.fields[field.0]).sum();
        let given = action.input.iter();
        let given = given.map(|one| 900 + 2 * one.summary.len() + 2 * values(&one.ty));
        let asked = action.require.iter().map(|one| 300 + once(&one.holds));
        let in_context =
            |grant: &ReadGrant| self.model.context_of(self.entity, grant.who) == door.context;
        let sight = self.entity.reads.iter().zip(&self.sights);
        let sight = sight.filter(|(grant, _)| in_context(grant)).map(|(_, asks)| asks);
        let steps = action.steps.iter().map(|step| self.step(step));
        // What is answered is kept, and read out of it again.
        let kept = action.idempotency.map_or(0, |_| 1_500 + 150 * self.fields.len());
        let first = self.entity.timers_before(action).filter_map(Action::is_due);
        let first = first.map(|due| 400 + length(&due)).sum::<usize>();
        8_000
            + kept
            + first
            + 4 * action.summary.len()
            + steps.sum::<usize>()
            + accepted
            + given.sum::<usize>()
            + asked.sum::<usize>()
            + sight.sum::<usize>()
            + 160 * door.by.len()
            + 60 * action.from.len()
    }

    /// A step, with what is asked of the row of which it runs an action.
    fn step(&self, step: &Step) -> usize {
        let run = match &step.does {
            Does::Run { entity, action, .. } => {
                let run = &self.model[*entity].actions[*action];
                run.require.iter().map(|one| 300 + once(&one.holds)).sum()
            }
            Does::Each(each) => {
                let run = &self.model[each.entity].actions[each.action];
                let asked = run.require.iter().map(|one| 300 + once(&one.holds)).sum::<usize>();
                // Said where they are found, asked and written.
                2_000 + asked + (3 + run.require.len()) * once(&each.filter)
            }
            Does::Create { entity, .. } => 200 * self.model[*entity].fields.len(),
            Does::Set(_) => 0,
            // It only calls what does it.
            Does::Agree { .. } => 2_000,
            // Said in the look and in the door.
            Does::Call { hook, .. } => {
                let reads = self.model[*hook].reads.iter();
                let reads = reads.map(|one| 600 + 400 * one.fields.len() + 2 * once(&one.filter));
                3_000 + 500 * self.model[*hook].types().count() + 2 * reads.sum::<usize>()
            }
        };
        // A condition is asked before anything is written, and where it is.
        1_000 + run + step.expressions().map(|of| 200 + 2 * once(of)).sum::<usize>()
    }

    /// Who may: a cell for each of the people and each thing, and in each the grants that give it.
    fn permissions(&self) -> usize {
        let (model, entity) = (self.model, self.entity);
        let roles = (0..model.roles.len()).map(|role| Who::Role(crate::model::RoleId(role)));
        let parties = (0..entity.parties.len()).map(|at| Who::Party(crate::model::PartyId(at)));
        let people = [Who::Anyone, Who::User].into_iter().chain(roles).chain(parties);
        let rows = 1 + entity.fields.len() + entity.actions.len();
        people
            .map(|one| {
                let his = entity.reads.iter().zip(&self.sights);
                let his = his.filter(|(grant, _)| model.implies(entity, one, grant.who));
                let (mut sight, mut seen) = (0, 0_usize);
                for (grant, asks) in his {
                    sight += asks;
                    seen = seen.saturating_add((asks + 80) * (1 + grant.fields.len()));
                }
                let run = entity
                    .actions
                    .iter()
                    .filter(|action| action.by.iter().any(|who| model.implies(entity, one, *who)));
                let run = run.map(|action| {
                    let asked = action.require.iter().map(|one| 100 + 3 * length(&one.holds));
                    let first = entity.timers_before(action).filter_map(Action::is_due);
                    let first = first.map(|due| 100 + 3 * length(&due)).sum::<usize>();
                    200 + sight + 20 * action.from.len() + first + asked.sum::<usize>()
                });
                100 + 4 * rows + seen + run.sum::<usize>()
            })
            .fold(0, usize::saturating_add)
    }
}

fn shown(field: &Field) -> usize {
    500 + field.summary.len() + values(&field.ty)
}

/// Bytes that the names of an enumeration add.
fn values(ty: &Type) -> usize {
    match ty {
        Type::OneOf(values) => values.iter().map(|value| 60 + 2 * value.len()).sum(),
        _ => 0,
    }
}

/// About how many bytes a condition has where it is said once to the database, to people and to the tests.
fn once(expr: &Expr) -> usize {
    4 * length(expr) + in_tests(expr, 0)
}

/// The tests' plan has a line for each part, indented by how deep it lies.
fn in_tests(expr: &Expr, depth: usize) -> usize {
    let parts = expr.parts().into_iter();
    60 + 18 * depth + parts.map(|part| in_tests(part, depth + 1)).sum::<usize>()
}

/// About how many bytes a condition has.
fn length(expr: &Expr) -> usize {
    let own = match &expr.node {
        Node::Literal(literal) => of_literal(literal),
        Node::OneOf(_, literals) => literals.iter().map(of_literal).sum(),
        _ => 14,
    };
    own + expr.parts().into_iter().map(length).sum::<usize>()
}

fn of_literal(literal: &Literal) -> usize {
    match literal {
        Literal::Text(text) | Literal::Name(text) => 10 + text.len(),
        _ => 10,
    }
}
