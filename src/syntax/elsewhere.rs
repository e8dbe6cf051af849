//! Words that people know from elsewhere, and where the language says what they mean.

/// In what, which words, and where to write it.
type Known = (&'static str, &'static [&'static str], &'static str);

const READ: &str = "who sees a field stands under `read` of its entity: each role sees what is listed there and nothing else";
const PERSONAL: &str = "what says something of a person has `pii: true`, and the audit masks it; who sees it stands under `read` of the entity";
const UNIQUE: &str = "what no two rows share stands under `unique` of the entity, by name: `unique: { title: [title] }`";
const RULES: &str = "what always holds of a row stands under `rules` of the entity, by name: `rules: { priced: price > 0 }`";
const BOUNDS: &str = "bounds stand in the type: `text(1..80)`, `int(0..10)`";
const MOVES: &str =
    "actions move rows from state to state: `finish: { by: member, from: open, to: done }`";
const GRANTS: &str =
    "who sees what stands under `read` of each entity, who does what under `by` of its actions";

#[rustfmt::skip]
const ELSEWHERE: &[Known] = &[
    ("a blueprint", &["import", "imports", "files", "extends", "modules"], "other files stand under `include`: `include: [notes.yaml]`"),
    ("a blueprint", &["models", "types", "resources", "schemas", "collections"], "what the service keeps stands under `entities`"),
    ("a blueprint", &["auth", "authentication", "users"], "who people are stands under `identity`"),
    ("a blueprint", &["permissions", "policies", "access"], GRANTS),
    ("a blueprint", &["env", "environment", "config"], "what the environment says stands under `settings`"),
    ("a role", &["extends", "inherits", "inherit", "parent", "parents"], "roles whose grants it has too stand under `includes`"),
    ("a role", &["context", "scope", "within"], "the context in which it holds stands under `in`"),
    ("a role", &["read", "reads", "sees", "can", "may", "permissions", "allow", "allows", "grants"], GRANTS),
    ("an entity", &["transitions", "workflow", "state_machine"], MOVES),
    ("an entity", &["permissions", "access", "policy", "policies", "roles", "write"], GRANTS),
    ("an entity", &["overlap", "overlaps", "no_overlap", "exclusion", "slots"], "rows that may not overlap in time stand under `exclude`: `slot_taken: { same: [room], overlapping: during }`"),
    ("an entity", &["constraints", "checks", "validations", "validate", "invariants"], RULES),
    ("an entity", &["index", "indexes", "keys", "primary_key"], UNIQUE),
    ("an entity", &["methods", "operations", "mutations", "create", "update"], "what people do with rows stands under `actions`"),
    ("an entity", &["columns", "attributes", "properties"], "what a row holds stands under `fields`"),
    ("`states`", &["transitions", "initial", "start"], "states are a list whose first is the start, and actions move rows: `finish: { by: member, from: open, to: done }`"),
    ("a field", &["hidden", "hidden_from", "hide", "hide_from", "private", "visible", "visible_to", "readable", "readable_by", "read", "show", "access", "roles", "permissions"], READ),
    ("a field", &["audit", "audited", "personal", "sensitive", "secret", "mask", "masked", "gdpr"], PERSONAL),
    ("a field", &["unique", "index", "indexed"], UNIQUE),
    ("a field", &["required", "nullable", "null", "not_null"], "a value is always there, unless the type says `optional`: `optional text(1..80)`"),
    ("a field", &["min", "max", "length", "min_length", "max_length", "size", "range"], BOUNDS),
    ("a field", &["values", "enum", "options", "choices"], "names to choose from stand in the type: `one of a|b`"),
    ("a field", &["readonly", "read_only", "immutable", "const"], "`frozen: true` lets nothing change it once the row is made"),
    ("a field", &["check", "validate", "validation", "rule", "rules"], RULES),
    ("a read grant", &["except", "all_except", "exclude", "excluding", "without", "hidden", "not"], "a grant lists what it shows, so that a new field is shown to nobody by itself: `fields: [title, body]`"),
    ("a read grant", &["where", "if", "filter"], "of which rows stands under `when`"),
    ("a unique key", &["on", "columns", "keys"], "the fields stand under `fields`"),
    ("a unique key", &["if", "filter", "condition"], "of which rows stands under `where`"),
    ("an action", &["reason", "comment", "why", "audit"], "`because: required` asks the caller why, and the audit keeps it"),
    ("an action", &["idempotent", "idempotency_key", "dedupe", "once", "retry"], "`idempotency: required` has the caller name his request, so that a repeat is known"),
    ("an action", &["roles", "role", "who", "allow", "allowed", "permissions", "actor", "actors"], "who may stands under `by`"),
    ("an action", &["fields", "params", "parameters", "body", "args", "set"], "fields that the caller gives stand under `accept`"),
    ("an action", &["when", "if", "where", "guard", "guards", "condition", "conditions", "rules"], "what must hold then stands under `require`, by name: `require: { in_time: now() < due }`"),
];

/// What to write instead of a word that is not one of the language.
pub(super) fn said(what: &str, word: &str) -> Option<&'static str> {
    let known = ELSEWHERE.iter().find(|(own, words, _)| *own == what && words.contains(&word));
    known.map(|(_, _, ours)| *ours)
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, said};

    #[test]
    fn each_word_is_said_once() {
        for (what, words, ours) in ELSEWHERE {
            for word in *words {
                assert_eq!(said(what, word), Some(*ours), "{word} of {what}");
            }
        }
    }
}
