//! States and their groups.

use super::draft::Draft;
use super::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{State, StateGroup, StateId, States};
use crate::source::Spanned;

/// Words that mean something else where states are named.
const RESERVED: [&str; 4] = ["any", "set", "unset", "not"];

pub fn states(draft: &Draft<'_>, out: &mut Diagnostics) -> Option<States> {
    let declared = draft.declared?.states.as_ref()?;
    let list: Vec<State> =
        declared.list.iter().map(|name| State { name: name.value.clone() }).collect();
    let groups = declared.groups.iter();
    for name in declared.list.iter().chain(groups.map(|(name, _)| name)) {
        if RESERVED.contains(&name.as_str()) {
            let message = format!("`{name}` cannot be a state: the word means something else");
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, name.span, message)
                    .reason("`from: any` is every state; `set`, `unset` and `not` follow `is`")
                    .next("name it otherwise"),
            );
        }
    }
    for (name, _) in declared.groups.iter() {
        if let Some(state) = declared.list.iter().find(|state| state.value == name.value) {
            out.push(
                Diagnostic::new(
                    codes::NAME_COLLISION,
                    name.span,
                    format!("`{name}` is a group and a state"),
                )
                .also(state.span, "the state")
                .next("name one of them otherwise"),
            );
        }
    }
    let groups = declared.groups.iter().map(|(name, members)| {
        let states = members.iter().filter_map(|member| {
            let at = list.iter().position(|state| state.name == member.value);
            if at.is_none() {
                let known: Vec<&str> = list.iter().map(|state| state.name.as_str()).collect();
                unknown::unknown_state(out, member, draft.name, (&known, &[]), draft.incomplete());
            }
            at.map(StateId)
        });
        StateGroup { name: name.value.clone(), states: states.collect() }
    });
    let groups = groups.collect();
    Some(States { list, groups })
}

/// The states that a name stands for: one, or those of a group.
pub fn meant(states: Option<&States>, name: &str) -> Option<Vec<StateId>> {
    let states = states?;
    if let Some(at) = states.list.iter().position(|state| state.name == name) {
        return Some(vec![StateId(at)]);
    }
    states.groups.iter().find(|group| group.name == name).map(|group| group.states.clone())
}

/// Reports a name that is neither a state nor a group of the entity.
pub fn unknown_state(
    states: Option<&States>,
    name: &Spanned<String>,
    of: &Draft<'_>,
    out: &mut Diagnostics,
) {
    let list = states.into_iter().flat_map(|states| &states.list).map(|one| one.name.as_str());
    let groups = states.into_iter().flat_map(|states| &states.groups).map(|one| one.name.as_str());
    let (list, groups): (Vec<&str>, Vec<&str>) = (list.collect(), groups.collect());
    unknown::unknown_state(out, name, of.name, (&list, &groups), of.incomplete());
}
