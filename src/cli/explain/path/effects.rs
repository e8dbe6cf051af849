//! What an action locks, writes and can be refused by.

use super::At;
use super::said::Said;
use crate::model::{Action, ActionKind, Does, Each, EntityId, FieldId};
use crate::phrase::phrase;
use crate::schema::{self, Lock};

impl At<'_> {
    pub fn effects(self, action: &Action, at: usize, said: &mut Said) {
        // In each context the same rows.
        if let Some(call) = schema::first_call(self.model, self.id, at) {
            for lock in &call.locks {
                said.say("locks", self.lock(action, lock));
            }
        }
        for line in self.writes(action) {
            said.say("writes", line);
        }
        let audited = "each row that is written, with who, why, in which request, before and after";
        said.say("audited", audited);
        let (refused, unpaid) = crate::plan::refusals(self.model, self.id, at);
        refused.into_iter().for_each(|rule| said.say("409 by", rule));
        unpaid.into_iter().for_each(|rule| said.say("402 by", rule));
    }

    fn lock(self, action: &Action, lock: &Lock) -> String {
        let name = &self.model[lock.entity].name;
        let row = match &lock.of {
            None if lock.each.is_some() => format!("each of {name} that a step finds"),
            None if lock.changes => "the row".to_owned(),
            None => format!("rows of {name} that a hook is given"),
            Some(of) => format!("{name} of {}", phrase(of, self.entity, Some(action))),
        };
        let why = if lock.changes { "to change it" } else { "so that it stays as it is" };
        let reads = match lock.reads.as_slice() {
            [] => String::new(),
            reads => format!("; reads {}", reads.join(", ")),
        };
        format!("{row}, {why}{reads}")
    }

    /// By entity: what it gives columns of its row, of others, and of what counts them.
    fn writes(self, action: &Action) -> Vec<String> {
        let mut lines = Vec::new();
        if action.kind != ActionKind::Command {
            let new = !action.kind.on_existing_row();
            let fields = action.accept.iter().copied().chain(action.sets().map(|(_, set, _)| set));
            lines.push(self.written(self.id, new, action.to.is_some(), fields.collect()));
        }
        for step in &action.steps {
            match &step.does {
                Does::Set(_) | Does::Call { .. } => {}
                Does::Create { entity, .. } => {
                    lines.push(self.written(*entity, true, false, Vec::new()));
                }
                Does::Run { entity, action, .. }
                | Does::Each(Each { entity, action, .. })
                | Does::Agree { entity, action, .. } => {
                    let it = At { entity: &self.model[*entity], id: *entity, ..self };
                    lines.extend(it.writes(&it.entity.actions[*action]));
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        lines.retain(|line| !line.is_empty() && seen.insert(line.clone()));
        lines
    }

    fn written(self, id: EntityId, new: bool, moved: bool, mut fields: Vec<FieldId>) -> String {
        let entity = &self.model[id];
        let counted = self.counted_by(id);
        if new {
            return format!("{}: a new row{counted}", entity.name);
        }
        fields.sort_unstable();
        fields.dedup();
        let names = fields.iter().map(|field| entity.fields[field.0].name.as_str());
        let names: Vec<&str> = moved.then_some("state").into_iter().chain(names).collect();
        match names.as_slice() {
            [] => String::new(),
            names => format!("{}: {}{counted}", entity.name, names.join(", ")),
        }
    }

    /// Totals that rows of this entity are counted in.
    fn counted_by(self, id: EntityId) -> String {
        let totals = self.model.entities.iter().flat_map(|other| {
            let own = other.totals.iter().filter(move |total| total.child == id);
            let own = own.map(|total| &other.fields[total.field.0].name);
            let quotas = other.quotas.iter().filter(move |quota| quota.child == id);
            let all = own.chain(quotas.map(|quota| &quota.name));
            all.map(|total| format!("{}.{total}", other.name))
        });
        let totals: Vec<String> = totals.collect();
        match totals.as_slice() {
            [] => String::new(),
            totals => format!("; what it changes is counted in {}", totals.join(", ")),
        }
    }
}
