//! Every guard of a service, and the tests in which each stands alone.

use super::instrument;
use crate::model::Model;

/// One thing that refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Dotted: `entities.Task.actions.finish.by@team`.
    pub id: String,
    pub layer: Layer,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// In the migrations.
    Database,
    /// In a statement of the store.
    Statement,
    /// In the Rust that is the same in every service.
    Kernel,
}

/// All guards of a service: those of its blueprint, and those that its kernel's sources mark.
pub fn guards(model: &Model) -> Vec<Guard> {
    let layer = |id: &str| match id.starts_with("store.") {
        true => Layer::Statement,
        false => Layer::Database,
    };
    let emitted = crate::emit(model);
    let kernel = emitted.iter().flat_map(|(_, file)| instrument::markers(&file.text));
    let kernel = kernel.map(|id| Guard { id, layer: Layer::Kernel });
    let own = crate::guards(model).into_iter().map(|id| Guard { layer: layer(&id), id });
    own.chain(kernel).collect()
}

impl Guard {
    /// Patterns of the names of those tests; `*` stands for anything, and so does what follows.
    pub(super) fn narrow(&self) -> Vec<String> {
        let (path, context) = self.id.split_once('@').unwrap_or((&self.id, ""));
        let parts: Vec<&str> = path.split('.').collect();
        match *parts.as_slice() {
            ["entities", _, "actions", action, "calls" | "look", ..]
            | ["commands", action, "calls" | "look", ..] => vec![format!("hooks/*/{action}@")],
            ["kernel", "asking", ..] => vec!["flight/asked".to_owned()],
            // Rows that a hook is given have a name of their own.
            ["entities", _, "actions", action, "locks", rows]
            | ["commands", action, "locks", rows]
                if rows.starts_with(|one: char| one.is_ascii_lowercase()) =>
            {
                vec![format!("hooks/locked/{rows}/*/{action}@")]
            }
            ["entities", entity, "actions", action, "locks", ..] => {
                vec![format!("locks/{entity}/{action}@"), format!("taken/{entity}/{action}@")]
            }
            ["commands", command, "locks", ..] => {
                vec![format!("locks/*/{command}@"), format!("taken/*/{command}@")]
            }
            ["commands", action, "runs", .., "many"]
            | ["entities", _, "actions", action, "runs", .., "many"] => {
                vec![format!("each/refused/*/{action}@")]
            }
            ["commands", _, "revises", entity]
            | ["entities", _, "actions", _, "revises", entity] => {
                vec![format!("race/revise/{entity}")]
            }
            ["commands", command, "idempotency"] => {
                vec![format!("repeat/door/*/{command}@{context}")]
            }
            [
                "entities",
                entity,
                "actions",
                action,
                "at" | "after" | "as_soon" | "due" | "deleted",
            ] => vec![format!("timer/*/{entity}/{action}")],
            ["entities", entity, "actions", action, "deadline", ..] => {
                vec![format!("timer/first/{entity}/{action}@{context}")]
            }
            ["commands", _, "step_up"] => vec![format!("step-up/doors/{context}")],
            ["commands", command, "require", ..] => {
                vec![format!("door-alone/*/{command}@"), format!("locks/*/{command}@")]
            }
            ["commands", command, ..] => vec![format!("door-alone/*/{command}@")],
            ["identity", "step_up", _] => vec!["step-up/doors/".to_owned()],
            ["identity", "contexts", name, "step_up"] => vec![format!("step-up/doors/{name}")],
            ["entities", .., "step_up"] => vec![format!("step-up/doors/{context}")],
            ["entities", entity, "actions", action, "idempotency"] => {
                vec![format!("repeat/door/{entity}/{action}@{context}")]
            }
            ["entities", entity, "actions", action, part, ..] => {
                let doors = format!("door*/{entity}/{action}@{context}");
                match part {
                    "require" => vec![doors, format!("locks/{entity}/{action}@{context}")],
                    _ => vec![doors],
                }
            }
            ["entities", .., "erased"]
            | ["entities", _, "erased" | "erase", _]
            | ["idempotency", "erased", ..] => vec!["erase/".to_owned()],
            ["entities", .., "masked"] => vec!["audit/masked".to_owned()],
            ["entities", entity, "fields", _, "readable"] => vec![format!("door*/{entity}/")],
            ["entities", entity, "read" | "columns" | "facet", ..] => {
                vec![format!("read/{entity}/"), "rights/catalog".to_owned()]
            }
            ["entities", _, "security", ..] | ["security", ..] => {
                vec!["rights/".to_owned(), "seal/keys".to_owned()]
            }
            ["entities", entity, "exclude", name, "way"] => vec![format!("way/{entity}/{name}/")],
            ["entities", entity, "exclude", name, ..] => {
                vec![format!("race/exclude/{entity}/{name}")]
            }
            ["entities", entity, "effective"] => vec![format!("effective/apart/{entity}")],
            ["entities", entity, "effective", ..] => vec![format!("effective/kept/{entity}")],
            ["entities", entity, "pick", field, "turn"] => {
                vec![format!("pick/waits/{entity}/{field}")]
            }
            ["entities", entity, "pick", field, "snapshot"] => {
                vec![format!("pick/snapshot/{entity}/{field}")]
            }
            ["entities", entity, "pick", field, ..] => {
                vec![format!("pick/missing/{entity}/{field}")]
            }
            ["entities", entity, "rules", name] => {
                vec![format!("table/rules/{entity}"), format!("rule/*/{entity}/{name}")]
            }
            ["entities", _, "number", "enabled" | "forced" | "reach"] => {
                vec!["rights/".to_owned()]
            }
            ["entities", entity, "number", ..] => {
                vec![format!("number/kept/{entity}"), format!("number/unique/{entity}")]
            }
            ["entities", _, "totals", _, "enabled" | "forced" | "reach"] => {
                vec!["rights/".to_owned()]
            }
            ["entities", entity, "totals", ..] => vec![
                format!("quota/*/{entity}/"),
                format!("total/kept/{entity}/"),
                format!("total/unwritten/{entity}"),
                format!("race/total/{entity}/"),
            ],
            ["entities", entity, "fields", by, "turn"] => {
                vec![format!("total/turn/{entity}/{by}")]
            }
            ["entities", entity, ..] => vec![format!("table/*/{entity}")],
            ["identity", "seal", ..] => vec!["seal/".to_owned()],
            ["identity", .., "subject" | "expiry"] => vec!["subject/".to_owned()],
            ["identity", .., "as", "revoked"] | ["audit", "approver"] => {
                vec!["door/everybody/*/approve@".to_owned()]
            }
            ["identity", .., "as", "erased"] => vec!["approval/erased/".to_owned()],
            ["identity", "user", "provision", "approver"] => {
                vec!["audit/approver/provision".to_owned()]
            }
            ["clock", "approver"] => vec!["audit/approver/clock".to_owned()],
            ["doors", .., "inner"] => vec!["approval/closed/".to_owned()],
            ["identity", .., "holds", "revoked"] => vec!["door/arguments/".to_owned()],
            ["identity", ..] => vec!["read/".to_owned(), "door/everybody/".to_owned()],
            ["doors", .., "execute" | "look"] => vec!["rights/functions/".to_owned()],
            ["doors", ..] => vec!["rights/door/".to_owned()],
            ["idempotency", ..] => vec!["repeat/".to_owned()],
            ["audit", ..] => vec!["audit/".to_owned()],
            ["store", entity, _, context, ..] => {
                vec![format!("route*/read/{entity}/{context}")]
            }
            ["kernel", "token" | "keys", ..] => vec!["tokens/".to_owned(), "running/".to_owned()],
            ["kernel", "db", ..] => vec!["subject/".to_owned()],
            ["kernel", "flight" | "session", ..] => vec!["flight/".to_owned()],
            ["kernel", ..] => vec!["requests/".to_owned(), "running/".to_owned()],
            _ => vec![String::new()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(id: &str) -> Vec<String> {
        Guard { id: id.to_owned(), layer: Layer::Database }.narrow()
    }

    #[test]
    fn a_guard_meets_the_tests_in_which_it_stands_alone() {
        assert_eq!(narrow("entities.Task.actions.finish.by@team"), ["door*/Task/finish@team"]);
        assert_eq!(narrow("entities.Task.fields.title.bounds"), ["table/*/Task"]);
        assert_eq!(narrow("entities.Slot.exclude.taken.turn"), ["race/exclude/Slot/taken"]);
        assert_eq!(narrow("entities.Slot.exclude.taken.way"), ["way/Slot/taken/"]);
        assert_eq!(narrow("entities.Task.fields.project.turn"), ["total/turn/Task/project"]);
        assert_eq!(narrow("store.Task.get.team.tenant"), ["route*/read/Task/team"]);
    }
}
