//! States and their groups: what leads in and out, and who moves rows so.

use super::At;
use super::mentions::names;
use super::said::Said;
use crate::expr::typed::Column;
use crate::model::{Action, StateId, States};
use crate::phrase::phrase;

impl<'m> At<'m> {
    pub fn state_name(self, StateId(at): StateId) -> &'m str {
        self.entity.states.as_ref().map_or("", |states| &states.list[at].name)
    }

    pub fn state_names(self, states: &[StateId]) -> Vec<&'m str> {
        states.iter().map(|state| self.state_name(*state)).collect()
    }

    pub fn states(self) -> Option<Said> {
        let states = self.entity.states.as_ref()?;
        let mut said = Said::new("section");
        let list: Vec<&str> = states.list.iter().map(|state| state.name.as_str()).collect();
        said.say("states", format!("{}; the first is the start", list.join(", ")));
        Some(said)
    }

    pub fn groups(self) -> Option<Said> {
        let states = self.entity.states.as_ref()?;
        let mut said = Said::new("section");
        for group in &states.groups {
            said.say(
                "group",
                format!("{}: {}", group.name, self.state_names(&group.states).join(", ")),
            );
        }
        if said.lines.is_empty() {
            said.say("group", "none: `groups` under `states` would name several at once");
        }
        Some(said)
    }

    /// Actions that move rows, each with the states from which and the one to which.
    fn moves(self, states: &States) -> Vec<(&'m Action, Vec<StateId>, StateId)> {
        let all = || (0..states.list.len()).map(StateId).collect();
        self.entity
            .actions
            .iter()
            .filter(|action| action.kind.on_existing_row())
            .filter_map(|action| {
                let to = action.to?;
                let from = if action.from.is_empty() { all() } else { action.from.clone() };
                Some((action, from, to))
            })
            .collect()
    }

    pub fn state(self, name: &str) -> Option<Said> {
        let states = self.entity.states.as_ref()?;
        let own = StateId(states.list.iter().position(|state| state.name == name)?);
        let mut said = Said::new("state");
        if own.0 == 0 {
            said.say("start", "rows begin here");
        }
        let groups = states.groups.iter().filter(|group| group.states.contains(&own));
        said.say(
            "in group",
            groups.map(|group| group.name.as_str()).collect::<Vec<_>>().join(", "),
        );
        self.told_moves(states, &[own], &mut said);
        for action in self.entity.actions.iter().filter(|action| action.kind.on_existing_row()) {
            if action.to.is_none() && (action.from.is_empty() || action.from.contains(&own)) {
                said.say("here", format!("{}, by {}", action.name, self.doers(action)));
            }
        }
        let named = |expr| names(expr, Column::State, name);
        for rule in self.entity.rules.iter().filter(|rule| named(&rule.holds)) {
            said.say("rule", format!("{}: {}", rule.name, phrase(&rule.holds, self.entity, None)));
        }
        for grant in &self.entity.reads {
            if let Some(when) = grant.when.as_ref().filter(|when| named(when)) {
                let when = phrase(when, self.entity, None);
                said.say("read", format!("{} sees more when {when}", self.who(grant.who)));
            }
        }
        for unique in &self.entity.uniques {
            if let Some(filter) = unique.filter.as_ref().filter(|filter| named(filter)) {
                let filter = phrase(filter, self.entity, None);
                said.say("unique", format!("{}: only where {filter}", unique.name));
            }
        }
        Some(said)
    }

    pub fn group(self, name: &str) -> Option<Said> {
        let states = self.entity.states.as_ref()?;
        let group = states.groups.iter().find(|group| group.name == name)?;
        let mut said = Said::new("group of states");
        said.say("states", self.state_names(&group.states).join(", "));
        if group.states.contains(&StateId(0)) {
            said.say("start", "rows begin in one of them");
        }
        self.told_moves(states, &group.states, &mut said);
        for (action, from, to) in self.moves(states) {
            let from: Vec<StateId> =
                from.into_iter().filter(|state| group.states.contains(state)).collect();
            if !from.is_empty() && group.states.contains(&to) {
                said.say("within", self.told_move(action, &from, to));
            }
        }
        said.say("written", format!("`from: {name}`, `state is {name}`"));
        Some(said)
    }

    /// What leads into these states from others, and out of them.
    fn told_moves(self, states: &States, own: &[StateId], said: &mut Said) {
        let (mut ins, mut outs) = (0, 0);
        for (action, from, to) in self.moves(states) {
            let outside: Vec<StateId> =
                from.iter().copied().filter(|state| !own.contains(state)).collect();
            if own.contains(&to) && !outside.is_empty() {
                ins += 1;
                said.say("in", self.told_move(action, &outside, to));
            }
        }
        for (action, from, to) in self.moves(states) {
            let inside: Vec<StateId> =
                from.into_iter().filter(|state| own.contains(state)).collect();
            if !own.contains(&to) && !inside.is_empty() {
                outs += 1;
                said.say("out", self.told_move(action, &inside, to));
            }
        }
        if ins == 0 && !own.contains(&StateId(0)) {
            said.say("in", "nothing leads here");
        }
        if outs == 0 {
            said.say("out", "nothing leads away from here");
        }
    }

    fn told_move(self, action: &Action, from: &[StateId], to: StateId) -> String {
        let from = self.state_names(from).join(" or ");
        format!("{}: {from} → {}, by {}", action.name, self.state_name(to), self.doers(action))
    }
}
