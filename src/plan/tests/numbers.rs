//! Numbers without gaps, as the tests' engine knows them.

use super::spec;
use crate::model::{Action, ActionKind, Entity, FieldId, Number};
use crate::plan::names;

pub fn number(entity: &Entity, one: &Number, tenant: Option<FieldId>) -> spec::Number {
    let name = |id: FieldId| entity.fields[id.0].name.clone();
    let states = entity.states.as_ref().map_or(&[][..], |states| &states.list);
    let legal = |state: usize| {
        move |action: &&Action| {
            let moves = action.kind == ActionKind::Change;
            moves && (action.from.is_empty() || action.from.iter().any(|from| from.0 == state))
        }
    };
    let (mut given, mut from) = (Vec::new(), 0);
    if let Some(to) = one.to {
        given.push(to.0);
        let mut next = 0;
        while next < given.len() {
            let reached = entity.actions.iter().filter(legal(given[next])).filter_map(|one| one.to);
            let reached: Vec<usize> =
                reached.map(|state| state.0).filter(|state| !given.contains(state)).collect();
            for state in reached {
                if !given.contains(&state) {
                    given.push(state);
                }
            }
            next += 1;
        }
        let leads = |state: &usize| {
            entity.actions.iter().filter(legal(*state)).any(|action| action.to == Some(to))
        };
        from = (0..states.len()).find(|state| !given.contains(state) && leads(state)).unwrap_or(0);
    }
    let state = |at: usize| states.get(at).map(|state| state.name.clone()).unwrap_or_default();
    spec::Number {
        field: name(one.field),
        counter: format!("{}_number", names::snake(&entity.name)),
        per: tenant.filter(|_| !one.global).iter().chain(&one.per).copied().map(name).collect(),
        given: given.into_iter().map(state).collect(),
        from: state(from),
        to: one.to.map(|to| state(to.0)).unwrap_or_default(),
    }
}
